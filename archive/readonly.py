"""An archive open to be read, also while another process writes to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive import schema
from archive.jsonl import lines
from archive.record_versions import read_as_present
from archive.sqlite_errors import explained
from kepu.errors import NotFound, NotWritable

DEFAULT_PATH = Path("data/kepu.db")

READER_TIMEOUT = 30.0
"""Seconds to wait for a reader or a checkpoint before SQLite says `database is locked`."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that waits for others, in which statements commit by themselves unless BEGIN was said."""
    return sqlite3.connect(path, timeout=READER_TIMEOUT, isolation_level=None)


@contextmanager
def reading(path: str | Path = DEFAULT_PATH) -> Iterator[Database]:
    """Open the archive at `path` to read it, also while another process writes.

    Raises NotFound, WrongSchema or Damaged.
    """
    path = Path(path)
    if not path.exists():
        raise NotFound(
            "{path}: there is no archive. Make one with `kepu crawl` or `kepu import`, or give --db.",
            path=path,
        )
    with explained(path):
        db = Database(_connect_to_read(path))
        try:
            schema.check(db, str(path))
            read_as_present(db)
            yield db
        finally:
            db.conn.close()


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing; on a read-only medium too, if the archive was closed cleanly."""
    address = path.resolve().as_uri()
    for mode in ("mode=rw", "mode=ro", "mode=ro&immutable=1"):
        # A reader that may write the WAL's own files takes them away with it; one that may not leaves them.
        conn = sqlite3.connect(f"{address}?{mode}", uri=True, timeout=READER_TIMEOUT, isolation_level=None)
        try:
            conn.execute("PRAGMA query_only = ON")
            conn.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            conn.close()
        else:
            return conn
    raise NotWritable(
        "{path} cannot be opened: look at its permissions and at those of its folder.", path=path
    )


def records(db: Database) -> Iterator[dict[str, Any]]:
    """Yield the record of each article, in the order in which they came."""
    for _, line in lines(db):
        yield orjson.loads(line)
