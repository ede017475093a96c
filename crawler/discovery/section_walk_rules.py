"""Decide which pages of a section to request: on the first walk every page in its pager, later those with new articles.

The walk through a section ends when every page that its pager ever linked to was read or was skipped. A missing or
wrong page is requested again, and the walk continues after it.

Pages are skipped if a search has already found the section's articles. If the archive knows as many articles of the
section as its first and last page imply, all pages between these two are skipped. Otherwise, if the search was read
completely, each page without new articles doubles the distance to the next page to read; a page with a new article
causes the skipped pages to be read as well. `kepu coverage` prints how many pages were linked, read and skipped; later
runs read the skipped ones one by one (crawler/spot_checks.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from archive.section_lists import SectionWalk

Outcome = Literal["fresh", "stale", "failed"]
"""fresh: the page links to a new article; stale: it links to none; failed: it was missing or wrong."""

REPEATED_PAGES = 3
"""Number of consecutive pages with the same articles that shows a list without end."""

FAILED_PAGES = 3
"""Number of consecutive failed pages after which a run requests no more of the list."""


@dataclass(frozen=True, slots=True)
class KnownArticles:
    """How many of a section's articles the archive knows."""

    articles: int = 0
    """Number of known articles of the section, from any source."""
    per_page: int = 0
    """Number of articles on the section's first page."""
    search_is_whole: bool = False
    """Whether a search for the whole channel was read to its end."""

    def covers(self, pages: int, last_page: int) -> bool:
        """Return whether the known articles would fill `pages` pages, the last of which has `last_page` articles."""
        return self.per_page > 0 and self.articles >= (pages - 1) * self.per_page + last_page


def resume(
    walk: SectionWalk, known: KnownArticles, requested: Collection[int] = ()
) -> tuple[list[int], SectionWalk]:
    """Return the next pages to request of a walk that has not ended, and the updated walk.

    `requested` are the pages that this run has requested already. No page is returned if all were read, or if
    FAILED_PAGES in a row have failed.
    """
    unread = [n for n in walk.unread() if n not in requested and n != 1]
    if not unread or walk.failed >= FAILED_PAGES:
        return [], walk
    if len(unread) > 1 and walk.promised in unread and known.covers(walk.promised, 1):
        return [walk.promised], walk
    return unread[:1], replace(walk, step=1)


def after(
    walk: SectionWalk,
    page: int,
    outcome: Outcome,
    known: KnownArticles,
    *,
    named: int = 0,
    thorough: bool = False,
    now: str = "",
) -> tuple[list[int], SectionWalk]:
    """Return the pages to request after `page` had this outcome, and the updated walk.

    `walk` has the pages promised, read and skipped so far, including this one; `named` is the number of articles on the
    page. `thorough` (a backfill) requests every page to the end. After the first page of a walk that has not ended, no
    page is returned: `resume` continues it once the other sources are read.
    """
    walk = replace(walk, failed=walk.failed + 1 if outcome == "failed" else 0)
    if walk.failed >= FAILED_PAGES or walk.repeats >= REPEATED_PAGES:
        return [], walk
    if thorough:
        return ([page + 1] if page < walk.promised else []), _settled(walk, now)
    if walk.ended_at is not None and outcome == "fresh" and page < walk.promised:
        return [page + 1], walk  # new articles have pushed older ones to the next page
    if outcome == "stale":
        walk = _passed_over(walk, page, known, named)
    unread = walk.unread()
    if not unread or page == 1:
        return [], _settled(walk, now)
    ahead = [n for n in unread if n > page]
    if outcome == "stale" and known.search_is_whole and ahead:
        following = min(page + 2 * walk.step, walk.promised)
        return [following], replace(walk, step=following - page)
    behind = [n for n in unread if 1 < n < page] if outcome == "fresh" else []
    return [*behind, *ahead[:1]], replace(walk, step=1)


def _passed_over(walk: SectionWalk, page: int, known: KnownArticles, named: int) -> SectionWalk:
    """Return the walk with the pages added that are skipped between this page and the one before."""
    unread = set(walk.unread())
    if page == walk.promised and known.covers(walk.promised, named):
        return replace(walk, skipped=walk.skipped | unread - {1})
    if known.search_is_whole and walk.step > 1:
        between = set(range(page - walk.step + 1, page)) & unread
        return replace(walk, skipped=walk.skipped | between)
    return walk


def _settled(walk: SectionWalk, now: str) -> SectionWalk:
    """Return the walk, marked as ended if no page is unread."""
    return walk if walk.unread() else replace(walk, step=1, ended_at=walk.ended_at or now)
