"""Recognise errors of SQLite by their result codes (https://sqlite.org/rescode.html), not by their messages."""

import sqlite3


def _primary(error: sqlite3.Error) -> int | None:
    """Return the primary result code, or None for an error that Python's module raised itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_locked(error: sqlite3.Error) -> bool:
    """Return whether another connection has locked the database or a table."""
    return _primary(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_full(error: sqlite3.Error) -> bool:
    """Return whether the disk, a quota or the maximum size of the database is exhausted."""
    return _primary(error) == sqlite3.SQLITE_FULL


def is_not_a_database(error: sqlite3.Error) -> bool:
    """Return whether the file is not an SQLite database."""
    return _primary(error) == sqlite3.SQLITE_NOTADB
