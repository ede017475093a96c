"""Restore from a database: copy it if it is intact; otherwise save every row that can still be read."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import schema
from archive.former_table_names import PREFIX, former
from archive.readonly import connect
from archive.restore.suspect_rows import Hashes, hashes_of
from archive.schema import APPLICATION_ID
from archive.update_schema import update_schema
from kepu.errors import Damaged, NewerSchema, WrongSchema
from kepu.messages import Text

FIRST, LAST = -(2**62), 2**62
"""First and last row number of the range that `row_gaps` searches."""

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged database raises. UnicodeDecodeError occurs if SQLite's message quotes damaged bytes."""

MOST_PROBES = 200_000
"""After this many reads of one table, unreadable ranges are no longer halved. A damaged page takes a few dozen."""

KEPT_INTERNAL = frozenset(
    PREFIX + name
    for name in (
        "capture_files",
        "capture_purges",
        "checks",
        "hosts",
        "list_pages",
        "near_alone",
        "near_changes",
        "near_decided",
        "split_founders",
    )
)
"""Internal tables that are saved; all others are rebuilt."""


@dataclass(slots=True)
class SavedRows:
    """The rows saved from a damaged database."""

    rows: int = 0
    """Number of rows."""
    gaps: list[Text] = field(default_factory=list)
    """Messages about what could not be saved: ranges of rows, single rows, tables, or the whole file."""
    hashes: Hashes = field(default_factory=dict)
    """Hashes that the damaged database has of its articles."""


def copy(source: Path, fresh: Path) -> bool:
    """Copy a database with its WAL to `fresh` and migrate it; return False if it is damaged or not an archive.

    A WAL of another archive is ignored. Raises NewerSchema if a newer kepu made the database.
    """
    shutil.copyfile(source, fresh)
    wal, shm = (fresh.with_name(fresh.name + suffix) for suffix in ("-wal", "-shm"))
    if (beside := source.with_name(source.name + "-wal")).exists():
        shutil.copyfile(beside, wal)
        if _is_foreign(fresh):
            shutil.copyfile(source, fresh)
            wal.unlink(missing_ok=True)
    try:
        with closing(connect(fresh)) as conn:
            db = Database(conn)
            schema.check(db, str(source))
            if [row[0] for row in conn.execute("PRAGMA integrity_check")] != ["ok"]:
                return False
            if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return False
            conn.execute("PRAGMA journal_mode = DELETE")
            update_schema(db, fresh)
    except NewerSchema:
        raise
    except (*UNREADABLE, Damaged, WrongSchema):
        return False
    finally:
        wal.unlink(missing_ok=True)
        shm.unlink(missing_ok=True)
    return True


def _is_foreign(path: Path) -> bool:
    """Return whether a WAL belongs to another archive than the database beside it, although SQLite would accept it."""
    names = []
    for mode in ("mode=ro&immutable=1", "mode=rw"):  # without the WAL, and with it
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True)) as conn:
                names.append(conn.execute("SELECT archive FROM internal_state").fetchone())
        except UNREADABLE:
            return False  # a new archive whose tables are in its WAL, or damage that is found later
    return bool(names[0] != names[1])


def save(source: Path, scratch: Path, db: Database) -> SavedRows:
    """Save the readable rows of a damaged database into `db`, within the caller's transaction; return what was saved.

    `scratch` is the path of a working copy, so that SQLite changes nothing in the source.
    """
    saved = SavedRows()
    names = [scratch.with_name(scratch.name + suffix) for suffix in ("", "-wal", "-shm")]
    shutil.copyfile(source, scratch)
    if (wal := source.with_name(source.name + "-wal")).exists():
        shutil.copyfile(wal, names[1])
    try:
        with closing(connect(scratch)) as damaged:
            damaged.text_factory = _text
            with suppress(*UNREADABLE):
                saved.hashes = hashes_of(damaged)
            _save_tables(damaged, db, saved, source)
    except UNREADABLE as error:
        saved.gaps.append(Text("{path} cannot be opened: {error}", path=source, error=str(error)))
    finally:
        for name in names:
            name.unlink(missing_ok=True)
    return saved


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _save_tables(damaged: sqlite3.Connection, db: Database, saved: SavedRows, source: Path) -> None:
    damaged.execute("PRAGMA cell_size_check = ON")
    of_program = (PREFIX, "sqlite_", "_sqlite_")
    tables = [name for name in db.table_names() if name in KEPT_INTERNAL or not name.startswith(of_program)]
    for table in tables:
        name_there, there = _columns_there(damaged, table)
        columns = [column.name for column in db[table].columns if column.name in there]
        if not columns:
            saved.gaps.append(Text("{path}: the table {table} is not there", path=source, table=table))
            continue
        _save_table(damaged, db, table, name_there, columns, saved, source)


def _columns_there(damaged: sqlite3.Connection, table: str) -> tuple[str, list[str]]:
    """Return the name that a table has in the damaged database (possibly its former one), and its columns."""
    for name in (table, former(table)):
        with suppress(*UNREADABLE):
            if columns := [row[1] for row in damaged.execute(f"PRAGMA table_info({name})")]:
                return name, columns
    return table, []


def _save_table(
    damaged: sqlite3.Connection,
    db: Database,
    table: str,
    name_there: str,
    columns: list[str],
    saved: SavedRows,
    source: Path,
) -> None:
    key = _KEYS.get(table, "rowid")
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    # A row that exists already is left unchanged; one that the table refuses is reported.
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    named = next((columns.index(name) + 1 for name in ("id", "url", "article") if name in columns), 0)

    def read(low: Any, high: Any, order: str) -> Iterator[tuple[Any, ...]]:
        return damaged.execute(
            f"SELECT {key}, {names} FROM {name_there} WHERE {key} BETWEEN ? AND ? ORDER BY {key} {order}",
            (low, high),
        )

    def put(row: tuple[Any, ...]) -> None:
        try:
            saved.rows += db.execute(sql, row[1:]).rowcount
        except sqlite3.Error as error:
            saved.gaps.append(_refused(source, table, row[0], row[named], error))

    gaps = text_gaps(read, put) if key != "rowid" else row_gaps(read, put)
    for low, high in gaps:
        lost = _named_in_gap(damaged, table, low, high)
        saved.gaps.append(
            Text(
                "{path}: {table}, rows {low} to {high} cannot be read",
                path=source,
                table=table,
                low=low,
                high=high,
            )
            if not lost
            else Text(
                "{path}: {table}, rows {low} to {high} cannot be read ({lost})",
                path=source,
                table=table,
                low=low,
                high=high,
                lost=", ".join(lost),
            )
        )


_KEYS = {
    "accounts": "article",
    "excluded": "article",
    "internal_list_pages": "list",
    "internal_near_decided": "hex(a)",
    "internal_split_founders": "article",
    "pictures": "url",
}
"""The text key by which each table without row numbers is read."""


def _refused(source: Path, table: str, row: Any, name: Any, error: sqlite3.Error) -> Text:
    """Return the message about a row that its table refuses, because of a wrong type or malformed JSON."""
    if table == "articles":
        return Text(
            "article {id} (row {row}) is damaged: its values have a wrong type or are not valid JSON",
            id=name,
            row=row,
        )
    if row != name:
        row = f"{row} ({name})"
    return Text("{path}: {table}, row {row}: {error}", path=source, table=table, row=row, error=str(error))


Read = Callable[[Any, Any, str], Iterator[tuple[Any, ...]]]
"""Yields the rows whose key is between its first and second argument, key first; the third is `` or `DESC`."""

Put = Callable[[tuple[Any, ...]], None]
"""Called with each row read, key first."""


def text_gaps(read: Read, put: Put) -> list[tuple[Any, Any]]:
    """Read a table by a text key from both ends; return the range in between that is unreadable, if any."""
    low, whole = _run(read, put, "", "\U0010ffff", "")
    if whole:
        return []
    high, _ = _run(read, put, "", "\U0010ffff", "DESC")
    return [(low or "", high or "")]


def row_gaps(read: Read, put: Put) -> list[tuple[int, int]]:
    """Read a table in ranges of row numbers, each from both ends; return the unreadable ranges."""
    gaps: list[tuple[int, int]] = []
    waiting, probes = [(FIRST, LAST)], 0
    while waiting:
        low, high = waiting.pop()
        probes += 1
        last, whole = _run(read, put, low, high, "")
        if whole:
            continue
        low = low if last is None else last + 1
        last, _ = _run(read, put, low, high, "DESC")
        high = high if last is None else last - 1
        if low > high:
            continue
        if low == high or probes > MOST_PROBES:
            gaps.append((low, high))
            continue
        middle = (low + high) // 2
        waiting += [(middle + 1, high), (low, middle)]
    return _together(gaps)


def _run(read: Read, put: Put, low: Any, high: Any, order: str) -> tuple[Any, bool]:
    """Read a range up to its end or to damage; return the key of the last row, and whether the end was reached."""
    last = None
    try:
        for row in read(low, high, order):
            put(row)
            last = row[0]
    except (*UNREADABLE, OverflowError):
        return last, False
    return last, True


def _together(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges with adjacent ones joined."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(gaps):
        if found and found[-1][1] >= low - 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


_SHOWN = 20
"""Maximum number of names in the message about a range of unreadable rows."""


def _named_in_gap(damaged: sqlite3.Connection, table: str, low: Any, high: Any) -> list[str]:
    """Return the names of unreadable rows, read from an index."""
    column = {"articles": "id", "urls": "url", "revisions": "article"}.get(table)
    if column is None:
        return []
    try:
        rows = damaged.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} > '' ORDER BY {column}")
        named = [str(name) for rowid, name in rows if low <= rowid <= high]
    except UNREADABLE:
        return []
    return named[:_SHOWN]
