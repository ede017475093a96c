"""Further accidents with expected outcomes: reported or harmless, and no data on the disk is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.captures import folder_for
from archive.jsonl_lines import path_for
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
        with Store(folder / name / "kepu.db", warc_bytes=20_000) as archive:
            archive.run("writer")
            for n in range(first, first + 30):
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
    "an empty WAL beside": (False, lambda path: path.with_name("kepu.db-wal").write_bytes(b"")),
    "lock file lost": (False, lambda path: path.with_name("kepu.db.lock").unlink()),
}
"""Accident → whether verify has to name it, and how it happens."""

CAPTURES_STAY_LOST = {"captures renamed", "another archive's database", "the last writes lost", "half copied"}
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
