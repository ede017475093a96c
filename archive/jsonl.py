"""The JSONL beside the database: derived from it and kept up to date, so that either can restore the other.

Lines are only appended. A new article gets a line, and an article whose row changes later gets another one at the end
of the run: **the last line of an id counts**. So a run costs as much as it changed, not as much as the archive holds.
The file is rewritten with one line per article when outdated lines take more than a tenth of it, or when it is small.

The table `internal_jsonl` records how far the file is up to date: its first `bytes` bytes have the lines of the rows up
to `seq`, and `internal_lines_to_amend` lists the rows that changed since. Triggers of this connection fill that list in
the transaction of the change, so that a row changed by another program is still found to differ from its line. Both are
committed one transaction *after* the lines are on disk, so a kill between the two leaves a file that is longer than the
table says. Opening compares that tail with the rows and completes its last line.

A line has what the page said, not when the site was last checked (`revision.last_checked` is null), so that a run which
finds nothing new writes nothing. Data that the database does not know is never overwritten: a file with such articles
or versions means that the database lost them, and opening the archive is refused.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from archive.jsonl_lines import amended_lines, lines, named, path_for, unknown
from archive.moved_aside_files import free_name
from archive.sqlite_codes import is_full
from kepu.atomic_files import replacing
from kepu.errors import Damaged
from kepu.messages import Text

_CHUNK = 500

SHOWN = 3
"""Maximum number of articles that a message lists."""

SMALL = 4 * 2**20
"""Size in bytes up to which a file is rewritten after any change, which costs less than reading lines twice."""

SHARE = 0.1
"""Share of the file that outdated lines may take."""


_TRIGGERS = (
    """CREATE TEMP TRIGGER line_changed AFTER UPDATE ON main.articles
      BEGIN INSERT INTO internal_lines_to_amend SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_lines_to_amend WHERE seq = new.seq); END""",
    """CREATE TEMP TRIGGER line_gone AFTER DELETE ON main.articles
      BEGIN DELETE FROM internal_lines_to_amend WHERE seq = old.seq; UPDATE internal_jsonl SET stale = 1; END""",
)


class OutdatedDatabase(Damaged):
    """The database lacks articles of the JSONL beside it: its WAL is lost, or an older copy replaced it."""

    code = "damaged"


def behind(database: Path, beside: Path, ids: list[str]) -> OutdatedDatabase:
    """Return the error for a database that lacks articles or versions of the JSONL beside it."""
    return OutdatedDatabase(
        "{database} does not know {n} articles or versions of {beside} ({some}): its WAL ({wal}) is missing or "
        "damaged, or an older copy was put in its place. Put the right files back, or run "
        "`kepu restore --db {database} --force`, which joins all that is there. Nothing was changed.",
        database=database,
        n=len(ids),
        beside=beside,
        some=", ".join(ids[:SHOWN]) + (", …" if len(ids) > SHOWN else ""),
        wal=database.name + "-wal",
    )


class Jsonl:
    """Writes the JSONL file of an open archive, and records the last row and byte up to which both agree."""

    def __init__(self, db: Database, database: Path) -> None:
        """Open the JSONL of a database and bring its end up to date; `db` must be writable.

        Raises OutdatedDatabase before it changes anything.
        """
        self._db = db
        self._database = database
        self.path = path_for(database)
        self._written = self._db.execute("SELECT bytes, seq, amended_bytes FROM internal_jsonl").fetchone()
        self._bytes, self.seq, self._amended_bytes = self._written
        """`seq`: the last row whose line is in the file."""
        self._amended: list[int] = []
        """Rows whose amended lines are in the file but not yet recorded in the database."""
        self.mended = Text("")
        """What was repaired to bring the file up to date, or an empty text."""
        self.lines: Callable[[Database, int], Iterator[tuple[int, bytes]]] = lines
        """Returns the lines of new rows, as `jsonl_lines.lines` does."""
        for trigger in _TRIGGERS:
            db.execute(trigger)
        size = self.path.stat().st_size if self.path.exists() else 0
        is_stale = self._is_stale()
        if is_stale or size != self._bytes:
            self._refuse_unknown(0 if is_stale or size < self._bytes else self._bytes)
        self._file = self.path.open("ab")
        if is_stale or size < self._bytes:
            self.mended = (
                Text("changed lines were not written yet") if is_stale else Text("lines were missing")
            )
            self.rewrite()
        elif size > self._bytes:
            self._complete()

    def _is_stale(self) -> bool:
        """Return whether the file must be rewritten because an article was removed from the archive."""
        return bool(self._db.execute("SELECT stale FROM internal_jsonl").fetchone()[0])

    def _waiting(self) -> list[int]:
        return [seq for (seq,) in self._db.execute("SELECT seq FROM internal_lines_to_amend")]

    def _refuse_unknown(self, start: int) -> None:
        if self.path.exists() and (ids := unknown(self._db, self.path, start)):
            raise behind(self._database, self.path, ids)

    def _complete(self) -> None:
        """Continue after the lines of a killed run, whose last line may be incomplete; set foreign lines aside."""
        with self.path.open("rb") as file:
            file.seek(self._bytes)
            rest = self._follow(file)
            is_ours = not file.read(1)
        if not is_ours:
            aside = self.path.rename(free_name(self.path, "differs"))
            self.rewrite()
            self.mended = Text(
                "its end was not what the database says; it was moved to {aside} and written again",
                aside=aside,
            )
            return
        self._file.write(rest)
        self._file.flush()
        self.save()
        self.mended = (
            Text("a torn last line was completed")
            if rest
            else Text("its last lines were compared with the rows")
        )

    def _follow(self, file: BinaryIO) -> bytes:
        """Advance over the lines that match rows; return the missing rest of the last one."""
        rest: bytes | None = b""
        waiting = set(self._waiting())
        for seq, line in lines(self._db, self.seq):
            more = self._match_line(file, line)
            if more is None and not (seq in waiting and self._match_older_line(file, line)):
                return rest or b""
            rest, self.seq = more or b"", seq
        for seq, line in amended_lines(self._db):
            more = self._match_line(file, line)
            if more is None:
                break
            rest = more
            self._amended.append(seq)
            self._amended_bytes += len(line)
        return rest or b""

    def _match_line(self, file: BinaryIO, line: bytes) -> bytes | None:
        """Compare a line, or its beginning at the end of the file, with the next row.

        Return what the line lacks, or None if it does not match.
        """
        there = file.read(len(line))
        if not there or not line.startswith(there):
            file.seek(-len(there), os.SEEK_CUR)
            return None
        self._bytes += len(line)
        return line[len(there) :]

    def _match_older_line(self, file: BinaryIO, line: bytes) -> bool:
        """Return whether the line matches the row as it was before derived data of all rows changed it."""
        there = file.readline()
        older, now = named(there), named(line)
        if older and now and older[0] == now[0] and there.endswith(b"\n"):
            self._bytes += len(there)
            return True
        file.seek(-len(there), os.SEEK_CUR)
        return False

    def record(self) -> None:
        """Record in the database how far the file reached before the caller's transaction."""
        conn = self._db.conn
        # These rows have no line yet, and will get one with their present content.
        conn.execute("DELETE FROM internal_lines_to_amend WHERE seq > ?", (self.seq,))
        reached = (self._bytes, self.seq, self._amended_bytes)
        if self._written == reached and not self._amended:
            return
        os.fsync(self._file.fileno())
        conn.executemany(
            "DELETE FROM internal_lines_to_amend WHERE seq = ?", ((seq,) for seq in self._amended)
        )
        conn.execute("UPDATE internal_jsonl SET bytes = ?, seq = ?, amended_bytes = ?", reached)
        self._written = reached
        self._amended.clear()

    def save(self) -> None:
        """Do the same as `record`, in a transaction of its own.

        On a full disk nothing is recorded, and the next opening compares the lines with the rows.
        """
        try:
            with self._db.atomic():
                self.record()
        except sqlite3.OperationalError as error:
            if not is_full(error):
                raise
            self._forget_what_was_not_saved()

    def _forget_what_was_not_saved(self) -> None:
        """Clear the record of amended rows that was not saved: a row may change again before the next transaction."""
        self._amended.clear()
        self._written = (-1, -1, -1)

    def append(self) -> None:
        """Write the lines of committed rows that have none yet."""
        for seq, size in self._write_all(self.lines(self._db, self.seq)):
            self._bytes, self.seq = self._bytes + size, seq

    def amend(self) -> None:
        """Update the lines of changed rows, by appending further lines or by rewriting the file."""
        waiting = len(self._waiting())
        share = self._amended_bytes + waiting * self._bytes / max(self.seq, 1)
        if self._is_stale() or (waiting and (self._bytes <= SMALL or share > SHARE * self._bytes)):
            self.rewrite()
        elif waiting:
            for seq, size in self._write_all(amended_lines(self._db)):
                self._bytes, self._amended_bytes = self._bytes + size, self._amended_bytes + size
                self._amended.append(seq)
            self.save()

    def _write_all(self, rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
        """Write lines; yield (seq, size) of each once it is in the file."""
        remaining = iter(rows)
        while chunk := list(islice(remaining, _CHUNK)):
            self._file.write(b"".join(line for _, line in chunk))
            self._file.flush()
            yield from ((seq, len(line)) for seq, line in chunk)

    def rewrite(self) -> None:
        """Rewrite the file from the rows, with one line per article, and replace the old one in one step.

        An old file with articles or versions that the database does not know is set aside first.
        """
        # A program killed here leaves one of two files, and the next opening accepts either.
        self._db.execute("UPDATE internal_jsonl SET stale = 1")
        size = seq = 0
        with replacing(self.path) as out:
            for seq, line in lines(self._db):  # noqa: B007
                out.write(line)
                size += len(line)
            if self.path.exists() and unknown(self._db, self.path):
                self.path.rename(free_name(self.path, "unknown"))
        self._file.close()
        self._file = self.path.open("ab")
        self._bytes, self.seq, self._amended_bytes = size, seq, 0
        self._save_whole()

    def _save_whole(self) -> None:
        try:
            with self._db.atomic():
                self._db.execute("DELETE FROM internal_lines_to_amend")
                self._db.execute(
                    "UPDATE internal_jsonl SET bytes = ?, seq = ?, amended_bytes = 0, stale = 0",
                    (self._bytes, self.seq),
                )
        except sqlite3.OperationalError as error:
            if not is_full(error):
                raise
            self._forget_what_was_not_saved()
            return
        self._amended.clear()
        self._written = (self._bytes, self.seq, 0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
