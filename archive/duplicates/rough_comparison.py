"""Rule out pairs of texts that have too little in common, by an upper bound from small arrays of fixed size.

Most texts that share a key share only a stock phrase. The arrays of a text take a kilobyte, so those of many texts
are in memory, and one text is compared with all its candidates at once. No pair is ruled out for which
`compare_texts.may_be_related` is true.
"""

from collections.abc import Sequence

from archive.duplicates.compare_texts import EDITED, RELATED, TextProfile
from archive.numpy_arrays import Array, np

MOST = 131_072
"""Maximum number of texts whose arrays are held: 154 MB. The oldest ones are replaced, and a pair with a text that was
replaced has to be compared in full.
"""

_BITS = 13
_BUCKETS = 1 << _BITS
"""Number of buckets of 4-grams: one bit per bucket says whether the text has a 4-gram in it. Twice as many would rule
out more pairs of texts of several thousand characters, but take twice the time and memory for all.
"""

_PLACES = 64
"""Number of buckets of sentences, each with the number of characters in its sentences."""

_LONGEST = np.iinfo(np.uint16).max


class RoughComparer:
    """The arrays of texts, given by their numbers."""

    def __init__(self) -> None:
        self._slots = np.full(MOST, -1, dtype=np.int32)
        """For the number of a text, its row in the arrays; -1 for none. It grows with the numbers."""
        self._owners: list[int] = []
        """The text of each row; -1 for none."""
        self._following = 0
        # The system provides the memory of a row when it is written.
        self._bits = np.zeros((MOST, _BUCKETS // 64), dtype=np.uint64)
        self._letters = np.zeros((MOST, _PLACES), dtype=np.uint16)
        self._sizes = np.zeros((MOST, 3), dtype=np.int64)
        """Number of 4-grams, number of those beyond the first one of a bucket, and characters in sentences."""

    def add(self, n: int, profile: TextProfile) -> None:
        """Keep the arrays of a text."""
        slot = self._slot(n)
        if slot < 0:
            slot = self._free_slot(n)
        is_in = np.zeros(_BUCKETS, dtype=np.uint8)
        is_in[profile.grams >> np.uint32(32 - _BITS)] = 1
        self._bits[slot] = bits = np.packbits(is_in).view(np.uint64)
        places = (profile.sentences & np.uint64(_PLACES - 1)).astype(np.intp)
        letters = np.bincount(places, weights=profile.lengths, minlength=_PLACES)
        self._letters[slot] = np.minimum(letters, _LONGEST)
        grams = len(profile.grams)
        self._sizes[slot] = grams, grams - int(np.bitwise_count(bits).sum()), profile.chars

    def forget(self, n: int) -> None:
        """Drop the arrays of a text that has changed."""
        slot = self._slot(n)
        if slot >= 0:
            self._slots[n] = self._owners[slot] = -1

    def _slot(self, n: int) -> int:
        """Return the row of a text, or -1 if its arrays are not held."""
        if n >= len(self._slots):
            more = max(n + 1, 2 * len(self._slots)) - len(self._slots)
            self._slots = np.concatenate((self._slots, np.full(more, -1, dtype=np.int32)))
        return int(self._slots[n])

    def _free_slot(self, n: int) -> int:
        """Return the row for a further text, after making room for it."""
        slot, self._following = self._following, (self._following + 1) % MOST
        if slot == len(self._owners):
            self._owners.append(n)
        else:
            if (former := self._owners[slot]) >= 0:
                self._slots[former] = -1
            self._owners[slot] = n
        self._slots[n] = slot
        return slot

    def may_be_related(self, n: int, others: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return those of the others that may have enough in common with a text.

        The first list has those that may share enough sentences, and those whose arrays are not held. The second list
        has the others that may share enough 4-grams.
        """
        mine = self._slot(n)
        if mine < 0 or not others:
            return list(others), []
        numbers = np.array(others, dtype=np.intp)
        self._slot(int(numbers.max()))
        rows = self._slots[numbers]
        # A missing row is taken from row 0 here, and passes at the end.
        bits, letters, sizes = (
            each.take(rows, axis=0, mode="clip") for each in (self._bits, self._letters, self._sizes)
        )
        own = self._sizes[mine]
        # Every shared 4-gram is in a bucket of both texts; a bucket counts once, and further 4-grams count in full.
        shared = np.bitwise_count(np.bitwise_and(bits, self._bits[mine], out=bits)).sum(
            axis=1, dtype=np.int64
        )
        shared += np.minimum(sizes[:, 1], own[1])
        least, most = np.minimum(sizes[:, 0], own[0]), np.maximum(sizes[:, 0], own[0])
        shared = np.minimum(shared, least)
        same = np.minimum(letters, self._letters[mine]).sum(axis=1, dtype=np.int64)
        shares_grams = is_enough(shared, least, most)
        shares_sentences = same >= EDITED * np.maximum(np.minimum(sizes[:, 2], own[2]), 1)
        shares_sentences |= (rows < 0) | (np.minimum(sizes[:, 2], own[2]) > _LONGEST)
        shares_grams &= ~shares_sentences
        return numbers[shares_sentences].tolist(), numbers[shares_grams].tolist()


def is_enough(shared: Array, least: Array, most: Array) -> Array:
    """Return whether pairs share enough 4-grams to be related, given how many they share and how many both texts have.

    Texts that share fewer may still share enough sentences.
    """
    enough = shared >= RELATED * np.maximum(least + most - shared, 1)
    enough |= shared >= EDITED * np.maximum(least, 1)
    return enough
