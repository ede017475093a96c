"""schema.json: a JSON Schema of one row, with a description of each field."""

from typing import Any

from archive.export.card.column_docs import Column
from archive.export.card.dataset_facts import Dataset

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema."""


def schema(dataset: Dataset) -> dict[str, Any]:
    """Return the JSON Schema of a row. For CSV it describes a row after parsing its cells, an empty cell being null."""
    return {
        "$schema": DIALECT,
        "title": f"A row of {dataset.manifest['query']['profile']}",
        "description": "Unknown is null, or an empty list. The order of the fields is fixed.",
        "type": "object",
        "properties": {column.name: _cell(column, dataset) for column in dataset.columns},
        "required": [column.name for column in dataset.columns],
        "additionalProperties": False,
    }


def _cell(column: Column, dataset: Dataset) -> dict[str, Any]:
    if dataset.is_flat and column.kind in {"list", "object"}:
        inner = _of(column)
        description = inner.pop("description", "")
        kind = ["string", "null"] if column.nullable else "string"
        return {
            "description": description,
            "type": kind,
            "contentMediaType": "application/json",
            "contentSchema": inner,
        }
    return _of(column)


def _of(column: Column) -> dict[str, Any]:
    kind = {"list": "array", "date": "string", "datetime": "string"}.get(column.kind, column.kind)
    made: dict[str, Any] = {"description": column.sentence} if column.sentence else {}
    made["type"] = [kind, "null"] if column.nullable else kind
    if column.kind in {"date", "datetime"}:
        made["format"] = {"date": "date", "datetime": "date-time"}[column.kind]
    if column.values:
        made["enum"] = [*column.values, None] if column.nullable else list(column.values)
    if column.item:
        made["items"] = _of(column.item)
    if column.fields:
        made["properties"] = {field.name: _of(field) for field in column.fields}
        made["required"] = [field.name for field in column.fields]
        made["additionalProperties"] = False
    return made
