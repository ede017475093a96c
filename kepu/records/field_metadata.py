"""Metadata of the fields of records, which itemadapter copies into the record's JSON Schema."""

from collections.abc import Sequence
from typing import Any, Literal


def about(
    description: str,
    *,
    unit: str | None = None,
    source: str | None = None,
    values: Sequence[str | None] = (),
    format: Literal["date", "date-time"] | None = None,  # noqa: A002  JSON Schema's word
) -> dict[str, Any]:
    """Return the metadata of a dataclass field.

    `description` is a sentence for people, `unit` what a number counts, and `source` the URL of the vocabulary term
    that the field follows. `values` are all possible values, and `format` is the format of a date or time (RFC 3339).
    """
    schema = {"description": description, "unit": unit, "source": source, "format": format}
    extra: dict[str, Any] = {name: value for name, value in schema.items() if value is not None}
    if values:
        extra["enum"] = list(values)
    return {"json_schema_extra": extra}
