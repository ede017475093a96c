"""A plugin for any Datasette: connections have `kepu_query`, and internal tables of an archive are hidden.

Tables, views and columns have the same descriptions as in `/data`.
"""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]

from archive.schema import APPLICATION_ID
from archive.search.sql_function import register
from archive.web.table_descriptions import metadata


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add the SQL function `kepu_query` to a connection of Datasette."""
    register(conn)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Return the descriptions and hidden tables of each database that is an archive."""
    paths = {name: one.path for name, one in datasette.databases.items() if one.path}
    return {"databases": {name: _of_archive(str(path)) for name, path in paths.items()}}


@cache
def _of_archive(path: str) -> dict[str, Any]:
    with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as conn:
        if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return {}
    described: dict[str, Any] = metadata(Path(path))["databases"]["data"]
    return described
