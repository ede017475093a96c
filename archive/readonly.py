"""Open an archive for reading, also while another process writes to it."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive import free_space, schema
from archive.former_table_names import read_former_names
from archive.record_schema_versions import read_as_present
from archive.schema import RECORD_SQL
from archive.sqlite_errors import explained, readable_schema
from archive.stored_body import register
from kepu.errors import DamagedWithAdvice, NotFound, NotWritable

DEFAULT_PATH = Path("data/kepu.db")
"""Path of the archive unless another one is given, relative to the working directory."""

READER_TIMEOUT = 30.0
"""Seconds to wait for another process before SQLite reports `database is locked`."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that waits for other processes and commits each statement unless BEGIN was executed."""
    return register(sqlite3.connect(path, timeout=READER_TIMEOUT, isolation_level=None))


def home(path: str | Path) -> Path:
    """Return the path of an archive after resolving symbolic links, so that it has one lock, one WAL and one JSONL."""
    return Path(os.path.realpath(path))


def no_archive(path: Path) -> NotFound:
    """Return the error to raise if there is no archive at `path`."""
    return NotFound(
        "{path}: there is no archive. Make one with `kepu crawl` or `kepu import`, or give --db.", path=path
    )


@contextmanager
def reading(path: str | Path = DEFAULT_PATH) -> Iterator[Database]:
    """Yield the database of the archive at `path`, open for reading, also while another process writes.

    None of its files is changed. Raises NotFound, LostDatabase, WrongSchema, NotWritable, DiskFull or Damaged, also for
    errors of SQLite in the block.
    """
    path = home(path)
    if not path.exists():
        from archive.lost_database import check_lost

        check_lost(path)
        raise no_archive(path)
    refuse_empty(path)
    free_space.check(path, free_space.TO_READ)
    with ExitStack() as stack, explained(path):
        with readable_schema(path):
            db = Database(_connect_to_read(path, stack))
            stack.callback(db.conn.close)
            schema.check(db, str(path))
        read_as_present(db)
        read_former_names(db)
        yield db


def refuse_empty(path: Path) -> None:
    """Raise Damaged if a database has no bytes: a full disk leaves such a file, and it is not a new archive."""
    if path.stat().st_size == 0:
        raise DamagedWithAdvice(
            "{path} has 0 bytes, as a full disk leaves a file. `kepu restore --db {path} --force` brings the "
            "archive back from what is beside it, `kepu restore BACKUP --db {path} --force` from a backup. "
            "Nothing was changed.",
            path=path,
        )


def _connect_to_read(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Return a connection that changes nothing, also on a read-only medium.

    If there is a WAL with content beside the database, the connection may not write, so that closing it does not delete
    the WAL: the next writer must check what a killed run left.
    """
    address = path.as_uri()
    wal = path.with_name(path.name + "-wal")
    has_wal = wal.exists() and wal.stat().st_size > 0
    modes = ["mode=ro"] if has_wal else ["mode=rw", "mode=ro", "mode=ro&immutable=1"]
    for mode in modes:
        # Closing a reader that may write the WAL's own files deletes them; one that may not leaves them.
        conn = sqlite3.connect(f"{address}?{mode}", uri=True, timeout=READER_TIMEOUT, isolation_level=None)
        try:
            conn.execute("PRAGMA query_only = ON")
            conn.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            conn.close()
        else:
            return register(conn)
    if has_wal and not os.access(path.parent, os.W_OK):
        # On a read-only medium SQLite cannot read a WAL in place.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kepu-")))
        for each in (path, wal):
            shutil.copyfile(each, folder / each.name)
        return register(sqlite3.connect(folder / path.name, isolation_level=None))
    raise NotWritable(
        "{path} cannot be opened: look at its permissions and at those of its folder.", path=path
    )


def records(db: Database) -> Iterator[dict[str, Any]]:
    """Yield the record of each article, in the order in which they were stored."""
    for (text,) in db.execute(f"SELECT {RECORD_SQL} FROM articles ORDER BY seq"):
        yield orjson.loads(text)
