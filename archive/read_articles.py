"""Read articles from the archive one after the other, as typed records or as a data frame."""

import typing
from array import array
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
import orjson
from sqlite_utils import Database

from archive.export.export_options import ExportOptions
from archive.export.profile_fields import fields
from archive.export.time_types import TIMES
from archive.filters import Selection, in_order, left_out, prepare, where
from archive.schema import LINE_SQL, RECORD_SQL
from kepu.missing_extra import missing_extra
from kepu.records import Article

if typing.TYPE_CHECKING:
    import pandas

BATCH = 100
"""Articles read per statement; between two batches no lock and no snapshot is held."""


def articles(db: Database, selection: Selection | None = None) -> Iterator[Article]:
    """Yield the articles of a selection by date, then by id, those without a date last; copies are left out by default.

    The articles and their order are fixed when iteration begins. Each is read when its turn comes, so that a crawl may
    continue meanwhile. Raises NothingFits if the archive has no article of a given section, source, layout or list of
    ids.
    """
    return map(article, records(db, selection or Selection()))


def count(db: Database, selection: Selection) -> int:
    """Return the number of articles that a selection keeps. Raises NothingFits, as `articles` does."""
    prepare(db, selection)
    condition, values = where(selection)
    kept = f"SELECT count(*) FROM articles WHERE ({condition}) AND ({left_out(db.conn, selection)}) IS NULL"
    return int(db.execute(kept, values).fetchone()[0])


def records(db: Database, selection: Selection) -> Iterator[dict[str, Any]]:
    """Yield the records of the selected articles, in the order of `articles`. Raises NothingFits."""
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
        rows = db.execute(sql, (orjson.dumps(batch).decode(),))
        found = {row[0]: row[1:] for row in rows}
        yield from (found[seq] for seq in batch if seq in found)


def stored_article(db: Database, article_id: str) -> Article | None:
    """Return an article by its id, with the content of its JSONL line, or None if there is none."""
    row = db.execute(f"SELECT {LINE_SQL} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return None if row is None else article(orjson.loads(row[0]))


def article(record: dict[str, Any]) -> Article:
    """Convert a record, as a line of the JSONL has it, to an Article.

    Missing fields get their defaults, unknown ones are dropped. Raises msgspec.ValidationError, a ValueError that names
    the field, for a value of another type than the field's.
    """
    return msgspec.convert(record, Article)


def frame(db: Database, selection: Selection) -> "pandas.DataFrame":
    """Return a pandas.DataFrame of the selected articles, one per row, with the columns of a CSV export with texts.

    Dates are datetime64 without a time zone, times are in Asia/Shanghai. Everything is held in memory. Raises
    MissingExtra if pandas is not installed.
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
