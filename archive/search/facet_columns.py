"""Arrays over all articles by which results are filtered, ordered and counted; they take 8 bytes per article."""

import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

CHUNK = 4096
"""Number of articles in a row of `internal_search_columns`."""

UNDATED = -(1 << 31)
"""The minute of an article without a date, less than all others."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the archive's dates are all in Beijing's time; only their order counts


@dataclass(slots=True)
class Columns:
    """Two arrays with one element per article; the index is its `seq`."""

    kinds: "array[int]"
    """The `id` in `internal_search_kinds`, or 0 if there is no such article."""
    minutes: "array[int]"
    """The time of publication in minutes since 1970, or UNDATED."""


def minutes(moment: str | None, *, at_its_end: bool = False) -> int:
    """Return a time (`2023-12-28T07:56:00+08:00`) or the first minute of a day (`2023-12-28`) in minutes since 1970.

    If `at_its_end`, return the last minute of a day. For None or an invalid date, return a minute before all others, or
    after all others if `at_its_end`.
    """
    try:
        since = datetime.fromisoformat((moment or "")[:16]) - _EPOCH
    except ValueError:
        return -UNDATED - 1 if at_its_end else UNDATED
    return since.days * 1440 + (1439 if at_its_end else since.seconds // 60)


def read(conn: sqlite3.Connection) -> Columns:
    """Return the columns of all articles."""
    columns = Columns(array("I"), array("i"))
    for chunk, kinds, when in conn.execute(
        "SELECT chunk, kinds, minutes FROM internal_search_columns ORDER BY chunk"
    ):
        gap = chunk * CHUNK - len(columns.kinds)
        columns.kinds.frombytes(bytes(4 * gap) + kinds)
        columns.minutes.frombytes(bytes(4 * gap) + when)
    return columns


def write(conn: sqlite3.Connection, places: Iterable[tuple[int, int, int]]) -> None:
    """Store (seq, kind, minute) of these articles, within the caller's transaction; those of other articles remain."""
    chunks: dict[int, list[tuple[int, int, int]]] = {}
    for seq, kind, minute in places:
        chunks.setdefault(seq // CHUNK, []).append((seq % CHUNK, kind, minute))
    for chunk, those in chunks.items():
        row = conn.execute(
            "SELECT kinds, minutes FROM internal_search_columns WHERE chunk = ?", (chunk,)
        ).fetchone()
        kinds, when = (
            array("I", row[0] if row else bytes(4 * CHUNK)),
            array("i", row[1] if row else bytes(4 * CHUNK)),
        )
        for place, kind, minute in those:
            kinds[place], when[place] = kind, minute
        conn.execute(
            "INSERT OR REPLACE INTO internal_search_columns VALUES (?, ?, ?)",
            (chunk, kinds.tobytes(), when.tobytes()),
        )


def kind(conn: sqlite3.Connection, row: tuple[str | None, str | None, str | None, str | None, bool]) -> int:
    """Return the id in `internal_search_kinds` of a year, section, source, layout and whether it is a duplicate.

    A combination that is not in the table yet is inserted.
    """
    sql = (
        "SELECT kind FROM internal_search_kinds "
        "WHERE ifnull(year, '') = ifnull(?, '') AND ifnull(section, '') = ifnull(?, '') "
        "AND ifnull(source, '') = ifnull(?, '') AND ifnull(layout, '') = ifnull(?, '') AND is_duplicate = ?"
    )
    found = conn.execute(sql, row).fetchone()
    if found is None:
        made = conn.execute("INSERT INTO internal_search_kinds VALUES (NULL, ?, ?, ?, ?, ?)", row)
        return int(made.lastrowid or 0)
    return int(found[0])
