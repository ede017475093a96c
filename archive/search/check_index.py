"""Checks that the search index agrees with the articles, without writing to the archive."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.former_table_names import has_table
from archive.search import facet_columns
from kepu.messages import Text

_PARTS = ("data", "idx", "docsize", "config")
"""Suffixes of the tables that FTS5 creates for an index."""


def check(db: Database) -> list[Text]:
    """Return the problems of the index, none if it is sound. `update_index.rebuild` repairs all of them."""
    if not has_table(db, "internal_search_state"):
        return []
    try:
        return [*_check_index(db), *_check_columns(db)]
    except sqlite3.DatabaseError as error:
        return [Text("the search index is damaged ({error})", error=str(error))]


def _check_index(db: Database) -> list[Text]:
    """Run FTS5's integrity check on a copy of the index, since the check is an INSERT statement."""
    with (
        tempfile.TemporaryDirectory(prefix="kepu-") as folder,
        closing(sqlite3.connect(Path(folder) / "index.db", isolation_level=None)) as copy,
    ):
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        name, sql = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE name IN ('internal_search_index', 'search_index')"
        ).fetchone()
        copy.execute(sql)
        copy.execute("BEGIN")
        for part in _PARTS:
            table = f"{name}_{part}"
            copy.execute(f"DELETE FROM {table}")
            rows = db.execute(f"SELECT * FROM {table}")
            marks = ", ".join("?" * len(rows.description))
            copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        copy.execute("COMMIT")
        try:
            copy.execute(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            return [Text("the search index is damaged ({error})", error=str(error))]
    return []


def _check_columns(db: Database) -> list[Text]:
    """Compare the columns for filtering with the articles that are indexed."""
    waiting = {seq for (seq,) in db.execute("SELECT seq FROM internal_search_waiting")}
    columns = facet_columns.read(db.conn)
    kinds = {row[0]: row[1:] for row in db.execute("SELECT * FROM internal_search_kinds")}
    indexed = wrong = 0
    for seq, *fields, day, moment in db.execute(_FIELDS):
        if seq in waiting:
            continue
        indexed += 1
        kind = columns.kinds[seq] if seq < len(columns.kinds) else 0
        is_right = kinds.get(kind) == tuple(fields) and columns.minutes[seq] == facet_columns.minutes(
            moment or day
        )
        wrong += kind != 0 and not is_right
    counted = sum(bool(kind) for seq, kind in enumerate(columns.kinds) if seq not in waiting)
    problems = []
    if indexed != counted:
        problems.append(
            Text("the search index has {held} articles instead of {indexed}", held=counted, indexed=indexed)
        )
    if wrong:
        problems.append(Text("the search index has wrong facets for {n} articles", n=wrong))
    return problems


_FIELDS = """
  SELECT seq, substr(date_published, 1, 4), article_section, iif(json_valid(source), source ->> '$.name', NULL),
    iif(json_valid(provenance), provenance ->> '$.layout', NULL), duplicate_of IS NOT NULL,
    date_published, datetime_published
  FROM articles WHERE seq <= (SELECT last_seq FROM internal_search_state)
"""
