"""When the open batch is committed: when a request is sent, and when a host has answered.

A kill must not undo either, or the next run would request too soon. Where hosts have no longer delay than another run
needs to start, several requests share a commit.
"""

import asyncio
from typing import TYPE_CHECKING

from scrapy import Request

from archive.url_state import host_in
from crawler import scrapy_internals

if TYPE_CHECKING:
    from crawler.crawl_run import CrawlRun

UNANSWERED_SECONDS = 0.5
"""A request that is still under way after so long has reached the network, if there is one."""

START_SECONDS = 0.25
"""Another run needs longer to start: a shorter delay holds between two runs whatever a kill undoes."""

AT_ONCE = 10
"""Requests and answers, after which the batch ends where hosts have no longer delay: what a kill can cost to repeat."""


class RequestCommits:
    """Writes down when each host is requested and when it answers, and commits that in time."""

    def __init__(self, crawl_run: "CrawlRun") -> None:
        self._run = crawl_run
        self.uncommitted = 0
        """Requests and answers since the last commit, of hosts with a delay shorter than START_SECONDS."""

    def sends(self, request: Request) -> None:
        """Write down that a request is sent to its host now, and commit that with all that waits.

        Before any host has answered, a run leaves the archive as it was: there a moment decides whether the request
        reaches anybody.
        """
        self._run.hosts.asked(host := host_in(request.url))
        if self._run.answered:
            self._commit_for(host)
        else:
            asyncio.get_running_loop().call_later(UNANSWERED_SECONDS, self._commit_unanswered, request)

    def _commit_unanswered(self, request: Request) -> None:
        """Commit when a host was asked, though none has answered yet, if its request is still under way."""
        engine = self._run.crawler.engine
        if self._run.answered or self._run.closed or engine is None:
            return
        slot = scrapy_internals.known_slot(engine, host_in(request.url))
        if slot is not None and request in slot.transferring:
            self._run.commit(is_waiting=True)

    def has_answered(self, host: str) -> None:
        """Write down that a host has answered, and commit that."""
        is_first, self._run.answered = not self._run.answered, True
        self._run.hosts.has_answered(host)
        if is_first:
            self._run.commit()
        else:
            self._commit_for(host)

    def _commit_for(self, host: str) -> None:
        """Commit now if a run after a kill could request from the host too soon; if not, once enough waits."""
        engine = self._run.crawler.engine
        slot = scrapy_internals.known_slot(engine, host) if engine is not None else None
        self.uncommitted += 1
        if slot is None or slot.delay >= START_SECONDS or self.uncommitted >= AT_ONCE:
            self._run.commit()
