"""Texts in outline: enough to say of most pairs at once that they have too little in common, and never wrongly.

Most texts that share a key share no more than a sentence or a stock phrase. An outline has a bit for the hash of each
4-gram and sentence, in one long number. What two texts seem to share by these bits is never less than what they truly
share, so a pair whose outlines are too unlike needs no comparison (compare_texts.py), which costs twenty times as much.
"""

from dataclasses import dataclass
from itertools import accumulate

from archive.duplicates.compare_texts import EDITED, RELATED, TextProfile
from archive.numpy_arrays import Array, np

GRAM_BITS, SENTENCE_BITS = 15, 11
"""Of the hash of a 4-gram or a sentence: which bit of an outline is its own."""

LONGEST = 6
"""Sentences in common whose characters are told from those of all."""


@dataclass(slots=True)
class TextOutline:
    """A text as it is met."""

    size: int
    """Different 4-grams."""
    grams: int
    """A bit for each of them."""
    lost_grams: int
    """How many of them have no bit of their own."""
    sentences: int
    """A bit for each different sentence."""
    lost_sentences: int
    longest: tuple[int, ...]
    """Characters of the longest sentences: of none, of one, of two …, and of all of them."""
    chars: int
    """Characters of all sentences."""


def outline(profile: TextProfile) -> TextOutline:
    """Return the outline of a text."""
    grams = _bits(profile.grams, GRAM_BITS)
    sentences = _bits(profile.sentences, SENTENCE_BITS)
    return TextOutline(
        len(profile.grams),
        grams,
        len(profile.grams) - grams.bit_count(),
        sentences,
        len(profile.sentences) - sentences.bit_count(),
        (*accumulate(sorted(profile.lengths.tolist(), reverse=True)[:LONGEST], initial=0), profile.chars),
        profile.chars,
    )


def may_be_related(one: TextOutline, other: TextOutline) -> bool:
    """Return whether two texts may be anything to each other; where not, `compare_texts.kind` is None."""
    least, most = (one.size, other.size) if one.size < other.size else (other.size, one.size)
    shared = (one.grams & other.grams).bit_count() + min(one.lost_grams, other.lost_grams)
    shared = min(shared, least)
    # Divided as compare_texts.compare divides, so that no rounding tells the two apart.
    if shared / max(least, 1) >= EDITED or shared / max(least + most - shared, 1) >= RELATED:
        return True
    same = (one.sentences & other.sentences).bit_count() + min(one.lost_sentences, other.lost_sentences)
    kept = min(each.longest[min(same, len(each.longest) - 1)] for each in (one, other))
    return kept / max(min(one.chars, other.chars), 1) >= EDITED


def _bits(hashes: Array, bits: int) -> int:
    """Return a number with a bit for each of some hashes: by its upper bits."""
    is_there = np.zeros(1 << bits, dtype=bool)
    is_there[(hashes >> np.uint64(64 - bits)).astype(np.int64)] = True
    return int.from_bytes(np.packbits(is_there).tobytes(), "big")
