"""Where an import has come to: kept in the row of its run, in the transaction of what was imported before."""

from dataclasses import asdict, dataclass

import orjson
from sqlite_utils import Database


@dataclass(slots=True)
class ImportPlace:
    """How far an import is."""

    files: str
    """What tells its files from others: a hash over the path, size and time of change of each."""
    place: int
    """The number of the first file or page that may not be stored yet."""
    is_read: bool = False
    """Whether all were read, so that there is nothing to go on with."""


def write(db: Database, run: int | None, place: ImportPlace) -> None:
    """Write down where an import is, within the caller's transaction."""
    report = orjson.dumps({"import": asdict(place)}).decode()
    db.conn.execute("UPDATE runs SET report = ? WHERE id = ? AND finished_at IS NULL", (report, run))


def last(db: Database, files: str, before: int | None = None) -> int:
    """Return where the last import before a run had come to, if it was of these files and did not end; else 0.

    Without a run, of all imports.
    """
    row = db.conn.execute(
        "SELECT report ->> '$.import.files', report ->> '$.import.place' FROM runs "
        "WHERE spider = 'dump' AND (?1 IS NULL OR id < ?1) ORDER BY id DESC LIMIT 1",
        (before,),
    ).fetchone()
    return int(row[1]) if row and row[0] == files else 0
