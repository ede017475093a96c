"""How far a run is: a bar on a terminal, a line now and then elsewhere, and a log without noise."""

import sys
from time import monotonic
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.logformatter import LogFormatter
from scrapy.utils.asyncio import AsyncioLoopingCall
from tqdm import tqdm

from archive.language import say
from crawler.session import Session

SHOW_SECONDS = 0.2
LINE_SECONDS = 60.0
"""The longest wait between two lines where there is no terminal; the first come sooner: 1 s, 2 s, 4 s, …"""


class Progress:
    """An extension of `kepu`'s own runs; `scrapy crawl` has Scrapy's log instead."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEPU_PROGRESS"):
            raise NotConfigured
        self.crawler = crawler
        self.on_terminal = sys.stderr.isatty()
        self._loop = AsyncioLoopingCall(self._show)
        self._bar: tqdm[Any] | None = None
        self._started = monotonic()
        self._next_line = 1.0
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension, unless the run shows nothing."""
        return cls(crawler)

    @property
    def session(self) -> Session:
        """The run that is shown; not there yet when extensions are made."""
        return Session.of(self.crawler)

    def _opened(self, spider: Spider) -> None:
        if self.on_terminal:
            self._bar = tqdm(unit=say(" pages"), dynamic_ncols=True, smoothing=0.1, leave=False)
        self._loop.start(SHOW_SECONDS, now=False)

    def _closed(self, spider: Spider) -> None:
        if self._loop.running:
            self._loop.stop()
        if self._bar is not None:
            self._bar.close()

    def _is_early(self) -> bool:
        """Whether the next line is not due yet."""
        passed = monotonic() - self._started
        if passed < self._next_line:
            return True
        self._next_line = passed + min(passed, LINE_SECONDS)
        return False

    def _show(self) -> None:
        if not self.session.answered or (self._bar is None and self._is_early()):
            return
        done = int(self.crawler.stats.get_value("response_received_count", 0)) or self.session.files
        left, kept = self.session.left(), self.session.kept()
        words = ", ".join(f"{n} {name}" for name, n in kept.items() if n)
        if self._bar is None:
            line = say("{done} pages, {left} to go; {words}", done=done, left=left, words=words)
            print(line, file=sys.stderr, flush=True)
            return
        self._bar.total = done + left
        self._bar.n = done
        self._bar.set_postfix_str(words, refresh=True)


class QuietFormatter(LogFormatter):
    """Scrapy's log lines, but for the item that a pipeline returned, which is the whole article."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> dict[str, Any] | None:  # type: ignore[override]
        """Say nothing of an item: the summary counts them."""
        return None
