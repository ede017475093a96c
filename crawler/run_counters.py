"""What a run counts of what came of it, and the report that this becomes."""

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
KEPT_FAILURES = 10_000


class RunCounters:
    """The counts of a run that is under way."""

    def __init__(self, spider: str, archive: str) -> None:
        self.report = RunReport(spider=spider, archive=archive)
        self.seen = drift_alarms.DriftSample()
        self._failures: dict[str, Failure] = {}
        self._sources_read = 0

    @property
    def failed(self) -> int:
        """How many pages or files gave nothing, and have not come right since."""
        return len(self._failures)

    def article(self, item: Article) -> None:
        """Count an article that came."""
        self._failures.pop(item.url_requested or item.url or "", None)
        self.seen.article(item)

    def kept(self, item: Article, kept: str) -> None:
        """Count what the archive said of an article."""
        if kept != "unchanged":
            self.seen.length(item)

    def visit(self, visit: Visit, looked_at: Collection[str] = ()) -> bool:
        """Count what came of a URL that gave no article; return whether it failed or was refused.

        What is still gone when it is looked at again (`looked_at`) is no news.
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
        """Write down, for the report, what could not be had."""
        logger.warning("%s: %s", where, message)
        if len(self._failures) < KEPT_FAILURES:
            self._failures[where] = Failure(where, code, message)

    def opened(self, path: str, form: str) -> None:
        """Write down a file that another program had wrapped, and its form."""
        self.report.opened[path] = form

    def left_out(self, why: str) -> None:
        """Count a record of an imported WARC file that was left out, by its reason."""
        self.report.left_out[why] = self.report.left_out.get(why, 0) + 1

    def skipped(self, path: str, why: str) -> None:
        """Write down a file of an imported folder that was not read, and why."""
        self.report.skipped[path] = why

    def counts(self, kept: Mapping[str, int]) -> dict[str, int]:
        """Return how many articles were new, changed, unchanged and duplicate so far, and what failed."""
        told = {name: kept.get(name, 0) for name in ("new", "changed", "unchanged")}
        duplicate = kept.get("duplicate", 0) + kept.get("elsewhere", 0)
        return told | {"duplicate": duplicate, "failed": self.failed}

    def end(self, code: str, message: str) -> None:
        """Say how the run ends, unless that is known."""
        if self.report.outcome == "finished":
            self.report.outcome, self.report.message = code, message

    def complete(self, kept: Mapping[str, int]) -> None:
        """Put the counts into the report."""
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
        """Put into the report of a crawl what the archive knows at its end.

        `closed` names the hosts of the channel that shut the run out, with their reasons: such a run has not finished.
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
        """Say how a run that came to its own end ended."""
        settle(self.report, files=files, sources_read=self._sources_read)
