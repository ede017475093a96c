"""Adopt captures that are in the WARC files but not in the table, or move them aside; they are never deleted.

A killed run leaves such captures: their bytes reach the disk before their rows are committed. A record describes itself
and has a digest, so an intact one is adopted. Captures of forgotten articles are erased instead, and bytes after the
last intact record are moved to a separate file beside the WARC file.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.captures import manifest_sha256, warc_records
from archive.captures.check_captures import files
from archive.captures.reindex_captures import find_digests, find_parts, insert
from archive.captures.warc_reader import walk_on
from archive.captures.warc_records import Unreadable, WarcRecord
from archive.moved_aside_files import free_name
from kepu import urls
from kepu.atomic_files import sync
from kepu.messages import Text, text_of

ADOPTED = "adopted"
"""The `code` of an adopted capture whose article is not in the archive: `kepu rebuild` extracts it."""

ANSWERS = frozenset({"response", "revisit", "resource"})
"""Types of the WARC records that get a row in `captures`."""


Forgotten = Callable[[Database, str, list[str], str | None], bool]
"""Return whether an article was forgotten, by its id, its URLs or the hash of its text (archive/tombstones.py)."""


@dataclass(slots=True)
class AdoptedFiles:
    """The result of adopting capture files."""

    captures: int = 0
    """Number of captures that were adopted."""
    done: list[Text] = field(default_factory=list)
    """What was adopted and what was moved aside, one sentence per file."""
    broken: list[str] = field(default_factory=list)
    """Places that could not be read; they are left unchanged."""


def adopt(db: Database, folder: Path, stem: str, is_forgotten: Forgotten) -> AdoptedFiles:
    """Adopt the records that the tables lack, in one transaction, and return what was done.

    Only WARC files in `folder` whose names begin with `stem` are examined. `db` must be writable and outside of any
    transaction.
    """
    known = dict(db.execute("SELECT file, bytes FROM internal_capture_files").fetchall())
    strange = [
        path
        for path in files(folder)
        if path.name.startswith(stem) and path.stat().st_size > known.get(path.name, -1)
    ]
    found = AdoptedFiles()
    if not strange:
        return found
    manifest_sha256.drop(folder, {path.name for path in strange})
    db.execute("BEGIN IMMEDIATE")
    before = db.execute("SELECT coalesce(max(n), 0) FROM captures").fetchone()[0]
    for path in strange:
        _adopt_file(db, path, known.get(path.name), is_forgotten, found)
    find_parts(db, before)
    find_digests(db, folder, found.broken, before)
    db.execute(_WITHOUT_ARTICLE, (ADOPTED, before))
    db.execute("COMMIT")
    return found


def _adopt_file(
    db: Database, path: Path, known: int | None, is_forgotten: Forgotten, found: AdoptedFiles
) -> None:
    """Adopt the records of a file after its known ones; move the bytes after the last of them aside."""
    start = known if known and _is_as_known(db, path) else 0
    end, began, adopted = _adopt_records(db, path, start, is_forgotten, found.broken)
    found.captures += adopted
    if known is None and not adopted:
        aside = path.rename(free_name(path, "unknown"))
        found.done.append(
            Text("{file} holds no whole capture and was moved to {aside}", file=path.name, aside=aside.name)
        )
        return
    if adopted:
        found.done.append(Text("{n} captures of {file} were adopted", n=adopted, file=path.name))
    if path.stat().st_size > end:
        size = path.stat().st_size - end
        aside = _set_aside(path, end)
        found.done.append(
            Text("{n} bytes of {file} were moved to {aside}", n=size, file=path.name, aside=aside.name)
        )
    db.execute(
        "INSERT INTO internal_capture_files SELECT coalesce(max(n), 0) + 1, ?, ?, ? FROM internal_capture_files "
        "WHERE true "
        "ON CONFLICT (file) DO UPDATE SET bytes = excluded.bytes",
        (path.name, end, began),
    )


def _is_as_known(db: Database, path: Path) -> bool:
    """Return whether the last known capture of a file is at its place; if not, the file is another archive's."""
    last = db.execute(
        "SELECT offset, length, record_id FROM captures WHERE file = ? ORDER BY offset DESC LIMIT 1",
        (path.name,),
    ).fetchone()
    if last is None:
        return True
    with path.open("rb") as file:
        file.seek(last[0])
        try:
            return bool(warc_records.unpack(file.read(last[1])).id == last[2])
        except Unreadable:
            return False


def _adopt_records(
    db: Database, path: Path, start: int, is_forgotten: Forgotten, broken: list[str]
) -> tuple[int, str, int]:
    """Return the end of the last adopted record of a file, when the file was begun, and the number adopted."""
    end, began, adopted, request_length = start, "", 0, 0
    for offset, length, record in walk_on(path, start):
        problems = [text_of(record)] if isinstance(record, Unreadable) else warc_records.problems_of(record)
        if problems or isinstance(record, Unreadable):
            broken.append(Text("{path} at {n}: {what}", path=path, n=offset, what=problems[0]))
            request_length = 0
            continue
        began = began or record.fields.get("warc-date", "")
        if record.type in ANSWERS:
            if _is_forgotten(db, record, is_forgotten):
                place = {
                    "file": path.name,
                    "offset": offset - request_length,
                    "length": request_length + length,
                }
                db.table("internal_capture_purges").insert(place)
            elif not insert(db, path.name, offset, length, request_length, record):
                continue  # the table already has it, in another place
            end, adopted = offset + length, adopted + 1
        request_length = length if record.type == "request" else 0
    return end, began, adopted


def _is_forgotten(db: Database, record: WarcRecord, is_forgotten: Forgotten) -> bool:
    """Return whether a record shows a forgotten article, by its URL."""
    url = record.fields.get("warc-target-uri", "").strip("<>")
    parsed = urls.parse(url)
    return is_forgotten(db, parsed.key if parsed else "", [url, urls.canonical(url)], None)


def _set_aside(path: Path, start: int) -> Path:
    """Move the end of a file to a separate file; the copy is on the disk before the file is truncated."""
    aside = free_name(path, "torn")
    with path.open("rb") as file, aside.open("xb") as out:
        file.seek(start)
        shutil.copyfileobj(file, out, 2**20)
        out.flush()
        os.fsync(out.fileno())
    sync(path.parent)
    os.truncate(path, start)
    return aside


_WITHOUT_ARTICLE = (
    "UPDATE captures SET code = ? WHERE n > ? AND kind = 'article' AND type <> 'resource' AND main IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = captures.article)"
)
"""Sets the code of further captures (with a greater `n`) of articles that the archive does not have."""
