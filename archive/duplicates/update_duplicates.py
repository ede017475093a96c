"""Bringing near duplicates up to date with `articles`, a batch and a transaction at a time."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice, pairwise

from sqlite_utils import Database

from archive.duplicates import key_index
from archive.duplicates.candidates import candidates
from archive.duplicates.clusters import leave, settle
from archive.duplicates.numpy_extra import np
from archive.duplicates.pair_verdicts import forget, take_back, write_new
from archive.duplicates.shingles import shingle
from archive.duplicates.signatures import sketch

BATCH = 32_768
"""Articles in one transaction, at most: each looks through the whole index once, and a kill costs one."""

BATCH_CHARS = 30_000_000
"""Characters in one transaction, about: what is in memory at once."""

CACHE_KB = 98_304
"""For pages of the database during an update: content hashes fall all over their index."""

SKETCH_CHARS = 150_000
"""Characters sketched at once: arrays of this size stay in the processor's cache."""


@dataclass(slots=True)
class Updated:
    """What an update did."""

    articles: int = 0
    """Looked at."""
    texts: int = 0
    """New to the index."""
    changed: list[int] = field(default_factory=list)
    """`seq` of the articles whose cluster, or whose likeness to its canonical article, changed."""

    @property
    def touched(self) -> int | None:
        """The smallest `seq` of a row of `articles` that changed: from there on the JSONL is stale."""
        return min(self.changed, default=None)


@dataclass(slots=True)
class _Batch:
    """What the articles that wait come to."""

    seqs: list[int] = field(default_factory=list)
    dirty: set[int] = field(default_factory=set)
    """Texts whose clusters are to be made anew."""
    left: set[int] = field(default_factory=set)
    """Texts that lost an article."""
    new: dict[bytes, int] = field(default_factory=dict)
    """The numbers of new texts, by content hash."""
    texts: list[str] = field(default_factory=list)
    """These new texts."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """Articles (`seq`) that have another text than before, and its number."""


def update(db: Database, progress: Callable[[int], object] = lambda _: None) -> Updated:
    """Look at every article that came, changed or went since the last time; return what changed.

    `progress` is called with the number of articles of each batch. Each batch is a transaction of its own, so
    that an update that is killed goes on where it was. The caller may not be within a transaction, and if it has
    the JSONL open, must tell it what was touched, as command.py does. Raises ArchiveError where numpy is missing.
    """
    done = Updated()
    (cache,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        _all_steps(db, done, progress)
    finally:
        db.execute(f"PRAGMA cache_size = {cache}")
    return done


def _all_steps(db: Database, done: Updated, progress: Callable[[int], object]) -> None:
    """Do batch after batch until nothing waits."""
    while True:
        with db.atomic():
            count, texts, changed = _step(db.conn)
        if not count:
            return
        done.articles += count
        done.texts += texts
        done.changed += changed
        progress(count)


def waiting(db: Database) -> int:
    """Return how many articles wait for an update."""
    return int(db.execute("SELECT count(*) FROM near_waiting").fetchone()[0])


def _step(conn: sqlite3.Connection) -> tuple[int, int, list[int]]:
    """Do one batch; return how many articles and new texts it had, and the articles whose place changed."""
    batch = _take(conn)
    if not batch.seqs:
        return 0, 0, []
    conn.executemany("INSERT OR REPLACE INTO near_articles VALUES (?, ?)", batch.places)
    if batch.new:
        batch.dirty |= _index(conn, batch.new, batch.texts)
    for text in batch.left:
        if conn.execute("SELECT 1 FROM near_articles WHERE n = ? LIMIT 1", (text,)).fetchone() is None:
            batch.dirty |= forget(conn, text)
            batch.dirty.discard(text)
    changed = settle(conn, batch.dirty)
    if changed:
        # In this very transaction: after a kill, the next opening writes the JSONL anew.
        conn.execute("UPDATE jsonl SET stale = 1 WHERE seq >= ?", (min(changed),))
    conn.executemany("DELETE FROM near_waiting WHERE seq = ?", ((seq,) for seq in batch.seqs))
    return len(batch.seqs), len(batch.new), changed


def _take(conn: sqlite3.Connection) -> _Batch:
    """Give each waiting article its text's number, and say which texts are new and which have changed."""
    batch, chars = _Batch(), 0
    last = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'near_texts'").fetchone()
    following = 1 + (last[0] if last else 0)
    rows = conn.execute(
        "SELECT w.seq, a.content_sha256, a.text_canonical, m.n FROM near_waiting w "
        "LEFT JOIN articles a USING (seq) LEFT JOIN near_articles m USING (seq) ORDER BY w.seq"
    )
    for seq, digest, text, before in islice(rows, BATCH):
        batch.seqs.append(seq)
        n = None if digest is None else _number(conn, bytes.fromhex(digest), batch)
        if n == 0:
            n = batch.new[bytes.fromhex(digest)] = following + len(batch.new)
            batch.texts.append(text)
        if before is not None:
            batch.dirty.add(before)
        if n != before:
            _move(conn, seq, before, n, batch)
        chars += len(text or "")
        if chars > BATCH_CHARS:
            break
    return batch


def _number(conn: sqlite3.Connection, digest: bytes, batch: _Batch) -> int:
    """Return the number of a text that another article has as well, or 0."""
    n = batch.new.get(digest)
    if n is None:
        row = conn.execute("SELECT n FROM near_texts WHERE content_sha256 = ?", (digest,)).fetchone()
        n = 0 if row is None else int(row[0])
    if n:
        batch.dirty.add(n)
    return n


def _move(conn: sqlite3.Connection, seq: int, before: int | None, n: int | None, batch: _Batch) -> None:
    """Write down that an article has another text now, or none."""
    if before is not None:
        batch.left.add(before)
        leave(conn, seq)
    if n is None:
        conn.execute("DELETE FROM near_articles WHERE seq = ?", (seq,))
    else:
        batch.places.append((seq, n))


def _index(conn: sqlite3.Connection, new: dict[bytes, int], texts: list[str]) -> set[int]:
    """Sketch new texts, find and compare what they are like, add them; return the texts whose clusters change."""
    numbers = np.array(list(new.values()), dtype=np.int64)
    signatures, owners, keys = [], [], []
    for some in _portions(texts):
        sketches = sketch(shingle(texts[some]))
        signatures.append(sketches.signatures)
        owners.append(numbers[some][sketches.texts])
        keys.append(sketches.keys)
    rows = [row.tobytes() for row in np.concatenate(signatures)]
    listed = numbers.tolist()
    conn.executemany("INSERT INTO near_texts VALUES (?, ?, ?)", zip(listed, new, rows, strict=True))
    found, fresh = candidates(conn, np.concatenate(keys), np.concatenate(owners))
    conn.executemany("INSERT INTO near_stock VALUES (?)", ((key,) for key in found.new_stock.tolist()))
    dirty = take_back(conn, found)
    dirty |= write_new(conn, found, dict(zip(listed, rows, strict=True)))
    key_index.add(conn, fresh)
    return dirty


def _portions(texts: list[str]) -> list[slice]:
    """Return slices of texts with about SKETCH_CHARS characters each."""
    cuts, chars = [0], 0
    for place, text in enumerate(texts, 1):
        chars += len(text)
        if chars >= SKETCH_CHARS or place == len(texts):
            cuts.append(place)
            chars = 0
    return [slice(*cut) for cut in pairwise(cuts)]
