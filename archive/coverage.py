"""Coverage of the archive by month and section: failed articles, unfinished lists, days with few articles."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlite_utils import Database

from archive.recheck_order import SecondLookCost, full_look
from kepu.messages import left, right, said, say

NEIGHBOURS = 14
"""Number of days before and after a day that it is compared with."""

THIN = 0.25
"""A day is thin if it has less than this share of the median of its neighbours."""

ENOUGH = 3.0
"""Minimum median of articles per day among the neighbours; below it, no day is called thin."""

LOOK_SHARE = 0.05
"""Share of a refresh's requests used for second looks: the default of KEPU_LOOK_SHARE."""

STATES = ("seen", "archived", "gone", "failed", "excluded", "left")
"""Names of the counts of a CoverageCount, in the order of the printed columns."""


@dataclass(slots=True)
class CoverageCount:
    """The number of article URLs in each state for one month, or for a section in that month."""

    month: str
    """`2024-05`, or `?` if neither the article nor its URL gives the month."""
    section: str | None
    """Title of the section; None if all sections are counted together."""
    seen: int = 0
    """Number of all URLs; the other counts add up to it."""
    archived: int = 0
    """Number of URLs whose article is stored."""
    gone: int = 0
    """Number of URLs whose article is gone from the site."""
    failed: int = 0
    """Number of URLs that could not be fetched or extracted."""
    excluded: int = 0
    """Number of URLs that are not requested, such as further URLs of an article."""
    left: int = 0
    """Number of URLs that are still to be requested."""


@dataclass(slots=True)
class SectionCoverage:
    """The numbers of pages of a section's list that were promised, read and skipped."""

    title: str | None
    """Title of the section; None if unknown."""
    url: str
    """URL of the first page of its list."""
    page: int
    """The deepest page that was read."""
    ended_at: str | None
    """When all its pages had been read for the first time, or None."""
    promised: int = 1
    """The highest page number that its pager ever linked to."""
    read: int = 0
    """Number of its pages that were read and found to be valid."""
    skipped: int = 0
    """Number of its pages that were skipped because the archive already knows their articles."""
    state: str = "known"
    """pinned, known, candidate (never read) or dropped."""
    reason: str | None = None
    """Reason why it was dropped."""
    problem: str | None = None
    """Code of the problem for which its first page could not be read last time, such as `redirected`."""

    def line(self) -> str:
        """Return one line for people."""
        pages = say(
            "{promised} pages promised, {read} read, {skipped} passed over",
            promised=self.promised,
            read=self.read,
            skipped=self.skipped,
        )
        if self.problem:
            pages += "; " + say("its first page could not be read: {problem}", problem=self.problem)
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
    """All figures that `kepu coverage` prints."""

    months: list[CoverageCount] = field(default_factory=list)
    """Counts by month, or by month and section."""
    sections: list[CoverageCount] = field(default_factory=list)
    """The same counts by month and section."""
    walks: list[SectionCoverage] = field(default_factory=list)
    """The sections, with the pages of their lists."""
    thin_days: list[tuple[str, int, float]] = field(default_factory=list)
    """Days with few articles: (day, articles, median of its neighbours)."""

    full_look: SecondLookCost = field(default_factory=lambda: SecondLookCost(0, 0.0))
    """The number of requests, and of days, that one second look at everything takes."""

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        return asdict(self)

    def lines(self, *, by_section: bool = False) -> list[str]:
        """Return the figures as lines for people."""
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
                "one second look at everything that may have been missed takes {n} requests, {days} days",
                n=self.full_look.requests,
                days=round(self.full_look.days),
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
"""Counts by month. A stored article counts as archived even while it is due again. The month is that of the article, or
of its URL.
"""


_WALKS = """
SELECT title, url, s.page, ended_at, promised, count(l.read_at), count(l.list) - count(l.read_at), s.state, reason,
       (SELECT code FROM urls u WHERE u.url = s.url AND u.state = 'failed')
FROM sections s LEFT JOIN internal_list_pages l ON l.list = s.url
WHERE s.url NOT LIKE '%*' GROUP BY s.url ORDER BY s.url
"""


def sections_of(db: Database) -> list[SectionCoverage]:
    """Return the sections that the archive knows, and how far each was read."""
    return [SectionCoverage(*row) for row in db.execute(_WALKS)]


def coverage(db: Database, *, look_share: float = LOOK_SHARE) -> Coverage:
    """Return the coverage of the archive, the oldest month first.

    `look_share` is the share of a refresh's requests that is used for second looks.
    """
    found = Coverage()
    months: dict[str, CoverageCount] = {}
    sections: dict[tuple[str, str | None], CoverageCount] = {}
    for month, section, state, n in db.execute(_COUNTS):
        for count in (
            months.setdefault(month, CoverageCount(month, None)),
            sections.setdefault((month, section), CoverageCount(month, section)),
        ):
            count.seen += n
            name = _OF_STATE[state]
            setattr(count, name, getattr(count, name) + n)
    found.months, found.sections = list(months.values()), list(sections.values())
    found.walks = sections_of(db)
    days = db.execute(
        "SELECT substr(date_published, 1, 10), count(*) FROM articles WHERE date_published IS NOT NULL GROUP BY 1"
    )
    found.full_look = full_look(db, look_share)
    found.thin_days = thin_days({day: int(n) for day, n in days})
    return found


def thin_days(articles: dict[str, int]) -> list[tuple[str, int, float]]:
    """Return (day, articles, median of its neighbours) for days with far fewer articles than the days around them.

    Weekends have fewer articles, so weekends are compared with weekends and weekdays with weekdays. The first and the
    last day are ignored, since they may be incomplete.
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
