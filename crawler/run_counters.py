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
    """The counts of a run in progress.

    At its end, `end` sets the outcome if something ended the run early, `complete` copies the counts into the report,
    `complete_crawl` adds what only a crawl has, and `settle` derives the outcome from the report if none is set yet.
    """

    def __init__(self, spider: str, archive: str) -> None:
        self.report = RunReport(spider=spider, archive=archive)
        self.seen = drift_alarms.DriftSample()
        """The articles and refusals of this run, as the drift alarms need them."""
        self._failures: dict[str, Failure] = {}
        self._sources_read = 0

    @property
    def failed(self) -> int:
        """Number of pages or files that failed and have not succeeded since; counted up to KEPT_FAILURES."""
        return len(self._failures)

    def article(self, item: Article) -> None:
        """Count an extracted article; a failure of its URL no longer counts."""
        self._failures.pop(item.url_requested or item.url or "", None)
        self.seen.article(item)

    def sample_length(self, item: Article, outcome: str) -> None:
        """Add the length of an article to the sample for the drift alarms, unless its `outcome` is `unchanged`.

        `outcome` is what the archive did with it (see KeptItems.keep).
        """
        if outcome != "unchanged":
            self.seen.length(item)

    def visit(self, visit: Visit, looked_at: Collection[str] = ()) -> bool:
        """Record a visit that gave no article; return True if it failed or was refused: the caller then calls `fail`.

        A list or other source is added to the report. An article that is gone is counted, unless its URL is in
        `looked_at`: those are known articles that the run only checks again. A visit that did not fail removes an
        earlier failure.
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
        """Log a failure and remember it, up to KEPT_FAILURES; `complete` puts the first ones into the report.

        `where` is a URL or the path of a file.
        """
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
        """Return the numbers of new, changed, unchanged and duplicate articles and of failures so far.

        `kept` maps what the archive did with articles to their numbers; `elsewhere` counts as duplicate.
        """
        counts = {name: kept.get(name, 0) for name in ("new", "changed", "unchanged")}
        duplicate = kept.get("duplicate", 0) + kept.get("elsewhere", 0)
        return counts | {"duplicate": duplicate, "failed": self.failed}

    def end(self, code: str, message: str) -> None:
        """Set the outcome of the run and its message, unless an outcome other than `finished` is set already."""
        if self.report.outcome == "finished":
            self.report.outcome, self.report.message = code, message

    def complete(self, kept: Mapping[str, int]) -> None:
        """Copy the counts, the warnings, the layouts and the first SHOWN_FAILURES failures into the report."""
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
        """Add counts from the archive and the drift alarms to the report of a crawl.

        `closed` maps the hosts of the channel that refused the run to the reasons. If there are any, the run is not
        complete, and its outcome becomes `refused` unless another is set. `share` and `days` are the thresholds of
        drift_alarms.alarms.
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
        """Derive the outcome from the report and the number of sources read, unless one is set (run_report.settle).

        `files` tells whether the run imported files.
        """
        settle(self.report, files=files, sources_read=self._sources_read)
