"""End a run: complete and store its report, and close its archive."""

from time import monotonic
from typing import TYPE_CHECKING

from archive.store import Store
from crawler import stop_reasons

if TYPE_CHECKING:
    from crawler.crawl_run import CrawlRun

ARCHIVE_COMPLETE = object()
"""Scrapy signal sent once when a run ends regularly, while its archive is still open; argument: `archive`."""


def finish(run: "CrawlRun", archive: Store) -> None:
    """Complete the report of a run, store it, and close the archive; if no host has responded, discard all changes.

    A run whose archive is broken is closed without storing its report.
    """
    if not run.answered:
        _finish_unanswered(run, archive)
        return
    is_sound = not run.is_broken
    if is_sound:
        run.commit()
        run.crawler.signals.send_catch_log(ARCHIVE_COMPLETE, archive=archive)
    _complete_report(run, archive)
    if is_sound:
        report = run.report
        with archive.remembering() as memory:
            memory.count_requests(run.run(), report.requests)
        archive.finish_run(report.outcome, report.status, report.as_dict())
    archive.close()


def _finish_unanswered(run: "CrawlRun", archive: Store) -> None:
    count_traffic(run)
    if run.report.spider == "channel" and run.plan.mode == "recheck" and not run.left():
        run.tally.end("nothing_new", stop_reasons.NOTHING_TO_RECHECK)
    elif run.report.spider == "channel" and not run.requests():
        run.tally.end("nothing_new", stop_reasons.NOTHING_IS_DUE)
    elif run.report.spider == "channel":
        run.tally.end("unreachable", stop_reasons.UNREACHABLE)
    archive.rollback()
    archive.close()


def count_traffic(run: "CrawlRun") -> None:
    """Put the times, the requests and the bytes and pages received into the report."""
    report = run.report
    report.started_at, report.finished_at = run.started_at, run.now()
    report.seconds = round(monotonic() - run.started, 3)
    report.requests = run.requests()
    report.bytes = int(run.crawler.stats.get_value("downloader/response_bytes", 0))
    report.pages = run.pages()


def _complete_report(run: "CrawlRun", archive: Store) -> None:
    count_traffic(run)
    run.tally.complete(archive.kept)
    if run.report.spider == "channel":
        channels = getattr(run.crawler.spider, "channels", None)
        own = channels.of_host if channels else ()
        settings = run.crawler.settings
        run.tally.complete_crawl(
            archive.memory,
            run.plan.mode,
            {host: why for host, why in run.hosts.closed.items() if host in own},
            run=run.run(),
            now=run.moment(),
            share=settings.getfloat("KEPU_ALARM_SHARE"),
            days=settings.getint("KEPU_ALARM_DAYS"),
        )
        run.report.alarms += run.alarms
    run.tally.settle(files=bool(run.files))
