"""Distribute rounds to workers by Dask: each task runs one round, in a process of its own that ends with its worker.

Only this module uses Dask, and imports it when a run begins.
"""

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from archive.batch import executors
from crawler.shards import handshake
from crawler.shards.round_archive import GOES_ON, key_of
from crawler.shards.shard_round import Outcome, Round
from kepu.errors import ArchiveError
from kepu.messages import Text

ALLOWED_FAILURES = 20
"""Number of workers that may die during one round before Dask gives it up and this command submits it again."""

WORKER_TTL = "2 minutes"
"""Time without a sign of life after which Dask gives a worker's rounds to another one."""

HEARTBEAT_SECONDS = 10.0
"""Seconds between two signs of life of a worker of a cluster that this command starts. Dask's default for few workers
is half a second. A worker that dies closes its connection, which is noticed at once.
"""

QUIET = {
    "distributed.admin.system-monitor.interval": "60s",
    "distributed.admin.tick.interval": "10s",
    "distributed.admin.tick.limit": "120s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.terminate": False,
    "distributed.worker.profile.enabled": False,
}
"""Settings of Dask for a cluster that this command starts: a round runs for minutes in a process of its own, so the
workers need no profiler and no memory monitor. With Dask's defaults, four waiting workers take .16 s of CPU per second,
with these and HEARTBEAT_SECONDS .006 s.
"""

TRIES = 8
"""Number of consecutive failed rounds after which a shard is given up."""

POLL_SECONDS = 0.25
"""Seconds between two checks of what the workers have finished."""


class NoScheduler(ArchiveError):
    """No scheduler responds, or it has no usable workers."""

    code = "unreachable"


@dataclass(slots=True)
class Progress:
    """The progress of a shard."""

    round_: Round
    """The instructions for its rounds."""
    rounds: int = 0
    """Number of published rounds."""
    kept: int = 0
    """Number of articles that its rounds found new or changed, or as duplicates."""
    failures: int = 0
    """Number of consecutive failures."""
    last: Outcome | None = None
    """The outcome of its last round; None before the first."""
    future: Any = None
    """Dask's future of the round in progress; None if no round is submitted."""
    ended: str | None = None
    """Why it gets no more rounds: `done` or `given up`; None while it gets some."""
    avoided: set[str] = field(default_factory=set)
    """Workers that could not run its rounds."""


Tell = Callable[[Outcome | Text], object]
"""Called with each outcome, and with messages about the scheduler and the workers."""


# --- on a worker -------------------------------------------------------------------------------------------


def do_round(version: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Run a round in a process of its own; return its outcome as a dict, with the address of the `worker`.

    `version` is that of the command, and `facts` are the fields of a Round. Raises OtherVersion, or RuntimeError if the
    process died.
    """
    handshake.check(version)
    facts = facts | {"parent": os.getpid()}
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.shards.shard_round"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        out, errors = process.communicate(orjson.dumps(facts))
    finally:
        process.kill()
    if process.returncode or not out.strip():
        last_lines = errors.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise RuntimeError(f"the round ended with status {process.returncode}: {last_lines[0]}")
    outcome: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return outcome | {"worker": _address()}


def _address() -> str:
    """Return the address of the worker that this runs on."""
    return str(importlib.import_module("distributed").get_worker().address)


# --- the command -------------------------------------------------------------------------------------------


def run(
    rounds: list[Round],
    *,
    workers: int,
    scheduler: str | None,
    patience: float,
    tell: Tell,
    may_go_on: Callable[[], bool] = lambda: True,
) -> list[Progress]:
    """Submit rounds until every shard has completed its crawl or is given up; return the progress of each.

    If the scheduler is lost, wait for it up to `patience` seconds, then submit all unfinished rounds again. Raises
    NoScheduler if there is none at the start, or none any more. Raises ArchiveError if no worker has the version of
    this command. `may_go_on` is called regularly; False ends the run with an ArchiveError.
    """
    shards = [Progress(round_) for round_ in rounds]
    lost_at: float | None = None
    while any(one.ended is None for one in shards):
        try:
            with _client(workers, scheduler) as client:
                if lost_at is not None:
                    tell(Text("the scheduler is back; unfinished rounds are submitted again"))
                lost_at = None
                _hand_out(client, shards, tell, may_go_on)
        except _Lost:
            lost_at = time.monotonic()
            tell(Text("the connection to the scheduler is lost; waiting for it"))
        except NoScheduler:
            if lost_at is None or time.monotonic() - lost_at > patience:
                raise
            time.sleep(1)
    return shards


class _Lost(Exception):
    """The scheduler went away."""


@contextmanager
def _connected() -> Iterator[None]:
    """Raise _Lost if the connection to the scheduler breaks in the block, for which Dask raises an OSError."""
    try:
        yield
    except OSError as error:
        raise _Lost from error


def _hand_out(client: Any, shards: list[Progress], tell: Tell, may_go_on: Callable[[], bool]) -> None:
    """Submit rounds until all shards have ended. Raises _Lost if the scheduler goes away."""
    version = handshake.own_version()
    refused = _refused(client, version, tell)
    try:
        while waiting := [one for one in shards if one.ended is None]:
            if not may_go_on():
                raise ArchiveError("another kepu shards run has taken over: this one ends.")
            if client.status != "running":
                raise _Lost
            for one in waiting:
                if one.future is None:
                    one.future = _submit(client, one, version, refused)
                elif one.future.status != "pending":
                    _look_at(client, one, tell, refused)
            time.sleep(POLL_SECONDS)
    finally:
        for one in shards:
            one.future = None


def _refused(client: Any, version: str, tell: Tell) -> set[str]:
    """Return the addresses of the workers that run another version. Raises ArchiveError if all do."""
    with _connected():
        answers = client.run(handshake.own_version, on_error="return")
    # A worker that died meanwhile answers with the error of its connection.
    answers = {address: answer for address, answer in answers.items() if not isinstance(answer, OSError)}
    refused = {address for address, answer in answers.items() if answer != version}
    for address in sorted(refused):
        there = answers[address] if isinstance(answers[address], str) else type(answers[address]).__name__
        tell(
            Text(
                "worker {address} gets no rounds: it runs version {there}, and this command {asked}",
                address=address,
                there=there,
                asked=version,
            )
        )
    if answers and len(refused) == len(answers):
        raise ArchiveError(
            "no worker runs version {asked} of kepu-archive; install it there.",
            asked=version,
        )
    return refused


def _submit(client: Any, one: Progress, version: str, refused: set[str]) -> Any:
    """Submit the next round of a shard to workers that may run it."""
    with _connected():
        known = set(client.scheduler_info(n_workers=-1)["workers"])
        fitting = known - refused - one.avoided or known - refused
        return client.submit(
            do_round,
            version,
            asdict(one.round_),
            key=f"{_key(one)}-{os.urandom(4).hex()}",
            pure=False,
            workers=sorted(fitting) if fitting != known else None,
            allow_other_workers=False,
        )


def _key(one: Progress) -> str:
    return f"{key_of(one.round_.shard)}-round"


def _look_at(client: Any, one: Progress, tell: Tell, refused: set[str]) -> None:
    """Process the result of a round, and decide whether another one follows."""
    future, one.future = one.future, None
    if future.status in {"cancelled", "lost"}:
        if client.status != "running":
            raise _Lost
        return
    if future.status == "error":
        with _connected():
            error = future.exception()
        if isinstance(error, handshake.OtherVersion):
            refused |= _refused(client, handshake.own_version(), tell)
            return
        outcome = Outcome(one.round_.shard, "failed", f"{type(error).__name__}: {error}")
    else:
        with _connected():
            facts = future.result()
        worker = facts.pop("worker")
        outcome = Outcome(**facts)
        if outcome.state == "disk_full":
            one.avoided.add(worker)
    one.last = outcome
    tell(outcome)
    _decide(one)


def _decide(one: Progress) -> None:
    """Decide after an outcome whether the shard gets another round."""
    outcome = one.last
    assert outcome is not None
    if outcome.state != "published":
        one.failures += 1
        if one.failures >= TRIES or outcome.state in {"away", "usage"}:
            one.ended = "given up"
        return
    one.rounds += 1
    one.failures = 0
    one.kept += sum(outcome.report.get(name, 0) for name in ("new", "changed", "duplicate"))
    if outcome.report.get("outcome") not in GOES_ON:
        one.ended = "done"


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    """Yield a client: of the given scheduler, or of a new one with `workers` workers on this machine."""
    distributed = executors.load_distributed("kepu shards run")
    importlib.import_module("dask").config.set(
        QUIET
        | {
            "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
            "distributed.scheduler.worker-ttl": WORKER_TTL,
            "distributed.comm.retry.count": 3,
        }
    )
    if scheduler is None:
        # Dask has no setting for it. The scheduler is in this process, and tells its workers.
        schedulers: Any = importlib.import_module("distributed.scheduler")
        schedulers.heartbeat_interval = _seconds_between_heartbeats
    with executors.dask_client(distributed, workers, scheduler, NoScheduler) as client:
        yield client


def _seconds_between_heartbeats(workers: int) -> float:
    """Return the interval for a number of workers, at most one heartbeat per second in all."""
    return max(HEARTBEAT_SECONDS, float(workers))
