"""Checks the free disk space before SQLite maps its files, since a full disk would end the process by a signal."""

import errno
import os
import tempfile
from pathlib import Path

from kepu.errors import DiskFull

TO_READ = 64 * 2**10
"""Bytes that a reader needs: SQLite maps 32 kB beside a database with a WAL."""

TO_WRITE = 128 * 2**10
"""Bytes that a writer needs before it can say anything at all: the map, a WAL of some pages, a line of the JSONL."""


def room(folder: Path) -> int | None:
    """Return how many bytes this process may still write in a folder; None where it cannot write there at all."""
    found = os.statvfs(folder)
    if found.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
        return None
    usual, all_free = found.f_bavail * found.f_frsize, found.f_bfree * found.f_frsize
    if usual >= TO_WRITE or os.geteuid() != 0:
        return usual
    # What is kept for root may be written by root, but for what the file system keeps for itself: only trying tells.
    return all_free if all_free >= TO_WRITE and _can_allocate(folder) else usual


def _can_allocate(folder: Path) -> bool:
    """Whether TO_WRITE bytes can be had in a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            os.posix_fallocate(file.fileno(), 0, TO_WRITE)
    except OSError as error:
        return error.errno not in {errno.ENOSPC, errno.EDQUOT}
    return True


def is_full(path: Path) -> bool:
    """Whether the disk of a file has no room for what SQLite maps beside a database, which it calls an I/O error."""
    left = room(path.parent)
    return left is not None and left < TO_WRITE


def check(path: Path, needed: int) -> None:
    """Raise DiskFull where fewer than `needed` bytes are free beside `path`; a read-only medium is no full one."""
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    left = room(folder)
    if left is not None and left < needed:
        raise DiskFull(
            "{path}: the disk is full ({left} kB are free, {needed} kB are needed); "
            "free some room and run again: nothing is lost.",
            path=path,
            left=left // 1024,
            needed=-(-needed // 1024),
        )
