"""Order the first rows of files without column types so that readers infer every type correctly.

JSON Lines and CSV have no types. polars infers them from the first 100 rows, `datasets` from the first 10 MB; a column
that is empty there and has values later makes both fail (huggingface/datasets#7222). So such an export begins with a
few articles that together have a value in every column; the others follow in the usual order.
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
from archive.export.profile_fields import fields
from archive.filters import left_out, where
from archive.stored_body import BLOCKS_SQL, OF_EVERY_BLOCK


def in_file_order(db: Database, plan: ExportOptions) -> Iterator[RowPlace]:
    """Yield the rows that the filters match, in the order in which they are written."""
    if plan.kind.has_types or plan.files not in {"size", "one"} or plan.split is not None:
        return places(db, plan)
    first = leading(db, plan)
    known = set(first)
    return chain(first, (place for place in places(db, plan) if place not in known))


def leading(db: Database, plan: ExportOptions) -> list[RowPlace]:
    """Return the first row with a value of each column, so that together they cover every column, in export order.

    The same articles give the same rows.
    """
    conditions = [(field, condition) for field in fields(plan) for condition in _conditions(field)]
    if not conditions:
        return []
    taken, values = where(plan.selection)
    kept = f"({taken}) AND ({left_out(db.conn, plan.selection)}) IS NULL"
    keys = _first_keys(db, conditions, kept, values)
    sql = "SELECT seq, substr(date_published, 1, 7) FROM articles WHERE id = ?"
    rows = (db.execute(sql, (key.partition(" ")[2],)).fetchone() for key in keys)
    return [
        RowPlace(seq, None if key.startswith("~") else _text(month))
        for key, (seq, month) in zip(keys, rows, strict=True)
    ]


Condition = tuple[ExportField, str]
"""A field, and an SQL condition on its value, which the condition calls `_value(field)`."""

_KEY = "coalesce(date_published, '~') || ' ' || id"
"""SQL expression of the key by which the rows of an export are sorted."""

FIRST_ROWS = 200
"""Number of rows tested for all conditions; if none of them meets a condition, all rows are read for it."""


def _value(field: ExportField) -> str:
    """Return the name of a field's value in conditions."""
    return f"value_{field.name}"


def _first_keys(db: Database, conditions: list[Condition], kept: str, values: Any) -> list[str]:
    """Return the keys of the first rows that meet the conditions, sorted; `kept` is the SQL condition of the export."""
    head = f"seq IN (SELECT seq FROM articles WHERE {kept} ORDER BY {_KEY} LIMIT {FIRST_ROWS})"
    found = _least(db, conditions, head, values)
    rare = [condition for condition, key in zip(conditions, found, strict=True) if key is None]
    if rare:
        found += _least(db, rare, kept, values)
    return sorted({_text(key) for key in found if key is not None})


def _least(db: Database, conditions: list[Condition], kept: str, values: Any) -> list[Any]:
    """Return the smallest key of the rows that meet each condition, or None."""
    tested = {_value(field): _tested(field) for field, _ in conditions}
    # LIMIT keeps SQLite from computing a value once per condition.
    rows = ", ".join([f"{_KEY} AS key", *(f"{sql} AS {name}" for name, sql in sorted(tested.items()))])
    columns = ", ".join(f"min(CASE WHEN {condition} THEN key END)" for _, condition in conditions)
    sql = f"SELECT {columns} FROM (SELECT {rows} FROM articles WHERE {kept} LIMIT -1)"
    return list(db.execute(sql, values).fetchone())


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _conditions(field: ExportField) -> Iterator[str]:
    """Yield the SQL conditions of a row that has a value in a column, and in each field within it."""
    if field.computed:
        return
    if not field.is_json:
        if type(None) in typing.get_args(field.hint):
            yield f"{_value(field)} IS NOT NULL"
        return
    yield f"{_value(field)} != '[]'"
    leaves = {each for each in _leaves(field.hint) if not (_is_body(field) and each[0] in OF_EVERY_BLOCK)}
    yield from sorted({_has_value(_value(field), leaf, kind) for leaf, kind in leaves})


def _tested(field: ExportField) -> str:
    """Return the SQL expression that the conditions look at: what is null is left out of it, which makes it short."""
    if _is_body(field):
        return "blocks"
    return f"json_patch('{{}}', {field.sql})" if field.is_json else field.sql


def _is_body(field: ExportField) -> bool:
    """Return whether a field is `blocks`, whose stored form has each value that is not null, and no other."""
    return field.sql == BLOCKS_SQL


def _has_value(value: str, leaf: str, kind: str) -> str:
    """Return an SQL condition that compact JSON has `"leaf":` followed by a value other than null or an empty list.

    `instr` takes a tenth of the time of GLOB, so it is used where it suffices.
    """
    if kind == "str":
        return f'instr({value}, \'"{leaf}":"\') > 0'
    if kind == "bool":
        return f"(instr({value}, '\"{leaf}\":t') > 0 OR instr({value}, '\"{leaf}\":f') > 0)"
    if kind == "list":
        return f"(instr({value}, '\"{leaf}\":[') > 0 AND {value} GLOB '*\"{leaf}\":[[][^]]*')"
    return f"{value} GLOB '*\"{leaf}\":[^n]*'"


def _leaves(hint: Any) -> set[tuple[str, str]]:
    """Return the names of all fields within a type, and the kind of each: str, bool, list, or an empty string."""
    found: set[tuple[str, str]] = set()
    for member in typing.get_args(hint):
        found |= _leaves(member)
    if dataclasses.is_dataclass(hint):
        for name, inner in typing.get_type_hints(hint).items():
            found.add((name, _kind(inner)))
            found |= _leaves(inner) | {(key, "") for key in NAMES.get(name, ())}
    return found


def _kind(hint: Any) -> str:
    kinds = {typing.get_origin(each) or each for each in typing.get_args(hint) or (hint,)} - {type(None)}
    if typing.get_origin(hint) is list or kinds == {list}:
        return "list"
    return next((each.__name__ for each in (str, bool) if kinds == {each}), "")
