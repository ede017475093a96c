"""The way back: an archive from a backup, or, where there is none, from the JSONL and the WARC files."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive import captures, lock, record_hash, schema
from archive.backup import Exists, check, copy_file, put_in_place, writing_whole
from archive.captures.reindex_captures import recover
from archive.forget import Tombstone, inherit, purge, tombstones_of
from archive.jsonl import path_for
from archive.readonly import connect
from archive.record_versions import to_present
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS, to_row
from archive.store import Store
from archive.upsert import group_same_text
from archive.url_state import host_in, revisit_at
from kepu.errors import NotFound
from kepu.messages import Text
from kepu.progress import MB, Tell, nobody
from kepu.records import SCHEMA_VERSION, Article

EVERY = 100
"""Records between two words of how far it is."""

SQLITE = b"SQLite format 3\0"
"""How every SQLite database begins."""


@dataclass(slots=True)
class Restored:
    """What came back."""

    path: str
    articles: int = 0
    captures: int = 0
    """Of the WARC files, where the rows of the table had to be made again."""
    broken: list[str] = field(default_factory=list)
    """Lines and records that could not be read, each with its file and place."""
    kept: list[str] = field(default_factory=list)
    """What was there before, under its new name."""


def restore(source: Path, path: Path, *, force: bool = False, progress: Tell = nobody) -> Restored:
    """Make the archive at `path` from a backup or a JSONL; what is there already is moved aside, if `force`.

    A backup brings everything back. A JSONL brings the present version of each article and its URLs back, not their
    earlier versions, and nothing of the frontier, of runs and of tombstones. Captures that lie beside the backup come
    with it; for a JSONL, those beside `path` are read and their rows made again. Raises Exists, NotFound, Damaged
    and Locked. `progress` is told how many megabytes of a JSONL are read, of how many.
    """
    if not source.is_file():
        raise NotFound("{source}: there is no such file.", source=source)
    if path.exists() and not force:
        raise Exists("{path} is there already: say --force to move it aside. Nothing was changed.", path=path)
    done = Restored(str(path))
    with writing_whole(path) as fresh:
        held = lock.take(path)
        try:
            with source.open("rb") as file:
                is_backup = file.read(len(SQLITE)) == SQLITE
            if is_backup:
                shutil.copyfile(source, fresh)
                _copy_captures(fresh, source, path)
            else:
                _from_jsonl(source, fresh, captures.folder_for(path), done, progress)
            check(fresh)
            forgotten = _tombstones(path)
            done.kept = _move_aside(path)
            put_in_place(fresh, path, force=False)
        finally:
            lock.release(held)
    with Store(path) as archive:
        if forgotten:
            with archive.whole() as db:
                inherit(db, forgotten)
            purge(archive)
        done.articles = archive.db["articles"].count
    return done


def _tombstones(path: Path) -> list[Tombstone]:
    """Return what the archive that is there has forgotten, as far as it can be read: it is not to come back."""
    if not path.exists():
        return []
    try:
        with closing(connect(path)) as conn:
            return tombstones_of(Database(conn))
    except sqlite3.Error:
        return []


def _copy_captures(fresh: Path, source: Path, path: Path) -> None:
    """Copy the WARC files beside a backup to the folder of the archive, where they are not there already.

    And let the JSONL be written anew, whatever lies beside the archive now.
    """
    with closing(connect(fresh)) as conn:
        known = (
            conn.execute("SELECT file, bytes FROM capture_files").fetchall() if _has_captures(conn) else []
        )
        conn.execute("UPDATE jsonl SET stale = 1")
    there, here = captures.folder_for(source), captures.folder_for(path)
    for name, size in known:
        if (there / name).exists() and not ((here / name).exists() and (here / name).stat().st_size >= size):
            here.mkdir(exist_ok=True)
            copy_file(there / name, here / name, size)


def _has_captures(conn: Any) -> bool:
    return "capture_files" in Database(conn).table_names()


def _move_aside(path: Path) -> list[str]:
    """Give an archive's files other names, the WAL after its database; return the new names."""
    kept = []
    n = next(n for n in range(1, 10_000) if not path.with_name(f"{path.name}.before-{n}").exists())
    for suffix in ("", "-wal", "-shm"):
        old = path.with_name(path.name + suffix)
        if old.exists():
            kept.append(str(old.rename(path.with_name(f"{path.name}.before-{n}{suffix}"))))
    jsonl = path_for(path)
    if jsonl.exists():
        kept.append(str(jsonl.rename(jsonl.with_name(f"{jsonl.name}.before-{n}"))))
    return kept


def _from_jsonl(source: Path, fresh: Path, folder: Path, done: Restored, progress: Tell) -> None:
    """Fill a new database with the records of a JSONL, in one transaction."""
    db = Database(connect(fresh))
    with closing(db.conn):
        schema.migrate(db)
        db.conn.execute("BEGIN IMMEDIATE")
        newest = 0
        for record in _records(source, done, progress):
            newest = max(newest, record["provenance"].get("run") or 0)
            _insert(db, record)
        if newest:
            # Runs to come are not to have the numbers of those that the records name.
            db.conn.execute(
                "INSERT INTO runs (id, spider, started_at, outcome) VALUES (?, 'restore', '', 'restored')",
                (newest,),
            )
        shared = db.conn.execute(
            "SELECT content_sha256, min(revision ->> '$.first_seen') FROM articles "
            "WHERE content_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
        for digest, first in shared:
            group_same_text(db, digest, run=None, now=first or "")
        db.conn.execute("UPDATE jsonl SET stale = 1")
        db.conn.execute("COMMIT")
        if folder.is_dir():
            done.captures, broken = recover(db, folder)
            done.broken += broken


def _records(source: Path, done: Restored, progress: Tell) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSONL; what is no whole record is named, and an id counts once."""
    seen: set[str] = set()
    with source.open("rb") as file:
        size = source.stat().st_size
        for n, line in enumerate(file, 1):
            if n % EVERY == 0:
                progress(file.tell() // MB, size // MB)
            try:
                record = orjson.loads(line)
                known = record["schema_version"] <= SCHEMA_VERSION
                whole = known and all(name in record for name in ("id", "blocks", "provenance", "revision"))
            except (ValueError, TypeError, KeyError):
                record, whole = {}, False
            if not whole or record["id"] in seen:
                done.broken.append(
                    Text(
                        "{path}: line {n} is no whole record, or one that was there before", path=source, n=n
                    )
                )
                continue
            seen.add(record["id"])
            yield record


_BLANK = to_row(Article())


def _insert(db: Database, record: dict[str, Any]) -> None:
    """Insert the row of one record, and its URLs; one of version 1 keeps its hash."""
    fingerprint = record_hash.of_record(record)
    record = to_present(record)
    row: dict[str, Any] = {}
    for name in ARTICLE_FIELDS:
        value = record.get(name)
        if name in JSON_FIELDS and value is not None:
            value = orjson.dumps(value).decode()
        row[name] = _BLANK[name] if value is None and name not in record else value
    # These follow from the other articles, and are found again.
    row |= {"duplicate_of": None, "cluster": None, "similarity": None}
    row["record_sha256"] = fingerprint
    db.conn.execute(_INSERT, row)
    revision, provenance = record["revision"], record["provenance"]
    asked = record.get("url_requested") or record.get("url")
    checked = revision.get("last_checked") or provenance.get("fetched_at") or ""
    is_gone = revision.get("status") == "gone"
    for appearance in record.get("appearances") or []:
        url = appearance["url"]
        first, last = appearance.get("first_seen") or checked, appearance.get("last_seen") or checked
        is_asked = url == asked or len(record["appearances"]) == 1
        state = ("gone" if is_gone else "fetched") if is_asked else "excluded"
        came = (
            (
                provenance.get("http_status"),
                checked,
                revisit_at(checked, record.get("datetime_published") or record.get("date_published")),
            )
            if is_asked and checked
            else (None, None, None)
        )
        tags = (
            tuple(provenance.get(name) for name in ("etag", "last_modified", "payload_sha256"))
            if is_asked
            else (None,) * 3
        )
        code = None if is_asked else "same_content_id"
        db.conn.execute(
            _URL,
            (
                url,
                host_in(url),
                record["id"],
                state,
                code,
                appearance.get("section"),
                first,
                last,
                *came,
                *tags,
            ),
        )
        if not is_asked:
            db.conn.execute(
                "INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?, 'same_content_id', ?, ?)",
                (url, record["id"], record["id"], provenance.get("run"), first),
            )


_INSERT = (
    f"INSERT INTO articles ({', '.join(ARTICLE_FIELDS)}, record_sha256) "
    f"VALUES ({', '.join(':' + name for name in ARTICLE_FIELDS)}, :record_sha256)"
)

_URL = (
    "INSERT OR IGNORE INTO urls (url, host, kind, article, state, code, section, first_seen, last_seen, "
    "status, "
    "fetched_at, due_at, etag, last_modified, payload_sha256) VALUES (?, ?, 'article', ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, "
    "?, ?)"
)
