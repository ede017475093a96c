"""Open the other archive for reading without changing its bytes or its schema."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from archive import lock, schema
from archive.readonly import connect
from archive.sqlite_errors import explained
from archive.stored_body import register
from archive.update_schema import update_schema
from kepu.errors import NotFound, NotWritable


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Yield an archive that no process writes to, so opened that not even SQLite changes it.

    An archive of an older version, or one whose last writer was killed, is copied first, and the copy is migrated.
    Raises NotFound, Locked, WrongSchema or Damaged.
    """
    if not path.exists():
        raise NotFound("{path}: there is no archive.", path=path)
    with _held(path), explained(path), tempfile.TemporaryDirectory(prefix="kepu-") as folder:
        db = Database(unchanged(path))
        try:
            wal = path.with_name(path.name + "-wal")
            is_torn = wal.exists() and wal.stat().st_size > 0
            if not is_torn:
                schema.check(db, str(path))
            if is_torn or not schema.is_present(db):
                db.conn.close()
                db = _copied(path, wal, Path(folder))
            yield db
        finally:
            db.conn.close()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Lock out writers during the block; no lock is needed if the folder is not writable."""
    held = None
    if path.with_name(path.name + ".lock").exists():
        with suppress(NotWritable):
            held = lock.take(path)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def unchanged(path: Path) -> sqlite3.Connection:
    """Return a connection through which not even SQLite changes a database; the contents of its WAL are not visible."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return register(sqlite3.connect(address, uri=True, isolation_level=None))


def _copied(path: Path, wal: Path, folder: Path) -> Database:
    """Return a copy of an archive, with its WAL applied and its schema migrated."""
    copy = folder / "other.db"
    shutil.copyfile(path, copy)
    if wal.exists():
        shutil.copyfile(wal, folder / "other.db-wal")
    db = Database(connect(copy))
    schema.check(db, str(path))
    update_schema(db, copy)
    return db
