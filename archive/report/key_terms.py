"""The most frequent words, and those that became more or less frequent from one year to the next."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlite_utils import Database

from pipelines.segmentation.text.words import words

COMMON = frozenset((Path(__file__).parent / "common_words.txt").read_text("utf-8").split())
"""Words that are frequent in every text, chosen by hand; they are not counted."""

_TERM = re.compile(r"[㐀-鿿]{2,}|[A-Za-z][A-Za-z0-9+#.-]+")

TOP = 40
"""Maximum number of most frequent words."""
MOVERS = 10
"""Maximum number of words that rose, and of words that fell, per year."""

LEAST = 5
"""Minimum number of articles of two years together that have a word whose change is reported."""


@dataclass(frozen=True, slots=True)
class FrequencyChange:
    """A word whose frequency changed from one year to the next."""

    word: str
    """The word in its normal form."""
    before: int
    """Number of sampled articles of the earlier year with the word."""
    after: int
    """Number of sampled articles of the later year with the word."""
    z: float
    """The z-score of its log odds ratio, positive if it became more frequent."""


@dataclass(slots=True)
class Terms:
    """Counts of words. A word counts once per article."""

    articles: int = 0
    """Number of articles that were read."""
    top: dict[str, int] = field(default_factory=dict)
    """Word → articles, the most frequent first."""
    sampled: dict[str, int] = field(default_factory=dict)
    """Year → number of articles that were read."""
    moves: dict[str, tuple[list[FrequencyChange], list[FrequencyChange]]] = field(default_factory=dict)
    """Year → (words that rose, words that fell) since the year before, the strongest change first."""


def terms(db: Database, sample: dict[str, list[int]]) -> Terms:
    """Count the words of the sampled articles; `sample` maps a year to the `seq` of its articles.

    Changes are computed between consecutive years with articles; the year `?` counts only for the most frequent words.
    """
    found = Terms()
    years: dict[str, tuple[int, Counter[str]]] = {}
    for year, chosen in sample.items():
        counts: Counter[str] = Counter()
        for text in _texts(db, chosen):
            counts.update(words_of(text))
            found.articles += 1
        years[year] = (len(chosen), counts)
        found.sampled[year] = len(chosen)
    total = sum((counts for _, counts in years.values()), Counter[str]())
    found.top = dict(sorted(total.items(), key=lambda item: (-item[1], item[0]))[:TOP])
    known = sorted(year for year in years if year.isdigit())
    for before, year in pairwise(known):
        found.moves[year] = movers(years[before], years[year])
    return found


def _texts(db: Database, chosen: Iterable[int]) -> Iterable[str]:
    for seq in chosen:
        yield from (text for (text,) in db.execute("SELECT text FROM articles WHERE seq = ?", (seq,)))


def words_of(text: str) -> set[str]:
    """Return the words of a text that have at least two letters and are not in COMMON."""
    found = {text[start:end] for start, end in words(text)}
    return {word for word in found if _TERM.fullmatch(word) and word not in COMMON}


def movers(
    before: tuple[int, Counter[str]], after: tuple[int, Counter[str]]
) -> tuple[list[FrequencyChange], list[FrequencyChange]]:
    """Return the words that rose and those that fell between two samples, by the z-score of their log odds ratio.

    Each sample is (number of articles, word → articles with it). Counts are smoothed with those of both samples
    together, the "informative Dirichlet prior" of Monroe, Colaresi and Quinn, Fightin' Words, 2008. Words with |z|
    below 1.96 are left out.
    """
    n0, c0 = before
    n1, c1 = after
    scored = []
    for word in c0.keys() | c1.keys():
        a, b = c0[word], c1[word]
        if a + b < LEAST:
            continue
        prior = (a + b) / (n0 + n1)
        x0, x1 = a + prior, b + prior
        y0, y1 = (
            n0 - a + 2 - prior,
            n1 - b + 2 - prior,
        )  # 2 is added so that this is not zero for a word that all articles have.
        z = (math.log(x1 / y1) - math.log(x0 / y0)) / math.sqrt(1 / x0 + 1 / x1)
        if abs(z) >= 1.96:
            scored.append(FrequencyChange(word, a, b, z))
    scored.sort(key=lambda move: (-abs(move.z), move.word))
    rose = [move for move in scored if move.z > 0][:MOVERS]
    fell = [move for move in scored if move.z < 0][:MOVERS]
    return rose, fell
