"""Take a complete copy of an archive while others write to it."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive import captures, schema
from archive.readonly import reading
from archive.sqlite_errors import explained
from kepu.atomic_files import sync
from kepu.errors import ArchiveError, Damaged
from kepu.progress import Tell, nobody

EVERY = 50_000
"""Number of SQLite virtual machine instructions between two progress reports: about a megabyte."""


class Exists(ArchiveError):
    """The file or folder to write already exists."""

    code = "exists"


@dataclass(slots=True)
class BackupContents:
    """The contents of a backup."""

    path: str
    """Path of the copy."""
    articles: int
    """Number of articles in the copy."""
    bytes: int
    """Size of the copied database."""
    captures: int = 0
    """Number of WARC files copied."""


def backup(
    path: Path, target: Path, *, with_captures: bool = False, force: bool = False, progress: Tell = nobody
) -> BackupContents:
    """Copy the archive at `path` to the file `target`, check the copy, and return what it contains.

    With `with_captures`, the captures are copied to the folder beside it. The copy shows one moment, whatever is
    written meanwhile. It is one file without a WAL and without free pages, and appears complete or not at all.
    `progress` is called with the number of bytes copied and an estimate of the total. Raises Exists if `target` exists
    and `force` is not set, Damaged if the archive cannot be copied completely, and whatever `reading` raises.
    """
    if target.exists() and not force:
        raise Exists(
            "{target} is there already: choose another name, or add --force. Nothing was changed.",
            target=target,
        )
    if target.exists() and path.exists() and target.samefile(path):
        raise Exists("{target} is the archive itself: choose another name.", target=target)
    if with_captures and not force and captures.files(captures.folder_for(target)):
        raise Exists(
            "{folder} has files already: choose another name, or add --force.",
            folder=captures.folder_for(target),
        )
    with reading(path) as db, writing_whole(target) as fresh:
        with explained(target):
            db.execute("PRAGMA query_only = OFF")  # the limit would apply to writing the copy, too
            with _told(db, fresh, path.stat().st_size, progress):
                db.execute("VACUUM INTO ?", (str(fresh),))
        articles = check(fresh)
        size = fresh.stat().st_size
        copied = 0
        if with_captures:
            copied = _copy_captures(
                fresh, captures.folder_for(path), captures.folder_for(target), size, progress
            )
        put_in_place(fresh, target, force=force)
    return BackupContents(str(target), articles, size, copied)


@contextmanager
def _told(db: Database, fresh: Path, size: int, progress: Tell) -> Iterator[None]:
    """Report the growing size of a file that SQLite writes, every EVERY instructions."""

    def tell() -> None:
        there = fresh.stat().st_size if fresh.exists() else 0
        progress(min(there, size), size)

    db.conn.set_progress_handler(tell, EVERY)
    try:
        yield
    finally:
        db.conn.set_progress_handler(None, 0)


@contextmanager
def writing_whole(target: Path) -> Iterator[Path]:
    """Yield the path of a new temporary file beside the target, and delete the file afterwards if it still exists.

    Leftover files of other programs are not touched: `kepu gc` lists them.
    """
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.new-", dir=target.parent)
        os.close(descriptor)
    fresh = Path(name)
    fresh.unlink()
    try:
        with explained(target):
            yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def check(copy: Path) -> int:
    """Return the number of articles in a database.

    Raises Damaged if it is damaged, WrongSchema if it is not an archive.
    """
    with explained(copy), closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        schema.check(Database(conn), str(copy))
        answers = [row[0] for row in conn.execute("PRAGMA integrity_check")]
        if answers != ["ok"]:
            raise Damaged(
                "{copy} is not whole: {value}; `kepu verify` says more of the archive.",
                copy=copy,
                value=answers[0],
            )
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])


def put_in_place(fresh: Path, target: Path, *, force: bool) -> None:
    """Rename a finished file to its final name in one step, and fsync.

    Raise Exists if that exists and `force` is not set.
    """
    sync(fresh)
    try:
        if force:
            fresh.replace(target)
        else:
            os.link(fresh, target)
    except FileExistsError as error:
        raise Exists("{target} appeared meanwhile: nothing was changed.", target=target) from error
    sync(target.parent)


def _copy_captures(copy: Path, source: Path, target: Path, before: int, progress: Tell) -> int:
    """Copy the WARC files that a copied database names, up to the size that it knows; return their number.

    They are copied, not linked, because WARC files grow in place and forgotten records are overwritten in place.
    """
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        known = conn.execute("SELECT file, bytes FROM internal_capture_files ORDER BY n").fetchall()
    target.mkdir(parents=True, exist_ok=True)
    known = [(name, size) for name, size in known if size]
    done, total = before, before + sum(size for _, size in known)
    for name, size in known:
        progress(done, total)
        copy_file(source / name, target / name, size)
        done += size
    sync(target)
    return len(known)


def copy_file(source: Path, target: Path, size: int) -> None:
    """Copy the first `size` bytes of a file; the copy appears complete or not at all.

    Raises Damaged if the file is shorter, and OSError if it cannot be copied.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.new-", dir=target.parent)
    os.close(descriptor)
    fresh = Path(name)
    try:
        with source.open("rb") as file, fresh.open("wb") as out:
            shutil.copyfileobj(file, out, 2**20)
            out.truncate(min(size, out.tell()))
        if fresh.stat().st_size < size:
            raise Damaged(
                "{source} is shorter than the database says; `kepu verify` says more.", source=source
            )
        fresh.chmod(source.stat().st_mode & 0o777)
        sync(fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
