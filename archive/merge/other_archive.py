"""Open the other archive for reading without changing its bytes or its schema."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path

from sqlite_utils import Database

from archive import lock, schema
from archive.readonly import connect
from archive.sqlite_errors import explained
from archive.stored_body import register
from archive.update_schema import update_schema
from kepu.errors import ArchiveError, NotFound, NotWritable


@contextmanager
def opened(path: Path, *, is_held: bool = False) -> Iterator[Database]:
    """Yield an archive that no process writes to, so opened that not even SQLite changes it.

    `is_held` says that the caller locks out writers. An archive of an older version, or one whose last writer was
    killed, is copied first, and the copy is migrated. Raises NotFound, Locked, WrongSchema or Damaged.
    """
    if not path.exists():
        raise NotFound("{path}: there is no archive.", path=path)
    held = nullcontext() if is_held else _held(path)
    with held, explained(path), tempfile.TemporaryDirectory(prefix="kepu-") as folder:
        db = Database(unchanged(path))
        try:
            is_torn = _is_torn(path)
            if not is_torn:
                schema.check(db, str(path))
            if is_torn or not schema.is_present(db):
                db.conn.close()
                db = _copied(path, Path(folder))
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


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _is_torn(path: Path) -> bool:
    """Return whether the last writer of a database was killed, so that its WAL has commits."""
    wal = _wal(path)
    return wal.exists() and wal.stat().st_size > 0


@contextmanager
def all_held(paths: Sequence[Path]) -> Iterator[bool]:
    """Lock out writers of several archives during the block, and yield whether all can be read in place.

    If one cannot, or there are none, none is locked, and `opened` says why.
    """
    with ExitStack() as stack:
        try:
            for path in paths:
                stack.enter_context(_held(path))
            are_in_place = bool(paths) and all(map(_is_in_place, paths))
        except (ArchiveError, sqlite3.Error):
            are_in_place = False
        if not are_in_place:
            stack.close()
        yield are_in_place


def _is_in_place(path: Path) -> bool:
    """Return whether an archive is there, closed, and of this version of the program."""
    if not path.exists() or _is_torn(path):
        return False
    with closing(unchanged(path)) as conn:
        db = Database(conn)
        schema.check(db, str(path))
        return schema.is_present(db)


def _copied(path: Path, folder: Path) -> Database:
    """Return a copy of an archive, with its WAL applied and its schema migrated."""
    copy, wal = folder / "other.db", _wal(path)
    shutil.copyfile(path, copy)
    if wal.exists():
        shutil.copyfile(wal, folder / "other.db-wal")
    db = Database(connect(copy))
    schema.check(db, str(path))
    update_schema(db, copy)
    return db
