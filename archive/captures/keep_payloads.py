"""Keep payloads that erased captures share with others: write them again for one of the remaining captures.

The remaining revisits move to the end of the captures, because a payload does not fit in the place of a revisit. Their
record ids stay the same; references to their places in the tables are updated.
"""

from pathlib import Path

from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.read_captures import CaptureReader, CaptureRow, rows
from archive.captures.warc_records import Fields, Unreadable, WarcRecord
from archive.captures.warc_writer import CaptureStore


def keep_payloads(db: Database, writer: CaptureStore, gone: list[str], folder: Path) -> int:
    """Write the payloads of erased captures for the remaining ones that refer to them; return the number moved.

    Call this within the caller's transaction, before the rows of `gone` are deleted. An unreadable payload moves
    nothing.
    """
    moved = 0
    with CaptureReader(db, folder) as reader:
        for record_id in gone:
            staying = [
                row
                for row in rows(db, "refers_to = ? AND digest IS NOT NULL", (record_id,))
                if row.record_id not in gone
            ]
            source = rows(db, "record_id = ?", (record_id,))
            if not staying or not source:
                continue
            try:
                moved += _move(db, writer, reader, source[0], staying)
            except Unreadable:
                continue
    return moved


def _move(
    db: Database, writer: CaptureStore, reader: CaptureReader, source: CaptureRow, staying: list[CaptureRow]
) -> int:
    """Write a payload for the first capture of `staying`, and refer the others to it; return their number.

    Raises Unreadable if a record cannot be read.
    """
    payload = reader.record(source).payload
    first, *others = staying
    there = reader.record(first)
    _write(db, writer, reader, first, _record(there, payload, source.type, None))
    db.table("captures").update(first.n, {"type": source.type, "refers_to": None})
    for row in others:
        _write(db, writer, reader, row, _record(reader.record(row), b"", "revisit", first))
        db.table("captures").update(row.n, {"refers_to": first.record_id})
    return len(staying)


def _record(there: WarcRecord, payload: bytes, kind: str, refers_to: CaptureRow | None) -> bytes:
    """Return the new record of a revisit: with the payload, or as a revisit of another capture."""
    names = {
        "warc-warcinfo-id": "WARC-Warcinfo-ID",
        "warc-target-uri": "WARC-Target-URI",
        "warc-payload-digest": "WARC-Payload-Digest",
        "warc-ip-address": "WARC-IP-Address",
        "content-type": "Content-Type",
    }
    fields: Fields = [(name, there.fields[key]) for key, name in names.items() if key in there.fields]
    if refers_to is not None:
        profile = there.fields.get("warc-profile", warc_records.IDENTICAL)
        fields += warc_records.refers(profile, refers_to.record_id, refers_to.url, refers_to.at)
    block = there.block + payload
    return warc_records.record(kind, there.id, there.fields.get("warc-date", ""), fields, block)


def _write(db: Database, writer: CaptureStore, reader: CaptureReader, row: CaptureRow, record: bytes) -> None:
    """Write a record with its request at a new place, and queue the old place for erasure."""
    member = warc_records.pack(record)
    request = reader.bytes_at(row.file, row.offset - row.asked, row.asked) if row.asked else b""
    file, offset = writer.adopt(request + member, row.at)
    place = {"file": file, "offset": offset + row.asked}
    old = {"file": row.file, "offset": row.offset - row.asked, "length": row.asked + row.length}
    db.table("internal_capture_purges").insert(old)
    db.table("captures").update(row.n, place | {"length": len(member)})
    for table, column, path in (
        ("articles", "provenance", "$.warc"),
        ("revisions", "record", "$.provenance.warc"),
    ):
        db.execute(
            f"UPDATE {table} SET {column} = json_set({column}, '{path}.file', ?, '{path}.offset', ?) "
            f"WHERE {column} ->> '{path}.record_id' = ?",
            (*place.values(), row.record_id),
        )
