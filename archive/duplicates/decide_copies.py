"""Decide which texts are kept, one by one in the order in which they were first seen.

A text is left out if it is a near duplicate of an earlier kept text. So no two kept texts are near duplicates, and a
text at the end of the order changes nothing before it. When a text is added, removed or changed in the middle, exactly
the later texts that this can affect are compared again. The result depends only on the texts, their order and the
manual decisions.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop, heappush

from archive.duplicates import key_table
from archive.duplicates.compare_many import TextComparer
from archive.duplicates.compare_texts import (
    NEAR,
    Kind,
    PairEvidence,
    compare,
    doubt,
    kind,
    may_be_related,
    profiles,
)
from archive.duplicates.kept_profiles import KeptProfiles
from archive.duplicates.neighbours import SENTENCE_WEIGHT, ComparedText, Neighbours, RemovedText
from archive.duplicates.rough_comparison import RoughComparer, is_enough
from archive.numpy_arrays import Array, np

OUT_MOST = 6
"""Maximum number of left-out texts that a text is compared with: those that share the most keys with it."""

FEW = 3
"""Number of texts up to which comparing them one by one takes less time than comparing them at once."""

AHEAD = 64
"""Number of texts whose profiles are computed together."""

Verdict = tuple[Kind | None, PairEvidence, int]
"""The kind of a pair (None: too little in common), the evidence, and the number of the longer text."""

Row = tuple[str, str, int, float, float, float, float, float]
"""kind, found, longer, doubt, jaccard, contained, kept, ratio: the columns of `internal_near_pairs` after its two
texts.
"""


@dataclass(slots=True)
class ManualDecisions:
    """Manual decisions about pairs of texts, which are given by their numbers."""

    alone: set[int] = field(default_factory=set)
    """Texts that people decided are near duplicates of no other."""
    pairs: dict[tuple[int, int], str] = field(default_factory=dict)
    """Map each pair, the smaller number first, to `apart` or `together`."""
    partners: dict[int, set[int]] = field(default_factory=dict)
    """Map each text to the texts that people decided it belongs together with."""

    def about(self, a: int, b: int) -> str | None:
        """Return the manual decision about two texts, `apart` or `together`, or None."""
        if (decision := self.pairs.get((min(a, b), max(a, b)))) is not None:
            return decision
        return "apart" if a in self.alone or b in self.alone else None


def manual_decisions(conn: sqlite3.Connection) -> ManualDecisions:
    """Return the manual decisions about texts that the archive has."""
    found = ManualDecisions()
    found.alone.update(
        n
        for (n,) in conn.execute(
            "SELECT n FROM internal_near_alone JOIN internal_near_texts USING (content_sha256)"
        )
    )
    for a, b, decision in conn.execute(
        "SELECT x.n, y.n, decision FROM internal_near_decided d JOIN internal_near_texts x ON x.content_sha256 = d.a "
        "JOIN internal_near_texts y ON y.content_sha256 = d.b"
    ):
        found.pairs[min(a, b), max(a, b)] = decision
        if decision == "together":
            found.partners.setdefault(a, set()).add(b)
            found.partners.setdefault(b, set()).add(a)
    return found


@dataclass(slots=True)
class PreparedTexts:
    """What was computed of texts, for all batches of an update."""

    profiles: KeptProfiles = field(default_factory=KeptProfiles)
    """Profiles of texts, for exact comparisons."""
    rough: RoughComparer = field(default_factory=RoughComparer)
    """Compares many texts approximately."""
    comparer: TextComparer = field(default_factory=TextComparer)
    """Compares one text with several exactly."""

    def forget(self, texts: Iterable[int]) -> None:
        """Drop what was computed of texts that have changed."""
        for n in texts:
            self.profiles.forget(n)
            self.rough.forget(n)


class DuplicateDecisions:
    """The decisions of one batch of an update, made within the caller's transaction."""

    def __init__(
        self, conn: sqlite3.Connection, texts: Mapping[int, str], prepared: PreparedTexts | None = None
    ) -> None:
        """Prepare decisions; `texts` maps the numbers of new and of changed texts to their characters."""
        self._conn = conn
        self._texts = texts
        self._prepared = prepared or PreparedTexts()
        self._prepared.forget(texts)
        self._verdicts: dict[tuple[int, int], Verdict] = {}
        self._ahead: list[int] = []
        self._new: set[int] = set()
        self._manual = ManualDecisions()
        self.near = Neighbours(conn)
        self.touched: set[int] = set()
        """Texts whose pairs changed, or that changed between kept and left out."""
        self.turned: dict[int, bool] = {}
        """Map each text that was decided before and changed to whether it is kept now."""

    def all(
        self,
        new: Sequence[ComparedText],
        keys: Array,
        owners: Array,
        removed: list[RemovedText],
        others: Iterable[int],
    ) -> None:
        """Decide new texts, and all texts affected by them, by removed texts or by manual decisions.

        `keys` and `owners` are parallel arrays: the keys of the new texts, and the number of the text that has each.
        `others` are further texts to compare again.
        """
        near, self._manual = self.near, manual_decisions(self._conn)
        near.texts |= {text.n: text for text in new}
        near.read(keys, owners, removed)
        key_table.add(self._conn, keys, owners)
        self._new = {text.n for text in new}
        alone = {n for n in self._new if not near.has_candidates(n) and n not in self._manual.partners}
        near.is_kept |= dict.fromkeys(alone, True)
        waiting = (self._new - alone) | set(others)
        for each in removed:
            waiting |= near.to_compare_again(each)
        for partners in (self._manual.partners.get(text.n, ()) for text in new):
            waiting.update(partners)
        self._ahead = sorted(self._new - alone, key=near.texts.__getitem__, reverse=True)
        heap = [near.know(n) for n in waiting]
        heapify(heap)
        while heap:
            n = heappop(heap).n
            waiting.discard(n)  # A later change may queue the text again only if it comes after that change.
            for other in self._decide(n) - waiting:
                waiting.add(other)
                heappush(heap, near.know(other))
        near.write()
        self._conn.executemany(
            "UPDATE internal_near_texts SET kept = ? WHERE n = ? AND kept != ?",
            ((kept, n, kept) for n, kept in near.is_kept.items() if not (kept and n in self._new)),
        )

    def _decide(self, n: int) -> set[int]:
        """Decide one text, after all texts before it are decided; return the later texts to compare again."""
        near = self.near
        kept, out = near.candidates(n)
        for partner in self._manual.partners.get(n, ()):
            if near.know(partner) < near.texts[n] and partner in near.is_kept:
                (kept if near.is_kept[partner] else out).setdefault(partner, 1)
        rows = self._rows(n, kept, kept)
        is_kept = not any(row[0] in _EXCLUDING for row in rows.values())
        most_alike = sorted(out, key=lambda other: (-out[other], near.texts[other]))
        rows |= self._rows(n, most_alike[:OUT_MOST], out)
        self._write(n, rows)
        if near.is_kept.get(n) == is_kept:
            return set()
        if n in near.is_kept:
            self.touched.add(n)
            self.turned[n] = is_kept
        concerned = near.put(n, is_kept=is_kept)
        text = near.texts[n]
        return concerned | {p for p in self._manual.partners.get(n, ()) if near.know(p) > text}

    def _rows(self, n: int, others: Iterable[int], shared: Mapping[int, int]) -> dict[int, Row]:
        """Return the pair row of a text with each of the others that it has something in common with."""
        together = self._manual.partners.get(n, ())
        related = self._compare(n, list(others))
        related += [other for other in others if other in together and other not in related]
        related.sort(key=self.near.texts.__getitem__)
        rows = ((other, self._row(n, other, shared[other], self.verdict(n, other))) for other in related)
        return {other: row for other, row in rows if row is not None}

    def _row(self, n: int, other: int, shared: int, verdict: Verdict) -> Row | None:
        """Return the row of a pair, or None if the two texts have nothing in common."""
        found, evidence, longer = verdict
        decision = self._manual.about(n, other)
        if found is None and decision != "together":
            return None
        # Only texts of one template share what many texts have, unless they share nearly everything.
        computed = found if found is None or found == "repost" or shared >= SENTENCE_WEIGHT else "template"
        is_decided = decision == "together" or (decision is not None and computed in NEAR)
        return (
            str(decision if is_decided else computed), str(computed or "template"), longer,
            doubt(computed or "template", evidence),
            evidence.jaccard, evidence.contained, evidence.kept, evidence.ratio,
        )  # fmt: skip

    def _compare(self, n: int, others: list[int]) -> list[int]:
        """Find the verdicts of a text with those of the others that it has something in common with; return these."""
        verdicts, related, unknown = self._verdicts, list[int](), list[int]()
        for other in others:
            (related if ((n, other) if n < other else (other, n)) in verdicts else unknown).append(other)
        if not unknown:
            return related
        self._read_profiles([n])
        unknown = self._close_enough(n, unknown)
        if not unknown:
            return related
        self._read_profiles([n, *unknown])
        profiles_ = self._prepared.profiles
        one, its = profiles_[n], [profiles_[other] for other in unknown]
        every = (
            self._prepared.comparer.compare(one, its)
            if len(unknown) > FEW
            else [compare(one, each) for each in its]
        )
        for other, evidence in zip(unknown, every, strict=True):
            if evidence is not None and may_be_related(evidence):
                self._judge(n, other, evidence)
                related.append(other)
        return related

    def _close_enough(self, n: int, others: list[int]) -> list[int]:
        """Return those of the others that may have enough in common with a text, whose profile is in memory."""
        found, by_grams = self._prepared.rough.may_be_related(n, others)
        if not by_grams:
            return found
        kept = self._prepared.profiles
        grams = dict[int, Array]()
        for other in by_grams:
            if (its := kept.grams(other)) is None:
                found.append(other)
            else:
                grams[other] = its
        if grams:
            own = kept[n].grams
            sizes = np.fromiter(map(len, grams.values()), dtype=np.int64, count=len(grams))
            shared = self._prepared.comparer.shared_grams(own, list(grams.values()), sizes)
            enough = is_enough(shared, np.minimum(sizes, len(own)), np.maximum(sizes, len(own)))
            found += [other for other, is_so in zip(grams, enough.tolist(), strict=True) if is_so]
        return found

    def verdict(self, a: int, b: int) -> Verdict:
        """Return the kind of a pair, the evidence, and the number of the longer text."""
        found = self._verdicts.get((min(a, b), max(a, b)))
        if found is None:
            self._read_profiles([a, b])
            profiles_ = self._prepared.profiles
            found = self._judge(a, b, compare(profiles_[a], profiles_[b]))
        return found

    def _judge(self, a: int, b: int, evidence: PairEvidence) -> Verdict:
        """Derive the verdict of a pair whose profiles are in memory from what the texts have in common, and keep it."""
        one, other = self._prepared.profiles[a], self._prepared.profiles[b]
        by_place = sorted((a, b), key=self.near.know)
        longer = max(by_place, key=lambda each: (one if each == a else other).chars)
        found = kind(one, other, evidence), evidence, longer
        self._verdicts[min(a, b), max(a, b)] = found
        return found

    def _write(self, n: int, rows: dict[int, Row]) -> None:
        """Store the pairs of a text with earlier texts, and delete outdated ones."""
        before = {} if n in self._new else self._pairs_of(n)
        lost = before.keys() - rows.keys()
        changed = [
            other
            for other, row in rows.items()
            if other not in before or before[other][1:] != row[1:] or not _same_kind(before[other][0], row[0])
        ]
        if not (lost or changed):
            return
        self.touched |= {n, *lost, *changed}
        for each in lost:
            self._conn.execute("DELETE FROM internal_near_pairs WHERE later = ? AND earlier = ?", (n, each))
        self._conn.executemany(
            "INSERT OR REPLACE INTO internal_near_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((n, other, *rows[other]) for other in changed),
        )

    def _pairs_of(self, n: int) -> dict[int, tuple[object, ...]]:
        columns = "earlier, kind, found, longer, doubt, jaccard, contained, kept, ratio"
        rows = self._conn.execute(f"SELECT {columns} FROM internal_near_pairs WHERE later = ?", (n,))
        return {other: tuple(row) for other, *row in rows}

    def _read_profiles(self, texts: Sequence[int]) -> None:
        """Compute the profiles that are not held in memory, together with those of the next new texts."""
        kept, rough = self._prepared.profiles, self._prepared.rough
        # The function outlives this batch, so it must not hold the texts of the batch.
        read = partial(text_of, self._conn)
        missing = {n: self._text(n) for n in texts if not kept.load(n, read)}
        if missing:
            while self._ahead and len(missing) < AHEAD:
                if not kept.load(following := self._ahead.pop(), read):
                    missing[following] = self._text(following)
            for n, profile in zip(missing, profiles(list(missing.values())), strict=True):
                kept[n] = profile
                rough.add(n, profile)
        kept.make_room(len(texts) + AHEAD)

    def _text(self, n: int) -> str:
        return self._texts.get(n) or text_of(self._conn, n)


_EXCLUDING = (*NEAR, "together")


def _same_kind(before: object, now: str) -> bool:
    """Return whether a pair has the same kind as before, where `merged` counts as the kind that it replaces."""
    return before == now or (before == "merged" and now in NEAR)


def text_of(conn: sqlite3.Connection, n: int) -> str:
    """Return the text with this number, taken from the first article that has it."""
    row = conn.execute(
        "SELECT coalesce(a.text_canonical, a.text) FROM internal_near_texts t JOIN articles a ON a.id = t.article "
        "WHERE n = ?",
        (n,),
    ).fetchone()
    return "" if row is None else str(row[0])
