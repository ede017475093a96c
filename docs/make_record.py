"""Write docs/record.md from the records themselves: `python docs/make_record.py` (a test keeps it true)."""

from pathlib import Path

from crawler import items
from crawler.fields import fields

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

WARNINGS_ARE = """
What is wanting or in doubt in an article. A run's last lines and `kepu report` count them; an article with one is kept
as any other. Where many pages of a run have one at once, the site may have changed a template: the run is `degraded`.
"""


def table(cls: type) -> list[str]:
    """Return the rows of a class's fields."""
    return [
        "| field | type | |",
        "|---|---|---|",
        *(
            f"| `{name}` | `{_in_cell(type_)}` | {_in_cell(said)} |"
            for name, type_, said in fields()[cls.__name__]
        ),
    ]


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def page() -> str:
    """Return the whole page."""
    lines = [HEAD, "## Article", "", *table(items.Article)]
    for cls in NESTED:
        lines += ["", f"## {cls.__name__}", "", " ".join((cls.__doc__ or "").split()), "", *table(cls)]
    lines += ["", "## Warnings", "", " ".join(WARNINGS_ARE.split()), "", "| name | |", "|---|---|"]
    lines += [f"| `{name}` | {_in_cell(said)} |" for name, said in items.WARNINGS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "record.md").write_text(page(), encoding="utf-8")
