"""Find where the next record of a WARC file begins, after one that cannot be read."""

import os
import re
import zlib
from collections.abc import Iterator

_MEMBER = b"\x1f\x8b\x08"
"""First bytes of a gzip member."""
_LINE = b"WARC/"
"""First bytes of a record."""
_VERSION = re.compile(rb"WARC/(?:0\.1[789]|1\.[0-9]+)\r?\n")
"""Matches the first line of a record."""
_PIECE, _OVERLAP = 2**20, 8
"""Number of bytes that are read at a time, and of those that are read again with the next piece."""


def next_record(file: int, at: int) -> int | None:
    """Return the offset of the first record at or after `at`, or None if there is none.

    `file` is the descriptor of a WARC file, compressed or not. A gzip member counts if it unpacks to the beginning of a
    record. The file is read one piece at a time, not with mmap, whose pages count towards the process's memory use.
    """
    is_compressed = os.pread(file, 2, 0) == _MEMBER[:2]
    begins = _unpacks_to_a_record if is_compressed else _is_line_of_a_record
    return next(
        (place for place in _places(file, at, _MEMBER if is_compressed else _LINE) if begins(file, place)),
        None,
    )


def _places(file: int, at: int, wanted: bytes) -> Iterator[int]:
    """Yield the offsets of these bytes in the file."""
    for start, piece in _pieces(file, at):
        found = piece.find(wanted)
        while found >= 0:
            yield start + found
            found = piece.find(wanted, found + 1)


def _pieces(file: int, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, bytes) of the pieces of a file from `at` on; each begins with the end of the one before it."""
    while piece := os.pread(file, _PIECE, at):
        yield at, piece
        if len(piece) <= _OVERLAP:
            return
        at += len(piece) - _OVERLAP


def _unpacks_to_a_record(file: int, at: int) -> bool:
    """Return whether a gzip member begins at `at` and unpacks to the beginning of a record."""
    try:
        return zlib.decompressobj(31).decompress(os.pread(file, 512, at), 64).startswith(_LINE)
    except zlib.error:
        return False


def _is_line_of_a_record(file: int, at: int) -> bool:
    """Return whether a line begins at `at` and is the first line of a record."""
    return (at == 0 or os.pread(file, 1, at - 1) == b"\n") and _VERSION.match(
        os.pread(file, 16, at)
    ) is not None
