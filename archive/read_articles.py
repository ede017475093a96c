"""Articles as typed records and as a data frame, read from the archive one after the other."""

import dataclasses
import importlib
import types
import typing
from array import array
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Any

import orjson
from sqlite_utils import Database

from archive.filters import Selection, in_order, left_out
from archive.schema import RECORD_SQL
from kepu.missing_extra import missing_extra
from kepu.records import Article

BATCH = 100
"""Articles that are read with one statement; between two batches no lock and no moment is held."""

FRAME = (
    "id", "url", "headline", "kicker", "alternative_headline", "date_published", "datetime_published",
    "byline", "publisher", "article_section", "node", "keywords", "dateline", "text", "char_count",
    "duplicate_of", "cluster", "warnings",
)  # fmt: skip
"""The fields of a record that are columns of a frame as they are."""


def articles(
    db: Database,
    *,
    since: str | None = None,
    until: str | None = None,
    source: str | None = None,
    section: str | None = None,
    layout: str | None = None,
    duplicates: bool = False,
) -> Iterator[Article]:
    """Yield articles by date, then by id, those without a date last.

    `since` and `until` are days, months or years (`2024-05-10`, `2024-05`, `2024`), both included. Copies are left out
    unless `duplicates`, as in exports. Which articles, and in which order, is settled at the first; each comes as it is
    when its turn comes, so that a crawl may go on meanwhile. Raises BadSelection.
    """
    selection = Selection(
        since,
        until,
        sections=(section,) if section else (),
        sources=(source,) if source else (),
        layouts=(layout,) if layout else (),
        duplicates=duplicates,
    )
    return map(article, records(db, selection))


def records(db: Database, selection: Selection) -> Iterator[dict[str, Any]]:
    """Yield the records of the articles that are meant, in the order of `articles`."""
    waiting = iter(array("q", (seq for seq, _ in in_order(db, selection))))
    sql = (
        f"SELECT seq, {RECORD_SQL} FROM articles "
        f"WHERE seq IN (SELECT value FROM json_each(?)) AND {left_out(db.conn, selection)} IS NULL"
    )
    while batch := list(islice(waiting, BATCH)):
        found = dict(db.conn.execute(sql, (orjson.dumps(batch).decode(),)).fetchall())
        yield from (orjson.loads(found[seq]) for seq in batch if seq in found)


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


def frame(db: Database, **filters: Any) -> Any:
    """Return a pandas.DataFrame of the articles that `articles` would give with these filters, one a row.

    Its columns are FRAME and `source` (its name), `author` and `editor` (lists of names), `layout`, and `published`:
    the time of publication in Asia/Shanghai, at midnight where only the day is known. It is all in memory. Raises
    ArchiveError where pandas is missing.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        raise missing_extra("a data frame", "pandas") from error
    columns = [*FRAME, "source", "author", "editor", "layout"]
    rows = [_flat(each) for each in articles(db, **filters)]
    made = pandas.DataFrame.from_records(rows, columns=columns)
    day, moment = FRAME.index("date_published"), FRAME.index("datetime_published")
    times = [row[moment] or (row[day] and f"{row[day]}T00:00:00+08:00") for row in rows]
    utc = pandas.to_datetime(pandas.Series(times, dtype="object"), utc=True)
    made["published"] = utc.dt.tz_convert("Asia/Shanghai")
    return made


def _flat(each: Article) -> list[Any]:
    return [getattr(each, name) for name in FRAME] + [
        each.source and each.source.name,
        [author.name for author in each.author],
        [editor.name for editor in each.editor],
        each.provenance.layout,
    ]
