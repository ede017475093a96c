"""Captures for export: complete records, each file self-contained, without personal data.

A revisit gets its payload: if the record that has it is not in the same file, the revisit becomes a response. Header
fields that identify a person, pages that were saved while logged in, and paths on a machine are left out. The changes
to a record are listed in its field `Kepu-Withheld`, and all changes are counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from archive.captures import warc_records
from archive.captures.private_fields import without_fields
from archive.captures.read_captures import CaptureReader, CaptureRow, HttpHead, decoded, find, rows, unchunked
from archive.captures.warc_records import Fields, Unreadable, WarcRecord
from archive.captures.warc_writer import WORTH_A_REVISIT
from pipelines.refusals import NotAnArticle, TooLarge
from pipelines.saved_pages import open_saved
from pipelines.saved_pages.private_traces import is_logged_in, without_local_paths

_FRAMING = frozenset({b"transfer-encoding"})
"""Header fields, in lower case, that describe how the payload was transferred, not the payload."""


@dataclass(slots=True)
class PublicRecord:
    """One record to export."""

    data: bytes = field(repr=False)
    """The whole record, uncompressed."""
    type: str
    """response, revisit, resource or request."""
    url: str
    """The WARC-Target-URI."""
    at: str
    """The WARC-Date."""
    digest: str | None
    """SHA-256 of the payload, in hex."""
    status: int | None
    """HTTP status; 200 for a saved page, None for a request and a 304."""
    media_type: str
    """Media type of the payload in lower case, without parameters; empty if unknown."""
    part: int
    """Number of the article's part, from 1; 0 for a request."""


@dataclass(slots=True)
class _Written:
    """A payload that the file already has."""

    record_id: str
    """WARC-Record-ID of the exported record that has it."""
    url: str
    """WARC-Target-URI of that record."""
    at: str
    """WARC-Date of that record."""


class PublicCaptures:
    """The captures of one exported file; remembers which payloads the file already has."""

    def __init__(self, reader: CaptureReader, warcinfo: str, withheld: Counter[str]) -> None:
        self._reader = reader
        self._warcinfo = warcinfo
        self._withheld = withheld
        self._payloads: dict[str, _Written] = {}
        self._done: set[int] = set()
        self._answers: dict[str, _Written] = {}
        """Map each URL to its last response with a payload."""

    def of_article(self, article: str) -> Iterator[PublicRecord]:
        """Yield the records of all captures of an article, in the order in which they were made."""
        found = False
        for row in rows(self._reader.db, "article = ?", (article,)):
            found = True
            yield from self.of_row(row)
        if not found:
            self._withheld["no_capture"] += 1

    def of_record(self, record_id: str) -> Iterator[PublicRecord]:
        """Yield the records of the capture with this record id, as `of_row` does; nothing if there is none."""
        row = find(self._reader.db, record_id)
        if row is not None:
            yield from self.of_row(row)

    def of_row(self, row: CaptureRow) -> Iterator[PublicRecord]:
        """Yield a capture's record and then its request; nothing if it was yielded before or must not be exported."""
        if row.n in self._done:
            return
        self._done.add(row.n)
        try:
            yield from self._records(row)
        except Unreadable:
            self._withheld["unreadable"] += 1

    def _records(self, row: CaptureRow) -> Iterator[PublicRecord]:
        """Yield the record of a capture, and then its request. Raises Unreadable if one of them cannot be read."""
        record = self._reader.record(row)
        request = self._reader.request(row)
        source = self._source(row)
        if row.type == "revisit" and row.digest is None:
            yield from self.of_row(source)
            answer = self._not_modified(row, source)
        elif row.type == "resource" or (row.type == "revisit" and not record.is_http):
            answer = self._resource(row, self._payload(row, record, source))
        else:
            answer = self._response(row, record, self._payload(row, record, source), source)
        if answer is None:
            return
        yield answer[0]
        if request is not None:
            yield self._request(row, request, answer[1])

    def _source(self, row: CaptureRow) -> CaptureRow:
        """Return the capture that has the payload: for a revisit, the one that it refers to. Raises Unreadable."""
        if row.type != "revisit":
            return row
        source = find(self._reader.db, row.refers_to or "")
        if source is None:
            raise Unreadable("the capture it refers to is not there any more")
        return source

    def _payload(self, row: CaptureRow, record: WarcRecord, source: CaptureRow) -> bytes:
        """Return the payload without the chunked coding, but with its content coding."""
        return unchunked(record if source is row else self._reader.record(source))

    # --- kinds of records ----------------------------------------------------------------------------------

    def _response(
        self, row: CaptureRow, record: WarcRecord, payload: bytes, source: CaptureRow
    ) -> tuple[PublicRecord, str] | None:
        """Return a response (or a revisit, if the file has its payload) and its record id; None for a private page."""
        head, changed = self._public_head(record.head)
        header = HttpHead(record.head)
        if not row.asked and self._is_private(decoded(payload, header.last("content-encoding"))):
            return None
        if not row.asked and not header.last("content-encoding"):
            payload, paths = without_local_paths(payload)
            changed += self._count("local_path", paths)
        if record.is_chunked:
            head = without_fields(head, _FRAMING)[0]
        digest = warc_records.sha256(payload)
        earlier = self._payloads.get(digest) if len(payload) >= WORTH_A_REVISIT else None
        block = head + b"\r\n\r\n" + (b"" if earlier else payload)
        fields: Fields = [("WARC-Target-URI", row.url), ("WARC-Payload-Digest", f"sha256:{digest}")]
        if ip := record.fields.get("warc-ip-address"):
            fields.append(("WARC-IP-Address", ip))
        if earlier:
            fields += warc_records.refers(warc_records.IDENTICAL, earlier.record_id, earlier.url, earlier.at)
        fields.append(("Content-Type", "application/http;msgtype=response"))
        kind = "revisit" if earlier else "response"
        made, record_id = self._made(kind, row, fields, block, changed, header)
        made.digest = digest
        self._answers[row.url] = earlier or _Written(record_id, row.url, row.at)
        self._payloads.setdefault(digest, self._answers[row.url])
        return made, record_id

    def _not_modified(self, row: CaptureRow, source: CaptureRow) -> tuple[PublicRecord, str] | None:
        """Return a 304 as a revisit without its header, because pywb would answer readers with a 304 otherwise."""
        there = self._answers.get(source.url)
        if there is None:  # the capture that it refers to must not be exported
            return None
        fields: Fields = [
            ("WARC-Target-URI", row.url),
            *warc_records.refers(warc_records.NOT_MODIFIED, there.record_id, there.url, there.at),
        ]
        fields.append(("Content-Type", "application/http;msgtype=response"))
        return self._made("revisit", row, fields, b"", [], None)

    def _resource(self, row: CaptureRow, payload: bytes) -> tuple[PublicRecord, str] | None:
        """Return a saved file as the page in it, under the page's URL. A text without a page gives nothing."""
        try:
            saved = open_saved(payload)
        except (NotAnArticle, TooLarge):
            self._withheld["no_page"] += 1
            return None
        body = saved.body if saved.form in {"gzip", "MHTML"} else payload
        if b"<" not in body[:4096]:
            self._withheld["no_page"] += 1
            return None
        if self._is_private(body):
            return None
        body, paths = without_local_paths(body)
        changed = self._count("local_path", paths)
        url = row.url
        if url.startswith("file:"):
            url = saved.url if saved.url and saved.url.startswith("http") else f"urn:sha256:{row.digest}"
            changed += self._count("local_path", 1)
        digest = warc_records.sha256(body)
        fields: Fields = [("WARC-Target-URI", url), ("WARC-Payload-Digest", f"sha256:{digest}")]
        if body is not payload and saved.form:
            fields.append(("Kepu-Converted-From", saved.form))
        fields.append(("Content-Type", saved.content_type or "text/html"))
        made, record_id = self._made("resource", row, fields, body, changed, None)
        made.url, made.digest, made.status, made.media_type = url, digest, 200, "text/html"
        return made, record_id

    def _request(self, row: CaptureRow, request: WarcRecord, answer: str) -> PublicRecord:
        """Return the record of a request, without private header fields; `answer` is the record id of its response."""
        head, changed = self._public_head(request.head)
        fields: Fields = [
            ("WARC-Target-URI", row.url),
            ("WARC-Concurrent-To", f"<{answer}>"),
            ("Content-Type", "application/http;msgtype=request"),
        ]
        block = head + b"\r\n\r\n" + request.payload
        made, _ = self._made("request", row, fields, block, changed, None, original=request)
        made.part = 0
        return made

    # --- what is private -----------------------------------------------------------------------------------

    def _is_private(self, body: bytes) -> bool:
        """Return whether a page from another program was saved while logged in, and count it if so."""
        if is_logged_in(body):
            self._withheld["logged_in"] += 1
            return True
        return False

    def _public_head(self, head: bytes) -> tuple[bytes, list[str]]:
        """Return a header without private fields, and the names under which the removed ones are reported."""
        kept, names = without_fields(head)
        return kept, [name for each in names for name in self._count(each, 1)]

    def _count(self, what: str, n: int) -> list[str]:
        """Count `n` removals of a kind; return its name for `Kepu-Withheld` in a list, which is empty if `n` is 0."""
        if n:
            self._withheld[what.replace("-", "_")] += n
        return [what.replace("_", "-")] if n else []

    # --- records -------------------------------------------------------------------------------------------

    def _made(
        self,
        kind: str,
        row: CaptureRow,
        fields: Fields,
        block: bytes,
        withheld: list[str],
        header: HttpHead | None,
        original: WarcRecord | None = None,
    ) -> tuple[PublicRecord, str]:
        """Return the record with a new id, derived from its old one (of `original` or the capture) and its bytes."""
        before = original.id if original else row.record_id
        record_id = uuid5(NAMESPACE_URL, f"{before} {kind} {warc_records.sha256(block)}").urn
        more: Fields = [("WARC-Warcinfo-ID", f"<{self._warcinfo}>")]
        if withheld:
            more.append(("Kepu-Withheld", ", ".join(sorted(set(withheld)))))
        data = warc_records.record(kind, record_id, row.at, [*more, *fields], block)
        media = (header.last("content-type") or "") if header else ""
        status = header.status if header else None
        return PublicRecord(
            data, kind, row.url, row.at, None, status, media.partition(";")[0].strip().lower(), row.part
        ), record_id
