"""What two texts have in common, truly and not by a sketch, and what that makes of the pair."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.duplicates.filled_gaps import are_gaps
from archive.duplicates.letter_forms import folded
from archive.duplicates.shingles import shingle
from archive.numpy_arrays import Array, among, distinct, np

Kind = Literal["repost", "edited", "excerpt", "summary", "template"]

NEAR = ("repost", "edited", "excerpt", "summary", "merged")
"""The kinds of a pair that are near duplicates: an export keeps one of the two. A template is none.

`merged` is said of a pair only when another pair shows it: merged_articles.py.
"""


EDITED = 0.55
"""Of the shorter text, in sentences kept word for word: from here on the rest may be anything.

Planted versions with 30% of their sentences replaced keep .64 and more, articles from one stock of phrases .08.
"""

TOUCHED = 0.15
"""Of the 4-grams in both, those outside such sentences: an edit replaces sentences, a template fills gaps in them."""

SAME = 0.6
"""Similarity from which a text with touched sentences is a repost, if it kept the numbers too."""

SURE = 0.75
"""The same where there are no numbers to look at; and a repost, not an edit, where whole sentences were replaced."""

SHORT = 0.6
"""Length of the shorter text to the longer, below which it is an excerpt."""

WHOLE = 0.7
"""Of an excerpt's 4-grams, how many the longer text has at least."""

PART = 0.6
"""Of an excerpt's characters, how many stand in whole sentences that the longer text has too, at least."""

INSIDE = 0.88
"""Of an excerpt's 4-grams, how many prove it alone, whatever the numbers."""

BLOCK = 3
"""Sentences in a row that are replaced in place: an editor's changes lie scattered, the own part of an article
between the fixed beginning and end of a frame lies together.
"""

TOGETHER = 0.8
"""Of the sentences that differ, how many lie in one such row where the two texts share a frame."""

FRAMED = 0.72
"""Of the shorter text, in sentences kept word for word: a frame is less of an article."""

ALL = 0.95
"""Of the 4-grams of a text that the other has, and much beside: it is a part of it, however long."""

SUMMARY = 0.35
"""Length of a summary to that of the whole, at most."""

SCATTERED = 2.2
"""Sentences in a row, on the average, that a summary takes: an excerpt takes whole paragraphs."""

LETTERS = 0.5
"""Of what is not in sentences kept word for word, the 4-grams in both: from here on letters changed, not sentences."""

NUMBERS = 0.4
"""Of the numbers of the text that has fewer, how many must agree. A template changes dates and counts;
who reposts, keeps them."""

RELATED = 0.3
"""Similarity from which a pair that is no duplicate is written down as a template's."""

_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[〇零一二三四五六七八九十百千万两]+(?=[年月日号时点分期届])|[〇零一二三四五六七八九十百千]{2,}"
)


@dataclass(slots=True)
class TextProfile:
    """A text as it is compared."""

    text: str
    grams: Array
    """Hashes of its 4-grams, each once, in the order of the hashes."""
    order: Array
    """Hashes of its sentences of four characters and more, as they follow each other."""
    sentences: Array
    """The same, each once, in the order of the hashes."""
    lengths: Array
    """Characters of each of these sentences."""
    chars: int
    """Characters of these sentences."""
    _numbers: frozenset[str] | None = None

    def numbers(self) -> frozenset[str]:
        """Return the numbers of the text, in digits and in Chinese numerals."""
        if self._numbers is None:
            self._numbers = frozenset(_NUMBER.findall(folded(self.text)))
        return self._numbers


@dataclass(slots=True)
class PairEvidence:
    """What two texts have in common, each as a share from 0 to 1."""

    jaccard: float
    """4-grams in both, of those in either."""
    contained: float
    """4-grams in both, of those of the text that has fewer."""
    kept: float
    """Characters in sentences that stand word for word in both, of those of the shorter text."""
    ratio: float
    """Length of the shorter text to that of the longer."""


def profiles(texts: Sequence[str]) -> list[TextProfile]:
    """Return each text's profile."""
    taken = shingle(texts)
    found = []
    starts, borders = taken.gram_starts, taken.sentence_starts
    for place, text in enumerate(texts):
        grams = distinct(taken.grams[starts[place] : starts[place + 1]])
        within = slice(borders[place], borders[place + 1])
        # Sentences of less than four characters have the hash 0 and prove nothing.
        long_enough = taken.sentences[within] != 0
        order = taken.sentences[within][long_enough]
        sentences, first = _first_of_each(order)
        lengths = taken.lengths[within][long_enough][first]
        found.append(TextProfile(text, grams, order, sentences, lengths, int(lengths.sum())))
    return found


def _first_of_each(values: Array) -> tuple[Array, Array]:
    """Return each value once, sorted, and where it comes first."""
    places = np.argsort(values, kind="stable")
    ordered = values[places]
    is_first = np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
    return ordered[is_first], places[is_first]


def compare(a: TextProfile, b: TextProfile) -> PairEvidence:
    """Return what two texts have in common; the order of the two does not matter."""
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
    """Return what a pair of different texts is; None where they have too little in common to be anything.

    Reposts and edits make the two one story, an excerpt or a summary is a part of the other, and a template is what
    two stories share that are not one. No single threshold tells them apart (measured: heavy edits and templates
    both have similarities from .4 to .7), so four questions do: how much is the same, is it the same in whole
    sentences, where it is not, are the numbers the same, and is a short text another filling of the same gaps.
    """
    if not _is_duplicate(a, b, evidence) or are_gaps(a.text, b.text):
        return "template" if evidence.jaccard >= RELATED else None
    if evidence.ratio < SHORT or (evidence.contained >= ALL and evidence.jaccard < SURE):
        return "summary" if _is_summary(a, b, evidence) else "excerpt"
    lost = 1 - evidence.kept
    replaced = lost >= 0.05 and evidence.contained - evidence.kept < LETTERS * lost
    return "edited" if replaced else "repost"


def doubt(found: Kind, evidence: PairEvidence) -> float:
    """Return how near a pair of this kind is to being another, from 0 (beyond doubt) to 1, for people to review."""
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
    return evidence.jaccard >= (SURE if agreement is None else SAME)


def _is_summary(a: TextProfile, b: TextProfile, evidence: PairEvidence) -> bool:
    """Return whether the shorter text is made of single sentences of the longer one, taken from here and there."""
    short, long = sorted((a, b), key=lambda each: each.chars)
    taken = among(long.order, short.sentences)
    runs = _runs(taken)
    return evidence.ratio <= SUMMARY and runs >= 3 and np.count_nonzero(taken) <= SCATTERED * runs


def _agreement(a: TextProfile, b: TextProfile) -> float | None:
    """Return how many of the numbers of the text that has fewer stand in both; None where there are too few to ask."""
    these, those = a.numbers(), b.numbers()
    fewer = min(len(these), len(those))
    return len(these & those) / max(fewer, 1) if len(these | those) >= 3 else None


def _is_framed(a: TextProfile, b: TextProfile) -> bool:
    """Return whether long runs of sentences are replaced in place: before and behind them the two texts are the same.

    A series that drops its oldest part and adds a new one at its end is no frame: nothing stands in place of the old.
    """
    lacks_a, lacks_b = ~among(a.order, b.sentences), ~among(b.order, a.sentences)
    return bool(_rows(a.order, lacks_a) & _rows(b.order, lacks_b))


def _rows(order: Array, lacks: Array) -> set[tuple[int, int]]:
    """Return between which shared sentences a long row of nearly all others stands; 0 stands for an end of the text."""
    around = np.concatenate(([0], order, [0]))
    own = np.concatenate(([False], lacks, [False]))
    starts = np.flatnonzero(own[1:] & ~own[:-1])
    ends = np.flatnonzero(own[:-1] & ~own[1:]) + 1
    long = ends - starts - 1 >= max(BLOCK, TOGETHER * np.count_nonzero(lacks))
    return set(zip(around[starts[long]].tolist(), around[ends[long]].tolist(), strict=True))


def _runs(marked: Array) -> int:
    return int(np.count_nonzero(np.diff(marked.astype(np.int8), prepend=0) == 1))


def _common(a: Array, b: Array) -> Array:
    """Return what stands in both of two sorted arrays, in each of which it stands once."""
    both = np.concatenate((a, b))
    both.sort()
    return both[:-1][both[1:] == both[:-1]]
