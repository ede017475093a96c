"""Write docs/record.md from the records themselves: `python docs/make_record.py` (a test keeps it true)."""

import ast
import dataclasses
from pathlib import Path

from crawler import items

HERE = Path(__file__).parent
NESTED = [
    items.Appearance, items.Author, items.Editor, items.Source, items.Paper, items.Block, items.Link, items.Image,
    items.Part, items.Revision, items.Provenance, items.Discovery, items.Warc, items.Normalizer, items.LostLetter,
    items.Rights,
]  # fmt: skip
HEAD = """# The record

One article, as a row of `articles`, a line of the JSONL, and what `kepu extract --json` prints. The names follow
schema.org's NewsArticle where it has one. Unknown is null, or an empty list. The order of the fields is fixed.
This page is made from `crawler/items.py` by `docs/make_record.py`.
"""


def sentences() -> dict[tuple[str, str], str]:
    """Return the docstring under each field of each class of crawler/items.py, by (class, field)."""
    tree = ast.parse(Path(items.__file__).read_text(encoding="utf-8"))
    found = {}
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for field, after in zip(cls.body, cls.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(after, ast.Expr)
            ):
                text = ast.literal_eval(after.value)
                found[cls.name, field.target.id] = " ".join(text.split())
    return found


def table(cls: type, said: dict[tuple[str, str], str]) -> list[str]:
    """Return the rows of a class's fields."""
    types = {
        node.target.id: ast.unparse(node.annotation)
        for top in ast.parse(Path(items.__file__).read_text(encoding="utf-8")).body
        if isinstance(top, ast.ClassDef) and top.name == cls.__name__
        for node in top.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    rows = ["| field | type | |", "|---|---|---|"]
    for field in dataclasses.fields(cls):
        shown = types[field.name].replace("|", "\\|")
        rows.append(
            f"| `{field.name}` | `{shown}` | {said.get((cls.__name__, field.name), '').replace('|', chr(92) + '|')} |"
        )
    return rows


def page() -> str:
    """Return the whole page."""
    said = sentences()
    lines = [HEAD, "## Article", "", *table(items.Article, said)]
    for cls in NESTED:
        lines += ["", f"## {cls.__name__}", "", " ".join((cls.__doc__ or "").split()), "", *table(cls, said)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "record.md").write_text(page(), encoding="utf-8")
