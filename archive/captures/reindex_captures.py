"""The table of captures made again from the WARC files, where the database was lost.

What WARC has no field for is told from elsewhere: the article by the URL or by the record that names the capture, the
kind by what the archive knows of the URL. Why no article came of a page, and the run, are lost.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.check_captures import files
from archive.captures.read_captures import Reader, rows
from archive.captures.warc_records import Record, Unreadable
from kepu import urls
from kepu.messages import Text, text_of

_CHUNK = 2**18


def recover(db: Database, folder: Path) -> tuple[int, list[str]]:
    """Fill the empty tables of captures from the files of a folder, in one transaction; the files are only read.

    Returns how many captures there are, and what could not be read, each with its file and place. A file whose end
    is torn counts as far as it is whole.
    """
    broken: list[str] = []
    db.conn.execute("BEGIN IMMEDIATE")
    for n, path in enumerate(files(folder), 1):
        size, began = _read_file(db, path, broken)
        db.conn.execute("INSERT INTO capture_files VALUES (?, ?, ?, ?)", (n, path.name, size, began))
    db.conn.execute(_PART_OF)
    db.conn.execute(
        "UPDATE captures SET run = (SELECT provenance ->> '$.run' FROM articles WHERE id = article)"
    )
    _digests(db, folder, broken)
    db.conn.execute("COMMIT")
    return int(db["captures"].count), broken


def _read_file(db: Database, path: Path, broken: list[str]) -> tuple[int, str]:
    """Insert the rows of one file; return how far it is whole, and when it was begun."""
    end, began, asked = 0, "", 0
    try:
        for offset, length, record in walk(path):
            end, began = offset + length, began or record.fields.get("warc-date", "")
            if record.type in {"response", "revisit", "resource"}:
                db.conn.execute(_INSERT, _row(db, path.name, offset, length, asked, record))
            asked = length if record.type == "request" else 0
    except Unreadable as error:
        broken.append(Text("{path} at {n}: {what}", path=path, n=end, what=text_of(error)))
    return end, began


def _row(db: Database, file: str, offset: int, length: int, asked: int, record: Record) -> dict[str, Any]:
    """Return the row of one record."""
    url = record.fields.get("warc-target-uri", "").strip("<>")
    parsed = urls.parse(url)
    named = db.conn.execute(
        "SELECT id FROM articles WHERE provenance ->> '$.warc.record_id' = ?", (record.id,)
    ).fetchone()
    known = db.conn.execute("SELECT kind FROM urls WHERE url = ?", (urls.canonical(url),)).fetchone()
    kind = "file" if record.type == "resource" else "article" if parsed or named else "section"
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
        "asked": asked,
        "record_id": record.id,
        "digest": record.fields.get("warc-payload-digest", "").removeprefix("sha256:") or None,
        "refers_to": record.fields.get("warc-refers-to", "").strip("<>") or None,
    }


def _digests(db: Database, folder: Path, broken: list[str]) -> None:
    """Write down the digest of each payload after content decoding, which WARC does not have."""
    with Reader(db, folder) as reader:
        for row in rows(db, "type <> 'revisit'"):
            try:
                digest = warc_records.sha256(reader.body(row))
            except Unreadable as error:
                broken.append(Text("{folder}/{error}", folder=folder, error=text_of(error)))
                continue
            db.conn.execute("UPDATE captures SET payload_sha256 = ? WHERE n = ?", (digest, row.n))
    db.conn.execute(
        "UPDATE captures SET payload_sha256 = (SELECT payload_sha256 FROM captures c "
        "WHERE c.record_id = captures.refers_to) WHERE type = 'revisit'"
    )


def walk(path: Path) -> Iterator[tuple[int, int, Record]]:
    """Yield (offset, length, record) of a WARC file; raise Unreadable where a member is not whole or no record."""
    at = 0
    with path.open("rb") as file:
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


_INSERT = (
    "INSERT OR IGNORE INTO captures (url, kind, type, article, part, at, file, offset, length, asked, record_id, "
    "digest, refers_to) VALUES (:url, :kind, :type, :article, :part, :at, :file, :offset, :length, :asked, "
    ":record_id, :digest, :refers_to)"
)

_PART_OF = (
    "UPDATE captures SET main = (SELECT max(n) FROM captures c WHERE c.article = captures.article "
    "AND c.part = 1 AND c.n < captures.n) WHERE part > 1"
)
"""A further part was fetched with the last part 1 of its article before it."""
