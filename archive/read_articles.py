"""Articles as typed records and as a data frame, read from the archive one after the other."""

import dataclasses
import types
import typing
from array import array
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Any

import orjson
from sqlite_utils import Database

from archive.export.export_options import ExportOptions
from archive.export.profiles import fields
from archive.export.time_types import TIMES
from archive.filters import Selection, in_order, left_out, prepare, where
from archive.schema import LINE_SQL, RECORD_SQL
from kepu.missing_extra import missing_extra
from kepu.records import Article

if typing.TYPE_CHECKING:
    import pandas

BATCH = 100
"""Articles that are read with one statement; between two batches no lock and no moment is held."""


def articles(db: Database, selection: Selection | None = None) -> Iterator[Article]:
    """Yield the articles of a selection by date, then by id, those without a date last; copies are left out by default.

    Which articles, and in which order, is settled at the first; each comes as it is when its turn comes, so that a
    crawl may go on meanwhile. Raises NothingFits.
    """
    return map(article, records(db, selection or Selection()))


def count(db: Database, selection: Selection) -> int:
    """Return how many articles a selection keeps."""
    prepare(db, selection)
    condition, values = where(selection)
    kept = f"SELECT count(*) FROM articles WHERE ({condition}) AND ({left_out(db.conn, selection)}) IS NULL"
    return int(db.conn.execute(kept, values).fetchone()[0])


def records(db: Database, selection: Selection) -> Iterator[dict[str, Any]]:
    """Yield the records of the articles that are meant, in the order of `articles`."""
    prepare(db, selection)
    for (line,) in _rows(db, selection, RECORD_SQL):
        yield orjson.loads(line)


def _rows(db: Database, selection: Selection, columns: str) -> Iterator[tuple[Any, ...]]:
    """Yield the values of these SQL expressions for each article that a prepared selection keeps, in order."""
    waiting = iter(array("q", (seq for seq, _ in in_order(db, selection))))
    sql = (
        f"SELECT seq, {columns} FROM articles "
        f"WHERE seq IN (SELECT value FROM json_each(?)) AND ({left_out(db.conn, selection)}) IS NULL"
    )
    while batch := list(islice(waiting, BATCH)):
        asked = db.conn.execute(sql, (orjson.dumps(batch).decode(),))
        found = {row[0]: row[1:] for row in asked}
        yield from (found[seq] for seq in batch if seq in found)


def stored_article(db: Database, article_id: str) -> Article | None:
    """Return an article by its id, as its line in the JSONL has it, or None where there is none."""
    row = db.conn.execute(f"SELECT {LINE_SQL} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else article(orjson.loads(row[0]))


def article(record: dict[str, Any]) -> Article:
    """Return the Article that a record was made from; fields that it lacks have their defaults, others are dropped."""
    made = _maker(Article)(record)
    assert isinstance(made, Article)
    return made


@cache
def _maker(hint: Any) -> Callable[[Any], Any]:
    """Return what makes a value of a type of kepu/records from its JSON."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (inner,) = (_maker(member) for member in typing.get_args(hint) if member is not type(None))
        return lambda value: None if value is None else inner(value)
    if typing.get_origin(hint) is list:
        item = _maker(typing.get_args(hint)[0])
        return lambda values: [item(value) for value in values]
    if not dataclasses.is_dataclass(hint):
        return lambda value: value
    makers = {name: _maker(member) for name, member in typing.get_type_hints(hint).items()}
    return partial(_made, typing.cast("type", hint), makers)


def _made(type_: type, makers: dict[str, Callable[[Any], Any]], value: dict[str, Any]) -> Any:
    return type_(**{name: makers[name](inner) for name, inner in value.items() if name in makers})


def frame(db: Database, selection: Selection) -> "pandas.DataFrame":
    """Return a pandas.DataFrame of the articles of a selection, one a row, with the columns of a CSV export with texts.

    Days are datetime64 without a zone, moments are of Asia/Shanghai. It is all in memory. Raises MissingExtra where
    pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise missing_extra("a data frame", "pandas") from error
    prepare(db, selection)
    columns = fields(ExportOptions("csv", "text"))
    rows = list(_rows(db, selection, ", ".join(column.sql for column in columns)))
    made = pandas.DataFrame.from_records(rows, columns=[column.name for column in columns])
    for name in made.columns:
        if TIMES.get(name) == "day":
            made[name] = pandas.to_datetime(made[name], errors="coerce")
        elif TIMES.get(name) == "beijing":
            made[name] = pandas.to_datetime(made[name], utc=True, errors="coerce").dt.tz_convert(
                "Asia/Shanghai"
            )
    return made
