"""The one place of the corpus that asks for numpy, and says what to install where it is missing."""

from typing import Any

from kepu.missing_extra import missing_extra

try:
    import numpy  # type: ignore[import-not-found, unused-ignore]
except ModuleNotFoundError as error:
    raise missing_extra("counting words", "numpy") from error

__all__ = ["Array", "distinct", "np"]

np: Any = numpy
Array = Any
"""An array of numpy's. Types are checked alike with numpy and without it, so both are anything to the checker."""


def distinct(ordered: Array) -> Array:
    """Return each value of an array in rising order once: np.unique without its hash table."""
    return ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]
