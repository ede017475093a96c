"""One article as the cells of a CSV export, for the feed that writes articles during a crawl."""

from collections import Counter
from functools import cache

from sqlite_utils import Database

from archive.export.csv_escaping import cell
from archive.export.export_field import ExportField
from archive.export.export_options import ExportOptions
from archive.export.profile_fields import fields


@cache
def _columns() -> tuple[ExportField, ...]:
    return fields(ExportOptions("csv", "full"))


def columns() -> tuple[str, ...]:
    """Return the names of the columns, in order."""
    return tuple(column.name for column in _columns())


@cache
def _sql() -> str:
    return f"SELECT {', '.join(column.sql for column in _columns())} FROM articles WHERE id = ?"


def cells(db: Database, article_id: str, escaped: Counter[str]) -> dict[str, str | int | float]:
    """Return the cells of an article by column, escaped for spreadsheets; `escaped` counts the changed values by kind.

    Raises KeyError if the archive has no article with this id.
    """
    row = db.execute(_sql(), (article_id,)).fetchone()
    if row is None:
        raise KeyError(article_id)
    values = (value.encode() if isinstance(value, str) else value for value in row)
    return {name: cell(value, escaped) for name, value in zip(columns(), values, strict=True)}
