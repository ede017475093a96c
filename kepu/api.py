"""The Python library: read an archive from a prompt, a notebook or a script."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

if TYPE_CHECKING:
    import pandas

    from archive.captures import CaptureRow as Capture
    from archive.corpus.corpus_tables import CorpusTable
    from archive.corpus.selected_articles import CorpusFilters
    from archive.duplicates.duplicate_queries import Cluster, Pair
    from archive.export.export_options import Layer, Profile
    from archive.export.export_stats import ExportFacts
    from archive.export.pieces import Files
    from archive.revisions import Version
    from archive.search import Results
    from archive.selection_keywords import Filters, Sampled
    from kepu.records import Article

# Methods import what they need: the command line imports this package and must start quickly.


class Archive:
    """An archive to read, also while a crawl writes to it; only `export` and `report` write, to their own files.

    >>> from kepu import Archive
    >>> archive = Archive("data/kepu.db")
    >>> for article in archive.articles(since="2023-06", until="2023-12"):
    ...     print(article.date_published, article.headline)  # doctest: +ELLIPSIS
    2023-...

    Each call opens the file and closes it again. Every method may raise NotFound, WrongSchema or Damaged, which say
    what to do. Filters are the same in all methods (`archive.selection_keywords.Filters`): since, until, section,
    source, layout, duplicates, complete_only, ids, sample, seed. A section, source or layout that the archive does not
    have raises NothingFits, which lists those that it has.
    """

    def __init__(self, path: str | Path = "data/kepu.db") -> None:
        """Open nothing yet; raise NotFound, WrongSchema or Damaged if there is no usable archive at `path`."""
        self.path = Path(path)
        len(self)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"

    def __len__(self) -> int:
        """Return the number of articles, copies included."""
        from archive.readonly import reading

        with reading(self.path) as db:
            return db.table("articles").count

    def articles(self, **filters: Unpack["Filters"]) -> Iterator["Article"]:
        """Yield articles as typed records (docs/record.md), by date, those without a date last.

        They are read one hundred at a time, so memory stays flat however many there are.

        >>> first = next(archive.articles(duplicates=True))
        >>> first.char_count > 0
        True
        """
        from archive.read_articles import articles
        from archive.readonly import reading
        from archive.selection_keywords import selection

        chosen = selection(**filters)
        with reading(self.path) as db:
            yield from articles(db, chosen)

    def count(self, **filters: Unpack["Filters"]) -> int:
        """Return how many articles `articles` would yield.

        >>> archive.count() <= len(archive)
        True
        """
        from archive.read_articles import count
        from archive.readonly import reading
        from archive.selection_keywords import selection

        with reading(self.path) as db:
            return count(db, selection(**filters))

    def frame(self, **filters: Unpack["Filters"]) -> "pandas.DataFrame":
        """Return a pandas.DataFrame of the articles, a row for each, all in memory.

        The columns are those of `kepu export --format csv`, with texts: `author`, `keywords` and other lists are joined
        by `；`. `date_published` is a day (datetime64, without a zone), `datetime_published` a moment of Asia/Shanghai
        or NaT where only the day is known, `char_count` the characters of the text without white space. Raises
        MissingExtra where pandas is not installed.

        >>> frame = archive.frame(since="2020")
        >>> int(frame.date_published.dt.year.min()) >= 2020
        True
        """
        from archive.read_articles import frame
        from archive.readonly import reading
        from archive.selection_keywords import selection

        with reading(self.path) as db:
            return frame(db, selection(**filters))

    def article(self, name: str) -> "Article | None":
        """Return the article of an id (`n1/40148467`), a URL or the end of an id; None where there is none.

        >>> archive.article("n1/1") is None
        True
        """
        import orjson

        from archive.read_articles import article
        from archive.readonly import reading
        from archive.revisions import find, record
        from kepu.errors import NotFound

        with reading(self.path) as db:
            try:
                found = record(db, find(db, name))
            except NotFound:
                return None
        return article(orjson.loads(orjson.dumps(found)))

    def search(
        self,
        query: str,
        *,
        order: Literal["relevance", "date"] = "relevance",
        limit: int = 20,
        offset: int = 0,
        duplicates: bool = False,
        **filters: Unpack["Sampled"],
    ) -> "Results":
        """Return a page of what `kepu search` finds: hits with snippets, how many there are in all, and facets.

        `limit` is the number of hits on the page, `offset` how many come before it. Filters stand in the query itself
        (`source:新华社 since:2023`) or are keywords, as those of `articles`. Raises BadQuery, NothingFits, and NotFound
        where `kepu search` made no index yet.

        >>> found = archive.search("水", order="date", limit=3)
        >>> len(found.hits) <= 3 <= found.total
        True
        >>> archive.search("", since="2024").total < archive.search("").total
        True
        """
        from archive.readonly import reading
        from archive.search import search
        from archive.selection_keywords import selection

        with reading(self.path) as db:
            return search(
                db,
                query,
                order=order,
                limit=limit,
                offset=offset,
                duplicates=duplicates,
                selection=selection(**filters),
            )

    def export(
        self,
        folder: str | Path,
        *,
        format: str = "jsonl",  # noqa: A002  the field's own name for it
        profile: "Profile | None" = None,
        text: "Iterable[Layer]" = ("exact",),
        files: "Files" = "size",
        split: str | None = None,
        bom: bool = False,
        pictures: bool = False,
        creator: str | None = None,
        doi: str | None = None,
        version: str | None = None,
        force: bool = False,
        update: bool = False,
        accept_rights: bool = False,
        **filters: Unpack["Filters"],
    ) -> "ExportFacts":
        """Write an export to a folder, as `kepu export` does, and return what it turned out to be.

        `rows` of the result is the number of articles, `bytes` the size of their files, `left_out` how many were left
        out and why. Raises RightsNotAccepted for a profile with texts unless `accept_rights`: they belong to their
        publisher. `pictures` takes kept pictures along. Raises BadExportOptions, InTheWay, NothingFits and others
        that say what to do.

        >>> facts = archive.export("out", profile="metadata", sample=5)
        >>> facts.rows
        5
        """
        from archive.export.export_options import Credit, plan_of
        from archive.export.exporter import export
        from archive.export.rights_gate import require
        from archive.selection_keywords import selection

        plan = plan_of(
            format,
            selection(**filters),
            profile=profile,
            texts=text,
            files=files,
            split=split,
            bom=bom,
            pictures=pictures,
            credit=Credit(creator, doi, version),
        )
        require(plan, accepted=accept_rights)
        return export(self.path, Path(folder), plan, force=force, update=update)

    def duplicates(self) -> Iterator["Cluster"]:
        """Yield the clusters of near duplicates, as `kepu duplicates` last found them: the canonical article first.

        `Member.similarity` is that to the canonical article, from 0 to 1.

        >>> all(cluster.members[0].kind == "canonical" for cluster in archive.duplicates())
        True
        """
        from archive.duplicates.duplicate_queries import clusters
        from archive.readonly import reading

        with reading(self.path) as db:
            yield from clusters(db)

    def similar(self, name: str) -> list["Pair"]:
        """Return what an article has in common with others, the most similar first; raises NotFound.

        >>> [pair.kind for pair in archive.similar(first.id) if pair.jaccard > 1]
        []
        """
        from archive.duplicates.duplicate_queries import pairs_of
        from archive.readonly import reading
        from archive.revisions import find

        with reading(self.path) as db:
            return pairs_of(db, find(db, name))

    def report(self, file: str | Path | None = None, **filters: Unpack["Filters"]) -> str:
        """Return the report of `kepu report`, one page of HTML; with `file`, write it there too.

        It counts copies, and says how many there are. `runs=[11, 12]` reports on the articles whose present version
        came in these crawl runs.

        >>> archive.report().lstrip()[:15].lower()
        '<!doctype html>'
        """
        from archive.report.make_report import report
        from archive.selection_keywords import selection
        from kepu.atomic_files import write_whole

        page = report(self.path, selection=selection(**filters))
        if file is not None:
            write_whole(Path(file), page.encode())
        return page

    def revisions(self, name: str) -> list["Version"]:
        """Return the versions of an article, the first one first; the last is the present one. Raises NotFound.

        >>> [version.n for version in archive.revisions(first.id)]
        [1]
        """
        from archive.readonly import reading
        from archive.revisions import find, versions

        with reading(self.path) as db:
            return versions(db, find(db, name))

    def captures(self, name: str) -> Iterator["Capture"]:
        """Yield the location of each capture of an article, in the order in which they were written; raises NotFound.

        `file` is a WARC in the folder of captures, `offset` and `length` are bytes. Nothing is yielded where none were
        kept.

        >>> [capture.length > 0 for capture in archive.captures(first.id)]
        []
        """
        from archive import captures
        from archive.readonly import reading
        from archive.revisions import find

        with reading(self.path) as db:
            yield from captures.rows(db, "article = ?", (find(db, name),))

    def words(
        self,
        *,
        unit: Literal["word", "character"] = "word",
        n: int = 1,
        limit: int = 50,
        least: int = 1,
        **filters: Unpack["CorpusFilters"],
    ) -> "CorpusTable":
        """Return what `kepu words` prints: `.frame()` is a data frame, `.facts` says over what it was counted.

        `n` is the length of sequences, `least` the fewest occurrences, `limit` the most rows (0 for all). Beside the
        filters of `articles`, `headline`, `dateline` and `punctuation` say what is counted of each article.

        >>> table = archive.words(limit=3)
        >>> len(table.rows), table.columns[:3]
        (3, ('rank', 'item', 'count'))
        """
        from archive.corpus.frequencies import frequencies
        from archive.corpus.selected_articles import selected

        return frequencies(selected(self.path, **filters), unit=unit, n=n, limit=limit, least=least)

    def kwic(
        self,
        query: str,
        *,
        width: int = 20,
        sort: Literal["date", "left", "right"] = "date",
        limit: int = 20,
        offset: int = 0,
        sample: int | None = None,
        seed: int = 0,
        **filters: Unpack["CorpusFilters"],
    ) -> "CorpusTable":
        """Return a concordance with `width` characters on either side; `sample` takes so many places at random.

        >>> lines = archive.kwic("的", width=5, limit=2)
        >>> [line["node"] for line in lines.records()]
        ['的', '的']
        """
        from archive.corpus.concordance import concordance
        from archive.corpus.selected_articles import selected

        over = selected(self.path, **filters)
        return concordance(
            over, query, width=width, sort=sort, limit=limit, offset=offset, sample=sample, seed=seed
        )

    def collocates(
        self,
        query: str,
        *,
        window: int = 5,
        least: int = 5,
        limit: int = 50,
        **filters: Unpack["CorpusFilters"],
    ) -> "CorpusTable":
        """Return the words within `window` tokens of a word, in its sentence, with at least `least` occurrences.

        >>> archive.collocates("的", least=2, limit=1).facts["window"]
        5
        """
        from archive.corpus.collocates import collocates
        from archive.corpus.selected_articles import selected

        return collocates(selected(self.path, **filters), query, window=window, least=least, limit=limit)

    def keyness(
        self,
        a: str,
        b: str,
        *,
        least: int = 5,
        limit: int = 50,
        alpha: float = 0.05,
        headline: bool = False,
        dateline: bool = True,
        punctuation: bool = False,
    ) -> "CorpusTable":
        """Return what one side has more often than another, each as `kepu keyness` takes it (2021, source:新华社).

        >>> "llr" in archive.keyness("2024", "2016..2023", least=1, limit=3).columns
        True
        """
        from archive.corpus.keyness import compare, keyness, side
        from archive.corpus.selected_articles import CountOptions

        counting = CountOptions(headline=headline, dateline=dateline, punctuation=punctuation)
        return keyness(*compare(self.path, side(a), side(b), counting), least=least, limit=limit, alpha=alpha)

    def trend(
        self, *queries: str, by: Literal["month", "year"] = "month", **filters: Unpack["CorpusFilters"]
    ) -> "CorpusTable":
        """Return how often words are used by month or year: count, of how many tokens, per million.

        >>> "per_million" in archive.trend("的", by="year").columns
        True
        """
        from archive.corpus.selected_articles import selected
        from archive.corpus.trend import trend

        return trend(selected(self.path, **filters), queries, by=by)
