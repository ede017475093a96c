"""A progress bar for a run, and a log formatter that does not log items."""

from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.logformatter import LogFormatter
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.crawl_run import CrawlRun
from crawler.run_report import OUTCOMES
from kepu import progress
from kepu.messages import COMMA, say
from kepu.records import Article, ImportedItem, Page, Visit

SHOW_SECONDS = 0.2
"""Seconds between two updates of the progress bar."""


class CrawlProgress:
    """Extension that shows progress in `kepu`'s own runs; `scrapy crawl` has Scrapy's log instead."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEPU_PROGRESS"):
            raise NotConfigured
        self.crawler = crawler
        self._loop = AsyncioLoopingCall(self._show)
        self._shown = progress.Progress(progress.PAGES)
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the extension (called by Scrapy). Raises NotConfigured if the run shows no progress."""
        return cls(crawler)

    @property
    def crawl_run(self) -> CrawlRun:
        """The run that is shown; it does not exist yet when extensions are created."""
        return CrawlRun.of(self.crawler)

    def _opened(self, spider: Spider) -> None:
        self._shown.__enter__()
        self._loop.start(SHOW_SECONDS, now=False)

    def _closed(self, spider: Spider) -> None:
        if self._loop.running:
            self._loop.stop()
        self._shown.__exit__()

    def _show(self) -> None:
        crawl_run = self.crawl_run
        if not crawl_run.answered:
            return
        done = crawl_run.pages()
        words = say(COMMA).join(say(OUTCOMES[name], n=n) for name, n in crawl_run.kept().items() if n)
        self._shown.tell(done, crawl_run.expected or done + crawl_run.left(), words)


class QuietFormatter(LogFormatter):
    """Scrapy's log formatter, which logs no articles: as an item, an article would fill the log with its whole text."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> dict[str, Any] | None:  # type: ignore[override]
        """Return None, so that no item is logged: the summary counts them."""
        return None

    def dropped(self, item: Any, exception: Any, response: Any, spider: Spider) -> Any:
        """Return None for a visit and for an article already stored; log items of other spiders as Scrapy does."""
        if isinstance(item, (Page, Article, Visit, ImportedItem)):
            return None
        return super().dropped(item, exception, response, spider)
