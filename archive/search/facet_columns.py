"""What results are filtered, ordered and counted by, as arrays over all articles: 8 bytes an article."""

import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

CHUNK = 4096
"""Articles in a row of `internal_search_columns`."""

UNDATED = -(1 << 31)
"""The minute of an article without a date: before all others."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the archive's dates are all in Beijing's time; only their order counts


@dataclass(slots=True)
class Columns:
    """One entry an article, at its `seq`."""

    kinds: "array[int]"
    """Rows of `internal_search_kinds`; 0 where there is no such article."""
    minutes: "array[int]"
    """When it was published, in minutes from 1970 on."""


def minutes(moment: str | None, *, at_its_end: bool = False) -> int:
    """Return the minute of a moment (`2023-12-28T07:56:00+08:00`) or a day (`2023-12-28`), `at_its_end` the day's last.

    Without a date, or with one that is none: before all others, or, `at_its_end`, behind them.
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
    """Put articles, each as (seq, kind, minute), into their places."""
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
    """Return the row of `internal_search_kinds` for year, section, source, layout and whether it is a duplicate."""
    asked = (
        "SELECT kind FROM internal_search_kinds "
        "WHERE ifnull(year, '') = ifnull(?, '') AND ifnull(section, '') = ifnull(?, '') "
        "AND ifnull(source, '') = ifnull(?, '') AND ifnull(layout, '') = ifnull(?, '') AND is_duplicate = ?"
    )
    found = conn.execute(asked, row).fetchone()
    if found is None:
        made = conn.execute("INSERT INTO internal_search_kinds VALUES (NULL, ?, ?, ?, ?, ?)", row)
        return int(made.lastrowid or 0)
    return int(found[0])
