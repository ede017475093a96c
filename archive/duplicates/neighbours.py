"""Find the candidates of a text: texts that share a key with it, looked up in the order of first publication.

Each key maps to the texts that have it, sorted by the first publication of the text. A text is compared only with
earlier ones. When a text is added, removed, or changes between kept and left out, this module also finds the later
texts to compare again.
"""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.duplicates import key_table
from archive.duplicates.key_table import Place
from archive.duplicates.signatures import BAND, PAIR, SENTENCE
from archive.numpy_arrays import Array, among, distinct, np, sorted_numbers

LIMITS = {BAND: 64, PAIR: 16, SENTENCE: 12}
"""Maximum number of kept texts per key, by key type. A text that comes after that many ignores the key, because wording
so common is boilerplate. Copies are not kept, so a story cannot make its own wording boilerplate by being reposted.
"""

OUT_LIMIT = 4
"""Maximum number of left-out texts per key that become candidates. They connect clusters and do not decide which texts
are kept.
"""


SENTENCE_WEIGHT = 1000
"""Weight of a shared key of one or two sentences. A shared key of a band weighs 1, and no text has this many bands."""


class ComparedText(NamedTuple):
    """A text by its place in the order, which is that of its earliest article."""

    place: Place
    """(first publication, id) of its earliest article."""
    n: int
    """Its number in the table `internal_near_texts`."""


@dataclass(slots=True)
class KeyHolders:
    """The texts that share one key, sorted by first publication: kept texts and texts that are left out."""

    limit: int
    """A text that comes after this many kept ones ignores the key, which too many texts have."""
    kept: list[ComparedText] = field(default_factory=list)
    """The kept texts."""
    out: list[ComparedText] = field(default_factory=list)
    """The texts that are left out."""
    kept_numbers: list[int] = field(default_factory=list)
    """The numbers of the kept texts, in the same order."""

    def candidates(self, text: ComparedText) -> tuple[list[int], list[int]]:
        """Return the numbers of the earlier texts to compare a text with: kept ones, and at most OUT_LIMIT others.

        Both lists are empty if the text comes after so many kept texts that it ignores the key.
        """
        before = _before(self.kept, text)
        if before >= self.limit:
            return [], []
        earlier = self.out[: min(_before(self.out, text), OUT_LIMIT)] if self.out else []
        return self.kept_numbers[:before], [other.n for other in earlier]

    def append(self, text: ComparedText, *, is_kept: bool) -> None:
        """Add a new text that comes after all others."""
        if is_kept:
            self.kept.append(text)
            self.kept_numbers.append(text.n)
        else:
            self.out.append(text)

    def to_compare_again(self, text: ComparedText, *, is_kept: bool) -> list[int]:
        """Return the later texts to compare again after this one was added, removed, kept or left out."""
        if not is_kept and len(self.out) >= OUT_LIMIT and _before(self.out, text) >= OUT_LIMIT:
            return []
        end = self.kept[self.limit] if len(self.kept) > self.limit else None
        later = (other for side in (self.kept, self.out) for other in side[_before(side, text) :])
        return [other.n for other in later if other.n != text.n and (end is None or other <= end)]

    def put(self, text: ComparedText, *, is_kept: bool, was_kept: bool | None) -> None:
        """Insert a text among the kept or left-out ones, and remove it from its former list.

        `was_kept` is None for a new text.
        """
        if was_kept is not None:
            side = self.kept if was_kept else self.out
            at = bisect_left(side, text)
            if at < len(side) and side[at] == text:
                del side[at]
                if was_kept:
                    del self.kept_numbers[at]
        side = self.kept if is_kept else self.out
        at = _before(side, text)
        side.insert(at, text)
        if is_kept:
            self.kept_numbers.insert(at, text.n)

    def ends_before(self, text: ComparedText) -> bool:
        """Return whether all texts with this key come before `text`, so that none has to be compared again."""
        return (not self.kept or self.kept[-1] < text) and (not self.out or self.out[-1] < text)

    def full_from(self) -> Place | None:
        """Return the place after which texts ignore this key, or None if no text does."""
        return self.kept[self.limit - 1].place if len(self.kept) >= self.limit else None


def _before(side: list[ComparedText], text: ComparedText) -> int:
    """Return the index at which a text belongs in a sorted list; fast for the usual case, the end of the list."""
    return len(side) if not side or side[-1] < text else bisect_left(side, text)


@dataclass(slots=True)
class RemovedText:
    """A text that was removed, or that moved to another place in the order."""

    text: ComparedText
    """Its number and its former place in the order."""
    keys: Array
    """Its keys, uint64."""
    was_kept: bool
    """Whether exports kept it."""


class Neighbours:
    """The keys read during an update, and the texts that have them."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._holders: dict[int, KeyHolders] = {}
        self._full: dict[int, Place] = {}
        self._keys: dict[int, list[int]] = {}
        self._complete: set[int] = set()
        self.texts: dict[int, ComparedText] = {}
        self.is_kept: dict[int, bool] = {}
        """Map each decided text to whether it is kept."""

    def read(self, keys: Array, texts: Array, removed: Sequence[RemovedText]) -> None:
        """Read which texts share a key with the new or the removed texts.

        `keys` and `texts` are parallel arrays: the keys of the new texts, and the number of the text that has each.
        Call this after the rows of removed texts are deleted and before the rows of new texts are inserted;
        `self.texts` must already have the new texts.
        """
        full = key_table.full(self._conn, np.concatenate([keys, *(each.keys for each in removed)]))
        order = np.argsort(keys, kind="stable")
        keys, texts = keys[order], texts[order]
        self._complete |= set(texts.tolist())
        # A removed text may be one of those whose number made a key boilerplate.
        lost = {
            key
            for each in removed
            for key in each.keys.tolist()
            if key not in full or each.text.place <= full[key]
        }
        silent = among(keys, sorted_numbers(full.keys() - lost))
        for at in np.flatnonzero(silent).tolist():
            silent[at] = self.texts[int(texts[at])].place > full[int(keys[at])]
        keys, texts = keys[~silent], texts[~silent]
        needed = np.concatenate((distinct(keys), sorted_numbers(lost)))
        self._full |= {key: full[key] for key in needed[among(needed, sorted_numbers(full))].tolist()}
        self._fill(key_table.holders(self._conn, needed))
        shared = among(keys, sorted_numbers(self._holders))
        shared[1:] |= keys[1:] == keys[:-1]
        shared[:-1] |= keys[:-1] == keys[1:]
        for key, n in zip(keys[shared].tolist(), texts[shared].tolist(), strict=True):
            self._holders_of(key)
            self._keys.setdefault(n, []).append(key)
        for key in lost:
            self._holders_of(key)

    def _holders_of(self, key: int) -> KeyHolders:
        found = self._holders.get(key)
        if found is None:
            found = self._holders[key] = KeyHolders(LIMITS[key & 3])
        return found

    def _fill(self, rows: Iterable[tuple[int, int]]) -> None:
        rows = list(rows)
        self._place({n for _, n in rows} - self.texts.keys())
        for key, n in rows:
            if n in self._complete and key not in self._keys.setdefault(n, []):
                self._keys[n].append(key)
            if n in self.is_kept:
                self._holders_of(key).put(self.texts[n], is_kept=self.is_kept[n], was_kept=self.is_kept[n])

    def _place(self, texts: set[int]) -> None:
        rows = self._conn.execute(_PLACES, (str(sorted(texts)),))
        for n, first_seen, article, kept in rows:
            self.texts[n] = ComparedText((first_seen, article), n)
            self.is_kept[n] = bool(kept)

    def know(self, n: int) -> ComparedText:
        """Return a text with its place in the order; read it from the archive if it is not known yet."""
        if n not in self.texts:
            self._place({n})
        return self.texts[n]

    def keys_of(self, n: int) -> list[int]:
        """Return the keys by which a text has candidates.

        Keys and texts that are not known yet are read from the archive.
        """
        if n in self._complete:
            return self._keys.get(n, [])
        place = self.know(n).place
        (blob,) = self._conn.execute("SELECT keys FROM internal_near_texts WHERE n = ?", (n,)).fetchone()
        keys = np.frombuffer(blob, dtype=np.uint64)
        self._complete.add(n)
        self._keys[n] = [key for key in keys.tolist() if key in self._holders]
        unknown = keys[[key not in self._holders for key in keys.tolist()]]
        full = key_table.full(self._conn, unknown)
        unknown = unknown[[key not in full or place <= full[key] for key in unknown.tolist()]]
        for key in unknown.tolist():
            self._holders_of(key)
        self._full |= {key: full[key] for key in unknown.tolist() if key in full}
        self._fill(key_table.holders(self._conn, unknown))
        return self._keys[n]

    def has_candidates(self, n: int) -> bool:
        """Return whether another text shares a key with a new text `n`, not counting keys that are boilerplate."""
        return n in self._keys

    def candidates(self, n: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return the earlier texts to compare with text `n`: kept and left-out ones, by the weight of the shared keys.

        A key of a band weighs 1, any other key SENTENCE_WEIGHT.
        """
        text = self.texts[n]
        kept, strong, out, strong_out = list[int](), list[int](), list[int](), list[int]()
        for key in self.keys_of(n):
            is_band = key & 3 == BAND
            earlier_kept, earlier_out = self._holders[key].candidates(text)
            if is_band:
                kept += earlier_kept
                out += earlier_out
            else:
                strong += earlier_kept
                strong_out += earlier_out
        return _weights(kept, strong), _weights(out, strong_out)

    def put(self, n: int, *, is_kept: bool) -> set[int]:
        """Mark a text as kept or not, and return the later texts to compare again."""
        text, was = self.texts[n], self.is_kept.get(n)
        to_compare_again: set[int] = set()
        for key in self.keys_of(n):
            holders = self._holders[key]
            if was is None and holders.ends_before(text):
                holders.append(text, is_kept=is_kept)
                continue
            holders.put(text, is_kept=is_kept, was_kept=was)
            to_compare_again.update(holders.to_compare_again(text, is_kept=is_kept or bool(was)))
        self.is_kept[n] = is_kept
        return to_compare_again

    def to_compare_again(self, removed: RemovedText) -> set[int]:
        """Return the later texts to compare again after a text was removed."""
        found: set[int] = set()
        for key in removed.keys.tolist():
            if key in self._holders:
                found.update(self._holders[key].to_compare_again(removed.text, is_kept=removed.was_kept))
        return found

    def write(self) -> None:
        """Store which of the keys that were read have become boilerplate, and which no longer are."""
        after = {
            key: place for key, found in self._holders.items() if (place := found.full_from()) is not None
        }
        key_table.settle_full(self._conn, self._full, after)


def _weights(bands: list[int], others: list[int]) -> dict[int, int]:
    """Return the weight of each text; the lists have it once per shared key of a band, and per other shared key."""
    weights = dict[int, int](Counter(bands))
    for n, count in Counter(others).items():
        weights[n] = weights.get(n, 0) + count * SENTENCE_WEIGHT
    return weights


_PLACES = "SELECT n, first_seen, article, kept FROM json_each(?) a CROSS JOIN internal_near_texts t ON t.n = a.value"
