"""What is said of the archive's tables and views in `/data`: Datasette's metadata, made once for an archive.

The sentences of tables and views are ours, in both languages (table_descriptions.toml). Those of columns are the
comments that stand beside them in the schema, and, for `articles`, the docstrings of the record's fields.
"""

import re
import tomllib
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from archive.web.connections import connect
from kepu.records import record_docs


@cache
def tables() -> dict[str, dict[str, str]]:
    """Return the sentence of each described table and view, by its name and language; views come first."""
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text("utf-8"))


def _queries() -> dict[str, dict[str, str]]:
    """Return the ready-made queries, by the last part of their address."""
    return tomllib.loads(Path(__file__).with_name("ready_queries.toml").read_text("utf-8"))


def metadata(path: Path) -> dict[str, Any]:
    """Return Datasette's metadata for the archive at `path`: descriptions, units, and which tables are hidden."""
    with closing(connect(path)) as conn:
        schema = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')"))
    described: dict[str, Any] = {}
    for name, sql in schema.items():
        one: dict[str, Any] = {}
        if name in tables():
            one["description"] = tables()[name]["en"]
            one["columns"] = columns(name, sql or "")
        else:
            one["hidden"] = True
        described[name] = one
    queries = {name: {"sql": one["sql"].strip(), "title": one["title"]} for name, one in _queries().items()}
    return {
        "title": "kepu-archive",
        "description": "An archive of articles. They belong to their publishers; see /rights.",
        "license": "The articles belong to their publishers; this archive grants no rights.",
        "license_url": "/rights",
        "databases": {"data": {"tables": described, "queries": queries}},
    }


def columns(name: str, sql: str) -> dict[str, str]:
    """Return the sentence of each column of a table or view that has one."""
    found = {}
    for line in sql.split("\n"):
        code, mark, comment = line.partition("--")
        column = _last_column(code)
        if mark and column:
            found[column] = comment.strip()
    if name == "articles":
        found |= {field.name: field.sentence for field in record_docs.fields()["Article"] if field.sentence}
    elif name in {"article", "article_text"}:
        of_record = {field.name: field.sentence for field in record_docs.fields()["Article"]}
        named = set(re.findall(r"\b\w+\b", sql))
        found = {key: value for key, value in of_record.items() if value and key in named} | found
    return found


def _last_column(code: str) -> str | None:
    """Return the column that a line of a definition ends with: the one that a comment behind it is about."""
    last = code.strip().rstrip(",").rsplit(", ", 1)[-1]
    renamed = re.search(r"\bAS (\w+)$", last)
    if renamed:
        return renamed[1]
    plain = re.match(r"(\w+)(?:\s+(?:TEXT|INTEGER|REAL|BLOB)\b.*)?$", last)
    return plain[1] if plain and plain[1].islower() else None
