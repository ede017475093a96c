"""robots.txt of each host, and its Crawl-delay, which Scrapy reads and does not keep.

The rules (RFC 9309, sections 2.3, 2.4 and 2.5, and the delay that it leaves out):

| robots.txt answers | then |
|---|---|
| 2xx | its rules hold for a day, over all runs; of more than 500 kB the first 500 kB |
| 3xx | followed within the channel's hosts by Scrapy; elsewhere as 4xx |
| 4xx | the host has no rules |
| 5xx, or nothing at all | the host is not asked in this run |

A Crawl-delay is kept as it stands, from `manners.FLOOR` to `manners.CEILING` seconds; text, zero and negative numbers
count as none. It replaces a shorter `DOWNLOAD_DELAY` and is never varied at random, which could shorten it. The time
since the last request counts from run to run.
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


_OWN_VERSION = re.compile(rb"(?im)^([ \t]*user-agent[ \t]*:[ \t]*kepu-archive)/[^\s#]*")


def without_versions(body: bytes) -> bytes:
    """Return a robots.txt in which groups for a version of this crawler are groups for the crawler.

    RFC 9309, 2.2.1, matches the product token alone; a site that reads its logs may write `kepu-archive/0.1.0`.
    """
    return _OWN_VERSION.sub(rb"\1", body)


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the rules above."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawl_run = CrawlRun.of(crawler)
        self._rules: dict[str, tuple[float, RobotParser | HostUnavailable | None]] = {}
        self._asking: dict[str, asyncio.Task[RobotParser | HostUnavailable | None]] = {}
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
            rules = await self._ask_once(request, host)
        if isinstance(rules, HostUnavailable):
            raise HostUnavailable(str(rules))
        if rules is not None and not rules.allowed(request.url, self._robotstxt_useragent or ""):
            raise RobotsForbid(f"robots.txt of {host} forbids it")

    async def _ask_once(self, request: Request, host: str) -> RobotParser | HostUnavailable | None:
        """Ask for the rules of a host, however many requests wait for them."""
        if host not in self._asking:
            url = f"{urlparse_cached(request).scheme}://{host}/robots.txt"
            self._asking[host] = asyncio.get_running_loop().create_task(self._ask(url, host))
        try:
            return await asyncio.shield(self._asking[host])
        finally:
            self._asking.pop(host, None)

    async def _ask(self, url: str, host: str) -> RobotParser | HostUnavailable | None:
        """Return the rules of a host, or why there are none, and keep them for a day."""
        row = self._crawl_run.hosts.of(host)
        self._keep_delay(host, None)
        if row.robots_status is not None:
            self._read(host, row.robots_status, row.robots or b"")  # its delay holds until it is read anew
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
        asking = Request(
            url,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "max_retry_times": 1, "download_timeout": ROBOTS_TIMEOUT},
        )
        try:
            response = await self.crawler.engine.download_async(asking)
        except LeftTheChannel:
            self._crawl_run.answered = True
            response = Response(url, status=404)
        except Exception as error:  # noqa: BLE001  whatever it is, the host did not answer
            return HostUnavailable(f"{url}: {describe(error)}")
        self._crawl_run.answered = True
        if response.status >= 500:
            return HostUnavailable(f"{url}: answered {response.status}, so the host is left alone")
        row = self._crawl_run.hosts.of(host)
        row.robots_at, row.robots_status = time.time(), response.status
        row.robots = response.body[:ROBOTS_BYTES] if response.status < 300 else b""
        self._keep_capture(response)
        return self._read(host, response.status, row.robots)

    def _keep_capture(self, response: Response) -> None:
        """Keep the robots.txt that is obeyed as it was sent, where the run keeps an archive."""
        capture = capture_of(response, hashlib.sha256(response.body).hexdigest())
        if capture is not None and len(response.body) <= ROBOTS_BYTES:
            self._crawl_run.items.keep_capture(capture, "robots")

    def _read(self, host: str, status: int, body: bytes) -> RobotParser | None:
        if status >= 300:
            return None
        rules = self._parserimpl.from_crawler(self.crawler, without_versions(body))
        self._keep_delay(host, rules.crawl_delay(self._robotstxt_useragent or ""))
        return rules

    def _keep_delay(self, host: str, asked: float | None) -> None:
        """Set the delay of a host's download slot, and count it from the last request of whatever run."""
        delay = delay_to_keep(asked, usual=self._usual, scale=self._scale, on_replica=self._on_replica)
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
        if asked:
            self._crawl_run.report.delays_asked[name] = asked
