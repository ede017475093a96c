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
from itertools import chain
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

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
"""Media types of pages."""
IsWanted = Callable[[str], bool]
"""Returns whether a page with this URL is wanted."""


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of the index that may be a page, or a part of one."""

    url: str
    """URL of the response."""
    at: str
    """The WARC-Date, ISO 8601 in UTC."""
    part: int
    """Number of the page of its article, from 1."""
    file: str | None
    """The file that has its payload: for a revisit, that of the record it repeats, or None if no file has it."""
    offset: int
    """Offset of the record in `file`, in bytes."""


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """A page to read: the record of part 1, and for each further part the records that may be it."""

    first: ForeignRecord
    """The record of part 1."""
    parts: list[list[ForeignRecord]] = field(default_factory=list)
    """For each further part its records, nearest in time to part 1 first."""


class ForeignIndex:
    """The records of the files of one import. Use it as a context manager."""

    def __init__(self, folder: Path, scope: str) -> None:
        """Open or create the index in a folder.

        `scope` identifies what is wanted: the index starts again if it changes.
        """
        self.folder = folder / "records"
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._db = Database(sqlite3.connect(self.folder / "index.db", isolation_level=None))
            try:
                _create_tables(self._db)
            except sqlite3.Error:
                if not (self.folder / "index.db").stat().st_size:
                    self.remove()  # a full disk leaves a file with nothing in it
                raise
        self._scope = scope

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def remove(self) -> None:
        """Delete the index and everything that was unpacked for it."""
        self._db.close()
        shutil.rmtree(self.folder)
        with suppress(OSError):
            self.folder.parent.rmdir()  # unless the folder has an archive that is to be merged

    # --- filling it ------------------------------------------------------------------------------------------

    def fill(
        self, paths: Sequence[Path], is_wanted: IsWanted, left_out: LeftOut, progress: Tell = nobody
    ) -> None:
        """Index the files that are not indexed yet.

        `left_out` is called with the reason for each record that is not indexed. `progress` is called with the number
        of bytes read and the total. Raises OSError if a file cannot be read at all, and DiskFull if the disk has no
        room for the index.
        """
        try:
            self._fill(paths, is_wanted, left_out, progress)
        except sqlite3.Error as error:
            raise explain(error, self.folder) from error

    def _fill(self, paths: Sequence[Path], is_wanted: IsWanted, left_out: LeftOut, progress: Tell) -> None:
        """Do what `fill` does; raise the errors of SQLite as they are."""
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
            for row in self._db.table("left_out").rows_where("given = ?", [name]):
                for _ in range(row["n"]):
                    left_out(row["why"])

    def _forget_others(self, names: set[str]) -> None:
        """Delete what the index has of files that are not in this import."""
        for row in list(self._db.table("files").rows):
            if row["given"] not in names:
                self._forget(row["given"])

    def _forget(self, name: str) -> None:
        """Delete what the index has of a file."""
        for table in ("files", "entries", "left_out"):
            self._db.table(table).delete_where("given = ?", [name])

    def _has(self, name: str) -> bool:
        """Return whether a file is indexed and everything that was unpacked from it is still there."""
        if not self._db.table("files").count_where("given = ?", [name]):
            return False
        used = self._db.table("entries").rows_where("given = ?", [name], select="DISTINCT file")
        return all(Path(row["file"]).exists() for row in used)

    def _add(self, name: str, path: Path, is_wanted: IsWanted, tell: Callable[[int], None]) -> None:
        """Index one file in one transaction."""
        reasons: Counter[str] = Counter()
        scratch = self.folder / name[:16]
        scratch.mkdir(exist_ok=True)
        with self._db.atomic():
            self._forget(name)
            for file in warc_files([path], scratch, lambda why: reasons.update([str(why)])):
                rows = _index(file, is_wanted, lambda why: reasons.update([str(why)]), tell)
                # sqlite-utils takes rows as tuples if the column names come first.
                self._db.table("entries").insert_all(chain([tuple(_ENTRY)], ((name, *row) for row in rows)))
            left_out = [{"given": name, "why": why, "n": n} for why, n in reasons.items()]
            self._db.table("left_out").insert_all(left_out)
            self._db.table("files").insert({"given": name})

    # --- reading it ------------------------------------------------------------------------------------------

    @property
    def fingerprint(self) -> str:
        """Identifies the set of files: a hash over the path, size and modification time of each."""
        names = [row["given"] for row in self._db.table("files").rows_where(order_by="given")]
        return hashlib.sha256(" ".join(names).encode()).hexdigest()

    def __len__(self) -> int:
        return self._db.table("entries").count_where("part = 1")

    def earliest(self, start: int = 0) -> Iterator[tuple[str, str]]:
        """Yield (article, time of its first capture) for the pages from `start` on."""
        yield from self._db.execute(
            f"SELECT key, min(at) FROM ({_FIRST_PARTS} LIMIT -1 OFFSET ?) GROUP BY key", (start,)
        )

    def pages(self, start: int = 0) -> Iterator[ForeignPage]:
        """Yield the pages in order of time, from index `start` on."""
        for key, at, rowid in self._db.execute(f"{_FIRST_PARTS} LIMIT -1 OFFSET ?", (start,)):
            (first,) = self._records("rowid = ?", (rowid,))
            parts: dict[int, list[ForeignRecord]] = {}
            found = self._records(
                "key = ? AND part > 1 ORDER BY part, abs(julianday(at) - julianday(?))", (key, at)
            )
            for each in found:
                parts.setdefault(each.part, []).append(each)
            yield ForeignPage(first, [each[:NEAREST] for each in parts.values()])

    def _records(self, condition: str, values: tuple[Any, ...]) -> list[ForeignRecord]:
        """Return the records that match an SQL condition."""
        rows = self._db.execute(
            f"SELECT url, at, part, file, offset, digest, is_revisit FROM entries WHERE {condition}", values
        ).fetchall()
        return [self._record(*row) for row in rows]

    def _record(
        self, url: str, at: str, part: int, file: str, offset: int, digest: str | None, is_revisit: bool
    ) -> ForeignRecord:
        """Return a record; for a revisit, with the location of the payload that it repeats."""
        if not is_revisit:
            return ForeignRecord(url, at, part, file, offset)
        repeated = self._db.execute(
            "SELECT file, offset FROM entries WHERE digest = ? AND NOT is_revisit ORDER BY at LIMIT 1",
            (digest,),
        ).fetchone()
        return ForeignRecord(url, at, part, *(repeated or (None, 0)))


_ENTRY = {
    "given": str,
    "key": str,
    "part": int,
    "at": str,
    "url": str,
    "file": str,
    "offset": int,
    "digest": str,
    "is_revisit": int,
}
"""Columns of `entries`, which has a row for each wanted record; `given` is the file that the user named."""


def _create_tables(db: Database) -> None:
    """Create the tables and their indexes where they are missing."""
    db.table("files").create({"given": str}, pk="given", if_not_exists=True)
    db.table("left_out").create({"given": str, "why": str, "n": int}, if_not_exists=True)
    entries = db.table("entries").create(_ENTRY, if_not_exists=True)
    for columns in (["key", "part"], ["part", "at", "file", "offset"], ["digest"]):
        entries.create_index(columns, if_not_exists=True)


_FIRST_PARTS = "SELECT key, at, rowid FROM entries WHERE part = 1 ORDER BY at, file, offset"
"""The records of part 1, by time."""


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
"""Types of records that are passed over without a reason, because they are no pages."""
_PAGES_ARE_IN = ("response", "resource", "revisit")
"""Types of records that may be pages."""


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
    """Return a WARC-Date as ISO 8601 in UTC, or None if it is malformed."""
    try:
        return utc_text(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None
