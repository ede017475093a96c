"""What SQLite and the file system say, turned into errors that name the file and say what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError, Damaged, DiskFull, NotWritable


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into errors that name the file and say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except BrokenPipeError:
        raise  # `kepu … | head`: nobody reads on, and no file is to blame
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        kind: type[ArchiveError] = DiskFull if full else NotWritable
        advice = (
            "free some room and run again: nothing is lost" if full else "choose a folder you may write to"
        )
        raise kind(f"{error.filename or path}: {error.strerror}; {advice}.") from error


def explain(error: sqlite3.Error, path: Path) -> ArchiveError:
    """Return the error to show for what SQLite raised."""
    text = str(error)
    if "full" in text:
        return DiskFull(f"{path}: the disk is full; free some room and run again: nothing is lost.")
    if "readonly" in text or "unable to open" in text:
        return NotWritable(f"{path}: {text}; choose a folder that you may write to.")
    if "malformed" in text or "not a database" in text or "disk I/O" in text:
        return Damaged(
            f"{path}: {text}; `kepu verify` says more, and a backup or the JSONL can bring it back."
        )
    return ArchiveError(f"{path}: {text}.")
