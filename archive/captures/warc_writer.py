"""Write the WARC files of an archive: a record reaches the disk before the row that points to it is committed."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import orjson
from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.adopt_captures import Forgotten, adopt
from archive.captures.erase_captures import purge
from archive.captures.read_captures import find
from archive.captures.warc_records import Fields, Unreadable
from kepu.atomic_files import sync
from kepu.messages import Text, joined
from kepu.records import Capture, Warc

DEFAULT_LIMIT = 10**9
"""Size in bytes after which a new file is begun, as the standard and its tools recommend."""

BUFFER = 8 * 2**20
"""Maximum number of buffered bytes. A batch is usually smaller, so nothing is on disk before its commit."""

WORTH_A_REVISIT = 256
"""Payload size in bytes below which a revisit is no shorter than the record itself."""


class EarlierCapture(NamedTuple):
    """A capture with the same payload as another."""

    n: int
    """Number of its row."""
    file: str
    """Name of its WARC file."""
    offset: int
    """Offset of its record in the file, in bytes."""
    record_id: str
    """WARC-Record-ID of its record."""
    url: str
    """URL of its response."""
    at: str
    """When it was fetched, ISO 8601 in UTC."""


def folder_for(database: Path) -> Path:
    """Return the folder of a database's captures, after resolving links: `kepu.db` → `kepu-captures`."""
    database = Path(os.path.realpath(database))
    return database.with_name(f"{database.stem}-captures")


class CaptureStore:
    """The WARC file being written, and how much of it is committed.

    Everything happens within the transactions of the archive: `keep` adds records and their rows, `flush` is called
    directly before COMMIT, `rollback` together with ROLLBACK. Opening adopts what a killed run left.
    """

    def __init__(
        self,
        db: Database,
        database: Path,
        is_forgotten: Forgotten,
        *,
        limit: int = DEFAULT_LIMIT,
        about: Mapping[str, str] | None = None,
    ) -> None:
        """Bring the last file and the table into agreement; `db` must be writable and outside of any transaction."""
        self._db = db
        self.folder = folder_for(database)
        self._stem = database.stem
        self._limit = limit
        self._about = dict(about or {})
        """Further fields of the warcinfo record."""
        self._file = ""
        """File for the next record; empty if a new one must be begun."""
        self._bytes = self._on_disk = self._recorded = 0
        """Its length including buffered bytes, without them, and as recorded in the table."""
        self._warcinfo: Fields = []
        """The field by which records of this file refer to its warcinfo record."""
        self._waiting: list[bytes] = []
        self._descriptor: int | None = None
        self.mended: Text = joined(adopt(db, self.folder, f"{self._stem}-", is_forgotten).done)
        """What was repaired to bring files and table into agreement, or an empty text."""
        purge(db, self.folder)
        self._resume()

    def _resume(self) -> None:
        """Continue the last file if it is as the table says."""
        last = self._db.execute(
            "SELECT file, bytes FROM internal_capture_files ORDER BY n DESC LIMIT 1"
        ).fetchone()
        if last is None:
            return
        file, known = str(last[0]), int(last[1])
        path = self.folder / file
        size = path.stat().st_size if path.exists() else -1
        if size == known < self._limit:
            self._at(file, known)
            self._warcinfo = _names_warcinfo(_warcinfo_of(path))

    def _at(self, file: str, size: int) -> None:
        """Continue `file` at its end, `size` bytes from its start."""
        self._file, self._bytes, self._on_disk, self._recorded = file, size, size, size

    def _serial(self) -> int:
        """Return the number of the next file."""
        return int(
            self._db.execute("SELECT coalesce(max(n), 0) + 1 FROM internal_capture_files").fetchone()[0]
        )

    # --- adding --------------------------------------------------------------------------------------------

    def keep(
        self,
        captures: Sequence[Capture],
        kind: str,
        *,
        article: str | None = None,
        code: str | None = None,
        run: int | None = None,
    ) -> Warc | None:
        """Store the captures of one article or file, its parts in order, within the caller's transaction.

        Return the location of part 1, or None if there is none. A payload that is already stored becomes a `revisit`
        record, and a 304 a `revisit` of the last response with a payload; a file that is already stored is not written
        again. Raises OSError if the disk is full.
        """
        main: int | None = None
        place: Warc | None = None
        for capture in sorted(captures, key=lambda each: each.part):
            columns = {"kind": kind, "article": article, "code": code, "run": run, "main": main}
            added = self._add(capture, columns)
            if added is not None and main is None:
                main, place = added
        return place

    def _add(self, capture: Capture, columns: dict[str, str | int | None]) -> tuple[int, Warc] | None:
        """Write one capture and its row; return the row's number and the location of the capture."""
        if capture.record_id is not None and (known := find(self._db, capture.record_id)) is not None:
            return known.n, Warc(known.file, known.offset, known.record_id)  # imported before
        digest = _digest(capture)
        earlier = self._earlier(capture, digest)
        if earlier is None and digest is None:
            return None  # a 304 for a response that was never stored
        if earlier is not None and not capture.response:
            return earlier.n, Warc(earlier.file, earlier.offset, earlier.record_id)
        if not self._file or self._bytes >= self._limit:
            self._begin(capture.at)
        record_type = "revisit" if earlier else "response" if capture.response else "resource"
        record_id = capture.record_id or warc_records.new_id()
        request_length = self._write_request(capture, record_id) if capture.request else 0
        offset = self._bytes
        length = self._write(_answer(capture, record_type, record_id, self._warcinfo, digest, earlier))
        row = columns | {
            "url": capture.url,
            "type": record_type,
            "part": capture.part,
            "missing": orjson.dumps(capture.missing).decode() if capture.missing else None,
            "at": capture.at,
            "file": self._file,
            "offset": offset,
            "length": length,
            "asked": request_length,
            "record_id": record_id,
            "digest": digest,
            "payload_sha256": capture.payload_sha256,
            "refers_to": earlier and earlier.record_id,
        }
        n = self._db.execute(_INSERT, row).lastrowid
        return n or 0, Warc(self._file, offset, record_id)

    def _earlier(self, capture: Capture, digest: str | None) -> EarlierCapture | None:
        """Return an earlier capture with the same payload, if any."""
        if digest is None:
            query, values = _LAST_OF_URL, [capture.payload_sha256, capture.url]
        elif capture.response and len(capture.body) < WORTH_A_REVISIT:
            return None
        else:
            record_type = "response" if capture.response else "resource"
            query, values = _SAME_PAYLOAD, [capture.payload_sha256, digest, record_type, capture.url]
        row = self._db.execute(query, values).fetchone()
        return EarlierCapture(*row) if row else None

    def _write_request(self, capture: Capture, answer: str) -> int:
        """Write the request directly before its response; return the length of its member."""
        fields = [*self._warcinfo, ("WARC-Target-URI", capture.url), ("WARC-Concurrent-To", f"<{answer}>")]
        fields.append(("Content-Type", "application/http;msgtype=request"))
        return self._write(
            warc_records.record("request", warc_records.new_id(), capture.at, fields, capture.request)
        )

    def _begin(self, at: str) -> None:
        """Begin a new file with its warcinfo record."""
        self.flush()
        self._close()
        serial = self._serial()
        stamp = "".join(c for c in at if c.isdecimal())[:14]
        self._at(f"{self._stem}-{stamp}-{serial:05}.warc.gz", 0)
        row = {"n": serial, "file": self._file, "bytes": 0, "opened_at": at}
        self._db.table("internal_capture_files").insert(row)
        about = {
            "software": f"kepu-archive/{version('kepu-archive')}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "robots": "obey",
        } | self._about
        block = "".join(f"{name}: {value}\r\n" for name, value in about.items()).encode()
        fields = [("WARC-Filename", self._file), ("Content-Type", "application/warc-fields")]
        warcinfo = warc_records.new_id()
        self._write(warc_records.record("warcinfo", warcinfo, at, fields, block))
        self._warcinfo = _names_warcinfo(warcinfo)

    def adopt(self, data: bytes, at: str) -> tuple[str, int]:
        """Write complete members of another archive unchanged; return the file and the offset of the first.

        `at` is the time that the name of a new file has. Raises OSError if the disk is full.
        """
        if not self._file or self._bytes >= self._limit:
            self._begin(at)
        offset = self._bytes
        self._waiting.append(data)
        self._bytes += len(data)
        if self._bytes - self._on_disk > BUFFER:
            self._to_disk(sync=False)
        return self._file, offset

    def _write(self, data: bytes) -> int:
        """Add a record to the buffer, as a gzip member; return its length in bytes."""
        member = warc_records.pack(data)
        self._waiting.append(member)
        self._bytes += len(member)
        if self._bytes - self._on_disk > BUFFER:
            self._to_disk(sync=False)
        return len(member)

    # --- transactions --------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write to disk what the rows refer to, and record the length. Raises OSError if the disk is full.

        Call it within the transaction, before its COMMIT.
        """
        if self._bytes == self._recorded:
            return
        self._to_disk(sync=True)
        self._db.execute(
            "UPDATE internal_capture_files SET bytes = ? WHERE file = ?", (self._bytes, self._file)
        )
        self._recorded = self._bytes

    def rollback(self) -> None:
        """Remove the records that were added since the last commit; the caller rolls back their rows."""
        self._waiting.clear()
        was_open, file = self._descriptor is not None, self._file
        self._close()
        self._at("", 0)
        with suppress(OSError):
            if was_open:
                self._undo(file)
            self._resume()

    def _undo(self, file: str) -> None:
        """Truncate a file to remove what this process wrote and did not commit."""
        known = self._db.execute(
            "SELECT bytes FROM internal_capture_files WHERE file = ?", (file,)
        ).fetchone()
        path = self.folder / file
        if known is None:
            path.unlink()
        elif path.stat().st_size > known[0]:
            os.truncate(path, known[0])

    def _to_disk(self, *, sync: bool) -> None:
        """Write buffered bytes, completely or not at all. Raises OSError if the disk is full."""
        if self._waiting:
            if self._descriptor is None:
                self._open()
            assert self._descriptor is not None
            data = memoryview(b"".join(self._waiting))
            at = self._on_disk
            while data:
                written = os.pwrite(self._descriptor, data, at)
                at, data = at + written, data[written:]
            self._waiting.clear()
            self._on_disk = self._bytes
        if sync and self._descriptor is not None:
            os.fsync(self._descriptor)

    def _open(self) -> None:
        """Open or create the current file, and sync the folders in which something was created."""
        is_new_folder = not self.folder.exists()
        self.folder.mkdir(exist_ok=True)
        path = self.folder / self._file
        is_new = not path.exists()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        for folder in [self.folder] * is_new + [self.folder.parent] * is_new_folder:
            sync(folder)

    def _close(self) -> None:
        """Close the current file if it is open."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def close(self) -> None:
        """Close the file; bytes that were not flushed are lost."""
        self._waiting.clear()
        self._close()


def _warcinfo_of(path: Path) -> str | None:
    """Return the id of the warcinfo record at the start of a file, or None if it starts with another record."""
    with path.open("rb") as file:
        start = file.read(warc_records.FIRST_RECORD)
    try:
        first = warc_records.first_record(start)
    except Unreadable:
        return None
    return first.id if first.type == "warcinfo" else None


def _names_warcinfo(record_id: str | None) -> Fields:
    """Return the header field that refers to a warcinfo record; no field without its id."""
    return [("WARC-Warcinfo-ID", f"<{record_id}>")] if record_id else []


def _digest(capture: Capture) -> str | None:
    """Return the SHA-256 of the payload as it was sent, or None for a 304, which has none."""
    if capture.status == 304:
        return None
    is_coded = b"\r\ncontent-encoding:" in capture.response.lower()
    return (not is_coded and capture.payload_sha256) or warc_records.sha256(capture.body)


def _answer(
    capture: Capture,
    record_type: str,
    record_id: str,
    warcinfo: Fields,
    digest: str | None,
    earlier: EarlierCapture | None,
) -> bytes:
    """Return the record of a response or a file."""
    fields: Fields = [*warcinfo, ("WARC-Target-URI", capture.url)]
    if digest is not None:
        fields.append(("WARC-Payload-Digest", f"sha256:{digest}"))
    if capture.ip:
        fields.append(("WARC-IP-Address", capture.ip))
    if earlier is not None:
        profile = warc_records.NOT_MODIFIED if digest is None else warc_records.IDENTICAL
        fields += warc_records.refers(profile, earlier.record_id, earlier.url, earlier.at)
    fields.append(("Content-Type", content_type(capture)))
    block = capture.response if record_type == "revisit" else capture.response + capture.body
    return warc_records.record(record_type, record_id, capture.at, fields, block)


def content_type(capture: Capture) -> str:
    """Return the Content-Type of a capture's record.

    A file is `text/html` if its first 4 KiB contain `<`, else `text/plain`.
    """
    if capture.response:
        return "application/http;msgtype=response"
    return "text/html" if b"<" in capture.body[:4096] else "text/plain"


_COLUMNS = ", ".join(EarlierCapture._fields)
"""The columns of an EarlierCapture."""

_SAME_PAYLOAD = (
    f"SELECT {_COLUMNS} FROM captures WHERE payload_sha256 = ? AND digest = ? AND type = ? "
    "ORDER BY url <> ?, n LIMIT 1"
)
"""An earlier capture with the same payload, preferably one of the same URL."""

_LAST_OF_URL = (
    f"SELECT {_COLUMNS} FROM captures WHERE payload_sha256 = ? AND url = ? AND type = 'response' "
    "ORDER BY n DESC LIMIT 1"
)
"""The last response of a URL with this payload."""

_INSERT = (
    "INSERT INTO captures (url, kind, type, article, code, part, main, missing, run, at, file, offset, length, "
    "asked, record_id, digest, payload_sha256, refers_to) VALUES (:url, :kind, :type, :article, :code, :part, "
    ":main, :missing, :run, :at, :file, :offset, :length, :asked, :record_id, :digest, :payload_sha256, :refers_to)"
)
"""Inserts a capture; its parameters are the columns by name."""
