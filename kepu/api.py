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
    """An archive, opened for reading, which is safe while a crawl writes to it.

    >>> from kepu import Archive
    >>> archive = Archive("data/kepu.db")
    >>> for article in archive.articles(since="2023-06", until="2023-12"):
    ...     print(article.date_published, article.headline)  # doctest: +ELLIPSIS
    2023-...

    Each call opens the file and closes it again; only `export` and `report` write, to their own files. Every method may
    raise NotFound, WrongSchema or Damaged, whose messages say what to do. All methods accept the same filters
    (`archive.selection_keywords.Filters`): since, until, section, source, layout, duplicates, complete_only, ids,
    sample, seed. A section, source or layout that the archive does not have raises NothingFits, which lists the ones
    that it has.
    """

    def __init__(self, path: str | Path = "data/kepu.db") -> None:
        """Check that there is a usable archive at `path`; raise NotFound, WrongSchema or Damaged if not."""
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

        They are read in batches of a hundred, so memory use does not depend on their number.

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
        """Return the number of articles that `articles` would yield.

        >>> archive.count() <= len(archive)
        True
        """
        from archive.read_articles import count
        from archive.readonly import reading
        from archive.selection_keywords import selection

        with reading(self.path) as db:
            return count(db, selection(**filters))

    def frame(self, **filters: Unpack["Filters"]) -> "pandas.DataFrame":
        """Return a pandas.DataFrame with one row per article, all in memory.

        The columns are those of `kepu export --format csv`, with texts: `author`, `keywords` and other lists are joined
        by `；`. `date_published` is a date (datetime64 without a time zone), `datetime_published` a time in
        Asia/Shanghai, or NaT if only the date is known, and `char_count` the number of characters of the text without
        white space. Raises MissingExtra if pandas is not installed.

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
        """Return an article by its id (`n1/40148467`), the end of its id, or one of its URLs; None if there is none.

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
        """Return one page of the results of `kepu search`: hits with snippets, the total number of hits, and facets.

        `limit` is the number of hits on the page, `offset` the number of hits before it. Filters are part of the query
        (`source:新华社 since:2023`) or keywords, as in `articles`. Raises BadQuery, NothingFits, and NotFound if
        `kepu search` has not created the index yet.

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
        """Write an export to a folder, as `kepu export` does, and return a description of it.

        In the result, `rows` is the number of articles, `bytes` the size of their files, and `left_out` the number of
        omitted articles by reason. With `pictures`, stored pictures are included. Raises RightsNotAccepted for a
        profile with texts without `accept_rights`, because the texts belong to their publisher; and BadExportOptions,
        InTheWay, NothingFits and other errors that say what to do.

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
        """Yield the clusters of near duplicates that `kepu duplicates` last found.

        The first member of a cluster is its canonical article; `Member.similarity` is the similarity to that article,
        from 0 to 1.

        >>> all(cluster.members[0].kind == "canonical" for cluster in archive.duplicates())
        True
        """
        from archive.duplicates.duplicate_queries import clusters
        from archive.readonly import reading

        with reading(self.path) as db:
            yield from clusters(db)

    def similar(self, name: str) -> list["Pair"]:
        """Return the pairs of an article with similar ones, the most similar first. Raises NotFound.

        >>> [pair.kind for pair in archive.similar(first.id) if pair.jaccard > 1]
        []
        """
        from archive.duplicates.duplicate_queries import pairs_of
        from archive.readonly import reading
        from archive.revisions import find

        with reading(self.path) as db:
            return pairs_of(db, find(db, name))

    def report(self, file: str | Path | None = None, **filters: Unpack["Filters"]) -> str:
        """Return the report of `kepu report`, one page of HTML; with `file`, also write it there.

        Its counts include copies, whose number it states. With `runs=[11, 12]` it covers only articles whose current
        version was fetched in these crawl runs.

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
        """Return the versions of an article, the oldest first; the last one is current. Raises NotFound.

        >>> [version.n for version in archive.revisions(first.id)]
        [1]
        """
        from archive.readonly import reading
        from archive.revisions import find, versions

        with reading(self.path) as db:
            return versions(db, find(db, name))

    def captures(self, name: str) -> Iterator["Capture"]:
        """Yield the location of each capture of an article, in the order in which they were written. Raises NotFound.

        `file` is a WARC file in the folder of captures; `offset` and `length` are in bytes. Yields nothing if the
        archive has no captures of the article.

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
        """Return the table of `kepu words`: `.frame()` is a data frame, `.facts` describes the counted articles.

        `n` is the length of the counted sequences, `least` the minimum number of occurrences, and `limit` the maximum
        number of rows (0: all). Besides the filters of `articles`, `headline`, `dateline` and `punctuation` set which
        parts of each article are counted.

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
        """Return a concordance with `width` characters on either side; `sample` is the size of a random sample of it.

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
        """Return the words that occur at least `least` times within `window` tokens of a word, in its sentence.

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
        """Return the words that selection `a` has more often than `b` or less often.

        Both are in the form of `kepu keyness`: `2021`, `source:新华社`. `alpha` is the maximum p after Bonferroni
        correction.

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
        """Return the use of words by month or year: their count, the number of tokens, and the count per million.

        >>> "per_million" in archive.trend("的", by="year").columns
        True
        """
        from archive.corpus.selected_articles import selected
        from archive.corpus.trend import trend

        return trend(selected(self.path, **filters), queries, by=by)
