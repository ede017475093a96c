"""Texts in outline: enough to say of most pairs at once that they have too little in common, and never wrongly.

Most texts that share a key share no more than a sentence or a stock phrase. An outline has 16 bits of the hash of each
4-gram and sentence. What two texts seem to share by these bits is never less than what they truly share, so a pair
whose outlines are too unlike needs no comparison (compare_texts.py), which costs thirty times as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.duplicates.compare_texts import EDITED, RELATED, TextProfile
from archive.numpy_arrays import Array, np

_SLOTS = 1 << 16
_BITS = np.uint64(48)


@dataclass(slots=True)
class TextOutline:
    """A text as it is met."""

    grams: Array
    """The upper 16 bits of the hash of each 4-gram, of different 4-grams perhaps the same."""
    sentences: Array
    """The same of its sentences."""
    lengths: Array
    """Characters of these sentences."""
    chars: int
    """Characters of all of them."""


def outline(profile: TextProfile) -> TextOutline:
    """Return the outline of a text."""
    return TextOutline(
        (profile.grams >> _BITS).astype(np.uint16),
        (profile.sentences >> _BITS).astype(np.uint16),
        profile.lengths.astype(np.uint32),
        profile.chars,
    )


def may_be_related(one: TextOutline, others: Sequence[TextOutline]) -> list[bool]:
    """Return of each of the others whether it may be anything to a text; where not, `compare_texts.kind` is None."""
    sizes = np.array([len(each.grams) for each in others], dtype=np.int64)
    is_met = _table(one.grams)[np.concatenate([each.grams for each in others])]
    least, most = np.minimum(sizes, len(one.grams)), np.maximum(sizes, len(one.grams))
    shared = np.minimum(_sums(is_met, sizes), least)
    counts = np.array([len(each.sentences) for each in others], dtype=np.int64)
    is_kept = _table(one.sentences)[np.concatenate([each.sentences for each in others])]
    kept = _sums(is_kept * np.concatenate([each.lengths for each in others]), counts)
    short = np.minimum(np.array([each.chars for each in others], dtype=np.int64), one.chars)
    may_be = (
        (shared / np.maximum(least + most - shared, 1) >= RELATED)
        | (shared / np.maximum(least, 1) >= EDITED)
        | (kept / np.maximum(short, 1) >= EDITED)
    )
    return list(may_be.tolist())


def _table(slots: Array) -> Array:
    """Return of each number of 16 bits whether it is among some."""
    table = np.zeros(_SLOTS, dtype=bool)
    table[slots] = True
    return table


def _sums(values: Array, sizes: Array) -> Array:
    """Return the sums of stretches of values that follow one another, given the length of each."""
    sums = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    ends = np.cumsum(sizes)
    return sums[ends] - sums[ends - sizes]
