"""Functions for several pages: return an article's record by its id, or raise the right error."""

from typing import Any

import orjson
from sqlite_utils import Database

from archive.former_table_names import has_table
from archive.schema import RECORD_SQL
from archive.web.responses import Base400, NotFound, Response

LONGEST_ID = 300
"""Maximum length of an id in characters."""


async def record_of(request: Any, datasette: Any) -> dict[str, Any]:
    """Return the record of the article in the path. Raises NotFound, or Forgotten for a forgotten one."""
    id_ = request.url_vars["id"]
    found = await datasette.room.readers.run(record, id_)
    if found is None:
        if await datasette.room.readers.run(is_forgotten, id_):
            raise Forgotten(id_)
        raise NotFound(id_[:LONGEST_ID])
    return found  # type: ignore[no-any-return]


class Forgotten(Base400):  # type: ignore[misc]
    """The article was removed permanently."""

    status = 410


def is_forgotten(db: Database, id_: str) -> bool:
    """Return whether an article was removed permanently."""
    if not has_table(db, "tombstones"):
        return False
    return db.execute("SELECT 1 FROM tombstones WHERE id = ?", (id_,)).fetchone() is not None


def record(db: Database, id_: str) -> dict[str, Any] | None:
    """Return an article's record, or None."""
    row = db.execute(f"SELECT {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
    return None if row is None else orjson.loads(row[0])


async def html(request: Any, datasette: Any, template: str, context: dict[str, Any]) -> Any:
    """Return a template rendered as an HTML response."""
    return Response.html(await datasette.render_template(template, context, request=request))
