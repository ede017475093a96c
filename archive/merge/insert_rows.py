"""Insert rows that are given as dicts by column name."""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database


def insert_rows(db: Database, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, which all have the same columns, within the caller's transaction."""
    if rows:
        names, values = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        db.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)
