"""Read captures: the bytes that the site sent, and the page that they represent."""

import io
import os
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson
from fastwarc.stream_io import BrotliReader, ZstdReader
from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.warc_records import Unreadable, WarcRecord
from kepu.messages import Text, text_of
from kepu.records import Page

COLUMNS = (
    "n, url, kind, type, article, code, part, main, missing, run, at, file, offset, length, asked, record_id, "
    "digest, payload_sha256, refers_to"
)
"""The columns of a CaptureRow, in the order of its fields."""


@dataclass(slots=True)
class CaptureRow:
    """A row of the table `captures`: where a record is in the WARC files, and what became of it."""

    n: int
    """Number of the row."""
    url: str
    """The WARC-Target-URI."""
    kind: str
    """`article`, `file`, or the kind of list or source."""
    type: str
    """The WARC-Type: `response`, `revisit` or `resource`."""
    article: str | None
    """Id of the article that it shows or, for a failure, should show."""
    code: str | None
    """Why it gave no article; None if it gave one, or is a list."""
    part: int
    """Number of the page of its article, from 1."""
    main: int | None
    """For a further part, the `n` of the capture of part 1."""
    missing: str | None
    """For part 1, a JSON list of the URLs of parts that could not be fetched."""
    run: int | None
    """Number of the run that stored it, or None if unknown."""
    at: str
    """The WARC-Date, ISO 8601 in UTC."""
    file: str
    """Name of the WARC file, in the folder of the captures."""
    offset: int
    """Offset of the record in the file, in bytes."""
    length: int
    """`offset` and `length` of its gzip member in `file`, in bytes."""
    asked: int
    """Number of bytes of the member of its request, directly before it; 0 if none was stored."""
    record_id: str
    """WARC-Record-ID of the record."""
    digest: str | None
    """SHA-256 of the payload as it was sent, in hexadecimal."""
    payload_sha256: str | None
    """The same after content decoding."""
    refers_to: str | None
    """For a revisit, the `record_id` of the capture that has its payload."""


def rows(db: Database, where: str, values: Any = ()) -> list[CaptureRow]:
    """Return the captures that match an SQL condition, in the order in which they were written."""
    found = db.execute(f"SELECT {COLUMNS} FROM captures WHERE {where} ORDER BY n", values)
    return [CaptureRow(*row) for row in found]


def find(db: Database, record_id: str) -> CaptureRow | None:
    """Return the capture with a record id, or None."""
    return next(iter(rows(db, "record_id = ?", (record_id,))), None)


def with_parts(db: Database, record_id: str) -> list[CaptureRow]:
    """Return the capture with a record id and those of the parts that were fetched with it, in order."""
    first = find(db, record_id)
    if first is None:
        return []
    return [first, *sorted(rows(db, "main = ?", (first.n,)), key=lambda row: row.part)]


class CaptureReader:
    """The WARC files of a folder, open for random access."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self._open: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()

    def bytes_at(self, file: str, offset: int, length: int) -> bytes:
        """Return bytes of a file, fewer at its end. Raises Unreadable if the file cannot be read."""
        try:
            if file not in self._open:
                if len(self._open) >= 64:
                    os.close(self._open.pop(next(iter(self._open))))
                self._open[file] = os.open(self.folder / file, os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(self._open[file], length, offset)
        except OSError as error:
            raise Unreadable(Text("{path}: {why}", path=self.folder / file, why=error.strerror)) from error

    def record(
        self, row: CaptureRow, unpack: Callable[[bytes], WarcRecord] = warc_records.unpack_fast
    ) -> WarcRecord:
        """Return the record of a capture. Raises Unreadable if it does not match its row."""
        try:
            found = unpack(self.bytes_at(row.file, row.offset, row.length))
        except Unreadable as error:
            raise Unreadable(_at(row, text_of(error))) from error
        if found.id != row.record_id:
            raise Unreadable(_at(row, Text("it holds another record than {record}", record=row.record_id)))
        return found

    def request(self, row: CaptureRow) -> WarcRecord | None:
        """Return the request that a capture answers, or None if none was stored. Raises Unreadable if it is damaged."""
        if not row.asked:
            return None
        return warc_records.unpack_fast(self.bytes_at(row.file, row.offset - row.asked, row.asked))

    def body(self, row: CaptureRow, record: WarcRecord | None = None) -> bytes:
        """Return the payload of a capture after content decoding.

        For a revisit it is that of the capture that it refers to. Raises Unreadable if that is missing, or if the bytes
        differ from those that were captured.
        """
        source = row
        if row.type == "revisit":
            referred = find(self.db, row.refers_to or "")
            if referred is None:
                raise Unreadable(_at(row, Text("the capture it refers to is not there any more")))
            source, record = referred, None
        record = record or self.record(source)
        try:
            body = decoded(unchunked(record), HttpHead(record.head).last("content-encoding"))
        except (zlib.error, OSError, ValueError) as error:
            raise Unreadable(_at(source, str(error))) from error
        if source.payload_sha256 and warc_records.sha256(body) != source.payload_sha256:
            raise Unreadable(_at(source, Text("its bytes are not those that were captured")))
        return body

    def page(self, row: CaptureRow) -> Page:
        """Return a capture as a page, without its further parts. Raises Unreadable if it cannot be read."""
        record = self.record(row)
        header = HttpHead(record.head)
        is_http = record.is_http
        return Page(
            body=self.body(row, record),
            url=row.url if is_http or not row.url.startswith("file:") else None,
            url_requested=row.url if is_http else None,
            status=header.status,
            content_type=header.last("content-type"),
            etag=header.last("etag"),
            last_modified=header.last("last-modified"),
            fetched_at=row.at,
            run=row.run,
            part=row.part,
            parts_missing=orjson.loads(row.missing) if row.missing else [],
        )


class HttpHead:
    """The header of an HTTP response: its status and its fields."""

    def __init__(self, head: bytes) -> None:
        first, *lines = head.split(b"\r\n")
        status = first.split(b" ")[1:2]
        self.status = int(status[0]) if status and status[0].isdigit() else None
        """The status, or None if there is no HTTP header."""
        self._fields = [
            (name.strip().lower(), value) for name, _, value in (line.partition(b":") for line in lines)
        ]

    def last(self, name: str) -> str | None:
        """Return the last value of a field, as the crawler does, or None if it is missing."""
        values = [value for key, value in self._fields if key == name.encode()]
        return values[-1].decode("latin-1").strip() or None if values else None


def unchunked(record: WarcRecord) -> bytes:
    """Return the payload of a record after removing the chunked coding of HTTP/1.1 (RFC 9112, 7.1), if it has one.

    Raises Unreadable if the last chunk is missing.
    """
    payload = record.payload
    if not record.is_chunked:
        return payload
    out: list[bytes] = []
    at = 0
    while match := _CHUNK_SIZE.match(payload, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(out)
        out.append(payload[match.end() : match.end() + size])
        at = match.end() + size + 2
    if out:
        raise Unreadable(Text("its chunks do not come to their end"))
    return payload  # the crawler removed the chunks and left the header unchanged


_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n")
"""Matches the line before a chunk: its size in hexadecimal (group 1), and extensions."""


LARGEST = 128 * 2**20
"""Maximum number of bytes of a payload after content decoding; more is a decompression bomb."""


def decoded(payload: bytes, codings: str | None, limit: int = LARGEST) -> bytes:
    """Return a payload after undoing its content codings (RFC 9110, 8.4), last one first, up to an unknown one.

    A gzip stream is read up to where it is cut short. Raises Unreadable, a ValueError, if the result has more than
    `limit` bytes; a damaged stream raises it too, or ValueError, OSError or zlib.error.
    """
    for coding in reversed((codings or "").lower().split(",")):
        decode = _DECODERS.get(coding.strip())
        if decode is None:
            break
        payload = decode(payload, limit + 1)
        if len(payload) > limit:
            raise Unreadable(Text("over {n} MB once decompressed", n=limit // 2**20))
    return payload


def _gunzip(data: bytes, limit: int) -> bytes:
    """Return the contents of a gzip stream up to where it is cut short, as the crawler does; at most `limit` bytes."""
    out = b""
    while data and len(out) < limit:
        unpacker = zlib.decompressobj(31)
        try:
            out += unpacker.decompress(data, limit - len(out))
        except zlib.error:
            break
        data = unpacker.unused_data
    return out


def _inflate(data: bytes, limit: int) -> bytes:
    """Return the contents of a deflate stream, with a zlib header or, as some servers send it, without."""
    for bits in (15, -15):
        unpacker = zlib.decompressobj(bits)
        try:
            out = unpacker.decompress(data, limit)
        except zlib.error:
            continue
        if unpacker.eof or len(out) == limit:
            return out
    raise Unreadable(Text("its deflate stream is not whole"))


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": lambda data, limit: BrotliReader(io.BytesIO(data)).read(limit),
    "zstd": lambda data, limit: ZstdReader(io.BytesIO(data)).read(limit),
}
"""Map each content coding to its function (payload, limit), which returns at most `limit` bytes."""


def _at(row: CaptureRow, what: str) -> Text:
    """Return a message about a capture, with its file and offset."""
    return Text("{path} at {n}: {what}", path=row.file, n=row.offset, what=what)
