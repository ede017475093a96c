"""One run: the archive that it writes to, what it counts, and how it ends. Spiders and pipelines share it."""

import asyncio
import logging
from collections import Counter
from time import monotonic
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.utils.asyncio import AsyncioLoopingCall

from archive.errors import ArchiveError
from archive.memory import Memory
from archive.store import Archive
from crawler.items import Article, Visit
from crawler.outcome import Failure, Report, settle, summary

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""What waits is committed this often, so that a slow crawl keeps each article at once."""

SHOWN_FAILURES = 20


class Session:
    """An extension that opens the archive on demand and closes it with the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.report = Report(spider=crawler.spidercls.name, archive=str(crawler.settings["KEPU_DB"]))
        self.answered = False
        """Whether any host has answered in this run, or any file was read."""
        self.files = 0
        """How many files were read."""
        self._archive: Archive | None = None
        self._started = monotonic()
        self._warnings: Counter[str] = Counter()
        self._layouts: Counter[str] = Counter()
        self._ticks = AsyncioLoopingCall(self._tick)
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension."""
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the session of a crawler."""
        session = crawler.get_extension(cls)
        if session is None:
            raise RuntimeError("EXTENSIONS has to name crawler.session.Session: see crawler/settings.py")
        return session

    def open(self) -> Archive:
        """Return the archive, opening it at the first call; where that fails, end the run with one clear line."""
        if self._archive is None:
            try:
                self._archive = Archive(self.crawler.settings["KEPU_DB"])
            except ArchiveError as error:
                self._end(error.code, str(error))
                raise CloseSpider(error.code) from error
            self._ticks.start(TICK_SECONDS, now=False)
        return self._archive

    @property
    def memory(self) -> Memory:
        """What the archive knows of URLs."""
        return self.open().memory

    def run(self) -> int:
        """Return the number of this run."""
        return self.open().run(self.report.spider)

    def left(self) -> int:
        """Return how many URLs are still to be asked for."""
        return self.memory.count_pending()

    def kept(self) -> dict[str, int]:
        """Return how many articles were new, changed, unchanged and duplicate so far, and what failed."""
        counts = self.open().kept
        duplicate = counts["duplicate"] + counts["elsewhere"]
        names = ("new", "changed", "unchanged")
        return {name: counts[name] for name in names} | {"duplicate": duplicate, "failed": self.report.failed}

    # --- what comes out of the pipelines -------------------------------------------------------------------

    def keep(self, item: Article | Visit) -> None:
        """Put an article into the archive, or write down what came of a URL instead."""
        if self.is_ending:
            return
        try:
            archive = self.open()
            self.run()
            if isinstance(item, Article):
                self._count(item)
                archive.put(item)
            else:
                self._count_visit(item)
                archive.note(item)
        except ArchiveError as error:
            self.stop(error.code, str(error))

    def commit(self) -> None:
        """End the batch, once something has come of the run: until then it leaves the archive as it was."""
        if self._archive is None or not self.answered or self.is_ending:
            return
        try:
            self._archive.commit()
        except ArchiveError as error:
            self.stop(error.code, str(error))

    def _count(self, article: Article) -> None:
        self._warnings.update(article.warnings)
        self._layouts[article.provenance.layout or "unknown"] += 1

    def _count_visit(self, visit: Visit) -> None:
        if visit.state == "gone":
            self.report.gone += 1
        if visit.state not in {"failed", "refused"}:
            return
        self.report.failed += 1
        failure = Failure(visit.path or visit.url, visit.code or visit.state, visit.message or visit.state)
        logger.warning("%s: %s", failure.where, failure.message)
        if len(self.report.failures) < SHOWN_FAILURES:
            self.report.failures.append(failure)

    # --- the end -------------------------------------------------------------------------------------------

    @property
    def is_ending(self) -> bool:
        """Whether the run has been told to end."""
        return self.report.outcome != "finished"

    def _end(self, code: str, message: str) -> None:
        if not self.is_ending:
            self.report.outcome, self.report.message = code, message

    def stop(self, code: str, message: str) -> None:
        """End the run early, with a reason and one line that says what to do."""
        if self.is_ending:
            return
        self._end(code, message)
        closing = self.crawler.engine.close_spider_async(reason=code)
        self._closing = asyncio.get_running_loop().create_task(closing)

    def _tick(self) -> None:
        """Commit what waits; and where the run is ending, do not let it wait for requests not yet sent."""
        self.commit()
        engine = self.crawler.engine
        if engine._slot is not None and engine._slot.closing is not None:
            for slot in engine.downloader.slots.values():
                while slot.queue:
                    slot.queue.popleft()[1].errback(IgnoreRequest("the run is ending"))

    def _spider_closed(self, spider: Spider, reason: str) -> None:
        if self._ticks.running:
            self._ticks.stop()
        if reason != "finished":
            self._end(reason, f"the run was ended: {reason}")
        self._complete_report()
        if self._archive is None:
            return
        try:
            if self.answered:
                report = self.report
                self._archive.finish_run(report.outcome, report.status, report.as_dict())
            else:
                self._archive.rollback()
            self._archive.close()
        except ArchiveError as error:
            self.report.outcome, self.report.message = error.code, str(error)
        for line in summary(self.report):
            logger.info(line)

    def _complete_report(self) -> None:
        report, stats = self.report, self.crawler.stats
        report.seconds = round(monotonic() - self._started, 3)
        report.requests = int(stats.get_value("downloader/request_count", 0))
        report.bytes = int(stats.get_value("downloader/response_bytes", 0))
        report.pages = int(stats.get_value("response_received_count", 0)) or self.files
        report.warnings, report.layouts = dict(self._warnings), dict(self._layouts)
        if self._archive is None:
            return
        kept = self.kept()
        report.new, report.changed, report.unchanged = kept["new"], kept["changed"], kept["unchanged"]
        report.duplicate = kept["duplicate"]
        settle(report, files=bool(self.files))
