"""Sketches that another archive computed of the same texts, so that a merge need not compute them again.

They are kept in a temporary table of the connection, or in a scratch database (decide_apart.py). Each has a digest of
the exact text that it was computed from, so none is used for another text; without the table, every sketch is computed.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from archive.numpy_arrays import Array, np

_COLUMNS = "(content_sha256 BLOB NOT NULL PRIMARY KEY, said BLOB, keys BLOB) WITHOUT ROWID"


def take_over(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Keep the sketches of the texts of another archive, which has the present schema and so the same rules."""
    conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS known_sketches {_COLUMNS}")
    conn.executemany(
        "INSERT OR IGNORE INTO known_sketches VALUES (?, ?, ?)",
        other.execute("SELECT content_sha256, said, keys FROM internal_near_texts"),
    )


def copy(conn: sqlite3.Connection, to: Path) -> None:
    """Copy the sketches to a new database, whose updates then find them."""
    conn.execute("ATTACH DATABASE ? AS copied", (str(to),))
    try:
        conn.execute(f"CREATE TABLE copied.known_sketches {_COLUMNS}")
        if _are_there(conn):
            conn.execute("INSERT INTO copied.known_sketches SELECT * FROM temp.known_sketches")
    finally:
        conn.execute("DETACH DATABASE copied")


def drop(conn: sqlite3.Connection) -> None:
    """Forget all sketches of other archives."""
    conn.execute("DROP TABLE IF EXISTS temp.known_sketches")


def find(conn: sqlite3.Connection, texts: Iterable[tuple[int, bytes, bytes]]) -> dict[int, Array]:
    """Return the keys of those texts whose sketch is known, by the number of the text.

    `texts` has the number of each text, its content hash, and the digest of the exact text without any manual decision.
    It is not read if no sketch is known at all.
    """
    if not _are_there(conn):
        return {}
    found = {}
    for n, *given in texts:
        row = conn.execute(
            "SELECT keys FROM known_sketches WHERE content_sha256 = ? AND said = ?", given
        ).fetchone()
        if row is not None:
            found[n] = np.frombuffer(row[0], dtype=np.uint64)
    return found


def _are_there(conn: sqlite3.Connection) -> bool:
    tables = "SELECT name FROM sqlite_temp_master UNION ALL SELECT name FROM sqlite_master"
    return conn.execute(f"SELECT 1 FROM ({tables}) WHERE name = 'known_sketches'").fetchone() is not None
