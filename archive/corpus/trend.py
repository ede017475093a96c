"""Trends: the frequency of words per month or per year."""

from collections.abc import Sequence
from typing import Literal

from archive.corpus.corpus_tables import Cell, CorpusTable
from archive.corpus.selected_articles import Selected
from archive.corpus.word_queries import hits_of
from archive.numpy_arrays import Array, np

By = Literal["month", "year"]
_LENGTH = {"month": 7, "year": 4}

COLUMNS = ("period", "word", "count", "tokens", "per_million", "documents")


def trend(selected: Selected, queries: Sequence[str], *, by: By = "month") -> CorpusTable:
    """Return the frequency of each word in each month or year that has articles.

    Columns: the period, the word, its count, the number of tokens in the period, the count per million tokens, and the
    number of articles with the word. Articles without a date are not counted. Raises BadWord for a query that is not a
    word.
    """
    corpus = selected.corpus
    length = _LENGTH[by]
    of_article = [date[:length] if len(date) >= length else "" for _, date, _ in corpus.articles]
    periods, number = np.unique(np.array(of_article, dtype=object), return_inverse=True)
    tokens = np.bincount(number, weights=selected.sizes, minlength=len(periods)).astype(np.int64)
    rows: list[tuple[Cell, ...]] = []
    found = {query: _counts(selected, query, number, len(periods)) for query in queries}
    for k, period in enumerate(periods.tolist()):
        if period and tokens[k]:
            for query, (counts, documents) in found.items():
                per_million = float(counts[k] / tokens[k] * 1e6)
                rows.append((period, query, int(counts[k]), int(tokens[k]), per_million, int(documents[k])))
    return CorpusTable(COLUMNS, rows, selected.facts() | {"by": by, "queries": list(queries)})


def _counts(selected: Selected, query: str, number: Array, periods: int) -> tuple[Array, Array]:
    articles = selected.corpus.rows[hits_of(selected, query).segments]
    return (
        np.bincount(number[articles], minlength=periods),
        np.bincount(number[np.unique(articles)], minlength=periods),
    )
