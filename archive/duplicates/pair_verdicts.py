"""Pairs of texts: candidates compared, what they are written down, and taken back where their keys prove stock."""

import sqlite3
from collections.abc import Iterable, Iterator

from archive.duplicates.candidates import Candidates
from archive.duplicates.compare_texts import Kind, Profile, compare, kind, profiles
from archive.duplicates.key_index import is_in, texts_of
from archive.duplicates.numpy_extra import Array, np
from archive.duplicates.signatures import likeness, of_pairs

LIKELY = 0.5
"""Estimated similarity from which two texts are compared that share no pair of sentences: a repost has .6 at least."""

SLICE = 512
"""Pairs compared at a time: their texts are in memory together."""

LINKS = ("repost", "edited")
"""The kinds that make two texts one story."""


def write_new(conn: sqlite3.Connection, found: Candidates, signatures: dict[int, bytes]) -> set[int]:
    """Compare candidates and write down what they are; return the texts that are now one story with another.

    `signatures` are those of the texts of this batch.
    """
    starts = np.flatnonzero(np.concatenate(([True], (np.diff(found.a) != 0) | (np.diff(found.b) != 0))))
    if not len(found.a):
        return set()
    shared = np.add.reduceat(of_pairs(found.keys).astype(np.int64), starts) > 0
    ends = np.append(starts[1:], len(found.a))
    a, b = found.a[starts], found.b[starts]
    touched: set[int] = set()
    for begin in range(0, len(starts), SLICE):
        part = slice(begin, begin + SLICE)
        hopeful = _hopeful(conn, a[part], b[part], shared[part], signatures)
        texts = dict(_profiles(conn, {*a[part][hopeful].tolist(), *b[part][hopeful].tolist()}))
        rows = []
        for place in (np.flatnonzero(hopeful) + begin).tolist():
            first, second = int(a[place]), int(b[place])
            keys = found.keys[starts[place] : ends[place]]
            row = _judge(texts.get(first), texts.get(second), keys)
            if row is not None:
                rows.append((first, second, *row))
                touched |= {first, second} if row[0] in LINKS else set()
        conn.executemany("INSERT OR REPLACE INTO near_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return touched


def take_back(conn: sqlite3.Connection, found: Candidates) -> set[int]:
    """Take keys that became stock wording from the pairs that met under them; return the texts concerned."""
    texts = sorted(set(texts_of(found.stock_entries).tolist()))
    touched: set[int] = set()
    for text in texts:
        rows = conn.execute("SELECT a, b, kind, found, keys FROM near_pairs WHERE a = ?", (text,)).fetchall()
        for a, b, before, truly, blob in rows:
            keys = np.frombuffer(blob, dtype=np.uint64)
            left = keys[~is_in(keys, found.new_stock)]
            if len(left) == len(keys):
                continue
            after = _standing_now(conn, a, b, truly, left)
            conn.execute(
                "UPDATE near_pairs SET kind = ?, keys = ? WHERE a = ? AND b = ?",
                (after, left.tobytes(), a, b),
            )
            if after != before:
                touched |= {a, b}
    conn.execute("DELETE FROM near_pairs WHERE kind = ''")
    return touched


def _standing_now(conn: sqlite3.Connection, a: int, b: int, truly: Kind, keys: Array) -> str:
    """Return what a pair counts as with the keys it has left; an empty text where it would not have been met."""
    if not len(keys):
        return ""
    if not of_pairs(keys).any() and _likeness(conn, [a], [b], {})[0] < LIKELY:
        return ""
    return standing(truly, keys)


def standing(truly: Kind, keys: Array) -> Kind:
    """Return what a pair of this kind counts as, given the keys it shares that are not stock wording.

    Without a pair of sentences of their own, what two texts share word for word stands in many articles: that is a
    template, unless they share next to everything.
    """
    return truly if truly == "repost" or of_pairs(keys).any() else "template"


def forget(conn: sqlite3.Connection, text: int) -> set[int]:
    """Remove a text that no article has any more, and its pairs; return the texts it was one story with."""
    others = {
        n
        for pair in conn.execute(
            "SELECT a, b FROM near_pairs WHERE a = ? UNION ALL SELECT a, b FROM near_pairs WHERE b = ?",
            (text, text),
        )
        for n in pair
    }
    conn.execute("DELETE FROM near_pairs WHERE a = ?", (text,))
    conn.execute("DELETE FROM near_pairs WHERE b = ?", (text,))
    conn.execute("DELETE FROM near_texts WHERE n = ?", (text,))
    return others - {text}


def text_of(conn: sqlite3.Connection, text: int) -> str | None:
    """Return a text by its number; None where no article has it."""
    row = conn.execute(
        "SELECT text_canonical FROM near_articles JOIN articles USING (seq) WHERE n = ? LIMIT 1", (text,)
    ).fetchone()
    return None if row is None else str(row[0])


def _judge(a: Profile | None, b: Profile | None, keys: Array) -> tuple[object, ...] | None:
    """Return a row of `near_pairs` from `kind` on; None where the two have nothing in common."""
    if a is None or b is None:
        return None
    evidence = compare(a, b)
    truly = kind(a, b, evidence)
    if truly is None:
        return None
    return (
        standing(truly, keys),
        truly,
        evidence.jaccard,
        evidence.contained,
        evidence.kept,
        evidence.ratio,
        keys.tobytes(),
    )


def _hopeful(
    conn: sqlite3.Connection, a: Array, b: Array, shared: Array, signatures: dict[int, bytes]
) -> Array:
    """Return which pairs to compare: those that share a pair of sentences, or whose signatures are alike."""
    hopeful = shared.copy()
    asked = np.flatnonzero(~shared)
    hopeful[asked] = _likeness(conn, a[asked].tolist(), b[asked].tolist(), signatures) >= LIKELY
    return hopeful


def _likeness(conn: sqlite3.Connection, a: list[int], b: list[int], signatures: dict[int, bytes]) -> Array:
    """Return the estimated similarity of each text of one list to that of the other."""
    return likeness(_signatures(conn, a, signatures), _signatures(conn, b, signatures))


def _signatures(conn: sqlite3.Connection, texts: list[int], known: dict[int, bytes]) -> Array:
    """Return the signatures of texts, row by row; of one that went, zeros."""
    rows = []
    for text in texts:
        row = known.get(text) or _stored_signature(conn, text)
        rows.append(row)
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(texts), -1 if texts else 128)


def _stored_signature(conn: sqlite3.Connection, text: int) -> bytes:
    row = conn.execute("SELECT signature FROM near_texts WHERE n = ?", (text,)).fetchone()
    return bytes(128) if row is None else bytes(row[0])


def _profiles(conn: sqlite3.Connection, texts: Iterable[int]) -> Iterator[tuple[int, Profile]]:
    """Yield the profiles of texts that articles still have."""
    found = [(n, text) for n in sorted(texts) if (text := text_of(conn, n)) is not None]
    for begin in range(0, len(found), 64):
        some = found[begin : begin + 64]
        yield from zip((n for n, _ in some), profiles([text for _, text in some]), strict=True)
