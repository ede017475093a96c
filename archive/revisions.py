"""One article of an archive, found by what a person has of it, and its versions with the times they stood."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from archive.record_schema_versions import to_present
from archive.schema import RECORD_SQL
from kepu import urls
from kepu.errors import NotFound

MOST_SHOWN = 5
"""Ids that an ambiguous name lists."""


@dataclass(slots=True)
class Version:
    """One version of an article."""

    n: int
    """From 1."""
    record: dict[str, Any]
    """As it is exported."""
    since: str | None
    """When it was first fetched as it is here, ISO 8601 in UTC."""
    seen: str | None
    """When it was last seen to stand."""
    until: str | None
    """When the next version was first seen; None for the present one."""


def find(db: Database, name: str) -> str:
    """Return the id of the article that a name means: its id, one of its URLs, or the end of its id.

    Raises NotFound where there is none, or more than one with that end.
    """
    if "://" in name:
        article = urls.parse(name)
        values = {"url": urls.canonical(name), "id": article.key if article else None}
        row = db.conn.execute(_BY_URL, values).fetchone()
        if row is None:
            raise NotFound("{name}: the archive has no article of this URL.", name=name)
        return str(row[0])
    if db.conn.execute("SELECT 1 FROM articles WHERE id = ?", (name,)).fetchone():
        return name
    ends = db.conn.execute(
        "SELECT id FROM articles WHERE substr(id, -length(?1)) = ?1 ORDER BY id LIMIT ?2",
        (name, MOST_SHOWN + 1),
    ).fetchall()
    if not name or not ends:
        raise NotFound(
            "{name}: the archive has no article of this id; `kepu search` finds one by its words.", name=name
        )
    if len(ends) > 1:
        some = ", ".join(id_ for (id_,) in ends[:MOST_SHOWN]) + (" …" if len(ends) > MOST_SHOWN else "")
        raise NotFound("{name} may be {some}: say which.", name=name, some=some)
    return str(ends[0][0])


_BY_URL = """
  SELECT id FROM articles WHERE id = :id
  UNION ALL SELECT id FROM articles WHERE url = :url
  UNION ALL SELECT a.id FROM urls u JOIN articles a ON a.id = u.article WHERE u.url = :url
  UNION ALL SELECT articles.id FROM articles, json_each(appearances) WHERE value ->> '$.url' = :url
  LIMIT 1
"""


def record(db: Database, id_: str) -> dict[str, Any]:
    """Return the present record of an article; raise NotFound where there is none."""
    row = db.conn.execute(f"SELECT {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise NotFound("{id}: the archive has no article of this id.", id=id_)
    return dict(orjson.loads(row[0]))


def versions(db: Database, id_: str) -> list[Version]:
    """Return the versions of an article, the first one first; the last is the present one."""
    found = [
        _version(to_present(orjson.loads(text)), until)
        for text, until in db.conn.execute(
            "SELECT record, replaced_at FROM revisions WHERE article = ? ORDER BY n", (id_,)
        )
    ]
    return [*found, _version(record(db, id_), None)]


def _version(record: dict[str, Any], until: str | None) -> Version:
    revision = record["revision"]
    seen = revision.get("last_seen") or revision["last_checked"]
    return Version(int(revision["n"]), record, revision["last_changed"], seen, until)
