"""A file of tombstones beside the archive, so that restoring a lost database never restores forgotten articles.

`kepu-tombstones.jsonl` has one line per forgotten article: its id, its URLs, the hashes of its texts, the reason and
the time, but no part of the text. Lines are never removed.
"""

import os
from pathlib import Path

import orjson
from sqlite_utils import Database

from archive import tombstones
from archive.tombstones import Tombstone
from kepu.atomic_files import write_whole

__all__ = ["Tombstone", "is_tombstone", "missing_from", "path_for", "read", "read_file", "take_in", "write"]


def path_for(database: Path) -> Path:
    """Return the path of the tombstone file of a database: `kepu.db` → `kepu-tombstones.jsonl`."""
    database = Path(os.path.realpath(database))
    return database.with_name(f"{database.stem}-tombstones.jsonl")


def read(database: Path) -> list[Tombstone]:
    """Return the tombstones of a database's file. Malformed lines are skipped; `kepu verify` reports them."""
    return read_file(path_for(database))


def read_file(path: Path) -> list[Tombstone]:
    """Return the tombstones of a file, or an empty list if there is none. Malformed lines are skipped."""
    found: list[Tombstone] = []
    for line in _lines(path):
        try:
            tombstone = orjson.loads(line)
            urls, texts = (orjson.dumps(tombstone[name]).decode() for name in ("urls", "texts"))
            id_, reason, at = (str(tombstone[name]) for name in ("id", "reason", "forgotten_at"))
            found.append((id_, urls, texts, reason, at))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def broken_lines(database: Path) -> list[int]:
    """Return the numbers of malformed lines, from 1."""
    return [
        n for n, line in enumerate(_lines(path_for(database)), 1) if line.strip() and not is_tombstone(line)
    ]


def is_tombstone(line: bytes) -> bool:
    """Tell whether a line is a whole tombstone."""
    try:
        tombstone = orjson.loads(line)
        return {"id", "urls", "texts", "reason", "forgotten_at"} <= set(tombstone)
    except (ValueError, TypeError):
        return False


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def write(db: Database, database: Path) -> None:
    """Write the tombstones of the database to the file, together with those that only the file has.

    Do nothing if there are none. Raises OSError if the file cannot be written.
    """
    known = {row[0]: row for row in read(database)} | {row[0]: row for row in tombstones.of_archive(db)}
    if not known:
        return
    lines = [
        orjson.dumps(
            {
                "id": id_,
                "urls": orjson.loads(urls),
                "texts": orjson.loads(texts),
                "reason": reason,
                "forgotten_at": at,
            }
        )
        for id_, urls, texts, reason, at in sorted(known.values())
    ]
    write_whole(path_for(database), b"\n".join(lines) + b"\n")


def missing_from(db: Database, database: Path) -> list[Tombstone]:
    """Return the tombstones of the file that the database lacks."""
    there = read(database)
    known = {row[0] for row in db.execute("SELECT id FROM tombstones")} if there else set()
    return [row for row in there if row[0] not in known]


def missing_in_file(db: Database, database: Path) -> list[str]:
    """Return the ids of the database's tombstones that the file lacks."""
    ids = [id_ for (id_,) in db.execute("SELECT id FROM tombstones ORDER BY id")]
    there = {row[0] for row in read(database)} if ids else set()
    return [id_ for id_ in ids if id_ not in there]


def take_in(db: Database, database: Path) -> int:
    """Copy the tombstones that only the file has to the database, in its own transaction; return their number.

    From then on these articles are never stored again. If the database has such an article already, it remains until
    `kepu forget`, and `kepu verify` reports it.
    """
    missing = missing_from(db, database)
    if missing:
        with db.atomic():
            for id_, urls, texts, reason, at in missing:
                row = {"id": id_, "urls": urls, "texts": texts, "reason": reason}
                db.table("tombstones").insert(row | {"forgotten_at": at, "purged_at": at})
                for url in orjson.loads(urls):
                    tombstones.close(db, id_, url, at)
    return len(missing)
