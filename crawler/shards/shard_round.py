"""Run one round of a shard: fetch its archive from the shared folder, crawl with a budget, and publish the archive.

    python -m crawler.shards.shard_round      reads a Round as JSON from standard input, prints its Outcome as JSON

The process ends with the one that started it. If it is killed, the next round resumes from the last published one.
"""

import os
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from archive.recheck_times import format_time
from crawler.shards import round_archive
from crawler.shards.die_with_parent import die_with_parent
from crawler.shards.lease import GRACE, SECONDS, Lease, claim, now
from crawler.shards.plan_checks import check_moved, hosts_in
from crawler.shards.shared_folder import Away, SharedFolder, opened
from kepu.errors import ArchiveError

RETRY_SECONDS = 5.0
"""Seconds between two attempts to reach a shared folder that is unreachable."""


@dataclass(frozen=True, slots=True)
class Round:
    """The complete instructions for a round, so that a worker needs no file of the plan."""

    to: str
    """Address of the shared folder."""
    shard: int
    """Number of the shard."""
    plan: str
    """The path of the plan, for messages."""
    channels: dict[str, str]
    """Map a file name for each channel file to its TOML."""
    hosts: list[str]
    """All hosts of the shard."""
    shard_of: dict[str, int]
    """Map each host of the plan to its shard."""
    work: str
    """Folder for archives in progress, on the worker's own disk."""
    budget: str = "30m"
    """Budget of one round, as in `kepu crawl --budget`."""
    contact: str | None = None
    """Contact in the User-Agent, or None."""
    single_scheduler: bool = False
    """Whether only one scheduler distributes rounds (see shared_folder.opened)."""
    lease_seconds: float = SECONDS
    """Seconds after which the lease ends if it is not renewed."""
    grace_seconds: float = GRACE
    """Further seconds until a successor takes over."""
    patience: float = 600.0
    """Seconds to wait for a shared folder that is unreachable."""
    parent: int = 0
    """Number of the process with which the round must end; 0: none."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Scrapy settings of the crawl."""


@dataclass(slots=True)
class Outcome:
    """The result of a round, as the worker reports it."""

    shard: int
    """Number of the shard."""
    state: str
    """published: the archive was pushed to the shared folder; lost: a successor took the shard over; away: the shared
    folder is unreachable; locked: another process writes the archive; disk_full: the disk is full; failed, or the code
    of another ArchiveError: see `message`.
    """
    message: str | None = None
    """Why the round failed or ended early, as a sentence; None if there is nothing to say."""
    archive: str | None = None
    """Path of the archive if it is not published."""
    report: dict[str, Any] = field(default_factory=dict)
    """The report of the crawl."""
    number: int = 0
    """Number of the lease, from 1; 0 if the round got none."""
    machine: str = ""
    """Name of the machine that ran it."""


def main() -> None:
    """Run the round that standard input describes, and print its outcome."""
    round_ = Round(**orjson.loads(sys.stdin.buffer.read()))
    if round_.parent:
        die_with_parent(round_.parent)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # other output must not mix with the outcome
    outcome = do_round(round_)
    out.write(orjson.dumps(asdict(outcome)) + b"\n")
    out.flush()


def do_round(round_: Round) -> Outcome:
    """Crawl one shard under a lease in the shared folder, publish its archive, and return the outcome.

    Every ArchiveError becomes an outcome.
    """
    outcome = Outcome(round_.shard, "failed", machine=socket.gethostname())
    key = round_archive.key_of(round_.shard)
    try:
        folder = _waiting(
            lambda: opened(round_.to, single_scheduler=round_.single_scheduler), round_.patience
        )
        lease = claim(
            folder, key, seconds=round_.lease_seconds, grace=round_.grace_seconds, patience=round_.patience
        )
    except ArchiveError as error:
        outcome.state = "away" if isinstance(error, Away) else error.code
        outcome.message = str(error)
        return outcome
    outcome.number = lease.number
    try:
        _crawl_and_publish(round_, folder, key, lease, outcome)
    except ArchiveError as error:
        outcome.state = "away" if isinstance(error, Away) else error.code
        outcome.message = str(error)
        _end_failed(lease, outcome)
    finally:
        lease.close()
    return outcome


def _end_failed(lease: Lease, outcome: Outcome) -> None:
    """End the lease at once, so that the next round need not wait until it expires, if the folder can be reached."""
    try:
        lease.end({"state": "failed", "message": outcome.message, "machine": outcome.machine})
    except ArchiveError:
        return


def _crawl_and_publish(round_: Round, folder: SharedFolder, key: str, lease: Lease, outcome: Outcome) -> None:
    from crawler.crawl_and_doctor import CommandOptions, crawl

    database, base = round_archive.prepare(folder, key, lease.number, Path(round_.work))
    outcome.archive = round_archive.here(database)
    if database.exists():
        where = f"{key} of {folder.address}"
        check_moved(Path(round_.plan), round_.shard_of, round_.shard, hosts_in(database), where)
    is_elsewhere = base.number > 0 and base.body["machine"] != outcome.machine
    if lease.before is not None or is_elsewhere:
        round_archive.inherit(database, round_.hosts, lease.before)
    report = crawl(
        CommandOptions(
            database,
            _channel_files(round_, database.parent),
            round_.contact,
            {"budget": round_.budget},
            quiet=True,
            shard=round_.shard,
            settings={"KEPU_LEASE": lease} | round_.settings,
        )
    )
    assert report is not None
    report.finished_at = report.finished_at or format_time(datetime.now(UTC))
    outcome.report = report.as_dict() | {"status": int(report.status)}
    outcome.message = report.message
    if report.outcome in {"disk_full", "locked"}:
        outcome.state = report.outcome
        _end_failed(lease, outcome)
        return
    body = {"state": "published", "machine": outcome.machine, "at": time.time(), "report": outcome.report}
    body |= {"hosts": round_.hosts, "base": base.number, "plan": round_.plan}
    body |= _waiting(lambda: round_archive.push(folder, key, lease.number, database, base), round_.patience)
    if _waiting(lambda: lease.end(body), round_.patience):
        outcome.state, outcome.archive = "published", None
        round_archive.after_publishing(folder, key, database, body, base)
    else:
        state = {"number": lease.number, "base": base.number, "published": False}
        outcome.archive = round_archive.keep(folder, key, database.parent, state)
        outcome.state = "lost"


def _waiting(work: Any, patience: float) -> Any:
    """Return the result of `work()`; retry while the shared folder is unreachable, for at most `patience` seconds.

    Raises Away after that.
    """
    give_up = now() + patience
    while True:
        try:
            return work()
        except Away:
            if now() >= give_up:
                raise
            time.sleep(min(RETRY_SECONDS, max(0.1, patience / 20)))


def _channel_files(round_: Round, folder: Path) -> list[str]:
    """Write the channel files into a folder; return their paths."""
    there = folder / "channels"
    there.mkdir(exist_ok=True)
    for name, text in round_.channels.items():
        (there / name).write_text(text, encoding="utf-8")
    return [str(there / name) for name in round_.channels]


if __name__ == "__main__":
    main()
