"""The index from keys to texts: sorted runs in SQLite, merged by eights, read only where a key can lie.

An entry is one 64-bit number, the key above and the text below, so that a run is one sorted array. Keys are
hashes, evenly spread: a run is cut into equal ranges of keys, and the upper bits of a key say in which part it
would lie. Nothing is held in memory between two calls.
"""

import sqlite3
from collections.abc import Iterator
from itertools import islice

from archive.duplicates.numpy_extra import Array, np
from archive.duplicates.signatures import KEY_BITS

TEXT_BITS = 24
"""Of a text's number: an archive can hold 16 million."""

FANOUT = 8
"""So many runs of a level become one of the next."""

PART_ENTRIES = 4096
"""About so many entries to a part, 32 kB: one read for one key, and few rows for all keys."""

GROUP = 128
"""Parts that are searched together."""

_TEXT = np.uint64(TEXT_BITS)


def entries(keys: Array, texts: Array) -> Array:
    """Return keys and the numbers of their texts as sorted entries."""
    packed = (keys << _TEXT) | texts.astype(np.uint64)
    packed.sort()
    return packed


def keys_of(packed: Array) -> Array:
    """Return the keys of entries."""
    return packed >> _TEXT


def texts_of(packed: Array) -> Array:
    """Return the texts' numbers of entries."""
    return (packed & np.uint64((1 << TEXT_BITS) - 1)).astype(np.int64)


def find(conn: sqlite3.Connection, keys: Array) -> Array:
    """Return all entries, sorted, under any of these keys, which must be sorted and different from each other."""
    found = [np.zeros(0, dtype=np.uint64)]
    for run, bits in conn.execute("SELECT run, bits FROM near_runs").fetchall():
        for block in _blocks(conn, run, np.unique(_part(keys, bits)), 1 << bits):
            near = keys[_between(keys, block)]
            first = np.searchsorted(block, near << _TEXT)
            last = np.searchsorted(block, (near + np.uint64(1)) << _TEXT)
            found.append(block[ranges(first, last - first)])
    packed = np.concatenate(found)
    packed.sort()
    return packed


def ranges(starts: Array, counts: Array) -> Array:
    """Return the places in several ranges, one after the other: starts 5, 9 with counts 2, 1 give 5, 6, 9."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + counts, counts)


def add(conn: sqlite3.Connection, packed: Array) -> None:
    """Add a run of sorted entries, and merge where eight of a level have come together."""
    level = 0
    _write(conn, level, len(packed), [packed])
    while True:
        full = conn.execute(
            "SELECT run, bits FROM near_runs WHERE level = ? ORDER BY run", (level,)
        ).fetchall()
        if len(full) < FANOUT:
            return
        _merge(conn, full, level + 1)
        level += 1


def _merge(conn: sqlite3.Connection, runs: list[tuple[int, int]], level: int) -> None:
    """Make one run of several, range by range of keys, so that memory holds no more than one range."""
    stock = stock_keys(conn)
    coarse = min(bits for _, bits in runs)
    size = _entries_in(conn, runs)

    def merged() -> Iterator[Array]:
        for part in range(1 << coarse):
            pieces = [_range(conn, run, part, bits - coarse) for run, bits in runs]
            together = np.concatenate(pieces)
            together.sort()
            yield together[~is_in(keys_of(together), stock)]

    _write(conn, level, size, merged())
    for run, _ in runs:
        conn.execute("DELETE FROM near_parts WHERE id BETWEEN ? AND ?", (run << 24, ((run + 1) << 24) - 1))
        conn.execute("DELETE FROM near_runs WHERE run = ?", (run,))


def stock_keys(conn: sqlite3.Connection) -> Array:
    """Return the keys that so many texts have that they say nothing, sorted."""
    rows = conn.execute("SELECT key FROM near_stock ORDER BY key").fetchall()
    return np.array([key for (key,) in rows], dtype=np.uint64)


def is_in(keys: Array, among: Array) -> Array:
    """Return for each key whether it is in a sorted array."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return among[places] == keys


def _write(conn: sqlite3.Connection, level: int, size: int, pieces: Iterator[Array] | list[Array]) -> None:
    """Write a run of about `size` entries, which come in ranges of keys, each range whole and in order."""
    bits = max(size // PART_ENTRIES, 1).bit_length() - 1
    (run,) = conn.execute("SELECT coalesce(max(run), 0) + 1 FROM near_runs").fetchone()
    conn.execute("INSERT INTO near_runs VALUES (?, ?, ?)", (run, level, bits))
    for piece in pieces:
        if not len(piece):
            continue
        parts = _part(keys_of(piece), bits)
        cuts = np.flatnonzero(parts[1:] != parts[:-1]) + 1
        numbers = parts[np.concatenate(([0], cuts))]
        conn.executemany(
            "INSERT INTO near_parts VALUES (?, ?)",
            (
                ((run << 24) | int(part), inside.tobytes())
                for part, inside in zip(numbers, np.split(piece, cuts), strict=True)
            ),
        )


def _part(keys: Array, bits: int) -> Array:
    """Return the part of a run in which each key would lie."""
    return keys >> np.uint64(KEY_BITS - bits)


def _between(keys: Array, block: Array) -> slice:
    """Return which of sorted keys can lie in a block."""
    first, last = np.searchsorted(keys, keys_of(block[[0, -1]]))
    return slice(int(first), int(last) + 1)


def _blocks(conn: sqlite3.Connection, run: int, parts: Array, count: int) -> Iterator[Array]:
    """Yield the entries of these parts of a run (of `count` parts), some parts at a time."""
    if 2 * len(parts) > count:
        rows: Iterator[tuple[bytes]] = conn.execute(
            "SELECT entries FROM near_parts WHERE id BETWEEN ? AND ? ORDER BY id",
            (run << 24, ((run + 1) << 24) - 1),
        )
    else:
        rows = iter(
            row
            for part in parts.tolist()
            for row in conn.execute("SELECT entries FROM near_parts WHERE id = ?", ((run << 24) | part,))
        )
    while True:
        blobs = [blob for (blob,) in islice(rows, GROUP)]
        if not blobs:
            return
        yield np.frombuffer(b"".join(blobs), dtype=np.uint64)


def _range(conn: sqlite3.Connection, run: int, part: int, finer: int) -> Array:
    """Return the entries of a run in a coarse part, of which the run makes 2 ** finer parts."""
    first = (run << 24) | (part << finer)
    blobs = conn.execute(
        "SELECT entries FROM near_parts WHERE id BETWEEN ? AND ? ORDER BY id",
        (first, first + (1 << finer) - 1),
    )
    return np.frombuffer(b"".join(blob for (blob,) in blobs), dtype=np.uint64)


def _entries_in(conn: sqlite3.Connection, runs: list[tuple[int, int]]) -> int:
    """Return how many entries runs have."""
    return sum(
        conn.execute(
            "SELECT coalesce(sum(length(entries)), 0) / 8 FROM near_parts WHERE id BETWEEN ? AND ?",
            (run << 24, ((run + 1) << 24) - 1),
        ).fetchone()[0]
        for run, _ in runs
    )
