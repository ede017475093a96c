"""Update the walk through a section's pages after each response, and return the pages to request next.

The rules are plain functions in crawler/discovery/section_walk_rules.py. This module passes them the stored state of a
walk, and stores the result.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sqlite_utils import Database

from archive import section_lists
from archive.section_lists import SectionWalk
from archive.url_state import UrlState
from crawler.discovery import section_pages, section_walk_rules
from crawler.discovery.section_pages import ListPage, ListUrl
from crawler.discovery.section_walk_rules import FAILED_PAGES, REPEATED_PAGES, Outcome
from kepu import urls

MISSING_TRIES = 3
"""Number of times that a page must be missing until it is removed from the walk, if the pager no longer links to it."""

REPEATED_TRIES = 3
"""Number of times that a page must repeat another page of its list until it counts as skipped."""

ENOUGH_TO_COMPARE = 3
"""Minimum number of articles on a page to conclude that another page with the same articles repeats it."""

FROM_SEARCH = frozenset({"search", "rolling", "sitemap"})
"""Sources other than lists. That one of them found an article first does not mean that the list was read before."""


class SectionWalks:
    """The walks of one run. It computes which pages to request, and sends no requests itself."""

    def __init__(
        self, db: Database, memory: UrlState, run: int, is_searched_whole: Callable[[str], bool]
    ) -> None:
        """Create the walks; `is_searched_whole` tells whether a search has found all articles of a list's channel."""
        self._db, self._memory, self._run = db, memory, run
        self._is_searched_whole = is_searched_whole
        self._failed: dict[str, int] = {}
        """Number of consecutive failed pages, by the URL of the list's first page."""
        self._repeats: dict[str, int] = {}
        self._named: dict[str, frozenset[str]] = {}
        """Map the URL of each list page that this run has read to its articles."""

    def is_fresh(self, url: str) -> bool:
        """Return whether an article on a list page is new to the archive, so that the next page may list more."""
        known = self._memory.known(url)
        if known is None:
            return True
        return known.fetched_at is None and known.state != "excluded" and known.found_kind not in FROM_SEARCH

    def of(self, first: str) -> SectionWalk:
        """Return the walk of the list with this first page, including what this run has read."""
        walk = section_lists.walk(self._db, first)
        return replace(walk, failed=self._failed.get(first, 0), repeats=self._repeats.get(first, 0))

    def known_of(self, first: str) -> section_walk_rules.KnownArticles:
        """Return how many articles of the list with this first page the archive knows."""
        section = section_lists.section(self._db, first)
        host = urls.host_of(first)
        if section is None or not section.node or host is None:
            return section_walk_rules.KnownArticles()
        return section_walk_rules.KnownArticles(
            section_lists.count_known(self._db, host, section.node),
            section.first_page,
            self._is_searched_whole(first),
        )

    def read(self, here: ListUrl, listing: ListPage, *, fresh: bool, thorough: bool, now: str) -> list[int]:
        """Record a correct page; return the numbers of the pages to request next.

        `fresh`: the page has a new article; `thorough`: all pages are to be read (a backfill).
        """
        own = [listed.page for listed, _ in listing.lists.values() if listed.first == here.first]
        last = max([here.page, *own])
        digest = digest_of(listing)
        walk = self.of(here.first)
        repeats = walk.repeats + 1 if here.page > 1 and digest == walk.digest else 0
        walk = replace(
            walk,
            promised=max(walk.promised, last),
            read=walk.read | {here.page},
            skipped=walk.skipped - {here.page},
            digest=digest,
            repeats=repeats,
        )
        self._named[here.url] = frozenset(listing.articles)
        if self._has_moved(here):
            section_lists.forget_page(self._db, here.first, here.page - 1)
            walk = replace(walk, read=walk.read - {here.page - 1})
        if here.page == 1:
            self._note_first(here, listing)
            walk = self._without_withdrawn(walk, last)
        if repeats >= REPEATED_PAGES:  # an endless list: all further pages repeat this one
            walk = replace(walk, promised=here.page)
        return self._after(walk, here, "fresh" if fresh else "stale", len(listing.articles), thorough, now)

    def _has_moved(self, here: ListUrl) -> bool:
        """Return whether articles of this page are also on the page before it but not on the one before that.

        In that case the list has shifted while it was read, or the page before was outdated, and as many articles may
        have been missed between that page and its predecessor. Articles on every page, such as a ranking, are ignored.
        """
        before, first = (self._named.get(section_pages.page_url(here, here.page - n)) for n in (1, 2))
        if here.page <= 2 or before is None or first is None:
            return False
        return bool(self._named[here.url] & before - first)

    def unchanged(self, here: ListUrl, *, thorough: bool, now: str) -> list[int]:
        """Record a page that is unchanged since it was last read; return the numbers of the pages to request next."""
        walk = self.of(here.first)
        walk = replace(walk, read=walk.read | {here.page}, skipped=walk.skipped - {here.page})
        return self._after(walk, here, "stale", 0, thorough, now)

    def failed(self, here: ListUrl, code: str | None, *, thorough: bool, now: str) -> list[int]:
        """Record a page that is missing or wrong; return the numbers of the further pages to request anyway."""
        known = self._memory.known(here.url)
        if code == "repeated_page" and here.page > 2 and not self.of(here.first).repeats:
            section_lists.forget_page(
                self._db, here.first, here.page - 1
            )  # either of the two may be the wrong page
        walk = self.of(here.first)
        if code == "repeated_page" and known is not None and known.tries >= REPEATED_TRIES:
            walk = replace(walk, skipped=walk.skipped | {here.page})
        elif here.page in walk.read and here.page > 1:
            walk = replace(walk, read=walk.read - {here.page})
        return self._after(walk, here, "failed", 0, thorough, now)

    def _after(
        self, walk: SectionWalk, here: ListUrl, outcome: Outcome, named: int, thorough: bool, now: str
    ) -> list[int]:
        known = (
            self.known_of(here.first)
            if outcome == "stale" and walk.unread()
            else section_walk_rules.KnownArticles()
        )
        pages, walk = section_walk_rules.after(
            walk, here.page, outcome, known, named=named, thorough=thorough, now=now
        )
        self._failed[here.first], self._repeats[here.first] = walk.failed, walk.repeats
        section_lists.save_walk(self._db, walk, page=here.page, now=now)
        return pages

    def _note_first(self, here: ListUrl, listing: ListPage) -> None:
        columns = {"first_page": len(listing.articles), "heading": listing.title, "reason": None}
        section = section_lists.section(self._db, here.first)
        if section is not None and section.state == section_lists.CANDIDATE:
            columns["state"] = section_lists.KNOWN
        section_lists.change(self._db, here.first, **columns)

    def _without_withdrawn(self, walk: SectionWalk, last: int) -> SectionWalk:
        """Return the walk without the pages after `last` that were missing MISSING_TRIES times."""
        behind = [n for n in walk.unread() if n > last]
        if not behind:
            return walk
        first = section_pages.parse_list(walk.url)
        assert first is not None
        for n in behind[:FAILED_PAGES]:
            known = self._memory.known(section_pages.page_url(first, n))
            if known is None or known.code != "missing_page" or known.tries < MISSING_TRIES:
                return walk
        kept = [n for n in walk.read | walk.skipped if n > last]
        return replace(walk, promised=max([last, *kept]))

    def resume(self) -> Iterator[tuple[str, int]]:
        """Yield (first page of the list, page to request) of the walks that have not ended."""
        for first, unread in section_lists.unread(self._db).items():
            if unread == [1] or self._failed.get(first, 0) >= FAILED_PAGES:
                continue
            here = section_pages.parse_list(first)
            if here is None:
                continue
            pages, _ = section_walk_rules.resume(
                self.of(first), self.known_of(first), set(self._asked(here, unread))
            )
            yield from ((first, page) for page in pages)

    def _asked(self, here: ListUrl, pages: Iterable[int]) -> Iterator[int]:
        """Yield those of these pages of a list that this run has already requested."""
        for page in pages:
            known = self._memory.known(section_pages.page_url(here, page))
            if known is not None and known.run == self._run:
                yield page

    def repeats_another(self, here: ListUrl, listing: ListPage) -> bool:
        """Return whether a page has exactly the articles of the page before it, which no real list has."""
        if here.page == 1 or len(listing.articles) < ENOUGH_TO_COMPARE:
            return False
        return digest_of(listing) == section_lists.walk(self._db, here.first).digest


def digest_of(listing: ListPage) -> str:
    """Return a hash of the URLs of a list page's articles."""
    return hashlib.sha256("\n".join(sorted(listing.articles)).encode()).hexdigest()[:16]
