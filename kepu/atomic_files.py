"""Files that appear whole or not at all."""

import os
from pathlib import Path

from kepu.file_errors import explained_files


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: a reader sees the old one or the new one, never half of it, whatever happens.

    Raises NotWritable or DiskFull, and then the old one stands.
    """
    fresh = path.with_name(path.name + ".new")
    with explained_files(path):
        try:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise


def sync(path: Path) -> None:
    """Make sure that a file's bytes, or a folder's names, outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
