"""The one place that asks for numpy, and says what to install where it is missing."""

from typing import Any

from kepu.missing_extra import missing_extra

try:
    import numpy  # type: ignore[import-not-found, unused-ignore]
except ModuleNotFoundError as error:
    raise missing_extra("kepu duplicates", "numpy") from error

__all__ = ["Array", "distinct", "np"]

np: Any = numpy
Array = Any
"""An array of numpy's. Types are checked alike with numpy and without it, so both are anything to the checker."""


def distinct(values: Array) -> Array:
    """Return each of the values once, sorted: np.unique without its hash table, which costs several times as much."""
    ordered = np.sort(values)
    return ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]
