"""Run a rebuild: split the archive into jobs, pass them to workers, and write their results."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

from sqlite_utils import Database

from archive.rebuild.apply_rebuild import RebuildWriter
from archive.rebuild.rebuild_report import RebuildReport
from archive.rebuild.worker import RebuildJob, RebuildResult, RebuiltVersion, Worker, do
from archive.store import Store, reading
from kepu.ordered_pool import Work, ordered_pool

STRETCH = 100
"""Articles per job and transaction; a job takes some tenths of a second."""

WORTH_PROCESSES = 3000
"""Number of articles from which several processes are used. One process does fewer before others have started."""

Tell = Callable[[int, int], None]
"""Is called with the number of articles done and their total."""


def rebuild(
    path: Path,
    ids: Sequence[str] = (),
    *,
    dry_run: bool = False,
    jobs: int | None = None,
    show: Callable[[RebuiltVersion], None] | None = None,
    tell: Tell | None = None,
) -> RebuildReport:
    """Re-extract all articles of an archive, or those with the given ids, from their captures, and return the report.

    `jobs` is the number of processes; by default one per core if the archive is large. `show` is called with each
    changed version and both its records, `tell` with the progress. A `dry_run` writes nothing. The rebuild may be
    killed at any time: running it again gives the same result. Raises NotFound, Locked, DiskFull and the other
    ArchiveErrors.
    """
    report, started = RebuildReport(dry_run=dry_run), monotonic()
    with ExitStack() as stack:
        if dry_run:
            writer, db = None, stack.enter_context(reading(path))
        else:
            with reading(path):
                pass  # Raises NotFound; Store would create an archive.
            archive = stack.enter_context(Store(path))
            writer, db = RebuildWriter(archive), archive.db
        total = len(ids) or db.table("articles").count
        cores = jobs or (os.cpu_count() or 1 if total > WORTH_PROCESSES else 1)
        work = stack.enter_context(workers(path, cores))
        done = 0
        for kind in ("pages", "dumps"):
            for job, result in work(_stretches(db, kind, ids, want_records=show is not None)):
                _count(report, result)
                for change in result.changes if show else ():
                    show(change)  # type: ignore[misc]
                if writer:
                    writer.write(result.changes)
                    writer.write_accounts(result.accounts)
                if tell and kind == "pages":
                    done += job.size
                    tell(min(done, total), total)
        if not ids:
            _take_in(report, work(_refused(db)), None if dry_run else archive)
        report.seconds = round(monotonic() - started, 3)
        if writer:
            writer.finish(report)
    return report


def _count(report: RebuildReport, result: RebuildResult) -> None:
    changed = [change for change in result.changes if change.fields]
    report.versions += result.versions
    report.no_capture += result.no_capture
    report.changed += len(changed)
    report.same += result.versions - result.no_capture - len(result.left) - len(changed)
    report.left += result.left
    for change in changed:
        report.fields.update(change.fields)


def _take_in(
    report: RebuildReport, results: Iterable[tuple[RebuildJob, RebuildResult]], archive: Store | None
) -> None:
    """Store the articles of pages that an earlier extractor refused."""
    for _, result in results:
        for article in result.found:
            report.added.append(article.id)
            if archive is not None:
                archive.put(article, (), dict(result.accounts).get(article.id))
    if archive is not None:
        archive.commit()


def _stretches(db: Database, kind: str, ids: Sequence[str], *, want_records: bool) -> Iterator[RebuildJob]:
    """Yield the jobs for the articles: all of them in ranges, or one job per given id."""
    for id_ in ids:
        row = db.execute("SELECT seq FROM articles WHERE id = ?", (id_,)).fetchone()
        if row is not None:
            yield RebuildJob(kind, row[0], row[0], want_records, 1)
    last = None if ids else 0
    while last is not None:
        first, last, size = db.execute(
            "SELECT min(seq), max(seq), count(*) FROM (SELECT seq FROM articles WHERE seq > ? ORDER BY seq LIMIT ?)",
            (last, STRETCH),
        ).fetchone()
        if last is not None:
            yield RebuildJob(kind, first, last, want_records, size)


def _refused(db: Database) -> Iterator[RebuildJob]:
    """Yield the jobs for captures that gave no article."""
    last = db.execute("SELECT max(n) FROM captures WHERE code IS NOT NULL").fetchone()[0]
    for first in range(1, (last or 0) + 1, 10 * STRETCH):
        yield RebuildJob("refused", first, first + 10 * STRETCH - 1)


@contextmanager
def workers(path: Path, cores: int) -> Iterator[Work[RebuildJob, RebuildResult]]:
    """Yield a function that takes jobs and yields their results in the same order."""
    if cores > 1:
        with ordered_pool(partial(do, path), cores) as work:
            yield work
        return
    worker = Worker(path)
    try:
        with ordered_pool(worker.do, 1) as work:
            yield work
    finally:
        worker.close()
