"""Decide near duplicates of many new articles in a process of its own, while the caller updates other derived data.

The process works on a scratch database with a copy of what decides, and runs update_duplicates.update there. Its tables
then replace those of the archive in one transaction, so the result is that of an update in the archive itself. If the
process fails or is killed, nothing was changed, and the articles still wait for an update.

If archives are merged into a new one, the process begins with the merge: see decide_ahead.py.
"""

import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive import schema
from archive.duplicates import known_sketches

FEWEST = 5_000
"""Number of waiting articles from which a second process saves more time than it takes to start."""

Wait = Callable[[], object]
"""Returns when a merge is done."""

_TABLES = ("texts", "articles", "keys", "full", "pairs", "members")
_MANUAL = ("alone", "decided")

_COLUMNS = (
    "seq, id, content_sha256, date_published, datetime_published, char_count, duplicate_of, cluster, similarity, "
    "warnings, revision, text_canonical"
)
"""The columns of `articles` that decide."""

_UNUSED = """SELECT type, name FROM sqlite_master
  WHERE type = 'trigger' OR (type = 'index' AND tbl_name = 'articles' AND sql IS NOT NULL)"""
"""The triggers of the scratch database, and the indexes of its articles, by which nothing is looked up here."""

_VALUES = _COLUMNS.replace("text_canonical", "coalesce(text_canonical, text)")


@dataclass(frozen=True, slots=True)
class DecidingProcess:
    """A process that decides, and its database."""

    scratch: Path
    """The scratch database, whose tables replace those of the archive."""
    process: "subprocess.Popen[bytes]"
    """The process. A line on its standard input says that the merge is done. It exits with status 0 after deciding."""


@contextmanager
def deciding_ahead(
    db: Database, archive: Path, sources: Sequence[Path], articles: int
) -> Iterator[DecidingProcess | None]:
    """Decide about archives while the `with` block merges them into a new one, if that pays; else yield None.

    `articles` is the approximate number of their articles. The caller gives the yielded process to `deciding` within
    the block, and guarantees that nobody writes to the `sources` until the block ends.
    """
    has_articles = db.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
    if has_articles or articles < FEWEST or not _has_second_processor():
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="kepu-") as folder:
        scratch = Path(folder) / "scratch.db"
        with _process(archive, scratch, sources) as process:
            yield DecidingProcess(scratch, process)


@contextmanager
def deciding(db: Database, archive: Path, ahead: DecidingProcess | None = None) -> Iterator[bool]:
    """Decide while the `with` block runs, if that pays, and yield whether it does.

    If it does, the results are in the archive afterwards, unless the process failed. Nothing but the caller may write
    to the archive meanwhile, and the caller must not have an open transaction. `ahead` is the process of
    `deciding_ahead`, if there is one, which may have decided already.
    """
    if ahead is not None:
        with suppress(OSError):  # of a process that has failed
            assert ahead.process.stdin is not None
            ahead.process.stdin.write(_MERGED)
            ahead.process.stdin.flush()
        yield True
        if ahead.process.wait() == 0:
            _take_back(db, ahead.scratch)
        return
    with tempfile.TemporaryDirectory(prefix="kepu-") as folder:
        scratch = Path(folder) / "scratch.db"
        if not (_pays(db) and _has_sketches(db, scratch)):
            yield False
            return
        with _process(archive, scratch) as process:
            yield True
            is_decided = process.wait() == 0
        if is_decided:
            _take_back(db, scratch)


_MERGED = b"\n"
"""What the process reads when the merge is done."""


@contextmanager
def _process(
    archive: Path, scratch: Path, sources: Sequence[Path] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a process that decides, and kill it afterwards."""
    command = [sys.executable, "-m", __name__, *map(str, (archive.resolve(), scratch, *sources))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.kill()


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
    return bool(waiting >= max(FEWEST, known) and not outdated and _has_second_processor())


def _has_second_processor() -> bool:
    return bool(sys.executable and len(os.sched_getaffinity(0)) > 1)


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


def _decide(archive: Path, scratch: Path, sources: Sequence[Path] = (), wait: Wait = lambda: None) -> None:
    """Fill the scratch database from an archive, and decide there.

    With `sources`, fill it from these archives, decide, then `wait` until they are merged into the archive.
    """
    from archive.duplicates import decide_ahead
    from archive.duplicates.update_duplicates import CACHE_KB, update

    with closing(sqlite3.connect(scratch.as_uri(), uri=True, isolation_level=None)) as conn:
        db = Database(conn)
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        schema.migrate(db)
        for kind, name in conn.execute(_UNUSED).fetchall():
            conn.execute(f"DROP {kind} {name}")
        if sources:
            decide_ahead.fill(db, sources)
        else:
            _copy(db, archive)
        update(db)
        if sources:
            wait()
            decide_ahead.reconcile(db, archive)


def _copy(db: Database, archive: Path) -> None:
    """Copy what decides from an archive to an empty scratch database."""
    db.execute("ATTACH DATABASE ? AS archive", (f"{archive.as_uri()}?mode=ro",))
    with db.atomic():
        db.execute(
            f"INSERT INTO main.articles ({_COLUMNS}) SELECT {_VALUES} FROM archive.articles ORDER BY seq"
        )
        for table in (*_TABLES, *_MANUAL, "waiting", "changes"):
            db.execute(f"INSERT INTO main.internal_near_{table} SELECT * FROM archive.internal_near_{table}")
        db.execute("DELETE FROM main.sqlite_sequence")
        db.execute("INSERT INTO main.sqlite_sequence SELECT * FROM archive.sqlite_sequence")
    db.execute("DETACH DATABASE archive")


def _follow_the_caller(folder: Path, is_merged: threading.Event) -> None:
    """Set the event when the caller says that the merge is done.

    End this process when its standard input closes, which it does however the caller ends, and delete the folder.
    """
    if sys.stdin.buffer.read(len(_MERGED)):
        is_merged.set()
        sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # A batch has millions of objects without cycles, and collections would look through all of them.
    archive_path, scratch_path, *source_paths = map(Path, sys.argv[1:])
    merged = threading.Event()
    threading.Thread(target=_follow_the_caller, args=(scratch_path.parent, merged), daemon=True).start()
    _decide(archive_path, scratch_path, source_paths, merged.wait)
    os._exit(0)  # the thread still reads
