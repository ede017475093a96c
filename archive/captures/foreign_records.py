"""Read the records of another crawler's WARC file one after the other, checking each completely in constant memory.

A record has to end where its length says, and where its gzip member ends. Otherwise a record with too great a length
would swallow the following ones and be imported with their bytes, since WARC libraries continue in the next member.
"""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.captures.foreign_bundles import GZIP, LeftOut
from archive.captures.next_record import next_record
from archive.captures.read_captures import HttpHead
from archive.captures.warc_records import Unreadable

LONGEST_HEAD = 2**18
"""Maximum number of bytes of the header of a record, or of the HTTP header in it."""

_FIRST, _PIECE = 2**15, 2**20
"""Bytes of a gzip member that are decompressed first, and in each further step."""

_ENDS = (b"\r\n\r\n", b"\r\n", b"")
"""Bytes that may follow a record: some programs leave out the empty lines of the standard."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that is intact."""

    offset: int
    """Offset of its first byte (or of its gzip member) in the file."""
    end: int
    """Offset at which the next record begins."""
    fields: dict[str, str]
    """Header fields by lower-case name; of repeated fields, the last value."""
    length: int
    """Number of bytes of its block."""
    start: bytes
    """The first bytes of its block, up to LONGEST_HEAD."""

    @property
    def type(self) -> str:
        """The WARC-Type: response, revisit …"""
        return self.fields.get("warc-type", "")

    @property
    def is_http(self) -> bool:
        """Whether its block is an HTTP message."""
        return self.fields.get("content-type", "").startswith("application/http")

    @property
    def http(self) -> HttpHead:
        """The header of its HTTP message; without a status if there is none."""
        head, end, _ = self.start.partition(b"\r\n\r\n")
        is_whole = end or len(self.start) == self.length
        return HttpHead(head if self.is_http and is_whole and head.startswith(b"HTTP/") else b"")


def found_records(path: Path, left_out: LeftOut) -> Iterator[FoundRecord]:
    """Yield the records of a file, compressed or not; `left_out` is called with the reason for each unreadable one.

    Reading continues with the next readable record. Raises OSError if the file cannot be read.
    """
    with path.open("rb") as opened:
        file, size = opened.fileno(), path.stat().st_size
        read = _member if os.pread(file, 2, 0) == GZIP else _plain
        at: int | None = 0
        while at is not None and at < size:
            try:
                record = read(file, at)
            except Unreadable as error:
                left_out(f"a record that cannot be read ({error})")
                at = next_record(file, at + 1)
            else:
                yield record
                at = record.end


def _plain(file: int, at: int) -> FoundRecord:
    """Return the record that begins at `at` in an uncompressed file. Raises Unreadable if it is damaged."""
    start = os.pread(file, _FIRST, at)
    if b"\r\n\r\n" not in start:
        start = os.pread(file, LONGEST_HEAD, at)
    header, end, _ = start.partition(b"\r\n\r\n")
    if not end:
        raise Unreadable("its header does not end")
    fields, length = _header(header)
    block = at + len(header) + 4
    behind = os.pread(file, 4, block + length)
    end = next(each for each in _ENDS if behind.startswith(each))
    if not end and (behind or os.fstat(file).st_size < block + length):
        raise Unreadable("it is not as long as it says")
    return FoundRecord(
        at, block + length + len(end), fields, length, os.pread(file, min(length, LONGEST_HEAD), block)
    )


def _member(file: int, at: int) -> FoundRecord:
    """Return the record in the gzip member that begins at `at`. Raises Unreadable if it is damaged."""
    pieces = _Pieces(file, at)
    start = b""
    while b"\r\n\r\n" not in start:
        piece = pieces.next()
        if not piece or len(start) > LONGEST_HEAD:
            raise Unreadable("its header does not end")
        start += piece
    header, _, start = start.partition(b"\r\n\r\n")
    fields, length = _header(header)
    size, tail = len(start), start[length:]
    while piece := pieces.next():
        if len(start) < min(length, LONGEST_HEAD):
            start += piece
        tail += piece[max(0, length - size) :]
        size += len(piece)
        if len(tail) > len(_ENDS[0]):
            break
    if size < length or tail not in _ENDS:
        raise Unreadable("it is not as long as it says")
    return FoundRecord(at, pieces.at, fields, length, start[: min(length, LONGEST_HEAD)])


class _Pieces:
    """The contents of a gzip member, one piece at a time."""

    def __init__(self, file: int, at: int) -> None:
        self.at = at
        """Offset of the end of the member, once everything was read."""
        self._file, self._unpacker, self._tail = file, zlib.decompressobj(31), b""
        self._size = _FIRST

    def next(self) -> bytes:
        """Return the next piece, or no bytes at the end of the member. Raises Unreadable if the member is cut short."""
        while not self._unpacker.eof:
            given = self._tail or os.pread(self._file, self._size, self.at)
            if not given:
                raise Unreadable("the gzip member is not whole")
            try:
                piece = self._unpacker.decompress(given, _PIECE)
            except zlib.error as error:
                raise Unreadable(f"no gzip: {error}") from error
            ended = self._unpacker.eof
            self._tail = self._unpacker.unused_data if ended else self._unpacker.unconsumed_tail
            self.at, self._size = self.at + len(given) - len(self._tail), _PIECE
            if piece:
                return piece
        return b""


def _header(header: bytes) -> tuple[dict[str, str], int]:
    """Return the fields of a record and the length of its block."""
    first, *lines = header.decode("utf-8", "replace").split("\r\n")
    if not first.startswith("WARC/"):
        raise Unreadable("no WARC record")
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < 16):
        raise Unreadable("it has no length")
    return fields, int(length)
