"""Read-only connections: a pool of threads for our pages, and Datasette's database class without writing."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from datasette.database import Database as DatasetteDatabase  # type: ignore[import-untyped]
from sqlite_utils import Database

from archive.former_table_names import read_former_names
from archive.record_schema_versions import read_as_present
from archive.sqlite_codes import is_locked
from archive.stored_body import register
from kepu.errors import NotFound, NotWritable

T = TypeVar("T")

TIMEOUT = 2.0
"""Seconds to wait for a lock. In WAL mode readers do not wait, so a long timeout would only hide an error."""

THREADS = 4
"""Number of threads for queries. SQLite releases Python's global lock while it works."""

TIME_LIMIT = 10.0
"""Seconds after which a query is interrupted."""

_STEPS = 10_000
"""Number of SQLite's instructions between two checks of the time."""

READ_ONLY_PRAGMAS = frozenset(
    {
        "data_version",
        "foreign_key_list",
        "foreign_keys",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "page_count",
        "page_size",
        "schema_version",
        "table_info",
        "table_list",
        "table_xinfo",
        "user_version",
    }
)
"""Pragmas that return information and, without an argument, change nothing."""

_WITH_ARGUMENT = frozenset(
    {"foreign_key_list", "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo"}
)

_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_FUNCTION}
)


def connect(path: Path) -> sqlite3.Connection:
    """Return a read-only connection that any thread may use, also on a read-only medium.

    Raises NotFound if there is no file, and NotWritable if SQLite cannot open it or another process locks it for longer
    than TIMEOUT.
    """
    if not path.exists():
        raise NotFound("{path}: the archive is not there any more.", path=path)
    address = path.resolve().as_uri()
    problem: sqlite3.Error | None = None
    for mode in ("mode=rw", "mode=ro", "mode=ro&immutable=1"):
        # As in archive/readonly.py: if a reader may write, closing it deletes the WAL.
        conn = sqlite3.connect(
            f"{address}?{mode}", uri=True, timeout=TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            conn.execute("PRAGMA query_only = ON")
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            conn.close()
            problem = error
            if is_locked(error):
                break
        else:
            return register(conn)
    raise NotWritable("{path} cannot be read: {problem}.", path=path, problem=problem)


class Readers:
    """A pool of threads, each with its own connection, that run functions of a `Database`."""

    def __init__(self, path: Path, threads: int = THREADS) -> None:
        """Store the arguments; each thread connects when it is first used."""
        self.path = path
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return `work(db, *arguments)`, run in one of the threads.

        Raises what `work` raises; SQLite interrupts a query after TIME_LIMIT seconds (sqlite_codes.is_interrupted).
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._work, work, arguments)

    def _work(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        db = self._database()
        with _limited(db.conn):
            return work(db, *arguments)

    def _database(self) -> Database:
        """Return this thread's connection, a new one if the file was replaced (by `kepu restore`)."""
        try:
            there = self.path.stat()
        except OSError as error:
            raise NotFound("{path}: the archive is not there any more.", path=self.path) from error
        if getattr(self._own, "file", None) != (there.st_dev, there.st_ino):
            conn = connect(self.path)
            self._open.append(conn)
            self._own.db = Database(conn, recursive_triggers=False)
            read_as_present(self._own.db)
            read_former_names(self._own.db)
            self._own.file = (there.st_dev, there.st_ino)
        db: Database = self._own.db
        return db

    def close(self) -> None:
        """Close all connections; no thread may be running."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for conn in self._open:
            conn.close()


class _limited:  # noqa: N801 -- read as a phrase: with _limited(conn)
    """Interrupts what a connection does after TIME_LIMIT seconds."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def __enter__(self) -> None:
        end = monotonic() + TIME_LIMIT
        self.conn.set_progress_handler(lambda: monotonic() > end, _STEPS)

    def __exit__(self, *_: object) -> None:
        self.conn.set_progress_handler(None, _STEPS)


class ReadOnlyDatabase(DatasetteDatabase):  # type: ignore[misc]
    """Datasette's database class with our read-only connection; every way of writing is refused."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Return a read-only connection. Raises sqlite3.OperationalError if `write` is true, and as `connect` does."""
        if write:
            raise sqlite3.OperationalError("The reading room only reads.")
        conn = connect(Path(self.path))
        self._all_file_connections.append(conn)
        return conn

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """Return the result of a query. The error of a malformed query is shown to the user, but not logged."""
        return await super().execute(sql, *arguments, **options | {"log_sql_errors": False})

    async def attached_databases(self) -> list[Any]:
        """Return no databases: the authorizer forbids ATTACH, and the answer would show the path of the file."""
        return []

    async def execute_write_fn(self, fn: Callable[..., Any], block: bool = True) -> Any:
        """Refuse to write: raise sqlite3.OperationalError."""
        raise sqlite3.OperationalError("The reading room only reads.")


def only_reading(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Decide whether a statement may do `action`, as a callback of sqlite3's set_authorizer: reading and some pragmas.

    Attached databases, writes, temporary tables and settings are denied, independently of Datasette's check of the SQL
    text.
    """
    if action in _ALLOWED:
        denied = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension"
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        # SQLite asks this when it reads the columns of a virtual table, such as the search index. It permits no
        # writing: the connection is query_only and lacks writable_schema.
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        allowed = name in READ_ONLY_PRAGMAS and (second is None or name in _WITH_ARGUMENT)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY
