"""The columns of an export, in a form from which each description makes its own: a name, a kind, a sentence."""

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
"""Sentences for the columns that are no field of the record as it stands."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A field of a record, with the fields within it."""

    name: str
    kind: Kind
    sentence: str
    nullable: bool = False
    zone: str = ""
    """Of a datetime: the time zone in which it is written."""
    values: tuple[str, ...] = ()
    """All that it can be, where that is known."""
    fields: tuple["Column", ...] = ()
    """Of an object."""
    item: "Column | None" = None
    """Of a list: what it holds."""


def columns(given: Iterable[ExportField]) -> tuple[Column, ...]:
    """Return the columns of these fields, each with its sentence of kepu/records/article.py."""
    said = {field.name: field.sentence for field in record_docs.fields()["Article"]}
    given = tuple(given)
    # Of the corpus that news2016zh is made like, some names are those of a field here and mean another thing.
    is_record = any(field.name == "id" for field in given)
    found = []
    for field in given:
        column = _column(field.name, field.hint, field.sentence or said.get(field.name, ""))
        if not is_record or not column.sentence:
            column = dataclasses.replace(column, sentence=_MADE.get(field.name, column.sentence))
        found.append(column)
    return tuple(found)


def _column(name: str, hint: Any, sentence: str = "") -> Column:
    """Return the column of a field whose type is `hint`; raises TypeError for a type that no record has."""
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
