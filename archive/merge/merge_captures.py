"""Captures of another archive: their records are copied byte for byte, and stand at new places."""

import orjson
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
    known = _known(db, [row.record_id for row in found])
    record_ids = {row.n: row.record_id for row in found}
    inserted: list[tuple[object, ...]] = []
    for row in found:
        is_left = row.article in forgotten or (row.kind == "image" and row.url not in shown)
        if is_left or row.record_id in known:
            continue
        try:
            data = reader.bytes_at(row.file, row.offset - row.asked, row.asked + row.length)
        except (Unreadable, OSError):
            lost += 1
            continue
        file, offset = into.adopt(data, row.at)
        main = None if row.main is None else record_ids.get(row.main)
        inserted.append(_values(row, main, (file, offset + row.asked), numbers))
        copied += 1
    db.conn.executemany(_INSERT, inserted)
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


def _known(db: Database, record_ids: list[str]) -> set[str]:
    """Return which captures are here, of those with these record ids."""
    rows_ = db.conn.execute(
        "SELECT record_id FROM json_each(?) CROSS JOIN captures ON record_id = value",
        (orjson.dumps(record_ids).decode(),),
    )
    return {record_id for (record_id,) in rows_}


_INSERT = (
    "INSERT INTO captures (url, kind, type, article, code, part, main, missing, run, at, file, offset, length, "
    "asked, record_id, digest, payload_sha256, refers_to) VALUES (?, ?, ?, ?, ?, ?, "
    "(SELECT n FROM captures WHERE record_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _values(
    row: CaptureRow, main: str | None, where: tuple[str, int], numbers: Numbers
) -> tuple[object, ...]:
    """Return the values of _INSERT for a capture of the other archive; `main` is the record id of its part 1."""
    return (
        row.url,
        row.kind,
        row.type,
        row.article,
        row.code,
        row.part,
        main,
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
    )
