"""A copy of an archive that is whole, taken while others write to it, and the way back from one."""

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
from kepu.progress import MB, Tell, nobody

EVERY = 50_000
"""Instructions of SQLite's machine between two looks at how far a copy is: about a megabyte."""


class Exists(ArchiveError):
    """What would be written is there already."""

    code = "exists"


@dataclass(slots=True)
class BackupContents:
    """What a backup holds."""

    path: str
    articles: int
    bytes: int
    captures: int = 0
    """WARC files copied."""


def backup(
    path: Path, target: Path, *, with_captures: bool = False, force: bool = False, progress: Tell = nobody
) -> BackupContents:
    """Copy the archive at `path` to the file `target`, its captures to the folder beside it, and check the copy.

    The copy is of one moment, whatever is written meanwhile; it is one file without a WAL, with no free pages. It
    appears whole or not at all. `progress` is told how many megabytes are copied, of about how many. Raises Exists
    where `target` is there and not `force`, Damaged where the archive cannot be copied whole, and what `reading`
    raises.
    """
    if target.exists() and not force:
        raise Exists(
            "{target} is there already: choose another name, or say --force. Nothing was changed.",
            target=target,
        )
    if target.exists() and path.exists() and target.samefile(path):
        raise Exists("{target} is the archive itself: choose another name.", target=target)
    if with_captures and not force and captures.files(captures.folder_for(target)):
        raise Exists(
            "{folder} has files already: choose another name, or say --force.",
            folder=captures.folder_for(target),
        )
    with reading(path) as db, writing_whole(target) as fresh:
        with explained(target):
            db.conn.execute("PRAGMA query_only = OFF")  # it would forbid to write the copy, too
            with _told(db, fresh, path.stat().st_size, progress):
                db.conn.execute("VACUUM INTO ?", (str(fresh),))
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
    """Tell how long a file has become that SQLite writes, each so many of its instructions."""

    def tell() -> None:
        there = fresh.stat().st_size if fresh.exists() else 0
        progress(min(there, size) // MB, size // MB)

    db.conn.set_progress_handler(tell, EVERY)
    try:
        yield
    finally:
        db.conn.set_progress_handler(None, 0)


@contextmanager
def writing_whole(target: Path) -> Iterator[Path]:
    """Give the name of a new file beside the target, which nobody else has; it is removed if it is there in the end.

    What other programs left there is not touched: `kepu gc` lists it.
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
    """Return how many articles a database holds; raise Damaged where it is not whole, WrongSchema where it is none."""
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
    """Give a finished file its name, in one step and on the disk; without `force` never over another."""
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
    """Copy the WARC files that a copied database names, each as far as it names it; return how many.

    Copied, not linked: WARC files grow in place, and what is forgotten is written over in place.
    """
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        known = conn.execute("SELECT file, bytes FROM internal_capture_files ORDER BY n").fetchall()
    target.mkdir(parents=True, exist_ok=True)
    known = [(name, size) for name, size in known if size]
    done, total = before, before + sum(size for _, size in known)
    for name, size in known:
        progress(done // MB, total // MB)
        copy_file(source / name, target / name, size)
        done += size
    sync(target)
    return len(known)


def copy_file(source: Path, target: Path, size: int) -> None:
    """Copy the first `size` bytes of a file, so that the copy appears whole or not at all."""
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
