"""The queue that scrapy-redis's scheduler is given: one a host in Redis, so that politeness holds for the cluster."""

from time import monotonic
from typing import Any

import redis
from scrapy import Request, Spider
from scrapy_redis.dupefilter import RFPDupeFilter  # type: ignore[import-untyped]
from scrapy_redis.queue import Base  # type: ignore[import-untyped]

from crawler import sources
from crawler.distributed import messages
from crawler.distributed.session import RemoteSession
from crawler.frontier import request_for

LOOK_SECONDS = 0.05
"""A worker that was given nothing asks Redis no more often than this."""


class SeenInQueue(RFPDupeFilter):  # type: ignore[misc]
    """scrapy-redis's filter, which asks nothing of Redis itself: a URL is seen and queued in one step (scripts.py)."""

    def request_seen(self, request: Request) -> bool:
        """Return False: the queue decides."""
        return False


class HostQueue(Base):  # type: ignore[misc]
    """The queue."""

    def __init__(self, server: Any, spider: Spider, key: str, serializer: Any = None) -> None:
        super().__init__(server, spider, key, serializer)
        self._session = RemoteSession.of(spider.crawler)
        self._session.open()

    def __len__(self) -> int:
        """Return 0 once the run is over; until then the archiver may have more."""
        return 0 if self._session.is_over else 1

    def push(self, request: Request) -> None:
        """Hold what a response named until all that came of the response is settled; a redirect moves at once."""
        if "known" in request.meta:
            self._session.moved(request)
        else:
            self._session.named(request)

    def pop(self, timeout: int = 0) -> Request | None:
        """Return the request of a host whose turn it is, or None."""
        session = self._session
        if session.is_ending or monotonic() < session.quiet_until:
            return None
        try:
            told = session.lease()
        except redis.RedisError as error:
            session.trouble(error)
            told = None
        if told is None:
            session.quiet_until = monotonic() + LOOK_SECONDS
            return None
        known = messages.known_of(told)
        is_backfill = session.plan.mode == "backfill"
        request = request_for(self.spider, known, conditional=not is_backfill or known.kind == "article")
        form = sources.form(self.spider.channel, known.kind, known.url, session.moment())
        request = request.replace(**form) if form else request
        if to := told.get("to"):
            request.meta["redirect_times"] = told["redirects"]
            request = request.replace(url=to)
        return request

    def clear(self) -> None:
        """Leave everything: the archiver empties the queue, when a run is over."""
