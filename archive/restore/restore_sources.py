"""The sources of a restore: databases, JSONL, WARC and tombstone files, recognised by their contents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import tombstone_file
from archive.captures.warc_reader import GZIP, walk_on
from archive.captures.warc_records import Unreadable
from archive.captures.warc_writer import folder_for
from archive.jsonl_lines import BOM, path_for
from kepu.errors import Damaged, NotFound

SQLITE = b"SQLite format 3\0"
"""The first bytes of every SQLite database."""

PAGE = 512
"""Bytes of SQLite's smallest page: a file whose beginning is lost may still be a database."""


@dataclass(slots=True)
class RestoreSources:
    """The given sources by kind."""

    databases: list[Path] = field(default_factory=list)
    """Databases of archives, intact or damaged."""
    jsonls: list[Path] = field(default_factory=list)
    """JSONL files."""
    warcs: list[Path] = field(default_factory=list)
    """WARC files."""
    tombstones: list[Path] = field(default_factory=list)
    """Tombstone files: what they name is not restored."""


def what_is_left(path: Path) -> list[Path]:
    """Return what remains of the archive at `path`. Raises NotFound if nothing does."""
    found = [each for each in (path, path_for(path)) if each.exists() and each.stat().st_size]
    folder = folder_for(path)
    found += [folder] if warcs_in(folder) else []
    if not found:
        raise NotFound(
            "{path}: nothing is there to restore from; name a backup, a JSONL or WARC files.", path=path
        )
    return found


def warcs_in(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, sorted by name."""
    return sorted([*folder.glob("*.warc.gz"), *folder.glob("*.warc")])


def sort_out(named: Sequence[Path]) -> RestoreSources:
    """Return the given sources by kind.

    Of a bag, the database is the source; its captures are found beside it. The tombstone file of a given database or
    JSONL is a source too. Raises NotFound if a file does not exist, and Damaged if it is empty or is neither a database
    nor a JSONL, WARC or tombstone file.
    """
    found = RestoreSources()
    for path in named:
        if path.is_dir() and (databases := _of_bag(path)):
            found.databases += databases
            continue
        if path.is_dir():
            files = warcs_in(path)
            if not files:
                raise NotFound("{path} has no WARC files. Nothing was changed.", path=path)
            found.warcs += files
            continue
        if not path.is_file():
            raise NotFound("{source}: there is no such file. Nothing was changed.", source=path)
        _kind(found, path).append(path)
    beside = (tombstone_file.path_for(path) for path in found.databases + found.jsonls)
    found.tombstones += [path for path in beside if path.is_file() and path not in found.tombstones]
    return found


def _of_bag(folder: Path) -> list[Path]:
    """Return the database of a bag that `kepu backup --bag` made; an empty list for any other folder."""
    return sorted((folder / "data").glob("*.db")) if (folder / "bagit.txt").is_file() else []


def _kind(found: RestoreSources, path: Path) -> list[Path]:
    with path.open("rb") as file:
        start = file.read(2**16)
    if start.startswith(SQLITE):
        return found.databases
    if start.startswith((GZIP, b"WARC/")) and _has_records(path):
        return found.warcs
    if tombstone_file.is_tombstone(start.split(b"\n", 1)[0]):
        return found.tombstones
    if b"\n{" in b"\n" + start.removeprefix(BOM).lstrip():
        return found.jsonls
    if path.suffix == ".db" and len(start) >= PAGE and not start.startswith((GZIP, b"WARC/")):
        return found.databases
    raise Damaged(
        "{path} is empty, or no database, JSONL or WARC file of an archive. Nothing was changed.", path=path
    )


def _has_records(path: Path) -> bool:
    return any(not isinstance(found, Unreadable) for _, _, found in walk_on(path))
