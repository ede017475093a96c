"""Index of the WARC and WACZ files of an import: which records may be pages of articles, and where they are.

It is an SQLite file in the folder of the import, so that memory does not grow with the number of records, and a resumed
import does not index its files again. A file is identified by its path, size and modification time.
"""

import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from archive.captures.foreign_bundles import LeftOut, warc_files
from archive.captures.foreign_records import FoundRecord, found_records
from archive.sqlite_errors import explain, explained
from kepu import urls
from kepu.progress import Tell, nobody
from kepu.utc_text import utc_text

MAX_PAGE = 32 * 1024 * 1024
"""Maximum number of bytes of an article's page."""

NEAREST = 5
"""Maximum number of captures of one part that are tried, nearest in time to part 1 first, until one is intact."""

_PAGES = {"text/html", "application/xhtml+xml"}
IsWanted = Callable[[str], bool]
"""Returns whether a page with this URL is wanted."""


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of the index that may be a page, or a part of one."""

    url: str
    at: str
    part: int
    file: str | None
    """The file that has its payload: for a revisit, that of the record it repeats, or None if no file has it."""
    offset: int


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """A page to read: the record of part 1, and for each further part the records that may be it."""

    first: ForeignRecord
    parts: list[list[ForeignRecord]] = field(default_factory=list)


class ForeignIndex:
    """The records of the files of one import. Use it as a context manager."""

    def __init__(self, folder: Path, scope: str) -> None:
        """Open or create the index in a folder.

        `scope` identifies what is wanted: the index starts again if it changes.
        """
        self.folder = folder / "records"
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._conn = sqlite3.connect(self.folder / "index.db", isolation_level=None)
            try:
                self._conn.executescript(_TABLES)
            except sqlite3.Error:
                if not (self.folder / "index.db").stat().st_size:
                    self.remove()  # a full disk leaves a file with nothing in it
                raise
        self._scope = scope

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.close()

    def remove(self) -> None:
        """Delete the index and everything that was unpacked for it."""
        self._conn.close()
        shutil.rmtree(self.folder)
        with suppress(OSError):
            self.folder.parent.rmdir()  # unless the folder has an archive that is to be merged

    # --- filling it ------------------------------------------------------------------------------------------

    def fill(
        self, paths: Sequence[Path], is_wanted: IsWanted, left_out: LeftOut, progress: Tell = nobody
    ) -> None:
        """Index the files that are not indexed yet.

        `progress` is called with the number of bytes read and the total. Raises OSError if a file cannot be read at
        all, and DiskFull if the disk has no room for the index.
        """
        try:
            self._fill(paths, is_wanted, left_out, progress)
        except sqlite3.Error as error:
            raise explain(error, self.folder) from error

    def _fill(self, paths: Sequence[Path], is_wanted: IsWanted, left_out: LeftOut, progress: Tell) -> None:
        known = {_name(path, self._scope): path for path in paths}
        self._forget_others(set(known))
        total, before = sum(path.stat().st_size for path in paths), 0
        for name, path in known.items():
            size = path.stat().st_size

            def tell(at: int, before: int = before, size: int = size) -> None:
                progress(before + min(at, size), total)

            if not self._has(name):
                self._add(name, path, is_wanted, tell)
            before += size
            progress(before, total)
            for why, n in self._conn.execute("SELECT why, n FROM left_out WHERE given = ?", (name,)):
                for _ in range(n):
                    left_out(why)

    def _forget_others(self, names: set[str]) -> None:
        for (name,) in self._conn.execute("SELECT given FROM files").fetchall():
            if name not in names:
                self._forget(name)

    def _forget(self, name: str) -> None:
        for table in ("files", "entries", "left_out"):
            self._conn.execute(f"DELETE FROM {table} WHERE given = ?", (name,))

    def _has(self, name: str) -> bool:
        if self._conn.execute("SELECT 1 FROM files WHERE given = ?", (name,)).fetchone() is None:
            return False
        used = self._conn.execute("SELECT DISTINCT file FROM entries WHERE given = ?", (name,)).fetchall()
        return all(Path(file).exists() for (file,) in used)

    def _add(self, name: str, path: Path, is_wanted: IsWanted, tell: Callable[[int], None]) -> None:
        """Index one file in one transaction."""
        reasons: Counter[str] = Counter()
        self._conn.execute("BEGIN")
        self._forget(name)
        scratch = self.folder / name[:16]
        scratch.mkdir(exist_ok=True)
        for file in warc_files([path], scratch, lambda why: reasons.update([str(why)])):
            rows = _index(file, is_wanted, lambda why: reasons.update([str(why)]), tell)
            self._conn.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ((name, *row) for row in rows)
            )
        self._conn.executemany(
            "INSERT INTO left_out VALUES (?, ?, ?)", [(name, why, n) for why, n in reasons.items()]
        )
        self._conn.execute("INSERT INTO files VALUES (?)", (name,))
        self._conn.execute("COMMIT")

    # --- reading it ------------------------------------------------------------------------------------------

    @property
    def fingerprint(self) -> str:
        """Identifies the set of files: a hash over the path, size and modification time of each."""
        names = [name for (name,) in self._conn.execute("SELECT given FROM files ORDER BY given")]
        return hashlib.sha256(" ".join(names).encode()).hexdigest()

    def __len__(self) -> int:
        return int(self._conn.execute("SELECT count(*) FROM entries WHERE part = 1").fetchone()[0])

    def earliest(self, start: int = 0) -> Iterator[tuple[str, str]]:
        """Yield (article, time of its first capture) for the pages from `start` on."""
        yield from self._conn.execute(
            f"SELECT key, min(at) FROM ({_FIRST_PARTS} LIMIT -1 OFFSET ?) GROUP BY key", (start,)
        )

    def pages(self, start: int = 0) -> Iterator[ForeignPage]:
        """Yield the pages in order of time, from index `start` on."""
        for key, at, rowid in self._conn.execute(f"{_FIRST_PARTS} LIMIT -1 OFFSET ?", (start,)):
            (first,) = self._records("rowid = ?", (rowid,))
            parts: dict[int, list[ForeignRecord]] = {}
            found = self._records(
                "key = ? AND part > 1 ORDER BY part, abs(julianday(at) - julianday(?))", (key, at)
            )
            for each in found:
                parts.setdefault(each.part, []).append(each)
            yield ForeignPage(first, [each[:NEAREST] for each in parts.values()])

    def _records(self, condition: str, values: tuple[Any, ...]) -> list[ForeignRecord]:
        rows = self._conn.execute(
            f"SELECT url, at, part, file, offset, digest, is_revisit FROM entries WHERE {condition}", values
        ).fetchall()
        return [self._record(*row) for row in rows]

    def _record(
        self, url: str, at: str, part: int, file: str, offset: int, digest: str | None, is_revisit: bool
    ) -> ForeignRecord:
        """Return a record; for a revisit, with the location of the payload that it repeats."""
        if not is_revisit:
            return ForeignRecord(url, at, part, file, offset)
        repeated = self._conn.execute(
            "SELECT file, offset FROM entries WHERE digest = ? AND NOT is_revisit ORDER BY at LIMIT 1",
            (digest,),
        ).fetchone()
        return ForeignRecord(url, at, part, *(repeated or (None, 0)))


_TABLES = """
CREATE TABLE IF NOT EXISTS files (given TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS left_out (given TEXT, why TEXT, n INTEGER);
CREATE TABLE IF NOT EXISTS entries (
  given TEXT, key TEXT, part INTEGER, at TEXT, url TEXT, file TEXT, offset INTEGER, digest TEXT, is_revisit INTEGER
);
CREATE INDEX IF NOT EXISTS by_key ON entries (key, part);
CREATE INDEX IF NOT EXISTS by_time ON entries (part, at, file, offset);
CREATE INDEX IF NOT EXISTS by_digest ON entries (digest);
"""

_FIRST_PARTS = "SELECT key, at, rowid FROM entries WHERE part = 1 ORDER BY at, file, offset"


def _name(path: Path, scope: str) -> str:
    """Return the key of a file in the index: a hash over its path, size, modification time and the scope."""
    status = path.stat()
    text = f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}\n{scope}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _index(
    file: Path, is_wanted: IsWanted, left_out: LeftOut, tell: Callable[[int], None]
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each wanted record."""
    tomorrow = utc_text(datetime.now(UTC) + timedelta(days=1))
    for record in found_records(file, left_out):
        tell(record.offset)
        if record.type in _NO_PAGES:
            continue
        url = record.fields.get("warc-target-uri", "").strip("<> ")
        here, at = urls.parse(url), _time(record.fields.get("warc-date", ""))
        why = _not_wanted(record, is_wanted(url), here is not None, at is not None and at <= tomorrow)
        if why is not None or here is None:
            left_out(why or "")
            continue
        digest = record.fields.get("warc-payload-digest")
        yield here.key, here.part, at, url, str(file), record.offset, digest, record.type == "revisit"


_NO_PAGES = ("warcinfo", "request", "metadata", "conversion")
_PAGES_ARE_IN = ("response", "resource", "revisit")


def _not_wanted(record: FoundRecord, is_of_host: bool, is_article: bool, is_dated: bool) -> str | None:
    """Return why a record is left out, or None if it is wanted."""
    if record.type not in _PAGES_ARE_IN:
        return "a segment of a record, or a record of an unknown kind"
    if not is_of_host:
        return "another host"
    if not is_article:
        return "not the URL of an article"
    if not is_dated:
        return "no valid date, or one in the future"
    if record.type == "revisit":
        return None
    if record.length > MAX_PAGE:
        return f"larger than {MAX_PAGE // 1024 // 1024} MB"
    if record.type == "response" and record.http.status != 200:
        return f"status {record.http.status}"
    kind = record.http.last("content-type") if record.is_http else record.fields.get("content-type")
    return None if (kind or "").partition(";")[0].strip().lower() in _PAGES else "not HTML"


def _time(text: str) -> str | None:
    try:
        return utc_text(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None
