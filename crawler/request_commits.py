"""Commit the open batch when a request is sent and when a host has responded, so that delays hold across runs.

If a killed process lost the time of a request, the next run could send another one too soon. If the delay of a host is
shorter than a run takes to start, that cannot happen, and several requests share a commit.
"""

import asyncio
from typing import TYPE_CHECKING

from scrapy import Request

from archive.url_state import host_in
from crawler import scrapy_internals

if TYPE_CHECKING:
    from crawler.crawl_run import CrawlRun

UNANSWERED_SECONDS = 0.5
"""Seconds after which a request without a response is assumed to have reached the network."""

LOOKS = 5
"""Number of times that such a request is looked at until then. Between two looks the event loop handles what the
network reported, so a refused connection is noticed also by a process that had no turn for UNANSWERED_SECONDS."""

START_SECONDS = 0.25
"""Seconds that a run takes to start: a shorter delay has passed by then, even if a kill lost the last request's
time.
"""

AT_ONCE = 10
"""Number of requests and responses that share a commit, for hosts with a shorter delay: after a kill the next run may
repeat that many."""


class RequestCommits:
    """Records when each host is requested and when it responds, and commits that in time."""

    def __init__(self, crawl_run: "CrawlRun") -> None:
        self._run = crawl_run
        self.uncommitted = 0
        """Requests and responses since the last commit, of hosts with a delay shorter than START_SECONDS."""

    def sends(self, request: Request) -> None:
        """Record that a request is sent to its host now, and commit it with all pending changes.

        Before any host has responded, a run leaves the archive unchanged: it commits only if the request is still in
        progress after UNANSWERED_SECONDS.
        """
        self._run.hosts.asked(host := host_in(request.url))
        if self._run.answered:
            self._commit_for(host)
        else:
            self._look_later(request, LOOKS)

    def _look_later(self, request: Request, looks: int) -> None:
        """Look at a request without a response `looks` more times, and commit its time at the last one."""
        asyncio.get_running_loop().call_later(UNANSWERED_SECONDS / LOOKS, self._look, request, looks - 1)

    def _look(self, request: Request, looks: int) -> None:
        """Commit the time of a request if no look is left, it is still in progress and no host has responded yet."""
        engine = self._run.crawler.engine
        if self._run.answered or self._run.closed or engine is None:
            return
        slot = scrapy_internals.known_slot(engine, host_in(request.url))
        if slot is None or request not in slot.transferring:
            return
        if looks:
            self._look_later(request, looks)
        else:
            self._run.commit(is_waiting=True)

    def has_answered(self, host: str) -> None:
        """Record that a host has responded, and commit it."""
        is_first, self._run.answered = not self._run.answered, True
        self._run.hosts.has_answered(host)
        if is_first:
            self._run.commit()
        else:
            self._commit_for(host)

    def _commit_for(self, host: str) -> None:
        """Commit now if the host's delay is longer than START_SECONDS, otherwise once AT_ONCE are pending."""
        engine = self._run.crawler.engine
        slot = scrapy_internals.known_slot(engine, host) if engine is not None else None
        self.uncommitted += 1
        if slot is None or slot.delay >= START_SECONDS or self.uncommitted >= AT_ONCE:
            self._run.commit()
