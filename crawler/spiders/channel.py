"""The spider that crawls channels: it fetches the articles on their lists and in the site's other sources."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import recheck_order
from archive.url_records import KnownUrl, unseen
from crawler import fetch_pictures, seeds, spot_checks
from crawler.article_links import article_hrefs, other_articles, parts_of, section_hrefs
from crawler.channels import channel_config
from crawler.crawl_options import CrawlOptions
from crawler.crawl_run import CrawlRun
from crawler.discovery import SourceLinks, list_checks, rolling_news, search_api, section_pages, sitemaps
from crawler.discovery.list_checks import ListProblem
from crawler.frontier import found
from crawler.further_parts import FurtherParts
from crawler.list_requests import ListRequests
from crawler.network_errors import describe, is_cut_off
from crawler.robots import HostUnavailable
from crawler.visits import judge, judge_missing, page_of, visit_of, visit_of_failure
from kepu import urls
from kepu.messages import Text
from kepu.records import Discovery, Page, Visit


class ChannelSpider(Spider):
    """Crawl one channel or several: `scrapy crawl channel [-a channel=kpzg,other.toml] [-a mode=refresh] …`.

    crawler/crawl_options.py lists all arguments.
    """

    name = "channel"
    custom_settings = {"SCHEDULER": "crawler.frontier.Frontier"}  # noqa: RUF012  Scrapy's own form

    def __init__(self, channel_names: str | Sequence[str] = "kpzg", **arguments: Any) -> None:
        super().__init__()
        self.channels = channel_config.load_all(channel_names)
        self.plan = CrawlOptions.parse(arguments)
        if self.plan.images and not self.channels.image_hosts:
            raise ValueError(
                Text("the channel file has no `image_hosts`; list the hosts from which to fetch pictures")
            )
        self.pictures: fetch_pictures.FetchPictures | None = None
        self._hrefs_seen: set[bytes] = set()
        self._lists: ListRequests | None = None
        self._has_looked = False
        """Whether this run has requested its spot checks."""
        self.allowed_domains = list(self.channels.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Create the spider (called by Scrapy)."""
        name = kwargs.pop("channel", None) or "kpzg"
        return super().from_crawler(crawler, name, *args, **kwargs)

    @classmethod
    def check_arguments(cls, arguments: dict[str, Any]) -> None:
        """Raise ValueError for invalid arguments, with one message that says what to write."""
        cls(arguments.get("channel") or "kpzg", **{k: v for k, v in arguments.items() if k != "channel"})

    @classmethod
    def handles_request(cls, request: Request) -> bool:
        """Return whether a URL is of this site: `scrapy parse URL` and `scrapy shell URL` choose their spider by it."""
        return urls.on_site(request.url)

    @property
    def crawl_run(self) -> CrawlRun:
        """The run that this spider belongs to."""
        return CrawlRun.of(self.crawler)

    def lists(self) -> ListRequests:
        """Return the lists of this run.

        This is a method because Scrapy's feed exports read every property of a spider, and it opens the archive.
        """
        if self._lists is None:
            self._lists = ListRequests(self.crawler, self.channels, self.plan)
        return self._lists

    # --- requests ------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Yield the requests for the lists and other sources with which a run of this mode begins."""
        crawl_run = self.crawl_run
        crawl_run.begin_crawl()
        self.pictures = fetch_pictures.begin(self.crawler, self)
        known = self.lists().sections
        for section in self.channels.sections:
            known.add_configured(section.url, section.node, section.title)
        memory, run = crawl_run.memory, crawl_run.run()
        sections = known.to_request(is_new_cycle=memory.cycle(self.plan.mode, run) == run)
        begin = seeds.start_all(self.channels, self.plan, memory, crawl_run.moment(), sections, run=run)
        for url, kind, via in begin:
            yield seeds.request(url, kind, via)

    def further_requests(self) -> Iterator[Request]:
        """Yield the remaining requests when all others are done: pages of walks, further sources, re-checks."""
        if self.plan.mode != "refresh":
            return
        crawl_run, is_empty = self.crawl_run, True
        memory, run = crawl_run.memory, crawl_run.run()
        if "sections" in self.plan.sources:
            for request in self.lists().unfinished():
                is_empty = False
                yield request
        for channel in self.channels.each:
            if not seeds.is_redundant(channel, self.plan, memory, run) or seeds.is_searched_whole(
                channel, memory
            ):
                continue
            for url, kind, via in seeds.newest(channel, self.plan, memory, crawl_run.moment()):
                yield seeds.request(url, kind, via)
        if is_empty and not self._has_looked:
            self._has_looked = True
            yield from self.second_looks()

    def second_looks(self) -> Iterator[Request]:
        """Yield the requests for the pages checked longest ago: see crawler/spot_checks.py."""
        crawl_run = self.crawl_run
        share = crawl_run.crawler.settings.getfloat("KEPU_LOOK_SHARE")
        now = crawl_run.now()
        with crawl_run.open().remembering() as memory:
            wanted = spot_checks.looks(memory.db, now, share=share, requests=crawl_run.requests())
            for second_look in list(wanted):
                recheck_order.note(memory.db, second_look.url, now)
                crawl_run.looked_at.add(second_look.url)
                if (
                    second_look.kind == "section"
                ):  # the stored page may be a wrong one, and a 304 would confirm it
                    crawl_run.thorough.add(second_look.url)
                yield self.again(
                    second_look.url, second_look.kind, Discovery("page", second_look.article_url)
                )

    def again(self, url: str, kind: str, via: Discovery) -> Request:
        """Return a request that marks a known URL as pending again."""
        request = found(url, kind, via, priority=seeds.NEXT_PAGES)
        request.meta["again"] = True
        return request

    # --- responses -----------------------------------------------------------------------------------------

    def callback_for(self, kind: str) -> Callable[..., Any]:
        """Return the callback for URLs of a kind."""
        if kind in {"article", "part"}:
            return self.parse_article if kind == "article" else self.parse_part
        return self.parse_list if kind in {"home", "section"} else self.parse_source

    def parse(self, response: Response) -> Any:
        """Yield what the callback for the response's URL yields; used by `scrapy parse` without `--callback`."""
        return self.callback_for(self.known(response).kind)(response)

    def known(self, response: Response) -> KnownUrl:
        """Return the stored state of the requested URL; for a URL not from the frontier, only its kind is set."""
        request = response.request
        known: KnownUrl | None = request.meta.get("known") if request else None
        if known is not None:
            return known
        url = urls.canonical(request.url if request else response.url)
        kind = seeds.kind_of(self.channels.of(url), url)
        article = urls.parse(url) if kind == "article" else None
        return unseen(article.canonical if article else url, kind, article.key if article else None)

    def visit(self, response: Response, known: KnownUrl) -> Visit:
        """Return the visit for a response: see crawler/visits.py."""
        self.crawl_run.answered = True
        thorough = known.url in self.crawl_run.thorough or (
            self.plan.mode == "backfill" and known.kind != "article"
        )
        return visit_of(response, known, self.crawl_run.now(), thorough=thorough)

    def page(self, response: Response, known: KnownUrl) -> Page:
        """Return a response as the record that the pipelines take."""
        return page_of(response, known, run=self.crawl_run.run(), now=self.crawl_run.now())

    def parse_list(self, response: Response) -> Iterator[Request | Visit]:
        """Yield requests for the links of a list page and for its next pages, and the page's visit."""
        known = self.known(response)
        visit = self.visit(response, known)
        yield from self.lists().read(response, known, visit)
        yield visit

    def parse_source(self, response: Response) -> Iterator[Request | Visit]:
        """Yield requests for the channel's articles in a search, the rolling news or a sitemap; then its visit."""
        known = self.known(response)
        visit = self.visit(response, known)
        if visit.state == "fetched":
            named = self.read_source(known, response.body)
            landed = None if known.kind == "search" else list_checks.landed_elsewhere(known.url, response.url)
            if landed is not None:
                named.problem = landed.message
            if named.articles and not any(urls.on_site(url) for url, _ in named.articles):
                named.problem = Text("none of its URLs is on this site")
            here = [
                (url, title)
                for url, title in named.articles
                if self.channels.include(url) and urls.is_article(url)
            ]
            for url, title in here:
                yield from self.lists().article(url, Discovery(known.kind, known.url, title))
            for kind, url in named.further:
                yield found(url, kind, Discovery(known.kind, known.url), priority=seeds.FIRST_PAGES)
            lead = f", {len(named.further)} further" if named.further else ""
            visit.message = f"{len(here)} articles of the channel{lead}"
            if named.problem:
                judge(visit, ListProblem("odd_source", named.problem))
        elif visit.state == "gone":
            judge_missing(visit)
        yield visit

    def read_source(self, known: KnownUrl, body: bytes) -> SourceLinks:
        """Return the links in the response of a source."""
        if known.kind == "search":
            return search_api.read(body, known.url)
        if known.kind == "rolling":
            return rolling_news.read(body)
        is_index = known.kind == "sitemap_index"
        names = self.channels.sitemap_names(known.url) if is_index else None
        return sitemaps.read(body, names, site=urls.site_of(known.host))

    async def parse_article(self, response: Response) -> AsyncIterator[Request | Page | Visit]:
        """Yield the article's page with all its parts, and requests for the articles that it links to."""
        known = self.known(response)
        visit = self.visit(response, known)
        if visit.state != "fetched":
            yield visit
            return
        here = urls.parse(response.url)
        if here is None:
            visit.state, visit.code, visit.again = "failed", "redirected", True
            visit.message = f"it redirects to {response.url}, which is not an article"
            yield visit
            return
        if here.key != known.article:
            visit.state, visit.code, visit.message = "excluded", "moved", f"it moved to {here.canonical}"
            yield found(here.canonical, "article", Discovery("redirect", known.url))
            yield visit
            return
        page, further = self.page(response, known), FurtherParts(self.crawler)
        hrefs = article_hrefs(page.body)
        await further.fetch(page, hrefs)
        for request in self.linked_from(page, hrefs, known):
            yield request
        is_whole = not self.crawl_run.is_ending or not page.parts_missing
        if is_whole or further.is_over_any_budget(parts_of(page, hrefs)):
            yield page

    def linked_from(self, page: Page, hrefs: set[bytes], known: KnownUrl) -> Iterator[Request]:
        """Yield the requests for the articles and the sections that an article's pages link to."""
        for other in other_articles(page, hrefs, self._hrefs_seen):
            is_wanted = self.plan.mode != "backfill" or self.plan.covers(other.date, other.prefix)
            if is_wanted and self.channels.include(other.canonical):
                yield found(other.canonical, "article", Discovery("link", known.url))
        for url in section_hrefs(page.body, page.url or "", self._hrefs_seen):
            listed = section_pages.parse_list(url)
            if listed is not None and listed.node and listed.page == 1 and self.channels.include(url):
                yield from self.lists().new_section(listed.url, listed.node, None, known)

    def parse_part(self, response: Response) -> Iterator[Request | Visit]:
        """Yield the visit of a further part that is re-checked alone; if it has changed, request its article."""
        known = self.known(response)
        visit = self.visit(response, known)
        db = self.crawl_run.open().db
        article_url, thorough = known.found_at, self.crawl_run.thorough
        if (
            visit.state in {"fetched", "unchanged"}
            and article_url is not None
            and article_url not in thorough
        ):
            digest = recheck_order.digest_of_part(db, article_url, known.url)
            is_same = digest == (visit.payload_sha256 or known.payload_sha256)
            if not is_same and not spot_checks.says_the_same(db, self.page(response, known), article_url):
                thorough.add(article_url)
                yield self.again(article_url, "article", Discovery("page", known.url))
        yield visit

    # --- failures ------------------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> Iterator[Request | Visit]:
        """Yield the outcome of a URL without a response, or nothing if it is still to be requested."""
        request: Request = failure.request  # type: ignore[attr-defined]
        known: KnownUrl = request.meta["known"]
        error = failure.value or RuntimeError("no reason given")
        if self.crawl_run.is_ending and isinstance(error, IgnoreRequest):
            return
        if isinstance(error, HostUnavailable):
            self.shut_out(known, str(error))
            return
        if not self.crawl_run.answered and is_cut_off(error):
            self.shut_out(known, f"{known.url}: {describe(error)}")
            return
        visit = visit_of_failure(error, known, self.crawl_run.now())
        here = section_pages.parse_list(known.url) if known.kind == "section" else None
        if here is not None:
            yield from self.lists().further_pages(here, known, None, visit, fresh=False)
        yield visit

    def shut_out(self, known: KnownUrl, error: str) -> None:
        """Send no more requests to a host in this run; if no host has responded at all, end the run."""
        crawl_run = self.crawl_run
        where = error.replace("/robots.txt", "/")
        crawl_run.hosts.closed.setdefault(known.host, error)
        crawl_run.report.sources[known.url] = error
        if known.host in self.channels.of_host and not crawl_run.answered:
            crawl_run.stop(
                "unreachable", f"{where}: is this machine on the network? The archive is as it was."
            )
