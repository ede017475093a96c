"""The report of a run: its exit status, and a summary for people."""

from dataclasses import asdict, dataclass, field
from typing import Any

from kepu.exit_status import OF_CODE, Status
from kepu.messages import COMMA, Text, joined, said, say

SHOWN_SECTIONS = 10
"""Maximum number of new sections listed at the end of a run."""


@dataclass(slots=True)
class Failure:
    """A page or a file without an article."""

    where: str
    """URL of the page or path of the file."""
    code: str
    """Reason, as a name that can be counted."""
    message: str
    """The reason, as a sentence."""


@dataclass(slots=True)
class RunReport:
    """The results of a run."""

    spider: str
    """Name of the spider."""
    archive: str
    """Path of the database."""
    outcome: str = "finished"
    """How the run ended; OF_CODE maps it to an exit status."""
    message: str | None = None
    """What went wrong, as one message that says what to do."""
    pages: int = 0
    """Number of responses received or files read."""
    requests: int = 0
    """Number of requests that were sent."""
    bytes: int = 0
    """Number of bytes received."""
    seconds: float = 0.0
    """Duration of the run."""
    new: int = 0
    """Number of new articles."""
    changed: int = 0
    """Number of articles that changed."""
    unchanged: int = 0
    """Number of articles that were requested again and had not changed."""
    duplicate: int = 0
    """Number of articles with another's text, and of further URLs of known articles."""
    gone: int = 0
    """Number of articles that the site no longer has."""
    failed: int = 0
    """Number of pages and files that failed."""
    failures: list[Failure] = field(default_factory=list)
    """The first failures; the table `failures` has all."""
    warnings: dict[str, int] = field(default_factory=dict)
    """Number of articles by warning."""
    layouts: dict[str, int] = field(default_factory=dict)
    """Number of articles by layout."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds between two requests to each host."""
    delays_asked: dict[str, float] = field(default_factory=dict)
    """The Crawl-delay of each host that has one, in seconds."""
    shard: int | None = None
    """Number of the shard that was crawled, if any: see docs/scale.md."""
    started_at: str | None = None
    """When the run began, ISO 8601 in UTC."""
    finished_at: str | None = None
    """When it ended."""
    mode: str | None = None
    """refresh, backfill or recheck."""
    complete: bool = False
    """Whether every article that was found is stored, gone, failed or excluded, and none is left to request."""
    urls: dict[str, int] = field(default_factory=dict)
    """Number of article URLs in each state, over all runs."""
    left: int = 0
    """Number of URLs still to be requested."""
    sources: dict[str, str] = field(default_factory=dict)
    """Maps each list and other source to its outcome: `fetched`, `unchanged`, or the reason why it failed."""
    new_sections: list[str] = field(default_factory=list)
    """Sections that this run found first."""
    opened: dict[str, str] = field(default_factory=dict)
    """Map each imported file that another program saved to its format (MHTML, SingleFile, a Wayback copy …)."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Number of records of imported WARC files that were left out, by reason."""
    pictures: dict[str, int] = field(default_factory=dict)
    """Numbers of pictures stored, gone, refused and failed, if the run fetched any."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Files of an imported folder that were not read, each with the reason."""
    articles: int | None = None
    """Number of articles in the archive at the end of a crawl; None if it was not opened."""
    newest: str | None = None
    """When the newest of them was published, ISO 8601."""
    alarms: list[str] = field(default_factory=list)
    """Warnings about what was fetched: see crawler/drift_alarms.py."""

    @property
    def status(self) -> Status:
        """The exit status."""
        return OF_CODE.get(self.outcome, Status.FAILED)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


def settle(report: RunReport, *, files: bool, sources_read: int = 0) -> None:
    """Set the outcome of a run that completed: degraded (an alarm), nothing new, or nothing but failures.

    An outcome that is set already is kept. `files` tells whether the run read files, for which nothing new is no
    outcome of its own. If `sources_read` sources were read and articles are already stored, a page that fails does not
    make the run failed.
    """
    if report.outcome != "finished":
        return
    if report.alarms:
        report.outcome, report.message = "degraded", report.alarms[0]
        return
    if report.new or report.changed or report.duplicate or report.pictures.get("kept"):
        return
    if report.failed and not report.unchanged and {failure.code for failure in report.failures} == {"robots"}:
        report.outcome, report.message = "refused", report.failures[0].message
    elif report.failed and not report.unchanged and not (sources_read and report.articles):
        report.outcome, report.message = "failed", Text("nothing could be kept: see the failures above")
    elif not files:
        report.outcome = "nothing_new"


OUTCOMES = {
    "new": Text("{n} new"),
    "changed": Text("{n} changed"),
    "unchanged": Text("{n} unchanged"),
    "duplicate": Text("{n} duplicate"),
    "failed": Text("{n} failed"),
    "gone": Text("{n} gone"),
}
"""The outcomes of articles, each with its count, for the progress and for the summary."""


def summary(report: RunReport) -> list[str]:
    """Return the lines of the summary."""
    lines = []
    counts = said(
        joined(
            [
                Text(text.template, n=getattr(report, name))
                for name, text in OUTCOMES.items()
                if name != "gone" or report.gone
            ],
            COMMA,
        )
    )
    values: dict[str, Any] = {"pages": report.pages, "counts": counts, "seconds": report.seconds}
    lines.append(
        say("{pages} pages fetched: {counts} ({seconds:.1f} s)", **values)
        if report.requests
        else say("{pages} files read: {counts} ({seconds:.1f} s)", **values)
    )
    if report.complete:
        states = say(COMMA).join(f"{n} {say(state)}" for state, n in sorted(report.urls.items()))
        total = sum(report.urls.values())
        lines.append(
            say("complete: of {total} URLs of articles found so far, {states}", total=total, states=states)
        )
    elif report.left:
        lines.append(say("not complete: {left} URLs are left for the next run", left=report.left))
    for host, delay in report.delays_asked.items():
        if (kept := report.delays.get(host, delay)) < delay:
            lines.append(
                "  "
                + say(
                    "{host} asks for {asked:g} s between requests; {kept:g} s were kept (KEPU_DELAY_SCALE)",
                    host=host,
                    asked=delay,
                    kept=kept,
                )
            )
    lines += [
        "  " + say("new section: {where}", where=where) for where in report.new_sections[:SHOWN_SECTIONS]
    ]
    if (more := len(report.new_sections) - SHOWN_SECTIONS) > 0:
        lines.append("  " + say("… and {n} more new sections: kepu sections lists them", n=more))
    if report.pictures:
        counts = ", ".join(f"{n} {say(state)}" for state, n in sorted(report.pictures.items()))
        lines.append(say("pictures: {counts}", counts=counts))
    lines += _files(report)
    lines += ["  " + say("alarm: {alarm}", alarm=said(alarm)) for alarm in report.alarms]
    lines += [
        "  " + say("failed: {where}: {message}", where=failure.where, message=failure.message)
        for failure in report.failures
    ]
    if report.failed > len(report.failures):
        more = report.failed - len(report.failures)
        lines.append("  " + say("… and {n} more: the table `failures` has them all", n=more))
    if report.warnings:
        names = ", ".join(f"{name} {n}" for name, n in sorted(report.warnings.items()))
        lines.append(say("warnings: {names}", names=names))
    return lines


SHOWN_FILES = 20
"""Maximum number of lines about single files in a summary; the report has all."""


def _files(report: RunReport) -> list[str]:
    """Return the lines about imported files that another program saved, and about files that were not read."""
    lines = [say("{path}: read as {form}", path=path, form=form) for path, form in report.opened.items()]
    lines = [
        *lines[:SHOWN_FILES],
        *[say("… and {n} more", n=len(lines) - SHOWN_FILES)] * (len(lines) > SHOWN_FILES),
    ]
    if report.left_out:
        counts = ", ".join(f"{n} {why}" for why, n in sorted(report.left_out.items()))
        lines.append(say("records of WARC files left out: {counts}", counts=counts))
    skipped = [say("{path}: {why}", path=path, why=said(why)) for path, why in report.skipped.items()]
    if skipped:
        lines.append(say("{n} files and folders were not read:", n=len(skipped)))
        lines += skipped[:SHOWN_FILES]
        lines += [say("… and {n} more", n=len(skipped) - SHOWN_FILES)] * (len(skipped) > SHOWN_FILES)
    return ["  " + line for line in lines]
