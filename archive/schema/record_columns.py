"""How a record and a row of `articles` become each other: which columns hold JSON, and the line that a row gives.

The columns that are read and written come from the record's dataclass. A field that the table has no column for needs
a migration: a test compares the two.
"""

import dataclasses
import typing
from typing import Any

import orjson

from kepu.records import Article

ARTICLE_FIELDS = tuple(field.name for field in dataclasses.fields(Article))
_HINTS = typing.get_type_hints(Article)


def _is_json(name: str) -> bool:
    """Whether a field holds more than one value: such a column is JSON text."""
    members = [hint for hint in typing.get_args(_HINTS[name]) if hint is not type(None)] or [_HINTS[name]]
    return typing.get_origin(_HINTS[name]) is list or any(dataclasses.is_dataclass(hint) for hint in members)


JSON_FIELDS = frozenset(name for name in ARTICLE_FIELDS if _is_json(name))


def _field_sql(name: str) -> str:
    """Return the SQL expression of one field of the record, as JSON has it."""
    if name == "revision":
        return f"json(coalesce({CHECKED_SQL}, revision))"
    return f"json({name})" if name in JSON_FIELDS else name


CHECKED_SQL = (
    "(SELECT json_set(revision, '$.last_checked', checked_at) FROM internal_checks WHERE article_seq = seq)"
)
"""SQL expression: `revision` of a row of `articles` that was checked since it was last written, or null."""

RECORD_SQL = "json_object(" + ", ".join(f"'{name}', {_field_sql(name)}" for name in ARTICLE_FIELDS) + ")"
"""SQL expression: the record of a row of `articles`, its fields in their fixed order.

The JSON is made by SQLite from the row itself, so that a line can hold nothing that the database does not.
"""


LINE_SQL = (
    "json_object("
    + ", ".join(
        f"'{name}', {_field_sql(name)}"
        if name != "revision"
        else "'revision', json_replace(revision, '$.last_checked', NULL)"
        for name in ARTICLE_FIELDS
    )
    + ")"
)
"""SQL expression: the same without the time of the last check, as a line of the JSONL beside the database has it."""


def to_row(article: Article) -> dict[str, Any]:
    """Return the column values of an article, its nested fields as JSON text."""
    row: dict[str, Any] = {}
    for name in ARTICLE_FIELDS:
        value = getattr(article, name)
        if name in JSON_FIELDS:
            value = None if value is None else orjson.dumps(value).decode()
        row[name] = value
    return row
