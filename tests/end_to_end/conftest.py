"""Fixtures: a crawl of the replica, which runs once and is used by many tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import demo
from tests.fork_server import Popen


@pytest.fixture(scope="session")
def replica() -> Iterator[demo.RunningReplica]:
    """Yield a running replica of the hand-written articles."""
    with demo.running_replica(start=Popen) as running:
        yield running


@pytest.fixture(scope="session")
def crawled(
    tmp_path_factory: pytest.TempPathFactory,
    replica: demo.RunningReplica,
    run: Callable[..., Any],
    read_jsonl: Callable[[Path], dict[str, Any]],
) -> SimpleNamespace:
    """Return the results of `kepu crawl` of the replica in an empty folder, and the requests in the server's log."""
    database = tmp_path_factory.mktemp("crawled") / "kepu.db"
    before = len(replica.log())
    result = run("kepu", "crawl", "--db", database, "--contact", "tests@example.org", proxy=replica.proxy_url)
    assert result.returncode == 0, result.stderr
    return SimpleNamespace(
        database=database, result=result, log=replica.log()[before:], records=read_jsonl(database)
    )
