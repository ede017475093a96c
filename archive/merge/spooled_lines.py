"""Keep the lines of copied articles in a file without a name until the JSONL is written, at the end of a merge.

A line is made while the row is copied, which takes a fifth of the time of making it again from the row. Near duplicates
are decided after that, so three fields are filled in at the end. A row that changes otherwise gets its line from SQL.
"""

import os
import sqlite3
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Self

from sqlite_utils import Database

from archive.jsonl import Jsonl
from archive.jsonl_lines import as_line, line_of, lines
from archive.merge.copied_rows import GROUPED
from archive.schema import ARTICLE_FIELDS

_CHANGED = ", ".join(name for name in (*ARTICLE_FIELDS, "record_sha256") if name not in GROUPED)
"""Columns whose change makes a spooled line outdated."""
_TABLE = "CREATE TEMP TABLE IF NOT EXISTS lines_outdated (seq INTEGER PRIMARY KEY)"
"""Creates the table of the rows whose spooled line is outdated."""
_TRIGGER = f"""CREATE TEMP TRIGGER IF NOT EXISTS line_outdated AFTER UPDATE OF {_CHANGED} ON main.articles
  BEGIN INSERT OR IGNORE INTO lines_outdated VALUES (new.seq); END"""
"""Creates the trigger that notes each such row."""

_EMPTY = b'"duplicate_of":null,"cluster":null,"similarity":null,"revision":'
"""The fields GROUPED in a spooled line, all null, with the name of the field that follows them."""
_FILLED = "json_object(" + ", ".join(f"'{name}', {name}" for name in GROUPED) + ")"
"""SQL of the same fields with their present values, as a JSON object."""
_ROWS = (
    f"SELECT seq, iif(coalesce(duplicate_of, cluster, similarity) IS NULL, NULL, {_FILLED}), "
    "EXISTS (SELECT 1 FROM lines_outdated o WHERE o.seq = articles.seq) FROM articles WHERE seq > ? ORDER BY seq"
)
"""The rows above a `seq`: `seq`, the fields GROUPED as JSON (NULL if all are null), and whether the line is outdated.
"""

_BUFFER = 2**20
"""Size of the buffer of the file, in bytes."""


class SpooledLines:
    """Lines by the `seq` of their rows, for one connection. Use it as a context manager."""

    def __init__(self, db: Database, jsonl: Jsonl) -> None:
        """Begin without lines. `jsonl` writes these lines, until the context ends."""
        self._db, self._jsonl = db, jsonl
        self._first = jsonl.seq + 1
        self._starts, self._sizes = array("q"), array("i")
        """Offset and length of each line, by `seq` from `_first` on; the length is 0 if there is none."""
        self._end = 0
        self._file: IO[bytes] | None = None
        with suppress(OSError):
            self._file = tempfile.TemporaryFile(dir=jsonl.path.parent, buffering=_BUFFER)  # noqa: SIM115
        db.execute(_TABLE)
        db.execute(_TRIGGER)
        jsonl.lines = self.lines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._jsonl.lines = lines
        self._drop()
        with suppress(sqlite3.Error):
            self._db.execute("DROP TRIGGER IF EXISTS temp.line_outdated")
            self._db.execute("DROP TABLE IF EXISTS temp.lines_outdated")

    def add(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """Keep the lines of rows, given with ascending `seq`. If there is no room for them, none is kept any more."""
        if self._file is None:
            return
        try:
            for seq, line in lines:
                self._file.write(line)
                missing = seq - self._first - len(self._sizes)
                self._starts.extend([0] * missing)
                self._sizes.extend([0] * missing)
                self._starts.append(self._end)
                self._sizes.append(len(line))
                self._end += len(line)
        except OSError:
            self._drop()

    def _drop(self) -> None:
        """Forget all lines, so that they are made from the rows."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._file, self._sizes = None, array("i")

    def lines(self, db: Database, after: int) -> Iterator[tuple[int, bytes]]:
        """Yield (seq, line with its newline) of the articles with a `seq` above `after`: see `jsonl_lines.lines`."""
        if self._file is not None:
            try:
                self._file.flush()
            except OSError:
                self._drop()
        for seq, grouped, is_outdated in db.execute(_ROWS, (after,)):
            line = None if is_outdated else self._kept(seq)
            if line is None:
                yield seq, line_of(db, seq)
                continue
            if grouped is not None:
                line = line.replace(_EMPTY, f'{grouped[1:-1]},"revision":'.encode(), 1)
            yield seq, as_line(line)

    def _kept(self, seq: int) -> bytes | None:
        """Return the spooled line of a row, or None if there is none."""
        place = seq - self._first
        if self._file is None or not 0 <= place < len(self._sizes) or not self._sizes[place]:
            return None
        return os.pread(self._file.fileno(), self._sizes[place], self._starts[place])
