"""Recognise errors of SQLite by their result codes (https://sqlite.org/rescode.html), not by their messages."""

import sqlite3


class MalformedJson(sqlite3.DatabaseError):
    """A column of JSON is malformed. Our own checks raise it; SQLite's error for it has no code of its own."""


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


def is_interrupted(error: sqlite3.Error) -> bool:
    """Return whether a statement was interrupted, by a time limit or by Ctrl-C."""
    return _primary(error) == sqlite3.SQLITE_INTERRUPT


def may_be_malformed_json(error: sqlite3.Error) -> bool:
    """Return whether the cause may be malformed JSON in a row.

    SQLite reports that with SQLITE_ERROR, as it does a table that does not exist.
    """
    return isinstance(error, MalformedJson) or _primary(error) == sqlite3.SQLITE_ERROR


def is_not_writable(error: sqlite3.Error) -> bool:
    """Return whether the database cannot be opened, or cannot be written to."""
    return _primary(error) in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def is_io_error(error: sqlite3.Error) -> bool:
    """Return whether reading or writing a file failed."""
    return _primary(error) == sqlite3.SQLITE_IOERR


def is_damaged(error: sqlite3.Error) -> bool:
    """Return whether the file is damaged, or is not an SQLite database."""
    return _primary(error) == sqlite3.SQLITE_CORRUPT or is_not_a_database(error)


def is_not_a_database(error: sqlite3.Error) -> bool:
    """Return whether the file is not an SQLite database."""
    return _primary(error) == sqlite3.SQLITE_NOTADB
