"""An archive open to be read, also while another process writes to it."""

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
from archive.sqlite_errors import explained
from kepu.errors import Damaged, NotFound, NotWritable

DEFAULT_PATH = Path("data/kepu.db")

READER_TIMEOUT = 30.0
"""Seconds to wait for a reader or a checkpoint before SQLite says `database is locked`."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that waits for others, in which statements commit by themselves unless BEGIN was said."""
    return sqlite3.connect(path, timeout=READER_TIMEOUT, isolation_level=None)


def home(path: str | Path) -> Path:
    """Return where an archive really is: behind all symbolic links, so that it has one lock, one WAL and one JSONL."""
    return Path(os.path.realpath(path))


@contextmanager
def reading(path: str | Path = DEFAULT_PATH) -> Iterator[Database]:
    """Open the archive at `path` to read it, also while another process writes; no file of it is changed.

    Raises NotFound, WrongSchema, DiskFull or Damaged.
    """
    path = home(path)
    if not path.exists():
        raise NotFound(
            "{path}: there is no archive. Make one with `kepu crawl` or `kepu import`, or give --db.",
            path=path,
        )
    refuse_empty(path)
    free_space.check(path, free_space.TO_READ)
    with ExitStack() as stack, explained(path):
        db = Database(_connect_to_read(path, stack))
        stack.callback(db.conn.close)
        schema.check(db, str(path))
        read_as_present(db)
        read_former_names(db)
        yield db


def refuse_empty(path: Path) -> None:
    """Raise Damaged where a database has no bytes: that is what a full disk leaves, and no new archive."""
    if path.stat().st_size == 0:
        raise Damaged(
            "{path} has 0 bytes, as a full disk leaves a file. `kepu restore --db {path} --force` brings the "
            "archive back from what is beside it, `kepu restore BACKUP --db {path} --force` from a backup. "
            "Nothing was changed.",
            path=path,
        )


def _connect_to_read(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Return a connection that changes nothing; on a read-only medium too.

    Where a WAL with something in it lies beside the database, the connection may not write, so that it does not take
    the WAL away at its end: what a killed run left is for the next writer to look at.
    """
    address = path.as_uri()
    wal = path.with_name(path.name + "-wal")
    has_wal = wal.exists() and wal.stat().st_size > 0
    modes = ["mode=ro"] if has_wal else ["mode=rw", "mode=ro", "mode=ro&immutable=1"]
    for mode in modes:
        # A reader that may write the WAL's own files takes them away with it; one that may not leaves them.
        conn = sqlite3.connect(f"{address}?{mode}", uri=True, timeout=READER_TIMEOUT, isolation_level=None)
        try:
            conn.execute("PRAGMA query_only = ON")
            conn.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            conn.close()
        else:
            return conn
    if has_wal and not os.access(path.parent, os.W_OK):
        # On a read-only medium SQLite cannot read a WAL where it lies.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kepu-")))
        for each in (path, wal):
            shutil.copyfile(each, folder / each.name)
        return sqlite3.connect(folder / path.name, isolation_level=None)
    raise NotWritable(
        "{path} cannot be opened: look at its permissions and at those of its folder.", path=path
    )


def records(db: Database) -> Iterator[dict[str, Any]]:
    """Yield the record of each article, in the order in which they came."""
    for (text,) in db.conn.execute(f"SELECT {RECORD_SQL} FROM articles ORDER BY seq"):
        yield orjson.loads(text)
