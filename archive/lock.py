"""One writer an archive: a lock that dies with its process."""

import errno
import fcntl
import os
from pathlib import Path

from kepu.errors import Locked, NotWritable


def take(database: Path) -> int:
    """Lock `database` for writing and return the file descriptor that holds the lock.

    The lock is an flock on `<database>.lock`: the kernel lets go of it when the process ends, however it ends,
    so there is never a stale one to remove. Raises Locked with the holder's process number, or NotWritable.
    """
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise NotWritable(
            "{path}: {why}. Choose a folder that you may write to.", path=path, why=error.strerror
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
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
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
    return descriptor


def release(descriptor: int) -> None:
    """Let go of the lock. Its file stays: removing it would let two writers hold two locks of one name."""
    os.close(descriptor)
