"""Full disks, long readers, poor terminals: each command ends cleanly and leaves nothing half done."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.backup import backup
from archive.forget import forget, targets, unpurged
from archive.merge import merge
from archive.restore import restore
from archive.store import Store
from archive.verify import verify
from kepu.errors import DiskFull
from kepu.records import Article
from tests.archive.test_backup import filled, stored
from tests.fork_server import run_program

Make = Callable[..., Article]
Environment = Callable[..., dict[str, str]]


@pytest.fixture
def small_disk(tmpfs: Callable[[str], Path]) -> Path:
    """Return a folder on a file system of one and a half megabytes."""
    return tmpfs("1500k")


def fill(folder: Path, left: int) -> Path:
    """Fill a disk except for a number of bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\1" * 4096)
        except OSError:
            pass
        file.truncate(max(file.tell() - left, 0))
    return ballast


def test_a_full_disk_leaves_no_half_copy(tmp_path: Path, small_disk: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    before = stored(path)
    copy = tmp_path / "copy.db"
    backup(path, copy)
    ballast = fill(small_disk, 100_000)
    with pytest.raises(DiskFull, match="free some room"):
        backup(path, small_disk / "copy.db")
    with pytest.raises(DiskFull, match="free some room"):
        restore(copy, small_disk / "kepu.db")
    assert {file.name for file in small_disk.iterdir()} <= {"ballast", "kepu.db.lock"}
    ballast.unlink()
    backup(path, small_disk / "copy.db")
    assert stored(small_disk / "copy.db") == before


def test_a_full_disk_in_the_middle_of_a_merge_changes_nothing(
    tmp_path: Path, small_disk: Path, article: Make
) -> None:
    path, other = small_disk / "kepu.db", tmp_path / "other.db"
    with Store(path) as archive:
        archive.put(article(4999))
    with Store(other) as archive:
        for n in range(4001, 4100):
            archive.put(article(n, f"第{n}个雨量筒在清晨被人倒空，记下，再放回原处。" * 30))
    before = stored(path)
    ballast = fill(small_disk, 200_000)
    with pytest.raises(DiskFull):
        merge(path, other)
    ballast.unlink()
    assert stored(path) == before
    assert verify(path).whole


def test_forgetting_stopped_by_a_full_disk_is_completed_by_the_next_call(
    small_disk: Path, article: Make
) -> None:
    path = small_disk / "kepu.db"
    secret = "守塔人要求撤下的一句"
    with Store(path) as archive:
        for n in range(4001, 4010):
            archive.put(article(n, f"{secret}，其{n}。" * 40))
    ballast = fill(small_disk, 60_000)
    with pytest.raises(DiskFull), Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4001"]), "asked")
    ballast.unlink()
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4001"]), "asked")
        assert unpurged(archive.db) == []
    files = [file.read_bytes() for file in small_disk.iterdir() if file.is_file()]
    assert not any(f"{secret}，其4001".encode() in data for data in files)
    assert verify(path).whole


def test_a_long_reader_only_makes_the_wal_grow(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with closing(sqlite3.connect(path)) as reader, Store(path, derives=False) as archive:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        for n in range(5000, 5400):
            archive.put(article(n))
        reader.rollback()
        for n in range(5400, 5600):
            archive.put(article(n))
        archive.commit()
        # Once the reader is gone the WAL is used from its beginning: it does not grow on.
        grown = path.with_name("kepu.db-wal").stat().st_size
        for n in range(5600, 6400):
            archive.put(article(n))
        archive.commit()
        assert path.with_name("kepu.db-wal").stat().st_size <= max(2 * grown, 8 * 2**20)
    assert verify(path).whole


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("verify", "--json"),
        ("backup", "copy.db", "--captures"),
        ("forget", "n1/4001", "--dry-run"),
        ("forget", "n1/4001", "--reason", "作者要求", "--yes"),
        ("merge", "other.db"),
        ("restore", "other.db", "--force"),
    ],
    ids=" ".join,
)
def test_commands_work_on_a_poor_terminal(
    tmp_path: Path, article: Make, environment: Environment, command: tuple[str, ...]
) -> None:
    """With locale C, GBK, no TZ and a home that is not writable, commands have the same results."""
    filled(tmp_path / "kepu.db", article)
    with Store(tmp_path / "other.db") as archive:
        archive.put(article(4100, headline="喆与峣：两个罕见的字\U0001f9ca"))
    made = article(4001, headline="喆与峣：两个罕见的字\U0001f9ca")
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(made)
    ended = subprocess.run(
        [Path(sys.executable).parent / "kepu", *command, "--db", tmp_path / "kepu.db"],
        env=environment(LC_ALL="C", LANG="C", PYTHONIOENCODING="gbk", HOME="/nonexistent", TZ=""),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode("gbk")
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "command",
    [
        "verify",
        "search 雪",
        "show 4001",
        "export OUT --accept-rights",
        "duplicates",
        "coverage",
        "report",
        "rebuild",
        "import PAGE",
        "crawl",
    ],
)
def test_a_disk_that_is_full_from_the_start(
    tmp_path: Path, small_disk: Path, article: Make, environment: Environment, command: str
) -> None:
    path = small_disk / "kepu.db"
    with Store(path) as archive:
        archive.put(article(4001))
    fill(small_disk, 0)
    page = tmp_path / "page.html"
    page.write_text("<html></html>")
    named = {"OUT": str(tmp_path / "out"), "PAGE": str(page)}
    ended = run_program(
        [
            Path(sys.executable).parent / "kepu",
            *(named.get(word, word) for word in command.split()),
            "--db",
            path,
        ],
        env=environment(http_proxy="http://127.0.0.1:9"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 14, (ended.returncode, ended.stdout, ended.stderr)
    assert "the disk is full" in ended.stderr
