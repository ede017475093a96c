"""Sketches that another archive computed of the same texts, so that a merge need not compute them again.

They are kept in a temporary table of the connection. Each has a digest of the exact text that it was computed from, so
none is used for another text; without the table, every sketch is computed.
"""

import sqlite3
from collections.abc import Mapping

from archive.numpy_arrays import Array, np

_CREATE = (
    "CREATE TEMP TABLE IF NOT EXISTS known_sketches "
    "(content_sha256 BLOB NOT NULL PRIMARY KEY, said BLOB, keys BLOB) WITHOUT ROWID"
)


def take_over(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Keep the sketches of the texts of another archive, which has the present schema and so the same rules."""
    conn.execute(_CREATE)
    conn.executemany(
        "INSERT OR IGNORE INTO known_sketches VALUES (?, ?, ?)",
        other.execute("SELECT content_sha256, said, keys FROM internal_near_texts"),
    )


def drop(conn: sqlite3.Connection) -> None:
    """Forget all sketches of other archives."""
    conn.execute("DROP TABLE IF EXISTS temp.known_sketches")


def find(conn: sqlite3.Connection, texts: Mapping[int, tuple[bytes, bytes]]) -> dict[int, Array]:
    """Return the keys of those texts whose sketch is known.

    `texts` maps the number of a text to its content hash, and to the digest of the exact text without any manual
    decision.
    """
    if conn.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'known_sketches'").fetchone() is None:
        return {}
    found = {}
    for n, given in texts.items():
        row = conn.execute(
            "SELECT keys FROM known_sketches WHERE content_sha256 = ? AND said = ?", given
        ).fetchone()
        if row is not None:
            found[n] = np.frombuffer(row[0], dtype=np.uint64)
    return found
