"""Decide near duplicates of many new articles in a process of its own, while the caller updates other derived data.

The process works on a scratch database with a copy of what decides, and runs update_duplicates.update there. Its tables
then replace those of the archive in one transaction, so the result is that of an update in the archive itself. If the
process fails or is killed, nothing was changed, and the articles still wait for an update.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from archive import schema
from archive.duplicates import known_sketches

FEWEST = 5_000
"""Number of waiting articles from which a second process saves more time than it takes to start."""

_TABLES = ("texts", "articles", "keys", "full", "pairs", "members")
_MANUAL = ("alone", "decided")

_COLUMNS = (
    "seq, id, content_sha256, date_published, datetime_published, char_count, duplicate_of, cluster, similarity, "
    "warnings, revision, text_canonical"
)
"""The columns of `articles` that decide."""

_VALUES = _COLUMNS.replace("text_canonical", "coalesce(text_canonical, text)")


@contextmanager
def deciding(db: Database, archive: Path) -> Iterator[bool]:
    """Decide while the `with` block runs, if that pays, and yield whether it does.

    If it does, the results are in the archive afterwards, unless the process failed. Nothing but the caller may write
    to the archive meanwhile, and the caller must not have an open transaction.
    """
    with tempfile.TemporaryDirectory(prefix="kepu-") as folder:
        scratch = Path(folder) / "scratch.db"
        if not (_pays(db) and _has_sketches(db, scratch)):
            yield False
            return
        command = [sys.executable, "-m", __name__, str(archive.resolve()), str(scratch)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                yield True
                is_decided = process.wait() == 0
            finally:
                process.kill()
        if is_decided:
            _take_back(db, scratch)


def _has_sketches(db: Database, scratch: Path) -> bool:
    """Create the scratch database with the sketches that the connection knows; return False if there is no room."""
    try:
        known_sketches.copy(db.conn, scratch)
    except sqlite3.OperationalError:
        return False
    return True


def _pays(db: Database) -> bool:
    """Return whether most articles of the archive wait, and a second processor can work on them."""
    waiting, known, outdated = db.execute(
        "SELECT (SELECT count(*) FROM internal_near_waiting), (SELECT count(*) FROM internal_near_articles), "
        "EXISTS (SELECT 1 FROM internal_near_before)"
    ).fetchone()
    return bool(
        waiting >= max(FEWEST, known) and not outdated and sys.executable and len(os.sched_getaffinity(0)) > 1
    )


def _take_back(db: Database, scratch: Path) -> None:
    """Replace the results in the archive by those in the scratch database."""
    db.execute("ATTACH DATABASE ? AS scratch", (str(scratch),))
    try:
        with db.atomic():
            for table in _TABLES:
                db.execute(f"DELETE FROM main.internal_near_{table}")
                db.execute(
                    f"INSERT INTO main.internal_near_{table} SELECT * FROM scratch.internal_near_{table} ORDER BY 1, 2"
                )
            db.execute(
                "UPDATE main.sqlite_sequence SET seq = (SELECT seq FROM scratch.sqlite_sequence "
                "WHERE name = 'internal_near_texts') WHERE name = 'internal_near_texts'"
            )
            db.execute(
                "INSERT OR IGNORE INTO main.internal_near_changes SELECT * FROM scratch.internal_near_changes"
            )
            db.execute(
                "UPDATE main.articles SET cluster = its.cluster, similarity = its.similarity "
                "FROM scratch.articles its WHERE its.seq = main.articles.seq "
                "AND (its.cluster IS NOT main.articles.cluster OR its.similarity IS NOT main.articles.similarity)"
            )
            db.execute("DELETE FROM main.internal_near_waiting")
    finally:
        db.execute("DETACH DATABASE scratch")


def _decide(archive: Path, scratch: Path) -> None:
    """Fill the scratch database from an archive, and decide there."""
    from archive.duplicates.update_duplicates import update

    with closing(sqlite3.connect(scratch.as_uri(), uri=True, isolation_level=None)) as conn:
        db = Database(conn)
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA journal_mode = MEMORY")
        schema.migrate(db)
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute("ATTACH DATABASE ? AS archive", (f"{archive.as_uri()}?mode=ro",))
        with db.atomic():
            conn.execute(
                f"INSERT INTO main.articles ({_COLUMNS}) SELECT {_VALUES} FROM archive.articles ORDER BY seq"
            )
            for table in (*_TABLES, *_MANUAL, "waiting", "changes"):
                conn.execute(
                    f"INSERT INTO main.internal_near_{table} SELECT * FROM archive.internal_near_{table}"
                )
            conn.execute("DELETE FROM main.sqlite_sequence")
            conn.execute("INSERT INTO main.sqlite_sequence SELECT * FROM archive.sqlite_sequence")
        conn.execute("DETACH DATABASE archive")
        update(db)


def _end_with_the_caller(folder: Path) -> None:
    """End this process when its standard input closes, which it does however the caller ends, and delete the folder."""
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    archive_path, scratch_path = Path(sys.argv[1]), Path(sys.argv[2])
    threading.Thread(target=_end_with_the_caller, args=(scratch_path.parent,), daemon=True).start()
    _decide(archive_path, scratch_path)
    os._exit(0)  # the thread still reads
