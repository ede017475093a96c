"""Leftover files beside an archive: copies that were moved aside, and temporary files of crashed programs."""

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from archive import lock
from archive.captures.warc_writer import folder_for
from archive.jsonl_lines import path_for
from archive.readonly import home, no_archive

HOUR = 3600
"""Seconds after which a half-written file is taken for that of a crashed program."""

_ASIDE = re.compile(r"\.(before|unknown|differs|torn)-\d+(-wal|-shm)?$")
_HALF = re.compile(r"\.new(-[^/]*)?$")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A leftover is a file or folder beside the archive that no program needs any more."""

    path: str
    """Path of the file or folder."""
    bytes: int
    """Its size; of a folder, the sum over its files."""
    why: str
    """before (a replaced archive); unknown, differs, torn (set aside when the archive was opened); half (unfinished).
    """


def leftovers(path: Path) -> list[Leftover]:
    """Return the leftover files beside the archive at `path` and in its folder of captures, the oldest first.

    Raises NotFound if there is neither an archive nor a leftover file.
    """
    path = home(path)
    found = []
    for folder in (path.parent, folder_for(path)):
        if folder.is_dir():
            found += [each for each in folder.iterdir() if _is_of(path, each)]
    if not (found or path.exists()):
        raise no_archive(path)
    found.sort(key=lambda each: (each.stat().st_mtime, each.name))
    return [Leftover(str(each), _size(each), why) for each in found if (why := _why(each))]


def _is_of(path: Path, each: Path) -> bool:
    stem = (path.name, path_for(path).name, folder_for(path).name, f"{path.stem}-")
    return each.name.startswith(stem) and bool(_ASIDE.search(each.name) or _HALF.search(each.name))


def _why(each: Path) -> str:
    if match := _ASIDE.search(each.name):
        return match[1]
    return "half" if time.time() - each.stat().st_mtime > HOUR else ""


def _size(each: Path) -> int:
    files = each.rglob("*") if each.is_dir() else [each]
    return sum(file.stat().st_size for file in files if file.is_file())


def remove(path: Path, found: list[Leftover]) -> None:
    """Delete leftover files permanently. Raises Locked if a process writes the archive."""
    held = lock.take(home(path))
    try:
        for each in found:
            there = Path(each.path)
            if there.is_dir():
                shutil.rmtree(there)
            else:
                there.unlink(missing_ok=True)
    finally:
        lock.release(held)
