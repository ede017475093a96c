"""An archive as a reader has it: from a Python prompt, a notebook or a script."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.corpus.corpus_tables import Table
    from archive.corpus.selected_articles import Selected
    from archive.search import Results
    from kepu.records import Article

# What a method needs is imported in it: the command line imports this package, and should be there at once.


class Archive:
    """An archive to read, also while a crawl writes to it; it changes nothing.

        archive = Archive("data/kepu.db")
        for article in archive.articles(since="2023-06", source="新华社"):
            print(article.date_published, article.headline)
        archive.frame(since="2023").groupby("layout").char_count.median()

    Each call opens the file and closes it again. Every method may raise NotFound, WrongSchema or Damaged, which say
    what to do.
    """

    def __init__(self, path: str | Path = "data/kepu.db") -> None:
        """Raise NotFound, WrongSchema or Damaged where there is no archive at `path`."""
        self.path = Path(path)
        len(self)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"

    def __len__(self) -> int:
        """Return how many articles there are, copies among them."""
        from archive.readonly import reading

        with reading(self.path) as db:
            return int(db.conn.execute("SELECT count(*) FROM articles").fetchone()[0])

    def articles(self, **filters: Any) -> Iterator["Article"]:
        """Yield typed records (kepu/records/__init__.py) by date; the filters are those of `archive.records.articles`.

        since, until (`2024`, `2024-05`, `2024-05-10`, both included), source, section, layout; copies are left out
        unless duplicates=True. UrlState does not grow with their number.
        """
        from archive.read_articles import articles
        from archive.readonly import reading

        with reading(self.path) as db:
            yield from articles(db, **filters)

    def frame(self, **filters: Any) -> Any:
        """Return a pandas.DataFrame of them, all in memory: see `archive.records.frame`."""
        from archive.read_articles import frame
        from archive.readonly import reading

        with reading(self.path) as db:
            return frame(db, **filters)

    def article(self, id_: str) -> "Article | None":
        """Return the article of an id (`n1/40148467`), or None."""
        import orjson

        from archive.read_articles import article
        from archive.readonly import reading
        from archive.schema import RECORD_SQL

        with reading(self.path) as db:
            row = db.conn.execute(f"SELECT {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
        return row and article(orjson.loads(row[0]))

    def words(self, **options: Any) -> "Table":
        """Return what `kepu words` prints: `.frame()` is a data frame, `.facts` says over what it was counted.

        Filters are those of `archive.filters.Selection` (since, until, sections, sources, …) and of
        `archive.corpus.selected_articles.Counting` (headline, dateline, punctuation); the others are those of
        `archive.corpus.frequencies.frequencies` (unit, n, limit, least).
        """
        from archive.corpus.frequencies import frequencies

        return frequencies(self._selected(options), **options)

    def kwic(self, query: str, **options: Any) -> "Table":
        """Return a concordance: the same filters, and width, sort, limit, offset, sample, seed."""
        from archive.corpus.concordance import concordance

        return concordance(self._selected(options), query, **options)

    def collocates(self, query: str, **options: Any) -> "Table":
        """Return the words that stand near a word: the same filters, and window, least, limit."""
        from archive.corpus.collocates import collocates

        return collocates(self._selected(options), query, **options)

    def keyness(self, a: str, b: str, **options: Any) -> "Table":
        """Return what one side has more often than another, each as `kepu keyness` takes it (2021, source:新华社).

        The options are headline, dateline, punctuation, least, limit, alpha.
        """
        from archive.corpus.keyness import compare, keyness, side

        counting = _counting()
        counted = counting(**_taken(counting, options))
        return keyness(*compare(self.path, side(a), side(b), counted), **options)

    def trend(self, *queries: str, **options: Any) -> "Table":
        """Return how often words are used, by month or, with by="year", by year: the same filters."""
        from archive.corpus.trend import trend

        return trend(self._selected(options), queries, **options)

    def _selected(self, options: dict[str, Any]) -> "Selected":
        from archive.corpus.selected_articles import select
        from archive.filters import Selection

        counting, selection = _counting(), _taken(Selection, options)
        for name in ("sections", "sources", "layouts"):
            if isinstance(selection.get(name), str):
                selection[name] = (selection[name],)
        return select(self.path, Selection(**selection), counting(**_taken(counting, options)))

    def search(self, query: str, **options: Any) -> "Results":
        """Return what `kepu search` finds: hits with snippets, how many there are in all, and facets."""
        from archive.readonly import reading
        from archive.search import search

        with reading(self.path) as db:
            return search(db, query, **options)


def _counting() -> Any:
    from archive.corpus.selected_articles import Counting

    return Counting


def _taken(of: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Take the options that are fields of a dataclass out of a call's options."""
    return {name: options.pop(name) for name in [field.name for field in fields(of)] if name in options}
