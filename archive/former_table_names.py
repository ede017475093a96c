"""Make the tables of older, read-only archives available under the names that this version uses.

Migration 0025 gave internal tables the prefix `internal_`. An archive that was not migrated gets temporary views under
the new names, which exist in the connection only and write nothing to the file.
"""

from sqlite_utils import Database

PREFIX = "internal_"
"""Prefix of the names of internal tables, since migration 0025."""

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
"""The former names; migration 0025 adds PREFIX to each."""

_HASH_TABLES = {"internal_row_hashes": "digest", "internal_rows_to_hash": None}
"""Tables that have table names in a column, with the column after the key."""


def former(table: str) -> str:
    """Return the name that a table had before migration 0025."""
    return table.removeprefix(PREFIX) if table.removeprefix(PREFIX) in RENAMED else table


def has_table(db: Database, name: str) -> bool:
    """Return whether the connection has a table or view of this name.

    An archive from before migration 0025 has the views of `read_former_names`, so the present names serve for it too.
    """
    sql = (
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = :name UNION ALL SELECT 1 FROM "
        "sqlite_temp_master WHERE name = :name)"
    )
    return bool(db.execute(sql, {"name": name}).fetchone()[0])


def read_former_names(db: Database) -> None:
    """Create views in a read-only connection, so that the tables of an older archive have their new names."""
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    older = [name for name in RENAMED if name in there and PREFIX + name not in there]
    if not older:
        return
    is_query_only = db.execute("PRAGMA query_only").fetchone()[0]
    db.execute("PRAGMA query_only = OFF")
    for name in older:
        columns = "*"
        if name == "search_index":
            # The hidden columns that full-text queries use for matching and ranking.
            columns = f"rowid, {name} AS {PREFIX}{name}, rank"
        db.execute(f"CREATE TEMP VIEW {PREFIX}{name} AS SELECT {columns} FROM main.{name}")
    names = ", ".join(f"'{name}'" for name in RENAMED)
    for table, digest in _HASH_TABLES.items():
        if table in there:
            db.execute(
                f"CREATE TEMP VIEW {table} AS SELECT iif(tab IN ({names}), '{PREFIX}' || tab, tab) AS tab, key"
                f"{', ' + digest if digest else ''} FROM main.{table}"
            )
    db.execute(f"PRAGMA query_only = {is_query_only}")
