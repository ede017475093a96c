"""Report the progress of all shards from the files in the shared folder, and fetch their archives from there."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from crawler import metrics
from crawler.run_report import Failure, RunReport
from crawler.shards import lease, round_archive
from crawler.shards.round_archive import GOES_ON, Base
from crawler.shards.shared_folder import SharedFolder
from kepu.messages import COMMA, Text, joined, said, say


@dataclass(slots=True)
class ShardStatus:
    """The progress of a shard."""

    shard: int
    """Number of the shard."""
    doing: str
    """`crawling`, `waiting` (another round follows), `done` or `failed`."""
    holder: str | None
    """The process that crawls it or crawled it last."""
    round: int
    """Number of the last published round; 0: none."""
    articles: int | None
    """Number of articles in its archive; None before the first published round."""
    requests: int
    """Number of requests of the last round."""
    left: int | None
    """Number of URLs that still wait for a request; None before the first published round."""
    alarms: list[str]
    """Alarms of the last round."""
    age: float | None
    """Seconds since the last round was published; None if there is none."""
    message: str | None
    """Why the last round failed or ended early; None if there is nothing to say."""
    kept: list[str]
    """Paths of archives whose round was not published; `kepu merge` can add them."""
    report: dict[str, Any]
    """The complete report of the last published round; empty if there is none."""


def read(folder: SharedFolder) -> list[ShardStatus]:
    """Return the progress of each shard in a shared folder, in the order of their numbers. Raises Away."""
    return [_of(folder, number) for number in numbers(folder)]


def numbers(folder: SharedFolder) -> list[int]:
    """Return the numbers of the shards that have had at least one round."""
    count = round_archive.count_shards(folder)
    return [n for n in range(count) if lease.last_number(folder, round_archive.key_of(n))]


def _of(folder: SharedFolder, number: int) -> ShardStatus:
    key = round_archive.key_of(number)
    base, last = Base.of(folder, key), lease.last_number(folder, key)
    end = lease.end_of(folder, key, last)
    report = base.body.get("report", {})
    return ShardStatus(
        shard=number,
        doing=_doing(end, report),
        holder=lease.holder_of(folder, key, last),
        round=base.number,
        articles=report.get("articles"),
        requests=report.get("requests", 0),
        left=report.get("left"),
        alarms=report.get("alarms", []),
        age=max(0.0, time.time() - base.body["at"]) if base.number else None,
        message=(end or {}).get("message") or report.get("message"),
        kept=_kept(folder, key),
        report=report,
    )


def _doing(end: dict[str, Any] | None, report: dict[str, Any]) -> str:
    if end is None:
        return Text("crawling")
    if end["state"] != "published":
        return Text("failed")
    return Text("waiting") if report["outcome"] in GOES_ON else Text("done")


def _kept(folder: SharedFolder, key: str) -> list[str]:
    import orjson

    bodies = (folder.read(f"{key}/kept/{name}") for name in folder.names(f"{key}/kept"))
    return [orjson.loads(body)["archive"] for body in bodies if body]


def line(one: ShardStatus) -> str:
    """Return a shard's progress as one line for people."""
    parts = [
        say("shard {n}: {doing}", n=one.shard, doing=say(one.doing)),
        say("{n} articles", n=one.articles or 0),
        say("{n} requests in its last round", n=one.requests),
        say("{n} URLs left", n=one.left or 0),
        say("{n} alarms", n=len(one.alarms)),
        say("last round {seconds:.0f} s ago", seconds=one.age)
        if one.age is not None
        else say("no round yet"),
    ]
    if one.doing == "failed" and one.message:
        parts.append(said(one.message))
    parts += [say("kept: {archive}", archive=archive) for archive in one.kept]
    return said(joined(parts, COMMA))


def write_metrics(found: list[ShardStatus], path: Path) -> None:
    """Write the metrics of the last rounds of all shards to a file: see crawler/metrics.py."""
    names = {each.name for each in fields(RunReport)}
    reports = []
    for one in found:
        facts = {name: value for name, value in one.report.items() if name in names}
        if facts:
            facts["failures"] = [Failure(**each) for each in facts.get("failures", [])]
            reports.append(RunReport(**facts))
    metrics.write(reports, path)


def fetch_all(folder: SharedFolder, out: Path, *, captures: bool) -> Iterator[Path]:
    """Copy the last published archive of each shard to `out/shard-0003/kepu.db`; yield each path.

    With `captures`, its WARC files are copied too. A shard without a published round is left out. Raises Away, and
    Damaged for a database that has changed in the shared folder.
    """
    for number in numbers(folder):
        key = round_archive.key_of(number)
        base = Base.of(folder, key)
        if not base.number:
            continue
        database = out / key / round_archive.NAME
        database.parent.mkdir(parents=True, exist_ok=True)
        if captures:
            round_archive.fetch_captures(folder, base.body, database)
        round_archive.fetch_database(folder, base.body, database)
        yield database
