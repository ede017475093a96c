"""Convert a record to a row of `articles`, and a row to a line of JSON.

The columns follow from the record's dataclass. A field without a column needs a migration: a test compares the two.
The body is stored in another form than the record has it: see `archive.stored_body`.
"""

import dataclasses
import typing
from typing import Any

import orjson

from archive.stored_body import BLOCKS_SQL, CANONICAL_SQL, stored_blocks
from kepu.records import Article

ARTICLE_FIELDS = tuple(field.name for field in dataclasses.fields(Article))
"""Names of the fields of a record, in order; each is a column of `articles`."""
_HINTS = typing.get_type_hints(Article)


def _is_json(name: str) -> bool:
    """Return whether a field has more than one value, so that its column is JSON text."""
    members = [hint for hint in typing.get_args(_HINTS[name]) if hint is not type(None)] or [_HINTS[name]]
    return typing.get_origin(_HINTS[name]) is list or any(dataclasses.is_dataclass(hint) for hint in members)


JSON_FIELDS = frozenset(name for name in ARTICLE_FIELDS if _is_json(name))
"""Fields whose value is a list or an object, so that their column is JSON text."""


def _field_sql(name: str) -> str:
    """Return the SQL expression of one field of the record as JSON."""
    if name == "revision":
        return f"json(coalesce({CHECKED_SQL}, revision))"
    return f"json({VALUE_SQL[name]})" if name in JSON_FIELDS else VALUE_SQL[name]


VALUE_SQL = {name: name for name in ARTICLE_FIELDS} | {"blocks": BLOCKS_SQL, "text_canonical": CANONICAL_SQL}
"""SQL expressions: the value of each field of the record in a row of `articles`; lists and objects as JSON text."""

CHECKED_SQL = (
    "(SELECT json_set(revision, '$.last_checked', checked_at) FROM internal_checks WHERE article_seq = seq)"
)
"""SQL expression: `revision` with the time of the last check, if that is newer than the row, or else null."""

RECORD_SQL = "json_object(" + ", ".join(f"'{name}', {_field_sql(name)}" for name in ARTICLE_FIELDS) + ")"
"""SQL expression: the record of a row of `articles`, its fields in a fixed order.

SQLite makes the JSON from the row itself, so that a line always agrees with the database.
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
"""SQL expression: the record without the time of the last check, as the JSONL has it."""


def to_row(article: Article) -> dict[str, Any]:
    """Return the columns of an article as they are stored, its nested fields as JSON text."""
    row = {name: _column(name, getattr(article, name)) for name in ARTICLE_FIELDS if name != "blocks"}
    row["blocks"] = stored_blocks(article.blocks, article.text)
    if article.text_canonical == article.text:
        row["text_canonical"] = None
    return row


def _column(name: str, value: Any) -> Any:
    return orjson.dumps(value).decode() if name in JSON_FIELDS and value is not None else value


def values(article: Article) -> dict[str, Any]:
    """Return what VALUE_SQL gives of the row of an article."""
    return {name: _column(name, getattr(article, name)) for name in ARTICLE_FIELDS}
