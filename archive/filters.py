"""Select articles by time, section, source and layout, and give the reason for leaving articles out, as SQL."""

import difflib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from sqlite_utils import Database

from archive import id_lists, samples
from archive.duplicates.kept_articles import why_left_out
from archive.id_lists import IdList
from archive.samples import Sample
from kepu.errors import ArchiveError

_TIME = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class BadSelection(ArchiveError):
    """A filter that cannot be parsed."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters over articles. A tuple with several values matches any of them, an empty one matches everything."""

    since: str | None = None
    """The first day, month or year of publication: `2024-05-10`, `2024-05`, `2024`. Beijing time, as on the page."""
    until: str | None = None
    """The last day, month or year, inclusive."""
    sections: tuple[str, ...] = ()
    """Values of `article_section`."""
    sources: tuple[str, ...] = ()
    """Values of `source.name`."""
    layouts: tuple[str, ...] = ()
    """Values of `provenance.layout`."""
    runs: tuple[str, ...] = ()
    """Numbers of crawl runs: only articles whose present version was fetched in one of them (`provenance.run`)."""
    duplicates: bool = False
    """Whether to keep copies: articles with the same text as another, and cluster members other than the canonical one.
    """
    complete_only: bool = False
    """Whether to leave out articles that lack parts, a body, or characters."""
    ids: IdList | None = None
    """Only the articles of this list, copies included, since a person listed them."""
    sample: Sample | None = None
    """Only a sample of what the other filters match."""

    @property
    def takes_all(self) -> bool:
        """Whether no filter narrows the selection; leaving out copies or incomplete articles does not count as one."""
        return replace(self, duplicates=False, complete_only=False) == Selection()

    def described(self) -> dict[str, object]:
        """Return the filters as plain data, with a list of ids as its digest. Equal data means an equal selection."""
        data: dict[str, object] = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.runs:
            del data["runs"]  # without this filter, a query is the same as before the filter was introduced
        data["ids"] = self.ids and self.ids.described()
        data["sample"] = self.sample and {"size": str(self.sample), "seed": self.sample.seed}
        return data

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None and not _TIME.fullmatch(value):
                raise BadSelection(
                    "--{name} {value}: write it as 2024, 2024-05 or 2024-05-10.", name=name, value=value
                )


INCOMPLETE = ("incomplete", "empty_body", "lossy_decode", "layout_fallback", "chrome_suspect")
"""Warnings of an article whose text is incomplete or may have foreign parts."""

_WARNED = " OR ".join(f"""warnings LIKE '%"{name}"%'""" for name in INCOMPLETE)


def where(selection: Selection, names: str = "s") -> tuple[str, dict[str, str]]:
    """Return the filters as an SQL condition on rows of `articles`, and its named parameters.

    An article without a date is in no period. `names` is the prefix of the parameters' names.
    """
    terms: list[str] = []
    values: dict[str, str] = {}
    if selection.since:
        terms.append(f"date_published >= :{names}_since")
        values[f"{names}_since"] = selection.since
    if selection.until:
        # `~` sorts after every continuation of a date: 2024-05 includes all of 2024-05-31T23:59.
        terms.append(f"date_published < :{names}_until")
        values[f"{names}_until"] = selection.until + "~"
    for what, column in _COLUMNS.items():
        wanted = getattr(selection, what)
        keys = [f"{names}_{what}{n}" for n in range(len(wanted))]
        values |= dict(zip(keys, wanted, strict=True))
        if keys:
            terms.append(f"{column} IN ({', '.join(':' + key for key in keys)})")
    if selection.ids is not None or selection.sample is not None:
        terms.append(f"id IN (SELECT id FROM {_CHOSEN})")
    return " AND ".join(terms) or "1", values


_COLUMNS = {
    "sections": "article_section",
    "sources": "source ->> '$.name'",
    "layouts": "provenance ->> '$.layout'",
    "runs": "CAST(provenance ->> '$.run' AS TEXT)",
}


_DATED_TEXT = re.compile(r"[12]\d{3}-[01]\d")

_DATED = "date_published GLOB '[12][0-9][0-9][0-9]-[01][0-9]*'"


def month_of(date: str | None) -> str | None:
    """Return the month (`2023-12`) of a `date_published`, or None if it is not a date, as `in_order` does."""
    return date[:7] if date is not None and _DATED_TEXT.match(date) else None


def in_order(db: Database, selection: Selection) -> Iterator[tuple[int, str | None]]:
    """Yield (seq, month) of the rows that the filters match, by date, then by id; rows without a date come last.

    The order does not depend on when articles were stored. Rows that are `left_out` are included.
    """
    condition, values = where(selection)
    dated = f"SELECT seq, substr(date_published, 1, 7) FROM articles WHERE ({condition}) AND {_DATED}"
    undated = f"SELECT seq, NULL FROM articles WHERE ({condition}) AND coalesce(NOT {_DATED}, 1)"
    for sql in (f"{dated} ORDER BY date_published, id", f"{undated} ORDER BY id"):
        for seq, month in db.execute(sql, values):
            yield seq, month.decode() if isinstance(month, bytes) else month


_TAKEN_DOWN = "rights ->> '$.takedown' IS NOT NULL OR revision ->> '$.status' = 'taken_down'"


def left_out(conn: sqlite3.Connection, selection: Selection) -> str:
    """Return an SQL expression for the reason why a selected article is left out, or null.

    Reasons: taken_down (always), same_text and near_duplicate (unless duplicates are kept), incomplete (if asked for).
    """
    reasons = [f"CASE WHEN {_TAKEN_DOWN} THEN 'taken_down' END"]
    if not selection.duplicates and selection.ids is None:
        reasons.append(why_a_copy(conn, selection))
    if selection.complete_only:
        reasons.append(f"CASE WHEN {_WARNED} THEN 'incomplete' END")
    return f"coalesce({', '.join(reasons)}, NULL)"


def why_a_copy(conn: sqlite3.Connection, selection: Selection) -> str:
    """Return an SQL expression for the reason why a selected article is a copy: same_text, near_duplicate or null."""
    return why_left_out(conn, _could_be_kept(selection))


def _could_be_kept(selection: Selection) -> str:
    """Return the condition of `where` with its values inlined, combined with that of no other reason to exclude."""
    condition, values = where(selection)
    condition = re.sub(r":(s_\w+)", lambda found: "'" + values[found[1]].replace("'", "''") + "'", condition)
    terms = [] if condition == "1" else [condition]
    if selection.complete_only:
        terms.append(f"NOT ({_WARNED})")
    terms.append(f"NOT coalesce({_TAKEN_DOWN}, 0)")
    return " AND ".join(terms)


class NothingFits(ArchiveError):
    """The filters match no article."""

    code = "usage"


MOST_NAMED = 20
"""Maximum number of values that a message lists."""

_CHOSEN = "temp.chosen_articles"


def prepare(db: Database, selection: Selection) -> None:
    """Check a selection against an archive, and compute its list and its sample; call this before using `where`.

    The result is stored in a temporary table of this connection, so a connection serves one selection. Raises
    NothingFits if the archive has no article of a given section, source or layout, or none of the ids.
    """
    for name, column in _COLUMNS.items():
        for value in getattr(selection, name):
            _check_value(db.conn, name.removesuffix("s"), column, value)
    if selection.ids is None and selection.sample is None:
        return
    if selection.ids is not None:
        _choose(db.conn, {id_ for _, id_, _ in id_lists.resolve(db, selection.ids) if id_ is not None})
    if selection.sample is not None:
        _choose(db.conn, _members(db.conn, selection, selection.sample))


def require_rows(db: Database, selection: Selection) -> None:
    """Raise NothingFits if a prepared selection with filters matches no article of an archive that has articles."""
    if selection.takes_all:
        return
    condition, values = where(selection)
    (found,) = db.execute(f"SELECT EXISTS (SELECT 1 FROM articles WHERE {condition})", values).fetchone()
    if found:
        return
    n = db.table("articles").count
    if not n:
        return
    first, last = published_span(db.conn)
    raise NothingFits(
        "no article fits these filters; the archive has {n}, published from {first} to {last}.",
        n=n,
        first=first,
        last=last,
    )


def published_span(conn: sqlite3.Connection) -> tuple[str, str]:
    """Return the first and the last `date_published` of the archive, each `?` if no article has a date."""
    first, last = conn.execute("SELECT min(date_published), max(date_published) FROM articles").fetchone()
    return first or "?", last or "?"


def _check_value(conn: sqlite3.Connection, what: str, column: str, value: str) -> None:
    sql = f"SELECT EXISTS (SELECT 1 FROM articles WHERE {column} = ?)"
    if conn.execute(sql, (value,)).fetchone()[0]:
        return
    counted = (
        f"SELECT {column}, count(*) FROM articles WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    known = [str(name) for name, _ in conn.execute(counted)]
    near = difflib.get_close_matches(value, known, 1)
    listed = ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
    if near:
        raise NothingFits(
            "no {what} {value}; did you mean {near}? There are {known}.",
            what=what,
            value=value,
            near=near[0],
            known=listed,
        )
    raise NothingFits("no {what} {value}; there are {known}.", what=what, value=value, known=listed or "none")


def _choose(conn: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Store these ids in the temporary table, which is not part of the archive, so readers may write to it."""
    chosen = [(id_,) for id_ in sorted(ids)]
    is_query_only = conn.execute("PRAGMA query_only").fetchone()[0]
    conn.execute("PRAGMA query_only = OFF")
    conn.execute(f"CREATE TABLE IF NOT EXISTS {_CHOSEN} (id TEXT PRIMARY KEY)")
    conn.execute(f"DELETE FROM {_CHOSEN}")
    conn.executemany(f"INSERT INTO {_CHOSEN} VALUES (?)", chosen)
    conn.execute(f"PRAGMA query_only = {is_query_only}")


def _members(conn: sqlite3.Connection, selection: Selection, sample: Sample) -> list[str]:
    """Return the ids of a sample; its size counts the articles that are not left out."""
    rest = replace(selection, sample=None)
    condition, values = where(rest)
    rows = f"SELECT id FROM articles WHERE ({condition})"
    kept = f"{rows} AND ({left_out(conn, rest)}) IS NULL"
    limit = samples.bound(sample, (id_ for (id_,) in conn.execute(kept, values)))
    return [id_ for (id_,) in conn.execute(rows, values) if samples.place(id_, sample.seed) < limit]
