"""Compare one text with many others at once, with the result of `compare_texts.compare` for each pair.

Most texts that share a key share only a sentence or a stock phrase. Each takes part in some twenty comparisons, so the
shared 4-grams of all of them are counted by one lookup of all their 4-grams in one table.
"""

from collections.abc import Sequence

from archive.duplicates.compare_texts import EDITED, RELATED, PairEvidence, TextProfile
from archive.numpy_arrays import Array, among, np

_BITS = 16
"""Number of upper bits of the hash of a 4-gram that select its place in the table."""

_REST = np.uint32(32 - _BITS)


class TextComparer:
    """Compares texts. It reuses one table of 4-grams, which stays in the cache of the processor."""

    def __init__(self) -> None:
        # No 4-gram that belongs at a place equals the value of an empty place, because its upper bits differ.
        self._empty = ~(np.arange(1 << _BITS, dtype=np.uint32) << _REST)
        self._table = self._empty.copy()

    def compare(self, one: TextProfile, others: Sequence[TextProfile]) -> list[PairEvidence | None]:
        """Return what a text has in common with each of the others.

        It is None for those of which `kind` returns None because they have too little in common.
        """
        sizes = np.array([(len(each.grams), len(each.sentences), each.chars) for each in others]).T
        shared = self.shared_grams(one.grams, [each.grams for each in others], sizes[0])
        least, most = np.minimum(sizes[0], len(one.grams)), np.maximum(sizes[0], len(one.grams))
        short, long = np.minimum(sizes[2], one.chars), np.maximum(sizes[2], one.chars)
        jaccard = shared / np.maximum(least + most - shared, 1)
        contained = shared / np.maximum(least, 1)
        kept = np.minimum(_shared_letters(one, others, sizes[1]) / np.maximum(short, 1), 1.0)
        found: list[PairEvidence | None] = [None] * len(others)
        related = np.flatnonzero((jaccard >= RELATED) | (np.maximum(contained, kept) >= EDITED))
        if len(related):
            columns = [
                each[related].tolist() for each in (jaccard, contained, kept, short / np.maximum(long, 1))
            ]
            for place, *row in zip(related.tolist(), *columns, strict=True):
                found[place] = PairEvidence(*row)
        return found

    def shared_grams(self, one: Array, others: Sequence[Array], sizes: Array) -> Array:
        """Return the number of 4-grams that a text shares with each of the others.

        `sizes` has the number of 4-grams of each of the others. The 4-grams of each text are distinct and sorted.
        """
        if not len(one):
            return np.zeros(len(others), dtype=np.int64)
        places = _places(one)
        self._table[places] = one
        # 4-grams that have the same place are next to each other. They are looked up among themselves.
        same = places[1:] == places[:-1]
        is_contested = np.concatenate((same, [False])) | np.concatenate(([False], same))
        contested = one[is_contested]
        self._table[places[is_contested]] = _CONTESTED
        grams = np.concatenate(others)
        held = self._table.take(_places(grams), mode="clip")
        is_shared = held == grams
        unclear = np.flatnonzero(held == _CONTESTED)
        is_shared[unclear] = among(grams[unclear], contested)
        self._table[places] = self._empty[places]
        return _sums(is_shared, sizes)


_CONTESTED = np.uint32(0)


def _places(grams: Array) -> Array:
    """Return the place of each 4-gram in the table."""
    return (grams >> _REST).astype(np.intp)


def _shared_letters(one: TextProfile, others: Sequence[TextProfile], sizes: Array) -> Array:
    """Return the number of characters in the sentences that the text shares with each of the others."""
    if not len(one.sentences):
        return np.zeros(len(others), dtype=np.int64)
    sentences = np.concatenate([each.sentences for each in others])
    places = np.searchsorted(one.sentences, sentences)
    places[places == len(one.sentences)] = 0
    return _sums(one.lengths[places] * (one.sentences[places] == sentences), sizes)


def _sums(values: Array, sizes: Array) -> Array:
    """Return the sum of each of the consecutive pieces that have these sizes."""
    found = np.zeros(len(sizes), dtype=np.int64)
    filled = np.flatnonzero(sizes)  # reduceat returns no zero for an empty piece
    if len(filled):
        starts = np.cumsum(sizes) - sizes
        found[filled] = np.add.reduceat(values, starts[filled], dtype=np.int64)
    return found
