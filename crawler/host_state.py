"""The hosts of a run: when each was asked last, how long it is to be left alone, and what it answered lately."""

import time
from datetime import UTC, datetime
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from archive.url_state import HostRow, Memory, host_in
from crawler import backoff
from crawler.crawl_run import Session


class Hosts:
    """What is known of the hosts; it begins with what the archive kept, and is kept there again."""

    def __init__(self, *, scale: float) -> None:
        self._scale = scale
        self._rows: dict[str, HostRow] = {}
        self._changed: set[str] = set()
        self._refusing: set[str] = set()
        self.least: dict[str, float] = {}
        """Seconds that each host asked for, scaled: the delay never falls below."""
        self.closed: dict[str, str] = {}
        """Hosts that are not asked any more in this run, and why."""

    def load(self, memory: Memory) -> None:
        """Take over what the archive knows."""
        self._rows = memory.hosts()
        self._refusing = {host for host, row in self._rows.items() if row.refusals}

    def save(self, memory: Memory) -> None:
        """Let the archive know what has changed."""
        for host in self._changed:
            memory.keep_host(self._rows[host])
        self._changed.clear()

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._changed)

    def of(self, host: str) -> HostRow:
        """Return what is known of a host, to read or to write."""
        self._changed.add(host)
        return self._rows.setdefault(host, HostRow(host))

    def asked(self, host: str) -> None:
        """A request to the host is sent now."""
        self.of(host).asked_at = time.time()

    def answered(self, url: str) -> None:
        """The host of a URL gave an answer of use, which a firewall's page with status 200 is not."""
        if self._refusing and (host := host_in(url)) in self._refusing:
            self._refusing.discard(host)
            self.of(host).refusals = 0

    def refused(self, host: str, kind: str, asked: float | None = None) -> float:
        """The host refused, or did not answer; return the seconds for which it is left alone."""
        row = self.of(host)
        row.refusals += 1
        self._refusing.add(host)
        seconds = backoff.rest(kind, row.refusals, asked) * self._scale
        if seconds:
            row.rest_until = max(row.rest_until or 0.0, time.time() + seconds)
        return seconds

    def gives_up(self, host: str) -> bool:
        """Return whether a host refused so often in a row that the run should end."""
        return host in self._rows and self._rows[host].refusals >= backoff.GIVE_UP

    def resting(self, host: str) -> float:
        """Return the seconds for which a host is still to be left alone; 0: it may be asked."""
        row = self._rows.get(host)
        if row is None or not row.rest_until:
            return 0.0
        # A clock that was put back must not make a rest longer than the longest.
        return max(0.0, min(row.rest_until - time.time(), backoff.REST_LAST))

    def since_asked(self, host: str) -> float | None:
        """Return the seconds since the host was asked last, by whatever run; None where it never was."""
        row = self._rows.get(host)
        return None if row is None or row.asked_at is None else max(0.0, time.time() - row.asked_at)


class Rests:
    """A middleware next to the downloader: it sees each answer, and lets the host rest where it asks for that."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = Session.of(crawler)
        self._scale = crawler.settings.getfloat("KEPU_DELAY_SCALE")
        crawler.signals.connect(self._downloaded, signals.response_downloaded)

    def _downloaded(self, request: Request) -> None:
        """Count the delay from the answer, not from when Scrapy meant to ask: the host never sees two any closer."""
        slot = self._crawler.engine.downloader.slots.get(_host(request))
        if slot is not None and slot.delay:
            slot.lastseen = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Rests":
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Note when a host is asked."""
        self._session.hosts.asked(_host(request))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response; a refusal makes its host rest, and a slow answer widens its delay."""
        host = _host(request)
        kind = backoff.kind_of(response.status)
        if kind is None:
            self._adapt(host, request.meta.get("download_latency"))
            return response
        header = response.headers.get("Retry-After")
        asked = backoff.retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        if not _failed_before(request, kind):
            self._session.host_refused(host, kind, f"answered {response.status}", asked)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count an answer that did not come."""
        if not isinstance(exception, IgnoreRequest) and not _failed_before(request, "broken"):
            self._session.host_refused(_host(request), "broken", "did not answer")

    def _adapt(self, host: str, latency: float | None) -> None:
        slot = self._crawler.engine.downloader.slots.get(host)
        least = self._session.hosts.least.get(host)
        if slot is None or least is None or latency is None:
            return
        latency *= min(self._scale, 1.0)
        if latency > slot.delay or slot.delay > least:
            slot.delay = backoff.adapted(slot.delay, latency, least=least)


def _failed_before(request: Request, kind: str) -> bool:
    """Whether it is this URL that is broken, rather than its host: it failed already, and is asked once more."""
    known = request.meta.get("known")
    return kind == "broken" and known is not None and known.tries > 0


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
