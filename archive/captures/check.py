"""Are the captures whole, and do files, table and articles agree?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.captures import records
from archive.captures.read import COLUMNS, Reader, Row
from archive.captures.records import Unreadable

LARGEST_GAP = 64 * 2**20
"""Bytes between two captures that are looked at: warcinfo and what was taken out are smaller."""


@dataclass(slots=True)
class Problem:
    """One thing that is wrong with the captures."""

    what: str
    """As a sentence that names the file and the place."""
    record_id: str | None = None
    """Of the capture that it concerns."""
    article: str | None = None
    """The article that it concerns."""


def files(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, in the order of their names; none where there is no folder."""
    return sorted(folder.glob("*.warc.gz"))


def check(folder: Path, db: Database) -> Iterator[Problem]:
    """Yield what is wrong: each record is read and compared with the table and with its digests. Writes nothing."""
    known = dict(db.conn.execute("SELECT file, bytes FROM capture_files ORDER BY n").fetchall())
    for path in files(folder):
        if path.name not in known:
            yield Problem(f"{path}: the database does not know this file.")
    with Reader(db, folder) as reader:
        for file, size in known.items():
            yield from _check_file(reader, file, size)
    yield from _check_articles(db)
    for record_id, article in db.conn.execute(_LOST_PAYLOADS):
        yield Problem(f"{record_id} refers to a capture that is not there.", record_id, article)
    for (file,) in db.conn.execute("SELECT DISTINCT file FROM capture_purges"):
        yield Problem(
            f"{folder / file}: what was forgotten is still to be wiped; opening the archive does it."
        )


def _check_file(reader: Reader, file: str, size: int) -> Iterator[Problem]:
    path = reader.folder / file
    there = path.stat().st_size if path.exists() else -1
    if there < 0:
        yield Problem(f"{path}: this file is not there; restore it from a backup.")
        return
    if there < size:
        yield Problem(f"{path}: {size - there} bytes are missing at its end; restore it from a backup.")
    elif there > size:
        yield Problem(f"{path}: {there - size} bytes at its end are in no table; they are of no use.")
    at = 0
    for row in (Row(*row) for row in reader.db.conn.execute(_OF_FILE, (file,))):
        yield from _check_gap(reader, file, at, row.offset - row.asked)
        try:
            problems = _problems_of(reader, row)
        except Unreadable as error:
            problems = [f"{reader.folder / str(error)}"]
        yield from (Problem(f"{what}.", row.record_id, row.article) for what in problems)
        at = row.offset + row.length
    yield from _check_gap(reader, file, at, min(size, there))


def _problems_of(reader: Reader, row: Row) -> list[str]:
    """Return what is wrong with a capture and its request."""
    where = f"{reader.folder / row.file} at {row.offset}"
    record = reader.record(row, records.unpack)
    problems = [f"{where}: {what}" for what in records.problems_of(record)]
    if record.type != row.type or record.fields.get("warc-target-uri") != row.url:
        problems.append(f"{where}: it is not the {row.type} of {row.url}")
    said = record.fields.get("warc-payload-digest")
    if said != (row.digest and f"sha256:{row.digest}"):
        problems.append(f"{where}: its payload digest is not that of the table")
    if not problems and row.type != "revisit":
        reader.body(row, record)
    if row.asked:
        try:
            request = records.unpack(reader.bytes_at(row.file, row.offset - row.asked, row.asked))
        except Unreadable as error:
            return [*problems, f"{where}, its request: {error}"]
        problems += [f"{where}, its request: {what}" for what in records.problems_of(request)]
        if request.fields.get("warc-concurrent-to", "").strip("<>") != row.record_id:
            problems.append(f"{where}: what lies before it is not its request")
    return problems


def _check_gap(reader: Reader, file: str, start: int, end: int) -> Iterator[Problem]:
    """Between captures there is only the warcinfo of a file, and what was taken out."""
    where = f"{reader.folder / file} at {start}"
    if start >= end:
        if start > end:
            yield Problem(f"{where}: two captures lie over each other.")
        return
    if end - start > LARGEST_GAP:
        yield Problem(f"{where}: {end - start} bytes are in no table.")
        return
    try:
        for _, member in records.members(reader.bytes_at(file, start, end - start)):
            if (record := records.unpack(member)).type not in {"warcinfo", "metadata"}:
                yield Problem(f"{where}: a {record.type} that is in no table.", record.id)
    except Unreadable as error:
        yield Problem(f"{where}: {error}.")


def _check_articles(db: Database) -> Iterator[Problem]:
    """The captures that articles and their earlier versions name have to be in the table, at the same place."""
    for article, record_id in db.conn.execute(_MISNAMED):
        yield Problem(
            f"{article} names the capture {record_id}, which is not there or elsewhere.", record_id, article
        )


_OF_FILE = f"SELECT {COLUMNS} FROM captures WHERE file = ? ORDER BY offset"

_LOST_PAYLOADS = (
    "SELECT record_id, article FROM captures a WHERE type = 'revisit' "
    "AND NOT EXISTS (SELECT 1 FROM captures b WHERE b.record_id = a.refers_to)"
)

_MISNAMED = """
SELECT id, record_id FROM (
  SELECT id, provenance ->> '$.warc.record_id' AS record_id, provenance ->> '$.warc.file' AS file,
         provenance ->> '$.warc.offset' AS offset FROM articles
  UNION ALL
  SELECT article, record ->> '$.provenance.warc.record_id', record ->> '$.provenance.warc.file',
         record ->> '$.provenance.warc.offset' FROM revisions
) AS named WHERE record_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM captures c WHERE c.record_id = named.record_id AND c.file = named.file AND c.offset = named.offset)
"""
