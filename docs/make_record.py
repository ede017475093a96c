"""Write docs/record.md from the records themselves: `python docs/make_record.py` (a test keeps it true)."""

import json
from pathlib import Path

from kepu import records
from kepu.records.record_docs import RecordField, fields, json_schema

HERE = Path(__file__).parent
NESTED = [
    records.Appearance, records.Author, records.Editor, records.Contributor, records.Source, records.Paper,
    records.Block, records.Mark, records.Link, records.Image, records.Part, records.Revision,
    records.Provenance, records.Discovery, records.Warc, records.Normalizer, records.LostLetter, records.Rights,
]  # fmt: skip
HEAD = """# The record

One article, as a row of `articles`, a line of the JSONL, and what `kepu extract --json` prints. The names follow
schema.org's NewsArticle where it has one. An unknown value is null or an empty list. The order of the fields is fixed.
This page and [record.schema.json](record.schema.json), the JSON Schema of a record, are made from
`kepu/records/article.py` by `docs/make_record.py`.
"""

WARNINGS_ARE = """
Each warning says what is missing or doubtful in an article. The last lines of a run and `kepu report` count them; the
article is stored all the same. If many pages of a run have the same warning, the site may have changed a template, and
the run is `degraded`.
"""


def table(cls: type) -> list[str]:
    """Return the rows of a class's fields."""
    return [
        "| field | type | |",
        "|---|---|---|",
        *(
            f"| `{field.name}` | `{_in_cell(field.type)}` | {_in_cell(field.sentence)}{_more(field)} |"
            for field in fields()[cls.__name__]
        ),
    ]


def _more(field: RecordField) -> str:
    """Return the unit of a field, and the term that it follows, where they are known."""
    unit = f" Unit: {field.unit}." if field.unit else ""
    term = field.source.rsplit("/", 1)[-1]
    return unit + (f" As [{term}]({field.source})." if field.source else "")


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def page() -> str:
    """Return the whole page."""
    lines = [HEAD, "## Article", "", *table(records.Article)]
    for cls in NESTED:
        lines += ["", f"## {cls.__name__}", "", " ".join((cls.__doc__ or "").split()), "", *table(cls)]
    lines += ["", "## Warnings", "", " ".join(WARNINGS_ARE.split()), "", "| name | |", "|---|---|"]
    lines += [f"| `{name}` | {_in_cell(said)} |" for name, said in records.WARNINGS.items()]
    return "\n".join(lines) + "\n"


def schema() -> str:
    """Return the JSON Schema of a record."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Article"} | json_schema()
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "record.md").write_text(page(), encoding="utf-8")
    (HERE / "record.schema.json").write_text(schema(), encoding="utf-8")
