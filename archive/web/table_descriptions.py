"""Descriptions of the archive's tables and views in `/data`, as Datasette's metadata.

Those of tables and views are in table_descriptions.toml, in both languages. Those of columns are the comments in the
schema.
"""

import re
import tomllib
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from archive.web.connections import connect


@cache
def tables() -> dict[str, dict[str, str]]:
    """Return table or view → language → description; views come first."""
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text("utf-8"))


def _queries() -> dict[str, dict[str, str]]:
    """Return the predefined queries by the last part of their URL."""
    return tomllib.loads(Path(__file__).with_name("ready_queries.toml").read_text("utf-8"))


def metadata(path: Path) -> dict[str, Any]:
    """Return Datasette's metadata for the archive at `path`: descriptions, queries, rights, and hidden tables.

    Tables without a description in table_descriptions.toml are hidden. Raises sqlite3.Error for an unreadable database.
    """
    with closing(connect(path)) as conn:
        schema = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')"))
    described: dict[str, Any] = {}
    for name, sql in schema.items():
        one: dict[str, Any] = {}
        if name in tables():
            one["description"] = tables()[name]["en"]
            one["columns"] = columns(sql or "")
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


def columns(sql: str) -> dict[str, str]:
    """Return column → comment from the SQL definition of a table or view, which has at most one column per line."""
    found = {}
    for line in sql.split("\n"):
        code, mark, comment = line.partition("--")
        column = re.search(r"\bAS (\w+),?\s*$", code) or re.match(r"\s*([a-z]\w*)", code)
        if mark and column:
            found[column[1]] = comment.strip()
    return found
