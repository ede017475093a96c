"""Update near-duplicate detection after changes to `articles`, one batch and transaction at a time."""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive.duplicates import key_table, known_sketches
from archive.duplicates.clusters import leave, settle
from archive.duplicates.decide_copies import DuplicateDecisions, PreparedTexts
from archive.duplicates.merged_articles import name_merged
from archive.duplicates.neighbours import ComparedText, RemovedText
from archive.duplicates.shingles import shingle
from archive.duplicates.signatures import sketch
from archive.numpy_arrays import Array, np

BATCH = 32_768
"""Maximum number of articles per transaction.

It is large because each transaction reads the whole index, and not larger because a killed program loses the current
one.
"""

BATCH_CHARS = 30_000_000
"""Approximate maximum number of characters of text in memory at once; a batch ends when it is exceeded."""

CACHE_KB = 98_304
"""KiB of page cache during an update. It is large because look-ups by hash jump all over the index."""

_HASHES = 500
"""Maximum number of content hashes per query."""

SKETCH_CHARS = 150_000
"""Number of characters sketched at once: arrays of this size stay in the processor's cache."""


@dataclass(slots=True)
class UpdateResult:
    """The results of an update."""

    articles: int = 0
    """Number of articles processed."""
    texts: int = 0
    """Number of texts that are new to the index."""
    changed: list[int] = field(default_factory=list)
    """`seq` of the articles whose cluster, or whose similarity to their canonical article, changed."""

    turned: dict[str, bool] = field(default_factory=dict)
    """Articles (by id) that exports now treat the other way: True if they are now kept, False if now left out."""


@dataclass(slots=True)
class _Batch:
    """The changes that a batch of waiting articles causes."""

    seqs: list[int] = field(default_factory=list)
    was_kept: dict[int, bool] = field(default_factory=dict)
    """Map each article that was decided before to whether exports kept it."""
    texts: set[int] = field(default_factory=set)
    """Texts that an article of the batch has or had."""
    known: set[int] = field(default_factory=set)
    """Those of these texts that were in the index before."""
    left: list[int] = field(default_factory=list)
    """Articles whose cluster comes from an older version of the program, without a row in `internal_near_articles`."""
    repeated: set[int] = field(default_factory=set)
    """New texts that several articles of the batch have."""
    first: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Map each new text to the first publication, the id and the text of an article of the batch that has it."""
    digests: dict[int, bytes] = field(default_factory=dict)
    """Content hashes of the new texts."""


def update(db: Database, progress: Callable[[int], object] = lambda _: None) -> UpdateResult:
    """Process every article that was added, changed or removed since the last update; return the results.

    `progress` is called with the number of articles of each batch after it. Each batch is a transaction of its own:
    after a kill the next update continues with the next batch. The caller must not have an open transaction.
    """
    done = UpdateResult()
    (cache,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        _all_steps(db, done, progress)
    finally:
        db.execute(f"PRAGMA cache_size = {cache}")
    return done


def _all_steps(db: Database, done: UpdateResult, progress: Callable[[int], object]) -> None:
    """Process batches until no article waits."""
    prepared = PreparedTexts()
    while True:
        with db.atomic():
            step = _step(db.conn, prepared)
        if not step.articles:
            return
        done.articles += step.articles
        done.texts += step.texts
        done.changed += step.changed
        done.turned |= step.turned
        progress(step.articles)


def waiting(db: Database) -> int:
    """Return the number of articles that wait for an update."""
    return int(db.execute("SELECT count(*) FROM internal_near_waiting").fetchone()[0])


def _step(conn: sqlite3.Connection, prepared: PreparedTexts) -> UpdateResult:
    """Process one batch; return its results."""
    batch = _take(conn)
    if not batch.seqs:
        if conn.execute("SELECT 1 FROM internal_near_before LIMIT 1").fetchone():
            conn.execute("DELETE FROM internal_near_before")
        return UpdateResult()
    removed, new, texts, others, dirty = _sort_out(conn, batch)
    keys, owners = _sketched(conn, batch, texts)
    _write_texts(conn, batch, new, keys, owners, texts)
    decisions = DuplicateDecisions(conn, texts, prepared)
    decisions.all(new, keys, owners, removed, others)
    dirty |= decisions.touched
    dirty |= name_merged(conn, dirty)
    changed = settle(conn, dirty | (batch.texts & (batch.known | batch.repeated)), decisions, texts.keys())
    changed += batch.left
    # A batch takes the first articles that wait.
    conn.execute("DELETE FROM internal_near_waiting WHERE seq <= ?", (batch.seqs[-1],))
    return UpdateResult(len(batch.seqs), len(new), changed, _store_changes(conn, batch, decisions.turned))


def _take(conn: sqlite3.Connection) -> _Batch:
    """Assign its text's number to each waiting article, and return the texts that this affects."""
    rows = _waiting(conn)
    numbers = _numbers(conn, {bytes.fromhex(row[2]) for row in rows if row[2] is not None})
    last = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'internal_near_texts'").fetchone()
    following = 1 + (last[0] if last else 0)
    batch, moves = _Batch(), list[tuple[int, int | None, int | None, key_table.Place]]()
    for seq, article, digest, seen, text, before, was_kept, cluster in rows:
        batch.seqs.append(seq)
        if before is not None:
            batch.known.add(before)
        elif cluster is not None:
            leave(conn, seq)
            batch.left.append(seq)
        if was_kept is not None:
            batch.was_kept[seq] = bool(was_kept)
        n = None
        if digest is not None:
            n = numbers.get(content := bytes.fromhex(digest))
            if n is None:
                n = numbers[content] = following
                following += 1
                batch.digests[n] = content
                batch.first[n] = (seen, article, text)
            elif n in batch.digests:
                batch.repeated.add(n)
                batch.first.pop(n, None)
            else:
                batch.known.add(n)
            batch.texts.add(n)
        moves.append((seq, before, n, (seen, article)))
    _move(conn, moves)
    batch.texts |= batch.known
    return batch


_WAITING = """
  SELECT w.seq, a.id, a.content_sha256, coalesce(a.revision ->> '$.first_seen', '9999'),
    coalesce(a.text_canonical, a.text),
    m.n, CASE WHEN m.n IS NULL THEN b.kept ELSE t.kept AND t.article = m.article END,
    a.cluster
  FROM internal_near_waiting w LEFT JOIN articles a USING (seq) LEFT JOIN internal_near_articles m USING (seq)
    LEFT JOIN internal_near_texts t ON t.n = m.n LEFT JOIN internal_near_before b USING (seq)
  ORDER BY w.seq LIMIT ?
"""


def _waiting(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return the articles of a batch."""
    found, chars = [], 0
    for row in conn.execute(_WAITING, (BATCH,)):
        found.append(row)
        chars += len(row[4] or "")
        if chars > BATCH_CHARS:
            break
    return found


def _numbers(conn: sqlite3.Connection, digests: set[bytes]) -> dict[bytes, int]:
    """Return the numbers of those texts that are in the index, by their content hashes."""
    found: dict[bytes, int] = {}
    if conn.execute("SELECT 1 FROM internal_near_texts LIMIT 1").fetchone() is None:
        return found
    wanted = sorted(digests)  # Sorted, so that the index is read in its own order.
    for begin in range(0, len(wanted), _HASHES):
        portion = wanted[begin : begin + _HASHES]
        marks = ", ".join("?" * len(portion))
        found |= conn.execute(
            f"SELECT content_sha256, n FROM internal_near_texts WHERE content_sha256 IN ({marks})", portion
        )
    return found


def _move(conn: sqlite3.Connection, moves: list[tuple[int, int | None, int | None, key_table.Place]]) -> None:
    """Store which text each article (its `seq`) had before and has now, and its place in the order."""
    for seq, before, n, _ in moves:
        if before is not None and n != before:
            leave(conn, seq)
    conn.executemany(
        "INSERT OR REPLACE INTO internal_near_articles VALUES (?, ?, ?, ?)",
        ((seq, n, *place) for seq, _, n, place in moves if n is not None),
    )
    conn.executemany(
        "DELETE FROM internal_near_articles WHERE seq = ?",
        ((seq,) for seq, before, n, _ in moves if n is None and before is not None),
    )


def _sort_out(
    conn: sqlite3.Connection, batch: _Batch
) -> tuple[list[RemovedText], list[ComparedText], dict[int, str], set[int], set[int]]:
    """Return the removed and the new texts, the contents of the new ones, and the texts to decide and to cluster again.

    A text counts as removed and new if its place in the order, its characters or a manual decision about it changed.
    """
    removed, new, texts = list[RemovedText](), list[ComparedText](), dict[int, str]()
    others, dirty, decisions = set[int](), set[int](), _manual_decisions(conn)
    for n in sorted(batch.texts):
        first = batch.first.get(n) or conn.execute(_FIRST, (n,)).fetchone()
        stored = None
        if n in batch.known:
            stored = conn.execute(
                "SELECT first_seen, article, said, keys, kept FROM internal_near_texts WHERE n = ?", (n,)
            ).fetchone()
        if first and stored and (first[0], first[1], _mark(first[2], decisions.get(n, ""))) == stored[:3]:
            continue
        if stored:
            place = (stored[0], stored[1])
            keys = np.frombuffer(stored[3], dtype=np.uint64)
            removed.append(RemovedText(ComparedText(place, n), keys, bool(stored[4])))
            later_partners, partners = _take_out(conn, n, keys, is_gone=first is None)
            others |= later_partners
            dirty |= partners
        if first:
            new.append(ComparedText((first[0], first[1]), n))
            texts[n] = first[2]
        else:
            batch.texts.discard(n)
    gone = {each.text.n for each in removed} - texts.keys()
    return removed, new, texts, others - texts.keys() - gone, dirty - gone


_FIRST = """
  SELECT m.first_seen, m.article, coalesce(a.text_canonical, a.text)
  FROM internal_near_articles m JOIN articles a USING (seq)
  WHERE m.n = ? ORDER BY m.first_seen, m.article LIMIT 1
"""


def _mark(text: str, decisions: str) -> bytes:
    """Return a digest of the exact text, white space included, and of the manual decisions about it."""
    return hashlib.blake2b(f"{decisions}\0{text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _manual_decisions(conn: sqlite3.Connection) -> dict[int, str]:
    """Return the manual decisions about texts of the index, one line per decision, by text."""
    rows = conn.execute(
        "SELECT n, 'alone' FROM internal_near_alone JOIN internal_near_texts USING (content_sha256) UNION ALL "
        "SELECT n, decision || hex(a) || hex(b) FROM internal_near_decided "
        "JOIN internal_near_texts ON content_sha256 IN (a, b) ORDER BY 1, 2"
    )
    found: dict[int, str] = {}
    for n, decision in rows:
        found[n] = f"{found.get(n, '')}{decision}\n"
    return found


def _take_out(conn: sqlite3.Connection, n: int, keys: Array, *, is_gone: bool) -> tuple[set[int], set[int]]:
    """Remove a text and its pairs from the index; return its later partners, and all its partners.

    If it is not gone, the text keeps its number, because articles still have it.
    """
    key_table.remove(conn, n, keys)
    later = {
        each for (each,) in conn.execute("SELECT later FROM internal_near_pairs WHERE earlier = ?", (n,))
    }
    earlier = {
        each for (each,) in conn.execute("SELECT earlier FROM internal_near_pairs WHERE later = ?", (n,))
    }
    conn.execute("DELETE FROM internal_near_pairs WHERE earlier = ?", (n,))
    conn.execute("DELETE FROM internal_near_pairs WHERE later = ?", (n,))
    if is_gone:
        conn.execute("DELETE FROM internal_near_texts WHERE n = ?", (n,))
    return later, later | earlier


def _sketched(conn: sqlite3.Connection, batch: _Batch, texts: dict[int, str]) -> tuple[Array, Array]:
    """Return the keys of the texts, and the number of the text of each key."""
    known = known_sketches.find(
        conn, ((n, digest, _mark(texts[n], "")) for n, digest in batch.digests.items() if n in texts)
    )
    sizes = [len(keys) for keys in known.values()]
    keys = [np.zeros(0, dtype=np.uint64), *known.values()]
    owners = [np.repeat(np.array(list(known), dtype=np.int64), sizes)]
    unknown = {n: text for n, text in texts.items() if n not in known}
    numbers, listed = np.array(list(unknown), dtype=np.int64), list(unknown.values())
    for portion in _portions(listed):
        sketches = sketch(shingle(listed[portion]))
        keys.append(sketches.keys)
        owners.append(numbers[portion][sketches.texts])
    return np.concatenate(keys), np.concatenate(owners)


def _write_texts(
    conn: sqlite3.Connection,
    batch: _Batch,
    new: list[ComparedText],
    keys: Array,
    owners: Array,
    texts: dict[int, str],
) -> None:
    """Store texts that are new or moved in the order. They are stored as kept, which most of them will be."""
    order = np.argsort(owners, kind="stable")
    keys, owners, decisions = keys[order], owners[order], _manual_decisions(conn)
    numbers = [text.n for text in new]
    starts = np.searchsorted(owners, numbers).tolist()
    ends = np.searchsorted(owners, numbers, side="right").tolist()
    rows = (
        (*text.place, _mark(texts[text.n], decisions.get(text.n, "")), keys[start:end].tobytes(), text.n)
        for text, start, end in zip(new, starts, ends, strict=True)
    )
    came, moved = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for row in rows:
        digest = batch.digests.get(row[-1])
        (moved if digest is None else came).append(row if digest is None else (*row, digest))
    conn.executemany(
        "UPDATE internal_near_texts SET first_seen = ?, article = ?, said = ?, keys = ?, kept = 1 WHERE n = ?",
        moved,
    )
    conn.executemany(
        "INSERT INTO internal_near_texts (first_seen, article, said, keys, n, content_sha256, kept) "
        "VALUES (?, ?, ?, ?, ?, ?, 1)",
        came,
    )


def _store_changes(conn: sqlite3.Connection, batch: _Batch, texts: dict[int, bool]) -> dict[str, bool]:
    """Return the articles that exports treated the other way before, and store the new state."""
    before = dict(batch.was_kept)
    for n, is_kept in texts.items():
        for seq, is_first in conn.execute(
            "SELECT seq, m.article = t.article FROM internal_near_articles m "
            "JOIN internal_near_texts t USING (n) WHERE n = ?",
            (n,),
        ):
            if is_first:
                before.setdefault(seq, not is_kept)
    turned = {}
    for seq, was_kept in before.items():
        row = conn.execute(
            "SELECT m.article, t.kept AND m.article = t.article FROM internal_near_articles m "
            "JOIN internal_near_texts t USING (n) WHERE seq = ?",
            (seq,),
        ).fetchone()
        if row is not None and bool(row[1]) != was_kept:
            turned[row[0]] = not was_kept
    conn.executemany(
        "INSERT INTO internal_near_changes (article, kept, changed_at) "
        "VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
        turned.items(),
    )
    return turned


def _portions(texts: list[str]) -> list[slice]:
    """Return slices of `texts` with about SKETCH_CHARS characters each."""
    cuts, chars = [0], 0
    for place, text in enumerate(texts, 1):
        chars += len(text)
        if chars >= SKETCH_CHARS or place == len(texts):
            cuts.append(place)
            chars = 0
    return [slice(*cut) for cut in pairwise(cuts)]
