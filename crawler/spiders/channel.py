"""The spider of the channel: from its home, its sections and the site's other sources to its articles, in all parts."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from archive.url_state import Known
from crawler import seeds
from crawler.article_links import article_hrefs, other_articles, parts_of
from crawler.channels import channel_config
from crawler.crawl_options import Plan
from crawler.crawl_run import CrawlRun
from crawler.discovery import Named, pagination, rolling_news, search_api, section_pages, sitemaps
from crawler.frontier import found
from crawler.middlewares import capture_responses
from crawler.middlewares.redirects import LeftTheChannel
from crawler.robots import HostUnavailable, RobotsForbid, describe, is_cut_off
from kepu import urls
from kepu.records import Capture, Discovery, Page, Visit

MAX_SECTIONS = 300
"""Of a channel; the site's largest has some dozens, so more is a trap."""


class ChannelSpider(Spider):
    """Crawl a channel: `scrapy crawl channel [-a channel=kpzg] [-a mode=refresh] …`.

    crawler/crawl_options.py lists all arguments.
    """

    name = "channel"

    def __init__(self, channel_name: str = "kpzg", **arguments: Any) -> None:
        super().__init__()
        self.channel = channel_config.load(channel_name)
        self.plan = Plan.parse(arguments)
        self._hrefs_seen: set[bytes] = set()
        self.allowed_domains = list(self.channel.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider."""
        name = kwargs.pop("channel", None) or "kpzg"
        return super().from_crawler(crawler, name, *args, **kwargs)

    @property
    def crawl_run(self) -> CrawlRun:
        """The run that this spider belongs to."""
        return CrawlRun.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """Ask the lists and the other sources with which a run of this mode begins."""
        crawl_run = self.crawl_run
        for section in self.channel.sections:
            self.note_section(section.url, section.node, section.title)
        begin = list(seeds.start(self.channel, self.plan, crawl_run.memory, crawl_run.moment()))
        for url, kind, via in begin:
            yield seeds.request(url, kind, via)

    def callback_for(self, kind: str) -> Callable[..., Any]:
        """Return what reads the answer to a URL of a kind."""
        if kind == "article":
            return self.parse_article
        return self.parse_list if kind in {"home", "section"} else self.parse_source

    # --- lists and other sources ---------------------------------------------------------------------------

    def parse_list(self, response: Response) -> Iterator[Request | Visit]:
        """Yield what a list names, and at last what came of the list itself."""
        known: Known = response.meta["known"]
        visit = self.visit(response, known)
        if visit.state != "fetched":
            yield visit
            return
        listing = (
            section_pages.read(response) if isinstance(response, TextResponse) else section_pages.Found()
        )
        if listing.refresh and self.ours(listing.refresh):
            yield found(
                listing.refresh, known.kind, Discovery("refresh", known.url), priority=seeds.FIRST_PAGES
            )
        elif not listing.articles and not listing.lists:
            visit.state, visit.code, visit.again = "failed", "empty_list", True
            visit.message = "a list that names nothing"
            yield visit
            return
        section = known.section or listing.title
        fresh = any(self.ours(url) and not self.crawl_run.memory.was_had(url) for url in listing.articles)
        for url, (_, title) in listing.articles.items():
            yield from self.tell(url, Discovery(known.kind, known.url, title, section))
        yield from self.new_sections(listing, known)
        yield from self.further_pages(listing, known, section, fresh)
        yield visit

    def parse_source(self, response: Response) -> Iterator[Request | Visit]:
        """Yield the channel's articles that a search, the rolling news or a sitemap names; then the visit."""
        known: Known = response.meta["known"]
        visit = self.visit(response, known)
        if visit.state == "fetched":
            named = self.read_source(known, response.body)
            here = [(url, title) for url, title in named.articles if self.ours(url) and urls.is_article(url)]
            for url, title in here:
                yield from self.tell(url, Discovery(known.kind, known.url, title))
            for kind, url in named.further:
                yield found(url, kind, Discovery(known.kind, known.url), priority=seeds.FIRST_PAGES)
            lead = f", {len(named.further)} further" if named.further else ""
            visit.message = f"{len(here)} articles of the channel{lead}"
            if named.problem:
                visit.message, visit.code = named.problem, "odd_source"
                if not named.articles:
                    visit.state, visit.again = "failed", True
        yield visit

    def read_source(self, known: Known, body: bytes) -> Named:
        """Return what the answer of a source names."""
        if known.kind == "search":
            return search_api.read(body, known.url)
        if known.kind == "rolling":
            return rolling_news.read(body)
        is_index = known.kind == "sitemap_index"
        return sitemaps.read(body, self.channel.sources.sitemap_names if is_index else None)

    def tell(self, url: str, via: Discovery) -> Iterator[Request]:
        """Yield the request for an article that is named; one of another host is only written down.

        A backfill leaves what lies outside of its time to the run that it belongs to.
        """
        if not self.ours(url):
            self.crawl_run.open().exclude(url, "article", "other_host", via)
        elif (
            self.plan.mode != "backfill"
            or (article := urls.parse(url)) is None
            or self.plan.covers(article.date)
        ):
            yield found(url, "article", via)

    def new_sections(self, listing: section_pages.Found, known: Known) -> Iterator[Request]:
        """Yield the first pages of the sections that a list links to."""
        for url, (listed, text) in listing.lists.items():
            if (
                listed.page == 1
                and listed.node
                and self.ours(url)
                and self.note_section(url, listed.node, text)
            ):
                via = Discovery(known.kind, known.url, section=text)
                yield found(url, "section", via, priority=seeds.FIRST_PAGES)

    def note_section(self, url: str, node: str | None, title: str | None) -> bool:
        """Write down a section; return whether it is to be asked in this run."""
        crawl_run = self.crawl_run
        if crawl_run.memory.count_sections() >= MAX_SECTIONS:
            return False
        with crawl_run.open().remembering() as memory:
            is_new = memory.section(url, node=node, title=title, now=crawl_run.now())
        if is_new and not any(section.url == url for section in self.channel.sections):
            crawl_run.report.new_sections.append(f"{title or node} {url}")
        return "sections" in self.plan.sources and self.plan.mode != "recheck"

    def further_pages(
        self, listing: section_pages.Found, known: Known, section: str | None, fresh: bool
    ) -> Iterator[Request]:
        """Yield the next pages of a list to ask: see crawler/discovery/pagination.py."""
        here = section_pages.parse_list(known.url)
        if here is None:
            return
        own = [listed.page for listed, _ in listing.lists.values() if listed.first == here.first]
        last = max([here.page, *own])
        via = Discovery("page", known.url, section=section)
        thorough = self.plan.mode == "backfill"
        if thorough and self.is_past(listing):
            return  # as far as this backfill goes, which is not the end of the list
        if here.node is None:
            pages = [here.page + 1] if fresh and here.page + 1 in own else []
        else:
            memory = self.crawl_run.memory
            digest = hashlib.sha256("\n".join(sorted(listing.articles)).encode()).hexdigest()[:16]
            pages, walk = pagination.onward(
                memory.walk(here.first),
                here.page,
                last=last,
                fresh=fresh,
                digest=digest,
                now=self.crawl_run.now(),
                thorough=thorough,
            )
            with self.crawl_run.open().remembering() as memory:
                memory.walked(walk)
        for page in pages:
            yield found(section_pages.page_url(here, page), known.kind, via, priority=seeds.NEXT_PAGES)

    def is_past(self, listing: section_pages.Found) -> bool:
        """Whether all that a list names was published before the time that a backfill covers."""
        days = [article.date for article, _ in listing.articles.values() if article.date]
        return bool(self.plan.since and days and max(days) < self.plan.since)

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
        hrefs = article_hrefs(page.body)
        await self.fetch_parts(page, hrefs)
        for other in other_articles(page, hrefs, self._hrefs_seen):
            if self.ours(other.canonical) and (self.plan.mode != "backfill" or self.plan.covers(other.date)):
                yield found(other.canonical, "article", Discovery("link", known.url))
        if not self.crawl_run.is_ending or not page.parts_missing:
            yield page

    async def fetch_parts(self, page: Page, hrefs: set[bytes]) -> None:
        """Ask for the further parts that the article's pages link to, in order, each once; `hrefs` grows by theirs."""
        assert page.url is not None
        fetched = {1}
        waiting = parts_of(page, hrefs)
        while waiting - fetched:
            n = min(waiting - fetched)
            fetched.add(n)
            part = await self.fetch_part(urls.part_url(page.url, n), n)
            if part is None:
                page.parts_missing.append(urls.part_url(page.url, n))
                continue
            page.parts.append(part)
            more = article_hrefs(part.body) - hrefs
            waiting |= parts_of(page, more)
            hrefs |= more

    async def fetch_part(self, url: str, n: int) -> Page | None:
        """Return one further part, or None where it cannot be had now."""
        try:
            response = await self.crawler.engine.download_async(Request(url, callback=NO_CALLBACK))
        except Exception as error:  # noqa: BLE001  whatever it is, the part is missing
            self.logger.warning("%s: a part of an article is missing: %s", url, describe(error))
            return None
        if response.status != 200 or not response.body:
            self.logger.warning("%s: a part of an article is missing: answered %s", url, response.status)
            return None
        part = self.page(response, None)
        part.part = n
        return part

    # --- answers -------------------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """Yield what came of a URL that gave no answer; nothing, where it is still to be asked."""
        request: Request = failure.request  # type: ignore[attr-defined]
        known: Known = request.meta["known"]
        error = failure.value or RuntimeError("no reason given")
        if self.crawl_run.is_ending and isinstance(error, IgnoreRequest):
            return
        if isinstance(error, HostUnavailable):
            self.shut_out(known, str(error))
            return
        if not self.crawl_run.answered and is_cut_off(error):
            self.shut_out(known, f"{known.url}: {describe(error)}")
            return
        visit = Visit(known.url, "failed", self.crawl_run.now(), known.kind, known.article, again=True)
        visit.code, visit.message = "network", describe(error)
        if isinstance(error, RobotsForbid):
            visit.state, visit.code, visit.message = "refused", "robots", str(error)
        elif isinstance(error, LeftTheChannel):
            visit.state, visit.code, visit.message = "failed", "left_the_channel", str(error)
        elif isinstance(error, IgnoreRequest):
            visit.code, visit.message = "ignored", str(error)
        yield visit

    def shut_out(self, known: Known, error: str) -> None:
        """Leave a host alone for this run; where nothing at all has answered, there is no run."""
        crawl_run = self.crawl_run
        where = error.replace("/robots.txt", "/")
        crawl_run.hosts.closed.setdefault(known.host, error)
        crawl_run.report.sources[known.url] = error
        if known.host in self.channel.hosts and not crawl_run.answered:
            crawl_run.stop(
                "unreachable", f"{where}: is this machine on the network? The archive is as it was."
            )

    def visit(self, response: Response, known: Known) -> Visit:
        """Return what an answer says of its URL, by its status, and by the bytes that were had before."""
        self.crawl_run.answered = True
        visit = Visit(
            known.url, "fetched", self.crawl_run.now(), known.kind, known.article, status=response.status
        )
        visit.etag, visit.last_modified = header(response, "ETag"), header(response, "Last-Modified")
        if response.status == 200:
            visit.payload_sha256 = hashlib.sha256(response.body).hexdigest()
            thorough = self.plan.mode == "backfill" and known.kind != "article"
            if known.had and visit.payload_sha256 == known.payload_sha256 and not thorough:
                visit.state = "unchanged"
        elif response.status == 304:
            visit.state = "unchanged"
        elif response.status in {404, 410}:
            visit.state, visit.code = "gone", "missing_page"
        else:
            visit.state, visit.code, visit.again = "failed", f"http_{response.status}", response.status >= 400
            visit.message = f"answered {response.status}"
        if visit.state == "unchanged" or (visit.state == "fetched" and known.kind != "article"):
            visit.captures = self.captured(response, visit.payload_sha256 or known.payload_sha256)
        return visit

    def captured(self, response: Response, payload_sha256: str | None) -> list[Capture]:
        """Return the answer as it was sent, if anybody keeps that."""
        capture = capture_responses.of(response, payload_sha256)
        return [capture] if capture else []

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
            fetched_at=self.crawl_run.now(),
            discovered_via=Discovery(known.found_kind or "seed", known.found_at, known.title, known.section)
            if known
            else None,
            run=self.crawl_run.run(),
            capture=capture_responses.of(response, hashlib.sha256(response.body).hexdigest()),
        )

    def ours(self, url: str) -> bool:
        """Return whether a URL is on a host of the channel."""
        return urls.host_of(url) in self.channel.hosts


def header(response: Response, name: str) -> str | None:
    """Return a header as text, or None where the response has none."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None
