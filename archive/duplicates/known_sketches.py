"""Sketches that another archive computed of the same texts, so that a merge need not compute them again.

They are kept in temporary tables of the connection, or in a scratch database (decide_in_second_process.py). Each has a
digest of the exact text that it was computed from, so none is used for another text; without the table, every sketch
is computed.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from archive.numpy_arrays import Array, np

_COLUMNS = "content_sha256 BLOB NOT NULL, said BLOB NOT NULL, keys BLOB NOT NULL"
_BY_TEXT = f"({_COLUMNS}, PRIMARY KEY (content_sha256, said)) WITHOUT ROWID"
"""A table in which a sketch is found by its text. It is filled once, in the order of the hashes: to insert each
archive's sketches at random places would take longer the more there are.
"""


def take_over(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Keep the sketches of the texts of another archive, which has the present schema and so the same rules."""
    conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS sketches_taken_over ({_COLUMNS})")
    conn.executemany(
        "INSERT INTO sketches_taken_over VALUES (?, ?, ?)",
        other.execute("SELECT content_sha256, said, keys FROM internal_near_texts"),
    )


def copy(conn: sqlite3.Connection, to: Path) -> None:
    """Copy the sketches to a new database, whose updates then find them."""
    conn.execute("ATTACH DATABASE ? AS copied", (str(to),))
    try:
        conn.execute(f"CREATE TABLE copied.known_sketches {_BY_TEXT}")
        if _has(conn, "sketches_taken_over"):
            _fill(conn, "copied")
    finally:
        conn.execute("DETACH DATABASE copied")


def _fill(conn: sqlite3.Connection, schema: str) -> None:
    """Fill the table `known_sketches` of a database with the sketches that were taken over."""
    conn.execute(
        f"INSERT OR IGNORE INTO {schema}.known_sketches SELECT * FROM temp.sketches_taken_over ORDER BY 1, 2"
    )


def drop(conn: sqlite3.Connection) -> None:
    """Forget all sketches of other archives."""
    for table in ("sketches_taken_over", "known_sketches"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{table}")


def find(conn: sqlite3.Connection, texts: Iterable[tuple[int, bytes, bytes]]) -> dict[int, Array]:
    """Return the keys of those texts whose sketch is known, by the number of the text.

    `texts` has the number of each text, its content hash, and the digest of the exact text without any manual decision.
    It is not read if no sketch is known at all.
    """
    if _has(conn, "sketches_taken_over") and not _has(conn, "known_sketches"):
        conn.execute(f"CREATE TEMP TABLE known_sketches {_BY_TEXT}")
        _fill(conn, "temp")
    if not _has(conn, "known_sketches"):
        return {}
    found = {}
    for n, *given in texts:
        row = conn.execute(
            "SELECT keys FROM known_sketches WHERE content_sha256 = ? AND said = ?", given
        ).fetchone()
        if row is not None:
            found[n] = np.frombuffer(row[0], dtype=np.uint64)
    return found


def _has(conn: sqlite3.Connection, table: str) -> bool:
    tables = "SELECT name FROM sqlite_temp_master UNION ALL SELECT name FROM sqlite_master"
    return conn.execute(f"SELECT 1 FROM ({tables}) WHERE name = ?", (table,)).fetchone() is not None
