"""The columns of an export with name, type and description, from which each describing file is made."""

import dataclasses
import types
import typing
from collections.abc import Iterable
from typing import Any, Literal

from archive.export.export_field import ExportField
from archive.export.map_fields import NAMES
from archive.export.time_types import TIMES
from kepu.records import record_docs

Kind = Literal["string", "integer", "number", "boolean", "object", "list", "date", "datetime"]
"""Type of a column, in the words of Table Schema (Frictionless) except `list`."""

_KINDS: dict[type, Kind] = {str: "string", int: "integer", float: "number", bool: "boolean"}

_MADE = {
    "sentences": "Offsets into `text` of each sentence: [start, end], in characters, end exclusive.",
    "words": "Offsets into `text` of each word: [start, end], in characters, end exclusive.",
    "tokens": "Each word as it stands in `text`, in the order of `words`.",
    "norm": "Each word in the form that is counted: NFC, half width, lower case.",
    "pos": "Each word's part of speech in rjieba's dictionary, in the tags of ICTCLAS.",
    "news_id": "The article's id: `n1/40148467`.",
    "title": "The headline.",
    "content": "The article's text, its paragraphs parted by newlines.",
    "desc": "The beginning of the first paragraph.",
    "source": "Whom the page names as its source (来源); empty where it names none.",
    "keywords": "Of the page's meta, which the site makes by machine, parted by `，`.",
    "time": "When it was published: `2023-12-28 07:56`, or the day alone. Beijing time.",
    "copyright_holder": "Who holds the rights in the site's own texts; a source may hold them instead.",
    "license": "None is known, and so it is empty.",
}
"""Descriptions of columns that are no fields of the record."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column, with the fields within it."""

    name: str
    """Name of the column or field; empty for the members of a list."""
    kind: Kind
    """Type of its values."""
    sentence: str
    """Description for people; empty if there is none."""
    nullable: bool = False
    """Whether a value may be null."""
    zone: str = ""
    """The time zone of a datetime."""
    values: tuple[str, ...] = ()
    """All possible values, if they are known."""
    fields: tuple["Column", ...] = ()
    """The fields of an object."""
    item: "Column | None" = None
    """The members of a list."""


def columns(given: Iterable[ExportField]) -> tuple[Column, ...]:
    """Return the columns of these fields, each with its description from kepu/records/article.py."""
    sentences = {field.name: field.sentence for field in record_docs.fields()["Article"]}
    given = tuple(given)
    # Some names of news2016zh are those of a field of the record, with another meaning.
    is_record = any(field.name == "id" for field in given)
    found = []
    for field in given:
        column = _column(field.name, field.hint, field.sentence or sentences.get(field.name, ""))
        if not is_record or not column.sentence:
            column = dataclasses.replace(column, sentence=_MADE.get(field.name, column.sentence))
        found.append(column)
    return tuple(found)


def _column(name: str, hint: Any, sentence: str = "") -> Column:
    """Return the column of a field with the type `hint`. Raises TypeError for a type that records do not use."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (inner,) = (member for member in typing.get_args(hint) if member is not type(None))
        return dataclasses.replace(_column(name, inner, sentence), nullable=True)
    if name in TIMES:
        kind: Kind = "date" if TIMES[name] == "day" else "datetime"
        return Column(name, kind, sentence, zone="UTC" if TIMES[name] == "utc" else "Asia/Shanghai")
    if typing.get_origin(hint) is Literal:
        return Column(name, "string", sentence, values=typing.get_args(hint))
    if typing.get_origin(hint) is list:
        return Column(name, "list", sentence, item=_column("", typing.get_args(hint)[0]))
    if typing.get_origin(hint) is dict:
        number = typing.get_args(hint)[1] | None
        return Column(name, "object", sentence, fields=tuple(_column(key, number) for key in NAMES[name]))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        inner = record_docs.fields()[hint.__name__]  # type: ignore[union-attr]
        within = tuple(_column(each.name, hints[each.name], each.sentence) for each in inner)
        return Column(name, "object", sentence or " ".join((hint.__doc__ or "").split()), fields=within)
    if hint not in _KINDS:
        raise TypeError(f"{name}: {hint} is in no record")
    return Column(name, _KINDS[hint], sentence)
