"""What two texts have in common, truly and not by a sketch, and what that makes of the pair."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.duplicates.numpy_extra import Array, distinct, np
from archive.duplicates.shingles import shingle

Kind = Literal["repost", "edited", "excerpt", "template"]


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
"""Of an excerpt's 4-grams, or of its characters in whole sentences, how much the longer text has at least."""

BLOCK = 3.0
"""Sentences in a row, on the average, that differ: an editor's changes lie scattered, the own part of an article
between the fixed beginning and end of a frame lies together. Of 30% replaced at random it is 1.4.
"""

NUMBERS = 0.4
"""Of the numbers of both texts, how many must agree. A template changes dates and counts; who reposts, keeps them."""

RELATED = 0.3
"""Similarity from which a pair that is no duplicate is written down as a template's."""

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(slots=True)
class Profile:
    """A text as it is compared."""

    text: str
    grams: Array
    """Hashes of its 4-grams, each once, in the order of the hashes."""
    order: Array
    """Hashes of its sentences, as they follow each other."""
    sentences: Array
    """The same, each once, in the order of the hashes."""
    lengths: Array
    """Characters of each of these sentences."""
    chars: int
    """Characters of these sentences."""


@dataclass(slots=True)
class Evidence:
    """What two texts have in common, each as a share from 0 to 1."""

    jaccard: float
    """4-grams in both, of those in either."""
    contained: float
    """4-grams in both, of those of the text that has fewer."""
    kept: float
    """Characters in sentences that stand word for word in both, of those of the shorter text."""
    ratio: float
    """Length of the shorter text to that of the longer."""


def profiles(texts: Sequence[str]) -> list[Profile]:
    """Return each text's profile."""
    taken = shingle(texts)
    found = []
    starts, borders = taken.gram_starts, taken.sentence_starts
    for place, text in enumerate(texts):
        grams = distinct(taken.grams[starts[place] : starts[place + 1]])
        within = slice(borders[place], borders[place + 1])
        order = taken.sentences[within]
        sentences, first = np.unique(order, return_index=True)
        lengths = taken.lengths[within][first]
        found.append(Profile(text, grams, order, sentences, lengths, int(lengths.sum())))
    return found


def compare(a: Profile, b: Profile) -> Evidence:
    """Return what two texts have in common; the order of the two does not matter."""
    shared = len(_common(a.grams, b.grams))
    least, most = sorted((len(a.grams), len(b.grams)))
    same = _common(a.sentences, b.sentences)
    # Sentences of less than four characters have the hash 0 and prove nothing.
    kept = a.lengths[np.searchsorted(a.sentences, same[same != 0])].sum()
    short, long = sorted((a.chars, b.chars))
    return Evidence(
        jaccard=shared / max(least + most - shared, 1),
        contained=shared / max(least, 1),
        kept=min(float(kept) / max(short, 1), 1.0),
        ratio=short / max(long, 1),
    )


def kind(a: Profile, b: Profile, evidence: Evidence) -> Kind | None:
    """Return what a pair of different texts is; None where they have too little in common to be anything.

    Reposts and edits make the two one story, an excerpt is a part of the other, and a template is what two stories
    share that are not one. No single threshold parts the four (measured: heavy edits and templates both have
    similarities from .4 to .7), so three questions do: how much is the same, is it the same in whole sentences, and
    where it is not, are the numbers the same.
    """
    if _is_duplicate(a, b, evidence):
        if evidence.ratio < SHORT:
            return "excerpt"
        replaced = evidence.contained - evidence.kept <= TOUCHED and evidence.jaccard < SURE
        return "edited" if replaced else "repost"
    return "template" if evidence.jaccard >= RELATED else None


def _is_duplicate(a: Profile, b: Profile, evidence: Evidence) -> bool:
    touched = evidence.contained - evidence.kept
    agreement = None if touched <= 0.03 else _agreement(a.text, b.text)
    if agreement is not None and agreement < NUMBERS:
        return False
    if evidence.kept >= (WHOLE if evidence.ratio < SHORT else EDITED) and touched <= TOUCHED:
        return evidence.jaccard >= SURE or min(_block(a, b), _block(b, a)) < BLOCK
    if evidence.ratio < SHORT:
        return evidence.contained >= WHOLE and agreement is not None
    return evidence.jaccard >= (SURE if agreement is None else SAME)


def _agreement(a: str, b: str) -> float | None:
    """Return how many of the numbers of two texts stand in both; None where there are too few to ask."""
    these, those = set(_NUMBER.findall(a)), set(_NUMBER.findall(b))
    either = these | those
    return len(these & those) / len(either) if len(either) >= 3 else None


def _block(a: Profile, b: Profile) -> float:
    """Return how many sentences of one text that the other lacks follow each other on the average; 0 for none."""
    lacks = ~np.isin(a.order, b.sentences)
    blocks = np.count_nonzero(np.diff(lacks.astype(np.int8), prepend=0) == 1)
    return float(np.count_nonzero(lacks)) / max(int(blocks), 1)


def _common(a: Array, b: Array) -> Array:
    """Return what stands in both of two sorted arrays, in each of which it stands once."""
    both = np.concatenate((a, b))
    both.sort()
    return both[:-1][both[1:] == both[:-1]]
