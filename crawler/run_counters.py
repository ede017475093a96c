"""Count the outcomes of a run, and turn the counts into its report."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

from archive.url_state import UrlState
from crawler import drift_alarms
from crawler.run_report import Failure, RunReport, settle
from kepu.messages import Text
from kepu.records import Article, Visit

logger = logging.getLogger(__name__)

SHOWN_FAILURES = 20
"""Maximum number of failures listed in the report."""

KEPT_FAILURES = 10_000
"""Maximum number of failures held in memory; later ones are only logged."""


class RunCounters:
    """The counts of a run in progress."""

    def __init__(self, spider: str, archive: str) -> None:
        self.report = RunReport(spider=spider, archive=archive)
        self.seen = drift_alarms.DriftSample()
        self._failures: dict[str, Failure] = {}
        self._sources_read = 0

    @property
    def failed(self) -> int:
        """Number of pages or files that failed and have not succeeded since."""
        return len(self._failures)

    def article(self, item: Article) -> None:
        """Count an extracted article; a failure of its URL no longer counts."""
        self._failures.pop(item.url_requested or item.url or "", None)
        self.seen.article(item)

    def kept(self, item: Article, kept: str) -> None:
        """Add the length of an article to the sample for the drift alarms, unless the archive had it unchanged."""
        if kept != "unchanged":
            self.seen.length(item)

    def visit(self, visit: Visit, looked_at: Collection[str] = ()) -> bool:
        """Count the outcome of a URL without an article; return whether it failed or was refused.

        An article that is still gone when it is checked again (`looked_at`) is not counted.
        """
        if visit.kind not in {"article", "file"}:
            self.report.sources[visit.url] = visit.message or visit.code or visit.state
            self._sources_read += visit.state in {"fetched", "unchanged"}
        if visit.state == "gone" and visit.url not in looked_at:
            self.report.gone += 1
        if visit.state not in {"failed", "refused"}:
            self._failures.pop(visit.url, None)
            return False
        self.seen.refused(visit)
        return True

    def fail(self, where: str, code: str, message: str) -> None:
        """Log a failure and add it to the report. `where` is a URL or the path of a file."""
        logger.warning("%s: %s", where, message)
        if len(self._failures) < KEPT_FAILURES:
            self._failures[where] = Failure(where, code, message)

    def opened(self, path: str, form: str) -> None:
        """Add an imported file that another program saved, and its format (MHTML, SingleFile, …), to the report."""
        self.report.opened[path] = form

    def left_out(self, why: str) -> None:
        """Count a record of an imported WARC file that was left out, by its reason."""
        self.report.left_out[why] = self.report.left_out.get(why, 0) + 1

    def skipped(self, path: str, why: str) -> None:
        """Add a file of an imported folder that was not read, and the reason, to the report."""
        self.report.skipped[path] = why

    def counts(self, kept: Mapping[str, int]) -> dict[str, int]:
        """Return the numbers of new, changed, unchanged and duplicate articles and of failures so far."""
        counts = {name: kept.get(name, 0) for name in ("new", "changed", "unchanged")}
        duplicate = kept.get("duplicate", 0) + kept.get("elsewhere", 0)
        return counts | {"duplicate": duplicate, "failed": self.failed}

    def end(self, code: str, message: str) -> None:
        """Set the outcome of the run, unless it is set already."""
        if self.report.outcome == "finished":
            self.report.outcome, self.report.message = code, message

    def complete(self, kept: Mapping[str, int]) -> None:
        """Copy the counts into the report."""
        report = self.report
        report.warnings, report.layouts = dict(self.seen.warnings), dict(self.seen.layouts)
        report.failures = list(self._failures.values())[:SHOWN_FAILURES]
        for name, n in self.counts(kept).items():
            setattr(report, name, n)

    def complete_crawl(
        self,
        memory: UrlState,
        mode: str,
        closed: Mapping[str, str],
        *,
        run: int,
        now: datetime,
        share: float,
        days: int,
    ) -> None:
        """Add what the archive knows at the end of a crawl to the report.

        `closed` maps the hosts of the channel that refused the run to their reasons: such a run has not completed.
        `share` and `days` are the thresholds of drift_alarms.alarms.
        """
        report = self.report
        report.mode, report.urls = mode, memory.count_states()
        report.left = memory.count_pending()
        report.articles, report.newest = memory.count_articles(), memory.newest_article()
        report.complete = report.outcome == "finished" and memory.is_complete() and not closed
        for why in closed.values():
            self.end("refused", Text("{why}; {n} URLs are left for the next run.", why=why, n=report.left))
        report.alarms = drift_alarms.alarms(self.seen, memory, now, run=run, share=share, days=days)

    def settle(self, *, files: bool) -> None:
        """Set the outcome of a run that completed."""
        settle(self.report, files=files, sources_read=self._sources_read)
