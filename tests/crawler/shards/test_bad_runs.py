"""Failures of a run of shards are each reported in one line, and neither data nor leases are left behind."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.batch import executors
from crawler.shards import dask_rounds, handshake, run_plan, shard_plan, shard_round
from crawler.shards.dask_rounds import NoScheduler, Progress
from crawler.shards.lease import claim
from crawler.shards.round_archive import key_of
from crawler.shards.shard_plan import ShardPlan, WrongPlan
from crawler.shards.shard_round import Outcome, Round
from crawler.shards.shared_folder import opened
from demo.spread import write_channels
from kepu.errors import ArchiveError
from tests.conftest import alone


@pytest.fixture
def plan(tmp_path: Path) -> ShardPlan:
    files = [str(path) for path in write_channels(tmp_path / "channels", 6)]
    shard_plan.make(files, 2, tmp_path / "plan.toml")
    return shard_plan.read(tmp_path / "plan.toml")


def options(tmp_path: Path, **more: Any) -> run_plan.Options:
    return run_plan.Options(
        to=str(tmp_path / "to"),
        work=tmp_path / "work",
        lease_seconds=0.5,
        grace_seconds=0.1,
        patience=0.3,
        **more,
    )


def a_round(plan: ShardPlan, tmp_path: Path, **more: Any) -> Round:
    made = run_plan._round(plan, plan.shard_of(), 0, options(tmp_path))
    return Round(**asdict(made) | more)


def is_one_line(text: str | None) -> bool:
    return bool(text) and "\n" not in str(text) and "Traceback" not in str(text)


def test_an_unreachable_scheduler_is_reported_and_no_lease_is_left(
    plan: ShardPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 1)
    for _ in range(2):  # the second run is not refused because of the first
        with pytest.raises(NoScheduler, match=r"tcp://127\.0\.0\.1:9") as caught:
            run_plan.run(plan, options(tmp_path, scheduler="tcp://127.0.0.1:9"), tell=lambda _: None)
        assert is_one_line(str(caught.value))


class OtherClient:
    """A fake of Dask's client: workers with versions, and the rounds that are submitted to them."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.versions, self.status, self.handed_out = versions, "running", list[Any]()

    def run(self, *_: Any, **__: Any) -> dict[str, str]:
        return self.versions

    def scheduler_info(self, **_: Any) -> dict[str, Any]:
        return {"workers": self.versions}

    def submit(self, *_: Any, workers: list[str] | None, **__: Any) -> None:
        self.handed_out.append(workers)


def test_workers_of_another_version_get_no_rounds(plan: ShardPlan, tmp_path: Path) -> None:
    own = handshake.own_version()
    mixed, told = OtherClient({"one": own, "two": "0.0.9, schema 3"}), list[str]()
    refused = dask_rounds._refused(mixed, own, lambda said: told.append(str(said)))
    assert refused == {"two"}
    assert len(told) == 1
    assert "two gets no rounds: it runs version 0.0.9, schema 3, and this command " in told[0]
    dask_rounds._submit(mixed, Progress(a_round(plan, tmp_path)), own, refused)
    assert mixed.handed_out == [["one"]]
    with pytest.raises(ArchiveError, match="no worker runs version") as caught:
        dask_rounds._refused(OtherClient({"two": "0.0.9, schema 3"}), own, lambda _: None)
    assert is_one_line(str(caught.value))
    with pytest.raises(handshake.OtherVersion):
        dask_rounds.do_round("0.0.9, schema 3", {})


def test_after_a_round_on_a_full_disk_the_next_goes_to_another_worker(
    plan: ShardPlan, tmp_path: Path, tmpfs: Callable[[str], Path]
) -> None:
    work = tmpfs("64k")
    opened(str(tmp_path / "to"), new=True)
    done = subprocess.run(
        [sys.executable, "-m", "crawler.shards.shard_round"],
        input=orjson.dumps(asdict(a_round(plan, tmp_path, work=str(work)))), capture_output=True, env=alone(),
        check=False,
    )  # fmt: skip
    outcome = Outcome(**orjson.loads(done.stdout.splitlines()[-1]))
    assert outcome.state == "disk_full", done.stderr.decode()
    assert is_one_line(outcome.message)

    class Done:
        status = "finished"

        def result(self) -> dict[str, Any]:
            return asdict(outcome) | {"worker": "one"}

    client, one = OtherClient({"one": "", "two": ""}), Progress(a_round(plan, tmp_path))
    one.future = Done()
    dask_rounds._look_at(client, one, lambda _: None, set())
    dask_rounds._submit(client, one, "", set())
    assert one.ended is None
    assert client.handed_out == [["two"]]


def test_an_unreachable_folder_is_awaited_and_then_given_up(plan: ShardPlan, tmp_path: Path) -> None:
    there, aside = tmp_path / "to", tmp_path / "aside"
    opened(str(there), new=True)
    there.rename(aside)
    outcome = shard_round.do_round(a_round(plan, tmp_path))
    assert outcome.state == "away"
    assert is_one_line(outcome.message)
    assert str(there) in str(outcome.message)
    back = threading.Timer(0.4, lambda: aside.rename(there))
    back.start()
    began = time.monotonic()
    shard_round._waiting(lambda: opened(str(there)), patience=10)
    assert time.monotonic() - began > 0.3
    back.join()


def test_a_plan_that_has_moved_a_host_is_refused(plan: ShardPlan, tmp_path: Path) -> None:
    folder = opened(str(tmp_path / "to"), new=True)
    moved = plan.of_shard(1)[0].hosts[0]
    lease = claim(folder, key_of(0), seconds=0.5, grace=0.1, patience=1)
    lease.end({"state": "published", "machine": "m", "hosts": [moved], "plan": str(plan.path), "base": 0})
    with pytest.raises(WrongPlan, match=f"the plan changed: {moved} is in shard 1") as caught:
        run_plan.run(plan, options(tmp_path), tell=lambda _: None)
    assert is_one_line(str(caught.value))


class DyingClient:
    """A client whose scheduler dies while it is asked which versions the workers have."""

    status = "running"

    def run(self, *_: Any, **__: Any) -> dict[str, str]:
        raise OSError("Stream is closed")


def test_a_scheduler_that_dies_while_it_is_asked_is_waited_for(
    plan: ShardPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = iter([DyingClient()])

    @contextmanager
    def client(*_: object) -> Iterator[Any]:
        found = next(clients, None)
        if found is None:
            raise NoScheduler("no scheduler answers")
        yield found

    monkeypatch.setattr(dask_rounds, "_client", client)
    said: list[str] = []
    with pytest.raises(NoScheduler):
        dask_rounds.run(
            [a_round(plan, tmp_path)],
            workers=1,
            scheduler="tcp://127.0.0.1:1",
            patience=0.0,
            tell=lambda what: said.append(str(what)),
        )
    assert said == ["the connection to the scheduler is lost; waiting for it"]


def test_a_worker_that_dies_while_it_is_asked_is_not_refused() -> None:
    class Client:
        def run(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {"tcp://a": OSError("Stream is closed"), "tcp://b": "0.0.1, schema 1", "tcp://c": "1"}

    said: list[str] = []
    assert dask_rounds._refused(Client(), "1", lambda what: said.append(str(what))) == {"tcp://b"}
    assert len(said) == 1
