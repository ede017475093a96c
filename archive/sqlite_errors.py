"""Turn errors of SQLite and the file system into errors that name the file and say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from archive import free_space, malformed_json, sqlite_codes
from kepu.errors import ArchiveError, Damaged, DiskFull, NotWritable
from kepu.file_errors import explained_files


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of SQLite, orjson and the file system within the `with` block into errors that say what to do.

    They are raised as an ArchiveError that names the file at `path`.
    """
    with explained_files(path):
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, path) from error
        except orjson.JSONDecodeError as error:
            if (damaged := malformed_json.named(path)) is None:
                raise
            raise damaged from error


@contextmanager
def readable_schema(path: Path) -> Iterator[None]:
    """Turn a UnicodeDecodeError into Damaged: SQLite quotes bytes of a damaged schema that are not UTF-8."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Damaged(
            "{path}: its schema is damaged; `kepu verify` says more, and a backup or the JSONL can bring it back.",
            path=path,
        ) from error


def explain_anywhere(error: sqlite3.Error, path: Path) -> ArchiveError | None:
    """Return the ArchiveError for an SQLite error that was not converted yet, or None if the user cannot do anything.

    It may come from a database in memory or from SQLite's temporary files, and `path` is the archive of the command.
    """
    if sqlite_codes.is_full(error):
        return DiskFull(
            "SQLite has no more room ({text}): free some on the disk of {path}, in the folder of temporary files "
            "(TMPDIR names it) or in memory, and run again: nothing is lost.",
            text=str(error),
            path=path,
        )
    return explain(error, path) if any(is_kind(error) for is_kind in _OF_THE_USER) else None


_OF_THE_USER = (
    sqlite_codes.is_not_writable,
    sqlite_codes.is_damaged,
    sqlite_codes.is_io_error,
    sqlite_codes.is_locked,
    lambda error: isinstance(error, sqlite_codes.MalformedJson),
)
"""Tests for the errors about which the user can do something."""


def explain(error: sqlite3.Error, path: Path) -> ArchiveError:
    """Return the ArchiveError to show for an error of SQLite: the file, what happened, and what to do."""
    text = str(error)
    if sqlite_codes.is_full(error) or (sqlite_codes.is_io_error(error) and free_space.is_full(path)):
        return DiskFull("{path}: the disk is full; free some room and run again: nothing is lost.", path=path)
    if sqlite_codes.is_not_writable(error):
        return NotWritable("{path}: {text}; choose a folder that you may write to.", path=path, text=text)
    if sqlite_codes.may_be_malformed_json(error) and (damaged := malformed_json.named(path)):
        return damaged
    if (
        sqlite_codes.is_damaged(error)
        or sqlite_codes.is_io_error(error)
        or isinstance(error, sqlite_codes.MalformedJson)
    ):
        return Damaged(
            "{path}: {text}; `kepu verify` says more, and a backup or the JSONL can bring it back.",
            path=path,
            text=text,
        )
    if sqlite_codes.is_locked(error):
        return ArchiveError(
            "{path}: {text}; close the other program that uses the file and run again.", path=path, text=text
        )
    return ArchiveError("{path}: {text}.", path=path, text=text)
