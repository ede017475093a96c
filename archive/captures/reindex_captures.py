"""Rebuild the table of captures from the WARC files after the database was lost.

Some columns have no field in WARC: the article is found by the URL or by the record that refers to the capture, the
kind by what the archive knows about the URL. The reason why a page gave no article, and the run, are lost.
"""

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.read_captures import CaptureReader, HttpHead, rows
from archive.captures.warc_records import Unreadable, WarcRecord
from kepu import urls
from kepu.messages import Text, text_of


def insert(
    db: Database, file: str, offset: int, length: int, request_length: int, record: WarcRecord
) -> bool:
    """Insert the row of one record, within the caller's transaction; return False if the table already has the record.

    `offset` and `length` (bytes) are those of the record in the file; `request_length` is the length of the request
    record directly before it, or 0 if there is none.
    """
    return bool(db.execute(_INSERT, _row(db, file, offset, length, request_length, record)).rowcount)


def find_parts(db: Database, after: int = 0) -> None:
    """Set for captures after row `after` which first part each further part was fetched with."""
    db.execute(_PART_OF, (after,))


def _row(
    db: Database, file: str, offset: int, length: int, request_length: int, record: WarcRecord
) -> dict[str, Any]:
    """Return the row of one record."""
    url = record.fields.get("warc-target-uri", "").strip("<>")
    parsed = urls.parse(url)
    named = db.execute(
        "SELECT id FROM articles WHERE provenance ->> '$.warc.record_id' = ?", (record.id,)
    ).fetchone()
    known = db.execute("SELECT kind FROM urls WHERE url = ?", (urls.canonical(url),)).fetchone()
    kind = _kind(record, is_article=bool(parsed or named))
    return {
        "url": url,
        "kind": known[0] if known and kind != "file" else kind,
        "type": record.type,
        "article": named[0] if named else parsed.key if parsed else None,
        "part": parsed.part if parsed else 1,
        "at": record.fields.get("warc-date", ""),
        "file": file,
        "offset": offset,
        "length": length,
        "asked": request_length,
        "record_id": record.id,
        "digest": record.fields.get("warc-payload-digest", "").removeprefix("sha256:") or None,
        "refers_to": record.fields.get("warc-refers-to", "").strip("<>") or None,
    }


def _kind(record: WarcRecord, *, is_article: bool) -> str:
    """Return the kind of a capture (file, article, image or section) by its record alone."""
    if record.type == "resource":
        return "file"
    if is_article:
        return "article"
    media = HttpHead(record.head).last("content-type") or ""
    return "image" if media.lower().startswith("image/") else "section"


def find_digests(db: Database, folder: Path, broken: list[str], after: int = 0) -> None:
    """Set the digest of the decoded payload, which WARC lacks, for captures after row `after`.

    A sentence on each capture that cannot be read is added to `broken`.
    """
    with CaptureReader(db, folder) as reader:
        for row in rows(db, "type <> 'revisit' AND n > ?", (after,)):
            try:
                digest = warc_records.sha256(reader.body(row))
            except Unreadable as error:
                broken.append(Text("{folder}/{error}", folder=folder, error=text_of(error)))
                continue
            db.execute("UPDATE captures SET payload_sha256 = ? WHERE n = ?", (digest, row.n))
    db.execute(
        "UPDATE captures SET payload_sha256 = (SELECT payload_sha256 FROM captures c "
        "WHERE c.record_id = captures.refers_to) WHERE type = 'revisit' AND n > ?",
        (after,),
    )


_INSERT = (
    "INSERT OR IGNORE INTO captures (url, kind, type, article, part, at, file, offset, length, asked, record_id, "
    "digest, refers_to) VALUES (:url, :kind, :type, :article, :part, :at, :file, :offset, :length, :asked, "
    ":record_id, :digest, :refers_to)"
)
"""Inserts a capture that is not in the table; its parameters are the columns by name."""

_PART_OF = (
    "UPDATE captures SET main = (SELECT max(n) FROM captures c WHERE c.article = captures.article "
    "AND c.part = 1 AND c.n < captures.n) WHERE part > 1 AND n > ?"
)
"""Assigns a further part to the last part 1 of its article before it."""
