"""Further accidents with expected outcomes: reported or harmless, and no data on the disk is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.captures import folder_for
from archive.forget import forget, targets
from archive.jsonl_lines import path_for
from archive.readonly import reading
from archive.restore import restore
from archive.store import Store
from archive.verify import verify
from kepu.errors import ArchiveError
from tests.archive.test_accidents import check, known
from tests.archive.test_restore import keep, page

BLOCK = 4096


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `whole`, an archive with two capture files, and `other`, another archive."""
    folder = tmp_path_factory.mktemp("more")
    for name, first in (("whole", 5001), ("other", 6001)):
        path = folder / name / "kepu.db"
        with Store(path, warc_bytes=20_000) as archive:
            archive.run("writer")
            for n in range(first, first + 10):
                keep(archive, page(n))
        shutil.copy(path, path.with_name("older.db"))  # a backup of the first ten articles
        with Store(path, warc_bytes=20_000) as archive:
            archive.run("writer")
            for n in range(first + 10, first + 30):
                keep(archive, page(n))
            keep(archive, page(first, 2))
    return folder


def _other(path: Path, name: str) -> None:
    shutil.copy(path.parent.parent / "other" / name, path.with_name(name))


def _cut(path: Path, size: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:size])


def _blocks(path: Path) -> int:
    """Return about half of a file's size, in whole blocks."""
    return path.stat().st_size // 2 // BLOCK * BLOCK


def _swapped(path: Path) -> None:
    _other(path, "kepu.db")


def _crlf(path: Path) -> None:
    path_for(path).write_bytes(path_for(path).read_bytes().replace(b"\n", b"\r\n"))


def _lost_last_writes(path: Path) -> None:
    _cut(path_for(path), path_for(path).stat().st_size - 3000)
    last = max(folder_for(path).glob("*.warc.gz"))
    _cut(last, last.stat().st_size - 700)


def _half_copied(path: Path) -> None:
    path.with_name("kepu.db.lock").unlink()
    max(folder_for(path).glob("*.warc.gz")).unlink()
    _cut(path_for(path), _blocks(path_for(path)))


def _foreign_wal(path: Path) -> None:
    other = path.parent.parent / "other" / "kepu.db"
    with Store(other) as archive:
        keep(archive, page(6099))
        archive.commit()
        shutil.copy(other.with_name("kepu.db-wal"), path.with_name("kepu.db-wal"))


def _older(path: Path) -> None:
    shutil.copy(path.with_name("older.db"), path)


def _older_and_cut(path: Path) -> None:
    _older(path)
    _cut(path_for(path), path_for(path).stat().st_size // 2)


def _older_without_lock_or_lines(path: Path) -> None:
    _older(path)
    path.with_name("kepu.db.lock").unlink()
    path_for(path).unlink()


def _cut_and_flipped(path: Path) -> None:
    _cut(path_for(path), path_for(path).stat().st_size // 2)
    first = min(folder_for(path).glob("*.warc.gz"))
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(data)


def _swapped_both(path: Path) -> None:
    _other(path, "kepu.db")
    _other(path, "kepu.jsonl")


ACCIDENTS: dict[str, tuple[bool, Callable[[Path], object]]] = {
    "captures renamed": (True, lambda path: folder_for(path).rename(path.with_name("captures-old"))),
    "another archive's database": (True, _swapped),
    "another archive's JSONL": (True, lambda path: _other(path, "kepu.jsonl")),
    "JSONL with CRLF": (True, _crlf),
    "database cut to a block": (True, lambda path: _cut(path, _blocks(path))),
    "JSONL cut to a block": (True, lambda path: _cut(path_for(path), _blocks(path_for(path)))),
    "WAL of another database": (True, _foreign_wal),
    "the last writes lost": (True, _lost_last_writes),
    "half copied": (True, _half_copied),
    "JSONL cut to half, and an older database": (True, _older_and_cut),
    "JSONL cut to half, and a bit of a capture flipped": (True, _cut_and_flipped),
    "another archive's database and JSONL": (True, _swapped_both),
    "an older database, without lock file and JSONL": (
        False,
        _older_without_lock_or_lines,
    ),  # as after a kill
    "an empty WAL beside": (False, lambda path: path.with_name("kepu.db-wal").write_bytes(b"")),
    "lock file lost": (False, lambda path: path.with_name("kepu.db.lock").unlink()),
}
"""Accident → whether verify has to name it, and how it happens."""

CAPTURES_STAY_LOST = {
    "captures renamed",
    "another archive's database",
    "another archive's database and JSONL",
    "the last writes lost",
    "half copied",
    "JSONL cut to half, and a bit of a capture flipped",
}
"""After which captures that articles name are not there, and verify goes on to say so."""


@pytest.mark.parametrize("name", ACCIDENTS)
def test_no_accident_loses_data_on_the_disk(made: Path, tmp_path: Path, name: str) -> None:
    for kind in ("whole", "other"):
        shutil.copytree(made / kind, tmp_path / kind)
    path = tmp_path / "whole" / "kepu.db"
    articles = {id_ for id_, _ in known(made / "whole")[0]}
    is_named, accident = ACCIDENTS[name]
    accident(path)
    before = known(path.parent)
    try:
        findings = verify(path)
        assert findings.whole is not is_named, findings.lines()
    except ArchiveError:
        assert is_named
    check(before, path.parent, "verify")
    try:
        with Store(path) as archive:
            keep(archive, page(5099))
    except ArchiveError as error:
        assert "kepu" in str(error)  # noqa: PT017  either is right: it opens, or it says what to do
    check(before, path.parent, "crawl")
    restore((), path, force=True)
    check(before, path.parent, "restore")
    assert known(path.parent)[0] >= {(id_, 1) for id_ in articles}
    after = verify(path, deep=True)
    assert after.whole or name in CAPTURES_STAY_LOST, after.lines()


def test_a_clock_set_back_does_no_harm(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "whole", tmp_path / "whole")
    path = tmp_path / "whole" / "kepu.db"
    before = known(path.parent)
    with Store(path, clock=lambda: "2019-01-01T00:00:00Z") as archive:
        archive.run("writer")
        keep(archive, page(5002, 3))
        keep(archive, page(5098))
    check(before, path.parent, "crawl")
    assert verify(path, deep=True).whole, verify(path, deep=True).lines()


def test_captures_that_were_away_for_a_run_join_what_the_run_wrote(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "whole", tmp_path / "whole")
    path = tmp_path / "whole" / "kepu.db"
    away = tmp_path / "away"
    folder_for(path).rename(away)
    try:
        with Store(path) as archive:
            keep(archive, page(5097))
    except ArchiveError as error:
        assert "kepu" in str(error)  # noqa: PT017
    folder_for(path).mkdir(exist_ok=True)
    for file in away.iterdir():
        assert not (folder_for(path) / file.name).exists(), "a file of the archive would be written over"
        file.rename(folder_for(path) / file.name)
    before = known(path.parent)
    with Store(path) as archive:
        keep(archive, page(5096))
    check(before, path.parent, "crawl")
    assert verify(path, deep=True).whole, verify(path, deep=True).lines()


@pytest.mark.parametrize("lost", [(), ("kepu.db",), ("kepu.jsonl",), ("kepu.db", "kepu.db.lock")])
def test_without_the_file_of_tombstones_nothing_forgotten_comes_back(
    made: Path, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    shutil.copytree(made / "whole", tmp_path / "whole")
    path = tmp_path / "whole" / "kepu.db"
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/5003"]), "asked")
    for name in ("kepu-tombstones.jsonl", *lost):
        path.with_name(name).unlink()
    if lost:
        restore((), path, force=True)
    else:
        assert any("lacks 1 of the forgotten" in line for line in verify(path).lines())
        with Store(path):
            pass
        assert "n1/5003" in path.with_name("kepu-tombstones.jsonl").read_text("utf-8")
        assert verify(path).whole, verify(path).lines()
    with reading(path) as db:
        assert not db.execute("SELECT 1 FROM articles WHERE id = 'n1/5003'").fetchall()
        assert db.table("articles").count == 29
    if "kepu.db" not in lost:
        with Store(path) as archive:
            assert keep(archive, page(5003)) == "forgotten"
