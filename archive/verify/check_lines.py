"""Does each line of the JSONL say what the row of its article says, and which of the two is right where they differ?"""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.jsonl import as_line, named, path_for, unknown
from archive.schema import LINE_SQL
from archive.verify.check_rows import Rows
from archive.verify.findings import Collector
from archive.verify.line_against_row import is_line_right
from archive.verify.repair_archive import advice
from kepu.messages import Text

WIDTH = 40
"""Characters of a value that are shown."""


def check_lines(db: Database, path: Path, found: Collector, rows: Rows) -> None:
    """Add each line that is not what its row says, with both where they differ."""
    jsonl = path_for(path)
    size, seq, stale = db.conn.execute("SELECT bytes, seq, stale FROM jsonl").fetchone()
    if not jsonl.exists():
        if size and path.with_name(path.name + ".lock").exists():
            found.add(Text("the JSONL is not there"), str(jsonl), advice=advice("jsonl"), remedy="jsonl")
        elif size:
            found.note(Text("{jsonl} is not there, as beside a backup.", jsonl=jsonl))
        return
    is_longer = jsonl.stat().st_size > size
    if (stale or is_longer) and (ids := unknown(db, jsonl, 0 if stale else size)):
        for id_ in ids:
            found.add(
                Text("articles or versions of the JSONL that the database does not know"),
                id_,
                advice=Text("`kepu restore --db {path} --force` joins them", path=path),
            )
        return
    if stale:
        found.note(
            Text(
                "{jsonl} is behind the database after a killed run; the next run writes it.",
                jsonl=jsonl,
            )
        )
        return
    _compare(db, jsonl, found, rows, (int(size), int(seq)))


def _lines(db: Database, unreadable: set[int]) -> Iterator[tuple[int, bytes | None]]:
    """Yield (seq, line) of the rows; None for a row of which no line can be made."""
    bad = orjson.dumps(sorted(unreadable)).decode()
    sql = (
        f"SELECT seq, CASE WHEN seq NOT IN (SELECT value FROM json_each(?)) THEN {LINE_SQL} END "
        "FROM articles ORDER BY seq"
    )
    for seq, text in db.conn.execute(sql, (bad,)):
        yield seq, None if text is None else as_line(text)


def _compare(db: Database, jsonl: Path, found: Collector, rows: Rows, known: tuple[int, int]) -> None:
    size, last = known
    at = 0
    with jsonl.open("rb") as file:
        for n, (line, row) in enumerate(zip_longest(file, _lines(db, rows.unreadable)), start=1):
            if line is None and row is not None:
                if row[0] <= last:
                    _add(found, Text("line {n} is not there", n=n))
                continue
            at += len(line or b"")
            if row is None or row[1] is None or line == row[1]:
                if row is None:
                    _add(found, Text("line {n} is of no row", n=n))
                elif row[1] is None:
                    _differs(found, rows, row[0], n, line or b"", b"")
                continue
            if at > size and row[1].startswith(line or b""):
                continue  # torn by a kill: opening completes it
            _differs(found, rows, row[0], n, line or b"", row[1])


_OUT_OF_STEP = Text("lines of the JSONL that are not what the database says")
_LINE_IS_RIGHT = Text("rows that are damaged and whose lines in the JSONL are right")
_NOBODY_KNOWS = Text("rows and lines that differ, and nothing says which of the two is right")


def _add(found: Collector, example: Text) -> None:
    found.add(_OUT_OF_STEP, example, advice=advice("jsonl"), remedy="jsonl")


def _differs(found: Collector, rows: Rows, seq: int, n: int, line: bytes, expected: bytes) -> None:
    """Add a line that differs from its row's; the hash of the row says which of the two is right."""
    shown = Text("line {n} ({what})", n=n, what=_difference(line, expected))
    is_sound = seq not in rows.damaged
    if is_sound:
        _add(found, shown)
    elif is_line_right(rows, seq, line):
        found.add(_LINE_IS_RIGHT, shown, advice=advice("rows"), remedy="rows")
    else:
        found.add(
            _NOBODY_KNOWS, shown, advice=Text("nothing is rewritten: restore the right one from a backup")
        )


def _difference(line: bytes, expected: bytes) -> Text:
    """Return the field in which a line and a row differ first, with both values."""
    what = named(line)
    try:
        mine, theirs = orjson.loads(expected or b"{}"), orjson.loads(line)
        name = next(name for name in theirs if mine.get(name) != theirs[name])
        values = [str(each.get(name))[:WIDTH] for each in (mine, theirs)]
    except (ValueError, TypeError, AttributeError, StopIteration):
        return Text("{id}", id=what[0] if what else "?")
    return Text(
        "{id}: {name} is {a} in the row, {b} in the line",
        id=theirs.get("id"),
        name=name,
        a=values[0],
        b=values[1],
    )
