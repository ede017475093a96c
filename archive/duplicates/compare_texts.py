"""Compare two texts in full, not by their sketches, and derive the kind of the pair."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from archive.duplicates.equal_letters import folded
from archive.duplicates.filled_gaps import are_gaps
from archive.duplicates.shingles import shingle
from archive.numpy_arrays import Array, among, distinct, np

Kind = Literal["repost", "edited", "excerpt", "summary", "template"]
"""What two different texts are to each other.

`repost`: the same text with small changes. `edited`: the same story with sentences replaced. `excerpt`: the shorter one
is a passage of the longer one. `summary`: the shorter one consists of single sentences of the longer one. `template`:
two stories that share phrases, such as two notices made from one form.
"""

NEAR = ("repost", "edited", "excerpt", "summary", "merged")
"""Kinds of pairs that are near duplicates, of which an export keeps one text. A template is not a near duplicate.

A pair becomes `merged` only by another pair that shows it: see merged_articles.py.
"""


EDITED = 0.55
"""Minimum share of the shorter text in sentences kept word for word, above which the rest may be anything.

Invented versions with 30% of their sentences replaced keep .64 and more; articles built from the same stock phrases
share .08.
"""

TOUCHED = 0.15
"""Minimum share of the common 4-grams outside such sentences for a pair to count as filled gaps of one template. An
edit replaces whole sentences; a template changes gaps within sentences.
"""

SAME = 0.6
"""Minimum similarity of a repost whose sentences were touched, if it kept the numbers too."""

REWORDED = 0.4
"""Minimum similarity of a repost in which words of most sentences were replaced while all numbers stayed. Invented ones
have .42 to .66; templates of the same similarity share less than a third of their numbers.
"""

MANY_NUMBERS, ALL_NUMBERS = 6, 0.9
"""Minimum count of the distinct numbers of both texts, and minimum share of them in both, for such a repost."""

SURE = 0.75
"""Minimum similarity of such a repost if there are no numbers to compare, and of a repost (rather than an edit) whose
whole sentences were replaced.
"""

SHORT = 0.6
"""A text is an excerpt if it has less than this share of the longer text's length."""

WHOLE = 0.7
"""Minimum share of an excerpt's 4-grams that the longer text has."""

PART = 0.6
"""Minimum share of an excerpt's characters in whole sentences that the longer text has."""

INSIDE = 0.88
"""Share of an excerpt's 4-grams that proves it without looking at the numbers."""

BLOCK = 3
"""Minimum number of consecutive sentences replaced in place. An editor's changes are scattered; the part that differs
between two articles with the same frame is contiguous.
"""

TOGETHER = 0.8
"""Share of the differing sentences that lie in one such block if two texts share a frame."""

FRAMED = 0.72
"""Maximum share of the shorter text in sentences kept word for word, below which the common part can be a frame."""

ALL = 0.95
"""Share of a text's 4-grams in a much longer text from which it is a part of that text, whatever its length."""

SUMMARY = 0.35
"""Maximum length of a summary as a share of the length of the whole text."""

SCATTERED = 2.2
"""Maximum average number of consecutive sentences that a summary takes over; an excerpt takes whole paragraphs."""

LETTERS = 0.5
"""Minimum share of common 4-grams outside the sentences kept word for word, from which single characters were changed
rather than whole sentences.
"""

NUMBERS = 0.4
"""Minimum share of the numbers in the text with fewer numbers that the other text has too. A template changes dates and
counts; a repost keeps them.
"""

RELATED = 0.3
"""Minimum similarity of a pair that is not a duplicate to be stored as sharing a template."""

_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[〇零一二三四五六七八九十百千万两]+(?=[年月日号时点分期届])|[〇零一二三四五六七八九十百千]{2,}"
)


@dataclass(slots=True)
class TextProfile:
    """A text prepared for comparison."""

    given: str | Callable[[], str]
    """The text itself, unchanged, or a function that returns it."""
    grams: Array
    """Distinct 32-bit hashes of its 4-grams, sorted. Two texts of 700 letters have a false one in common once in 9,000
    pairs, which changes their similarity by a thousandth.
    """
    order: Array
    """Hashes of its sentences of four characters and more, in the order of the text."""
    sentences: Array
    """Distinct hashes of the same sentences, sorted."""
    lengths: Array
    """Number of characters of each of these distinct sentences."""
    chars: int
    """Total number of characters of these sentences."""
    _numbers: frozenset[str] | None = None

    @property
    def text(self) -> str:
        """The text itself. It is read at the first access, because few comparisons need it."""
        if not isinstance(self.given, str):
            self.given = self.given()
        return self.given

    def numbers(self) -> frozenset[str]:
        """Return the numbers that occur in the text, in digits and in Chinese numerals."""
        if self._numbers is None:
            self._numbers = frozenset(_NUMBER.findall(folded(self.text)))
        return self._numbers


@dataclass(slots=True)
class PairEvidence:
    """What two texts have in common. Each value is a share from 0 to 1."""

    jaccard: float
    """Number of 4-grams in both texts divided by the number in either (Jaccard similarity)."""
    contained: float
    """Number of 4-grams in both texts divided by the number in the text that has fewer."""
    kept: float
    """Characters in sentences that both texts have word for word, divided by the characters of the shorter text."""
    ratio: float
    """Length of the shorter text divided by the length of the longer."""


def profiles(texts: Sequence[str]) -> list[TextProfile]:
    """Return the profile of each text."""
    taken = shingle(texts)
    found = []
    starts, borders = taken.gram_starts, taken.sentence_starts
    halves = (taken.grams >> np.uint64(32)).astype(np.uint32)
    for place, text in enumerate(texts):
        grams = distinct(halves[starts[place] : starts[place + 1]])
        within = slice(borders[place], borders[place + 1])
        # Sentences of less than four characters have the hash 0 and prove nothing.
        long_enough = taken.sentences[within] != 0
        order = taken.sentences[within][long_enough]
        sentences, first = _first_of_each(order)
        lengths = taken.lengths[within][long_enough][first]
        found.append(TextProfile(text, grams, order, sentences, lengths, int(lengths.sum())))
    return found


def _first_of_each(values: Array) -> tuple[Array, Array]:
    """Return the distinct values, sorted, and the index of the first occurrence of each."""
    places = np.argsort(values, kind="stable")
    ordered = values[places]
    is_first = np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
    return ordered[is_first], places[is_first]


def compare(a: TextProfile, b: TextProfile) -> PairEvidence:
    """Return what two texts have in common; the order of the arguments does not matter."""
    shared = len(_common(a.grams, b.grams))
    least, most = sorted((len(a.grams), len(b.grams)))
    same = _common(a.sentences, b.sentences)
    kept = a.lengths[np.searchsorted(a.sentences, same)].sum()
    short, long = sorted((a.chars, b.chars))
    return PairEvidence(
        jaccard=shared / max(least + most - shared, 1),
        contained=shared / max(least, 1),
        kept=min(float(kept) / max(short, 1), 1.0),
        ratio=short / max(long, 1),
    )


def kind(a: TextProfile, b: TextProfile, evidence: PairEvidence) -> Kind | None:
    """Return the kind of a pair of different texts, or None if they have too little in common.

    Reposts and edits belong to one story; an excerpt or a summary is a part of the other text; two texts from one
    template are different stories. No single threshold separates these (heavy edits and templates both have
    similarities from .4 to .7), so four questions do: how much of the texts is the same, whether whole sentences are,
    whether the numbers are, and whether a short text fills the same gaps with other words.
    """
    if not _is_duplicate(a, b, evidence) or are_gaps(a.text, b.text):
        return "template" if evidence.jaccard >= RELATED else None
    if evidence.ratio < SHORT or (evidence.contained >= ALL and evidence.jaccard < SURE):
        return "summary" if _is_summary(a, b, evidence) else "excerpt"
    lost = 1 - evidence.kept
    replaced = lost >= 0.05 and evidence.contained - evidence.kept < LETTERS * lost
    return "edited" if replaced else "repost"


def may_be_related(evidence: PairEvidence) -> bool:
    """Return False only for evidence of which `kind` returns None."""
    return evidence.jaccard >= RELATED or max(evidence.contained, evidence.kept) >= EDITED


def doubt(found: Kind, evidence: PairEvidence) -> float:
    """Return how doubtful the kind of a pair is, from 0 (certain) to 1, so that people can review such pairs."""
    whole = PART if evidence.ratio < SHORT else EDITED
    if found == "template":
        return round(min(max(evidence.jaccard / SURE, evidence.kept / whole), 1.0), 3)
    clear = max((evidence.jaccard - SAME) / (1 - SAME), (evidence.kept - whole) / (1 - whole))
    return round(min(max(1 - clear, 0.0), 1.0), 3)


def _is_duplicate(a: TextProfile, b: TextProfile, evidence: PairEvidence) -> bool:
    if max(evidence.contained, evidence.kept) < EDITED:
        return False
    is_part = evidence.ratio < SHORT
    if is_part and evidence.contained >= INSIDE:
        return True
    touched = evidence.contained - evidence.kept
    agreement = None if touched <= 0.03 else _agreement(a, b)
    if agreement is not None and agreement < NUMBERS:
        return False
    if evidence.kept >= (PART if is_part else EDITED) and touched <= TOUCHED:
        return evidence.kept >= FRAMED or not _is_framed(a, b)
    if is_part:
        return evidence.contained >= WHOLE and agreement is not None
    if evidence.jaccard >= REWORDED and _have_the_same_numbers(a, b):
        return True
    return evidence.jaccard >= (SURE if agreement is None else SAME)


def _is_summary(a: TextProfile, b: TextProfile, evidence: PairEvidence) -> bool:
    """Return whether the shorter text consists of single sentences taken from all over the longer one."""
    short, long = sorted((a, b), key=lambda each: each.chars)
    taken = among(long.order, short.sentences)
    runs = _runs(taken)
    return evidence.ratio <= SUMMARY and runs >= 3 and np.count_nonzero(taken) <= SCATTERED * runs


def _agreement(a: TextProfile, b: TextProfile) -> float | None:
    """Return the share of the numbers in the text with fewer numbers that both have, or None if there are too few."""
    these, those = a.numbers(), b.numbers()
    fewer = min(len(these), len(those))
    return len(these & those) / max(fewer, 1) if len(these | those) >= 3 else None


def _have_the_same_numbers(a: TextProfile, b: TextProfile) -> bool:
    """Return whether two texts have many numbers, and nearly all of these are in both."""
    either = len(a.numbers() | b.numbers())
    return either >= MANY_NUMBERS and len(a.numbers() & b.numbers()) >= ALL_NUMBERS * either


def _is_framed(a: TextProfile, b: TextProfile) -> bool:
    """Return whether long runs of sentences are replaced in place while the text before and after them is the same.

    A series that drops its oldest part and appends a new one is not framed: nothing replaces the old part in its place.
    """
    lacks_a, lacks_b = ~among(a.order, b.sentences), ~among(b.order, a.sentences)
    return bool(_rows(a.order, lacks_a) & _rows(b.order, lacks_b))


def _rows(order: Array, lacks: Array) -> set[tuple[int, int]]:
    """Return the shared sentences before and after each long run of sentences that are not; 0 is an end of the text."""
    around = np.concatenate(([0], order, [0]))
    own = np.concatenate(([False], lacks, [False]))
    starts = np.flatnonzero(own[1:] & ~own[:-1])
    ends = np.flatnonzero(own[:-1] & ~own[1:]) + 1
    long = ends - starts - 1 >= max(BLOCK, TOGETHER * np.count_nonzero(lacks))
    return set(zip(around[starts[long]].tolist(), around[ends[long]].tolist(), strict=True))


def _runs(marked: Array) -> int:
    return int(np.count_nonzero(np.diff(marked.astype(np.int8), prepend=0) == 1))


def _common(a: Array, b: Array) -> Array:
    """Return the intersection of two sorted arrays without repeated values."""
    both = np.concatenate((a, b))
    both.sort()
    return both[:-1][both[1:] == both[:-1]]
