"""numpy for the checkers of types: arrays are Any, since its stubs do not know what our expressions give."""

from typing import Any

import numpy

__all__ = ["Array", "distinct", "distinct_of_sorted", "np"]

np: Any = numpy
Array = Any
"""An array of numpy's. Types are checked alike with numpy and without it, so both are anything to the checker."""


def distinct(values: Array) -> Array:
    """Return each of the values once, sorted: np.unique without its hash table, which costs several times as much."""
    return distinct_of_sorted(np.sort(values))


def distinct_of_sorted(ordered: Array) -> Array:
    """Return each value of an array in rising order once."""
    return ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]
