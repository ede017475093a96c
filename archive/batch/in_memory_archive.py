"""An archive in memory that is filled from shards, for functions that read and write an archive."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlite_utils import Database

from archive import schema
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS

_INSERT = (
    f"INSERT INTO articles ({', '.join(ARTICLE_FIELDS)}, record_sha256) "
    f"VALUES ({', '.join('?' for _ in ARTICLE_FIELDS)}, '')"
)


@contextmanager
def piece() -> Iterator[Database]:
    """Yield an empty archive in memory, in an open transaction; it is discarded at the end of the block."""
    db = schema.in_memory()
    try:
        db.conn.isolation_level = None
        db.execute("BEGIN")
        yield db
    finally:
        db.conn.close()


def fill(db: Database, records: Iterable[dict[str, Any]]) -> None:
    """Insert articles whose fields are as Parquet gives them."""
    db.conn.executemany(
        _INSERT, ([column(name, record[name]) for name in ARTICLE_FIELDS] for record in records)
    )


def column(name: str, value: Any) -> Any:
    """Convert the value of a record's field, as Parquet gives it, to the value of its column in `articles`.

    Lists and objects become JSON text; None and all other values are unchanged.
    """
    return orjson.dumps(value).decode() if name in JSON_FIELDS and value is not None else value
