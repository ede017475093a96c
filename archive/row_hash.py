"""A hash over all columns of a row, which detects damage on the disk and edits by other programs.

Triggers record which rows a statement has changed; these are hashed at the end of the run. If a row is not recorded and
does not match its hash, it was not changed by SQL.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlite_utils import Database

from archive.schema import ARTICLE_FIELDS, JSON_FIELDS
from archive.stored_body import decoded

_CHUNK = 1000

HASHED_TABLES = (
    ("urls", "{}.seq"),
    ("sections", "{}.url"),
    ("internal_list_pages", "{0}.list || ' ' || {0}.page"),
    ("internal_hosts", "{}.host"),
    ("runs", "{}.id"),
    ("rebuilds", "{}.id"),
    ("captures", "{}.n"),
    ("duplicates", "{}.url"),
    ("tombstones", "{}.id"),
    ("internal_split_founders", "{0}.article || ' ' || {0}.founder"),
    ("internal_near_alone", "hex({}.content_sha256)"),
    ("internal_near_decided", "hex({0}.a) || hex({0}.b)"),
    ("internal_near_changes", "{}.id"),
)
"""Tables with data that is stored nowhere else, and the SQL key of a row, as in schema/row_hash_tables.py."""

_LEFT_OUT = ("seq", "similarity")


def of_row(columns: dict[str, Any]) -> bytes:
    """Return the SHA-256 of a row, over the columns that are not null, so that columns added later change nothing.

    `similarity` is not included: `internal_near_members` has it too, and SQLite writes it with fewer digits as JSON.
    """
    pairs = [
        [name, value]
        for name, value in sorted(columns.items())
        if value is not None and name not in _LEFT_OUT
    ]
    for pair in pairs:
        if pair[0] in JSON_FIELDS and isinstance(pair[1], str):
            pair[1] = _tidy(pair[0], pair[1])
    return hashlib.sha256(orjson.dumps(pairs, default=repr)).digest()


_OF_ARTICLE = tuple(sorted({*ARTICLE_FIELDS, "record_sha256"} - set(_LEFT_OUT)))


def of_pieces(columns: dict[str, Any]) -> bytes:
    """Return the same hash of a row of `articles` with all its columns.

    JSON columns are given as objects, `revision` without the time of the last check, or as `orjson.Fragment`s of
    compact JSON.
    """
    pairs = [[name, columns[name]] for name in _OF_ARTICLE if columns[name] is not None]
    return hashlib.sha256(orjson.dumps(pairs)).digest()


def _tidy(name: str, text: str) -> Any:
    """Normalise JSON, so that it hashes equally whoever wrote it; `revision` loses the time of the last check."""
    if text == "[]":
        return []  # most fields of most articles
    try:
        value = orjson.loads(text)
    except ValueError:
        return text
    if name == "revision" and isinstance(value, dict):
        value = value | {"last_checked": None}
    return value


def of_record(record: dict[str, Any], record_sha256: str) -> bytes:
    """Return the hash of the row that a record of the JSONL would have in `articles`.

    A row is hashed without the time of its last check, which its line does not have.
    """
    return of_row(columns_of(record) | {"record_sha256": record_sha256})


def columns_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return what VALUE_SQL gives of the row of a record that was read from JSON."""
    return {
        name: orjson.dumps(value).decode() if name in JSON_FIELDS and value is not None else value
        for name, value in record.items()
    }


def rows(db: Database, table: str, condition: str = "1", values: Any = ()) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts by column name, the body of an article as its record has it.

    So an article has one hash, whatever the form in which its body is stored.
    """
    cursor = db.execute(f"SELECT * FROM {table} WHERE {condition}", values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        columns = dict(zip(names, row, strict=True))
        yield decoded(columns) if table == "articles" else columns


def update(db: Database) -> None:
    """Hash the rows that were written since the last call. Call it outside of any transaction: it opens its own."""
    while db.execute(_IS_WAITING).fetchone()[0]:
        db.execute("BEGIN IMMEDIATE")
        _articles(db)
        _revisions(db)
        for table, key in HASHED_TABLES:
            _others(db, table, key.format(table))
        db.execute("COMMIT")


_IS_WAITING = (
    "SELECT EXISTS (SELECT 1 FROM internal_articles_to_hash) "
    "OR EXISTS (SELECT 1 FROM internal_revisions_to_hash) OR EXISTS (SELECT 1 FROM internal_rows_to_hash)"
)

SHORT = 16
"""Bytes stored of the hash of a row that is neither an article nor an earlier version."""


def _others(db: Database, table: str, key: str) -> None:
    chunk = f"SELECT key FROM internal_rows_to_hash WHERE tab = '{table}' ORDER BY key LIMIT {_CHUNK}"
    keys = db.execute(chunk).fetchall()
    if not keys:
        return
    found = rows(db, f"(SELECT {key} AS internal_key, * FROM {table})", f"internal_key IN ({chunk})")
    hashes = [(table, row.pop("internal_key"), of_row(row)[:SHORT]) for row in found]
    db.conn.executemany("INSERT OR REPLACE INTO internal_row_hashes VALUES (?, ?, ?)", hashes)
    db.conn.executemany(
        "DELETE FROM internal_rows_to_hash WHERE tab = ? AND key = ?", ((table, *value) for value in keys)
    )


def _articles(db: Database) -> None:
    chunk = f"SELECT seq FROM internal_articles_to_hash ORDER BY seq LIMIT {_CHUNK}"
    hashes = [(row["seq"], of_row(row)) for row in rows(db, "articles", f"seq IN ({chunk})")]
    db.conn.executemany("INSERT OR REPLACE INTO internal_article_hashes VALUES (?, ?)", hashes)
    db.execute(f"DELETE FROM internal_articles_to_hash WHERE seq IN ({chunk})")


def _revisions(db: Database) -> None:
    chunk = f"SELECT article, n FROM internal_revisions_to_hash ORDER BY article, n LIMIT {_CHUNK}"
    hashes = [
        (row["article"], row["n"], of_row(row)) for row in rows(db, "revisions", f"(article, n) IN ({chunk})")
    ]
    db.conn.executemany("INSERT OR REPLACE INTO internal_revision_hashes VALUES (?, ?, ?)", hashes)
    db.execute(f"DELETE FROM internal_revisions_to_hash WHERE (article, n) IN ({chunk})")
