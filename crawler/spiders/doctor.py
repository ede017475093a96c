"""The spider that requests each of a channel's sources once and reports what it found; it stores no articles."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from scrapy import Request, Spider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from archive.url_state import format_time
from crawler import seeds
from crawler.channels import channel_config
from crawler.crawl_options import refuse_unknown
from crawler.crawl_run import CrawlRun
from crawler.discovery import SourceLinks, rolling_news, search_api, section_pages, sitemaps
from crawler.network_errors import describe
from kepu import urls
from kepu.messages import Text, joined, said
from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.refusals import Refused

PAGES = 3
"""Maximum number of article pages that are examined."""

SHOWN_HEADERS = (
    "Server",
    "Content-Type",
    "Content-Encoding",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Retry-After",
)
"""Headers that show how a host behaves, and are copied into a finding."""


@dataclass(slots=True)
class Finding:
    """The result of one request: the source, its status, a description, and whether it can be used."""

    source: str
    """`home`, `section`, `search`, `rolling`, `sitemap_index` or `article`."""
    url: str
    """URL that was requested."""
    status: int | None = None
    """HTTP status; None without a response."""
    says: str = ""
    """Description of the response, or why there was none."""
    works: bool = False
    """Whether articles can be found in it or, for an article, extracted from it."""
    bytes: int = 0
    """Size of the body."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the response; empty without a response."""
    capture: str | None = None
    """Path of the file that the body was saved to, or None."""

    def line(self) -> str:
        """Return the result as one line for people."""
        mark = "ok " if self.works else "NO "
        status = f" ({self.status})" if self.status else ""
        return f"{mark} {self.source:14} {self.url}{status}: {said(self.says)}"


class DoctorSpider(Spider):
    """Examine the channel: `kepu doctor`, or `scrapy crawl doctor -a save=FOLDER`."""

    name = "doctor"
    custom_settings = {  # noqa: RUF012  Scrapy's own form
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "ITEM_PIPELINES": {},
        "RETRY_TIMES": 0,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.RFPDupeFilter",
    }

    def __init__(self, channel: str = "kpzg", save: str | None = None, **arguments: Any) -> None:
        refuse_unknown(arguments, ("channel", "save"))
        super().__init__()
        self.channel = channel_config.load(channel or "kpzg")
        self.allowed_domains = list(self.channel.hosts)
        self.save = Path(save) if save else None
        self.findings: list[Finding] = []
        self._articles = PAGES
        self._asked: set[str] = set()

    @classmethod
    def check_arguments(cls, arguments: dict[str, Any]) -> None:
        """Raise ValueError for invalid arguments, with one message that says what to write."""
        cls(**arguments)

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each source (called by Scrapy)."""
        facts, now = self.channel.sources, datetime.now(UTC)
        yield self.ask("home", self.channel.home)
        for section in self.channel.sections:
            yield self.ask("section", section.url)
        if facts.search:
            url = search_api.between(facts.search, *month_before(seeds.beijing(now).date()))
            yield self.ask("search", url).replace(
                **seeds.form(channel_config.Channels([self.channel]), "search", url, now)
            )
        if facts.rolling:
            yield self.ask("rolling", facts.rolling)
        if facts.sitemap_index:
            yield self.ask("sitemap_index", facts.sitemap_index)

    def ask(self, source: str, url: str) -> Request:
        """Return the request for a source; `source` is its kind, as in `Finding`."""
        self._asked.add(urls.canonical(url))
        return Request(url, self.parse, errback=self.failed, meta={"source": source, "asked": url})

    def parse(self, response: Response) -> Iterator[Request]:
        """Record the response of a source, and yield requests for a few of the articles that it links to."""
        CrawlRun.of(self.crawler).answered = True
        source, url = response.meta["source"], response.meta["asked"]
        finding = Finding(source, url, response.status, bytes=len(response.body))
        finding.headers = {
            name: value.decode("latin-1")
            for name in SHOWN_HEADERS
            if (value := response.headers.get(name)) is not None
        }
        finding.capture = self.capture(response)
        self.findings.append(finding)
        if response.status != 200:
            finding.says = Text("the response is not a page")
            return
        if source == "article":
            finding.works, finding.says = look_at_article(response, url)
            return
        named = self.names(source, response, url, finding)
        yield from (self.ask(kind, one) for kind, one in named.further if kind == "home")
        yield from self.samples([one for one, _ in named.articles])

    def names(self, source: str, response: Response, url: str, finding: Finding) -> SourceLinks:
        """Return the channel's articles and the further URLs in a response, and describe it in the finding."""
        says: list[str] = []
        if source in {"home", "section"}:
            listing = (
                section_pages.read(response)
                if isinstance(response, TextResponse)
                else section_pages.ListPage()
            )
            named = SourceLinks([(one, title) for one, (_, title) in listing.articles.items()])
            known = {section.url for section in self.channel.sections}
            first = (one for one, (listed, _) in listing.lists.items() if listed.page == 1 and listed.node)
            new = [one for one in first if one not in known and urls.host_of(one) in self.channel.hosts]
            pages = max((listed.page for listed, _ in listing.lists.values()), default=1)
            says += [listing.title or Text("no title"), Text("links to page {n}", n=pages)]
            if new:
                says.append(Text("{n} sections that the channel file lacks", n=len(new)))
            if listing.refresh:
                says.append(Text("it redirects to {url}", url=listing.refresh))
                if urls.host_of(listing.refresh) in self.channel.hosts:
                    named.further.append((source, listing.refresh))
        elif source == "search":
            named = search_api.read(response.body, url)
        elif source == "rolling":
            named = rolling_news.read(response.body)
        else:
            site = urls.site_of(urls.host_of(url) or "")
            named = sitemaps.read(response.body, self.channel.sources.sitemap_names, site=site)
            says.append(Text("{n} of its sitemaps are the channel's", n=len(named.further)))
        ours = [
            one
            for one, _ in named.articles
            if urls.host_of(one) in self.channel.hosts and urls.is_article(one)
        ]
        of_all = Text("{n} articles, {ours} of the channel", n=len(named.articles), ours=len(ours))
        finding.says = joined([*says, named.problem or of_all])
        finding.works = named.problem is None and bool(named.articles or named.further)
        named.articles = [(one, None) for one in ours]
        return named

    def samples(self, articles: list[str]) -> Iterator[Request]:
        """Yield the requests for the first and the last of these articles, without repeats and up to PAGES per run."""
        for url in dict.fromkeys([*articles[:1], *articles[-1:]]):
            if self._articles and urls.canonical(url) not in self._asked:
                self._articles -= 1
                yield self.ask("article", urls.canonical(url))

    def failed(self, failure: Failure) -> None:
        """Record why a source gave no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("no reason given")
        why = str(error) or describe(error)
        self.findings.append(Finding(request.meta["source"], request.meta["asked"], says=why))

    def capture(self, response: Response) -> str | None:
        """Save the bytes and headers of a response; return the file, or None if no folder was given."""
        if self.save is None:
            return None
        self.save.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(response.meta["asked"].encode()).hexdigest()[:16]
        headers = {
            key.decode(): b", ".join(value).decode("latin-1") for key, value in response.headers.items()
        }
        facts = {
            "url": response.url,
            "asked": response.meta["asked"],
            "status": response.status,
            "headers": headers,
            "at": format_time(datetime.now(UTC)),
        }
        (self.save / f"{name}.body").write_bytes(response.body)
        (self.save / f"{name}.json").write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2))
        return str(self.save / f"{name}.body")

    def has_read_robots(self, host: str) -> bool:
        """Return whether a host responded to the request for its robots.txt."""
        return CrawlRun.of(self.crawler).hosts.of(host).robots_status is not None

    def report(self) -> dict[str, Any]:
        """Return all findings as plain data."""
        crawl_run = CrawlRun.of(self.crawler)
        return {
            "channel": self.channel.name,
            "delays": crawl_run.report.delays,
            "delays_asked": crawl_run.report.delays_asked,
            "robots": {
                host: (crawl_run.hosts.of(host).robots or b"").decode("utf-8", "replace")
                for host in crawl_run.report.delays
            },
            "findings": [asdict(finding) for finding in self.findings],
        }


def look_at_article(response: Response, url: str) -> tuple[bool, str]:
    """Return whether a page has an article, and a description: its layout, charset, time and length, or why not."""
    content_type = response.headers.get("Content-Type")
    page = Page(
        body=response.body,
        url=response.url,
        url_requested=url,
        status=response.status,
        content_type=content_type.decode("latin-1") if content_type else None,
    )
    try:
        article = article_from_page(page)
    except Refused as reason:
        return False, Text("{code}: {why}", code=reason.code, why=str(reason))
    made = article.provenance
    found = [
        Text("layout {name}", name=made.layout),
        Text(
            "{used} (says {declared})",
            used=made.charset_used,
            declared=made.charset_declared or Text("nothing"),
        ),
        article.datetime_published or article.date_published or Text("no time"),
        Text("{n} characters", n=article.char_count),
    ]
    if article.warnings:
        found.append(Text("warnings: {names}", names=" ".join(article.warnings)))
    return True, joined(found)


def month_before(today: date) -> tuple[date, date]:
    """Return the first days of the previous month and of the current one."""
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), first
