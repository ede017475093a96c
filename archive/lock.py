"""Allow one writer per archive: a lock that ends with its process, and beside it a mark of the last commit.

The first line of `<database>.lock` has the number of the writing process. The second one identifies the archive that
was written last and its number of commits then. It is written after each commit, so a database with fewer commits than
the mark has lost some: its WAL is missing or damaged, or an older copy replaced it.

The package filelock uses the same flock, but it deletes the file on release, and with it the mark and the process
number. So the lock is our own code.
"""

import errno
import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from kepu.errors import Locked, NotWritable

PLACE = 32
"""Byte offset in the lock file at which the mark begins."""

WIDTH = 64
"""Bytes of the mark, padded with spaces so that one write replaces all of it."""


class CommitMark(NamedTuple):
    """The number of commits that an archive had when it was last written."""

    archive: str
    """The random name of the archive (`internal_state.archive`)."""
    commits: int
    """Number of commits."""


def file_of(database: Path) -> Path:
    """Return the path of the lock file of a database."""
    return database.with_name(database.name + ".lock")


def read_mark(database: Path) -> CommitMark | None:
    """Return the mark beside a database, or None if it is missing or unreadable."""
    try:
        with file_of(database).open("rb") as file:
            file.seek(PLACE)
            archive, commits = file.read(WIDTH).split()
            return CommitMark(archive.decode("ascii"), int(commits))
    except (OSError, ValueError):
        return None


def write_mark(descriptor: int, mark: CommitMark) -> None:
    """Write the mark into the lock file, whose descriptor `take` returned.

    On a full disk the old mark remains, which is valid too.
    """
    os.pwrite(descriptor, f"{mark.archive} {mark.commits}".ljust(WIDTH - 1).encode("ascii") + b"\n", PLACE)


def take(database: Path) -> int:
    """Lock `database` for writing and return the file descriptor that holds the lock.

    The lock is an flock on `<database>.lock`: the kernel releases it when the process ends for any reason, so there is
    never a stale lock. Raises Locked with the holder's process number if another process holds it, or NotWritable if
    the file cannot be created or the file system has no locks.
    """
    path = file_of(database)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise NotWritable(
            "{path}: {why}. Choose a folder that you may write to.", path=path, why=error.strerror
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, PLACE).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        if error.errno not in {errno.EAGAIN, errno.EACCES}:
            raise NotWritable(
                "{path}: {why}. This file system cannot lock files.", path=path, why=error.strerror
            ) from error
        raise Locked(
            "{database} is being written by process {holder}: wait until it ends.",
            database=database,
            holder=holder,
        ) from error
    os.pwrite(descriptor, str(os.getpid()).ljust(PLACE - 1).encode("ascii") + b"\n", 0)
    return descriptor


def release(descriptor: int) -> None:
    """Release the lock.

    The file is kept, because deleting it would let two writers lock different files of the same name.
    """
    os.close(descriptor)
