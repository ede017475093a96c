"""numpy with arrays typed as Any, since its stubs do not describe the results of our expressions."""

from collections.abc import Collection
from typing import Any

import numpy

__all__ = ["Array", "among", "distinct", "distinct_of_sorted", "np", "sorted_numbers"]

np: Any = numpy
Array = Any
"""A numpy array. It is Any, so that type checks give the same result with and without numpy installed."""


def distinct(values: Array) -> Array:
    """Return the distinct values, sorted: np.unique without its hash table, which costs several times as much."""
    return distinct_of_sorted(np.sort(values))


def distinct_of_sorted(ordered: Array) -> Array:
    """Return the distinct values of a sorted array."""
    return ordered[np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))]


def among(values: Array, known: Array) -> Array:
    """Return, for each value, whether it is in the sorted array `known`: np.isin without its hash table."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    places = np.searchsorted(known, values)
    return known[np.minimum(places, len(known) - 1)] == values


def sorted_numbers(values: Collection[int]) -> Array:
    """Return keys as a sorted array of uint64."""
    found = np.fromiter(values, dtype=np.uint64, count=len(values))
    found.sort()
    return found
