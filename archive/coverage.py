"""Coverage of the archive by month and section: failed articles, unfinished lists, days with few articles."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlite_utils import Database

from archive.recheck_order import SecondLookCost, full_look
from kepu.messages import left, right, said, say

NEIGHBOURS = 14
"""Days on each side of a day that say how many articles one has here."""

THIN = 0.25
"""A day with less than this share of what its neighbours have is thin."""

ENOUGH = 3.0
"""Articles a day of the neighbours, at the median, under which no day stands out."""

LOOK_SHARE = 0.05
"""Of a refresh's requests: the default of KEPU_LOOK_SHARE."""

STATES = ("seen", "archived", "gone", "failed", "excluded", "left")


@dataclass(slots=True)
class CoverageCount:
    """How many URLs of articles became of a month, or of a section in it."""

    month: str
    """`2024-05`, or `?` where neither the article nor its URL tells."""
    section: str | None
    seen: int = 0
    archived: int = 0
    gone: int = 0
    failed: int = 0
    excluded: int = 0
    left: int = 0
    """Still to be asked for."""


@dataclass(slots=True)
class SectionCoverage:
    """A section's list."""

    title: str | None
    url: str
    page: int
    """The deepest page that was read."""
    ended_at: str | None
    """When all its pages had been read for the first time."""
    promised: int = 1
    """The highest page that its pager ever led to."""
    read: int = 0
    """How many of its pages were read and found to be right."""
    skipped: int = 0
    """How many were passed over, since the archive knows what they name."""
    state: str = "known"
    """pinned, known, candidate (never read) or dropped."""
    reason: str | None = None
    """Why it was dropped."""

    def line(self) -> str:
        """Return it for a person."""
        pages = say(
            "{promised} pages promised, {read} read, {skipped} passed over",
            promised=self.promised,
            read=self.read,
            skipped=self.skipped,
        )
        missing = self.promised - self.read - self.skipped
        if self.state in {"candidate", "dropped"}:
            end = say(self.state) + (f" ({said(self.reason)})" if self.reason else "")
        elif missing:
            end = say("NOT walked to its end: {n} pages are missing", n=missing)
        else:
            end = say("walked to its end, {at}", at=self.ended_at or "?")
        return say(
            "section {title} ({url}): {end}; {pages}",
            title=self.title or "?",
            url=self.url,
            end=end,
            pages=pages,
        )


@dataclass(slots=True)
class Coverage:
    """All that `kepu coverage` says."""

    months: list[CoverageCount] = field(default_factory=list)
    sections: list[CoverageCount] = field(default_factory=list)
    """The same, by month and section."""
    walks: list[SectionCoverage] = field(default_factory=list)
    thin_days: list[tuple[str, int, float]] = field(default_factory=list)
    """(day, articles, median of its neighbours)."""

    full_look: SecondLookCost = field(default_factory=lambda: SecondLookCost(0, 0.0))
    """How many requests one look at everything takes, and how many days."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def lines(self, *, by_section: bool = False) -> list[str]:
        """Return it for a person."""
        counts = self.sections if by_section else self.months
        lines = [
            left(say("month"), 8)
            + "".join(right(say(name), 10) for name in STATES)
            + ("  " + say("section") if by_section else "")
        ]
        for count in counts:
            numbers = "".join(f"{getattr(count, name):>10}" for name in STATES)
            lines.append(f"{count.month:8}{numbers}" + (f"  {count.section or '?'}" if by_section else ""))
        lines += [walk.line() for walk in self.walks]
        lines += [
            say("thin day: {day}, {n} articles; its neighbours have {near:g}", day=day, n=n, near=near)
            for day, n, near in self.thin_days
        ]
        lines.append(
            say(
                "one second look at everything that may have been missed takes {n} requests, {days:.0f} days",
                n=self.full_look.requests,
                days=self.full_look.days,
            )
        )
        return lines


_OF_STATE = {
    "fetched": "archived",
    "unchanged": "archived",
    "gone": "gone",
    "failed": "failed",
    "refused": "failed",
    "excluded": "excluded",
    "pending": "left",
}

_COUNTS = """
SELECT coalesce(substr(a.date_published, 1, 7), u.day, '?') AS month,
       coalesce(a.article_section, u.section) AS section,
       CASE WHEN a.id IS NOT NULL AND u.state IN ('pending', 'failed', 'refused') THEN 'fetched' ELSE u.state END,
       count(*)
FROM (SELECT article, section, state, CASE
        WHEN url GLOB '*/n*/[12][0-9][0-9][0-9]/[01][0-9][0-3][0-9]/c*'
        THEN substr(url, instr(url, '/c') - 9, 4) || '-' || substr(url, instr(url, '/c') - 4, 2) END AS day
      FROM urls WHERE kind = 'article') u
LEFT JOIN articles a ON a.id = u.article
GROUP BY 1, 2, 3 ORDER BY 1, 2
"""
"""What is stored counts as archived, also while it is due again. The month is the article's, or its URL's."""


_WALKS = """
SELECT title, url, s.page, ended_at, promised, count(l.read_at), count(l.list) - count(l.read_at), state, reason
FROM sections s LEFT JOIN internal_list_pages l ON l.list = s.url
WHERE s.url NOT LIKE '%*' GROUP BY s.url ORDER BY s.url
"""


def sections_of(db: Database) -> list[SectionCoverage]:
    """Return the sections that the archive knows, and how far each was read."""
    return [SectionCoverage(*row) for row in db.conn.execute(_WALKS)]


def coverage(db: Database, *, look_share: float = LOOK_SHARE) -> Coverage:
    """Return what the archive covers, the oldest month first.

    `look_share` is the share of a refresh's requests that goes into second looks.
    """
    found = Coverage()
    months: dict[str, CoverageCount] = {}
    sections: dict[tuple[str, str | None], CoverageCount] = {}
    for month, section, state, n in db.conn.execute(_COUNTS):
        for count in (
            months.setdefault(month, CoverageCount(month, None)),
            sections.setdefault((month, section), CoverageCount(month, section)),
        ):
            count.seen += n
            name = _OF_STATE[state]
            setattr(count, name, getattr(count, name) + n)
    found.months, found.sections = list(months.values()), list(sections.values())
    found.walks = sections_of(db)
    days = db.conn.execute(
        "SELECT substr(date_published, 1, 10), count(*) FROM articles WHERE date_published IS NOT NULL GROUP BY 1"
    )
    found.full_look = full_look(db, look_share)
    found.thin_days = thin_days({day: int(n) for day, n in days})
    return found


def thin_days(articles: dict[str, int]) -> list[tuple[str, int, float]]:
    """Return (day, articles, median of its neighbours) of the days that have far fewer than the days around them.

    Weekends are thin by nature: a day is compared with its like, weekends with weekends. The first and the last day
    are left out, since they may not be whole.
    """
    if len(articles) < 3:
        return []
    first, last = date.fromisoformat(min(articles)), date.fromisoformat(max(articles))
    found = []
    day = first + timedelta(days=1)
    while day < last:
        near = [
            articles.get(str(other), 0)
            for step in range(-NEIGHBOURS, NEIGHBOURS + 1)
            if step
            and first <= (other := day + timedelta(days=step)) <= last
            and (other.weekday() >= 5) == (day.weekday() >= 5)
        ]
        usual = float(median(near)) if near else 0.0
        n = articles.get(str(day), 0)
        if usual >= ENOUGH and n < THIN * usual:
            found.append((str(day), n, usual))
        day += timedelta(days=1)
    return found
