"""Scrapy's scheduler over the archive's table `urls`, so that a run resumes where an earlier one stopped or was killed.

Requests of spiders are stored as URLs with a kind, and requests to send are built from the table. Redirects have the
state of one attempt, so they wait in memory: a killed run loses the attempt, never the URL. Each host has at most one
request in progress. Hosts do not wait for each other, with one exception: articles are requested after all sources.
"""

import logging
from collections import deque
from typing import Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from archive.url_state import TRIES, KnownUrl, host_in
from crawler import scrapy_internals, seeds, stop_reasons
from crawler.channels.channel_config import Channels, connected
from crawler.crawl_run import CrawlRun
from kepu import urls
from kepu.records import Discovery

logger = logging.getLogger(__name__)

READ_AHEAD = 100
"""Number of rows read from the frontier at a time."""


def request_for(spider: Spider, known: KnownUrl, address: str, *, conditional: bool = True) -> Request:
    """Return the request for a URL of the frontier; it is conditional if the URL was fetched before.

    `address` is the URL with the scheme that its host serves.
    """
    headers = {}
    if conditional and known.had and known.etag:
        headers["If-None-Match"] = known.etag
    if conditional and known.had and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return Request(
        address,
        callback=spider.callback_for(known.kind),  # type: ignore[attr-defined]
        errback=spider.failed,  # type: ignore[attr-defined]
        headers=headers,
        meta={"known": known, "dont_retry": True},
        priority=known.priority,
        dont_filter=True,
    )


def hosts_beside(channels: Channels) -> dict[str, frozenset[str]]:
    """Map each host to its group: all hosts connected with it through channels that share hosts, itself included."""
    return {host: group for group in connected(one.all_hosts for one in channels.each) for host in group}


def found(url: str, kind: str, via: Discovery, *, priority: int = 0) -> Request:
    """Return the request by which a spider passes a URL that it found to the frontier."""
    return Request(url, meta={"kind": kind, "via": via}, priority=priority)


class Frontier(BaseScheduler):
    """The frontier of one run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl_run = CrawlRun.of(crawler)
        self._redirects: deque[Request] = deque()
        self._ahead: dict[str, deque[KnownUrl]] = {}
        self._dry: set[str] = set()
        """Hosts that had nothing pending when they were last looked up."""
        self._beside: dict[str, frozenset[str]] = {}
        """Map each host to the group of hosts that are crawled together, itself included."""
        self._rounds = 1
        self._has_begun = False
        self._sources_run: set[frozenset[str]] = set()
        """Host groups with a source page requested since their last article."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the scheduler (called by Scrapy)."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Postpone planning until the spider starts.

        `scrapy shell`, `fetch` and `parse` use the scheduler without a crawl or an archive.
        """
        self._crawl_run.begin = lambda: self._begin(spider)

    def _begin(self, spider: Spider) -> None:
        """Queue the URLs that are due, in addition to those that an earlier run left pending."""
        crawl_run = self._crawl_run
        self._has_begun = True
        archive = crawl_run.open()
        self._run = crawl_run.run()
        plan = crawl_run.plan
        self._is_backfill = plan.mode == "backfill"
        self._cycle = seeds.Cycle.of(archive.memory, plan, self._run, crawl_run.moment())
        if plan.mode == "recheck":
            with archive.remembering() as memory:
                wanted = seeds.plan_recheck(memory, plan, now=crawl_run.now())
                crawl_run.thorough |= memory.in_parts(wanted)
        else:
            archive.plan()
        hosts = spider.channels.all_hosts  # type: ignore[attr-defined]
        self._beside = hosts_beside(spider.channels)  # type: ignore[attr-defined]
        with archive.remembering() as memory:
            memory.exclude_unserved(hosts)
        self._ahead = {host: deque() for host in hosts}

    # --- storing URLs ----------------------------------------------------------------------------------------

    def enqueue_request(self, request: Request) -> bool:
        """Store a URL that a spider found and return whether it is new to the frontier.

        Return False also for a known URL that is only queued again.
        """
        is_ours = "kind" in request.meta and "known" not in request.meta
        if not (is_ours and self._has_begun):  # a redirect, or a request that a person made (`scrapy parse`)
            self._redirects.append(request)
            return True
        kind, via = request.meta["kind"], request.meta["via"]
        url = request.url if kind in {"search", "part"} else urls.canonical(request.url)
        article = urls.parse(url) if kind == "article" else None
        archive = self._crawl_run.open()
        host = host_in(url)
        if host not in self._ahead:
            archive.exclude(url, kind, "no_queue", via)
            return False
        answer = archive.found(
            url, kind, article=article.key if article else None, via=via, priority=request.priority
        )
        if answer == "new":
            self._crawl_run.items.led_on(via.url)
        if request.meta.get("again"):
            archive.plan(url, priority=request.priority)
        elif answer == "known" and kind != "article":
            known = archive.memory.known(url)
            if known and not self._cycle.has_read(known):
                archive.plan(url, priority=request.priority)
                answer = "new"
        if answer != "known" or request.meta.get("again"):
            # A URL found elsewhere may replace the one that was read ahead.
            self._look_again(host, request.priority, at_once=answer == "elsewhere")
        return answer == "new"

    def _look_again(self, host: str, priority: int, *, at_once: bool) -> None:
        self._dry.discard(host)
        ahead = self._ahead[host]
        if ahead and (at_once or priority > ahead[0].priority):
            ahead.clear()

    # --- choosing requests -----------------------------------------------------------------------------------

    def has_pending_requests(self) -> bool:
        """Return whether requests are left in this run.

        When none are, queue further pages and retry failed URLs first, up to TRIES rounds.
        """
        if self._redirects or any(self._read_ahead(host) for host in self._open_hosts()):
            return True
        return self._has_begun and self._another_round()

    def next_request(self) -> Request | None:
        """Return the next request, or None if no host may be requested now or the run is ending.

        If the budget of the run is used up, the run is ended and None is returned.
        """
        if self._crawl_run.is_ending:
            return None
        if self._redirects:
            return self._redirects.popleft()
        ready = self._ready_host()
        if ready is None:
            return None
        if reason := self._crawl_run.why_stop():
            self._crawl_run.stop("budget", reason)
            return None
        known = self._ahead[ready].popleft()
        if known.priority > 0:
            self._sources_run.add(self._beside[ready])
        self._crawl_run.open().handed_out(known.url)
        spider = self._crawler.spider
        assert spider is not None
        crawl_run = self._crawl_run
        is_conditional = known.url not in crawl_run.thorough and (
            not self._is_backfill or known.kind == "article"
        )
        request = request_for(spider, known, crawl_run.hosts.address(known.url), conditional=is_conditional)
        form = seeds.form(spider.channels, known.kind, known.url, self._crawl_run.moment())  # type: ignore[attr-defined]
        return request.replace(**form) if form else request

    def _open_hosts(self) -> list[str]:
        closed = self._crawl_run.hosts.closed
        return [host for host in self._ahead if host not in closed]

    def _ready_host(self) -> str | None:
        """Return a host that may be requested now and has something pending, or None.

        If all such hosts rest, schedule the next attempt or end the run.
        """
        engine = self._crawler.engine
        assert engine is not None
        busy = {urlparse_cached(request).hostname for request in engine.downloader.active}
        waiting = 0.0
        hours = self._crawl_run.plan.hours
        closed_for = hours.opens_in(seeds.beijing(self._crawl_run.moment())) if hours else 0.0
        for host in self._open_hosts():
            if host in busy or not self._read_ahead(host):
                continue
            rest = max(self._crawl_run.hosts.resting(host), closed_for)
            if rest:
                waiting = min(waiting or rest, rest)
            elif self._ahead[host][0].priority > 0 or not self._sources_first(self._beside[host]):
                return host
        if waiting and not busy:
            self._wait(waiting, outside=bool(closed_for))
        return None

    def _sources_first(self, group: frozenset[str]) -> bool:
        """Return whether articles of a group of hosts have to wait until its sources are read.

        That way the order of articles does not depend on the pace of a host. Groups that share no channel do not wait
        for each other.
        """
        if group not in self._sources_run:
            return False
        engine = self._crawler.engine
        assert engine is not None
        on_the_way = (request.meta.get("known") for request in engine.downloader.active)
        if (
            not scrapy_internals.is_scraper_idle(engine)
            or any(known is not None and known.priority > 0 and known.host in group for known in on_the_way)
            or any(
                self._read_ahead(host) and self._ahead[host][0].priority > 0
                for host in group
                if host not in self._crawl_run.hosts.closed and not self._crawl_run.hosts.resting(host)
            )
        ):
            return True
        self._sources_run.discard(group)
        return False

    def _wait(self, seconds: float, *, outside: bool) -> None:
        """Wake the engine after `seconds` if KEPU_PATIENCE allows so long a wait; otherwise end the run."""
        if seconds <= self._crawler.settings.getfloat("KEPU_PATIENCE"):
            scrapy_internals.wake_in(self._crawler.engine, seconds)
            return
        if outside:
            self._crawl_run.stop("budget", stop_reasons.HOURS_OVER)
        else:
            self._crawl_run.stop("refused", stop_reasons.left_alone(seconds))

    def _read_ahead(self, host: str) -> bool:
        if self._crawl_run.is_stale:
            self._crawl_run.is_stale = False
            self._ahead = {one: deque() for one in self._ahead}
        ahead = self._ahead[host]
        if not ahead and host not in self._dry:
            ahead.extend(self._crawl_run.memory.pending(READ_AHEAD, host=host, not_in_run=self._run))
            if not ahead:
                self._dry.add(host)
        return bool(ahead)

    def _another_round(self) -> bool:
        """Queue further listing pages, then failed URLs worth another try; return whether any request is pending."""
        engine = self._crawler.engine
        spider = self._crawler.spider
        if self._crawl_run.is_ending or engine is None or spider is None or engine.downloader.active:
            return False
        if not scrapy_internals.is_scraper_idle(engine):
            return True
        for request in spider.further_requests():  # type: ignore[attr-defined]
            self.enqueue_request(request)
        if not any(self._read_ahead(host) for host in self._open_hosts()):
            if self._rounds >= TRIES or not self._crawl_run.open().plan_again():
                return False
            self._rounds += 1
            self._dry.clear()
        scrapy_internals.wake(engine)
        return any(self._read_ahead(host) for host in self._open_hosts())
