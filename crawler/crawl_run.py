"""One run: its archive, its counters and its outcome, shared by the spider, the middlewares and the item pipelines."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.utils.asyncio import AsyncioLoopingCall

from archive.store import Store
from archive.url_state import UrlState, format_time, parse_time
from crawler import run_end, scrapy_internals, stop_reasons
from crawler.archive_of_run import ArchiveOfRun
from crawler.channels import channel_config
from crawler.crawl_options import CrawlOptions
from crawler.host_state import Hosts
from crawler.kept_items import KeptItems
from crawler.request_commits import RequestCommits
from crawler.run_counters import RunCounters
from crawler.run_report import RunReport, summary
from kepu.errors import ArchiveError
from kepu.messages import Text
from kepu.records import Account, Article, Capture, Visit
from kepu.run_base import RunBase
from kepu.systemd_notify import notify

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""Seconds between two commits. In a slow crawl, each article is thus committed within a second."""

AT_THE_END_SECONDS = 7200
"""Seconds after the crawl during which systemd's watchdog waits: search index, JSONL and alarm do not notify it."""

SOUND = frozenset({"finished", "budget", "refused", "shutdown", "lease_lost"})
"""Outcomes of a run whose archive is intact, so that items still in progress are stored."""


class CrawlRun(RunBase):
    """Extension that opens the archive on demand and closes it with the spider.

    kept_items.py stores what the run fetched, request_commits.py decides when to commit, and run_end.py ends the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.tally = RunCounters(crawler.spidercls.name, str(crawler.settings["KEPU_DB"]))
        self.hosts: Hosts = Hosts(scale=min(crawler.settings.getfloat("KEPU_DELAY_SCALE"), 1.0))
        self.archive = ArchiveOfRun(crawler.settings, self.now)
        self.items = KeptItems(self)
        self.commits = RequestCommits(self)
        self.answered = False
        """Whether any host has responded in this run, or any file was read."""
        self.begin: Callable[[], None] = lambda: None
        """Called when the spider starts to crawl; the frontier sets it to queue the URLs that are due."""
        self.alarms: list[str] = []
        """Warnings about the lists: limits that were reached, sections with nothing but missing articles."""
        self.is_stale = False
        """Whether some of the URLs that the frontier has read ahead have since been excluded."""
        self.thorough: set[str] = set()
        """URLs that are requested unconditionally and processed even if their bytes are unchanged: all parts of such an
        article are requested, and such a list is read again.
        """
        self.looked_at: set[str] = set()
        """URLs that this run requests only as spot checks (crawler/spot_checks.py)."""
        self.files = 0
        """Number of files read."""
        self.expected: int | None = None
        """Total number of files or pages to read, if known."""
        self.closed = False
        """Whether the run ended regularly."""
        self.started = monotonic()
        self._lease = crawler.settings.get("KEPU_LEASE")
        """The lease of a shard that several machines could crawl: crawler/shards/lease.py."""
        self._holders: channel_config.Channels | None = None
        clock = crawler.settings.get("KEPU_CLOCK")
        self._begins = parse_time(clock) if clock else None
        self._clock_stops = crawler.settings.getbool("KEPU_CLOCK_STOPS")
        self.started_at = self.now()
        """When the run began, in the format of the records."""
        self._ticks = AsyncioLoopingCall(self._tick)
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._spider_opened, signals.spider_opened)
        crawler.signals.connect(self._spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the extension (called by Scrapy)."""
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the run of a crawler. Raises RuntimeError if its setting EXTENSIONS does not name this class."""
        crawl_run = crawler.get_extension(cls)
        if crawl_run is None:
            raise RuntimeError("EXTENSIONS has to name crawler.crawl_run.CrawlRun: see crawler/settings.py")
        return crawl_run

    @property
    def report(self) -> RunReport:
        """The report of this run so far."""
        return self.tally.report

    def moment(self) -> datetime:
        """Return the current time in UTC; with the setting KEPU_CLOCK, as if the run had begun at that time.

        With KEPU_CLOCK_STOPS as well, it is that time during the whole run.
        """
        if self._begins is None:
            return datetime.now(UTC)
        if self._clock_stops:
            return self._begins
        return self._begins + timedelta(seconds=monotonic() - self.started)

    def now(self) -> str:
        """Return the current time in the format of the records: `2026-11-19T01:00:00Z`."""
        return format_time(self.moment())

    # --- the archive ---------------------------------------------------------------------------------------

    def open(self) -> Store:
        """Return the archive, and open it at the first call.

        If that fails, end the run with one message. Raises CloseSpider.
        """
        if self.archive.store is None:
            try:
                store = self.archive.open()
            except ArchiveError as error:
                self.tally.end(error.code, error.text)
                raise CloseSpider(error.code) from error
            self.hosts.load(store.memory)
            return store
        return self.archive.store

    def open_archive(self) -> None:
        """Open the archive if this is a crawl; if that fails, end the run with one message.

        `scrapy shell`, `fetch`, `view` and `parse` also run a spider, but do not open the archive.
        """
        if self.archive.is_crawl:
            self.open()

    def begin_crawl(self) -> None:
        """Store everything fetched from now on in the archive of KEPU_DB; called by a spider's `start`."""
        self.archive.is_crawl = True
        self.items.use()
        self.begin()

    @property
    def memory(self) -> UrlState:
        """The state of all URLs in the archive."""
        return self.open().memory

    def clean_texts(self, limit: int) -> Iterable[str]:
        """Return the texts of the newest `limit` articles that came from pages."""
        return self.open().clean_texts(limit)

    def copyright_holder_of(self, url: str | None) -> str:
        """Return the rights holder of the channel that a URL belongs to, or that of the default channel."""
        if self._holders is None:
            channel = getattr(self.crawler.spider, "channel", None)
            channels = getattr(self.crawler.spider, "channels", None)
            self._holders = channels or channel_config.Channels([channel or channel_config.load()])
        return self._holders.of(url or "").copyright_holder

    def hold(self, article: Article, captures: list[Capture], account: Account | None) -> None:
        """Keep the captures of an article and the account of its letters until the article is stored."""
        self.items.hold(article, captures, account)

    def keep(self, item: Article | Visit) -> str | None:
        """Store an article, or the outcome of a URL: see KeptItems.keep."""
        return self.items.keep(item)

    def commit(self, *, is_waiting: bool = False) -> None:
        """Commit the batch. If that fails, end the run with the error's message.

        Nothing is committed before a host has responded, unless `is_waiting` (for a response that may take long), nor
        outside a crawl (`scrapy parse`, `shell`, `fetch`), nor after an error of the archive.
        """
        store = self.archive.store
        if store is None or not self.archive.is_crawl or not (self.answered or is_waiting) or self.is_broken:
            return
        self.commits.uncommitted = 0
        try:
            if self.hosts.changed:
                with store.remembering() as memory:
                    self.hosts.save(memory)
                    if self.items.is_used:
                        memory.count_requests(self.run(), self.requests())
            store.commit()
        except ArchiveError as error:
            self.stop(error.code, str(error))

    # --- options and progress ------------------------------------------------------------------------------

    @property
    def plan(self) -> CrawlOptions:
        """The options of this run."""
        plan = getattr(self.crawler.spider, "plan", None)
        return plan if isinstance(plan, CrawlOptions) else CrawlOptions()

    def run(self) -> int:
        """Return the number of this run."""
        mode = self.plan.mode if self.report.spider == "channel" else None
        return self.open().run(self.report.spider, mode)

    def begin_import(self, files: str) -> int:
        """Return the index at which an import of these files resumes: see Store.begin_import."""
        self.run()
        return self.open().begin_import(files)

    def reached(self, place: int) -> None:
        """Record the index of the file or page that an import has reached; it is committed with what precedes it."""
        self.files += 1
        if self.archive.store is not None:
            self.archive.store.reached(place)

    def end_import(self) -> None:
        """Record that all files of an import were read."""
        if self.archive.store is not None:
            self.archive.store.end_import()

    def left(self) -> int:
        """Return the number of URLs that are still to be requested."""
        return self.memory.count_pending()

    def kept(self) -> dict[str, int]:
        """Return the numbers of new, changed, unchanged and duplicate articles and of failures so far."""
        return self.tally.counts(self.open().kept)

    def requests(self) -> int:
        """Return the number of requests sent in this run."""
        return int(self.crawler.stats.get_value("downloader/request_count", 0))

    def pages(self) -> int:
        """Return the number of responses received in this run or, in an import, of the files read."""
        return int(self.crawler.stats.get_value("response_received_count", 0)) or self.files

    # --- its hosts -----------------------------------------------------------------------------------------

    def sends(self, request: Request) -> None:
        """Record that a request is sent to its host now. Raises IgnoreRequest if the lease has expired."""
        if self._lease is not None and not self._lease.holds():
            self.stop("lease_lost", stop_reasons.LEASE_LOST)
            raise IgnoreRequest("the lease of the shard has run out")
        self.commits.sends(request)

    def keeps_delay(self, host: str, seconds: float) -> None:
        """Set the minimum number of seconds between two requests to a host."""
        self.hosts.least[host] = seconds
        self.report.delays[host] = round(seconds, 3)
        if self._lease is not None:
            self._lease.delay(host, seconds)

    def host_refused(self, host: str, kind: str, what: str, retry_after: float | None = None) -> None:
        """Leave a host alone after a refusal or a missing response; close it for this run after repeated ones.

        `kind` is the kind of refusal (backoff.rest), `what` describes it in the log, and `retry_after` is the number of
        seconds that the host requested.
        """
        seconds = self.hosts.refused(host, kind, retry_after)
        if seconds:
            logger.warning("%s %s: it is left alone for %.0f s", host, what, seconds)
            if self._lease is not None:
                self._lease.rest(host, self.hosts.of(host).rest_until or 0.0)
            self.commit()
        if self.hosts.gives_up(host):
            row = self.hosts.of(host)
            self.hosts.closed.setdefault(host, f"{host} {what}, {row.refusals} times in a row")

    # --- its end -------------------------------------------------------------------------------------------

    @property
    def is_ending(self) -> bool:
        """Whether the run is about to end."""
        return self.report.outcome != "finished" or scrapy_internals.is_closing(
            scrapy_internals.engine_of(self.crawler)
        )

    @property
    def is_broken(self) -> bool:
        """Whether the run has ended with an outcome that is not in SOUND, so that nothing more may be stored."""
        return self.report.outcome not in SOUND

    def why_stop(self) -> str | None:
        """Return why the run should send no more requests (its budget, limit or hours), or None if it may go on."""
        today = self._requests_today() if self.plan.budget.requests_a_day is not None else 0
        return stop_reasons.reached(
            self.plan,
            kept=self.open().kept,
            requests=self.requests(),
            seconds=monotonic() - self.started,
            requests_today=today,
        )

    def _requests_today(self) -> int:
        yesterday = format_time(self.moment() - timedelta(days=1))
        return self.memory.requests_since(yesterday, before=self.run()) + self.requests()

    def stop(self, code: str, message: str) -> None:
        """End the run early, with an outcome code and one message that says what to do.

        If the run is already ending, only an outcome that is not in SOUND replaces the first one.
        """
        if self.is_ending:
            if code not in SOUND:
                self.report.outcome, self.report.message = code, message
            return
        self.tally.end(code, message)
        closing = self.crawler.engine.close_spider_async(reason=code)
        self._closing = asyncio.get_running_loop().create_task(closing)

    def _tick(self) -> None:
        """Commit pending changes; if the run is ending, drop requests that were not sent yet."""
        self.commit()
        notify("WATCHDOG=1", f"STATUS={self.requests()} requests, {self.tally.failed} failed")
        if not self.is_ending:
            return
        scrapy_internals.drop_waiting(self.crawler.engine, "the run is ending")
        scrapy_internals.look_whether_closed(self.crawler.engine)

    def _spider_opened(self, spider: Spider) -> None:
        self._ticks.start(TICK_SECONDS, now=False)

    def _spider_closed(self, spider: Spider, reason: str) -> None:
        if self._ticks.running:
            self._ticks.stop()
        notify(
            "STATUS=the search and the JSONL are brought up to date",
            f"WATCHDOG_USEC={AT_THE_END_SECONDS * 10**6}",
        )
        if reason != "finished":
            self.tally.end(
                reason,
                stop_reasons.INTERRUPTED
                if reason == "shutdown"
                else Text("the run was ended: {reason}", reason=reason),
            )
        self.closed = True
        store = self.archive.store
        if store is None or not self.archive.is_crawl or not self.items.is_used:
            run_end.count_traffic(self)
            self.commit()  # the times of the last requests, so that the next run keeps the hosts' delays
            self.archive.leave()
            return
        try:
            run_end.finish(self, store)
        except ArchiveError as error:
            self.report.outcome, self.report.message = error.code, str(error)
        for line in summary(self.report):
            logger.info(line)
