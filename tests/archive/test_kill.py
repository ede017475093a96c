"""`kill -9` at any time, a power cut, a full disk: nothing is lost or duplicated, and the JSONL is resynchronised."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import jsonl
from archive.jsonl_lines import lines, path_for
from archive.store import Store, reading, records
from archive.verify import verify
from kepu.errors import DiskFull
from kepu.records import Article
from tests.fork_server import Popen

WRITER = Path(__file__).with_name("writer.py")


def write_and_kill(path: Path, start: int, version: int, seconds: float, manner: str = "write") -> int:
    """Run the writer for some seconds, kill it, and return the last number that it reported as committed."""
    process = Popen(
        [sys.executable, WRITER, manner, path, str(start), str(version)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    said = (first + process.stdout.read()).split()
    process.wait()
    return int(said[-1]) if said else start


def check(path: Path, committed: int) -> bool:
    """Assert that the JSONL has every article and equals the database; return whether it was repaired."""
    findings = verify(path, repair=True)
    assert findings.whole, findings.lines()
    # Of several lines with one id, the last one counts: it is a changed article's.
    last = {record["id"]: record for record in map(json.loads, path_for(path).open(encoding="utf-8"))}
    assert {f"n1/{n}" for n in range(1, committed)} <= last.keys()
    with reading(path) as db:
        for record in records(db):
            record["revision"]["last_checked"] = None
            assert last.pop(record["id"]) == record
    assert not last
    return bool(findings.repaired)


def kills(path: Path, times: int) -> None:
    chance = random.Random(times)
    committed, repaired = 1, 0
    for version in range(times):
        committed = write_and_kill(path, committed, version, chance.uniform(0, 0.25))
        findings = verify(path)
        assert findings.whole, findings.lines()
        repaired += check(path, committed)
    assert repaired, "no kill hit the JSONL between two commits: the test has lost its teeth"


def test_kill(tmp_path: Path) -> None:
    kills(tmp_path / "kepu.db", 4)


@pytest.mark.campaign
def test_many_kills(tmp_path: Path) -> None:
    kills(tmp_path / "kepu.db", 40)


def kills_while_lines_are_amended(path: Path, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of each id equals the row, and existing lines never change."""
    monkeypatch.setattr(jsonl, "SMALL", 0)
    monkeypatch.setattr(jsonl, "SHARE", 0.5)
    chance = random.Random(times)
    committed = 1
    amended = False
    for version in range(times):
        committed = write_and_kill(path, committed, version, chance.uniform(0, 0.4), "amend")
        findings = verify(path)
        assert findings.whole, findings.lines()
        with Store(path):
            pass
        findings = verify(path)
        assert findings.whole, findings.lines()
        assert not findings.notes, findings.lines()
        there = path_for(path).read_bytes().splitlines(keepends=True)
        last = {json.loads(line)["id"]: line for line in there}
        amended |= len(last) < len(there)
        with reading(path) as db:
            assert sorted(last.values()) == sorted(line for _, line in lines(db))
            assert last.keys() >= {f"n1/{n}" for n in range(1, committed)}
    assert amended, "no line was amended: the test has lost its teeth"


def test_kill_while_lines_are_amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kills_while_lines_are_amended(tmp_path / "kepu.db", 3, monkeypatch)


@pytest.mark.campaign
def test_many_kills_while_lines_are_amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kills_while_lines_are_amended(tmp_path / "kepu.db", 40, monkeypatch)


def test_a_power_cut_loses_nothing(tmp_path: Path) -> None:
    """Copies of the files, taken while the writer is stopped in the middle, stand for a power cut."""
    path = tmp_path / "kepu.db"
    process = Popen([sys.executable, WRITER, "write", path, "1", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    for n in range(6):
        time.sleep(0.1)
        there = tmp_path / f"cut{n}"
        there.mkdir()
        process.send_signal(signal.SIGSTOP)
        for name in ("kepu.db", "kepu.db-wal", "kepu.jsonl"):
            if (tmp_path / name).exists():
                shutil.copy(tmp_path / name, there / name)
        process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()
    for n in range(6):
        check(tmp_path / f"cut{n}" / "kepu.db", 1)


def test_full_disk(tmpfs: Callable[[str], Path], article: Callable[..., Article]) -> None:
    small_disk = tmpfs("1m")
    path = small_disk / "kepu.db"
    kept = 0
    with Store(path) as archive:
        try:
            for n in range(1, 2000):
                archive.put(article(n, f"第{n}天，雪线又往上退了一步。" * 30))
                if n % 10 == 0:
                    archive.commit()
                    kept = n
        except DiskFull as error:
            assert "free some room" in str(error)  # noqa: PT017  the archive has to be closed on the full disk too
            archive.rollback()
        else:
            pytest.fail("two thousand articles fit on one megabyte")
    assert kept
    shutil.copytree(small_disk, small_disk.parent / "roomy")
    roomy = small_disk.parent / "roomy" / "kepu.db"
    check(roomy, kept + 1)
    with Store(roomy) as archive:
        archive.put(article(5000))
    check(roomy, kept + 1)


def test_verify_reports_and_repairs_differences(tmp_path: Path, article: Callable[..., Article]) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in range(1, 6):
            archive.put(article(n))
    jsonl = path_for(path)
    whole = jsonl.read_bytes()
    for broken in (
        whole[:-20],
        whole + b'{"id": "n1/torn',
        whole.replace(b"n1/3", b"n1/7"),
        b"",
        whole.replace(b"\n", b"\r\n"),
    ):
        jsonl.write_bytes(broken)
        findings = verify(path)
        assert "line" in findings.problems[0]
        assert jsonl.read_bytes() == broken
        assert verify(path, repair=True).repaired
        assert jsonl.read_bytes() == whole
    jsonl.unlink()
    assert not verify(path).whole
    assert verify(path, repair=True).whole
    assert jsonl.read_bytes() == whole
    os.utime(jsonl)
    assert not verify(path).repaired
