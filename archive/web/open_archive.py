"""Check that an archive can be read before the server starts; loads nothing of Datasette."""

import sqlite3
from pathlib import Path

from archive.readonly import reading
from archive.sqlite_codes import is_locked, is_not_a_database
from kepu.errors import ArchiveError, Locked, NotFound

PATIENCE = 3.0
"""Seconds to wait for another program that has locked the whole database."""


def check(path: Path) -> None:
    """Raise an ArchiveError if the archive at `path` cannot be shown; its message says why and what to do."""
    if path.is_file():
        _knock(path)
    with reading(path) as db:
        if "articles" not in db.table_names():
            raise NotFound("{path} is empty: fill it with `kepu crawl` or `kepu import`.", path=path)


def _knock(path: Path) -> None:
    """Raise Locked if another program has locked the whole database."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if is_locked(error):
            raise Locked(
                "{path} is locked by another program: close that, and try again.", path=path
            ) from error
    except sqlite3.DatabaseError as error:
        if not is_not_a_database(error):
            raise ArchiveError("{path}: {text}.", path=path, text=str(error)) from error
    finally:
        conn.close()
