"""Obey each host's robots.txt, and its Crawl-delay, which Scrapy parses but ignores.

The rules are those of RFC 9309, sections 2.3 to 2.5, which does not define Crawl-delay:

| response to robots.txt | what follows |
|---|---|
| 2xx | its rules hold for a day, also in later runs; of a longer file, only the first 500 kB count |
| 3xx | Scrapy follows it within the channel's hosts; a redirect elsewhere counts as 4xx |
| 4xx | the host has no rules |
| 5xx, or no response | the host is not requested in this run |

A Crawl-delay counts from `crawl_delay.FLOOR` to `crawl_delay.CEILING` seconds; one that is zero, negative or not a
number counts as absent. It replaces a shorter `DOWNLOAD_DELAY`, and is not varied at random, which could shorten it.
The delay also holds between the last request of one run and the first of the next.
"""

import asyncio
import hashlib
import ipaddress
import logging
import re
import time
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

from crawler import scrapy_internals
from crawler.crawl_delay import delay_to_keep
from crawler.crawl_run import CrawlRun
from crawler.middlewares.capture_responses import of as capture_of
from crawler.middlewares.redirects import LeftTheChannel
from crawler.network_errors import describe

logger = logging.getLogger(__name__)

ROBOTS_BYTES = 500 * 1024
"""Number of bytes of a robots.txt that are read: the minimum that RFC 9309, 2.5, prescribes."""

ROBOTS_TIMEOUT = 15.0
"""Seconds within which a robots.txt must arrive."""


class RobotsForbid(IgnoreRequest):
    """robots.txt forbids this URL."""


class HostUnavailable(IgnoreRequest):
    """The host's robots.txt could not be fetched, so no other URL of the host may be requested (RFC 9309, 2.3.1.4)."""


def through_replica() -> bool:
    """Return whether requests go through a proxy on this machine, that is, to a replica instead of the live site."""
    host = urlsplit(getproxies().get("http", "")).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_OWN_VERSION = re.compile(rb"(?im)^([ \t]*user-agent[ \t]*:[ \t]*kepu-archive)/[^\s#]*")


def without_versions(body: bytes) -> bytes:
    """Return a robots.txt with the version removed from each group for this crawler.

    RFC 9309, 2.2.1, compares the product token alone; a site may copy `kepu-archive/0.1.0` from its logs.
    """
    return _OWN_VERSION.sub(rb"\1", body)


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the rules of this module's docstring."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawl_run = CrawlRun.of(crawler)
        self._rules: dict[str, tuple[float, RobotParser | HostUnavailable | None]] = {}
        self._tasks: dict[str, asyncio.Task[RobotParser | HostUnavailable | None]] = {}
        self._scale = crawler.settings.getfloat("KEPU_DELAY_SCALE")
        self._usual = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._seconds = crawler.settings.getfloat("KEPU_ROBOTS_HOURS") * 3600
        self._on_replica = through_replica()

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Let the request pass, or raise RobotsForbid or HostUnavailable."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        host = urlparse_cached(request).netloc
        until, rules = self._rules.get(host, (0.0, None))
        if time.time() >= until:
            rules = await self._rules_once(request, host)
        if isinstance(rules, HostUnavailable):
            raise HostUnavailable(str(rules))
        if rules is not None and not rules.allowed(request.url, self._robotstxt_useragent or ""):
            raise RobotsForbid(f"robots.txt of {host} forbids it")

    async def _rules_once(self, request: Request, host: str) -> RobotParser | HostUnavailable | None:
        """Return the result of `_rules_of`; requests to the same host share one request for its robots.txt."""
        if host not in self._tasks:
            url = f"{urlparse_cached(request).scheme}://{host}/robots.txt"
            self._tasks[host] = asyncio.get_running_loop().create_task(self._rules_of(url, host))
        try:
            return await asyncio.shield(self._tasks[host])
        finally:
            self._tasks.pop(host, None)

    async def _rules_of(self, url: str, host: str) -> RobotParser | HostUnavailable | None:
        """Return the rules of a host (None: it has no rules), or why they are unavailable; keep them for a day."""
        row = self._crawl_run.hosts.of(host)
        self._keep_delay(host, None)
        if row.robots_status is not None:
            self._read(
                host, row.robots_status, row.robots or b""
            )  # the stored delay holds until the new response
        age = time.time() - (row.robots_at or 0.0)
        rules: RobotParser | HostUnavailable | None
        if row.robots_status is not None and 0 <= age < self._seconds:
            rules = self._read(host, row.robots_status, row.robots or b"")
        else:
            rules = await self._fetch(url, host)
            age = 0.0
        seconds = float("inf") if isinstance(rules, HostUnavailable) else self._seconds - age
        self._rules[host] = (time.time() + max(seconds, 60.0), rules)
        return rules

    async def _fetch(self, url: str, host: str) -> RobotParser | HostUnavailable | None:
        request = Request(
            url,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "max_retry_times": 1, "download_timeout": ROBOTS_TIMEOUT},
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except LeftTheChannel:
            self._crawl_run.answered = True
            response = Response(url, status=404)
        except Exception as error:  # noqa: BLE001  any error means that the host did not respond
            return HostUnavailable(f"{url}: {describe(error)}")
        self._crawl_run.answered = True
        if response.status >= 500:
            return HostUnavailable(f"{url}: status {response.status}, so the host is not requested")
        row = self._crawl_run.hosts.of(host)
        row.robots_at, row.robots_status = time.time(), response.status
        row.robots = response.body[:ROBOTS_BYTES] if response.status < 300 else b""
        self._keep_capture(response)
        return self._read(host, response.status, row.robots)

    def _keep_capture(self, response: Response) -> None:
        """Store the capture of a robots.txt that is obeyed, if the run has an archive."""
        capture = capture_of(response, hashlib.sha256(response.body).hexdigest())
        if capture is not None and len(response.body) <= ROBOTS_BYTES:
            self._crawl_run.items.keep_capture(capture, "robots")

    def _read(self, host: str, status: int, body: bytes) -> RobotParser | None:
        if status >= 300:
            return None
        rules = self._parserimpl.from_crawler(self.crawler, without_versions(body))
        self._keep_delay(host, rules.crawl_delay(self._robotstxt_useragent or ""))
        return rules

    def _keep_delay(self, host: str, crawl_delay: float | None) -> None:
        """Set the delay of a host's download slot, counted from the last request to the host in any run."""
        delay = delay_to_keep(crawl_delay, usual=self._usual, scale=self._scale, on_replica=self._on_replica)
        downloader = self.crawler.engine.downloader
        settings: dict[str, Any] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        name = host.rsplit(":", 1)[0]
        downloader.per_slot_settings[name] = settings
        slot = scrapy_internals.download_slot(self.crawler.engine, name)
        slot.concurrency, slot.delay, slot.jitter = 1, delay, 0.0
        passed = self._crawl_run.hosts.since_asked(name)
        if not slot.lastseen and passed is not None and passed < delay:
            slot.lastseen = time.monotonic() - passed
        self._crawl_run.keeps_delay(name, delay)
        if crawl_delay:
            self._crawl_run.report.delays_asked[name] = crawl_delay
