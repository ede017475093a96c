"""The rows that come first in files without types, so that readers see a value of every column at once.

JSON lines and CSV say no types. polars takes them from the first 100 rows, `datasets` from the first 10 MB; a column
that is empty there and full later stops both (huggingface/datasets#7222). So the first rows of such an export are a few
articles which between them have a value in every column, and the others follow in order.
"""

import dataclasses
import typing
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlite_utils import Database

from archive.export.export_field import ExportField
from archive.export.export_options import ExportOptions
from archive.export.export_rows import RowPlace, places
from archive.export.map_fields import NAMES
from archive.export.profiles import fields
from archive.filters import left_out, where


def in_file_order(db: Database, plan: ExportOptions) -> Iterator[RowPlace]:
    """Yield the rows that the filters take in, in the order in which they are written."""
    if plan.kind.has_types or plan.files not in {"size", "one"} or plan.split is not None:
        return places(db, plan)
    first = leading(db, plan)
    known = set(first)
    return chain(first, (place for place in places(db, plan) if place not in known))


def leading(db: Database, plan: ExportOptions) -> list[RowPlace]:
    """Return a few rows that between them have a value in every column that has one anywhere, in the order of exports.

    Of the rows that have a value in a column, the first is taken: the same articles give the same rows.
    """
    conditions = [condition for field in fields(plan) for condition in _conditions(field)]
    if not conditions:
        return []
    key = "coalesce(date_published, '~') || ' ' || id"
    columns = ", ".join(f"min(CASE WHEN {condition} THEN {key} END)" for condition in conditions)
    taken, values = where(plan.selection)
    kept = f"({taken}) AND ({left_out(db.conn, plan.selection)}) IS NULL"
    found = db.conn.execute(f"SELECT {columns} FROM articles WHERE {kept}", values).fetchone()
    keys = sorted({_text(value) for value in found if value is not None})
    asked = "SELECT seq, substr(date_published, 1, 7) FROM articles WHERE id = ?"
    rows = (db.conn.execute(asked, (key.partition(" ")[2],)).fetchone() for key in keys)
    return [
        RowPlace(seq, None if key.startswith("~") else _text(month))
        for key, (seq, month) in zip(keys, rows, strict=True)
    ]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _conditions(field: ExportField) -> Iterator[str]:
    """Yield the SQL conditions of a row that has a value in a column, and in each field within it."""
    if field.computed:
        return
    if not field.is_json:
        if type(None) in typing.get_args(field.hint):
            yield f"({field.sql}) IS NOT NULL"
        return
    yield f"({field.sql}) != '[]'"
    for leaf, is_list in sorted(_leaves(field.hint)):
        # Of compact JSON: `"leaf":` and no null behind it, or a list that is not empty.
        pattern = f'*"{leaf}":[[][^]]*' if is_list else f'*"{leaf}":[^n]*'
        yield f"({field.sql}) GLOB '{pattern}'"


def _leaves(hint: Any) -> set[tuple[str, bool]]:
    """Return the names of all fields within a type, and whether each is a list."""
    found: set[tuple[str, bool]] = set()
    for member in typing.get_args(hint):
        found |= _leaves(member)
    if dataclasses.is_dataclass(hint):
        for name, inner in typing.get_type_hints(hint).items():
            found.add((name, typing.get_origin(inner) is list))
            found |= _leaves(inner) | {(key, False) for key in NAMES.get(name, ())}
    return found
