"""Captures of another archive: their records are copied byte for byte, and stand at new places."""

from sqlite_utils import Database

from archive import pictures
from archive.captures import CaptureReader, CaptureRow, CaptureStore, Unreadable, rows
from archive.merge.merge_runs import Numbers

Place = dict[str, str | int]


def captures(
    db: Database, into: CaptureStore, reader: CaptureReader, numbers: Numbers, forgotten: set[str]
) -> tuple[int, int]:
    """Copy the captures that are not here yet, within the caller's transaction; return how many, and how many are lost.

    Those of forgotten articles stay behind; lost is what the other archive names and does not have.
    """
    copied = lost = 0
    found = rows(reader.db, "TRUE")
    shown = _shown(reader.db, forgotten) if any(row.kind == "image" for row in found) else set()
    for row in found:
        is_left = row.article in forgotten or (row.kind == "image" and row.url not in shown)
        if is_left or _is_known(db, row.record_id):
            continue
        try:
            data = reader.bytes_at(row.file, row.offset - row.asked, row.asked + row.length)
        except (Unreadable, OSError):
            lost += 1
            continue
        file, offset = into.adopt(data, row.at)
        _insert(db, reader.db, row, (file, offset + row.asked), numbers)
        copied += 1
    pictures.take_over(db, reader.db)
    return copied, lost


def _shown(other: Database, forgotten: set[str]) -> set[str]:
    """Return the addresses of the pictures that articles show which come along."""
    rows = other.conn.execute("SELECT id FROM articles WHERE image <> '[]'").fetchall()
    return {url for (id_,) in rows if id_ not in forgotten for url in pictures.shown_by(other, id_)}


def place(db: Database, record_id: str) -> Place | None:
    """Return where a capture stands here, as `provenance.warc` has it; None where it is not here."""
    row = db.conn.execute("SELECT file, offset FROM captures WHERE record_id = ?", (record_id,)).fetchone()
    return {"file": row[0], "offset": row[1], "record_id": record_id} if row else None


def _is_known(db: Database, record_id: str) -> bool:
    return db.conn.execute("SELECT 1 FROM captures WHERE record_id = ?", (record_id,)).fetchone() is not None


def _insert(db: Database, other: Database, row: CaptureRow, where: tuple[str, int], numbers: Numbers) -> None:
    main = None
    if row.main is not None:
        main = other.conn.execute("SELECT record_id FROM captures WHERE n = ?", (row.main,)).fetchone()
    db.conn.execute(
        "INSERT INTO captures (url, kind, type, article, code, part, main, missing, run, at, file, offset, length, "
        "asked, record_id, digest, payload_sha256, refers_to) VALUES (?, ?, ?, ?, ?, ?, "
        "(SELECT n FROM captures WHERE record_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.url,
            row.kind,
            row.type,
            row.article,
            row.code,
            row.part,
            main and main[0],
            row.missing,
            numbers.get(row.run),
            row.at,
            *where,
            row.length,
            row.asked,
            row.record_id,
            row.digest,
            row.payload_sha256,
            row.refers_to,
        ),
    )
