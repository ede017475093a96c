"""Check the free disk space before SQLite maps its files, because a full disk would kill the process by a signal."""

import errno
import os
import tempfile
from pathlib import Path

from kepu.errors import DiskFull

TO_READ = 64 * 2**10
"""Bytes that a reader needs: SQLite maps 32 kB beside a database with a WAL."""

TO_WRITE = 128 * 2**10
"""Bytes that a writer needs at least: the shared memory map, a WAL of some pages, a line of the JSONL."""


def room(folder: Path) -> int | None:
    """Return the number of bytes that this process can still write in a folder, or None if it cannot write there."""
    found = os.statvfs(folder)
    if found.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
        return None
    usual, all_free = found.f_bavail * found.f_frsize, found.f_bfree * found.f_frsize
    if usual >= TO_WRITE or os.geteuid() != 0:
        return usual
    # Root may use the space reserved for root, except what the file system needs itself: only trying shows how much.
    return all_free if all_free >= TO_WRITE and _can_allocate(folder) else usual


def _can_allocate(folder: Path) -> bool:
    """Return whether TO_WRITE bytes can be allocated in a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            os.posix_fallocate(file.fileno(), 0, TO_WRITE)
    except OSError as error:
        return error.errno not in {errno.ENOSPC, errno.EDQUOT}
    return True


def is_full(path: Path) -> bool:
    """Return whether the disk is too full for the file that SQLite maps beside a database.

    SQLite reports an I/O error then.
    """
    left = room(path.parent)
    return left is not None and left < TO_WRITE


def check(path: Path, needed: int) -> None:
    """Raise DiskFull if less than `needed` bytes are free beside `path`; a read-only medium does not count as full."""
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
