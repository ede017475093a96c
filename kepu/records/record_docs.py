"""Describe the fields of the records from their dataclasses, as tables and as JSON Schema."""

import dataclasses
import re
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from kepu.records import article, page, visit


class RecordField(NamedTuple):
    """The description of a field of a record."""

    name: str
    """Name of the field."""
    type: str
    """The type as Python writes it, without modules: `list[Author]`."""
    sentence: str
    """The description, or an empty string."""
    unit: str
    """What a number counts, or an empty string."""
    source: str
    """URL of the vocabulary term that the field follows, or an empty string."""


@cache
def fields() -> dict[str, tuple[RecordField, ...]]:
    """Map the name of each record class to its fields, in order."""
    named = [item for module in (page, article, visit) for item in vars(module).items()]
    return {name: tuple(_of(each)) for name, each in named if dataclasses.is_dataclass(each)}


def sentences() -> dict[tuple[str, str], str]:
    """Map (class, field) to the description of the field, for fields that have one."""
    return {
        (cls, field.name): field.sentence
        for cls, all_ in fields().items()
        for field in all_
        if field.sentence
    }


def json_schema(record: type = article.Article) -> dict[str, Any]:
    """Return the JSON Schema of a record class, with the descriptions, values, units and sources of its fields."""
    from itemadapter import ItemAdapter  # it loads Scrapy, which no export needs

    return ItemAdapter.get_json_schema(record)


def _of(cls: Any) -> list[RecordField]:
    hints = get_type_hints(cls)
    found = []
    for field in dataclasses.fields(cls):
        schema = field.metadata.get("json_schema_extra", {})
        hint = hints[field.name]
        written = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
        type_ = re.sub(r"Optional\[(.*)\]$", r"\1 | None", re.sub(r"\b[\w.]+\.(\w+)", r"\1", written))
        found.append(
            RecordField(
                field.name,
                type_,
                schema.get("description", ""),
                schema.get("unit", ""),
                schema.get("source", ""),
            )
        )
    return found
