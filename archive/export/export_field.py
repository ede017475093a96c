"""One column of an export: its name, its type, and the SQL expression of its value."""

import dataclasses
import typing
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportField:
    """A column of an export."""

    name: str
    """Name of the column."""
    hint: Any
    """Its type in Python's notation: `str | None`, `list[Author]`."""
    sql: str
    """SQL expression of its value: JSON if the type is a list or a dataclass."""
    computed: bool = False
    """Whether Python computes it from `text` (sentences, words); the SQL is null then."""
    sentence: str = ""
    """Its description, if it differs from that of the record's field of the same name."""

    @property
    def is_json(self) -> bool:
        """Whether the value is a list or an object."""
        inner = [hint for hint in typing.get_args(self.hint) if hint is not type(None)] or [self.hint]
        return typing.get_origin(self.hint) is list or any(dataclasses.is_dataclass(hint) for hint in inner)
