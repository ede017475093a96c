"""Leases on a local disk and on S3: there is one holder at a time, and a successor takes over from a dead holder."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from archive.store import Store
from crawler.shards import lease, round_archive
from crawler.shards.lease import Held, HostFacts, claim
from crawler.shards.shared_folder import Away, NotShared, SharedFolder, opened
from tests.waiting import wait_for

SECONDS, GRACE = 0.6, 0.3


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Yield the address of an S3 server on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "test")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("http_proxy", "HTTP_PROXY"):
        patch.delenv(name, raising=False)
    boto3.client("s3").create_bucket(Bucket="shards")
    yield "s3://shards"
    patch.undo()
    server.stop()


@pytest.fixture(params=["local", "s3"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> SharedFolder:
    """Return a shared folder of each kind."""
    if request.param == "local":
        return opened(str(tmp_path / "to"), new=True)
    return opened(f"{request.getfixturevalue('s3')}/{tmp_path.name}", new=True)


def test_only_one_of_many_writers_creates_a_file(folder: SharedFolder) -> None:
    answers: list[bool] = []
    ready = threading.Barrier(8)

    def write(n: int) -> None:
        ready.wait()
        answers.append(folder.create("x/1.json", b"%d" % n))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]
    assert folder.names("x") == ["1.json"]


def test_a_successor_takes_over_only_after_the_lease_has_expired(folder: SharedFolder) -> None:
    first = claim(folder, "shard-0001", seconds=SECONDS, grace=GRACE)
    first.rest("a.example.org", 2e9)
    first.delay("b.example.org", 120.0)
    assert first.holds()
    with pytest.raises(Held, match="held by process"):
        claim(folder, "shard-0001", seconds=SECONDS, grace=GRACE)
    first.close()  # it dies
    last_sign = time.monotonic()
    second = claim(folder, "shard-0001", seconds=SECONDS, grace=GRACE, patience=60)
    assert time.monotonic() - last_sign >= SECONDS
    assert not first.holds()
    assert second.holds()
    assert second.before == HostFacts({"a.example.org": 2e9}, {"b.example.org": 120.0})
    assert not first.end({"state": "published"}), "it is shut out"
    assert second.end({"state": "published"})
    third = claim(folder, "shard-0001", seconds=SECONDS, grace=GRACE)
    assert third.before is None
    assert third.number == 3
    # A holder that dies before its first renewal leaves the host facts of its predecessor.
    third.rest("c.example.org", 3e9)
    time.sleep(0.2)
    third.close()
    assert folder.create("shard-0001/leases/00000004.json", b'{"holder": "somebody", "at": 0}')
    fifth = claim(folder, "shard-0001", seconds=SECONDS, grace=GRACE, patience=60)
    assert fifth.before is not None
    assert fifth.before.rests["c.example.org"] == 3e9
    fifth.close()


def test_a_holder_that_cannot_renew_stops_by_its_own_clock(tmp_path: Path) -> None:
    folder = opened(str(tmp_path / "to"), new=True)
    held = claim(folder, "shard-0000", seconds=SECONDS, grace=GRACE)
    (tmp_path / "to").rename(tmp_path / "away")
    time.sleep(SECONDS + 0.1)
    assert not held.holds()
    with pytest.raises(Away):
        folder.names("shard-0000/leases")
    with pytest.raises(Away, match="mounted"):
        folder.write("shard-0000/x.json", b"")
    (tmp_path / "away").rename(tmp_path / "to")
    wait_for(held.holds)  # nobody has taken it over meanwhile
    held.close()


def test_old_leases_are_pruned_and_the_last_published_round_stays(tmp_path: Path) -> None:
    folder = opened(str(tmp_path / "to"), new=True)
    for n in range(lease.KEPT_NUMBERS + 12):
        held = claim(folder, "shard-0000", seconds=5, grace=2)
        held.end({"state": "published" if n == 3 else "failed"})
    assert len(folder.names("shard-0000/leases")) <= lease.KEPT_NUMBERS + 2
    assert round_archive.Base.of(folder, "shard-0000").number == 4


def test_stores_without_exclusive_create_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotShared, match="--single-scheduler"):
        opened("memory://shards", new=True)
    folder = opened("memory://shards", single_scheduler=True, new=True)
    assert claim(folder, "run").end({"state": "ended"})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    with pytest.raises(NotShared, match="other files"):
        opened(str(tmp_path / "full"), new=True)
    with pytest.raises(Away, match="does not exist; check"):
        opened(str(tmp_path / "none"))


def test_another_machine_continues_a_published_archive(folder: SharedFolder, tmp_path: Path) -> None:
    key, here, there = "shard-0000", tmp_path / "here", tmp_path / "there"
    database, base = round_archive.prepare(folder, key, 1, here)
    round_archive.inherit(database, ["a.example.org"], None)
    body = round_archive.push(folder, key, 1, database, base) | {"state": "published"}
    held = claim(folder, key)
    assert held.end(body)
    round_archive.after_publishing(folder, key, database, body, base)
    # Another machine continues and dies; the first one completes a round; the other's archive is kept.
    lost, base = round_archive.prepare(folder, key, 2, there)
    assert base.number == 1
    round_archive.inherit(lost, ["a.example.org"], HostFacts({}, {"a.example.org": 50.0}))
    with Store(lost) as archive:
        row = archive.memory.hosts()["a.example.org"]
        assert 40 < (row.rest_until or 0) - time.time() <= 50
    claim(folder, key).end({"state": "failed"})
    held = claim(folder, key)
    mine, base = round_archive.prepare(folder, key, 3, here)
    assert mine.exists()
    assert not database.exists(), "it is the same archive, under the new number"
    assert held.end(round_archive.push(folder, key, 3, mine, base) | {"state": "published"})
    third, base = round_archive.prepare(folder, key, 4, there)
    assert (base.number, third.parent.name) == (3, "00000004")
    assert lost.exists()
    assert folder.names(f"{key}/kept") == ["00000002.json"]
    assert str(lost) in (folder.read(f"{key}/kept/00000002.json") or b"").decode()
