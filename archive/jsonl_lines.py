"""The lines of the JSONL beside the database: how a row becomes a line, and which line of a file counts for an article.

An article may have several lines in a file, of which the last one counts: see `archive.jsonl`.
"""

import os
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.schema import LINE_SQL

BOM = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, which some editors write at the beginning of a file."""


def path_for(database: Path) -> Path:
    """Return the path of the JSONL that belongs to a database, after resolving links: `kepu.db` → `kepu.jsonl`."""
    return Path(os.path.realpath(database)).with_suffix(".jsonl")


def lines(db: Database, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, line with its newline) of the articles with a `seq` above `after`, by `seq`."""
    rows = db.execute(f"SELECT seq, {LINE_SQL} FROM articles WHERE seq > ? ORDER BY seq", (after,))
    for seq, text in rows:
        yield seq, as_line(text.encode())


def amended_lines(db: Database) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, line) of the articles that changed after their line was written, by `seq`."""
    rows = db.execute(
        f"SELECT seq, {LINE_SQL} FROM articles WHERE seq IN (SELECT seq FROM internal_lines_to_amend) ORDER BY seq"
    )
    for seq, text in rows:
        yield seq, as_line(text.encode())


def line_of(db: Database, seq: int) -> bytes:
    """Return the line of one article, with its newline."""
    (text,) = db.execute(f"SELECT {LINE_SQL} FROM articles WHERE seq = ?", (seq,)).fetchone()
    return as_line(text.encode())


def as_line(record: bytes) -> bytes:
    """Return the line for a record in JSON.

    U+2028 and U+2029 are escaped: JSON allows them, but many readers break lines at them.
    """
    if b"\xe2\x80\xa8" in record or b"\xe2\x80\xa9" in record:
        record = record.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return record + b"\n"


_START = re.compile(rb'\s*\{"schema_version":\d+,"id":"([^"\\]+)"')
_VERSION = re.compile(rb'"revision":\{"n":(\d+)')


def named(line: bytes) -> tuple[str, int] | None:
    """Return (id, revision number) of a line, or None if it is not a record."""
    start, version = _START.match(line), _VERSION.search(line)
    if start and version and line.rstrip().endswith(b"}"):
        return start[1].decode("utf-8", "replace"), int(version[1])
    try:
        record = orjson.loads(line.removeprefix(BOM))
        return str(record["id"]), int(record["revision"]["n"] or 0)
    except (ValueError, TypeError, KeyError):
        return None


@dataclass(slots=True)
class LinePlaces:
    """The positions of the lines in a file, and which of them count."""

    starts: "array[int]" = field(default_factory=lambda: array("q"))
    """The byte offset at which each line begins."""
    last: dict[str, int] = field(default_factory=dict)
    """Map each id to the index of its last line."""
    nameless: list[int] = field(default_factory=list)
    """Indexes of lines that are not records."""


def places(path: Path) -> LinePlaces:
    """Return the positions of the lines of a JSONL. Raises OSError if it cannot be read."""
    found, at = LinePlaces(), 0
    with path.open("rb") as file:
        for n, line in enumerate(file):
            found.starts.append(at)
            at += len(line)
            if what := named(line):
                found.last[what[0]] = n
            else:
                found.nameless.append(n)
    return found


def unknown(db: Database, path: Path, start: int = 0) -> list[str]:
    """Return the ids of lines, from byte `start` on, whose version or a later one the database lacks.

    Forgotten articles are not included.
    """
    found = []
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            what = named(line)
            if what is not None and not _is_known(db, *what):
                found.append(what[0])
    return found


def _is_known(db: Database, id_: str, n: int) -> bool:
    row = db.execute("SELECT revision ->> '$.n' FROM articles WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        return int(row[0] or 0) >= n
    return db.execute("SELECT 1 FROM tombstones WHERE id = ?", (id_,)).fetchone() is not None
