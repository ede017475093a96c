"""Erase captures permanently: delete their rows at once, and overwrite their bytes in place.

An erased record leaves a filler of exactly its length: a gzip member with the time of the erasure and nothing of the
record. So no other record moves: references to a file and an offset, in the tables, in an export or in somebody's
notes, remain valid, and a file of a gigabyte is not copied because of one page.
"""

import os
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from archive.captures import manifest_sha256, warc_records

STORED = 65535
"""Maximum number of bytes in a stored block of deflate (RFC 1951, 3.2.4); five bytes come before each."""

GZIP = 18
"""Bytes of the header and the trailer of a gzip member (RFC 1952)."""


def of_articles(db: Database, ids: Iterable[str]) -> list[str]:
    """Return the record ids of all captures of these articles, their parts included."""
    captures = db.table("captures")
    return [row["record_id"] for article in ids for row in captures.rows_where("article = ?", [article])]


def forget(db: Database, record_ids: Iterable[str]) -> list[str]:
    """Delete captures from the table, within the caller's transaction; `purge` erases their bytes after its commit.

    Return the ids of revisits of other articles whose payload is erased too: their rows remain without a payload.
    """
    left: set[str] = set()
    gone = list(record_ids)
    captures = db.table("captures")
    for record_id in gone:
        places = list(captures.rows_where("record_id = ?", [record_id], select=_PLACE))
        if not places:
            continue
        db.table("internal_capture_purges").insert_all(places)
        captures.delete_where("record_id = ?", [record_id])
        left.update(row["record_id"] for row in captures.rows_where("refers_to = ?", [record_id]))
    return sorted(left - set(gone))


_PLACE = "file, offset - asked AS offset, asked + length AS length"
"""The bytes of a capture and of its request, which precedes it."""


def purge(db: Database, folder: Path) -> int:
    """Overwrite the records of erased articles, sync the files, and remove them from the list of pending erasures.

    Return the number of places overwritten. The program may be killed at any moment; opening the archive calls this
    again. Raises OSError if a file is not writable; its place and those after it then remain in the list.
    """
    purges = db.table("internal_capture_purges")
    places = list(purges.pks_and_rows_where())
    manifest_sha256.drop(folder, {place["file"] for _, place in places})
    for rowid, place in places:
        path = folder / place["file"]
        if path.exists():
            _wipe(path, place["offset"], place["length"])
        purges.delete(rowid)
    return len(places)


def _wipe(path: Path, offset: int, length: int) -> None:
    """Overwrite part of a file with a filler, or truncate the file if it ends within that part; then sync it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        if offset + length <= size:
            data = memoryview(filler(length))
            while data:
                written = os.pwrite(descriptor, data, offset)
                offset, data = offset + written, data[written:]
        elif offset < size:  # a file that was truncated in the middle of it
            os.truncate(descriptor, offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def filler(length: int) -> bytes:
    """Return a gzip member of exactly `length` bytes with one WARC record, to overwrite an erased record.

    Raises ValueError if `length` is below 190; every record is longer.
    """
    blocks = -(-(length - GZIP) // (STORED + 5))
    size = length - GZIP - 5 * blocks
    header = "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {:%Y-%m-%dT%H:%M:%SZ}\r\n"
    start = (
        header.format(warc_records.new_id(), datetime.now(UTC)).encode() + b"Content-Length: %010d\r\n\r\n"
    )
    room = size - len(start % 0) - 4
    if room < 0:
        raise ValueError(f"{length} bytes are too few for a filler")
    note = b"taken out"
    data = start % room + note[:room] + b" " * (room - len(note)) + b"\r\n\r\n"
    member = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    for n in range(blocks):
        piece = data[n * STORED : (n + 1) * STORED]
        is_last = n == blocks - 1
        member += [bytes([is_last]), len(piece).to_bytes(2, "little")]
        member += [(len(piece) ^ 0xFFFF).to_bytes(2, "little"), piece]
    member += [zlib.crc32(data).to_bytes(4, "little"), (len(data) & 0xFFFFFFFF).to_bytes(4, "little")]
    return b"".join(member)
