"""Turn errors of the file system into errors that name the file and say what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kepu.errors import ArchiveError, DiskFull, NotWritable


@contextmanager
def explained_files(path: Path) -> Iterator[None]:
    """Turn an OSError in the block into DiskFull or NotWritable; `path` is named if the error names no file.

    A BrokenPipeError passes unchanged, because `kepu … | head` causes it, not a file.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        values = {"path": error.filename or path, "why": error.strerror}
        if full:
            raise DiskFull(
                "{path}: {why}; free some room and run again: nothing is lost.", **values
            ) from error
        raise NotWritable("{path}: {why}; choose a folder you may write to.", **values) from error


def denied(error: Exception) -> ArchiveError | None:
    """Return the error that names the file or folder that this user may not enter, read or write.

    Return None if `error` is no PermissionError, or names no file.
    """
    if not isinstance(error, PermissionError) or error.filename is None:
        return None
    return ArchiveError(
        "{path}: this user may not read or write there. Name another place, or run the command as another user or in "
        "another folder.",
        path=error.filename,
    )
