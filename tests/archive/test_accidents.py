"""Fourteen accidents, each followed by each command: no data on the disk is lost, and the damage is reported.

The small test runs in this process; the campaign runs the commands as processes.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.captures import folder_for
from archive.captures.warc_reader import walk_on
from archive.captures.warc_records import Unreadable
from archive.jsonl_lines import named, path_for
from archive.restore import restore
from archive.store import Store
from archive.verify import verify
from kepu.errors import ArchiveError
from tests.archive.test_restore import keep, page

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `whole`, an archive that was closed, `killed`, one whose run died, and `older`, a backup."""
    folder = tmp_path_factory.mktemp("made")
    path = folder / "whole" / "kepu.db"
    with Store(path, warc_bytes=24_000) as archive:
        archive.run("writer")
        for n in range(4001, 4025):
            keep(archive, page(n))
        for n in range(4001, 4025, 5):
            keep(archive, page(n, 2))
    shutil.copytree(path.parent, folder / "older")
    child = os.fork()
    if child == 0:
        archive = Store(path, warc_bytes=24_000)
        archive.run("writer")
        for n in range(4061, 4085):
            keep(archive, page(n, 3))
        keep(archive, page(4001, 4))
        archive.commit()
        os._exit(0)
    os.waitpid(child, 0)
    shutil.copytree(path.parent, folder / "killed")
    with Store(path):
        pass
    (folder / "page.html").write_bytes(page(4999).body)
    return folder


def known(folder: Path) -> tuple[set[tuple[str, int]], set[str]]:
    """Return the versions of articles and the captures in any file of a folder."""
    versions: set[tuple[str, int]] = set()
    captures: set[str] = set()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.stat().st_size == 0:
            continue
        if "captures" in file.parent.name:
            captures |= {
                f.id for _, _, f in walk_on(file) if not isinstance(f, Unreadable) and f.type != "warcinfo"
            }
        elif ".jsonl" in file.name and "tombstones" not in file.name:
            versions |= {what for line in file.read_bytes().splitlines() if (what := named(line))}
        elif file.name.startswith("kepu.db") and "-wal" not in file.name and "-shm" not in file.name:
            versions |= _rows(file)
    return versions, captures


def _rows(file: Path) -> set[tuple[str, int]]:
    """Return the versions of articles in a database, opened as a copy so that nothing is changed."""
    with suppress(sqlite3.Error):
        copy = file.parent.parent / "look" / "look.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        copy.parent.mkdir()
        for suffix in ("", "-wal"):
            if (there := file.with_name(file.name + suffix)).exists():
                shutil.copy(there, copy.with_name(copy.name + suffix))
        with closing(sqlite3.connect(copy)) as conn:
            rows = conn.execute(
                "SELECT id, revision ->> '$.n' FROM articles UNION SELECT article, n FROM revisions"
            ).fetchall()
            return {(str(id_), int(n)) for id_, n in rows}
    return set()


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _other_program(path: Path) -> None:
    _delete(path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE bookmarks (url TEXT)")


def _flip_wal(path: Path) -> None:
    wal = path.with_name("kepu.db-wal")
    data = bytearray(wal.read_bytes())
    data[len(data) // 3] ^= 4
    wal.write_bytes(data)


def _older(path: Path) -> None:
    _delete(path)
    shutil.copy(path.parent.parent / "older" / "kepu.db", path)


def _restore_older(path: Path) -> None:
    with suppress(ArchiveError):
        restore(path.parent.parent / "older" / "kepu.db", path, force=True)


def _page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index("第4019号雨量筒".encode()) // 4096 * 4096
    data[at : at + 4096] = random.Random(1).randbytes(4096)
    path.write_bytes(data)


def _cut_captures(path: Path) -> None:
    last = max(folder_for(path).glob("*.warc.gz"))
    last.write_bytes(last.read_bytes()[: last.stat().st_size // 2])


def _older_jsonl(path: Path) -> None:
    shutil.copy(path.parent.parent / "older" / "kepu.jsonl", path_for(path))


def _jsonl_and_database(path: Path) -> None:
    _delete(path)
    path_for(path).unlink()


ACCIDENTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "database deleted": ("whole", _delete),
    "database moved away": ("killed", lambda path: path.rename(path.with_name("moved.db"))),
    "database empty": ("whole", lambda path: path.write_bytes(b"")),
    "another program's database": ("whole", _other_program),
    "database overwritten with noise": (
        "whole",
        lambda path: path.write_bytes(random.Random(2).randbytes(50_000)),
    ),
    "older copy put back": ("whole", _older),
    "older backup restored": ("whole", _restore_older),
    "copied without its WAL": ("killed", lambda path: path.with_name("kepu.db-wal").unlink()),
    "a bit of the WAL flipped": ("killed", _flip_wal),
    "database and JSONL gone": ("whole", _jsonl_and_database),
    "JSONL gone": ("whole", lambda path: path_for(path).unlink()),
    "older JSONL put back": ("whole", _older_jsonl),
    "captures cut": ("whole", _cut_captures),
    "a page overwritten": ("whole", _page),
}
"""Accident → the archive that it happens to, and how it happens."""

NO_ACCIDENT_FOR_VERIFY = {"older backup restored"}
"""After which the archive is whole: restoring joins the older backup with what is on the disk."""


def happened(made: Path, folder: Path, name: str, *, with_lock: bool) -> Path:
    """Apply an accident to a copy of an archive, with or without the commit mark beside it."""
    kind, accident = ACCIDENTS[name]
    shutil.copytree(made / kind, folder / "it")
    shutil.copytree(made / "older", folder / "older")
    path = folder / "it" / "kepu.db"
    if not with_lock:
        path.with_name("kepu.db.lock").unlink(missing_ok=True)
    accident(path)
    return path


def check(before: tuple[set[tuple[str, int]], set[str]], folder: Path, words: str) -> None:
    versions, captures = known(folder)
    assert before[0] - versions == set(), words
    assert before[1] - captures == set(), words


def wanted(made: Path, name: str, path: Path) -> set[str]:
    """Return the ids of the articles that can be restored, because something of them remains."""
    versions, _ = known(path.parent)
    return {id_ for id_, _ in known(made / ACCIDENTS[name][0])[0]} if versions else set()


@pytest.mark.parametrize(
    "with_lock", [True, pytest.param(False, marks=pytest.mark.campaign)], ids=["marked", "unmarked"]
)
@pytest.mark.parametrize("name", ACCIDENTS)
def test_no_accident_loses_data_on_the_disk(made: Path, tmp_path: Path, name: str, with_lock: bool) -> None:
    path = happened(made, tmp_path, name, with_lock=with_lock)
    before = known(path.parent)
    try:
        findings = verify(path)
        is_backup = name == "JSONL gone" and not with_lock  # which has no JSONL and no lock beside it
        assert not findings.whole or is_backup or name in NO_ACCIDENT_FOR_VERIFY, findings.lines()
    except ArchiveError:
        pass  # refused with what to do
    check(before, path.parent, "verify")
    try:
        with Store(path) as archive:  # as a crawl or an import opens it
            keep(archive, page(4999))
    except ArchiveError as error:
        assert "kepu" in str(error)  # noqa: PT017  either is right: it opens, or it says what to do
    check(before, path.parent, "crawl, import")
    foreign = name == "another program's database"
    restore([path_for(path), folder_for(path)] if foreign else (), path, force=True)
    check(before, path.parent, "restore")
    there = {id_ for id_, _ in _rows(path)}
    if name == "database and JSONL gone":
        assert there >= {id_ for id_, _ in known(made / "whole")[0]}
    else:
        assert there >= {id_ for id_, _ in before[0]}
    after = verify(path, deep=True)
    assert after.whole or name == "captures cut", after.lines()


@pytest.mark.campaign
@pytest.mark.parametrize("command", ["crawl", "import", "verify", "restore"])
@pytest.mark.parametrize("name", ACCIDENTS)
def test_commands_after_accidents(made: Path, tmp_path: Path, run: Run, name: str, command: str) -> None:
    path = happened(made, tmp_path, name, with_lock=command != "import")
    before = known(path.parent)
    more: list[str | Path] = {  # type: ignore[assignment]
        "import": [made / "page.html", "--url", page(4999).url or ""],
        "restore": ["--force"],
        "crawl": ["--limit", "1", "--contact", "tests@example.org"],
        "verify": ["--deep"],
    }[command]
    ended = run("kepu", command, *more, "--db", path, proxy="http://127.0.0.1:9", timeout=300)
    words = f"{ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    assert "Traceback" not in words
    assert "should not happen" not in words
    check(before, path.parent, words)
    if command == "verify":
        assert ended.returncode == (0 if name in NO_ACCIDENT_FOR_VERIFY else 1), words
        assert json.dumps(str(path)).strip('"') in words


def damage(path: Path, chance: random.Random) -> str:
    """Damage a random file of an archive in a random way; return a description."""
    files = sorted(each for each in path.parent.rglob("*") if each.is_file() and "lock" not in each.name)
    file = chance.choice([path, path, *files])
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    kind = chance.choice(["bit", "bytes", "zeros", "cut", "block"])
    if kind == "bit":
        data[at] ^= 1 << chance.randrange(8)
    elif kind == "bytes":
        data[at : at + 16] = chance.randbytes(len(data[at : at + 16]))
    elif kind == "zeros":
        data[at : at + 512] = bytes(len(data[at : at + 512]))
    elif kind == "cut":
        del data[at:]
    else:
        data[at : at + 4096] = chance.randbytes(len(data[at : at + 4096]))
    file.write_bytes(data)
    return f"{kind} at {at} of {file.name}"


def said(path: Path) -> dict[tuple[str, int], str]:
    """Return every version of every article in a database, as text."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        rows = (
            conn.execute("SELECT * FROM articles").fetchall()
            + conn.execute("SELECT * FROM revisions").fetchall()
        )
    return {(str(row[0]), n): repr(row) for n, row in enumerate(rows)}


def trials(made: Path, folder: Path, seeds: range) -> list[str]:
    """Damage copies of the archive; return the trials that `verify` did not name."""
    unnamed = []
    truth = said(made / "whole" / "kepu.db")
    for seed in seeds:
        path = folder / str(seed) / "kepu.db"
        shutil.copytree(made / "whole", path.parent)
        what = damage(path, random.Random(seed))
        try:
            findings = verify(path, deep=True)
        except ArchiveError:
            continue
        if findings.whole:
            assert said(path) == truth, f"{seed}: {what}: whole, and an article or a version differs"
            unnamed.append(f"{seed}: {what}")
        shutil.rmtree(path.parent)
    return unnamed


def test_random_damage_is_reported(made: Path, tmp_path: Path) -> None:
    assert len(trials(made, tmp_path, range(12))) <= 4


@pytest.mark.campaign
def test_much_random_damage_is_reported(made: Path, tmp_path: Path) -> None:
    unnamed = trials(made, tmp_path, range(100, 300))
    assert len(unnamed) < 30, unnamed  # bytes that nothing uses: the empty space of pages
