"""The last runs of an archive, from the table `runs`: when each ran, how it ended, and what it did."""

from dataclasses import dataclass

import orjson
from sqlite_utils import Database

from kepu.beijing_time import beijing_minute
from kepu.messages import Text, said, say, table


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run: a crawl, an import, a rebuild or a restore."""

    id: int
    """Number of the run; larger numbers are later."""
    spider: str
    """What ran: channel (a crawl), dump (an import), restore …"""
    mode: str | None
    """Mode of a crawl: refresh, backfill or recheck."""
    started_at: str
    """When it began, ISO 8601 in UTC."""
    finished_at: str | None
    """When it ended, ISO 8601 in UTC; None if the run was killed or is still running."""
    outcome: str | None
    """How it ended, in a word."""
    status: int | None
    """Exit status of its command; None if it was killed or is still running."""
    requests: int
    """Number of requests that were sent."""
    new: int
    """Number of new articles."""
    changed: int
    """Number of articles that changed."""
    failed: int
    """Number of pages or files without an article."""
    alarms: list[str]
    """Warnings that the site may have changed a template."""


COLUMNS = (
    Text("run"), Text("kind"), Text("start"), Text("end"), Text("outcome"), Text("status"), Text("requests"),
    Text("new"), Text("changed"), Text("failed"), Text("alarms"),
)  # fmt: skip
"""The names of the printed columns."""

KINDS = {
    "refresh": Text("refresh"),
    "backfill": Text("backfill"),
    "recheck": Text("recheck"),
    "dump": Text("import"),
    "restore": Text("restore"),
}
"""What the table prints for the mode of a crawl, or for what else ran; for any other, its name in the archive."""

OUTCOMES = {
    "": Text("killed, or still running"),
    "finished": Text("finished"),
    "nothing_new": Text("nothing new"),
    "budget": Text("budget reached"),
    "degraded": Text("degraded"),
    "refused": Text("refused"),
    "disk_full": Text("disk full"),
    "shutdown": Text("interrupted"),
    "failed": Text("failed"),
    "restored": Text("restored"),
}
"""What the table prints for each outcome; for any other, its name in the archive."""

_LAST = """
SELECT id, coalesce(spider, '?'), mode, started_at, finished_at, outcome, status,
       coalesce(report ->> '$.requests', requests), coalesce(report ->> '$.new', 0),
       coalesce(report ->> '$.changed', 0), coalesce(report ->> '$.failed', 0), report -> '$.alarms'
FROM runs ORDER BY id DESC LIMIT ?
"""


def last_runs(db: Database, limit: int) -> list[ListedRun]:
    """Return the last runs, at most `limit` (0: all), the latest first."""
    rows = db.execute(_LAST, (limit or -1,))
    return [ListedRun(*(*row[:-1], orjson.loads(row[-1] or "[]"))) for row in rows]


def lines(runs: list[ListedRun]) -> list[str]:
    """Return a table of runs for people, times in Beijing time; the alarms of a run are below it."""
    rows = [[said(name) for name in COLUMNS]]
    below: list[list[str]] = [[]]
    for run in runs:
        counts = (run.requests, run.new, run.changed, run.failed, len(run.alarms))
        rows.append(
            [
                str(run.id),
                said(KINDS.get(run.mode or run.spider, Text(run.mode or run.spider))),
                beijing_minute(run.started_at),
                beijing_minute(run.finished_at),
                said(OUTCOMES.get(run.outcome or "", Text(run.outcome or ""))),
                "" if run.status is None else str(run.status),
                *map(str, counts),
            ]
        )
        below.append(["  " + say("alarm: {alarm}", alarm=said(alarm)) for alarm in run.alarms])
    printed = []
    for line, further in zip(table(rows, _IS_NUMBER), below, strict=True):
        printed += [line, *further]
    return printed


_IS_NUMBER = [name not in ("kind", "start", "end", "outcome") for name in COLUMNS]
