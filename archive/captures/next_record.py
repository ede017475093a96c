"""Where the next record of a WARC file begins, behind one that cannot be read."""

import mmap
import re
import zlib
from pathlib import Path

_MEMBER = b"\x1f\x8b\x08"
_PLAIN = re.compile(rb"(?:(?<=\n)|\A)WARC/(?:0\.1[789]|1\.[0-9]+)\r?\n")


def next_record(path: Path, at: int) -> int | None:
    """Return the place of the first record at or behind a byte, or None; the file may be compressed or not.

    A gzip member counts where it unpacks to the beginning of a record; the file is mapped and not read into memory.
    """
    if at >= path.stat().st_size:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:2] != _MEMBER[:2]:
            found = _PLAIN.search(data, at)
            return found.start() if found else None
        while (at := data.find(_MEMBER, at)) >= 0:
            if _begins_a_record(data[at : at + 512]):
                return at
            at += 1
    return None


def _begins_a_record(start: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(start, 64).startswith(b"WARC/")
    except zlib.error:
        return False
