"""WARC and WACZ files of other crawlers: their article pages, in order of time, each as a page with its capture.

The index of a file is made first, by fastwarc, which streams: a record of 10 GB costs no memory. The pages are read
afterwards, one after the other, by their places.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastwarc.warc import ArchiveIterator, WarcRecordType

from archive.captures import warc_records
from archive.captures.foreign_bundles import LeftOut, warc_files
from archive.captures.next_record import next_record
from archive.captures.private_fields import PRIVATE_FIELDS, without_fields
from archive.captures.read_captures import HttpHead, decoded, unchunked
from archive.captures.warc_records import Unreadable, WarcRecord, is_payload
from kepu import urls
from kepu.records import Capture, Discovery, Page
from kepu.utc_text import utc_text

MAX_PAGE = 32 * 1024 * 1024
"""A record of more bytes is no article's page."""

ENDINGS = (".warc", ".warc.gz", ".wacz")
_PAGES = {"text/html", "application/xhtml+xml"}
IsWanted = Callable[[str], bool]
"""Says whether a page with this URL is to be taken."""


def is_foreign(path: Path) -> bool:
    """Return whether a file is a WARC or WACZ file, by its name."""
    return path.name.lower().endswith(ENDINGS)


def is_index(path: Path) -> bool:
    """Return whether a file is an index of WARC files (CDX, CDXJ), by its name."""
    return path.name.lower().removesuffix(".gz").endswith((".cdx", ".cdxj", ".idx"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record of the index."""

    file: Path
    offset: int
    url: str
    at: str
    part: int
    digest: str | None
    is_revisit: bool


def pages(
    paths: Sequence[Path], scratch: Path, *, is_wanted: IsWanted, left_out: LeftOut, run: int | None = None
) -> Iterator[Page]:
    """Yield the article pages that WARC and WACZ files hold, the earliest first, each with its further parts.

    Only pages whose URL `is_wanted` are taken; `left_out` is given the reason for each other record. `scratch` is a
    folder for the WARC files out of WACZ. Raises OSError where a file cannot be read at all.
    """
    with closing(
        sqlite3.connect("")
    ) as conn:  # SQLite's own temporary file: memory does not grow with the records
        conn.execute(
            "CREATE TABLE entries (key TEXT, part INTEGER, at TEXT, url TEXT, file TEXT, offset INTEGER, "
            "digest TEXT, is_revisit INTEGER)"
        )
        for file in warc_files(paths, scratch, left_out):
            conn.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _index(file, is_wanted, left_out)
            )
        conn.execute("CREATE INDEX by_key ON entries (key, part)")
        conn.execute("CREATE INDEX by_digest ON entries (digest)")
        for row in conn.execute("SELECT key, rowid FROM entries WHERE part = 1 ORDER BY at, rowid"):
            page = _page(conn, row[1], left_out, run)
            if page is not None:
                page.parts = list(_parts(conn, row[0], page, left_out, run))
                yield page


def _index(file: Path, is_wanted: IsWanted, left_out: LeftOut) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each record that is wanted; behind one that cannot be read, go on with the next that can."""
    at: int | None = 0
    tomorrow = utc_text(datetime.now(UTC) + timedelta(days=1))
    while at is not None:
        last = at
        try:
            for record in _records(file, at):
                last = max(last, record.stream_pos)
                found = _wanted(record, is_wanted, tomorrow)
                if isinstance(found, str):
                    left_out(found)
                    continue
                here, moment = found
                digest = record.headers.get("WARC-Payload-Digest")
                is_revisit = record.record_type == WarcRecordType.revisit
                yield here.key, here.part, moment, here.url, str(file), record.stream_pos, digest, is_revisit
        except (OSError, ValueError, OverflowError, UnicodeError) as error:
            left_out(f"a record that cannot be read ({error})")
            at = next_record(file, last + 1)
        else:
            return


def _records(file: Path, at: int) -> Iterator[Any]:
    kinds = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
    with file.open("rb") as stream:
        stream.seek(at)
        yield from ArchiveIterator(stream, record_types=kinds, parse_http=True)


@dataclass(frozen=True, slots=True)
class _Here:
    """What the URL of a record tells."""

    key: str
    part: int
    url: str


def _wanted(record: Any, is_wanted: IsWanted, tomorrow: str) -> tuple[_Here, str] | str:
    """Return the URL and time of a record that holds an article's page, or why it does not."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    here = urls.parse(url)
    if not is_wanted(url):
        return "another host"
    if here is None:
        return "not the URL of an article"
    at = _time(record.headers.get("WARC-Date") or "")
    if at is None or at > tomorrow:
        return "no valid date, or one in the future"
    if record.record_type == WarcRecordType.revisit:
        return _Here(here.key, here.part, url), at
    if record.content_length > MAX_PAGE:
        return f"larger than {MAX_PAGE // 1024 // 1024} MB"
    if record.record_type == WarcRecordType.response:
        status = record.http_headers.status_code if record.http_headers is not None else None
        if status != 200:
            return f"status {status}"
    kind = record.http_content_type or record.headers.get("Content-Type") or ""
    if kind.partition(";")[0].strip().lower() not in _PAGES:
        return "not HTML"
    return _Here(here.key, here.part, url), at


def _time(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return utc_text(moment)


def _parts(
    conn: sqlite3.Connection, key: str, page: Page, left_out: LeftOut, run: int | None
) -> Iterator[Page]:
    """Yield the further parts of an article, of each the capture nearest in time to that of part 1."""
    rows = conn.execute(
        "SELECT part, rowid FROM entries WHERE key = ? AND part > 1 "
        "ORDER BY part, abs(julianday(at) - julianday(?))",
        (key, page.fetched_at),
    )
    seen: set[int] = set()
    for part, rowid in rows.fetchall():
        if part not in seen and (found := _page(conn, rowid, left_out, run)) is not None:
            seen.add(part)
            yield found


def _page(conn: sqlite3.Connection, rowid: int, left_out: LeftOut, run: int | None) -> Page | None:
    row = conn.execute(
        "SELECT file, offset, url, at, part, digest, is_revisit FROM entries WHERE rowid = ?", (rowid,)
    ).fetchone()
    entry = _entry(row)
    source = entry
    if entry.is_revisit:
        first = conn.execute(
            "SELECT file, offset, url, at, part, digest, is_revisit FROM entries "
            "WHERE digest = ? AND NOT is_revisit ORDER BY at LIMIT 1",
            (entry.digest,),
        ).fetchone()
        if first is None:
            left_out("a revisit whose payload is not in the files")
            return None
        source = _entry(first)
    try:
        return _read(source, entry, run)
    except (Unreadable, OSError, ValueError, OverflowError, zlib.error) as error:
        left_out(f"a record that is not whole ({error})")
        return None


def _entry(row: tuple[Any, ...]) -> _Entry:
    file, offset, url, at, part, digest, is_revisit = row
    return _Entry(Path(file), offset, url, at, part, digest, bool(is_revisit))


def _read(source: _Entry, entry: _Entry, run: int | None) -> Page:
    """Return the page of a record, with its capture, as if it had been fetched when `entry` was."""
    with source.file.open("rb") as stream:
        stream.seek(source.offset)
        found = next(iter(ArchiveIterator(stream, parse_http=False)), None)
        if found is None:
            raise Unreadable("nothing is there")
        block = found.reader.read(MAX_PAGE + 1)
        fields = {name.lower(): value for name, value in found.headers.items()}
    if len(block) != int(fields.get("content-length", "-1")):
        raise Unreadable("it is cut short")
    record = WarcRecord(fields, block)
    if problems := warc_records.problems_of(record):
        raise Unreadable(problems[0])
    head = _public(record.head)
    header = HttpHead(head)
    payload = unchunked(record)
    body = decoded(payload, header.last("content-encoding"), MAX_PAGE)
    if not is_payload(fields.get("warc-payload-digest"), record.payload, payload, body):
        raise Unreadable("its WARC-Payload-Digest is not that of its bytes")
    digest = warc_records.sha256(body)
    capture = Capture(
        entry.url,
        entry.at,
        payload,
        response=head + b"\r\n\r\n" if head else b"",
        status=header.status,
        payload_sha256=digest,
        record_id=uuid5(NAMESPACE_URL, f"{entry.url} {entry.at} {digest}").urn,
    )
    return Page(
        body=body,
        url=entry.url,
        url_requested=entry.url,
        status=header.status or 200,
        content_type=header.last("content-type"),
        etag=header.last("etag"),
        last_modified=header.last("last-modified"),
        fetched_at=entry.at,
        discovered_via=Discovery("file", source.file.name),
        run=run,
        part=entry.part,
        capture=capture,
    )


def _public(head: bytes) -> bytes:
    """Return the head of an answer without the fields that tell of a person, and without its chunking."""
    return without_fields(head, PRIVATE_FIELDS | {b"transfer-encoding"})[0]
