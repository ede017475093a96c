"""Raise alarms if what a run fetched looks unusual, as after a redesign of the site. Nothing is dropped.

A redesign causes no errors: it yields articles without a date, bodies that consist of menus, or bodies a third shorter.
So this module checks the share of articles with such a warning, the share of pages without an article, and the median
length. (Spidermon would need a schema and a suite of its own for this arithmetic, and counts items rather than the
outcomes of pages.)
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from archive.url_state import UrlState
from kepu.messages import Text
from kepu.records import DRIFT, Article, Visit

SUSPECT = DRIFT | {"no_source", "lossy_decode", "incomplete"}
"""Warnings that become frequent if the layout or the charset changes, or if a server is broken."""

UNREAD = frozenset({"cut_short", "extractor_failed", "unknown_layout", "not_text", "no_id"})
"""Outcomes of pages that should have been articles."""

ENOUGH = 10
"""Minimum number of pages for a share, and of articles for a median, to be meaningful."""

SHORTER = 0.7
"""An alarm is raised if the median length falls below this share of the earlier one."""

SAMPLES = 3
"""Maximum number of URLs stored per warning or refusal."""


@dataclass(slots=True)
class DriftSample:
    """Counts of a run's articles, their warnings, and its pages without an article."""

    articles: int = 0
    """Number of articles."""
    warnings: Counter[str] = field(default_factory=Counter)
    """Warning → number of articles that have it."""
    layouts: Counter[str] = field(default_factory=Counter)
    """Layout → number of articles."""
    samples: dict[str, list[str]] = field(default_factory=dict)
    """Map each warning and refusal to the first URLs that have it."""
    unread: Counter[str] = field(default_factory=Counter)
    """Number of pages by outcome in UNREAD."""
    lengths: list[int] = field(default_factory=list)
    """Lengths in characters of new and changed articles, at most 10,000."""

    def article(self, article: Article) -> None:
        """Count an article."""
        self.articles += 1
        self.layouts[article.provenance.layout or "unknown"] += 1
        for warning in article.warnings:
            self.warnings[warning] += 1
            self._sample(warning, article.url_requested or article.id)

    def length(self, article: Article) -> None:
        """Record the length of a new or changed article."""
        if len(self.lengths) < 10_000:
            self.lengths.append(article.char_count)

    def refused(self, visit: Visit) -> None:
        """Count a page without an article, if its outcome is one of UNREAD."""
        if visit.code in UNREAD:
            self.unread[visit.code] += 1
            self._sample(visit.code, visit.url)

    def _sample(self, name: str, url: str) -> None:
        there = self.samples.setdefault(name, [])
        if len(there) < SAMPLES:
            there.append(url)


def alarms(
    seen: DriftSample, memory: UrlState, now: datetime, *, run: int, share: float, days: int
) -> list[str]:
    """Return the alarms, one line each.

    There is one for each warning in SUSPECT and each outcome in UNREAD that more than `share` (0 to 1) of the run's
    pages have, one if no article was published in the last `days` days (0: no such alarm), and one if the median
    article is much shorter than in earlier runs (see SHORTER). With fewer pages than ENOUGH, there is only the second.
    """
    found: list[str] = []
    for name, n in (*seen.warnings.items(), *seen.unread.items()):
        pages = seen.articles + seen.unread.total()
        if pages >= ENOUGH and name in SUSPECT | UNREAD and n / pages > share:
            found.append(
                Text(
                    "{n} of {of} pages: {name}, for example {urls}",
                    n=n,
                    of=pages,
                    name=name,
                    urls=" ".join(seen.samples[name]),
                )
            )
    if len(seen.lengths) >= ENOUGH:
        before = memory.lengths_before(run)
        now_long = median(seen.lengths)
        if len(before) >= ENOUGH and now_long < SHORTER * median(before):
            found.append(
                Text(
                    "the median article has {now:.0f} characters, and had {before:.0f} before",
                    now=now_long,
                    before=median(before),
                )
            )
    newest = memory.newest_article()
    if days and newest is not None:
        age = now - datetime.fromisoformat(newest).astimezone(now.tzinfo)
        if age.days >= days:
            found.append(
                Text("no new article for {n} days; the newest is from {day}", n=age.days, day=newest[:10])
            )
    return found
