"""A sharded crawl of a spread replica, with processes that can be killed, and functions to check its results."""

import sqlite3
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

import demo
from demo.spread import write_channels
from tests.conftest import alone
from tests.fork_server import Popen, run_program

DELAY = 0.12
"""Seconds between two requests to a host: the Crawl-delay in robots.txt times the scale."""
SCALE = 0.001
LEASE, GRACE = 1.5, 0.6
KEPU = str(Path(sys.executable).with_name("kepu"))
DASK = str(Path(sys.executable).with_name("dask"))


@dataclass
class ShardCluster:
    """A plan, a shared folder, and the processes that crawl it."""

    folder: Path
    replica: demo.RunningReplica
    hosts: int
    shards: int
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        files = [str(path) for path in write_channels(self.folder / "channels", self.hosts)]
        made = run_program(
            [KEPU, "shards", "plan", *files, "--shards", str(self.shards), "--out", str(self.plan)],
            env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr

    @property
    def plan(self) -> Path:
        return self.folder / "plan.toml"

    @property
    def to(self) -> Path:
        return self.folder / "to"

    def environment(self) -> dict[str, str]:
        here = {"KEPU_DELAY_SCALE": str(SCALE), "HOME": str(self.folder), "KEPU_LOOK_SHARE": "0"}
        here["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "20"
        return alone(self.replica.proxy_url, **here)

    def command(self, *flags: str, budget: str = "40") -> list[str]:
        leases = ["--lease", str(LEASE), "--grace", str(GRACE)]
        return [
            KEPU,
            "shards",
            "run",
            str(self.plan),
            "--to",
            str(self.to),
            "--round",
            budget,
            *leases,
            *flags,
        ]

    def begin(self, command: list[str], log: str) -> "subprocess.Popen[str]":
        with (self.folder / log).open("a") as out:
            process = Popen(command, env=self.environment(), stdout=out, stderr=subprocess.STDOUT, text=True)
        self.processes.append(process)
        return process

    def run(self, *flags: str, budget: str = "40", timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return run_program(
            self.command(*flags, budget=budget), env=self.environment(), capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()
            process.wait()

    # --- processes to kill ----------------------------------------------------------------------------------

    def rounds(self) -> list[psutil.Process]:
        """Return the processes of the rounds in progress."""
        return self._of("crawler.shards.shard_round")

    def _of(self, word: str) -> list[psutil.Process]:
        found = []
        for process in self.processes:
            if process.poll() is None:
                parent = psutil.Process(process.pid)
                for each in (parent, *parent.children(recursive=True)):
                    try:
                        if word in " ".join(each.cmdline()):
                            found.append(each)
                    except psutil.Error:
                        continue
        return found

    def workers(self) -> list[psutil.Process]:
        """Return the processes of Dask's workers: the parents of rounds."""
        found = []
        for each in self.rounds():
            try:
                found.append(each.parent())
            except psutil.Error:
                continue
        return [each for each in found if each is not None]

    # --- results --------------------------------------------------------------------------------------------

    def fetched(self) -> list[Path]:
        done = run_program(
            [KEPU, "shards", "fetch", "--to", str(self.to), str(self.folder / "out")],
            env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [Path(line) for line in done.stdout.splitlines()]

    def articles(self, databases: list[Path] | None = None) -> dict[str, tuple[Any, ...]]:
        """Return the rows of all articles by id, without times, runs and positions of captures."""
        found: dict[str, tuple[Any, ...]] = {}
        for database in self.fetched() if databases is None else databases:
            with sqlite3.connect(database) as conn:
                for row in conn.execute(
                    "SELECT id, url, headline, text, content_sha256, duplicate_of, json(rights), "
                    "json_extract(revision, '$.n') FROM articles"
                ):
                    assert row[0] not in found
                    found[row[0]] = row
        return found

    def requests(self) -> int:
        return len(self.replica.log())

    def least_gap(self) -> tuple[float, str]:
        """Return the shortest time between two requests to one host, by the server's log, and the host."""
        times = defaultdict(list)
        for line in self.replica.log():
            times[line["host"]].append(line["monotonic"])
        return min(
            (later - earlier, host)
            for host, moments in times.items()
            for earlier, later in zip(sorted(moments), sorted(moments)[1:], strict=False)
        )
