"""The fields of the records as their source has them: the type as written, and the sentence under each."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kepu.records import article, page, visit


class Field(NamedTuple):
    """A field of a record."""

    name: str
    type: str
    """As written: `list[Author]`."""
    sentence: str
    """Its docstring on one line; empty where it has none."""


@cache
def fields() -> dict[str, tuple[Field, ...]]:
    """Return the fields of each record class, by the class's name, in their order.

    Python keeps no docstring of a field, so they are read from the source, which stands beside the compiled file.
    """
    sources = (Path(str(module.__file__)).read_text(encoding="utf-8") for module in (page, article, visit))
    classes = (
        node for source in sources for node in ast.parse(source).body if isinstance(node, ast.ClassDef)
    )
    return {cls.name: tuple(_of(cls)) for cls in classes}


def sentences() -> dict[tuple[str, str], str]:
    """Return the sentence of each field that has one, by (class, field)."""
    return {
        (cls, field.name): field.sentence
        for cls, all_ in fields().items()
        for field in all_
        if field.sentence
    }


def _of(cls: ast.ClassDef) -> list[Field]:
    found = []
    for node, after in zip(cls.body, [*cls.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said = ast.literal_eval(after.value) if isinstance(after, ast.Expr) else ""
            found.append(Field(node.target.id, ast.unparse(node.annotation), " ".join(said.split())))
    return found
