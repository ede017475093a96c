"""The spider of the channel: from its home and sections to its articles, in all their parts."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from archive.memory import Known, format_time
from crawler import channel, urls
from crawler.discovery import lists
from crawler.frontier import found
from crawler.items import Discovery, Page, Visit
from crawler.middlewares import LeftTheChannel
from crawler.politeness import HostUnavailable, RobotsForbid, describe
from crawler.session import Session

ARTICLE_HREF = re.compile(
    rb"""href\s*=\s*["']?\s*([^"'\s<>]*/(?:n[12]?|GB)/[^"'\s<>]*\.html)""", re.IGNORECASE
)
PART_HREF = re.compile(rb"""href\s*=\s*["']?\s*([^"'\s<>]*[0-9]-[0-9]{1,4}\.html)""", re.IGNORECASE)

FIRST_PAGES = 20
NEXT_PAGES = 10
"""Priorities: the lists' first pages, then further pages, then articles (0): what is new is known early."""


class ChannelSpider(Spider):
    """Crawl a channel: `scrapy crawl channel [-a channel=kpzg]`."""

    name = "channel"

    def __init__(self, channel_name: str = "kpzg", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.channel = channel.load(arguments.get("channel", channel_name))
        self.allowed_domains = list(self.channel.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider."""
        name = kwargs.pop("channel", "kpzg")
        return super().from_crawler(crawler, name, *args, **kwargs)

    @property
    def session(self) -> Session:
        """The run that this spider belongs to."""
        return Session.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the home and the sections that are known beforehand."""
        yield found(self.channel.home, "home", Discovery("seed"), priority=FIRST_PAGES)
        for section in self.channel.sections:
            via = Discovery("seed", section=section.title)
            yield found(section.url, "section", via, priority=FIRST_PAGES)

    def callback_for(self, kind: str) -> Callable[..., Any]:
        """Return what reads the answer to a URL of a kind."""
        return self.parse_article if kind == "article" else self.parse_list

    # --- lists ---------------------------------------------------------------------------------------------

    def parse_list(self, response: Response) -> Iterator[Request | Visit]:
        """Yield what a list names, and at last what came of the list itself."""
        known: Known = response.meta["known"]
        visit = self.visit(response, known)
        if visit.state != "fetched" or not isinstance(response, TextResponse):
            yield visit
            return
        listing = lists.read(response)
        section = known.section or listing.title
        if listing.refresh and (listed := lists.parse_list(listing.refresh)) and self.ours(listed.url):
            yield found(listed.url, known.kind, Discovery("refresh", known.url), priority=FIRST_PAGES)
        fresh = False
        for url, (article, title) in listing.articles.items():
            via = Discovery(known.kind, known.url, title, section)
            if not self.ours(url):
                self.session.open().exclude(url, "article", "other_host", via)
                continue
            fresh = fresh or self.session.memory.known(article.canonical) is None
            yield found(url, "article", via)
        yield from self.further_lists(listing, known, section, fresh)
        yield visit

    def further_lists(
        self, listing: lists.Found, known: Known, section: str | None, fresh: bool
    ) -> Iterator[Request]:
        """Yield the sections that a list names, and its next page where it held anything new."""
        here = lists.parse_list(known.url)
        for url, (listed, text) in listing.lists.items():
            if not self.ours(url) or (listed.node is None and here and here.node):
                continue
            if here and listed.node == here.node and listed.page > 1:
                if fresh and listed.page == here.page + 1:
                    yield found(
                        url, known.kind, Discovery("page", known.url, section=section), priority=NEXT_PAGES
                    )
            elif listed.page == 1 and listed.node:
                yield found(
                    url, "section", Discovery(known.kind, known.url, section=text), priority=FIRST_PAGES
                )

    # --- articles ------------------------------------------------------------------------------------------

    async def parse_article(self, response: Response) -> AsyncIterator[Request | Page | Visit]:
        """Yield the article with all its parts, and the articles of the channel that it links to."""
        known: Known = response.meta["known"]
        visit = self.visit(response, known)
        if visit.state != "fetched":
            yield visit
            return
        here = urls.parse(response.url)
        if here is None:
            visit.state, visit.code, visit.again = "failed", "redirected", True
            visit.message = f"it leads to {response.url}, which is no article"
            yield visit
            return
        if here.key != known.article:
            visit.state, visit.code, visit.message = "excluded", "moved", f"it moved to {here.canonical}"
            yield found(here.canonical, "article", Discovery("redirect", known.url))
            yield visit
            return
        page = self.page(response, known)
        await self.fetch_parts(page)
        for url in hrefs(ARTICLE_HREF, page):
            other = urls.parse(url)
            if other and other.key != here.key and self.ours(url):
                yield found(other.canonical, "article", Discovery("link", known.url))
        yield page

    async def fetch_parts(self, page: Page) -> None:
        """Ask for the further parts that the article's pages link to, in order, each once."""
        assert page.url is not None
        fetched = {1}
        waiting = parts_of(page)
        while waiting - fetched:
            n = min(waiting - fetched)
            fetched.add(n)
            part = await self.fetch_part(urls.part_url(page.url, n), n)
            if part is None:
                page.parts_missing.append(urls.part_url(page.url, n))
                continue
            page.parts.append(part)
            waiting |= parts_of(part)

    async def fetch_part(self, url: str, n: int) -> Page | None:
        """Return one further part, or None where it cannot be had now."""
        try:
            response = await self.crawler.engine.download_async(Request(url, callback=NO_CALLBACK))
        except Exception as error:  # noqa: BLE001  whatever it is, the part is missing
            self.logger.warning("%s: a part of an article is missing: %s", url, describe(error))
            return None
        if response.status != 200:
            self.logger.warning("%s: a part of an article is missing: answered %s", url, response.status)
            return None
        part = self.page(response, None)
        part.part = n
        return part

    # --- answers -------------------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """Yield what came of a URL that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        known: Known = request.meta["known"]
        error = failure.value or RuntimeError("no reason given")
        visit = Visit(known.url, "failed", now(), known.kind, known.article, again=True)
        visit.code, visit.message = "network", describe(error)
        if isinstance(error, RobotsForbid):
            visit.state, visit.code, visit.message = "refused", "robots", str(error)
        elif isinstance(error, LeftTheChannel):
            visit.state, visit.code, visit.message = "excluded", "left_the_channel", str(error)
        elif isinstance(error, HostUnavailable):
            visit.code, visit.message = "host_unavailable", str(error)
            if not self.session.answered:
                self.session.stop(
                    "unreachable",
                    f"{str(error).replace('/robots.txt', '/')}: is this machine on the network? "
                    "The archive is as it was.",
                )
        elif isinstance(error, IgnoreRequest):
            visit.code, visit.message = "ignored", str(error)
            if self.session.is_ending:
                return
        yield visit

    def visit(self, response: Response, known: Known) -> Visit:
        """Return what an answer says of its URL, by its status."""
        self.session.answered = True
        visit = Visit(known.url, "fetched", now(), known.kind, known.article, status=response.status)
        visit.etag, visit.last_modified = header(response, "ETag"), header(response, "Last-Modified")
        if response.status == 200:
            visit.payload_sha256 = hashlib.sha256(response.body).hexdigest()
        elif response.status == 304:
            visit.state = "unchanged"
        elif response.status in {404, 410}:
            visit.state, visit.code = "gone", "missing_page"
        else:
            visit.state, visit.code, visit.again = "failed", f"http_{response.status}", response.status >= 400
            visit.message = f"answered {response.status}"
        return visit

    def page(self, response: Response, known: Known | None) -> Page:
        """Return a response as the record that the pipelines take."""
        return Page(
            body=response.body,
            url=response.url,
            url_requested=known.url if known else response.url,
            status=response.status,
            content_type=header(response, "Content-Type"),
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            fetched_at=now(),
            discovered_via=Discovery(known.found_kind or "seed", known.found_at, known.title, known.section)
            if known
            else None,
            run=self.session.run(),
        )

    def ours(self, url: str) -> bool:
        """Return whether a URL is on a host of the channel."""
        return urls.host_of(url) in self.channel.hosts


def now() -> str:
    """Return the time as the records have it."""
    return format_time(datetime.now(UTC))


def header(response: Response, name: str) -> str | None:
    """Return a header as text, or None where the response has none."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def hrefs(pattern: re.Pattern[bytes], page: Page) -> set[str]:
    """Return the links of a page, and of its parts, that a pattern finds, resolved."""
    base = page.url or ""
    raw = {href for body in (page, *page.parts) for href in pattern.findall(body.body)}
    return {url for href in raw if (url := urls.resolve(base, href.decode("latin-1")))}


def parts_of(page: Page) -> set[int]:
    """Return the numbers of the further parts of its own article that a page links to."""
    here = urls.parse(page.url or "")
    found = (urls.parse(url) for url in hrefs(PART_HREF, page))
    return {other.part for other in found if here and other and other.key == here.key and other.part > 1}
