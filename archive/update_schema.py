"""Migrate an archive of an older version: check the disk space first, show progress, and lose no row.

The migration is one transaction: if the program is killed, the archive remains as it was.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import product
from pathlib import Path

from sqlite_utils import Database

from archive import free_space, malformed_json, schema
from archive.former_table_names import former
from kepu.errors import DamagedWithAdvice
from kepu.progress import Progress

ROOM = 2
"""Multiple of the database's size that must be free, because the old pages remain until the new ones are committed."""


def check_room(db: Database, path: Path) -> None:
    """Raise DiskFull if an archive has to migrate and there is no space for it; nothing is written."""
    if not schema.is_present(db):
        free_space.check(path, free_space.TO_WRITE + ROOM * path.stat().st_size)


def update_schema(db: Database, path: Path) -> None:
    """Migrate the archive at `path`; do nothing if it has this version already.

    Raises DiskFull before anything is written, and Damaged for a row that the tables of this version refuse, because a
    value does not have the type of its column or is malformed JSON. The archive is then unchanged.
    """
    if schema.is_present(db):
        return
    check_room(db, path)
    try:
        with Progress() as progress:
            schema.migrate(db, progress.tell)
    except sqlite3.IntegrityError as error:
        place = next(refused_rows(db), None)
        raise DamagedWithAdvice(
            "{path}: {place} is damaged, and the tables of this version do not take it ({error}). "
            "`kepu restore --db {path} --force` brings back all that can be read, together with the JSONL and the "
            "captures; the older kepu still opens this file. Nothing was changed.",
            path=path,
            place=place or "a row",
            error=str(error),
        ) from error


def refused_rows(db: Database) -> Iterator[str]:
    """Yield the name and the column of each row of an older archive that the tables of this version refuse."""
    present = schema.in_memory()
    with closing(present.conn):
        strict = {table.name: table.columns for table in present.tables if table.strict}
    for table, columns in strict.items():
        for name_there, column in product({table, former(table)}, columns):
            with suppress(sqlite3.OperationalError):  # an older version lacks this table or this column
                for name in _of_other_type(db, name_there, column.name, column.type):
                    yield f"{name} ({table}.{column.name})"
    for id_, column_name in malformed_json.malformed_in(db.conn):
        yield f"{id_} ({column_name})"


_STORED_AS = {"INTEGER": "('integer')", "REAL": "('integer', 'real')", "TEXT": "('text', 'integer', 'real')"}
"""Types of values that a STRICT column accepts; SQLite converts numbers to text in a text column."""


def _of_other_type(db: Database, table: str, column: str, type_: str) -> list[str]:
    types = _STORED_AS.get(type_)
    if types is None:
        return []
    name = {"articles": "id", "urls": "url", "revisions": "article"}.get(table, "'a row of it'")
    sql = (
        f"SELECT {name} FROM {table} WHERE {column} IS NOT NULL AND typeof({column}) NOT IN {types} LIMIT 20"
    )
    return [str(row[0]) for row in db.execute(sql)]
