"""Run the checks in order. They only read, so they also work on a read-only medium and during a crawl."""

import fcntl
import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from archive import lock, open_checks, schema
from archive.readonly import home, reading
from archive.search.check_index import check as check_search
from archive.store import Store
from archive.verify.check_database import integrity, is_of_indexes, ways_back
from archive.verify.check_files import check_captures, check_tail, check_tombstones
from archive.verify.check_lines import check_lines
from archive.verify.check_other_rows import check_other_rows
from archive.verify.check_rows import Rows, check_articles, check_revisions
from archive.verify.check_tables import check_tables
from archive.verify.check_urls import check_urls
from archive.verify.findings import Collector, Findings
from archive.verify.rebuild_advice import advise
from archive.verify.repair_archive import DONE, NO_PROBLEM, ORDER, REMEDIES, advice, repair_rows
from kepu.errors import Damaged, DamagedWithAdvice, Locked
from kepu.messages import Text
from kepu.progress import Tell, nobody


def verify(path: Path, *, repair: bool = False, deep: bool = False, progress: Tell = nobody) -> Findings:
    """Check the archive at `path` and return the findings.

    SQLite, every row, versions, URLs, search, near duplicates, captures and the JSONL are checked. Nothing is written.
    With `repair`, derived data is repaired and the archive is checked again. With `deep`, each record of the captures
    is read; otherwise only their sizes and positions are checked. `progress` is called with the number of articles
    checked and the total. Raises NotFound, WrongSchema and DiskFull.
    """
    path = home(path)
    found, rows = _check(path, progress, deep=deep)
    if not repair or not (found.groups or found.notes):
        return _findings(path, found)
    try:
        _repair(path, found, rows)
    except Damaged as error:
        found.add(error.text)
        return _findings(path, found)
    except Locked as error:
        found.note(Text("{error} Nothing was repaired.", error=error.text))
        return _findings(path, found)
    after, _ = _check(path, progress, deep=deep)
    findings = _findings(path, after)
    gone = [group for what, group in found.groups.items() if what not in after.groups]
    findings.repaired = [group.sentence(DONE.get(group.remedy, NO_PROBLEM)) for group in gone]
    findings.repaired += [text for text in found.notes if text not in after.notes]
    return findings


def _findings(path: Path, found: Collector) -> Findings:
    problems: list[str] = [
        Text("{path}: {text}", path=path, text=group.sentence()) for group in found.groups.values()
    ]
    counts = {str(what): group.count for what, group in found.groups.items()}
    return Findings(str(path), found.articles, problems, [], found.notes, counts)


def _check(path: Path, progress: Tell, *, deep: bool) -> tuple[Collector, Rows]:
    found, rows = Collector(), Rows()
    try:
        open_checks.check_commits(path)
        with reading(path) as db:
            problems = integrity(db, path)
            for problem in problems:
                if is_of_indexes(problems):
                    found.add(Text("indexes"), problem, advice=advice("indexes"), remedy="indexes")
                else:
                    found.add(Text("SQLite finds damage"), problem, advice=ways_back(path))
            if problems and not is_of_indexes(problems):
                found.articles = _count(db)
                return found, rows
            rows = _check_rows(path, db, found, progress, deep=deep)
    except Damaged as error:
        found.add(error.text, advice="" if isinstance(error, DamagedWithAdvice) else ways_back(path))
    return found, rows


def _count(db: Database) -> int:
    try:
        return int(db["articles"].count)
    except sqlite3.Error:
        return 0


def _check_rows(path: Path, db: Database, found: Collector, progress: Tell, *, deep: bool) -> Rows:
    rows = check_articles(db, found, progress)
    check_revisions(db, found)
    check_tables(db, found)
    check_urls(db, found)
    check_other_rows(db, found)
    if schema.is_present(db):
        for what in check_search(db):
            found.add(what, advice=advice("search"), remedy="search")
    is_written = _is_being_written(path)
    check_captures(db, path, found, deep=deep)
    check_tombstones(db, path, found)
    if is_written:
        found.note(
            Text(
                "{path} is being written: the JSONL and the ends of the WARC files were not compared.",
                path=path,
            )
        )
    else:
        check_tail(db, path, found)
        if schema.is_present(db):
            check_lines(db, path, found, rows)
        else:
            found.note(
                Text("{path} has an older schema: its JSONL and its index were not compared.", path=path)
            )
    advise(db, path, found, rows)
    return rows


def _is_being_written(path: Path) -> bool:
    """Return whether another process has the archive open for writing, without changing any file."""
    try:
        descriptor = os.open(lock.file_of(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _repair(path: Path, found: Collector, rows: Rows) -> None:
    with Store(path) as archive:
        if found.has("rows"):
            repair_rows(archive, rows)
        for remedy in ORDER:
            if found.has(remedy):
                REMEDIES[remedy][1](archive)
