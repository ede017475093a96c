"""One run: its archive, its counters and its outcome, shared by the spider, the middlewares and the item pipelines."""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.utils.asyncio import AsyncioLoopingCall

from archive.store import Store
from archive.url_state import UrlState, format_time, host_in, parse_time
from crawler import drift_alarms, scrapy_internals, stop_reasons
from crawler.channels import channel_config
from crawler.crawl_options import CrawlOptions
from crawler.host_state import Hosts
from crawler.missing_articles import MissingArticles
from crawler.run_counters import RunCounters
from crawler.run_report import RunReport, summary
from kepu.errors import ArchiveError
from kepu.messages import Text
from kepu.records import Account, Article, Capture, Visit
from kepu.run_base import RunBase
from kepu.systemd_notify import notify

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""Seconds between two commits, so that a slow crawl stores each article at once."""

ARCHIVE_COMPLETE = object()
"""Scrapy signal sent once when a run ends regularly, while its archive is still open; argument: `archive`."""

AT_THE_END_SECONDS = 7200
"""Seconds granted after the crawl for search index, JSONL and alarm, which do not notify the watchdog."""

UNANSWERED_SECONDS = 0.5
"""Seconds after which a request without a response is assumed to have reached the network."""

START_SECONDS = 0.25
"""Seconds that another run needs to start: shorter delays hold between two runs even if a kill loses their times."""

AT_ONCE = 10
"""Number of requests and responses after which the batch is committed if hosts have no longer delay."""


class CrawlRun(RunBase):
    """Extension that opens the archive on demand and closes it with the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.tally = RunCounters(crawler.spidercls.name, str(crawler.settings["KEPU_DB"]))
        self.hosts: Hosts = Hosts(scale=min(crawler.settings.getfloat("KEPU_DELAY_SCALE"), 1.0))
        self.answered = False
        """Whether any host has responded in this run, or any file was read."""
        self.begin: Callable[[], None] = lambda: None
        """Lets the frontier queue what is due when the spider starts to crawl."""
        self.alarms: list[str] = []
        """Warnings about the lists: limits that were reached, sections with nothing but missing articles."""
        self._missing = MissingArticles()
        self.is_stale = False
        """Whether URLs read ahead from the frontier have been excluded since."""
        self.thorough: set[str] = set()
        """URLs of articles whose every part is requested, whatever the response to the first one."""
        self.looked_at: set[str] = set()
        """URLs that this run only checks again."""
        self.files = 0
        """Number of files read."""
        self.expected: int | None = None
        """Total number of files or pages to read, if known."""
        self.closed = False
        """Whether the run ended regularly."""
        self._lease = crawler.settings.get("KEPU_LEASE")
        """The lease of a shard that several machines could crawl: crawler/shards/lease.py."""
        self._holders: channel_config.Channels | None = None
        self._archive: Store | None = None
        self._is_crawl = crawler.settings.getbool("KEPU_KEEPS")
        """Whether fetched pages are stored in the archive of KEPU_DB."""
        self._is_used = False
        """Whether this run has stored anything, or its spider does; other runs get no row in `runs`."""
        self._before_use: list[tuple[Capture, str]] = []
        """Captures from before the first use, each with its kind."""
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._begins = self._clock_setting()
        self._started = monotonic()
        self._uncommitted = 0
        """Number of requests and responses since the last commit of hosts with a delay shorter than START_SECONDS."""
        self._held: dict[str, tuple[list[Capture], Account | None]] = {}
        """Map each requested URL to the responses and the account of characters of an article in the pipelines."""
        self._leads: set[str] = set()
        """Lists that named something new, until they are stored themselves."""
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
        """Return the run of a crawler."""
        crawl_run = crawler.get_extension(cls)
        if crawl_run is None:
            raise RuntimeError("EXTENSIONS has to name crawler.crawl_run.CrawlRun: see crawler/settings.py")
        return crawl_run

    @property
    def report(self) -> RunReport:
        """The report of this run so far."""
        return self.tally.report

    # --- time ----------------------------------------------------------------------------------------------

    def _clock_setting(self) -> datetime | None:
        text = self.crawler.settings.get("KEPU_CLOCK")
        return parse_time(text) if text else None

    def moment(self) -> datetime:
        """Return the present time in UTC; with the setting KEPU_CLOCK, as if the run had begun at that time."""
        if self._begins is None:
            return datetime.now(UTC)
        return self._begins + timedelta(seconds=monotonic() - self._started)

    def now(self) -> str:
        """Return the present time as records have it."""
        return format_time(self.moment())

    # --- the archive ---------------------------------------------------------------------------------------

    def open(self) -> Store:
        """Return the archive and open it at the first call. If that fails, end the run with one clear message.

        Outside a crawl (`scrapy parse`, `shell`, `fetch`) it is an empty archive in a temporary folder, which is
        deleted at the end.
        """
        if self._archive is None:
            try:
                settings = self.crawler.settings
                limit = settings.getint("KEPU_WARC_BYTES")
                about = {
                    "operator": settings["KEPU_CONTACT"] or "",
                    "http-header-user-agent": settings["USER_AGENT"],
                }
                about = {name: value for name, value in about.items() if value}
                self._archive = Store(
                    settings["KEPU_DB"] if self._is_crawl else self._scratch_path(),
                    clock=self.now,
                    warc_bytes=limit,
                    about=about,
                    new=settings.getbool("KEPU_NEW"),
                    derives=settings.getbool("KEPU_DERIVES"),
                )
            except ArchiveError as error:
                self.tally.end(error.code, error.text)
                raise CloseSpider(error.code) from error
            self.hosts.load(self._archive.memory)
        return self._archive

    def _scratch_path(self) -> Path:
        self._scratch = tempfile.TemporaryDirectory(prefix="kepu-")
        return Path(self._scratch.name) / "kepu.db"

    def open_archive(self) -> None:
        """Open the archive if this is a crawl, or end the run with one clear message.

        `scrapy shell`, `fetch`, `view` and `parse` run a spider as well, and do not open the archive.
        """
        if self._is_crawl:
            self.open()

    def begin_crawl(self) -> None:
        """Store everything fetched from now on in the archive of KEPU_DB; called by a spider's `start`."""
        self._is_crawl = True
        self._use()
        self.begin()

    def _use(self) -> None:
        """Mark this run as one that stores articles; a spider with other items only has nothing to report."""
        if not self._is_used:
            self._is_used = True
            for capture, kind in self._before_use:
                self.keep_capture(capture, kind)
            self._before_use.clear()

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

    @property
    def memory(self) -> UrlState:
        """What the archive knows about URLs."""
        return self.open().memory

    @property
    def plan(self) -> CrawlOptions:
        """The options of this run."""
        plan = getattr(self.crawler.spider, "plan", None)
        return plan if isinstance(plan, CrawlOptions) else CrawlOptions()

    def begin_import(self, files: str) -> int:
        """Return the index at which an import of these files resumes: see Store.begin_import."""
        self.run()
        return self.open().begin_import(files)

    def end_import(self) -> None:
        """Record that all files of an import were read."""
        if self._archive is not None:
            self._archive.end_import()

    def run(self) -> int:
        """Return the number of this run."""
        mode = self.plan.mode if self.report.spider == "channel" else None
        return self.open().run(self.report.spider, mode)

    def left(self) -> int:
        """Return the number of URLs that are still to be requested."""
        return self.memory.count_pending()

    def kept(self) -> dict[str, int]:
        """Return the numbers of new, changed, unchanged and duplicate articles and of failures so far."""
        return self.tally.counts(self.open().kept)

    def requests(self) -> int:
        """Return the number of requests sent in this run."""
        return int(self.crawler.stats.get_value("downloader/request_count", 0))

    # --- what comes out of the pipelines -------------------------------------------------------------------

    def hold(self, article: Article, captures: list[Capture], account: Account | None) -> None:
        """Keep the responses and the account of characters of an article until the article is stored."""
        self._held[_asked_for(article)] = (captures, account)

    def reached(self, place: int) -> None:
        """Record the index of the file or page that an import has reached; it is committed with what precedes it."""
        self.files += 1
        if self._archive is not None:
            self._archive.reached(place)

    def led_on(self, url: str | None) -> None:
        """Record that a list named something new, so that its capture is stored."""
        if url is not None:
            self._leads.add(url)

    def keep(self, item: Article | Visit) -> str | None:
        """Store an article, or the outcome of a URL.

        Return the result for an article: new, changed, unchanged, duplicate or forgotten.
        """
        if self._is_broken:
            return None
        try:
            archive = self.open()
            self._use()
            self.run()
            if isinstance(item, Article) and stop_reasons.is_full(self.plan, archive.kept):
                self._held.pop(
                    _asked_for(item), None
                )  # it was in progress: its URL remains due for the next run
                return None
            if isinstance(item, Article):
                self.tally.article(item)
                self.hosts.answered(item.url_requested or "")
                self._leads.discard(item.url_requested or "")
                kept = archive.put(item, *self._held.pop(_asked_for(item), ((), None)))
                self.tally.kept(item, kept)
                return kept
            self._count_visit(item)
            archive.note(item, self._captures_of(item))
            if item.state == "gone" and item.kind == "article":
                self._note_missing(item)
        except ArchiveError as error:
            self.stop(error.code, str(error))
        return None

    def commit(self, *, is_waiting: bool = False) -> None:
        """Commit the batch once a host has responded, or `is_waiting` for a response.

        Before that, the archive is unchanged.
        """
        if self._archive is None or not (self.answered or is_waiting) or self._is_broken:
            return
        self._uncommitted = 0
        try:
            if self.hosts.changed:
                with self._archive.remembering() as memory:
                    self.hosts.save(memory)
                    if self._is_used:
                        memory.count_requests(self.run(), self.requests())
            self._archive.commit()
        except ArchiveError as error:
            self.stop(error.code, str(error))

    def _note_missing(self, visit: Visit) -> None:
        """Drop the section that named a missing article once it has named nothing but such articles."""
        known = self.memory.known(visit.url)
        if known is None or known.found_kind != "section" or known.found_at is None:
            return
        with self.open().remembering() as memory:
            excluded = self._missing.note(memory.db, known.found_at)
        if excluded is not None:
            self.alarms.append(
                Text(
                    "{url} names articles that do not exist: {n} more of them are left out",
                    url=known.found_at,
                    n=excluded,
                )
                if excluded
                else Text("{url} names articles that do not exist: it is dropped", url=known.found_at)
            )
            self.is_stale = True

    def keep_capture(self, capture: Capture, kind: str) -> None:
        """Store a response that belongs to neither an article nor a list, if this run has an archive open."""
        if self._archive is None or self._is_broken:
            return
        if not self._is_used:
            self._before_use.append((capture, kind))
            return
        try:
            self._archive.keep_capture(capture, kind, self.run())
        except ArchiveError as error:
            self.stop(error.code, str(error))

    def sends(self, request: Request) -> None:
        """Record that a request is sent to its host now, and commit it with all pending changes.

        A kill must not undo it, or the next run would send a request too soon. Before any host has responded, a run
        leaves the archive unchanged: a moment later it is clear whether the request reaches anybody.
        """
        if self._lease is not None and not self._lease.holds():
            self.stop("lease_lost", stop_reasons.LEASE_LOST)
            raise IgnoreRequest("the lease of the shard has run out")
        self.hosts.asked(host := host_in(request.url))
        if self.answered:
            self._commit_for(host)
        else:
            asyncio.get_running_loop().call_later(UNANSWERED_SECONDS, self._commit_unanswered, request)

    def _commit_unanswered(self, request: Request) -> None:
        """Commit when a host was sent a request and has not responded yet, if the request is still in progress."""
        engine = self.crawler.engine
        if self.answered or self.closed or engine is None:
            return
        slot = scrapy_internals.known_slot(engine, host_in(request.url))
        if slot is not None and request in slot.transferring:
            self.commit(is_waiting=True)

    def has_answered(self, host: str) -> None:
        """Record that a host has responded, and commit it: a kill must not undo it."""
        is_first, self.answered = not self.answered, True
        self.hosts.has_answered(host)
        if is_first:
            self.commit()
        else:
            self._commit_for(host)

    def _commit_for(self, host: str) -> None:
        """Commit now if otherwise a run after a kill could send a request too soon.

        Else commit when enough is pending.
        """
        engine = self.crawler.engine
        slot = scrapy_internals.known_slot(engine, host) if engine is not None else None
        self._uncommitted += 1
        if slot is None or slot.delay >= START_SECONDS or self._uncommitted >= AT_ONCE:
            self.commit()

    def _captures_of(self, visit: Visit) -> Sequence[Capture]:
        """Return the captures of a visit to store: none for a list that led to nothing new."""
        if visit.path is not None:
            self._held.pop(visit.path, None)  # whoever imported a file has it
            return ()
        led = visit.url in self._leads
        self._leads.discard(visit.url)
        return visit.captures if led or visit.kind == "article" else ()

    def _count_visit(self, visit: Visit) -> None:
        if not self.tally.visit(visit, self.looked_at):
            self.hosts.answered(visit.url)
            return
        if (
            visit.path is None
            and (kind := _REFUSALS.get(visit.code or ""))
            and not self._failed_before(visit)
        ):
            self.host_refused(
                drift_alarms.host_of(visit), kind, f"answered with {visit.message or visit.code}"
            )
        self.tally.fail(visit.path or visit.url, visit.code or visit.state, visit.message or visit.state)

    def _failed_before(self, visit: Visit) -> bool:
        """Return whether this URL failed before, so that the URL rather than its host is broken."""
        known = self.memory.known(visit.url)
        return visit.kind == "article" and known is not None and known.tries > 0

    def keeps_delay(self, host: str, seconds: float) -> None:
        """Set the seconds between two requests to a host."""
        self.hosts.least[host] = seconds
        self.report.delays[host] = round(seconds, 3)
        if self._lease is not None:
            self._lease.delay(host, seconds)

    def host_refused(self, host: str, kind: str, what: str, asked: float | None = None) -> None:
        """Leave a host alone after a refusal or a missing response; close it for this run after repeated ones."""
        seconds = self.hosts.refused(host, kind, asked)
        if seconds:
            logger.warning("%s %s: it is left alone for %.0f s", host, what, seconds)
            if self._lease is not None:
                self._lease.rest(host, self.hosts.of(host).rest_until or 0.0)
            self.commit()
        if self.hosts.gives_up(host):
            row = self.hosts.of(host)
            self.hosts.closed.setdefault(host, f"{host} {what}, {row.refusals} times in a row")

    # --- the end -------------------------------------------------------------------------------------------

    @property
    def is_ending(self) -> bool:
        """Whether the run is about to end."""
        return self.report.outcome != "finished" or scrapy_internals.is_closing(
            scrapy_internals.engine_of(self.crawler)
        )

    @property
    def _is_broken(self) -> bool:
        """Whether the archive can no longer be written."""
        return self.report.outcome not in _GOES_ON

    def why_stop(self) -> str | None:
        """Return why the run should send no more requests, because its budget or limit is reached, or None."""
        today = self._requests_today() if self.plan.budget.requests_a_day is not None else 0
        return stop_reasons.reached(
            self.plan,
            kept=self.open().kept,
            requests=self.requests(),
            seconds=monotonic() - self._started,
            requests_today=today,
        )

    def _requests_today(self) -> int:
        yesterday = format_time(self.moment() - timedelta(days=1))
        return self.memory.requests_since(yesterday, before=self.run()) + self.requests()

    def stop(self, code: str, message: str) -> None:
        """End the run early, with an outcome code and one message that says what to do."""
        if self.is_ending:
            if code not in _GOES_ON:
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
        if self._archive is None or not self._is_crawl:
            self._count_traffic()
            self._drop_scratch()
            return
        if not self._is_used:
            self._count_traffic()
            self.commit()  # times of the last requests: the next run keeps the delays after them
            self._archive.rollback()
            self._archive.close()
            return
        try:
            self._finish(self._archive)
        except ArchiveError as error:
            self.report.outcome, self.report.message = error.code, str(error)
        for line in summary(self.report):
            logger.info(line)

    def _drop_scratch(self) -> None:
        if self._archive is not None and self._scratch is not None:
            self._archive.close()
            self._archive = None
            self._scratch.cleanup()

    def _finish(self, archive: Store) -> None:
        """Complete the report, store it, and close the archive."""
        if not self.answered:
            self._count_traffic()
            if self.report.spider == "channel" and self.plan.mode == "recheck" and not self.left():
                self.tally.end("nothing_new", stop_reasons.NOTHING_TO_RECHECK)
            elif self.report.spider == "channel" and not self.requests():
                self.tally.end("nothing_new", stop_reasons.NOTHING_IS_DUE)
            elif self.report.spider == "channel":
                self.tally.end("unreachable", stop_reasons.UNREACHABLE)
            archive.rollback()
            archive.close()
            return
        report, is_sound = self.report, not self._is_broken
        if is_sound:
            self.commit()
            self.crawler.signals.send_catch_log(ARCHIVE_COMPLETE, archive=archive)
        self._complete_report(archive)
        if is_sound:
            with archive.remembering() as memory:
                memory.count_requests(self.run(), report.requests)
            archive.finish_run(report.outcome, report.status, report.as_dict())
        archive.close()

    def _count_traffic(self) -> None:
        report, stats = self.report, self.crawler.stats
        report.seconds = round(monotonic() - self._started, 3)
        report.requests = self.requests()
        report.bytes = int(stats.get_value("downloader/response_bytes", 0))
        report.pages = int(stats.get_value("response_received_count", 0)) or self.files

    def _complete_report(self, archive: Store) -> None:
        self._count_traffic()
        self.tally.complete(archive.kept)
        if self.report.spider == "channel":
            channels = getattr(self.crawler.spider, "channels", None)
            own = channels.of_host if channels else ()
            closed = {host: why for host, why in self.hosts.closed.items() if host in own}
            self.tally.complete_crawl(
                archive.memory, self.plan.mode, closed, run=self.run(), now=self.moment(), **self._limits()
            )
            self.report.alarms += self.alarms
        self.tally.settle(files=bool(self.files))

    def _limits(self) -> dict[str, Any]:
        settings = self.crawler.settings
        return {
            "share": settings.getfloat("KEPU_ALARM_SHARE"),
            "days": settings.getint("KEPU_ALARM_DAYS"),
        }


def _asked_for(article: Article) -> str:
    return article.provenance.path or article.url_requested or article.url or ""


_REFUSALS = {"blocked": "refused", "empty_list": "broken"}
"""Refusals with status 200, by code, and the kind of each: see crawler/backoff.py."""

_GOES_ON = frozenset({"finished", "budget", "refused", "shutdown", "lease_lost"})
"""Outcomes of a run whose archive is intact, so that items still in progress are stored."""
