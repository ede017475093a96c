"""Save what comes from a pipe as a file with random access, under a name that shows its type."""

import hashlib
import shutil
import zlib
from pathlib import Path
from typing import BinaryIO

from archive.captures.foreign_bundles import GZIP, RESERVE, ZIP
from kepu.errors import DiskFull
from kepu.messages import Text

_PIECE = 2**20
"""Number of bytes that are read at a time."""


def kept(stream: BinaryIO, folder: Path) -> Path:
    """Save a stream as a file in a folder, named by its digest, and return its path: equal bytes give the same file.

    Raises DiskFull if less than RESERVE bytes would stay free.
    """
    waiting = folder / "standard-input"
    digest, start = hashlib.sha256(), b""
    with waiting.open("wb") as out:
        while piece := stream.read(_PIECE):
            if shutil.disk_usage(folder).free < RESERVE:
                waiting.unlink()
                raise DiskFull(
                    Text("{folder}: the disk has no room for what comes from the pipe", folder=folder)
                )
            start = start or piece[:4096]
            digest.update(piece)
            out.write(piece)
    file = folder / f"standard-input-{digest.hexdigest()[:16]}{_ending(start)}"
    if file.exists():  # left by a killed import that is resumed: its modification time must stay
        waiting.unlink()
        return file
    return waiting.rename(file)


def _ending(start: bytes) -> str:
    """Return the file extension that fits the first bytes."""
    if start.startswith(ZIP):
        return ".wacz"
    if start.startswith(GZIP):
        return f"{_ending(_unpacked(start))}.gz"
    if start.startswith(b"WARC/"):
        return ".warc"
    return ".html" if b"<" in start else ".txt"


def _unpacked(start: bytes) -> bytes:
    """Return the beginning of the contents of a gzip file; no bytes if it is damaged."""
    try:
        return zlib.decompressobj(31).decompress(start, 4096)
    except zlib.error:
        return b""
