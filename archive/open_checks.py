"""Checks before an archive is opened for writing, so that opening never destroys data."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from archive import lock, schema
from archive.captures.check_captures import files
from archive.captures.warc_writer import folder_for
from archive.jsonl import OutdatedDatabase, behind
from archive.jsonl_lines import path_for, unknown
from archive.moved_aside_files import free_name
from archive.readonly import connect, reading
from kepu.atomic_files import sync


def set_aside(path: Path) -> list[Path]:
    """Move the database, the JSONL and the captures of an archive aside; return the new names, the database's first."""
    folder = [folder_for(path)] if files(folder_for(path)) else []
    return set_database_aside(path) + [each.rename(free_name(each, "before")) for each in folder]


def set_database_aside(path: Path) -> list[Path]:
    """Move a database with its WAL and its JSONL aside, all with the same number; return the new names."""
    n = int(free_name(path, "before").name.rpartition("-")[2])
    names = [(path.with_name(path.name + suffix), suffix) for suffix in ("", "-wal", "-shm")]
    moved = [
        name.rename(path.with_name(f"{path.name}.before-{n}{suffix}"))
        for name, suffix in names
        if name.exists()
    ]
    jsonl = path_for(path)
    return moved + ([jsonl.rename(free_name(jsonl, "before"))] if jsonl.exists() else [])


def put_back(path: Path, moved: Iterable[str]) -> None:
    """Delete the database at `path` with its WAL and JSONL, and undo set_database_aside, which returned `moved`."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path_for(path).unlink(missing_ok=True)
    for name in map(Path, moved):
        begin, _, end = name.name.rpartition(".before-")
        name.rename(name.with_name(begin + end.lstrip("0123456789")))


def make(path: Path) -> None:
    """Create an empty archive at `path` in one step, so that a killed program leaves none."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)
    os.close(descriptor)
    fresh = Path(name)
    try:
        fresh.write_bytes(schema.empty())
        with closing(connect(fresh)) as conn:
            # Without a WAL: if the disk becomes full, closing would leave only a part of the tables in the database.
            conn.execute("UPDATE internal_state SET archive = lower(hex(randomblob(8)))")
            conn.execute("PRAGMA journal_mode = WAL")
        fresh.chmod(0o666 & ~_umask())
        fresh.replace(path)
        sync(path.parent)
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def check_commits(path: Path) -> None:
    """Raise OutdatedDatabase if a database has fewer commits than were made, or lacks articles of the JSONL beside it.

    The database is opened read-only, so its WAL remains, even a damaged one that SQLite would delete. Nothing is
    checked without the mark that the last writer left (archive/lock.py).
    """
    mark = lock.read_mark(path)
    if mark is None:
        return
    with reading(path) as db:
        if "internal_state" not in db.table_names():
            return
        archive, commits = db.execute("SELECT archive, commits FROM internal_state").fetchone()
        # The mark may be that of an archive that was replaced together with its JSONL, which is no accident.
        jsonl = path_for(path)
        if archive != mark.archive and commits and jsonl.exists() and (ids := unknown(db, jsonl)):
            raise behind(path, jsonl, ids)
    if archive == mark.archive and commits < mark.commits:
        raise OutdatedDatabase(
            "{path} has {commits} of the {known} batches that were written to it: its WAL ({wal}) is missing or "
            "damaged, or an older copy was put in its place. Put the right files back, or run "
            "`kepu restore --db {path} --force`, which joins all that is there. Nothing was changed.",
            path=path,
            commits=commits,
            known=mark.commits,
            wal=path.name + "-wal",
        )
