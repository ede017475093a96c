"""Scrapy's scheduler over the archive's table `urls`: what to ask for next, also after any death.

A request that a spider yields is written down as a URL of a kind; what is handed out is made anew from the
table. Retries and redirects, which carry the state of one attempt, wait in memory: a run that dies forgets the
attempt, never the URL.
"""

import logging
from collections import deque
from typing import Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from archive.memory import Known
from crawler import urls
from crawler.items import Discovery
from crawler.session import Session

logger = logging.getLogger(__name__)

READ_AHEAD = 100
"""Rows read from the frontier at a time."""


def request_for(spider: Spider, known: Known) -> Request:
    """Return the request for a URL of the frontier: conditional where the URL was had before."""
    headers = {}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return Request(
        known.url,
        callback=spider.callback_for(known.kind),  # type: ignore[attr-defined]
        errback=spider.failed,  # type: ignore[attr-defined]
        headers=headers,
        meta={"known": known},
        priority=known.priority,
        dont_filter=True,
    )


def found(url: str, kind: str, via: Discovery, *, priority: int = 0) -> Request:
    """Return the request by which a spider tells the frontier of a URL."""
    return Request(url, meta={"kind": kind, "via": via}, priority=priority)


class Frontier(BaseScheduler):
    """The frontier of one run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._again: deque[Request] = deque()
        self._ahead: deque[Known] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the scheduler."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Plan what is due, beside what an earlier run left pending."""
        self._session.open().plan()
        self._run = self._session.run()

    def has_pending_requests(self) -> bool:
        """Return whether anything is left to ask for."""
        return bool(self._again) or self._read_ahead()

    def enqueue_request(self, request: Request) -> bool:
        """Write down what a spider found; return False for what is known or never to be asked."""
        if "known" in request.meta:  # a retry or a redirect of what was handed out
            self._again.append(request)
            return True
        kind, via = request.meta["kind"], request.meta["via"]
        url = urls.canonical(request.url)
        article = urls.parse(url) if kind == "article" else None
        archive = self._session.open()
        answer = archive.found(
            url, kind, article=article.key if article else None, via=via, priority=request.priority
        )
        if answer == "known" and kind != "article":
            known = archive.memory.known(url)
            if known and known.run != self._run:
                archive.plan(url)
                answer = "new"
        if answer == "new" and self._ahead and request.priority > self._ahead[0].priority:
            self._ahead.clear()
        return answer == "new"

    def next_request(self) -> Request | None:
        """Return the next request, or None where nothing is pending now."""
        if self._again:
            return self._again.popleft()
        if not self._read_ahead():
            return None
        known = self._ahead.popleft()
        self._session.open().handed_out(known.url)
        assert self._crawler.spider is not None
        return request_for(self._crawler.spider, known)

    def _read_ahead(self) -> bool:
        if not self._ahead:
            self._ahead.extend(self._session.memory.pending(READ_AHEAD, not_in_run=self._run))
        return bool(self._ahead)
