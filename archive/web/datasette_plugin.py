"""The plugin for a Datasette of anybody's: its connections know `kepu_query`."""

import sqlite3

from datasette import hookimpl  # type: ignore[import-untyped]

from archive.search.sql_function import register


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add the function to a connection of Datasette's."""
    register(conn)
