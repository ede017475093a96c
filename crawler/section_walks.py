"""The walk through a section's pages: what one answer does to it, and which pages a run requests next.

The rules are plain functions in crawler/discovery/pagination.py; this module gives them what the archive knows, and
writes down what they say.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sqlite_utils import Database

from archive import section_lists
from archive.section_lists import SectionWalk
from archive.url_state import UrlState
from crawler.discovery import pagination, section_pages
from crawler.discovery.pagination import FAILED_PAGES, REPEATED_PAGES, Outcome
from crawler.discovery.section_pages import ListPage, ListUrl
from kepu import urls

MISSING_TRIES = 3
"""Requests for a page that was missing each time, after which it is believed, if its pager promises it no more."""

REPEATED_TRIES = 3
"""Requests for a page that each time repeated another page of its list, after which it counts as passed over."""

ENOUGH_TO_COMPARE = 3
"""Articles of a page, from which on the same ones on two pages are no chance."""

FROM_SEARCH = frozenset({"search", "rolling", "sitemap"})
"""Sources by which an article that a list names was known beforehand: that says nothing of the list's next page."""


class SectionWalks:
    """The walks of one run. It needs the tables and the answers, and requests nothing itself."""

    def __init__(
        self, db: Database, memory: UrlState, run: int, is_searched_whole: Callable[[str], bool]
    ) -> None:
        """Take the tables, and whether a search has named all that the channel of a list has."""
        self._db, self._memory, self._run = db, memory, run
        self._is_searched_whole = is_searched_whole
        self._failed: dict[str, int] = {}
        """Pages in a row that failed, by list."""
        self._repeats: dict[str, int] = {}
        self._named: dict[str, frozenset[str]] = {}
        """The articles of the pages of lists that this run read, by URL."""

    def is_fresh(self, url: str) -> bool:
        """Return whether an article that a list names is new, so that the list's next page may name more."""
        known = self._memory.known(url)
        if known is None:
            return True
        return known.fetched_at is None and known.state != "excluded" and known.found_kind not in FROM_SEARCH

    def of(self, first: str) -> SectionWalk:
        """Return a list's walk, with what this run saw of it."""
        walk = section_lists.walk(self._db, first)
        return replace(walk, failed=self._failed.get(first, 0), repeats=self._repeats.get(first, 0))

    def known_of(self, first: str) -> pagination.KnownArticles:
        """Return what the archive knows of a list's articles."""
        section = section_lists.section(self._db, first)
        host = urls.host_of(first)
        if section is None or not section.node or host is None:
            return pagination.KnownArticles()
        return pagination.KnownArticles(
            section_lists.count_known(self._db, host, section.node),
            section.first_page,
            self._is_searched_whole(first),
        )

    def read(self, here: ListUrl, listing: ListPage, *, fresh: bool, thorough: bool, now: str) -> list[int]:
        """Note a page that is right; return the pages to request next."""
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
        if repeats >= REPEATED_PAGES:  # a list without end: what lies behind repeats it
            walk = replace(walk, promised=here.page)
        return self._after(walk, here, "fresh" if fresh else "stale", len(listing.articles), thorough, now)

    def _has_moved(self, here: ListUrl) -> bool:
        """Return whether this page names articles that the page before it named and the one before that did not.

        Then the page before was an older version of itself, or the list moved on while it was read: as many articles
        may stand between it and the page before it, named by none. What stands on every page, such as a ranking,
        says nothing.
        """
        before, first = (self._named.get(section_pages.page_url(here, here.page - n)) for n in (1, 2))
        if here.page <= 2 or before is None or first is None:
            return False
        return bool(self._named[here.url] & before - first)

    def unchanged(self, here: ListUrl, *, thorough: bool, now: str) -> list[int]:
        """Note a page that is as it was when it was read last; return the pages to request next."""
        walk = self.of(here.first)
        walk = replace(walk, read=walk.read | {here.page}, skipped=walk.skipped - {here.page})
        return self._after(walk, here, "stale", 0, thorough, now)

    def failed(self, here: ListUrl, code: str | None, *, thorough: bool, now: str) -> list[int]:
        """Note a page that is missing or wrong; return the pages behind it to request all the same."""
        known = self._memory.known(here.url)
        if code == "repeated_page" and here.page > 2 and not self.of(here.first).repeats:
            section_lists.forget_page(self._db, here.first, here.page - 1)  # either may be the wrong one
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
            self.known_of(here.first) if outcome == "stale" and walk.unread() else pagination.KnownArticles()
        )
        pages, walk = pagination.after(
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
        """Return the walk without pages that its pager no longer lists and that were repeatedly missing."""
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
            pages, _ = pagination.resume(self.of(first), self.known_of(first), set(self._asked(here, unread)))
            yield from ((first, page) for page in pages)

    def _asked(self, here: ListUrl, pages: Iterable[int]) -> Iterator[int]:
        """Yield those of a list's pages that this run has requested already."""
        for page in pages:
            known = self._memory.known(section_pages.page_url(here, page))
            if known is not None and known.run == self._run:
                yield page

    def repeats_another(self, here: ListUrl, listing: ListPage) -> bool:
        """Return whether a page names just what the page read before it does: no real list does that."""
        if here.page == 1 or len(listing.articles) < ENOUGH_TO_COMPARE:
            return False
        return digest_of(listing) == section_lists.walk(self._db, here.first).digest


def digest_of(listing: ListPage) -> str:
    """Return a hash of the articles that a page names."""
    return hashlib.sha256("\n".join(sorted(listing.articles)).encode()).hexdigest()[:16]
