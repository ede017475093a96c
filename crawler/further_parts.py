"""Fetch the further parts of a long article together with it, in order, until the budget is used up."""

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from crawler import scrapy_internals, stop_reasons
from crawler.article_links import article_hrefs, parts_of
from crawler.crawl_run import CrawlRun
from crawler.network_errors import describe
from crawler.visits import page_of
from kepu import urls
from kepu.records import Page

logger = logging.getLogger(__name__)


class FurtherParts:
    """Fetches the further parts of the articles of one run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = CrawlRun.of(crawler)

    async def fetch(self, page: Page, hrefs: set[bytes]) -> None:
        """Request the further parts that the article's pages link to, each once; add their links to `hrefs`."""
        assert page.url is not None
        fetched = {1}
        waiting = parts_of(page, hrefs)
        if not self._has_budget_for(waiting):
            page.parts_missing += [urls.part_url(page.url, n) for n in sorted(waiting)]
            return
        while waiting - fetched:
            n = min(waiting - fetched)
            fetched.add(n)
            url = urls.part_url(page.url, n)
            if reason := self._run.why_stop():
                self._run.stop("budget", reason)
            part = None if reason else await self._fetch_part(url, n)
            if part is None:
                page.parts_missing.append(url)
                continue
            page.parts.append(part)
            more = article_hrefs(part.body) - hrefs
            waiting |= parts_of(page, more)
            hrefs |= more

    def _has_budget_for(self, parts: set[int]) -> bool:
        """Return whether the rest of the budget suffices for an article's further parts; if not, end the run.

        The next run then begins with this article. An article with more parts than the budget of a whole run is
        fetched anyway, and stored without the missing parts.
        """
        budget = self._run.plan.budget.requests
        left = None if budget is None else budget - self._run.requests()
        if left is None or left >= len(parts) or self.is_over_any_budget(parts):
            return True
        self._run.stop("budget", stop_reasons.used_up(budget or 0))
        return False

    def is_over_any_budget(self, parts: set[int]) -> bool:
        """Return whether an article has more further parts than the budget of a whole run allows requests."""
        budget = self._run.plan.budget.requests
        return budget is not None and len(parts) >= budget

    async def _fetch_part(self, url: str, n: int) -> Page | None:
        """Return one further part, or None if it cannot be fetched now."""
        run, engine = self._run, scrapy_internals.engine_of(self._crawler)
        if engine is None:  # the callback was called outside a crawl, with nothing but a response
            return None
        if run.hosts.resting(urls.host_of(url) or ""):
            logger.warning("%s: a part of an article is missing: its host rests", url)
            return None
        try:
            request = Request(run.hosts.address(url), callback=NO_CALLBACK, meta={"max_retry_times": 1})
            response = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001  after any error the part counts as missing
            logger.warning("%s: a part of an article is missing: %s", url, describe(error))
            return None
        if response.status != 200 or not response.body:
            logger.warning("%s: a part of an article is missing: answered %s", url, response.status)
            return None
        part = page_of(response, None, run=run.run(), now=run.now())
        part.part = n
        return part
