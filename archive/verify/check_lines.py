"""Compare the last line of each article with its row, and find out which is right if they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlite_utils import Database

from archive.jsonl_lines import LinePlaces, as_line, named, path_for, places, unknown
from archive.schema import LINE_SQL
from archive.verify.check_rows import Rows
from archive.verify.findings import Collector
from archive.verify.line_against_row import is_line_right
from archive.verify.repair_archive import advice
from kepu.messages import Text

WIDTH = 40
"""Number of characters of a value that are shown."""


def check_lines(db: Database, path: Path, found: Collector, rows: Rows) -> None:
    """Report lines of the JSONL that differ from their rows, articles that only the JSONL has, and a missing JSONL."""
    jsonl = path_for(path)
    size, seq, stale = db.execute("SELECT bytes, seq, stale FROM internal_jsonl").fetchone()
    if not jsonl.exists():
        if size and path.with_name(path.name + ".lock").exists():
            found.add(Text("the JSONL is not there"), str(jsonl), advice=advice("jsonl"), remedy="jsonl")
        elif size:
            found.note(Text("{jsonl} is not there, as beside a backup.", jsonl=jsonl))
        return
    waiting = {seq for (seq,) in db.execute("SELECT seq FROM internal_lines_to_amend")}
    is_longer = jsonl.stat().st_size > size
    if (stale or is_longer) and (ids := unknown(db, jsonl, 0 if stale else size)):
        for id_ in ids:
            found.add(
                Text("articles or versions of the JSONL that the database does not know"),
                id_,
                advice=Text("`kepu restore --db {path} --force` joins them", path=path),
            )
        return
    if stale and not jsonl.stat().st_size and rows.hashes:
        found.add(Text("the JSONL has 0 bytes"), str(jsonl), advice=advice("jsonl"), remedy="jsonl")
        return
    if stale or waiting:
        found.note(
            Text(
                "{jsonl} is behind the database after a killed run; the next run writes it.",
                jsonl=jsonl,
            )
        )
    if not stale:
        _compare(db, jsonl, found, rows, _Known(int(size), int(seq), waiting))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database records about the JSONL."""

    bytes: int
    seq: int
    """The last row that has a line."""
    waiting: set[int]
    """Rows that changed after their line was written."""


def _rows(db: Database, unreadable: set[int]) -> Iterator[tuple[int, str, bytes | None]]:
    """Yield (seq, id, line) of the rows; the line is None for a row that cannot be converted to one."""
    bad = orjson.dumps(sorted(unreadable)).decode()
    sql = (
        f"SELECT seq, id, CASE WHEN seq NOT IN (SELECT value FROM json_each(?)) THEN {LINE_SQL} END "
        "FROM articles ORDER BY seq"
    )
    for seq, id_, text in db.execute(sql, (bad,)):
        yield seq, str(id_), None if text is None else as_line(text.encode())


def _compare(db: Database, jsonl: Path, found: Collector, rows: Rows, known: _Known) -> None:
    there = places(jsonl)
    with jsonl.open("rb") as file:
        for seq, id_, expected in _rows(db, rows.unreadable):
            n = there.last.pop(id_, None)
            if n is None:
                _is_missing(file, there, found, known, (seq, id_, expected))
                continue
            if seq in known.waiting:
                continue
            file.seek(there.starts[n])
            line = file.readline()
            if expected is None or line != expected:
                _differs(found, rows, seq, n + 1, line, expected or b"")
    for n in sorted([*there.nameless, *there.last.values()]):
        _add(found, Text("line {n} has no row", n=n + 1))


def _is_missing(
    file: BinaryIO, there: LinePlaces, found: Collector, known: _Known, row: tuple[int, str, bytes | None]
) -> None:
    """Report a row without a line; if a kill cut its line short, the next opening completes it."""
    seq, id_, expected = row
    last = there.nameless[-1] if there.nameless else -1
    if last == len(there.starts) - 1 >= 0:
        file.seek(there.starts[last])
        torn = file.read()
        if there.starts[last] >= known.bytes and (expected or b"").startswith(torn):
            there.nameless.pop()
            found.note(Text("the line of {id} is cut short: the next opening completes it.", id=id_))
            return
    if seq <= known.seq:
        _add(found, Text("the line of {id} is not there", id=id_))


_OUT_OF_STEP = Text("lines of the JSONL that are not what the database says")
_LINE_IS_RIGHT = Text("rows that are damaged and whose lines in the JSONL are right")
_NOBODY_KNOWS = Text("rows and lines that differ, and nothing says which of the two is right")


def _add(found: Collector, example: Text) -> None:
    found.add(_OUT_OF_STEP, example, advice=advice("jsonl"), remedy="jsonl")


def _differs(found: Collector, rows: Rows, seq: int, n: int, line: bytes, expected: bytes) -> None:
    """Report a line that differs from its row; the hash of the row decides which of the two is right."""
    shown = Text("line {n} ({what})", n=n, what=_difference(line, expected))
    is_sound = seq not in rows.damaged
    if is_sound:
        _add(found, shown)
    elif is_line_right(rows, seq, line):
        found.add(_LINE_IS_RIGHT, shown, advice=advice("rows"), remedy="rows")
    else:
        found.add(_NOBODY_KNOWS, shown)  # rebuild_advice adds the advice for damaged rows


def _difference(line: bytes, expected: bytes) -> Text:
    """Return the first field in which a line and a row differ, with both values."""
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
