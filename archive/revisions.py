"""Look an article up by id or URL, and list its revisions with their dates."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlite_utils import Database

from archive import tombstones
from archive.record_schema_versions import to_present
from archive.schema import RECORD_SQL
from kepu import urls
from kepu.errors import NotFound

MOST_SHOWN = 5
"""Maximum number of ids listed for an ambiguous name."""


@dataclass(slots=True)
class Version:
    """One revision of an article."""

    n: int
    """Number of the revision, from 1."""
    record: dict[str, Any]
    """The record, as exports have it."""
    since: str | None
    """When this revision was first fetched, ISO 8601 in UTC."""
    seen: str | None
    """When the site was last seen to have it."""
    until: str | None
    """When the next revision was first seen; None for the present one."""


def find(db: Database, name: str) -> str:
    """Return the id of the article with this name: its id, one of its URLs, or the end of its id.

    Raises NotFound if there is none, or if several ids have that end.
    """
    if "://" in name:
        article = urls.parse(name)
        values = {"url": urls.canonical(name), "id": article.key if article else None}
        row = db.execute(_BY_URL, values).fetchone()
        if row is None:
            _refuse_forgotten(db, values["url"])
            _refuse_forgotten(db, values["id"])
            raise NotFound("{name}: the archive has no article of this URL.", name=name)
        return str(row[0])
    if db.execute("SELECT 1 FROM articles WHERE id = ?", (name,)).fetchone():
        return name
    ends = db.execute(
        "SELECT id FROM articles WHERE substr(id, -length(:end)) = :end ORDER BY id LIMIT :limit",
        {"end": name, "limit": MOST_SHOWN + 1},
    ).fetchall()
    if not name or not ends:
        _refuse_forgotten(db, name)
        raise NotFound(
            "{name}: the archive has no article of this id; `kepu search` finds one by its words.", name=name
        )
    if len(ends) > 1:
        candidates = ", ".join(id_ for (id_,) in ends[:MOST_SHOWN]) + (" …" if len(ends) > MOST_SHOWN else "")
        raise NotFound("{name} may be {some}: say which.", name=name, some=candidates)
    return str(ends[0][0])


def _refuse_forgotten(db: Database, name: str | None) -> None:
    """Raise NotFound if the article with this name was forgotten: say when and why."""
    if (found := tombstones.named(db, name or "")) is not None:
        id_, reason, at = found
        raise NotFound(
            "{id} was forgotten on {date}: {reason}.", id=id_, date=at[:10], reason=reason.rstrip(".。")
        )


_BY_URL = """
  SELECT id FROM articles WHERE id = :id
  UNION ALL SELECT id FROM articles WHERE url = :url
  UNION ALL SELECT a.id FROM urls u JOIN articles a ON a.id = u.article WHERE u.url = :url
  UNION ALL SELECT articles.id FROM articles, json_each(appearances) WHERE value ->> '$.url' = :url
  LIMIT 1
"""


def record(db: Database, id_: str) -> dict[str, Any]:
    """Return the present record of an article. Raises NotFound if the archive has no article with this id."""
    row = db.execute(f"SELECT {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise NotFound("{id}: the archive has no article of this id.", id=id_)
    return dict(orjson.loads(row[0]))


def versions(db: Database, id_: str) -> list[Version]:
    """Return the revisions of an article, oldest first, of which the last is the present one. Raises NotFound."""
    found = [
        _version(to_present(orjson.loads(text)), until)
        for text, until in db.execute(
            "SELECT record, replaced_at FROM revisions WHERE article = ? ORDER BY n", (id_,)
        )
    ]
    return [*found, _version(record(db, id_), None)]


def _version(record: dict[str, Any], until: str | None) -> Version:
    revision = record["revision"]
    seen = revision.get("last_seen") or revision["last_checked"]
    return Version(int(revision["n"]), record, revision["last_changed"], seen, until)
