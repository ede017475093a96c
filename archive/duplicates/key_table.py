"""The index from keys to texts: one SQLite table that is read and written many keys at a time."""

import sqlite3
from collections.abc import Iterator

from archive.numpy_arrays import Array, among, distinct, np, sorted_numbers

Place = tuple[str, str]
"""Place of a text in the order: the first publication of its first article, and that article's id."""


_FEW = 64
"""Maximum number of keys looked up one by one; a temporary table would cost more for so few."""

_MANY = 65_536
"""Maximum number of keys per query."""


def add(conn: sqlite3.Connection, keys: Array, texts: Array) -> None:
    """Add keys, each with the number of its text; `keys` and `texts` are parallel arrays."""
    if not len(keys):
        return
    first = int(texts.min())
    # Sorted, so that the table is written in its own order.
    packed = np.sort((keys << _TEXT_BITS) | (texts - first).astype(np.uint64))
    if int(texts.max()) - first >= _TEXTS:
        middle = int(np.median(texts))
        for half in (texts < middle, texts >= middle):
            add(conn, keys[half], texts[half])
        return
    for begin in range(0, len(packed), _MANY):
        conn.execute(_ADD, (first, str(packed[begin : begin + _MANY].tolist())))


_TEXT_BITS = np.uint64(16)
_TEXTS = 1 << int(_TEXT_BITS)
_ADD = (
    f"INSERT OR IGNORE INTO internal_near_keys SELECT value >> {_TEXT_BITS}, ? + (value & {_TEXTS - 1}) "
    "FROM json_each(?)"
)
"""Each value packs a key and a text number (counted from the first one) into one number: KEY_BITS leave room for it."""


def remove(conn: sqlite3.Connection, text: int, keys: Array) -> None:
    """Remove all keys of a text."""
    conn.executemany(
        "DELETE FROM internal_near_keys WHERE key = ? AND n = ?", ((key, text) for key in keys.tolist())
    )


def holders(conn: sqlite3.Connection, keys: Array) -> Iterator[tuple[int, int]]:
    """Yield (key, text) for all texts that have these keys; keys without texts yield nothing."""
    if len(keys) <= _FEW:
        for key in keys.tolist():
            yield from conn.execute("SELECT key, n FROM internal_near_keys WHERE key = ?", (key,))
        return
    wanted = distinct(keys)
    for begin in range(0, len(wanted), _MANY):
        chunk = str(wanted[begin : begin + _MANY].tolist())
        yield from conn.execute(_HOLDERS, (chunk,)).fetchall()


_HOLDERS = "SELECT k.key, n FROM json_each(?) a CROSS JOIN internal_near_keys k ON k.key = a.value"


def full(conn: sqlite3.Connection, keys: Array) -> dict[int, Place]:
    """Map each boilerplate key to the place after which texts ignore it; other keys are missing."""
    if len(keys) <= _FEW:
        sql = "SELECT key, first_seen, article FROM internal_near_full WHERE key = ?"
        rows = [row for key in keys.tolist() for row in conn.execute(sql, (key,))]
        return {key: (seen, article) for key, seen, article in rows}
    known = {key: (seen, article) for key, seen, article in conn.execute("SELECT * FROM internal_near_full")}
    stored = sorted_numbers(known)
    return {key: known[key] for key in stored[among(stored, np.sort(keys))].tolist()}


def settle_full(conn: sqlite3.Connection, before: dict[int, Place], after: dict[int, Place]) -> None:
    """Store which of the keys that were read are boilerplate now, given the states before and after."""
    conn.executemany(
        "DELETE FROM internal_near_full WHERE key = ?", ((key,) for key in before if key not in after)
    )
    conn.executemany(
        "INSERT OR REPLACE INTO internal_near_full VALUES (?, ?, ?)",
        ((key, *place) for key, place in after.items() if before.get(key) != place),
    )
