"""The revisions of an article and the differences between two of them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
from sqlite_utils import Database

from archive.diff import LinePair, changed_fields, differences
from archive.record_schema_versions import to_present
from archive.web.pages.page_helpers import html, record_of
from archive.web.responses import NotFound


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the differences between the versions `?from=` and `?to=`, by default the last two.

    Raises NotFound if the article or one of the versions does not exist.
    """
    article = await record_of(request, datasette)
    current = int(article["revision"]["n"])
    numbers = await datasette.room.readers.run(earlier, article["id"])
    to = _number(request.args.get("to"), current)
    before = max((n for n, _ in numbers if n < to), default=to)
    from_ = _number(request.args.get("from"), before)
    old = await datasette.room.readers.run(version, article, from_)
    new = await datasette.room.readers.run(version, article, to)
    if old is None or new is None:
        raise NotFound(f"{article['id']}: {from_ if old is None else to}")
    rows = differences(old["text"] or "", new["text"] or "")
    context = {
        "article": article,
        "versions": [*numbers, (current, article["revision"]["last_changed"])],
        "from_": from_,
        "to": to,
        "fields": changed_fields(old, new),
        "rows": folded(rows),
        "unchanged": all(row.kind == "same" for row in rows),
    }
    return await html(request, datasette, "revisions.html", context)


NEAR = 1
"""Number of unchanged lines shown before and after a change."""


def folded(rows: list[LinePair]) -> list[tuple[bool, list[LinePair]]]:
    """Return (whether it is folded, its rows) for each run of rows. Unchanged lines away from changes are folded."""
    changed = [n for n, row in enumerate(rows) if row.kind != "same"]
    if not changed:
        return [(False, rows)]
    seen = {n for at in changed for n in range(at - NEAR, at + NEAR + 1)}
    runs = [(is_folded, [rows[n] for n in run]) for is_folded, run in _runs(len(rows), seen)]
    # A single line is never folded, since the note about it would take as much room.
    return [(is_folded and len(run) > 1, run) for is_folded, run in runs]


def _runs(count: int, seen: set[int]) -> Iterator[tuple[bool, list[int]]]:
    for is_folded, run in groupby(range(count), key=lambda n: n not in seen):
        yield is_folded, list(run)


def earlier(db: Database, id_: str) -> list[tuple[int, str]]:
    """Return (number, time when it was first seen) of the earlier versions of an article."""
    rows = db.execute(
        "SELECT n, record ->> '$.revision.last_changed' FROM revisions WHERE article = ? ORDER BY n", (id_,)
    )
    return rows.fetchall()


def version(db: Database, article: dict[str, Any], n: int) -> dict[str, Any] | None:
    """Return version `n` of an article whose present record is given, or None if there is no such version.

    A version of record schema 1 is converted, so that its fields can be compared.
    """
    if n == int(article["revision"]["n"]):
        return article
    row = db.execute(
        "SELECT record FROM revisions WHERE article = ? AND n = ?", (article["id"], n)
    ).fetchone()
    return None if row is None else to_present(orjson.loads(row[0]))


def _number(value: str | None, default: int) -> int:
    """Return a parameter as a number, or the default if it is not a possible version number."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else default
