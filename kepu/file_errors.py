"""Turn errors of the file system into errors that name the file and say what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kepu.errors import DiskFull, NotWritable


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
