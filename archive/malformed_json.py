"""Find the rows whose JSON columns are malformed; SQLite's own error does not name the row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from archive.schema import JSON_FIELDS
from kepu.errors import Damaged

_OTHERS = (
    ("revisions", "record", "article || ' ' || n"),
    ("tombstones", "urls", "id"),
    ("tombstones", "texts", "id"),
    ("sections", "habits", "url"),
    ("accounts", "added", "article"),
    ("accounts", "outside_runs", "article"),
    ("captures", "missing", "record_id"),
    ("rebuilds", "report", "id"),
)
"""Table, column, and the SQL expression that names its row."""


def malformed(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (name of the row, column) for each malformed JSON value in the archive at `path`, the articles first."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        yield from malformed_in(conn)


def malformed_in(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield (name of the row, column) for each malformed JSON value in an open archive."""
    there = {row[1] for row in conn.execute("PRAGMA table_info(articles)")}
    names = sorted(JSON_FIELDS & there)  # an archive of an older version may lack some tables
    are_valid = " AND ".join(f"({name} IS NULL OR json_valid({name}))" for name in names)
    for row in conn.execute(f"SELECT id, {', '.join(names)} FROM articles WHERE NOT ({are_valid})"):
        for name, text in zip(names, row[1:], strict=True):
            if text is not None and not conn.execute("SELECT json_valid(?)", (text,)).fetchone()[0]:
                yield str(row[0]), name
    for table, column, name in _OTHERS:
        wrong = f"{column} IS NOT NULL AND NOT json_valid({column})"
        with suppress(sqlite3.OperationalError):
            for (row_name,) in conn.execute(f"SELECT {name} FROM {table} WHERE {wrong}"):
                yield str(row_name), f"{table}.{column}"


def named(path: Path) -> Damaged | None:
    """Return the error that names the first malformed row and its column.

    It is None if all JSON is well-formed, or if the database cannot be read.
    """
    try:
        found = next(malformed(path), None)
    except sqlite3.Error:
        return None
    if found is None:
        return None
    id_, column = found
    return Damaged(
        "{path}: {column} of {id} is no JSON, so its row is damaged. `kepu verify` names all such rows and "
        "says what brings each back: `kepu verify --repair` or `kepu rebuild {id}`.",
        path=path,
        column=column,
        id=id_,
    )
