"""Downloader middleware that leaves a host alone after a refusal, and increases the delay when responses are slow."""

from datetime import UTC, datetime
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler import backoff, crawl_delay, scrapy_internals
from crawler.crawl_run import CrawlRun
from crawler.network_errors import is_cut_off


class HostRests:
    """Downloader middleware that lets a host rest after a refusal, and slows down when responses become slow."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl_run = CrawlRun.of(crawler)
        self._scale = crawler.settings.getfloat("KEPU_DELAY_SCALE")
        crawler.signals.connect(self._downloaded, signals.response_downloaded)

    def _downloaded(self, request: Request) -> None:
        """Count the delay from the arrival of the response rather than from when Scrapy scheduled the request."""
        slot = scrapy_internals.known_slot(self._crawler.engine, _host(request))
        if slot is not None and slot.delay:
            slot.lastseen = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "HostRests":
        """Create the middleware (called by Scrapy)."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response; leave its host alone after a refusal, and increase its delay after a slow response."""
        host = _host(request)
        self._crawl_run.commits.has_answered(host)
        kind = backoff.kind_of(response.status)
        if kind is None:
            self._adapt(host, request.meta.get("download_latency"))
            return response
        header = response.headers.get("Retry-After")
        seconds = backoff.retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        if not _failed_before(request, kind):
            self._crawl_run.host_refused(host, kind, f"answered {response.status}", seconds)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a request without a response as a failure of its host, unless the request was not sent at all."""
        if is_cut_off(exception):
            self._crawl_run.hosts.forget_scheme(request.url)
        if not isinstance(exception, IgnoreRequest) and not _failed_before(request, "broken"):
            self._crawl_run.host_refused(_host(request), "broken", "did not answer")

    def _adapt(self, host: str, latency: float | None) -> None:
        slot = scrapy_internals.known_slot(self._crawler.engine, host)
        least = self._crawl_run.hosts.least.get(host)
        if slot is None or least is None or latency is None:
            return
        latency *= min(self._scale, 1.0)
        if latency > slot.delay or slot.delay > least:
            slot.delay = crawl_delay.adapted(slot.delay, latency, least=least)


def _failed_before(request: Request, kind: str) -> bool:
    """Return whether this request repeats one that failed, so that the URL rather than its host is broken."""
    known = request.meta.get("known")
    return kind == "broken" and known is not None and known.tries > 0


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
