"""The index follows the articles: what came, changed or went since the last time, a batch and a transaction at a time.

`internal_search_state.last_seq` says how far it reaches; triggers keep each indexed article that changes or goes as it
was in `internal_search_waiting` (schema/strict_triggers.py). So a kill costs a batch at most, and an index that is
behind knows by what.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from sqlite_utils import Database

from archive.search import facet_columns
from archive.search.search_tokens import BREAK, RULES, tokens
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
"""Columns of `articles` whose words are searched, in the order of `internal_search_waiting`; `internal_search_index` is
made of them.
"""

COUNTED = ("date_published", "datetime_published", "article_section", "provenance", "duplicate_of")
"""Columns by which results are filtered, counted and ordered."""

BATCH = 2_000
"""Articles in one transaction, at most."""

BATCH_CHARS = 5_000_000
"""Characters in one transaction, about."""

CACHE_KB = 65_536
"""For pages of the database during an update."""

Words = tuple[str, str, str, str, str]
"""The columns of `internal_search_index`: text, title, people, source, captions, each as tokens parted by spaces."""

_DELETE = (
    "INSERT INTO internal_search_index (internal_search_index, rowid, text, title, people, source, captions) "
    "VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)
_INSERT = "INSERT INTO internal_search_index (rowid, text, title, people, source, captions) VALUES (?, ?, ?, ?, ?, ?)"
_ROWS = f"SELECT seq, {', '.join((*INDEXED, *COUNTED))} FROM articles"


def update(db: Database, progress: Callable[[int], object] = lambda _: None) -> None:
    """Bring the index up to date with `articles`.

    `progress` is called with the number of articles of each batch. Costs what has changed, and no more. The caller
    may not be within a transaction. An index that other rules made (tokens.RULES) is made anew.
    """
    (cache,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        _all_steps(db, progress)
    finally:
        db.execute(f"PRAGMA cache_size = {cache}")


def rebuild(db: Database, progress: Callable[[int], object] = lambda _: None) -> None:
    """Make the index anew; a kill on the way costs a batch."""
    with db.atomic():
        _clear(db.conn)
    update(db, progress)


def behind(conn: sqlite3.Connection) -> int:
    """Return how many articles came, changed or went since the index was brought up to date.

    Raises NotFound where there is no index.
    """
    try:
        new, changed = conn.execute(
            "SELECT (SELECT count(*) FROM articles WHERE seq > (SELECT last_seq FROM internal_search_state)), "
            "(SELECT count(*) FROM internal_search_waiting)"
        ).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
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
        # What was taken out stands in the index until its segments are merged; it may have gone for good reason.
        with db.atomic():
            db.execute("INSERT INTO internal_search_index (internal_search_index) VALUES ('optimize')")
    while True:
        with db.atomic():
            count = _add(db.conn)
        progress(count)
        if not count:
            return


def _follow_rules(conn: sqlite3.Connection) -> None:
    """Empty an index that other rules made."""
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
    """Do a batch of what changed or went; return how many articles those are, and how many of them went."""
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
    """Add a batch of new articles; return how many."""
    rows = conn.execute(
        f"{_ROWS} WHERE seq > (SELECT last_seq FROM internal_search_state) ORDER BY seq LIMIT {BATCH}"
    )
    indexed, places, chars = [], [], 0
    for seq, *fields in rows:
        indexed.append((seq, *words(fields)))
        places.append(_place(conn, seq, fields))
        chars += len(fields[0] or "")
        if chars > BATCH_CHARS:
            break
    if not indexed:
        return 0
    conn.executemany(_INSERT, indexed)
    facet_columns.write(conn, places)
    conn.execute("UPDATE internal_search_state SET last_seq = ?", (indexed[-1][0],))
    return len(indexed)


def words(fields: Iterable[str | None]) -> Words:
    """Return what is indexed of an article, given its columns INDEXED (further ones do no harm)."""
    text, headline, kicker, alternative, byline, author, source, image, *_ = fields
    return (
        " ".join(tokens(text or "")),
        _joined((headline, kicker, alternative)),
        _joined((byline, *(person["name"] for person in _parsed(author) or []))),
        _joined(((_parsed(source) or {}).get("name"),)),
        _joined(part for one in _parsed(image) or [] for part in (one["caption"], one["credit_text"])),
    )


def _parsed(text: str | None) -> Any:
    """Return the value of JSON; of a damaged column nothing, which is indexed and taken out again alike."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def _joined(parts: Iterable[str | None]) -> str:
    """Return the tokens of several fields in one column, with a break between two."""
    return f" {BREAK} ".join(" ".join(tokens(part)) for part in parts if part)


def _place(conn: sqlite3.Connection, seq: int, fields: Iterable[str | None]) -> tuple[int, int, int]:
    """Return an article's place in the columns: `seq`, its kind and its minute."""
    *_, source, _image, day, moment, section, provenance, duplicate_of = fields
    name, layout = (_parsed(source) or {}).get("name"), (_parsed(provenance) or {}).get("layout")
    year = day[:4] if day else None
    row = (year, section, name, layout, duplicate_of is not None)
    return seq, facet_columns.kind(conn, row), facet_columns.minutes(moment or day)
