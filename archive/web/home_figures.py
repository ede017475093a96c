"""The figures of the home page, read from indexes and cached until the archive changes."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from sqlite_utils import Database

from archive.search import search
from archive.web.connections import Readers
from kepu.errors import NotFound

FRESH = 3.0
"""Seconds for which cached figures are used, even while a crawl is writing."""


@dataclass(slots=True)
class Headline:
    """An article in a list."""

    id: str
    """Id of the article."""
    headline: str | None
    date_published: str | None
    article_section: str | None
    source: str | None
    """Name of its source, or None."""


@dataclass(slots=True)
class Summary:
    """The figures of the home page: articles, years, sections."""

    articles: int = 0
    """Number of articles."""
    first: str | None = None
    """Day of publication of the oldest article."""
    last: str | None = None
    """Day of publication of the newest article."""
    undated: int = 0
    """Number of articles without a date."""
    years: list[tuple[str, int]] = field(default_factory=list)
    """(year, articles) for every year from the first to the last; if they span over 60 years, only those with articles.
    """
    revisions: int = 0
    """Number of earlier versions."""
    repeated: int = 0
    """Number of rows of `duplicates` for articles with the same text as another."""
    last_run: str | None = None
    """When the last run ended, or began if it has not ended."""
    newest: list[Headline] = field(default_factory=list)
    """The newest articles with a date, at most eight, newest first."""
    sections: list[tuple[str, int]] = field(default_factory=list)
    """(section, articles) of the sections with most articles, copies not counted; empty without a search index."""


def summarize(db: Database) -> Summary:
    """Return the figures. Articles are counted from indexes; only rows of the newest ones are read from the table."""
    dated = dict(db.execute(_YEARS).fetchall())
    undated = dated.pop(None, 0)
    first, last = db.execute("SELECT min(date_published), max(date_published) FROM articles").fetchone()
    return Summary(
        articles=sum(dated.values()) + undated,
        first=first and first[:10],
        last=last and last[:10],
        undated=undated,
        years=_without_holes(dated),
        revisions=db.table("revisions").count,
        repeated=db.table("duplicates").count_where("reason = 'same_text'"),
        last_run=db.execute(
            "SELECT coalesce(finished_at, started_at) FROM runs ORDER BY id DESC LIMIT 1"
        ).fetchone()[0]
        if db.execute("SELECT 1 FROM runs").fetchone()
        else None,
        newest=[Headline(*row) for row in db.execute(_NEWEST)],
        sections=_sections(db)[:SECTIONS],
    )


SECTIONS = 12
"""Maximum number of sections on the home page."""


def _sections(db: Database) -> list[tuple[str, int]]:
    try:
        found = search(db, "", limit=0).facets["section"]
    except NotFound:
        return []
    return [(name, n) for name, n in found if name is not None]


_YEARS = "SELECT substr(date_published, 1, 4), count(*) FROM articles GROUP BY 1"
_NEWEST = """
  SELECT id, headline, date_published, article_section, source ->> '$.name'
  FROM articles WHERE date_published IS NOT NULL
  ORDER BY coalesce(datetime_published, date_published) DESC LIMIT 8
"""

_MANY_YEARS = 60
"""If the years span more than this, one of them is an error, and years without articles are left out."""


def _without_holes(dated: dict[str, int]) -> list[tuple[str, int]]:
    years = sorted(year for year in dated if year.isdigit())
    if not years or int(years[-1]) - int(years[0]) > _MANY_YEARS:
        return [(year, dated[year]) for year in years]
    return [(str(y), dated.get(str(y), 0)) for y in range(int(years[0]), int(years[-1]) + 1)]


class Summaries:
    """The cached figures of an archive. `PRAGMA data_version` of a connection shows whether they are outdated.

    Call `close` at the end.
    """

    def __init__(self, path: Path) -> None:
        self._reader = Readers(path, threads=1)
        self._lock = asyncio.Lock()
        self._version: tuple[int, int] | None = None
        self._at = 0.0
        self._summary = Summary()

    async def get(self) -> Summary:
        """Return the figures; they are read again if the last check for changes is FRESH seconds ago."""
        if self._version is not None and monotonic() - self._at < FRESH:
            return self._summary
        async with self._lock:
            if self._version is None or monotonic() - self._at >= FRESH:
                await self._reader.run(self._refresh)
        return self._summary

    def _refresh(self, db: Database) -> None:
        version = (id(db.conn), db.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._summary = summarize(db)
        self._version, self._at = version, monotonic()

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()
