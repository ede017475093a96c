"""Fetch pictures of articles, and style sheets, when a run has no other requests left.

They are requested only from the `image_hosts` of the channel file, through the same middlewares as pages: robots.txt,
delays, rests, redirects and captures apply. They count towards the run's budget, and towards a budget of their own.
"""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from archive import pictures
from archive.captures import CaptureReader, Unreadable, rows
from archive.pictures import Picture
from crawler import scrapy_internals
from crawler.crawl_run import CrawlRun
from crawler.middlewares import capture_responses
from crawler.network_errors import describe
from crawler.robots import HostUnavailable, RobotsForbid
from kepu.errors import ArchiveError
from kepu.messages import Text
from kepu.urls import host_of
from pipelines.chrome.page_resources import page_resources, style_resources
from pipelines.picture_type import picture_type

logger = logging.getLogger(__name__)

STYLE = "text/css"
"""Media type of style sheets."""

ACCEPT = {"Accept": "image/*,*/*;q=0.5"}
"""Header of the requests for pictures and style sheets."""


class FetchPictures:
    """Keeps the idle spider open until all pictures were requested, or the budget is used up."""

    def __init__(
        self, crawler: Crawler, hosts: Sequence[str], *, budget: int | None, resources: bool
    ) -> None:
        self._crawler = crawler
        self._crawl_run = CrawlRun.of(crawler)
        self._hosts = tuple(hosts)
        self._left = budget
        """Number of requests left in the budget for pictures; None: no limit."""
        self._resources = resources
        self._task: asyncio.Task[None] | None = None
        crawler.signals.connect(self._idle, signals.spider_idle)

    def _idle(self, spider: Spider) -> None:
        """Start fetching when the spider becomes idle for the first time, and keep it open until that is done."""
        if self._task is None and not self._crawl_run.is_ending and self._crawl_run.answered:
            self._task = asyncio.get_running_loop().create_task(self._fetch_all())
        if self._task is not None and not self._task.done():
            raise DontCloseSpider

    async def _fetch_all(self) -> None:
        try:
            store = self._crawl_run.open()
            await self._fetch_from_all("image", list(pictures.wanted(store.db, self._hosts)))
            if self._resources:
                self._crawl_run.commit()  # so that all captures are on disk before they are read
                await self._fetch_from_all("resource", self._page_resources())
        except ArchiveError as error:
            self._crawl_run.stop(error.code, str(error))
        except Exception as error:  # the articles are stored already; the run counts as degraded
            logger.exception("pictures could not be fetched")
            self._crawl_run.alarms.append(Text("pictures could not be fetched: {why}", why=describe(error)))
        finally:
            scrapy_internals.wake(self._crawler.engine)

    async def _fetch_from_all(self, kind: str, addresses: list[str]) -> None:
        await asyncio.gather(*(self._fetch_of(host, kind, addresses) for host in self._hosts))

    async def _fetch_of(self, host: str, kind: str, addresses: Iterable[str]) -> None:
        """Request the addresses on one host, one after another; Scrapy's download slot keeps the host's delay."""
        waiting = deque(url for url in addresses if host_of(url) == host)
        while waiting:
            url = waiting.popleft()
            if kind == "resource" and pictures.is_known(self._crawl_run.open().db, url):
                continue
            if self._is_over(host):
                return
            for further in await self._fetch(url, kind):
                if host_of(further) == host:
                    waiting.append(further)

    def _is_over(self, host: str) -> bool:
        """Return whether no more requests may be sent to this host, or in this run."""
        run = self._crawl_run
        if run.is_ending or host in run.hosts.closed or run.hosts.resting(host) or self._left == 0:
            return True
        if reason := run.why_stop():
            run.stop("budget", reason)
            return True
        if self._left is not None:
            self._left -= 1
        return False

    async def _fetch(self, url: str, kind: str) -> list[str]:
        """Request one address and store the outcome; return the addresses in it if it is a style sheet."""
        run = self._crawl_run
        picture, capture, further = Picture(url, kind, "failed", run.now()), None, []
        try:
            request = Request(
                run.hosts.address(url), headers=ACCEPT, callback=NO_CALLBACK, meta={"max_retry_times": 1}
            )
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(request)
        except RobotsForbid:
            picture.state, picture.code = "refused", "robots"
        except HostUnavailable as error:
            run.hosts.closed.setdefault(host_of(url) or "", str(error))
            return []
        except Exception as error:  # noqa: BLE001  after any error the picture counts as missing
            picture.code = describe(error)[:200]
        else:
            further = _judge(picture, response)
            if picture.state == "kept":
                capture = capture_responses.of(response, picture.sha256)
        run.open().keep_picture(picture, capture, run.run())
        run.report.pictures[picture.state] = run.report.pictures.get(picture.state, 0) + 1
        return further

    def _page_resources(self) -> list[str]:
        """Return the addresses of style sheets and decorative pictures in captured pages, the newest pages first."""
        store = self._crawl_run.open()
        found: dict[str, None] = {}
        with CaptureReader(store.db, store.captures.folder) as reader:
            for row in reversed(rows(store.db, "kind = 'article' AND type = 'response' AND part = 1")):
                try:
                    body = reader.body(row)
                except Unreadable:
                    continue
                found |= dict.fromkeys(page_resources(body, row.url))
        return list(found)


def _judge(picture: Picture, response: Response) -> list[str]:
    """Set a picture's state from the response's status and bytes; return the addresses in a style sheet."""
    if response.status in {404, 410}:
        picture.state, picture.code = "gone", f"http_{response.status}"
        return []
    if response.status != 200 or not response.body:
        picture.code = f"http_{response.status}"
        return []
    found = picture_type(response.body)
    content_type = (
        (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    )
    if found is not None:
        picture.media_type, picture.width, picture.height = found.media_type, found.width, found.height
    elif picture.kind == "resource" and content_type == STYLE:
        picture.media_type = STYLE
    else:
        picture.state, picture.code = "gone", "not_a_picture"
        return []
    picture.state = "kept"
    picture.sha256, picture.bytes = hashlib.sha256(response.body).hexdigest(), len(response.body)
    return style_resources(response.body, response.url) if picture.media_type == STYLE else []


def begin(crawler: Crawler, spider: Any) -> FetchPictures | None:
    """Return the picture fetcher of a run, or None if its options do not include pictures."""
    plan = spider.plan
    if not (plan.images or plan.page_resources):
        return None
    return FetchPictures(
        crawler, spider.channels.image_hosts, budget=plan.images_budget, resources=plan.page_resources
    )
