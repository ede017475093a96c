"""Check whether captures are intact, and whether files, table and articles agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.captures import warc_records
from archive.captures.read_captures import COLUMNS, CaptureReader, CaptureRow
from archive.captures.warc_records import Unreadable
from kepu.messages import Text, text_of

LARGEST_GAP = 64 * 2**20
"""Maximum gap between two captures that is read: warcinfo records and fillers are smaller."""


@dataclass(slots=True)
class CaptureProblem:
    """One problem of the captures."""

    what: str
    """The problem as a sentence without its full stop, with the file and the place."""
    record_id: str | None = None
    """The record id of the capture, if it concerns one."""
    article: str | None = None
    """The article, if it concerns one."""


def files(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, sorted by name; an empty list if there is no folder."""
    return sorted(folder.glob("*.warc.gz"))


def check(folder: Path, db: Database) -> Iterator[CaptureProblem]:
    """Yield the problems of the captures after comparing each record with its row and its digests. Writes nothing."""
    known = dict(db.execute("SELECT file, bytes FROM internal_capture_files ORDER BY n").fetchall())
    for path in files(folder):
        if path.name not in known:
            yield CaptureProblem(Text("{path}: the database does not know this file", path=path))
    with CaptureReader(db, folder) as reader:
        for file, size in known.items():
            yield from _check_file(reader, file, size)
    yield from check_tables(db, folder)


def check_last_records(folder: Path, db: Database) -> Iterator[CaptureProblem]:
    """Yield the files that do not have their last known capture at its place, such as files of another archive."""
    with CaptureReader(db, folder) as reader:
        for row in (CaptureRow(*row) for row in db.execute(_LAST_OF_FILES).fetchall()):
            path = folder / row.file
            if not path.exists() or path.stat().st_size < row.offset + row.length:
                continue  # reported by its size
            try:
                found = reader.record(row, warc_records.unpack).id
            except Unreadable as error:
                what = Text("{folder}/{error}", folder=folder, error=text_of(error))
            else:
                if found == row.record_id:
                    continue
                where = Text("{path} at {n}", path=path, n=row.offset)
                what = Text("{where}: it is not the {type} of {url}", where=where, type=row.type, url=row.url)
            yield CaptureProblem(what, row.record_id, row.article)


def check_tables(db: Database, folder: Path) -> Iterator[CaptureProblem]:
    """Yield problems that the tables alone show.

    These are captures that articles or revisits refer to and the table lacks, and erasures that are not finished.
    """
    yield from _check_articles(db)
    for record_id, article in db.execute(_LOST_PAYLOADS):
        yield CaptureProblem(
            Text("{record} refers to a capture that is not there", record=record_id), record_id, article
        )
    for (file,) in db.execute("SELECT DISTINCT file FROM internal_capture_purges"):
        yield CaptureProblem(
            Text(
                "{path}: a forgotten capture must still be overwritten; opening the archive does it",
                path=folder / file,
            )
        )


def _check_file(reader: CaptureReader, file: str, size: int) -> Iterator[CaptureProblem]:
    """Yield the problems of one file; `size` is its length in bytes according to the table."""
    path = reader.folder / file
    there = path.stat().st_size if path.exists() else -1
    if there < 0:
        yield CaptureProblem(Text("{path}: this file is not there; restore it from a backup", path=path))
        return
    if there < size:
        yield CaptureProblem(
            Text(
                "{path}: {n} bytes are missing at its end; restore it from a backup",
                path=path,
                n=size - there,
            )
        )
    elif there > size:
        yield CaptureProblem(
            Text(
                "{path}: {n} bytes at its end belong to no capture and can be ignored",
                path=path,
                n=there - size,
            )
        )
    at = 0
    for row in (CaptureRow(*row) for row in reader.db.execute(_OF_FILE, (file,))):
        yield from _check_gap(reader, file, at, row.offset - row.asked)
        try:
            problems = _problems_of(reader, row)
        except Unreadable as error:
            problems = [Text("{folder}/{error}", folder=reader.folder, error=text_of(error))]
        yield from (CaptureProblem(what, row.record_id, row.article) for what in problems)
        at = row.offset + row.length
    if there >= size:
        yield from _check_gap(reader, file, at, size)


def _problems_of(reader: CaptureReader, row: CaptureRow) -> list[Text]:
    """Return the problems of a capture and its request."""
    where = Text("{path} at {n}", path=reader.folder / row.file, n=row.offset)
    record = reader.record(row, warc_records.unpack)
    problems = [Text("{where}: {what}", where=where, what=what) for what in warc_records.problems_of(record)]
    if record.type != row.type or record.fields.get("warc-target-uri") != row.url:
        problems.append(
            Text("{where}: it is not the {type} of {url}", where=where, type=row.type, url=row.url)
        )
    labelled_digest = record.fields.get("warc-payload-digest")
    if labelled_digest != (row.digest and f"sha256:{row.digest}"):
        problems.append(Text("{where}: its payload digest is not that of the table", where=where))
    if not problems and row.type != "revisit":
        reader.body(row, record)
    if row.asked:
        try:
            request = warc_records.unpack(reader.bytes_at(row.file, row.offset - row.asked, row.asked))
        except Unreadable as error:
            return [*problems, Text("{where}, its request: {what}", where=where, what=text_of(error))]
        problems += [
            Text("{where}, its request: {what}", where=where, what=what)
            for what in warc_records.problems_of(request)
        ]
        if request.fields.get("warc-concurrent-to", "").strip("<>") != row.record_id:
            problems.append(Text("{where}: the record before it is not its request", where=where))
    return problems


def _check_gap(reader: CaptureReader, file: str, start: int, end: int) -> Iterator[CaptureProblem]:
    """Yield problems of the gap between captures, which may have only a warcinfo record and fillers."""
    where = Text("{path} at {n}", path=reader.folder / file, n=start)
    if start >= end:
        if start > end:
            yield CaptureProblem(Text("{where}: two captures overlap", where=where))
        return
    if end - start > LARGEST_GAP:
        yield CaptureProblem(Text("{where}: {n} bytes are in no table", where=where, n=end - start))
        return
    try:
        for _, member in warc_records.members(reader.bytes_at(file, start, end - start)):
            if (record := warc_records.unpack(member)).type not in {"warcinfo", "metadata"}:
                yield CaptureProblem(
                    Text("{where}: a {type} that is in no table", where=where, type=record.type), record.id
                )
    except Unreadable as error:
        yield CaptureProblem(Text("{where}: {what}", where=where, what=text_of(error)))


def _check_articles(db: Database) -> Iterator[CaptureProblem]:
    """Yield captures to which articles or earlier versions refer, but which the table lacks or has at another place."""
    for article, record_id in db.execute(_MISNAMED):
        yield CaptureProblem(
            Text(
                "{article} refers to the capture {record}, which is missing or at another place",
                article=article,
                record=record_id,
            ),
            record_id,
            article,
        )


_OF_FILE = f"SELECT {COLUMNS} FROM captures WHERE file = ? ORDER BY offset"
"""The captures of a file, by place."""

_LAST_OF_FILES = (
    f"SELECT {COLUMNS} FROM captures c JOIN (SELECT file, max(offset) AS offset FROM captures GROUP BY file) "
    "USING (file, offset) ORDER BY file"
)
"""The last capture of each file."""

_LOST_PAYLOADS = (
    "SELECT record_id, article FROM captures a WHERE type = 'revisit' "
    "AND NOT EXISTS (SELECT 1 FROM captures b WHERE b.record_id = a.refers_to)"
)
"""Revisits that refer to a capture which the table does not have."""

_MISNAMED = """
SELECT id, record_id FROM (
  SELECT id, provenance ->> '$.warc.record_id' AS record_id, provenance ->> '$.warc.file' AS file,
         provenance ->> '$.warc.offset' AS offset FROM articles WHERE json_valid(provenance)
  UNION ALL
  SELECT article, record ->> '$.provenance.warc.record_id', record ->> '$.provenance.warc.file',
         record ->> '$.provenance.warc.offset' FROM revisions WHERE json_valid(record)
) AS named WHERE record_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM captures c WHERE c.record_id = named.record_id AND c.file = named.file AND c.offset = named.offset)
"""
"""Articles and earlier versions that refer to a capture which the table lacks or has at another place."""
