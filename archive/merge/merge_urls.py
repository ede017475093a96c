"""Merges what two archives know of a URL: the latest outcome wins, and takedowns remain."""

from typing import Any

import orjson
from sqlite_utils import Database

from archive.merge.merge_runs import Numbers

Row = dict[str, Any]

_OWN = ("seq", "run")
"""Columns that say nothing of the URL itself."""


def urls(db: Database, other: Database, numbers: Numbers) -> None:
    """Take over what another archive knows of URLs, within the caller's transaction."""
    for theirs in _rows(other, "SELECT * FROM urls ORDER BY seq"):
        theirs["run"] = numbers.get(theirs["run"])
        del theirs["seq"]
        mine = next(_rows(db, "SELECT * FROM urls WHERE url = ?", theirs["url"]), None)
        if mine is None:
            _insert(db, theirs)
            continue
        del mine["seq"]
        both = joined(mine, theirs)
        if both != mine:
            changes = ", ".join(f"{name} = :{name}" for name in both)
            db.conn.execute(f"UPDATE urls SET {changes} WHERE url = :url", both)
    _ask_once(db)


def joined(mine: Row, theirs: Row) -> Row:
    """Return what two rows come to."""
    for one, other in ((mine, theirs), (theirs, mine)):
        if one["code"] == "forgotten":
            return one | {
                "first_seen": min(one["first_seen"], other["first_seen"]),
                "last_seen": max(one["last_seen"], other["last_seen"]),
            }
    last = max(mine, theirs, key=_rank)
    first = min(mine, theirs, key=lambda row: (row["first_seen"], _said(row)))
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
        both["run"] = mine["run"]  # the same visit, or none: its number here is as good
    return both


def _rank(row: Row) -> tuple[Any, ...]:
    """What came of it last counts; of URLs that were not asked for, one that is to be asked for."""
    return row["fetched_at"] or "", row["state"] == "pending", _said(row)


def _said(row: Row) -> str:
    return orjson.dumps({name: value for name, value in row.items() if name not in _OWN}).decode()


def _ask_once(db: Database) -> None:
    """Of several URLs of one article that are asked for, leave the one that was asked for last."""
    db.conn.execute(_CLOSE)


_CLOSE = """
UPDATE urls SET state = 'excluded', code = 'same_content_id', due_at = NULL, message = NULL WHERE seq IN (
  SELECT seq FROM (
    SELECT seq, row_number() OVER (
      PARTITION BY article ORDER BY state IN ('fetched', 'unchanged') DESC, fetched_at DESC, url
    ) AS place FROM urls WHERE kind = 'article' AND article IS NOT NULL AND state <> 'excluded'
  ) WHERE place > 1
)
"""


def _rows(db: Database, query: str, *values: Any) -> Any:
    cursor = db.conn.execute(query, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _insert(db: Database, row: Row) -> None:
    names = ", ".join(row)
    db.conn.execute(f"INSERT INTO urls ({names}) VALUES ({', '.join(':' + name for name in row)})", row)
