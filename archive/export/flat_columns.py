"""Flat columns, in which nested fields become cells: the same for CSV, data frames and downloads."""

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from archive.export.export_field import ExportField
from archive.export.map_fields import NAMES
from kepu.records import record_docs

JOINT = "；"
"""Separator between the members of a list in one cell."""

RENAMED = {"article_section": "section"}
"""Fields whose flat column has a shorter name."""

_UNPREFIXED = frozenset({"rights"})
"""Objects whose fields are columns by their own names."""

_OF_LIST = {
    "appearances": "url",
    "links": "url",
    "parts": "url",
    "image": "content_url",
}
"""For lists of objects without a name, the field that represents each object in the cell."""


def flat(given: typing.Iterable[ExportField]) -> tuple[ExportField, ...]:
    """Return the flat columns of the fields of an export, in order.

    An object becomes one column per field, also of the objects in it. A list of texts, or of objects with a name or
    another field that represents them, becomes one column with the members joined by JOINT; captions get a column of
    their own. Any other list stays JSON in its cell.
    """
    return tuple(column for field in given for column in _columns(field))


def _columns(field: ExportField) -> Iterator[ExportField]:
    name = RENAMED.get(field.name, field.name)
    inner = _inner(field.hint)
    if typing.get_origin(inner) is list:
        yield from _of_list(name, field, typing.get_args(inner)[0])
    elif dataclasses.is_dataclass(inner):
        yield from _of_object(name, field.sql, inner, name in _UNPREFIXED)
    else:
        yield replace(field, name=name)


def _inner(hint: Any) -> Any:
    """Return a type without `| None`."""
    members = [member for member in typing.get_args(hint) if member is not type(None)]
    is_optional = type(None) in typing.get_args(hint)
    return members[0] if is_optional and len(members) == 1 else hint


def _of_list(name: str, field: ExportField, item: Any) -> Iterator[ExportField]:
    joined = f"(SELECT group_concat({{}}, '{JOINT}') FROM json_each({field.sql}))"
    if item is str:
        yield replace(field, name=name, hint=str | None, sql=joined.format("value"))
        return
    leaves = {leaf.name for leaf in dataclasses.fields(item)} if dataclasses.is_dataclass(item) else set()
    leaf = "name" if "name" in leaves else _OF_LIST.get(field.name)
    if leaf is None:
        yield replace(field, name=name)  # Blocks and offsets are JSON in a cell.
        return
    yield replace(field, name=name, hint=str | None, sql=joined.format(f"value ->> '$.{leaf}'"))
    if "caption" in leaves:
        caption = joined.format("value ->> '$.caption'")
        yield ExportField(f"{name}_caption", str | None, caption, sentence="The captions of the pictures.")


def _of_object(name: str, sql: str, of: Any, bare: bool = False) -> Iterator[ExportField]:
    """Yield the columns of an object of the dataclass `of`; with `bare`, their names have no prefix `name`."""
    hints = typing.get_type_hints(of)
    for leaf in record_docs.fields()[of.__name__]:
        column = leaf.name if bare else name if leaf.name == "name" else f"{name}_{leaf.name}"
        hint, at = hints[leaf.name], f"{sql} ->> '$.{leaf.name}'"
        if typing.get_origin(hint) is dict:
            number = typing.get_args(hint)[1] | None
            for key in NAMES[leaf.name]:
                yield ExportField(f"{column}_{key}", number, f"{at[:-1]}.{key}'", sentence=leaf.sentence)
        elif dataclasses.is_dataclass(_inner(hint)):
            yield from _of_object(column, f"{sql} -> '$.{leaf.name}'", _inner(hint))
        else:
            optional = hint if type(None) in typing.get_args(hint) else hint | None
            yield ExportField(column, optional, at, sentence=leaf.sentence)
