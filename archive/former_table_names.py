"""Older archives that can only be read: their tables are found by the names that this version uses.

Migration 0025 gave the tables that only the program reads the prefix `internal_`. An archive that was not migrated
yet gets temporary views under the new names, which live in the connection and write nothing to the file.
"""

from sqlite_utils import Database

PREFIX = "internal_"

RENAMED = (
    "capture_files",
    "capture_purges",
    "checks",
    "hosts",
    "jsonl",
    "list_pages",
    "near_alone",
    "near_articles",
    "near_before",
    "near_changes",
    "near_decided",
    "near_full",
    "near_keys",
    "near_members",
    "near_pairs",
    "near_placed",
    "near_texts",
    "near_waiting",
    "search_columns",
    "search_index",
    "search_kinds",
    "search_state",
    "search_waiting",
    "split_founders",
)
"""The former names; migration 0025 puts PREFIX before each."""

_HASH_TABLES = {"internal_row_hashes": "digest", "internal_rows_to_hash": None}
"""Tables that name other tables in a column, with the column that stands behind the key."""


def former(table: str) -> str:
    """Return the name that a table had before migration 0025."""
    return table.removeprefix(PREFIX) if table.removeprefix(PREFIX) in RENAMED else table


def has_table(db: Database, name: str) -> bool:
    """Return whether a table is in the archive, under this name or, after `read_former_names`, its former one."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = :name UNION ALL SELECT 1 FROM "
        "sqlite_temp_master WHERE name = :name)"
    )
    return bool(db.conn.execute(sql, {"name": name}).fetchone()[0])


def read_former_names(db: Database) -> None:
    """Let a connection that may only read find the tables of an older archive by their new names."""
    there = {name for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    older = [name for name in RENAMED if name in there and PREFIX + name not in there]
    if not older:
        return
    is_query_only = db.conn.execute("PRAGMA query_only").fetchone()[0]
    db.conn.execute("PRAGMA query_only = OFF")
    for name in older:
        columns = "*"
        if name == "search_index":
            # The hidden columns by which an index is searched and its matches are ordered.
            columns = f"rowid, {name} AS {PREFIX}{name}, rank"
        db.conn.execute(f"CREATE TEMP VIEW {PREFIX}{name} AS SELECT {columns} FROM main.{name}")
    names = ", ".join(f"'{name}'" for name in RENAMED)
    for table, digest in _HASH_TABLES.items():
        if table in there:
            db.conn.execute(
                f"CREATE TEMP VIEW {table} AS SELECT iif(tab IN ({names}), '{PREFIX}' || tab, tab) AS tab, key"
                f"{', ' + digest if digest else ''} FROM main.{table}"
            )
    db.conn.execute(f"PRAGMA query_only = {is_query_only}")
