"""numpy for the checkers of types: arrays are Any, since its stubs do not know what our expressions give."""

from collections.abc import Collection
from typing import Any

import numpy

__all__ = ["Array", "among", "distinct", "distinct_of_sorted", "np", "sorted_numbers"]

np: Any = numpy
Array = Any
"""An array of numpy's. Types are checked alike with numpy and without it, so both are anything to the checker."""


def distinct(values: Array) -> Array:
    """Return each of the values once, sorted: np.unique without its hash table, which costs several times as much."""
    return distinct_of_sorted(np.sort(values))


def distinct_of_sorted(ordered: Array) -> Array:
    """Return each value of an array in rising order once."""
    return ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]


def among(values: Array, known: Array) -> Array:
    """Return which of the values are among sorted known ones: np.isin without its hash table, likewise."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    places = np.searchsorted(known, values)
    return known[np.minimum(places, len(known) - 1)] == values


def sorted_numbers(values: Collection[int]) -> Array:
    """Return keys as a sorted array."""
    found = np.fromiter(values, dtype=np.uint64, count=len(values))
    found.sort()
    return found
