"""`kill -9`, a full disk, truncated files: every capture in the table is readable, and no others remain."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.captures import CaptureReader, files, folder_for, rows
from archive.store import Store, reading
from kepu.errors import DiskFull
from kepu.records import Article
from tests.archive.captures.conftest import answer, body, judged, whole
from tests.fork_server import Popen

WRITER = Path(__file__).with_name("writer.py")
CHECKOUT = Path(__file__).resolve().parents[3]
Make = Callable[..., Article]


def readable(path: Path) -> int:
    """Assert that each article refers to a readable capture; return the number of articles."""
    with reading(path) as db, CaptureReader(db, folder_for(path)) as reader:
        named = db.execute("SELECT id, provenance ->> '$.warc.record_id' FROM articles").fetchall()
        for id_, record_id in named:
            (row,) = rows(db, "record_id = ?", (record_id,))
            assert row.article == id_
            assert reader.body(row)
    return len(named)


def test_kill(path: Path) -> None:
    start, cut = 1, 0
    for n in range(4):
        process = Popen(
            [sys.executable, WRITER, path, str(start)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        first = "".join(process.stdout.readline() for _ in range(1 + 6 * n))
        process.kill()
        said = (first + process.stdout.read()).split()
        process.wait()
        start = int(said[-1])
        with Store(path) as archive:
            cut += bool(archive.captures.mended)
        whole(path)
        assert readable(path) >= start - 1
    judged(path)
    assert len(files(folder_for(path))) > 1


@pytest.mark.parametrize("tail", ["garbage", "half a record", "a whole record", "a new file"])
def test_bytes_that_are_no_capture_are_moved_aside(path: Path, article: Make, tail: str) -> None:
    with Store(path) as archive:
        archive.put(article(1), [answer(1, body(1))])
    (file,) = files(folder_for(path))
    before = file.read_bytes()
    more = {"garbage": b"\0" * 999, "half a record": before[: len(before) // 2], "a whole record": before}
    if tail == "a new file":
        file.with_name("kepu-20260102030405-00002.warc.gz").write_bytes(before[:300])
    else:
        file.write_bytes(before + more[tail])
    with Store(path) as archive:
        assert archive.captures.mended
        archive.put(article(2), [answer(2, body(2))])
    whole(path)
    assert file.read_bytes().startswith(before)
    assert len(files(folder_for(path))) == 1
    assert len(judged(path)) == 5
    (aside,) = [each for each in folder_for(path).iterdir() if each != file]
    assert aside.read_bytes() == more.get(tail, before[:300])
    assert (".torn-1" if tail in more else ".unknown-1") in aside.name


def test_captures_of_a_batch_that_was_not_committed_are_adopted(path: Path, article: Make) -> None:
    """A response on the disk that no row refers to is adopted, and `kepu rebuild` can make its article."""
    other = path.with_name("other") / "kepu.db"
    for each in (path, other):
        with Store(each) as archive:
            archive.put(article(4001), [answer(4001, body(1))])
    with Store(other) as archive:
        for n in (4002, 4003):
            archive.put(article(n), [answer(n, body(n - 4000))])
    (file,), (longer,) = files(folder_for(path)), files(folder_for(other))
    with reading(other) as db:
        start = min(row.offset - row.asked for row in rows(db, "article = 'n1/4002'"))
    tail = longer.read_bytes()[start:]
    file.write_bytes(file.read_bytes() + tail[:-30])
    with Store(path) as archive:
        assert "1 capture of" in archive.captures.mended
        archive.put(article(4003), [answer(4003, body(3))])
    whole(path)
    with reading(path) as db, CaptureReader(db, folder_for(path)) as reader:
        (adopted,) = rows(db, "code = 'adopted'")
        assert (adopted.article, reader.body(adopted)) == ("n1/4002", body(2))
    assert readable(path) == 2
    judged(path)


def test_a_batch_that_is_rolled_back_leaves_nothing(path: Path, article: Make) -> None:
    with Store(path) as archive:
        archive.put(article(1), [answer(1, body(1))])
        archive.commit()
        archive.put(article(2), [answer(2, body(2))])
        archive.rollback()
        archive.put(article(3), [answer(3, body(3))])
    whole(path)
    assert [kind for kind, _ in judged(path)] == ["warcinfo", "request", "response", "request", "response"]


def test_full_disk(tmpfs: Callable[[str], Path], article: Make) -> None:
    small_disk = tmpfs("2m")
    path = small_disk / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1), [answer(1, body(1))])
    archive = Store(path)
    try:
        for n in range(2, 999):
            archive.put(article(n), [answer(n, os.urandom(40_000))])
            archive.commit()
        pytest.fail("forty megabytes fit on two")
    except DiskFull as error:
        assert "free some room" in str(error)  # noqa: PT017  the archive has to be closed on the full disk too
        archive.rollback()
    archive.close()
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    assert readable(path) > 5
    whole(path)
    with Store(path) as archive:
        archive.put(article(5000), [answer(5000, body(5))])
    whole(path)
    judged(path)
