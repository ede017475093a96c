"""The reader of all WARC files, ours and those of others: yields each record with its offset, and finds truncation.

It uses zlib rather than a WARC library, because offsets must be exact and truncation must be noticed. If the last
member of a file lacks the 8 bytes of its trailer, fastwarc 1.0 and warcio 1.8 both return every record with a digest
that `passed is True`; if it lacks 40 bytes, warcio reports None and raises nothing.
"""

import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.captures import warc_records
from archive.captures.next_record import next_record
from archive.captures.warc_records import Unreadable, WarcRecord
from kepu.messages import Text

_CHUNK = 2**18
"""Number of bytes that are read at a time."""

GZIP = b"\x1f\x8b"
"""First bytes of every gzip member."""

Placed = tuple[int, int, WarcRecord]
"""Offset and length of a record's gzip member (of the record itself in an uncompressed file), and the record."""


def walk(path: Path, start: int = 0) -> Iterator[Placed]:
    """Yield each record of a WARC file from offset `start` on. Raises Unreadable at the first damaged one.

    Both `.warc.gz` (one gzip member per record) and `.warc` are read. `start` must be the offset of a record.
    """
    with path.open("rb") as file:
        file.seek(start)
        first = file.read(2)
        file.seek(start)
        yield from _members(file, start) if first == GZIP else _plain(file, start)


def walk_on(path: Path, start: int = 0) -> Iterator[Placed | tuple[int, int, Unreadable]]:
    """Yield records as `walk` does, but continue after a damaged one, which is yielded as (offset, length, reason)."""
    at = start
    while True:
        try:
            for offset, length, record in walk(path, at):
                yield offset, length, record
                at = offset + length
        except Unreadable as error:
            following = _next_record_of(path, at + 1)
            yield at, following - at, error
            at = following
        else:
            return


def _next_record_of(path: Path, at: int) -> int:
    """Return where the next intact record of a file begins, or the length of the file."""
    size = path.stat().st_size
    if at >= size:
        return size
    with path.open("rb") as file:
        if file.read(2) != GZIP:
            return next_record(file.fileno(), at) or size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        while (at := data.find(GZIP + b"\x08", at)) >= 0:
            file.seek(at)
            try:
                next(_members(file, at))
            except Unreadable:
                at += 1
            else:
                return at
    return size


def _members(file: BinaryIO, at: int) -> Iterator[Placed]:
    """Yield the records of a compressed file, whose position is `at`. Raises Unreadable at the first damaged one."""
    data = file.read(_CHUNK)
    while data:
        unpacker, out, used = zlib.decompressobj(31), [], 0
        while not unpacker.eof:
            if not data:
                raise Unreadable(Text("the last gzip member is not whole"))
            try:
                out.append(unpacker.decompress(data))
            except zlib.error as error:
                raise Unreadable(Text("no gzip: {error}", error=str(error))) from error
            used += len(data) - len(unpacker.unused_data)
            data = unpacker.unused_data if unpacker.eof else file.read(_CHUNK)
        yield at, used, warc_records.parse(b"".join(out))
        at += used
        data = data or file.read(_CHUNK)


def _plain(file: BinaryIO, at: int) -> Iterator[Placed]:
    """Yield the records of an uncompressed file, whose position is `at`. Raises Unreadable at the first damaged one."""
    while first := file.readline(2**16):
        head = first
        while (line := file.readline(2**16)) not in {b"\r\n", b""}:
            head += line
        length = warc_records.length_of(head)
        rest = file.read(length + 4)
        record = warc_records.parse(head + b"\r\n" + rest)
        size = len(head) + 2 + len(rest)
        yield at, size, record
        at += size
