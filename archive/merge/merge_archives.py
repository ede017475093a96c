"""The merge itself: one transaction, and what is derived from it afterwards."""

from dataclasses import dataclass
from pathlib import Path

from archive import letter_accounts, tombstones
from archive.captures import Reader, folder_for
from archive.duplicates import can_compare
from archive.forget import inherit, known_elsewhere, purge, unpurged
from archive.merge import merge_runs
from archive.merge.merge_articles import articles, decisions
from archive.merge.merge_captures import captures
from archive.merge.merge_urls import urls
from archive.merge.other_archive import opened
from archive.store import Store
from kepu.errors import ArchiveError
from kepu.progress import Tell, nobody


@dataclass(slots=True)
class Merged:
    """What a merge brought."""

    new: int = 0
    """Articles that were not here."""
    changed: int = 0
    """Articles of which the other archive knew more: a version, a URL, a later look."""
    forgotten: int = 0
    """Articles that the other archive had forgotten."""
    captures: int = 0
    captures_lost: int = 0
    """Captures that the other archive names, and whose files are not there or not whole."""
    clusters: bool = True
    """Whether near duplicates are up to date; False where numpy is missing."""


def merge(path: Path, other: Path, progress: Tell = nobody) -> Merged:
    """Take all that the archive at `other` knows into the one at `path`, in one step.

    `other` is not changed. It does not matter which one is merged into which, but for the numbers of runs and the
    order of the rows; doing it twice changes nothing. `progress` is told how many articles of the other one were
    looked at, of how many. Raises ArchiveError: NotFound, Locked, WrongSchema, Damaged.
    """
    if path.exists() and other.exists() and path.samefile(other):
        raise ArchiveError("{other} is the archive itself.", other=other)
    done = Merged()
    with opened(other) as there, Store(path) as archive:
        with archive.whole() as db, Reader(there, folder_for(other)) as reader:
            done.forgotten = len(
                inherit(archive, tombstones.of_archive(there)) + inherit(archive, known_elsewhere(db, there))
            )
            forgotten = {row[0] for row in tombstones.of_archive(db)}
            numbers = merge_runs.runs(db, there)
            done.captures, done.captures_lost = captures(db, archive.captures, reader, numbers, forgotten)
            urls(db, there, numbers)
            merge_runs.failures(db, there, numbers)
            merge_runs.sections(db, there)
            merge_runs.list_pages(db, there)
            merge_runs.hosts(db, there)
            done.new, done.changed = articles(db, there, numbers, archive.now(), progress)
            letter_accounts.take_over(db, there)
            decisions(db, there)
        if unpurged(archive.db):
            purge(archive)
        had_clusters = any(
            d.execute("SELECT 1 FROM near_texts LIMIT 1").fetchone() for d in (archive.db, there)
        )
        if had_clusters:
            done.clusters = can_compare()
        if had_clusters and done.clusters:
            from archive.duplicates import update

            update(archive.db)
    return done
