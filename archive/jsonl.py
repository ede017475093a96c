"""The JSONL beside the database: one line per article, derived from the database and kept in step with it.

The table `jsonl` says how many bytes of the file hold which rows: everything up to `bytes` is the lines of the rows
up to `seq`. It is written one transaction *after* the lines are on disk, so a kill between the two leaves a file that
is longer than the table says. Opening compares that tail with the rows and completes its last line. Rows that changed
after their line was written make the file `stale`, and it is replaced as a whole at the end of the run.

A line holds what the page said and not when the site was last asked for it (`revision.last_checked` is null), so that
a run which finds nothing new writes nothing. Nothing that the database does not know is ever overwritten: a file with
such articles or versions means that the database lost them, and opening the archive is refused.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.schema import LINE_SQL
from archive.set_aside import free_name
from kepu.errors import Damaged
from kepu.messages import Text

_CHUNK = 500

SHOWN = 3
"""Articles that a message names."""


class Behind(Damaged):
    """The database knows less than what lies beside it: its WAL is lost, or an older copy was put in its place."""

    code = "damaged"


def path_for(database: Path) -> Path:
    """Return the path of the JSONL that belongs to a database, behind all links: `kepu.db` → `kepu.jsonl`."""
    return Path(os.path.realpath(database)).with_suffix(".jsonl")


def lines(db: Database, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, line with its newline) of the articles in their order of arrival."""
    rows = db.conn.execute(f"SELECT seq, {LINE_SQL} FROM articles WHERE seq > ? ORDER BY seq", (after,))
    for seq, text in rows:
        yield seq, as_line(text)


def as_line(text: str) -> bytes:
    """Return the line of a record in JSON.

    U+2028 and U+2029 are escaped: JSON allows them, but many readers break lines at them.
    """
    if "\u2028" in text or "\u2029" in text:
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode() + b"\n"


_START = re.compile(rb'\s*\{"schema_version":\d+,"id":"([^"\\]+)"')
_VERSION = re.compile(rb'"revision":\{"n":(\d+)')


def named(line: bytes) -> tuple[str, int] | None:
    """Return (id, number of the version) of a line, or None where it is no record."""
    start, version = _START.match(line), _VERSION.search(line)
    if start and version and line.rstrip().endswith(b"}"):
        return start[1].decode("utf-8", "replace"), int(version[1])
    try:
        record = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        return str(record["id"]), int(record["revision"]["n"] or 0)
    except (ValueError, TypeError, KeyError):
        return None


def unknown(db: Database, path: Path, start: int = 0) -> list[str]:
    """Return the ids of the lines, from a byte on, that the database has neither in this version nor in a later one.

    What was forgotten is no such line.
    """
    found = []
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            what = named(line)
            if what is not None and not _is_known(db, *what):
                found.append(what[0])
    return found


def _is_known(db: Database, id_: str, n: int) -> bool:
    row = db.conn.execute("SELECT revision ->> '$.n' FROM articles WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        return int(row[0] or 0) >= n
    return db.conn.execute("SELECT 1 FROM tombstones WHERE id = ?", (id_,)).fetchone() is not None


def behind(database: Path, beside: Path, ids: list[str]) -> Behind:
    """Return the error for a database that does not know articles or versions of the JSONL beside it."""
    return Behind(
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
    """The open file, and how far it is known to be in step."""

    def __init__(self, db: Database, database: Path) -> None:
        """Open the JSONL of a database and bring its end in step; `db` must be writable.

        Raises Behind, and then has changed nothing.
        """
        self._db = db
        self._database = database
        self.path = path_for(database)
        self._bytes, self.seq, self.stale = self._written = self._recorded()
        """`seq`: the last row whose line is in the file. `stale`: some line in it is not what its row is now."""
        self.mended = Text("")
        """What had to be done to bring the file in step, if anything."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if self.stale or size != self._bytes:
            self._refuse_unknown(0 if self.stale or size < self._bytes else self._bytes)
        self._file = self.path.open("ab")
        if self.stale or size < self._bytes:
            self.mended = (
                Text("changed lines were not written yet") if self.stale else Text("lines were missing")
            )
            self.rewrite()
        elif size > self._bytes:
            self._complete()

    def _recorded(self) -> tuple[int, int, bool]:
        size, seq, stale = self._db.conn.execute("SELECT bytes, seq, stale FROM jsonl").fetchone()
        return int(size), int(seq), bool(stale)

    def _refuse_unknown(self, start: int) -> None:
        if self.path.exists() and (ids := unknown(self._db, self.path, start)):
            raise behind(self._database, self.path, ids)

    def _complete(self) -> None:
        """Go on behind the lines of a killed run, whose last one may be torn; what is none of ours is set aside."""
        rest = b""
        with self.path.open("rb") as file:
            file.seek(self._bytes)
            for seq, line in lines(self._db, self.seq):
                there = file.read(len(line))
                if not there or not line.startswith(there):
                    file.seek(-len(there), os.SEEK_CUR)
                    break
                rest = line[len(there) :]
                self._bytes, self.seq = self._bytes + len(line), seq
            is_ours = not file.read(1)
        if is_ours:
            self._file.write(rest)
            self._file.flush()
            self.mended = (
                Text("a torn last line was completed")
                if rest
                else Text("its last lines were compared with the rows")
            )
            return
        aside = self.path.rename(free_name(self.path, "differs"))
        self.rewrite()
        self.mended = Text(
            "its end was not what the database says; it was moved to {aside} and written again", aside=aside
        )

    @property
    def moved(self) -> bool:
        """Whether the file has moved on since that was written down."""
        return self._written != (self._bytes, self.seq, self.stale)

    def record(self) -> None:
        """Within the caller's transaction, write down how far the file reached before it."""
        if not self.moved:
            return
        os.fsync(self._file.fileno())
        self._written = (self._bytes, self.seq, self.stale)
        self._db.conn.execute(
            "UPDATE jsonl SET bytes = ?, seq = ?, stale = ?", (self._bytes, self.seq, int(self.stale))
        )

    def append(self) -> None:
        """Write the lines of the committed rows that have none yet."""
        buffer: list[bytes] = []
        for seq, line in lines(self._db, self.seq):
            buffer.append(line)
            self.seq = seq
            if len(buffer) >= _CHUNK:
                self._write(buffer)
                buffer = []
        self._write(buffer)

    def _write(self, buffer: list[bytes]) -> None:
        data = b"".join(buffer)
        self._file.write(data)
        self._file.flush()
        self._bytes += len(data)

    def rewrite(self) -> None:
        """Write the whole file from the rows and put it in the old one's place, in one step.

        An old file with articles or versions that the database does not know is set aside first.
        """
        fresh = self.path.with_name(self.path.name + ".new")
        size = seq = 0
        try:
            with fresh.open("wb") as out:
                for seq, line in lines(self._db):  # noqa: B007
                    out.write(line)
                    size += len(line)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        if self.path.exists() and unknown(self._db, self.path):
            self.path.rename(free_name(self.path, "unknown"))
        self._file.close()
        fresh.replace(self.path)
        self._file = self.path.open("ab")
        self._bytes, self.seq, self.stale = size, seq, False
        self._written = (-1, -1, False)  # whatever the table says, it has to be written down

    def close(self) -> None:
        """Close the file."""
        self._file.close()
