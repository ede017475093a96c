"""What the site asks of us: robots.txt and its Crawl-delay, for each host, kept to.

The rules (RFC 9309, sections 2.3 and 2.5, and the delay that it leaves out):

| robots.txt answers | then |
|---|---|
| 2xx | its rules hold; of more than 500 kB the first 500 kB |
| 3xx | followed within the channel's hosts by Scrapy; elsewhere as 4xx |
| 4xx | the host has no rules |
| 5xx, or nothing at all | the host is not asked in this run |

A Crawl-delay is kept as it stands, from `FLOOR` to `CEILING` seconds; text, zero and negative numbers count as
none. It replaces a shorter `DOWNLOAD_DELAY` and is never varied at random, which could shorten it.
"""

import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.session import Session

logger = logging.getLogger(__name__)

FLOOR = 1.0
"""Seconds: no host out in the world is asked more often, whatever a setting says."""

CEILING = 3600.0
"""Seconds: a longer Crawl-delay than an hour is taken for a mistake, and kept as an hour."""

ROBOTS_BYTES = 500 * 1024
ROBOTS_TIMEOUT = 15.0


class RobotsForbid(IgnoreRequest):
    """robots.txt forbids this URL."""


class HostUnavailable(IgnoreRequest):
    """The host's robots.txt could not be had, so that nothing of it may be asked."""


def through_replica() -> bool:
    """Return whether requests go through a proxy on this very machine: a replica, and no live host."""
    host = urlsplit(getproxies().get("http", "")).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def delay_to_keep(asked: float | None, *, usual: float, scale: float, on_replica: bool) -> float:
    """Return the seconds to leave between two requests to a host.

    `asked` is its Crawl-delay, `usual` our own delay; `scale` shortens both, on the live site never below FLOOR.
    """
    delay = max(min(asked, CEILING), usual) if asked and asked > 0 else usual
    return delay * scale if on_replica else max(delay * scale, FLOOR)


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the rules above, and with the delay that Scrapy reads and does not keep."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = Session.of(crawler)
        self._rules: dict[str, RobotParser | HostUnavailable | None] = {}
        self._scale = crawler.settings.getfloat("KEPU_DELAY_SCALE")
        self._usual = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._on_replica = through_replica()

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Let the request pass, or raise RobotsForbid or HostUnavailable."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        host = urlparse_cached(request).netloc
        if host not in self._rules:
            self._rules[host] = await self._ask(request, host)
        rules = self._rules[host]
        if isinstance(rules, HostUnavailable):
            raise HostUnavailable(str(rules))
        if rules is not None and not rules.allowed(request.url, self._robotstxt_useragent or ""):
            raise RobotsForbid(f"robots.txt of {host} forbids it")

    async def _ask(self, request: Request, host: str) -> RobotParser | HostUnavailable | None:
        url = f"{urlparse_cached(request).scheme}://{host}/robots.txt"
        asking = Request(
            url,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "max_retry_times": 1, "download_timeout": ROBOTS_TIMEOUT},
        )
        self._keep_delay(host, None)
        try:
            response = await self.crawler.engine.download_async(asking)
        except Exception as error:  # noqa: BLE001  whatever it is, the host did not answer
            return HostUnavailable(f"{url}: {describe(error)}")
        self._session.answered = True
        return self._read(response, host)

    def _read(self, response: Response, host: str) -> RobotParser | HostUnavailable | None:
        if response.status >= 500:
            return HostUnavailable(f"{response.url}: answered {response.status}, so the host is left alone")
        if response.status >= 300:
            return None
        rules = self._parserimpl.from_crawler(self.crawler, response.body[:ROBOTS_BYTES])
        self._keep_delay(host, rules.crawl_delay(self._robotstxt_useragent or ""))
        return rules

    def _keep_delay(self, host: str, asked: float | None) -> None:
        """Set the delay of a host's download slot, whether it is in use yet or not."""
        delay = delay_to_keep(asked, usual=self._usual, scale=self._scale, on_replica=self._on_replica)
        downloader = self.crawler.engine.downloader
        name = host.rsplit(":", 1)[0]
        settings: dict[str, Any] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        downloader.per_slot_settings[name] = settings
        if slot := downloader.slots.get(name):
            slot.concurrency, slot.delay, slot.jitter = 1, delay, 0.0
        self._session.report.delays[name] = round(delay, 3)


def describe(error: BaseException) -> str:
    """Return what went wrong on the network in a few words, without Twisted's wrapping."""
    reasons = getattr(error, "reasons", None)
    if reasons:
        error = reasons[0].value
    name = type(error).__name__.removesuffix("Error")
    words = {
        "DownloadConnectionRefused": "the connection was refused",
        "ConnectionRefused": "the connection was refused",
        "CannotResolveHost": "the host's name could not be resolved",
        "DNSLookup": "the host's name could not be resolved",
        "DownloadTimeout": "no answer in time",
        "Timeout": "no answer in time",
        "TCPTimedOut": "no answer in time",
        "ResponseDataLoss": "the answer was cut short",
        "ResponseNeverReceived": "the connection was closed without an answer",
        "ConnectionLost": "the connection was lost",
        "DownloadFailed": "the download failed",
    }
    return words.get(name) or f"{name}: {error}".strip().splitlines()[0]
