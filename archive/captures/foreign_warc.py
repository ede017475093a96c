"""Read pages from the WARC and WACZ files of other crawlers, each by its offset, with its capture and its parts."""

import zlib
from collections.abc import Iterable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from fastwarc.warc import ArchiveIterator

from archive.captures import warc_records
from archive.captures.foreign_bundles import LeftOut
from archive.captures.foreign_index import MAX_PAGE, ForeignPage, ForeignRecord
from archive.captures.private_fields import PRIVATE_FIELDS, without_fields
from archive.captures.read_captures import HttpHead, decoded, unchunked
from archive.captures.warc_records import Unreadable, WarcRecord, is_payload
from kepu.records import Capture, Discovery, Page

ENDINGS = (".warc", ".warc.gz", ".wacz")
"""Endings of the names of files that are read as WARC or WACZ files."""


def is_foreign(path: Path) -> bool:
    """Return whether a file is a WARC or WACZ file, by its name."""
    return path.name.lower().endswith(ENDINGS)


def is_index(path: Path) -> bool:
    """Return whether a file is an index of WARC files (CDX, CDXJ), by its name."""
    return path.name.lower().removesuffix(".gz").endswith((".cdx", ".cdxj", ".idx"))


def read_page(found: ForeignPage, left_out: LeftOut, run: int | None = None) -> Page | None:
    """Return part 1 of an article with its further parts, or None if part 1 cannot be read.

    Of several captures of a part, the first readable one is used. `left_out` is called with the reason for each record
    that is skipped; `run` is the number of the run, which the pages get.
    """
    page = _first_whole([found.first], "", left_out, run)
    if page is None or page.capture is None:
        return None
    parent = f"{page.capture.record_id} "
    read = (_first_whole(records, parent, left_out, run) for records in found.parts)
    page.parts = [part for part in read if part is not None]
    return page


def _first_whole(
    records: Iterable[ForeignRecord], parent: str, left_out: LeftOut, run: int | None
) -> Page | None:
    """Return the page of the first record that can be read, or None; `parent` is that of `_read`."""
    for record in records:
        if record.file is None:
            left_out("a revisit whose payload is not in the files")
            continue
        try:
            return _read(record, record.file, parent, run)
        except (Unreadable, OSError, ValueError, OverflowError, zlib.error) as error:
            left_out(f"a record that is not whole ({error})")
    return None


def _read(entry: ForeignRecord, file: str, parent: str, run: int | None) -> Page:
    """Return the page of a record, with its capture.

    `parent` is empty for part 1, and for further parts the id of the capture of part 1 and a space.

    Raises Unreadable, OSError, ValueError, OverflowError or zlib.error if the record is damaged.
    """
    with Path(file).open("rb") as stream:
        stream.seek(entry.offset)
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
        record_id=uuid5(NAMESPACE_URL, f"{parent}{entry.url} {entry.at} {digest}").urn,
    )
    return Page(
        body=body,
        payload_sha256=digest,
        url=entry.url,
        url_requested=entry.url,
        status=header.status or 200,
        content_type=header.last("content-type"),
        etag=header.last("etag"),
        last_modified=header.last("last-modified"),
        fetched_at=entry.at,
        discovered_via=Discovery("file", Path(file).name),
        run=run,
        part=entry.part,
        capture=capture,
    )


def _public(head: bytes) -> bytes:
    """Return the header of a response without private fields and without its chunked coding."""
    return without_fields(head, PRIVATE_FIELDS | {b"transfer-encoding"})[0]
