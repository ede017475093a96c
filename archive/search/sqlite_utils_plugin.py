"""The plugin for sqlite-utils: its connections know `kepu_query`."""

import sqlite3

import sqlite_utils

from archive.search.sql_function import register


@sqlite_utils.hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add the function to a connection of the command `sqlite-utils` or of `sqlite_utils.Database`."""
    register(conn)
