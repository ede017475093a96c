"""Trends: the frequency of words per month or per year."""

from collections.abc import Sequence
from typing import Literal

from archive.corpus.corpus_tables import Cell, CorpusTable
from archive.corpus.selected_articles import Selected
from archive.corpus.word_queries import hits_of, without_hits
from archive.numpy_arrays import Array, np

By = Literal["month", "year"]
"""Length of the periods."""
_LENGTH = {"month": 7, "year": 4}

_LONGEST_SPAN = {"month": 2400, "year": 200}
"""Maximum number of periods that are filled in; a longer span has a wrong date, and only periods with articles."""

COLUMNS = ("period", "word", "count", "tokens", "per_million", "documents", "articles")
"""Columns of the table, one row per period and word."""


def trend(selected: Selected, queries: Sequence[str], *, by: By = "month") -> CorpusTable:
    """Return the frequency of each word in each month or year from the first article of the selection to the last.

    Columns: the period, the word, its count, the number of tokens in the period, the count per million tokens, the
    number of articles with the word, and the number of all articles. A period without articles has 0 everywhere and no
    count per million (None), because nothing can be said of it. Articles without a date are not counted. Raises BadWord
    for a query that is not a word.
    """
    corpus = selected.corpus
    length = _LENGTH[by]
    of_article = [date[:length] if len(date) >= length else "" for _, date, _ in corpus.articles]
    periods, number = np.unique(np.array(of_article, dtype=object), return_inverse=True)
    tokens = np.bincount(number, weights=selected.sizes, minlength=len(periods)).astype(np.int64)
    articles = np.bincount(number[selected.is_row], minlength=len(periods))
    rows: list[tuple[Cell, ...]] = []
    found = {query: _counts(selected, query, number, len(periods)) for query in queries}
    index = {period: k for k, period in enumerate(periods.tolist()) if period and articles[k]}
    for period in _span(list(index), by):
        k = index.get(period)
        for query, (counts, documents) in found.items():
            if k is None:
                rows.append((period, query, 0, 0, None, 0, 0))
                continue
            per_million = float(counts[k] / tokens[k] * 1e6) if tokens[k] else None
            rows.append(
                (
                    period,
                    query,
                    int(counts[k]),
                    int(tokens[k]),
                    per_million,
                    int(documents[k]),
                    int(articles[k]),
                )
            )
    absent = without_hits(selected, [query for query, (counts, _) in found.items() if not counts.any()])
    return CorpusTable(COLUMNS, rows, selected.facts() | {"by": by, "queries": list(queries)} | absent)


def _span(periods: list[str], by: By) -> list[str]:
    """Return all months or years from the first of these to the last, which are in order."""
    if not periods:
        return []
    first, last = (int(each[:4]) * 12 + int(each[5:7] or 1) - 1 for each in (periods[0], periods[-1]))
    step = 1 if by == "month" else 12
    if (last - first) // step >= _LONGEST_SPAN[by]:
        return periods
    ends = range(first, last + 1, step)
    return [f"{n // 12:04}-{n % 12 + 1:02}" if by == "month" else f"{n // 12:04}" for n in ends]


def _counts(selected: Selected, query: str, number: Array, periods: int) -> tuple[Array, Array]:
    articles = selected.corpus.rows[hits_of(selected, query).segments]
    return (
        np.bincount(number[articles], minlength=periods),
        np.bincount(number[np.unique(articles)], minlength=periods),
    )
