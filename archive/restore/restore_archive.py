"""Restore an archive: build a new database beside the old one from all sources, and put it in place in one step."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import free_space, lock, missing_partners, open_checks, schema, tombstone_file, tombstones
from archive.backup import Exists, check, copy_file, put_in_place, writing_whole
from archive.captures.adopt_captures import adopt
from archive.captures.warc_reader import walk_on
from archive.captures.warc_records import Unreadable, pack
from archive.captures.warc_writer import folder_for
from archive.forget import inherit, purge
from archive.merge.merge_runs import Numbers
from archive.merge.merge_urls import urls as join_urls
from archive.readonly import connect, home
from archive.restore.restore_captures import forget_other_files, has_adopted, join, last_checks, replay
from archive.restore.restore_database import copy, save
from archive.restore.restore_jsonl import from_jsonl
from archive.restore.restore_sources import RestoreSources, sort_out, what_is_left
from archive.restore.suspect_rows import bring_back, hashes_of, set_apart
from archive.store import Store, utc_now
from archive.tombstone_file import Tombstone
from archive.upsert import group_same_text
from kepu.errors import ArchiveError, Damaged
from kepu.messages import Text
from kepu.progress import Tell, nobody


@dataclass(slots=True)
class Restored:
    """The result of a restore: counts of what was recovered, and what could not be read."""

    path: str
    """Path of the restored archive."""
    articles: int = 0
    """Number of articles in the restored archive."""
    versions: int = 0
    """Number of versions of articles, including the present ones."""
    urls: int = 0
    """Number of URLs in the restored archive."""
    captures: int = 0
    """Number of captures whose rows were rebuilt from the WARC files."""
    broken: list[str] = field(default_factory=list)
    """Lines, records and rows that could not be read, each with its file and place."""
    kept: list[str] = field(default_factory=list)
    """The new names of files that were moved aside."""


def restore(
    sources: Path | Sequence[Path] = (),
    path: Path = Path("kepu.db"),
    *,
    force: bool = False,
    holder: str | None = None,
    progress: Tell = nobody,
) -> Restored:
    """Restore the archive at `path` from databases, JSONL and WARC files, or from what remains of it if none are given.

    From a database, everything readable is restored. A JSONL restores the present version of each article and its URLs.
    Captures, including those beside `path`, restore every version and every URL that they contain. Pages do
    not name a rights holder: `holder` is used for articles rebuilt from captures, or if it is None, the one that most
    articles name. What a tombstone names stays forgotten: of the archive at `path`, of a source, or of a tombstone file
    among the sources. If several sources know an article, all their versions are joined.
    With `force`, what already exists at `path` is moved aside.

    Raises Exists, NotFound, Damaged, WrongSchema, Locked or DiskFull. Then the database and the JSONL at `path` are as
    before, but WARC files may have been copied into the archive's folder.
    """
    path = home(path)
    named = [sources] if isinstance(sources, Path) else list(sources) or what_is_left(path)
    given = sort_out(named)
    if path.exists() and path.stat().st_size and not force:
        raise Exists("{path} is there already: add --force to move it aside. Nothing was changed.", path=path)
    done = Restored(str(path))
    size = max((source.stat().st_size for source in given.databases), default=0)
    free_space.check(path, free_space.TO_WRITE + size)
    with writing_whole(path) as fresh:
        held = lock.take(path)
        try:
            _fill(given, path, fresh, done, holder, progress)
            check(fresh)
            forgotten = _tombstones(path)
            forgotten += [row for source in given.tombstones for row in tombstone_file.read_file(source)]
            done.kept = [str(name) for name in open_checks.set_database_aside(path)]
            put_in_place(fresh, path, force=False)
        finally:
            lock.release(held)
    try:
        _finish(path, forgotten, done)
    except (ArchiveError, OSError, sqlite3.Error):
        # Put the old database back, so that the same command can be run again without --force.
        open_checks.put_back(path, done.kept)
        raise
    return done


def _finish(path: Path, forgotten: list[Tombstone], done: Restored) -> None:
    """Remove forgotten articles and count what the new archive has; closing the Store writes the JSONL."""
    with Store(path, trusted=True) as archive:
        if forgotten:
            with archive.whole():
                inherit(archive, forgotten)
        purge(archive)
        done.articles = archive.db["articles"].count
        done.versions = done.articles + archive.db["revisions"].count
        done.urls = archive.db["urls"].count


def _fill(
    given: RestoreSources, path: Path, fresh: Path, done: Restored, holder: str | None, progress: Tell
) -> None:
    """Write everything that the sources know into a new database."""
    is_whole, suspects = _from_databases(given.databases, fresh, done)
    folder = folder_for(path)
    for source in given.databases:
        _bring_files(fresh, folder_for(source), folder)
    _bring_warcs(given.warcs, folder, done.broken)
    with closing(connect(fresh)) as conn:
        db = Database(conn)
        with _transaction(db):
            for source in given.jsonls:
                from_jsonl(db, source, utc_now(), done.broken, progress)
        if folder.is_dir():
            forget_other_files(db, folder)
            adopted = adopt(db, folder, "", tombstones.is_forgotten)
            done.captures, done.broken = adopted.captures, done.broken + list(adopted.broken)
            if adopted.captures or suspects or not is_whole or has_adopted(db):
                _from_captures(db, fresh, folder, done, holder or _holder(db), progress)
        with _transaction(db):
            bring_back(db, suspects)
            missing_partners.drop(db)
            last_checks(db)
            conn.execute(_LOST_VERSIONS, (utc_now(), utc_now()))
            _group(db)
            conn.execute("UPDATE internal_jsonl SET bytes = 0, seq = 0, stale = 1")
        if not db["articles"].count and not db["tombstones"].count and not db["urls"].count:
            raise Damaged(
                "{sources}: no article and no URL could be read. Nothing was changed.",
                sources=", ".join(map(str, given.databases + given.jsonls + given.warcs)),
            )


_LOST_VERSIONS = """
  INSERT INTO runs (spider, started_at, finished_at, outcome) SELECT 'restore', ?, ?, 'restored'
  WHERE NOT EXISTS (SELECT 1 FROM runs WHERE spider = 'restore') AND EXISTS (
    SELECT 1 FROM articles a WHERE (revision ->> '$.n') > 1 + (SELECT count(*) FROM revisions r WHERE r.article = a.id))
"""
"""Insert a run that tells `kepu verify` that earlier versions were lost before the restore, not after it."""


def _from_databases(databases: list[Path], fresh: Path, done: Restored) -> tuple[bool, list[dict[str, Any]]]:
    """Copy the first intact database, and save the rows of the damaged ones.

    Return whether one was intact, and the rows that do not match their hash.
    """
    damaged = []
    is_whole = False
    for source in databases:
        if is_whole or not copy(source, fresh):
            damaged.append(source)
        else:
            is_whole = True
    if not is_whole:
        fresh.unlink(missing_ok=True)
    with closing(connect(fresh)) as conn:
        db = Database(conn)
        schema.migrate(db)
        hashes = hashes_of(conn) if is_whole else {}
        for source in damaged:
            scratch = fresh.with_name(fresh.name + "-damaged")
            with _transaction(db):
                saved = save(source, scratch, db)
                done.broken += list(saved.gaps)
                hashes = saved.hashes | hashes
        with _transaction(db):
            return is_whole, set_apart(db, hashes, done.broken)


def _from_captures(
    db: Database, fresh: Path, folder: Path, done: Restored, holder: str | None, progress: Tell
) -> None:
    scratch = fresh.with_name(fresh.name + "-scratch")
    scratch.unlink(missing_ok=True)
    try:
        with closing(connect(scratch)) as conn:
            conn.execute("PRAGMA journal_mode = OFF")
            conn.execute("PRAGMA synchronous = OFF")
            other = Database(conn)
            schema.migrate(other)
            for row in db.execute("SELECT * FROM tombstones").fetchall():
                conn.execute(f"INSERT INTO tombstones VALUES ({', '.join('?' * len(row))})", row)
            with _transaction(other):
                replay(db, other, folder, holder, done.broken, progress)
            conn.execute("DELETE FROM tombstones")
            with _transaction(db):
                join(db, other)
                join_urls(db, other, _NO_RUNS)
    finally:
        scratch.unlink(missing_ok=True)


_NO_RUNS: Numbers = {None: None}
"""The scratch archive has no runs, so the only number of a run to translate is that of URLs without one."""


def _holder(db: Database) -> str | None:
    """Return the rights holder that most articles name, or None."""
    row = db.execute(
        "SELECT rights ->> '$.copyright_holder' FROM articles GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def _bring_files(fresh: Path, there: Path, here: Path) -> None:
    """Copy the WARC files beside a backup to the folder of the archive, unless they exist there."""
    if there == here or not there.is_dir():
        return
    with closing(connect(fresh)) as conn:
        known = conn.execute("SELECT file, bytes FROM internal_capture_files").fetchall()
    for name, size in known:
        there_size = (there / name).stat().st_size if (there / name).exists() else -1
        if there_size >= size and not ((here / name).exists() and (here / name).stat().st_size >= size):
            here.mkdir(exist_ok=True, parents=True)
            copy_file(there / name, here / name, size)


def _bring_warcs(warcs: Iterable[Path], folder: Path, broken: list[str]) -> None:
    """Copy WARC files from elsewhere into the folder of the archive; uncompressed ones are compressed.

    A file whose name the folder already has is not copied. Records that cannot be read are added to `broken`.
    """
    for source in warcs:
        if source.parent.resolve() == folder.resolve() and source.name.endswith(".gz"):
            continue
        folder.mkdir(exist_ok=True, parents=True)
        name = source.name if source.name.endswith(".warc.gz") else f"{source.name.removesuffix('.gz')}.gz"
        if not name.endswith(".warc.gz"):
            name = f"{name.removesuffix('.gz')}.warc.gz"
        target = folder / name
        if target.exists():
            continue
        with source.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        if is_packed:
            copy_file(source, target, source.stat().st_size)
        else:
            _pack(source, target, broken)


def _pack(source: Path, target: Path, broken: list[str]) -> None:
    """Compress the records of a WARC file one by one; those that cannot be read are left out and added to `broken`."""
    with source.open("rb") as file, target.open("xb") as out:
        for offset, length, record in walk_on(source):
            if isinstance(record, Unreadable):
                broken.append(
                    Text(
                        "{path}: bytes {first} to {last} are not a readable record ({error}); they were left out",
                        path=source,
                        first=offset,
                        last=offset + length - 1,
                        error=str(record),
                    )
                )
                continue
            file.seek(offset)
            out.write(pack(file.read(length)))


def _group(db: Database) -> None:
    """Recompute which of the articles with the same text is the original."""
    shared = db.execute(
        "SELECT content_sha256, min(revision ->> '$.first_seen') FROM articles "
        "WHERE content_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ).fetchall()
    for digest, first in shared:
        group_same_text(db, digest, run=None, now=first or "")


def _tombstones(path: Path) -> list[Tombstone]:
    """Return the tombstones of the existing archive, from its tombstone file and its database."""
    found = tombstone_file.read(path)
    if path.exists() and path.stat().st_size:
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
                found += tombstones.of_archive(Database(conn))
        except (sqlite3.Error, UnicodeDecodeError):
            pass
    return found


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    yield
    db.execute("COMMIT")
