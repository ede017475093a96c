"""Is there room on the disk? Asked before SQLite maps its files, because a full disk ends that by a signal."""

import os
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
    blocks = found.f_bfree if os.geteuid() == 0 else found.f_bavail
    return blocks * found.f_frsize


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
