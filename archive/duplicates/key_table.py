"""The index from keys to texts: one plain table of SQLite, asked and filled many keys at a time."""

import sqlite3
from collections.abc import Iterator

from archive.numpy_arrays import Array, distinct, np

Place = tuple[str, str]
"""A place in the order of texts: when the first article was first seen, and its id."""


_FEW = 64
"""Keys that are asked for one by one: a table of them would cost more."""

_MANY = 65_536
"""Keys that one statement asks for."""


def add(conn: sqlite3.Connection, keys: Array, texts: Array) -> None:
    """Add keys and the numbers of their texts."""
    order = np.argsort(keys, kind="stable")  # neighbours in the table come one after the other
    rows = zip(keys[order].tolist(), texts[order].tolist(), strict=True)
    conn.executemany("INSERT OR IGNORE INTO near_keys VALUES (?, ?)", rows)


def remove(conn: sqlite3.Connection, text: int, keys: Array) -> None:
    """Remove all keys of a text."""
    conn.executemany("DELETE FROM near_keys WHERE key = ? AND n = ?", ((key, text) for key in keys.tolist()))


def holders(conn: sqlite3.Connection, keys: Array) -> Iterator[tuple[int, int]]:
    """Yield (key, text) for all texts under these keys; keys that no text has yield nothing."""
    if len(keys) <= _FEW:
        for key in keys.tolist():
            yield from conn.execute("SELECT key, n FROM near_keys WHERE key = ?", (key,))
        return
    asked = distinct(keys)
    for begin in range(0, len(asked), _MANY):
        some = str(asked[begin : begin + _MANY].tolist())
        yield from conn.execute(_HOLDERS, (some,)).fetchall()


_HOLDERS = "SELECT k.key, n FROM json_each(?) a CROSS JOIN near_keys k ON k.key = a.value"


def full(conn: sqlite3.Connection, keys: Array) -> dict[int, Place]:
    """Return from which place on each key that so many texts have says nothing; keys that always tell are not there."""
    if len(keys) <= _FEW:
        sql = "SELECT key, first_seen, article FROM near_full WHERE key = ?"
        rows = [row for key in keys.tolist() for row in conn.execute(sql, (key,))]
        return {key: (seen, article) for key, seen, article in rows}
    known = {key: (seen, article) for key, seen, article in conn.execute("SELECT * FROM near_full")}
    asked = np.fromiter(known, dtype=np.uint64, count=len(known))
    return {key: known[key] for key in asked[np.isin(asked, keys)].tolist()}


def settle_full(conn: sqlite3.Connection, before: dict[int, Place], after: dict[int, Place]) -> None:
    """Write down where keys that were looked at are full now."""
    conn.executemany("DELETE FROM near_full WHERE key = ?", ((key,) for key in before if key not in after))
    conn.executemany(
        "INSERT OR REPLACE INTO near_full VALUES (?, ?, ?)",
        ((key, *place) for key, place in after.items() if before.get(key) != place),
    )
