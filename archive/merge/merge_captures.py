"""Merge captures of another archive: copy their records byte for byte to new locations."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlite_utils import Database

from archive import pictures
from archive.captures import CaptureReader, CaptureRow, CaptureStore, Unreadable, rows
from archive.merge.merge_runs import Numbers

Place = dict[str, str | int]
"""Location of a capture as in `provenance.warc`: `file`, `offset` and `record_id`."""


def captures(
    db: Database, into: CaptureStore, reader: CaptureReader, numbers: Numbers, forgotten: set[str]
) -> tuple[int, int]:
    """Copy missing captures within the caller's transaction; return the numbers of copied and of lost captures.

    Captures of forgotten articles are not copied. Lost captures are those that the other archive lists but does not
    have.
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
    """Return the addresses of the pictures in articles that are copied."""
    rows = other.execute("SELECT id FROM articles WHERE image <> '[]'").fetchall()
    return {url for (id_,) in rows if id_ not in forgotten for url in pictures.shown_by(other, id_)}


def place(db: Database, record_id: str) -> Place | None:
    """Return the location of a capture as in `provenance.warc`, or None if it is not here."""
    row = db.execute("SELECT file, offset FROM captures WHERE record_id = ?", (record_id,)).fetchone()
    return {"file": row[0], "offset": row[1], "record_id": record_id} if row else None


def relocate(provenance: dict[str, Any], numbers: Numbers, place_of: Callable[[str], Place | None]) -> None:
    """Change the provenance of an article to the number of its run and the location of its capture in this archive.

    `place_of` returns the location of a capture by its record id. Both are None if this archive lacks them.
    """
    provenance["run"] = numbers.get(provenance["run"])
    if provenance["warc"] is not None:
        provenance["warc"] = place_of(provenance["warc"]["record_id"])


def _known(db: Database, record_ids: list[str]) -> set[str]:
    """Return which of these captures are here, by record id."""
    rows_ = db.execute(
        "SELECT record_id FROM json_each(?) CROSS JOIN captures ON record_id = value",
        (orjson.dumps(record_ids).decode(),),
    )
    return {record_id for (record_id,) in rows_}


_INSERT = (
    "INSERT INTO captures (url, kind, type, article, code, part, main, missing, run, at, file, offset, length, "
    "asked, record_id, digest, payload_sha256, refers_to) VALUES (?, ?, ?, ?, ?, ?, "
    "(SELECT n FROM captures WHERE record_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""Inserts a capture; its parameters are the result of `_values`."""


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
