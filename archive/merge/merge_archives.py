"""Merge archives: one transaction each, then an update of derived data."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive import store_letter_accounts, tombstones
from archive.captures import CaptureReader, folder_for
from archive.duplicates import decide_in_second_process, known_sketches
from archive.forget import inherit, known_elsewhere, purge, unpurged
from archive.merge import merge_runs
from archive.merge.merge_articles import articles, decisions
from archive.merge.merge_captures import captures
from archive.merge.merge_urls import urls
from archive.merge.other_archive import all_held, opened, unchanged
from archive.merge.spooled_lines import SpooledLines
from archive.store import Store
from kepu.errors import ArchiveError
from kepu.progress import Tell, nobody

CACHE_KB = 196_608
"""KiB of page cache during a merge.

The tables of a large archive have indexes by hashes, ids and URLs. A merge inserts into all of them at random places,
and with SQLite's default of 2 MB each such page would be written and read again and again.
"""


@dataclass(slots=True)
class Merged:
    """The results of a merge."""

    new: int = 0
    """Number of articles that the archive did not have before."""
    changed: int = 0
    """Number of articles for which the other archive had another version, another URL or a later check."""
    forgotten: int = 0
    """Number of articles that are now forgotten because the other archive has forgotten them."""
    captures: int = 0
    """Number of captures that were copied."""
    captures_lost: dict[str, int] = field(default_factory=dict)
    """Per archive, the number of captures whose files are missing or incomplete."""


def merge(path: Path, other: Path, progress: Tell = nobody) -> Merged:
    """Merge everything that the archive at `other` knows into the one at `path`: see `merge_all`."""
    return merge_all(path, [other], progress)


def merge_all(path: Path, others: Sequence[Path], progress: Tell = nobody) -> Merged:
    """Merge everything that the archives at `others` know into the one at `path`; return how much was merged.

    Each archive is merged in one transaction. `others` are not changed; of many articles, no other process can write to
    any of them until all are merged. Which archive is merged into which affects only the numbers of runs and the order
    of rows. Merging twice changes nothing, so an interrupted merge is simply repeated. `progress` is called with the
    number of processed articles and the total. Raises ArchiveError: NotFound, Locked,
    WrongSchema, Damaged or OtherSite; the archives before the one that the error names are merged by then.
    """
    for other in others:
        if path.exists() and other.exists() and path.samefile(other):
            raise ArchiveError("{other} is the archive itself.", other=other)
    total, before = sum(map(_count, others)), 0
    done = Merged()
    with (
        Store(path) as archive,
        SpooledLines(archive.db, archive.jsonl) as spool,
        all_held(others if total >= decide_in_second_process.FEWEST else ()) as are_held,
        decide_in_second_process.deciding_ahead(archive.db, archive.path, others, total * are_held) as ahead,
    ):
        archive.db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        for other in others:
            with opened(other, is_held=are_held) as there:

                def tell(n: int, _: int, before: int = before) -> object:
                    return progress(before + n, total)

                _take(archive, there, other, done, tell, spool)
                before += there["articles"].count
        archive.bring_up_to_date(ahead)
        if unpurged(archive.db):
            purge(archive)
        known_sketches.drop(archive.db.conn)
        with archive.whole():
            pass  # All derived data is up to date now, so each line is written once.
    return done


def _take(
    archive: Store, there: Database, other: Path, done: Merged, progress: Tell, spool: SpooledLines
) -> None:
    """Merge one archive in one transaction, and add its counts to `done`."""
    with archive.whole(writes_lines=False) as db, CaptureReader(there, folder_for(other)) as reader:
        done.forgotten += len(
            inherit(archive, tombstones.of_archive(there)) + inherit(archive, known_elsewhere(db, there))
        )
        forgotten = {row[0] for row in tombstones.of_archive(db)}
        numbers = merge_runs.runs(db, there)
        copied, lost = captures(db, archive.captures, reader, numbers, forgotten)
        done.captures += copied
        if lost:
            done.captures_lost[str(other)] = lost
        urls(db, there, numbers)
        merge_runs.failures(db, there, numbers)
        merge_runs.sections(db, there)
        merge_runs.list_pages(db, there)
        merge_runs.hosts(db, there)
        new, changed = articles(db, there, numbers, archive.now(), progress, spool)
        done.new, done.changed = done.new + new, done.changed + changed
        store_letter_accounts.take_over(db, there)
        decisions(db, there)
        known_sketches.take_over(db.conn, there.conn)


def _count(path: Path) -> int:
    """Return the approximate number of articles in an archive, for progress; 0 if unknown. Changes nothing."""
    try:
        with closing(unchanged(path)) as conn:
            return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.Error:
        return 0
