"""Which articles are meant: by time, section, source and layout, and what is left out of them, as SQL."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from archive.duplicates.kept_articles import why_left_out
from kepu.errors import ArchiveError

_TIME = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class BadSelection(ArchiveError):
    """A filter that cannot be read."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters over articles; a tuple with several values takes any of them, an empty one takes all."""

    since: str | None = None
    """The first day, month or year of publication: `2024-05-10`, `2024-05`, `2024`. Beijing time, as on the page."""
    until: str | None = None
    """The last one, itself included."""
    sections: tuple[str, ...] = ()
    """`article_section`."""
    sources: tuple[str, ...] = ()
    """`source.name`."""
    layouts: tuple[str, ...] = ()
    """`provenance.layout`."""
    duplicates: bool = False
    """Whether copies are kept: articles with the text of another, and members of a cluster but its canonical one."""
    complete_only: bool = False
    """Whether articles that lack parts, a body, or letters are left out."""

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and not _TIME.fullmatch(value):
                raise BadSelection(
                    "--{name} {value}: write it as 2024, 2024-05 or 2024-05-10.", name=name, value=value
                )


INCOMPLETE = ("incomplete", "empty_body", "lossy_decode", "layout_fallback", "chrome_suspect")
"""The warnings of an article whose text is not all there, or may hold what is not its own."""

_WARNED = " OR ".join(f"""warnings LIKE '%"{name}"%'""" for name in INCOMPLETE)


def where(selection: Selection, names: str = "s") -> tuple[str, dict[str, str]]:
    """Return the SQL condition on rows of `articles` that the filters make, and its named parameters.

    An article without a date is in no span of time. `names` begins the parameters' names.
    """
    terms: list[str] = []
    values: dict[str, str] = {}
    if selection.since:
        terms.append(f"date_published >= :{names}_since")
        values[f"{names}_since"] = selection.since
    if selection.until:
        # `~` sorts behind everything that a date goes on with: 2024-05 takes in all of 2024-05-31T23:59.
        terms.append(f"date_published < :{names}_until")
        values[f"{names}_until"] = selection.until + "~"
    for what, column in _COLUMNS.items():
        wanted = getattr(selection, what)
        keys = [f"{names}_{what}{n}" for n in range(len(wanted))]
        values |= dict(zip(keys, wanted, strict=True))
        if keys:
            terms.append(f"{column} IN ({', '.join(':' + key for key in keys)})")
    return " AND ".join(terms) or "1", values


_COLUMNS = {
    "sections": "article_section",
    "sources": "source ->> '$.name'",
    "layouts": "provenance ->> '$.layout'",
}


_DATED = "date_published GLOB '[12][0-9][0-9][0-9]-[01][0-9]*'"


def in_order(db: Database, selection: Selection) -> Iterator[tuple[int, str | None]]:
    """Yield (seq, month) of the rows that the filters take in: by date, then by id, those without a date last.

    The order is that of the articles and not that of their arrival. Rows that are `left_out` are among them.
    """
    condition, values = where(selection)
    dated = f"SELECT seq, substr(date_published, 1, 7) FROM articles WHERE ({condition}) AND {_DATED}"
    undated = f"SELECT seq, NULL FROM articles WHERE ({condition}) AND coalesce(NOT {_DATED}, 1)"
    for sql in (f"{dated} ORDER BY date_published, id", f"{undated} ORDER BY id"):
        for seq, month in db.conn.execute(sql, values):
            yield seq, month.decode() if isinstance(month, bytes) else month


_TAKEN_DOWN = "rights ->> '$.takedown' IS NOT NULL OR revision ->> '$.status' = 'taken_down'"


def left_out(conn: sqlite3.Connection, selection: Selection) -> str:
    """Return the SQL expression for why an article that is meant is left out all the same: null, or a reason.

    taken_down (always), same_text and near_duplicate (unless duplicates are kept), incomplete (if asked for).
    """
    reasons = [f"CASE WHEN {_TAKEN_DOWN} THEN 'taken_down' END"]
    if not selection.duplicates:
        reasons.append(why_left_out(conn, _could_be_kept(selection)))
    if selection.complete_only:
        reasons.append(f"CASE WHEN {_WARNED} THEN 'incomplete' END")
    return f"coalesce({', '.join(reasons)}, NULL)"


def _could_be_kept(selection: Selection) -> str:
    """Return the condition of `where` with its values written into it, and that nothing else excludes the article."""
    condition, values = where(selection)
    condition = re.sub(r":(s_\w+)", lambda found: "'" + values[found[1]].replace("'", "''") + "'", condition)
    terms = [] if condition == "1" else [condition]
    if selection.complete_only:
        terms.append(f"NOT ({_WARNED})")
    terms.append(f"NOT coalesce({_TAKEN_DOWN}, 0)")
    return " AND ".join(terms)
