"""The JSONL beside the database: one line an article, always derived, always brought back in step.

The table `jsonl` says how many bytes of the file hold which rows: everything up to `bytes` is the lines of the
rows up to `seq`. It is written one transaction *after* the lines are on disk, so a kill between the two leaves a
file that is longer than the table says. Opening cuts such a tail off and writes it again from the rows: no line
is lost, doubled or torn. Rows that changed after their line was written make the file `stale`; it is then
written anew beside the old one and put in its place at the end of the run.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from archive.schema import RECORD_SQL
from kepu.messages import Text

_CHUNK = 500


def path_for(database: Path) -> Path:
    """Return the path of the JSONL that belongs to a database: `kepu.db` → `kepu.jsonl`."""
    return database.with_suffix(".jsonl")


def lines(db: Database, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield (seq, line with its newline) of the articles in their order of arrival.

    U+2028 and U+2029 are escaped: JSON allows them, but many readers break lines at them.
    """
    rows = db.conn.execute(f"SELECT seq, {RECORD_SQL} FROM articles WHERE seq > ? ORDER BY seq", (after,))
    for seq, text in rows:
        if "\u2028" in text or "\u2029" in text:
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        yield seq, text.encode() + b"\n"


class Jsonl:
    """The open file, and how far it is known to be in step."""

    def __init__(self, db: Database, path: Path) -> None:
        """Open the file and bring its end in step with the table; `db` must be writable."""
        self._db = db
        self.path = path
        self._bytes, self.seq, self.stale = self._written = self._recorded()
        """`seq`: the last row whose line is in the file. `stale`: some line in it is not what its row is now."""
        size = path.stat().st_size if path.exists() else 0
        self._file = path.open("ab")
        self.mended = Text("")
        """What had to be done to bring the file in step, if anything."""
        if self.stale or size < self._bytes:
            self.mended = (
                Text("changed lines were not written yet") if self.stale else Text("lines were missing")
            )
            self.rewrite()
        elif size > self._bytes:
            self.mended = Text(
                "{n} bytes past its last known line were written again from the rows", n=size - self._bytes
            )
            os.ftruncate(self._file.fileno(), self._bytes)

    def _recorded(self) -> tuple[int, int, bool]:
        size, seq, stale = self._db.conn.execute("SELECT bytes, seq, stale FROM jsonl").fetchone()
        return int(size), int(seq), bool(stale)

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
        """Write the whole file anew from the rows and put it in the old one's place, in one step."""
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
        self._file.close()
        fresh.replace(self.path)
        self._file = self.path.open("ab")
        self._bytes, self.seq, self.stale = size, seq, False

    def close(self) -> None:
        """Close the file."""
        self._file.close()
