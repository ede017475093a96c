"""Merge what two archives know about a URL: the latest outcome wins, and takedowns remain."""

from typing import Any

import orjson
from sqlite_utils import Database

from archive.merge.insert_rows import insert_rows
from archive.merge.merge_runs import Numbers

Row = dict[str, Any]
"""A row of the table `urls`, by column."""

_OWN = ("seq", "run")
"""Columns that differ between archives although they say the same about the URL."""


def urls(db: Database, other: Database, numbers: Numbers) -> None:
    """Merge what another archive knows about URLs, within the caller's transaction."""
    found = list(other.table("urls").rows_where(order_by="seq"))
    known = _known(db, [row["url"] for row in found])
    new = []
    for theirs in found:
        theirs["run"] = numbers.get(theirs["run"])
        del theirs["seq"]
        mine = known.get(theirs["url"])
        if mine is None:
            new.append(theirs)
            continue
        del mine["seq"]
        both = joined(mine, theirs)
        if both != mine:
            changes = ", ".join(f"{name} = :{name}" for name in both)
            db.execute(f"UPDATE urls SET {changes} WHERE url = :url", both)
    insert_rows(db, "urls", new)
    db.execute(_REQUEST_ONE_URL_PER_ARTICLE)


def _known(db: Database, urls_: list[str]) -> dict[str, Row]:
    """Return the rows of those URLs that are here."""
    sql = "SELECT urls.* FROM json_each(?) CROSS JOIN urls ON urls.url = value"
    return {row["url"]: row for row in db.query(sql, [orjson.dumps(urls_).decode()])}


def joined(mine: Row, theirs: Row) -> Row:
    """Return the merged row of two rows about one URL.

    A takedown wins. Otherwise the outcome is that of the row that was fetched last, the origin that of the row that was
    seen first, and `last_seen` is the later of both.
    """
    for one, other in ((mine, theirs), (theirs, mine)):
        if one["code"] == "forgotten":
            return one | {
                "first_seen": min(one["first_seen"], other["first_seen"]),
                "last_seen": max(one["last_seen"], other["last_seen"]),
            }
    last = max(mine, theirs, key=_rank)
    first = min(mine, theirs, key=lambda row: (row["first_seen"], _as_text(row)))
    second = theirs if first is mine else mine
    both = dict(last)
    for name in ("found_kind", "found_at"):
        both[name] = first[name]
    for name in ("title", "section"):
        both[name] = first[name] or second[name]
    both["article"] = last["article"] or mine["article"] or theirs["article"]
    both["first_seen"] = first["first_seen"]
    both["last_seen"] = max(mine["last_seen"], theirs["last_seen"])
    if last["fetched_at"] == mine["fetched_at"] == theirs["fetched_at"]:
        both["run"] = mine["run"]  # The same visit, or none, so the number in this archive is right.
    return both


def _rank(row: Row) -> tuple[Any, ...]:
    """Return the rank of a row: the latest outcome ranks highest; among URLs without one, a pending URL does."""
    return row["fetched_at"] or "", row["state"] == "pending", _as_text(row)


def _as_text(row: Row) -> str:
    """Return what a row says about its URL as JSON, which decides between rows that are otherwise equal."""
    return orjson.dumps({name: value for name, value in row.items() if name not in _OWN}).decode()


_REQUEST_ONE_URL_PER_ARTICLE = """
UPDATE urls SET state = 'excluded', code = 'same_content_id', due_at = NULL, message = NULL WHERE seq IN (
  SELECT seq FROM (
    SELECT seq, row_number() OVER (
      PARTITION BY article ORDER BY state IN ('fetched', 'unchanged') DESC, fetched_at DESC, url
    ) AS place FROM urls WHERE kind = 'article' AND state <> 'excluded' AND article IN (
      SELECT article FROM urls WHERE article IS NOT NULL GROUP BY article HAVING count(*) > 1)
  ) WHERE place > 1
)
"""
"""If several URLs of an article are requested, exclude all but the one that was requested last."""
