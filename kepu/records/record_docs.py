"""The fields of the records as their dataclasses describe them, and their JSON Schema."""

import dataclasses
import re
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from kepu.records import article, page, visit


class RecordField(NamedTuple):
    """A field of a record."""

    name: str
    type: str
    """As Python writes it, without modules: `list[Author]`."""
    sentence: str
    """Its description; empty where it has none."""
    unit: str
    """What a number counts; empty where that is not said."""
    source: str
    """The URL of the vocabulary's term that the field follows; empty where there is none."""


@cache
def fields() -> dict[str, tuple[RecordField, ...]]:
    """Return the fields of each record class, by the class's name, in their order."""
    named = [item for module in (page, article, visit) for item in vars(module).items()]
    return {name: tuple(_of(each)) for name, each in named if dataclasses.is_dataclass(each)}


def sentences() -> dict[tuple[str, str], str]:
    """Return the sentence of each field that has one, by (class, field)."""
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
        said = field.metadata.get("json_schema_extra", {})
        hint = hints[field.name]
        written = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
        type_ = re.sub(r"Optional\[(.*)\]$", r"\1 | None", re.sub(r"\b[\w.]+\.(\w+)", r"\1", written))
        found.append(
            RecordField(
                field.name, type_, said.get("description", ""), said.get("unit", ""), said.get("source", "")
            )
        )
    return found
