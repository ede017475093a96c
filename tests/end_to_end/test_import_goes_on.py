"""A killed import resumes where it was; an import from a pipe gives the same result as one from the file."""

import gzip
import io
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.captures.standard_input import kept
from archive.readonly import reading
from archive.revisions import versions
from tests.conftest import Run, alone
from tests.end_to_end.test_import_warc import HOST, Warc, page
from tests.fork_server import Popen, run_program

KEPU = Path(sys.executable).with_name("kepu")
MANY, SAVED = 160, 60


def many(newest: str = "2024") -> bytes:
    """Return a WARC file of many articles, the later ones first."""
    made = Warc()
    for n in reversed(range(MANY)):
        text = f"第{n}只候鸟在第{n}天飞过了第{n}座山。"
        url = f"{HOST}/n1/2024/0203/c404214-{40170000 + n}.html"
        body = page(1, text).replace(b"40170001", str(40170000 + n).encode())
        made.add(url, f"{newest}-03-{1 + n // 60:02}T10:{n % 60:02}:00Z", body)
    made.add("http://www.example.org/", "2024-03-01T10:00:00Z", b"<html>")
    return made.out.getvalue()


def stored(db: Path) -> int:
    """Return the number of committed articles."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as conn:
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])
    return 0


def import_and_kill(db: Path, writes: Path, given: Path, at_least: int) -> int:
    """Import, and kill the process with its children once `at_least` articles are in `writes`; return their number."""
    command: list[str | Path] = [KEPU, "import", given, "--db", db, "--quiet"]
    process = Popen(command, env=alone(), start_new_session=True)
    while process.poll() is None and stored(writes) < at_least:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return stored(writes)


def test_a_killed_import_resumes(run: Run, tmp_path: Path) -> None:
    """The import of a folder with saved pages and a WARC file is killed twice: during the pages, and the WARC file."""
    given, db = tmp_path / "given", tmp_path / "data" / "kepu.db"
    given.mkdir()
    (given / "many.warc.gz").write_bytes(many())
    for n in range(SAVED):
        body = page(1, f"第{n}只候鸟在第{n}天飞回了家。").replace(b"40170001", str(40180000 + n).encode())
        (given / f"{n:03}.html").write_bytes(body)
    first = import_and_kill(db, db, given, at_least=1)
    second = import_and_kill(db, db, given, at_least=SAVED + 1)
    assert 0 < first < second < SAVED + MANY
    done = run("kepu", "import", given, "--db", db, "--json", "--workers", "2")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["new"] == SAVED + MANY - second
    assert report["pages"] - report["new"] in (0, 1)  # the last one that was stored is looked at again
    assert report["left_out"] == {"another host": 1}
    assert not (tmp_path / "data" / "kepu.importing").exists()
    assert stored(db) == SAVED + MANY
    assert run("kepu", "verify", "--db", db).returncode == 0


def test_a_killed_import_of_older_pages_resumes(run: Run, tmp_path: Path) -> None:
    """They are imported into a separate archive, which is merged at the end."""
    newer, older, db = tmp_path / "newer.warc.gz", tmp_path / "older.warc.gz", tmp_path / "kepu.db"
    one = Warc()
    one.add(f"{HOST}/n1/2024/0203/c404214-40170001.html", "2025-01-01T00:00:00Z", page(1, "今年的样子。"))
    newer.write_bytes(one.out.getvalue())
    older.write_bytes(many())
    assert run("kepu", "import", newer, "--db", db).returncode == 0
    before = import_and_kill(db, tmp_path / "kepu.importing" / "kepu.db", older, at_least=1)
    assert stored(db) == 1
    done = run("kepu", "import", older, "--db", db, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["new"] == MANY - 1
    assert MANY - before <= report["pages"] <= MANY - before + 1
    with reading(db) as archive:
        assert [(each.since or "")[:4] for each in versions(archive, "n1/40170001")] == ["2024", "2025"]
    assert run("kepu", "verify", "--db", db).returncode == 0


def test_an_import_from_a_pipe(tmp_path: Path) -> None:
    for n, (data, new) in enumerate(((many(), MANY), (gzip.compress(page(1, "从管道里来的一页。")), 1))):
        db = tmp_path / str(n) / "kepu.db"
        command: list[str | Path] = [KEPU, "import", "-", "--db", db, "--json"]
        done = run_program(command, input=data, capture_output=True, env=alone(), check=False)
        assert (done.returncode, json.loads(done.stdout)["new"]) == (0, new), done.stderr
        assert [each.name for each in db.parent.iterdir() if "import" in each.name] == []


@pytest.mark.parametrize(
    ("data", "ending", "status"),
    [
        (page(1, ""), ".html", None),
        (gzip.compress(page(1, "")), ".html.gz", None),
        ("候鸟认路\n2024年02月03日10:00 来源：人民网\n".encode(), ".txt", None),
        (b"", ".txt", 1),
        (b"PK\x03\x04 cut short", ".wacz", 10),
        (b"\x1f\x8b\x08 no gzip", ".txt.gz", None),
        (many()[:300], ".warc.gz", None),
    ],
)
def test_the_type_of_piped_data_is_recognised_by_its_first_bytes(
    data: bytes, ending: str, status: int | None, tmp_path: Path
) -> None:
    """The same bytes give the same file name, so that the import can resume."""
    file = kept(io.BytesIO(data), tmp_path)
    changed = file.stat().st_mtime_ns
    assert file.name.endswith(ending)
    assert file.read_bytes() == data
    assert kept(io.BytesIO(data), tmp_path) == file
    assert (file.stat().st_mtime_ns, len(list(tmp_path.iterdir()))) == (changed, 1)
    if status is not None:  # what is nothing is a line and a status
        command: list[str | Path] = [KEPU, "import", "-", "--db", tmp_path / "kepu.db"]
        done = run_program(command, input=data, capture_output=True, env=alone(), check=False)
        said = done.stdout + done.stderr
        assert done.returncode == status, said
        assert b"Traceback" not in said
        assert b"failed" in said or b"left out" in said, said
        assert not (tmp_path / "kepu.importing").exists()
