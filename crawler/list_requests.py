"""Requests that follow from the response of a list: for its articles, new sections, and its next pages."""

from collections.abc import Iterator

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from archive.url_records import KnownUrl
from crawler import seeds
from crawler.channels.channel_config import Channels
from crawler.choose_sections import Sections
from crawler.crawl_options import CrawlOptions
from crawler.crawl_run import CrawlRun
from crawler.discovery import list_checks, section_pages
from crawler.discovery.list_checks import ListProblem
from crawler.discovery.section_pages import ListPage, ListUrl
from crawler.frontier import found
from crawler.section_walks import SectionWalks
from crawler.visits import judge, judge_missing
from kepu import urls
from kepu.messages import Text
from kepu.records import Discovery, Visit


class ListRequests:
    """The lists of one run: its sections, the progress in each, and the requests that their pages lead to."""

    def __init__(self, crawler: Crawler, channels: Channels, plan: CrawlOptions) -> None:
        self._run, self._channels, self._plan = CrawlRun.of(crawler), channels, plan
        store = self._run.open()
        self.walks = SectionWalks(
            store.db,
            store.memory,
            self._run.run(),
            lambda first: seeds.is_searched_whole(channels.of(first), store.memory),
        )
        given = [section.url for section in channels.sections]
        self.sections = Sections(store.db, given, self._run, channels=len(channels.each))

    def read(self, response: Response, known: KnownUrl, visit: Visit) -> Iterator[Request]:
        """Yield requests for the links of a list page and for its next pages; if it is wrong, mark `visit` as failed.

        The articles of a wrong page are requested too, but it does not count as read
        (crawler/discovery/list_checks.py).
        """
        here = section_pages.parse_list(known.url)
        listing, fresh = None, False
        if visit.state == "fetched":
            listing = section_pages.read(response) if isinstance(response, TextResponse) else ListPage()
            fresh = any(self._channels.include(url) and self.walks.is_fresh(url) for url in listing.articles)
            judge(visit, self._problem(response, known, here, listing))
            yield from self._moved_to(listing, known)
            yield from self._named_by(listing, known, is_right=visit.state == "fetched")
        elif visit.state == "gone":
            judge_missing(visit)
        if here is not None:
            yield from self.further_pages(here, known, listing, visit, fresh)

    def _problem(
        self, response: Response, known: KnownUrl, here: ListUrl | None, listing: ListPage
    ) -> ListProblem | None:
        """Return why a response is not the requested list page, or None if it is."""
        if known.kind == "home" or here is None or here.node is None:
            if listing.refresh and self._channels.include(listing.refresh):
                return None
            return list_checks.problem_of_home(listing)
        if problem := list_checks.landed_elsewhere(known.url, listing.refresh or response.url):
            return problem
        problem = self.sections.problem_of(here, listing)
        if problem is None and self.walks.repeats_another(here, listing):
            return ListProblem("repeated_page", Text("it links to the same articles as the page before"))
        return problem

    def _moved_to(self, listing: ListPage, known: KnownUrl) -> Iterator[Request]:
        """Yield the request for the target of a page's meta refresh: the home, or the section that a list moved to."""
        if not listing.refresh or not self._channels.include(listing.refresh):
            return
        if known.kind == "home":
            yield found(
                listing.refresh, known.kind, Discovery("refresh", known.url), priority=seeds.FIRST_PAGES
            )
        elif (there := section_pages.parse_list(listing.refresh)) is not None and there.node:
            yield from self.new_section(there.first, there.node, known.section, known)

    def _named_by(self, listing: ListPage, known: KnownUrl, *, is_right: bool) -> Iterator[Request]:
        """Yield requests for the articles and sections that a list links to."""
        section = known.section or listing.title
        for url, (_, title) in listing.articles.items():
            yield from self.article(url, Discovery(known.kind, known.url, title, section))
        if not is_right:
            return
        for url, (listed, text) in listing.lists.items():
            if listed.page == 1 and listed.node and self._channels.include(url):
                yield from self.new_section(url, listed.node, text, known)

    def article(self, url: str, via: Discovery) -> Iterator[Request]:
        """Yield the request for an article that a page links to.

        An article on another host is only stored as excluded, and a backfill skips one outside its period.
        """
        if not self._channels.include(url):
            self._run.open().exclude(url, "article", "other_host", via)
        elif (
            self._plan.mode != "backfill"
            or (article := urls.parse(url)) is None
            or self._plan.covers(article.date, article.prefix)
        ):
            yield found(url, "article", via)

    def new_section(self, url: str, node: str, title: str | None, known: KnownUrl) -> Iterator[Request]:
        """Yield the first page of a section that is linked to, if it is new and this run requests sections."""
        is_wanted = self.sections.found(url, node, title, on=known.url, kind=known.kind)
        if is_wanted and "sections" in self._plan.sources and self._plan.mode != "recheck":
            via = Discovery(known.kind, known.url, section=title)
            yield found(url, "section", via, priority=seeds.FIRST_PAGES)

    def further_pages(
        self, here: ListUrl, known: KnownUrl, listing: ListPage | None, visit: Visit, fresh: bool
    ) -> Iterator[Request]:
        """Yield the pages of a list to request next: see crawler/discovery/section_walk_rules.py.

        `listing` is the page that was read, or None if it was unchanged, missing or wrong; `fresh` tells whether it has
        a new article. If the page is missing, its section may be dropped, and `visit` is then not tried again.
        """
        if here.node is None:
            following = section_pages.page_url(here, here.page + 1)
            pages = [here.page + 1] if listing and fresh and following in listing.lists else []
        else:
            thorough, now = self._plan.mode == "backfill", self._run.now()
            if visit.state == "unchanged":
                pages = self.walks.unchanged(here, thorough=thorough, now=now)
            elif visit.state != "fetched" or listing is None:
                pages = self.walks.failed(here, visit.code, thorough=thorough, now=now)
                visit.again &= not self.sections.was_lost(here, visit.code, known.tries)
            else:
                pages = self.walks.read(here, listing, fresh=fresh, thorough=thorough, now=now)
                self.sections.was_read(here, fresh=fresh)
            if thorough and listing and self._is_past(listing):
                return  # all further pages are older than the period of this backfill
        via = Discovery("page", known.url, section=known.section or (listing.title if listing else None))
        for page in pages:
            yield found(section_pages.page_url(here, page), known.kind, via, priority=seeds.NEXT_PAGES)

    def unfinished(self) -> Iterator[Request]:
        """Yield the pages to request next of all walks that have not ended."""
        for first, page in self.walks.resume():
            here = section_pages.parse_list(first)
            assert here is not None
            url = section_pages.page_url(here, page)
            yield found(url, "section", Discovery("page", first), priority=seeds.NEXT_PAGES)

    def _is_past(self, listing: ListPage) -> bool:
        """Return whether all articles of a list were published before the period of a backfill."""
        days = [article.date for article, _ in listing.articles.values() if article.date]
        return bool(self._plan.since and days and max(days) < self._plan.since)
