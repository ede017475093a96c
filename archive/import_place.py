"""The progress of an import, stored in the row of its run in the same transaction as what was imported."""

from dataclasses import asdict, dataclass

import orjson
from sqlite_utils import Database


@dataclass(slots=True)
class ImportPlace:
    """The progress of an import."""

    files: str
    """Identifies its files: a hash over the path, size and modification time of each."""
    place: int
    """Index of the first file or page that may not be stored yet."""
    is_read: bool = False
    """Whether all files were read, so that there is nothing to resume."""


def write(db: Database, run: int | None, place: ImportPlace) -> None:
    """Store the progress of an import, within the caller's transaction."""
    report = orjson.dumps({"import": asdict(place)}).decode()
    db.execute("UPDATE runs SET report = ? WHERE id = ? AND finished_at IS NULL", (report, run))


def last(db: Database, files: str, before: int | None = None) -> int:
    """Return the place that the last import before run `before` reached, or 0 if there is nothing to resume.

    `files` identifies the files of the import to resume: the place is 0 if the last import was of other files, or if
    none was interrupted. Without `before`, the last of all imports counts.
    """
    row = db.execute(
        "SELECT report ->> '$.import.files', report ->> '$.import.place' FROM runs "
        "WHERE spider = 'dump' AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT 1",
        {"before": before},
    ).fetchone()
    return int(row[1]) if row and row[0] == files else 0
