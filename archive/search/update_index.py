"""Update the index with the articles that were added, changed or deleted since the last update, in batches.

Each batch is one transaction, so a kill loses at most one. `internal_search_state.last_seq` is the last indexed
article. Triggers save each indexed article that is changed or deleted, as it was, in `internal_search_waiting`
(schema/strict_triggers.py).
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
from sqlite_utils import Database

from archive.former_table_names import has_table
from archive.schema import VALUE_SQL
from archive.search import facet_columns
from archive.search.search_tokens import BREAK, RULES, spaced
from archive.search.spaced_texts import spaced_texts
from kepu.errors import NotFound

INDEXED = (
    "text_canonical",
    "headline",
    "kicker",
    "alternative_headline",
    "byline",
    "author",
    "source",
    "image",
)
"""Columns of `articles` that are indexed, in the order of `internal_search_waiting`. `words` makes the columns of the
index from them.
"""

COUNTED = ("date_published", "datetime_published", "article_section", "provenance", "duplicate_of")
"""Columns by which results are filtered, counted and ordered."""

BATCH = 10_000
"""Maximum number of articles per transaction. Each transaction writes a segment of the index, and segments are merged
again and again, so few large ones cost less than many small ones.
"""

BATCH_CHARS = 10_000_000
"""Approximate maximum number of characters per transaction."""

MANY = 1_000
"""Number of new articles in a transaction from which the index gets HASH_BYTES."""

HASH_BYTES = 64 * 2**20
"""Bytes of new tokens after which FTS5 writes a segment before the end of the transaction; 1 MB unless it is set."""

CACHE_KB = 65_536
"""SQLite's page cache during an update, in KiB."""

Words = tuple[str, str, str, str, str]
"""The columns of `internal_search_index`: text, title, people, source and captions, as tokens separated by spaces."""

_DELETE = (
    "INSERT INTO internal_search_index (internal_search_index, rowid, text, title, people, source, captions) "
    "VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)
_INSERT = "INSERT INTO internal_search_index (rowid, text, title, people, source, captions) VALUES (?, ?, ?, ?, ?, ?)"
_ROWS = f"SELECT seq, {', '.join(VALUE_SQL[name] for name in (*INDEXED, *COUNTED))} FROM articles"


def update(db: Database, progress: Callable[[int], object] = lambda _: None) -> None:
    """Update the index from `articles`. The time depends on the number of changes only.

    `progress` is called with the number of articles of each batch. Call this outside of any transaction. An index made
    by other rules (search_tokens.RULES) is rebuilt.
    """
    (cache,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        _all_steps(db, progress)
    finally:
        db.execute(f"PRAGMA cache_size = {cache}")


def rebuild(db: Database, progress: Callable[[int], object] = lambda _: None) -> None:
    """Rebuild the whole index. After a kill, `update` continues."""
    with db.atomic():
        _clear(db.conn)
    update(db, progress)


def behind(conn: sqlite3.Connection) -> int:
    """Return the number of articles that were added, changed or deleted since the last update of the index.

    Raises NotFound if there is no index.
    """
    try:
        new, changed = conn.execute(
            "SELECT (SELECT count(*) FROM articles WHERE seq > (SELECT last_seq FROM internal_search_state)), "
            "(SELECT count(*) FROM internal_search_waiting)"
        ).fetchone()
    except sqlite3.OperationalError as error:
        if has_table(Database(conn, recursive_triggers=False), "internal_search_state"):
            raise
        raise NotFound("this archive has no index yet: `kepu search` makes it where it may write.") from error
    return int(new) + int(changed)


def _all_steps(db: Database, progress: Callable[[int], object]) -> None:
    with db.atomic():
        _follow_rules(db.conn)
    gone = 0
    while True:
        with db.atomic():
            count, went = _change(db.conn)
        gone += went
        progress(count)
        if not count:
            break
    if gone:
        # FTS5 keeps deleted tokens until it merges segments; a forgotten article must not remain there.
        with db.atomic():
            db.execute("INSERT INTO internal_search_index (internal_search_index) VALUES ('optimize')")
    while True:
        with db.atomic():
            count = _add(db.conn)
        progress(count)
        if not count:
            return


def _follow_rules(conn: sqlite3.Connection) -> None:
    """Empty an index that was made by other rules."""
    made_by = conn.execute("SELECT made_by FROM internal_search_state").fetchone()[0]
    if made_by == RULES:
        return
    if made_by is not None:
        _clear(conn)
    conn.execute("UPDATE internal_search_state SET made_by = ?", (RULES,))


def _clear(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO internal_search_index (internal_search_index) VALUES ('delete-all')")
    for table in ("internal_search_columns", "internal_search_kinds", "internal_search_waiting"):
        conn.execute(f"DELETE FROM {table}")
    conn.execute("UPDATE internal_search_state SET last_seq = 0, made_by = ?", (RULES,))


def _change(conn: sqlite3.Connection) -> tuple[int, int]:
    """Index a batch of changed and deleted articles; return the number of all of them, and that of the deleted ones."""
    old = conn.execute(f"SELECT * FROM internal_search_waiting ORDER BY seq LIMIT {BATCH // 10}").fetchall()
    if not old:
        return 0, 0
    seqs = orjson.dumps([row[0] for row in old]).decode()
    now = {
        row[0]: row[1:]
        for row in conn.execute(f"{_ROWS} WHERE seq IN (SELECT value FROM json_each(?))", (seqs,))
    }
    places = []
    for seq, is_indexed, *fields in old:
        new = now.get(seq)
        before = words(fields) if is_indexed else None
        after = words(new) if new else None
        if before != after:
            conn.executemany(_DELETE, [(seq, *before)] if before else [])
            conn.executemany(_INSERT, [(seq, *after)] if after else [])
        places.append(_place(conn, seq, new) if new else (seq, 0, 0))
    facet_columns.write(conn, places)
    conn.execute("DELETE FROM internal_search_waiting WHERE seq IN (SELECT value FROM json_each(?))", (seqs,))
    return len(old), len(old) - len(now)


def _add(conn: sqlite3.Connection) -> int:
    """Index a batch of new articles; return their number."""
    rows = conn.execute(
        f"{_ROWS} WHERE seq > (SELECT last_seq FROM internal_search_state) ORDER BY seq LIMIT {BATCH}"
    )
    read, chars = list[tuple[Any, ...]](), 0
    for row in rows:
        read.append(row)
        chars += len(row[1] or "")
        if chars > BATCH_CHARS:
            break
    if not read:
        return 0
    if len(read) >= MANY:
        _take_large_segments(conn)
    texts = spaced_texts([row[1] or "" for row in read])
    conn.executemany(
        _INSERT,
        ((seq, text, *_other_words(fields)) for text, (seq, *fields) in zip(texts, read, strict=True)),
    )
    facet_columns.write(conn, [_place(conn, seq, fields) for seq, *fields in read])
    conn.execute("UPDATE internal_search_state SET last_seq = ?", (read[-1][0],))
    return len(read)


def _take_large_segments(conn: sqlite3.Connection) -> None:
    """Set the index to HASH_BYTES, which it keeps, unless it has them already."""
    known = "SELECT v FROM internal_search_index_config WHERE k = 'hashsize'"
    if conn.execute(known).fetchone() != (HASH_BYTES,):
        conn.execute(
            "INSERT INTO internal_search_index (internal_search_index, rank) VALUES ('hashsize', ?)",
            (HASH_BYTES,),
        )


def words(fields: Sequence[str | None]) -> Words:
    """Return what is indexed of an article, from the values of its columns INDEXED; further values are ignored."""
    return spaced(fields[0] or ""), *_other_words(fields)


def _other_words(fields: Sequence[str | None]) -> tuple[str, str, str, str]:
    """Return `words` without the first column, the text."""
    _, headline, kicker, alternative, byline, author, source, image, *_ = fields
    return (
        _joined((headline, kicker, alternative)),
        _joined((byline, *(person["name"] for person in _parsed(author) or []))),
        _joined(((_parsed(source) or {}).get("name"),)),
        _joined(part for one in _parsed(image) or [] for part in (one["caption"], one["credit_text"])),
    )


def _parsed(text: str | None) -> Any:
    """Parse JSON. A damaged column gives None, so that its tokens are the same when it is deleted from the index."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def _joined(parts: Iterable[str | None]) -> str:
    """Return the tokens of several fields as one column, with a break between two fields."""
    return f" {BREAK} ".join(spaced(part) for part in parts if part)


def _place(conn: sqlite3.Connection, seq: int, fields: Iterable[str | None]) -> tuple[int, int, int]:
    """Return (seq, kind, minute) of an article: see facet_columns."""
    *_, source, _image, day, moment, section, provenance, duplicate_of = fields
    name, layout = (_parsed(source) or {}).get("name"), (_parsed(provenance) or {}).get("layout")
    year = day[:4] if day else None
    row = (year, section, name, layout, duplicate_of is not None)
    return seq, facet_columns.kind(conn, row), facet_columns.minutes(moment or day)
