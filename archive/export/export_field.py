"""One column of an export: its name, its type, and the SQL expression of its value."""

import dataclasses
import typing
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportField:
    """One column of an export."""

    name: str
    hint: Any
    """Its type, as Python writes it: `str | None`, `list[Author]`."""
    sql: str
    """Its value: JSON where the type is a list or a dataclass."""
    computed: bool = False
    """Whether Python works it out from `text` (sentences, words), and the SQL is null."""
    sentence: str = ""
    """What it says, where that is not the sentence of the record's field of that name."""

    @property
    def is_json(self) -> bool:
        """Whether the value is a list or an object."""
        inner = [hint for hint in typing.get_args(self.hint) if hint is not type(None)] or [self.hint]
        return typing.get_origin(self.hint) is list or any(dataclasses.is_dataclass(hint) for hint in inner)
