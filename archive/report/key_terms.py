"""Words: the most frequent ones, and those that rose or fell from a year to the next."""

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
"""Words of every text, which say nothing about one: chosen by hand."""

_TERM = re.compile(r"[㐀-鿿]{2,}|[A-Za-z][A-Za-z0-9+#.-]+")

TOP = 40
MOVERS = 10

LEAST = 5
"""Articles of two years together that a word must stand in to be said to rise or fall."""


@dataclass(frozen=True, slots=True)
class FrequencyChange:
    """A word that rose or fell from one year to the next."""

    word: str
    before: int
    """Sampled articles of the year before in which it stands."""
    after: int
    """Sampled articles of the year in which it stands."""
    z: float
    """The z-score of its log odds ratio; positive where it rose."""


@dataclass(slots=True)
class Terms:
    """What is said of words. A word counts once an article."""

    articles: int = 0
    """Articles that were read."""
    top: dict[str, int] = field(default_factory=dict)
    """Word → articles, the most frequent first."""
    sampled: dict[str, int] = field(default_factory=dict)
    """Year → articles that were read."""
    moves: dict[str, tuple[list[FrequencyChange], list[FrequencyChange]]] = field(default_factory=dict)
    """Year → what rose and what fell against the year before, the strongest first."""


def terms(db: Database, sample: dict[str, list[int]]) -> Terms:
    """Return the words of the sampled articles (year → `seq` of its articles)."""
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
    """Return the words of a text that may say something about it: of two letters and more, none of COMMON."""
    found = {text[start:end] for start, end in words(text)}
    return {word for word in found if _TERM.fullmatch(word) and word not in COMMON}


def movers(
    before: tuple[int, Counter[str]], after: tuple[int, Counter[str]]
) -> tuple[list[FrequencyChange], list[FrequencyChange]]:
    """Return the words that rose and those that fell, by the z-score of their log odds ratio.

    Each side is (articles, word → articles that have it). Counts are smoothed by the two years together: the
    "informative Dirichlet prior" of Monroe, Colaresi and Quinn, Fightin' Words, 2008. |z| below 1.96 is chance.
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
        y0, y1 = n0 - a + 2 - prior, n1 - b + 2 - prior  # never zero, also of a word that all have
        z = (math.log(x1 / y1) - math.log(x0 / y0)) / math.sqrt(1 / x0 + 1 / x1)
        if abs(z) >= 1.96:
            scored.append(FrequencyChange(word, a, b, z))
    scored.sort(key=lambda move: (-abs(move.z), move.word))
    rose = [move for move in scored if move.z > 0][:MOVERS]
    fell = [move for move in scored if move.z < 0][:MOVERS]
    return rose, fell
