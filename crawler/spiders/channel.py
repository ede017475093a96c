"""The spider of the channel: from its home, its sections and the site's other sources to its articles, in all parts."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from archive import recheck_order
from archive.url_records import KnownUrl, unseen
from crawler import fetch_pictures, scrapy_internals, seeds, spot_checks, stop_reasons
from crawler.article_links import article_hrefs, other_articles, parts_of, section_hrefs
from crawler.channels import channel_config
from crawler.crawl_options import CrawlOptions
from crawler.crawl_run import CrawlRun
from crawler.discovery import SourceLinks, list_checks, rolling_news, search_api, section_pages, sitemaps
from crawler.discovery.list_checks import ListProblem
from crawler.discovery.section_pages import ListPage, ListUrl
from crawler.frontier import found
from crawler.known_sections import Sections
from crawler.middlewares import capture_responses
from crawler.middlewares.redirects import LeftTheChannel
from crawler.network_errors import describe, is_cut_off, is_too_large
from crawler.robots import HostUnavailable, RobotsForbid
from crawler.section_walks import SectionWalks
from kepu import urls
from kepu.messages import Text
from kepu.records import Capture, Discovery, Page, Visit


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
                Text("the channel file names no `image_hosts`, from which alone pictures may be fetched")
            )
        self.pictures: fetch_pictures.FetchPictures | None = None
        self._hrefs_seen: set[bytes] = set()
        self._walks: SectionWalks | None = None
        self._sections: Sections | None = None
        self._has_looked = False
        """Whether this run has chosen what it looks at again."""
        self.allowed_domains = list(self.channels.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider."""
        name = kwargs.pop("channel", None) or "kpzg"
        return super().from_crawler(crawler, name, *args, **kwargs)

    @classmethod
    def check_arguments(cls, arguments: dict[str, Any]) -> None:
        """Raise ValueError, with one line that says what to write, for arguments that are not understood."""
        cls(arguments.get("channel") or "kpzg", **{k: v for k, v in arguments.items() if k != "channel"})

    @property
    def crawl_run(self) -> CrawlRun:
        """The run that this spider belongs to."""
        return CrawlRun.of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """Yield the requests for the lists and other sources with which a run of this mode begins."""
        crawl_run = self.crawl_run
        crawl_run.begin_crawl()
        self.pictures = fetch_pictures.begin(self.crawler, self)
        for section in self.channels.sections:
            self.sections().add_configured(section.url, section.node, section.title)
        memory, run = crawl_run.memory, crawl_run.run()
        sections = self.sections().to_request(is_new_cycle=memory.cycle(self.plan.mode, run) == run)
        begin = seeds.start_all(self.channels, self.plan, memory, crawl_run.moment(), sections, run=run)
        for url, kind, via in begin:
            yield seeds.request(url, kind, via)

    # Methods, not properties: Scrapy's feed exports read every property of a spider, and these two open the archive.

    def walks(self) -> SectionWalks:
        """Return the walks through the sections' pages."""
        if self._walks is None:
            store = self.crawl_run.open()
            self._walks = SectionWalks(
                store.db,
                store.memory,
                self.crawl_run.run(),
                lambda first: seeds.is_searched_whole(self.channels.of(first), store.memory),
            )
        return self._walks

    def sections(self) -> Sections:
        """Return the object that decides which sections this run requests."""
        if self._sections is None:
            store = self.crawl_run.open()
            given = [section.url for section in self.channels.sections]
            self._sections = Sections(store.db, given, self.crawl_run, channels=len(self.channels.each))
        return self._sections

    def further_requests(self) -> Iterator[Request]:
        """Yield what is left to request when all else is done: pages of walks, further sources, second looks."""
        if self.plan.mode != "refresh":
            return
        crawl_run, is_empty = self.crawl_run, True
        memory, run = crawl_run.memory, crawl_run.run()
        if "sections" in self.plan.sources:
            for first, page in self.walks().resume():
                here = section_pages.parse_list(first)
                assert here is not None
                is_empty = False
                url = section_pages.page_url(here, page)
                yield found(url, "section", Discovery("page", first), priority=seeds.NEXT_PAGES)
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
        """Yield the requests for what was looked at longest ago: see crawler/spot_checks.py."""
        crawl_run = self.crawl_run
        share = crawl_run.crawler.settings.getfloat("KEPU_LOOK_SHARE")
        now = crawl_run.now()
        with crawl_run.open().remembering() as memory:
            wanted = spot_checks.looks(memory.db, now, share=share, requests=crawl_run.requests())
            for look in list(wanted):
                recheck_order.note(memory.db, look.url, now)
                crawl_run.looked_at.add(look.url)
                if look.kind == "section":  # an answer to a validator of a wrong page would make it last
                    crawl_run.thorough.add(look.url)
                yield self.again(look.url, look.kind, Discovery("page", look.of))

    def again(self, url: str, kind: str, via: Discovery) -> Request:
        """Return the request that makes a URL pending once more, though it is known."""
        request = found(url, kind, via, priority=seeds.NEXT_PAGES)
        request.meta["again"] = True
        return request

    def callback_for(self, kind: str) -> Callable[..., Any]:
        """Return the callback for URLs of a kind."""
        if kind in {"article", "part"}:
            return self.parse_article if kind == "article" else self.parse_part
        return self.parse_list if kind in {"home", "section"} else self.parse_source

    def parse(self, response: Response) -> Any:
        """Return what the callback for a response's URL yields: for `scrapy parse`, which names no callback."""
        return self.callback_for(self.known(response).kind)(response)

    def known(self, response: Response) -> KnownUrl:
        """Return what is known of the URL that was requested; of one that the frontier did not give, what it says."""
        request = response.request
        known: KnownUrl | None = request.meta.get("known") if request else None
        if known is not None:
            return known
        url = urls.canonical(request.url if request else response.url)
        kind = seeds.kind_of(self.channels.of(url), url)
        article = urls.parse(url) if kind == "article" else None
        return unseen(article.canonical if article else url, kind, article.key if article else None)

    # --- lists and other sources ---------------------------------------------------------------------------

    def parse_list(self, response: Response) -> Iterator[Request | Visit]:
        """Yield the articles and lists that a list page names, the pages of it to read next, and its visit.

        What it names is used in any case; that it was read counts only if it is the page that was requested, and whole
        (crawler/discovery/list_checks.py).
        """
        known = self.known(response)
        visit = self.visit(response, known)
        here = section_pages.parse_list(known.url)
        listing, fresh = None, False
        if visit.state == "fetched":
            listing = section_pages.read(response) if isinstance(response, TextResponse) else ListPage()
            fresh = any(self.ours(url) and self.walks().is_fresh(url) for url in listing.articles)
            self.judge(visit, self.problem(response, known, here, listing))
            yield from self.named_by(listing, known, is_right=visit.state == "fetched")
        elif visit.state == "gone":
            self.judge(visit, ListProblem("missing_page", f"answered {response.status}"))
        if here is not None:
            yield from self.further_pages(here, known, listing, visit, fresh)
        yield visit

    def problem(
        self, response: Response, known: KnownUrl, here: ListUrl | None, listing: ListPage
    ) -> ListProblem | None:
        """Return why an answer is not the list page that was requested, or None where it is."""
        if known.kind == "home" or here is None or here.node is None:
            if listing.refresh and self.ours(listing.refresh):
                return None
            return list_checks.problem_of_home(listing)
        if problem := list_checks.landed_elsewhere(known.url, listing.refresh or response.url):
            return problem
        problem = self.sections().problem_of(here, listing)
        if problem is None and self.walks().repeats_another(here, listing):
            return ListProblem("repeated_page", Text("it names the same articles as the page before"))
        return problem

    def judge(self, visit: Visit, problem: ListProblem | None) -> None:
        """Let a visit fail where there is a problem: it is due again, and its validators are not kept."""
        if problem is not None:
            visit.state, visit.again = "failed", True
            visit.code, visit.message = problem
            visit.etag = visit.last_modified = visit.payload_sha256 = None

    def named_by(self, listing: ListPage, known: KnownUrl, *, is_right: bool) -> Iterator[Request]:
        """Yield requests for the articles that a list names, the page that it leads to, and new sections."""
        if listing.refresh and self.ours(listing.refresh) and known.kind == "home":
            yield found(
                listing.refresh, known.kind, Discovery("refresh", known.url), priority=seeds.FIRST_PAGES
            )
        section = known.section or listing.title
        for url, (_, title) in listing.articles.items():
            yield from self.tell(url, Discovery(known.kind, known.url, title, section))
        if not is_right:
            return
        for url, (listed, text) in listing.lists.items():
            if listed.page == 1 and listed.node and self.ours(url):
                yield from self.new_section(url, listed.node, text, known)

    def new_section(self, url: str, node: str, title: str | None, known: KnownUrl) -> Iterator[Request]:
        """Yield the first page of a section that is linked to, if it is new and this run requests sections."""
        is_wanted = self.sections().found(url, node, title, on=known.url, kind=known.kind)
        if is_wanted and "sections" in self.plan.sources and self.plan.mode != "recheck":
            yield found(
                url,
                "section",
                Discovery(known.kind, known.url, section=title),
                priority=seeds.FIRST_PAGES,
            )

    def parse_source(self, response: Response) -> Iterator[Request | Visit]:
        """Yield the channel's articles that a search, the rolling news or a sitemap names; then the visit."""
        known = self.known(response)
        visit = self.visit(response, known)
        if visit.state == "fetched":
            named = self.read_source(known, response.body)
            landed = None if known.kind == "search" else list_checks.landed_elsewhere(known.url, response.url)
            if landed is not None:
                named.problem = landed.message
            if named.articles and not any(urls.on_site(url) for url, _ in named.articles):
                named.problem = Text("it names no URL of this site")
            here = [(url, title) for url, title in named.articles if self.ours(url) and urls.is_article(url)]
            for url, title in here:
                yield from self.tell(url, Discovery(known.kind, known.url, title))
            for kind, url in named.further:
                yield found(url, kind, Discovery(known.kind, known.url), priority=seeds.FIRST_PAGES)
            lead = f", {len(named.further)} further" if named.further else ""
            visit.message = f"{len(here)} articles of the channel{lead}"
            if named.problem:
                self.judge(visit, ListProblem("odd_source", named.problem))
        elif visit.state == "gone":
            self.judge(visit, ListProblem("missing_page", f"answered {response.status}"))
        yield visit

    def read_source(self, known: KnownUrl, body: bytes) -> SourceLinks:
        """Return what the answer of a source names."""
        if known.kind == "search":
            return search_api.read(body, known.url)
        if known.kind == "rolling":
            return rolling_news.read(body)
        is_index = known.kind == "sitemap_index"
        names = self.channels.sitemap_names(known.url) if is_index else None
        return sitemaps.read(body, names, site=urls.site_of(known.host))

    def tell(self, url: str, via: Discovery) -> Iterator[Request]:
        """Yield the request for an article that is named; one of another host is only written down.

        A backfill leaves what lies outside of its time to the run that it belongs to.
        """
        if not self.ours(url):
            self.crawl_run.open().exclude(url, "article", "other_host", via)
        elif (
            self.plan.mode != "backfill"
            or (article := urls.parse(url)) is None
            or self.plan.covers(article.date, article.prefix)
        ):
            yield found(url, "article", via)

    def further_pages(
        self, here: ListUrl, known: KnownUrl, listing: ListPage | None, visit: Visit, fresh: bool
    ) -> Iterator[Request]:
        """Yield the pages of a list to request next: see crawler/discovery/pagination.py."""
        if here.node is None:
            following = section_pages.page_url(here, here.page + 1)
            pages = [here.page + 1] if listing and fresh and following in listing.lists else []
        else:
            thorough, now = self.plan.mode == "backfill", self.crawl_run.now()
            if visit.state == "unchanged":
                pages = self.walks().unchanged(here, thorough=thorough, now=now)
            elif visit.state != "fetched" or listing is None:
                pages = self.walks().failed(here, visit.code, thorough=thorough, now=now)
                visit.again &= not self.sections().was_missing(here, visit.code, known.tries)
            else:
                pages = self.walks().read(here, listing, fresh=fresh, thorough=thorough, now=now)
                self.sections().was_read(here, fresh=fresh)
            if thorough and listing and self.is_past(listing):
                return  # what lies behind is older than this backfill goes
        via = Discovery("page", known.url, section=known.section or (listing.title if listing else None))
        for page in pages:
            yield found(section_pages.page_url(here, page), known.kind, via, priority=seeds.NEXT_PAGES)

    def is_past(self, listing: ListPage) -> bool:
        """Whether all that a list names was published before the time that a backfill covers."""
        days = [article.date for article, _ in listing.articles.values() if article.date]
        return bool(self.plan.since and days and max(days) < self.plan.since)

    # --- articles ------------------------------------------------------------------------------------------

    async def parse_article(self, response: Response) -> AsyncIterator[Request | Page | Visit]:
        """Yield the article with all its parts, and the articles of the channel that it links to."""
        known = self.known(response)
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
            is_wanted = self.plan.mode != "backfill" or self.plan.covers(other.date, other.prefix)
            if is_wanted and self.ours(other.canonical):
                yield found(other.canonical, "article", Discovery("link", known.url))
        for url in section_hrefs(page.body, page.url or "", self._hrefs_seen):
            listed = section_pages.parse_list(url)
            if listed is not None and listed.node and listed.page == 1 and self.ours(url):
                for request in self.new_section(listed.url, listed.node, None, known):
                    yield request
        is_whole = not self.crawl_run.is_ending or not page.parts_missing
        if is_whole or self.is_over_any_budget(parts_of(page, hrefs)):
            yield page

    def parse_part(self, response: Response) -> Iterator[Request | Visit]:
        """Yield the visit of a further part that is re-checked alone; if it has changed, request its article."""
        known = self.known(response)
        visit = self.visit(response, known)
        db = self.crawl_run.open().db
        of, thorough = known.found_at, self.crawl_run.thorough
        if visit.state in {"fetched", "unchanged"} and of is not None and of not in thorough:
            digest = recheck_order.digest_of_part(db, of, known.url)
            is_same = digest == (visit.payload_sha256 or known.payload_sha256)
            if not is_same and not spot_checks.says_the_same(db, self.page(response, known), of):
                thorough.add(of)
                yield self.again(of, "article", Discovery("page", known.url))
        yield visit

    async def fetch_parts(self, page: Page, hrefs: set[bytes]) -> None:
        """Ask for the further parts that the article's pages link to, in order, each once; `hrefs` grows by theirs."""
        assert page.url is not None
        fetched = {1}
        waiting = parts_of(page, hrefs)
        if not self.has_budget_for(waiting):
            page.parts_missing += [urls.part_url(page.url, n) for n in sorted(waiting)]
            return
        while waiting - fetched:
            n = min(waiting - fetched)
            fetched.add(n)
            if reason := self.crawl_run.why_stop():
                self.crawl_run.stop("budget", reason)
                page.parts_missing.append(urls.part_url(page.url, n))
                continue
            part = await self.fetch_part(urls.part_url(page.url, n), n)
            if part is None:
                page.parts_missing.append(urls.part_url(page.url, n))
                continue
            page.parts.append(part)
            more = article_hrefs(part.body) - hrefs
            waiting |= parts_of(page, more)
            hrefs |= more

    def has_budget_for(self, parts: set[int]) -> bool:
        """Return whether the rest of the budget is enough for an article's further parts; else end the run.

        The next run begins with the article then. One that is larger than any run's budget is begun all the same, and
        kept without the parts that are missing.
        """
        left = self.budget_left()
        if left is None or left >= len(parts) or self.is_over_any_budget(parts):
            return True
        self.crawl_run.stop("budget", stop_reasons.used_up(self.plan.budget.requests or 0))
        return False

    def budget_left(self) -> int | None:
        """Return how many requests are left in the budget of this run; None: there is no such budget."""
        budget = self.plan.budget.requests
        return None if budget is None else budget - self.crawl_run.requests()

    def is_over_any_budget(self, parts: set[int]) -> bool:
        """Return whether an article with these further parts has more of them than a whole run may request."""
        budget = self.plan.budget.requests
        return budget is not None and len(parts) >= budget

    async def fetch_part(self, url: str, n: int) -> Page | None:
        """Return one further part, or None where it cannot be had now."""
        hosts, engine = self.crawl_run.hosts, scrapy_internals.engine_of(self.crawler)
        if engine is None:  # the callback was called with a response alone
            return None
        if hosts.resting(urls.host_of(url) or ""):
            self.logger.warning("%s: a part of an article is missing: its host rests", url)
            return None
        try:
            request = Request(hosts.address(url), callback=NO_CALLBACK, meta={"max_retry_times": 1})
            response = await engine.download_async(request)
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

    def failed(self, failure: Failure) -> Iterator[Request | Visit]:
        """Yield what came of a URL that gave no answer; nothing, where it is still to be asked."""
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
        visit = Visit(known.url, "failed", self.crawl_run.now(), known.kind, known.article, again=True)
        visit.code, visit.message = "network", describe(error)
        if isinstance(error, RobotsForbid):
            visit.state, visit.code, visit.message = "refused", "robots", str(error)
        elif isinstance(error, LeftTheChannel):
            visit.state, visit.code, visit.message = "failed", "left_the_channel", str(error)
        elif is_too_large(error):
            visit.code = "too_large"
            visit.message = str(error) if isinstance(error, IgnoreRequest) else describe(error)
        elif isinstance(error, IgnoreRequest):
            visit.code, visit.message = "ignored", str(error)
        here = section_pages.parse_list(known.url) if known.kind == "section" else None
        if here is not None:
            yield from self.further_pages(here, known, None, visit, fresh=False)
        yield visit

    def shut_out(self, known: KnownUrl, error: str) -> None:
        """Make no more requests to a host in this run; if no host has answered at all, end the run."""
        crawl_run = self.crawl_run
        where = error.replace("/robots.txt", "/")
        crawl_run.hosts.closed.setdefault(known.host, error)
        crawl_run.report.sources[known.url] = error
        if known.host in self.channels.of_host and not crawl_run.answered:
            crawl_run.stop(
                "unreachable", f"{where}: is this machine on the network? The archive is as it was."
            )

    def visit(self, response: Response, known: KnownUrl) -> Visit:
        """Return the visit for a response, judged by its status and by the stored digest of the payload."""
        self.crawl_run.answered = True
        visit = Visit(
            known.url, "fetched", self.crawl_run.now(), known.kind, known.article, status=response.status
        )
        visit.etag, visit.last_modified = header(response, "ETag"), header(response, "Last-Modified")
        if response.status == 200:
            visit.payload_sha256 = hashlib.sha256(response.body).hexdigest()
            thorough = known.url in self.crawl_run.thorough or (
                self.plan.mode == "backfill" and known.kind != "article"
            )
            if known.had and visit.payload_sha256 == known.payload_sha256 and not thorough:
                visit.state = "unchanged"
        elif response.status == 304 and is_conditional(response):
            visit.state = "unchanged"
        elif response.status in {404, 410}:
            visit.state, visit.code = "gone", "missing_page"
        else:
            again = response.status >= 400 or response.status == 304
            visit.state, visit.code, visit.again = "failed", f"http_{response.status}", again
            visit.message = f"answered {response.status}"
        if visit.state == "unchanged" or (visit.state == "fetched" and known.kind != "article"):
            visit.captures = self.captured(response, visit.payload_sha256 or known.payload_sha256)
        return visit

    def captured(self, response: Response, payload_sha256: str | None) -> list[Capture]:
        """Return the answer as it was sent, if anybody keeps that."""
        capture = capture_responses.of(response, payload_sha256)
        return [capture] if capture else []

    def page(self, response: Response, known: KnownUrl | None) -> Page:
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
        """Return whether a URL is on a host of the channels."""
        return urls.host_of(url) in self.channels.of_host


def is_conditional(response: Response) -> bool:
    """Return whether an answer is one to a conditional request: only then does 304 say anything."""
    asked = response.request.headers if response.request is not None else {}
    return "If-None-Match" in asked or "If-Modified-Since" in asked


def header(response: Response, name: str) -> str | None:
    """Return a header as text, or None where the response has none."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None
