"""Empty the folder of `make demo` before each run. If it holds files of other origin, the folder is moved aside."""

import json
import shutil
from pathlib import Path

from archive.moved_aside_files import free_name
from kepu.messages import say

MARK = ".made-by-make-demo.json"
"""Name of the file that lists what the demo wrote: path, size and modification time in nanoseconds of each file."""

DERIVED = ("kepu.corpus/", "kepu.db-shm", "kepu.db.lock")
"""Beginnings of the paths that every reading command may write, and that hold nothing of their own."""

Made = dict[str, list[int]]


def empty(folder: Path) -> str | None:
    """Remove what an earlier demo wrote to `folder`, and return a line for the reader if the folder was moved aside.

    The folder is deleted only if every file in it is as the demo wrote it. Otherwise it is renamed to the first free
    name of `FOLDER.before-1`, `FOLDER.before-2` and so on. Raises OSError if it can be neither deleted nor renamed.
    """
    if not folder.exists() and not folder.is_symlink():
        return None
    if not folder.is_symlink() and folder.is_dir() and _files(folder).items() <= _listed(folder).items():
        shutil.rmtree(folder)
        return None
    aside = folder.rename(free_name(folder, "before"))
    return say(
        "{folder} holds files that this demo did not make; it was moved to {aside}.",
        folder=folder,
        aside=aside,
    )


def list_files(folder: Path) -> None:
    """Write the list of the files in `folder` to the file MARK in it."""
    (folder / MARK).write_text(json.dumps(_files(folder), ensure_ascii=False, indent=0), encoding="utf-8")


def _files(folder: Path) -> Made:
    """Return size and modification time of each file, link and empty folder below a folder."""
    found: Made = {}
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            stat = path.lstat()
            if stat.st_size or not path.name.endswith("-wal"):  # a reader may leave an empty WAL
                found[str(path.relative_to(folder))] = [stat.st_size, stat.st_mtime_ns]
    return {path: stat for path, stat in found.items() if path != MARK and not path.startswith(DERIVED)}


def _listed(folder: Path) -> Made:
    """Return the list that an earlier demo wrote, or an empty one."""
    try:
        found: Made = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found
