"""Fixtures for crawls: each test has a replica and an archive of its own, and can read the server's log."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

import demo
from tests.fork_server import Popen, run_program
from tests.made_once import made_once

KEPU = Path(sys.executable).with_name("kepu")
FIRST_DAY = "2026-11-20T15:00:00Z"
"""Time at which the first crawl begins that fills the archive of `trial(crawled=True)`."""


class Trial:
    """A replica, and an archive that is filled by crawling it."""

    def __init__(self, replica: demo.RunningReplica, folder: Path) -> None:
        self.replica = replica
        self.db = folder / "kepu.db"
        self.report_path = folder / "report.json"
        self.at = 0

    def command(self, *flags: str, **environment: str) -> tuple[list[str], dict[str, str]]:
        """Return the command of a crawl and its environment."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.lower().endswith("_proxy") and not k.startswith("KEPU_")
        }
        kept |= {"http_proxy": self.replica.proxy_url, "KEPU_DELAY_SCALE": "0"} | environment
        return [str(KEPU), "crawl", "--db", str(self.db), "--report", str(self.report_path), *flags], kept

    def crawl(self, *flags: str, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a crawl to its end."""
        command, kept = self.command(*flags, **environment)
        self.at = len(self.replica.log())
        return run_program(command, env=kept, capture_output=True, text=True, timeout=timeout, check=False)

    def begin(self, *flags: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a crawl, and return its process."""
        command, kept = self.command(*flags, **environment)
        self.at = len(self.replica.log())
        return Popen(
            command,
            env=kept,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(
                signal.SIGHUP, signal.SIG_DFL
            ),  # also where the tests run under nohup
        )

    @property
    def log(self) -> list[dict[str, Any]]:
        """The requests since the last crawl began."""
        return list(self.replica.log()[self.at :])

    @property
    def paths(self) -> list[str]:
        """The paths of these requests, without robots.txt."""
        return [line["path"] for line in self.log if line["path"] != "/robots.txt"]

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report of the last crawl."""
        return dict(orjson.loads(self.report_path.read_bytes()))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the archive."""
        db = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()

    def ids(self) -> set[str]:
        """Return the ids of the articles in the archive."""
        return {row[0] for row in self.rows("SELECT id FROM articles")}

    def articles(self) -> list[tuple[Any, ...]]:
        """Return the rows of the articles, without times, runs, and where they were first found."""
        volatile = {"provenance", "revision", "appearances", "record_sha256", "seq"}
        names = [row[1] for row in self.rows("PRAGMA table_info(articles)") if row[1] not in volatile]
        return self.rows(f"SELECT {', '.join(names)} FROM articles ORDER BY id")


@pytest.fixture(scope="session")
def first_crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the archive of a crawl of the replica's first day; tests copy it."""

    def crawl(folder: Path) -> None:
        with demo.running_replica(start=Popen) as replica:
            done = Trial(replica, folder).crawl(KEPU_CLOCK=FIRST_DAY)
        assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "first-crawl", crawl)


@pytest.fixture
def trial(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Trial]]:
    """Return a function that creates trials; with `crawled=True`, they start with the archive of a first crawl."""
    with ExitStack() as stack:

        def make(*, crawled: bool = False, **options: Any) -> Trial:
            folder = tmp_path / f"trial{len(list(tmp_path.iterdir()))}"
            if crawled:
                shutil.copytree(request.getfixturevalue("first_crawl"), folder)
            else:
                folder.mkdir()
            return Trial(stack.enter_context(demo.running_replica(start=Popen, **options)), folder)

        yield make


@pytest.fixture(scope="session")
def all_ids() -> set[str]:
    """Return the ids of all the articles of the replica's first day."""
    return {story.id for story in demo.articles()}
