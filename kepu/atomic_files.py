"""Write files atomically: readers never see an incomplete file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kepu.file_errors import explained_files


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: readers see either the old or the new contents.

    Raises NotWritable or DiskFull; the old file then remains.
    """
    with explained_files(path), replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that replaces `path` at the end of the block, after its bytes are on disk (fsync).

    If the block raises, the new file is deleted and `path` is unchanged. Raises OSError if the file cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_synced(path: Path, content: bytes) -> None:
    """Write a file, and return after its bytes are on disk (fsync). Raises OSError."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Return after a file or a folder is on disk (fsync), so that it survives a power failure. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
