"""Outlines of texts, which show quickly for most pairs of texts that they have too little in common to be related.

Most texts that share a key share only a sentence or a stock phrase. An outline is a bit set, stored as one long number,
with a bit for the hash of each 4-gram and each sentence. Two outlines never share fewer bits than the texts require, so
a pair with too few common bits cannot be related. It needs no full comparison (compare_texts.py), which costs twenty
times as much.
"""

from dataclasses import dataclass
from itertools import accumulate

from archive.duplicates.compare_texts import EDITED, RELATED, TextProfile
from archive.numpy_arrays import Array, np

GRAM_BITS, SENTENCE_BITS = 15, 11
"""Number of upper bits of the hash of a 4-gram, and of a sentence, that select its bit in an outline."""

LONGEST = 6
"""An outline has the total length of up to this many of the longest sentences; for more, it has only that of all."""


@dataclass(slots=True)
class TextOutline:
    """The bit sets and lengths of a text from which an upper bound of its similarity to another follows."""

    size: int
    """Number of distinct 4-grams."""
    grams: int
    """Bit set of the 4-grams."""
    lost_grams: int
    """Number of 4-grams whose bit another 4-gram of the text had set already."""
    sentences: int
    """Bit set of the distinct sentences."""
    lost_sentences: int
    """Number of sentences whose bit another sentence of the text had set already."""
    longest: tuple[int, ...]
    """Number of characters of the longest 0, 1, 2, … up to LONGEST sentences together, and at last of all sentences."""
    chars: int
    """Number of characters of all sentences."""


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
    """Return False only if two texts have too little in common, so that `compare_texts.kind` returns None for them."""
    least, most = (one.size, other.size) if one.size < other.size else (other.size, one.size)
    shared = (one.grams & other.grams).bit_count() + min(one.lost_grams, other.lost_grams)
    shared = min(shared, least)
    # Divide as compare_texts.compare does, so that both round alike.
    if shared / max(least, 1) >= EDITED or shared / max(least + most - shared, 1) >= RELATED:
        return True
    same = (one.sentences & other.sentences).bit_count() + min(one.lost_sentences, other.lost_sentences)
    kept = min(each.longest[min(same, len(each.longest) - 1)] for each in (one, other))
    return kept / max(min(one.chars, other.chars), 1) >= EDITED


def _bits(hashes: Array, bits: int) -> int:
    """Return the bit set of these hashes, in which the `bits` upper bits of a hash select its bit."""
    is_there = np.zeros(1 << bits, dtype=bool)
    is_there[(hashes >> np.uint64(64 - bits)).astype(np.int64)] = True
    return int.from_bytes(np.packbits(is_there).tobytes(), "big")
