"""Is the archive whole, and does what is derived from it agree with it?"""

from itertools import zip_longest
from pathlib import Path

from sqlite_utils import Database

from archive import captures
from archive.jsonl import lines, path_for
from archive.store import Store, reading
from archive.verify.check_database import integrity, is_of_indexes, orphans, ways_back
from archive.verify.check_digests import digests
from archive.verify.findings import Findings
from archive.verify.repair_archive import REMEDIES
from kepu.errors import Damaged, Locked
from kepu.messages import Text
from kepu.progress import Tell, nobody

__all__ = ["Findings", "verify"]

Found = list[tuple[str, str]]
"""What is wrong, as a sentence without its full stop, and the remedy, or an empty text."""


def verify(
    path: Path,
    *,
    repair: bool = False,
    deep: bool = False,
    progress: Tell = nobody,
) -> Findings:
    """Check the archive at `path`: SQLite, tables, digests, captures, search, JSONL.

    Opening it brings back in step what a killed run left behind: the end of the JSONL and of the last WARC file.
    With `repair`, what can be made again is. Without `deep`, captures are checked by their places alone, and with it
    each record is read. `progress` is told how many of all articles were looked at. Raises NotFound and WrongSchema.
    """
    findings = Findings(str(path))
    found: Found = []
    try:
        with reading(path) as db:
            problems = integrity(db, path)
            if problems and not is_of_indexes(problems):
                findings.problems += [*(_sentence(problem) for problem in problems), ways_back(path)]
                return findings
            found += [(problem, "indexes") for problem in problems]
            findings.articles = db["articles"].count
            found += orphans(db, path)
            found += [(what, "") for what in digests(db, path, progress)]
    except Damaged as error:
        findings.problems += [error.text, ways_back(path)]
        return findings
    try:
        with Store(path) as archive:
            _check_open(archive, findings, found, repair=repair, deep=deep)
    except Locked as error:
        findings.notes.append(
            Text(
                "{error} The JSONL, the captures and the index of search were not compared.", error=error.text
            )
        )
        findings.problems += [_sentence(what, remedy) for what, remedy in found]
    except Damaged as error:
        findings.problems += [error.text, ways_back(path)]
    return findings


def _check_open(archive: Store, findings: Findings, found: Found, *, repair: bool, deep: bool) -> None:
    """Check what nobody may write to meanwhile, and repair what is to be repaired."""
    jsonl = path_for(archive.path)
    for file, mended in ((jsonl, archive.jsonl.mended), (archive.captures.folder, archive.captures.mended)):
        if mended:
            findings.repaired.append(Text("{what}: {how}", what=file, how=mended))
    found += _search(archive)
    found += [(what, "") for what in _captures(archive, deep=deep)]
    for remedy in dict.fromkeys(remedy for _, remedy in found if remedy and repair):
        REMEDIES[remedy][1](archive)
    for what, remedy in found:
        if remedy and repair:
            findings.repaired.append(Text("{what}: {how}", what=what, how=REMEDIES[remedy][0]))
        else:
            findings.problems.append(_sentence(what, remedy))
    if archive.jsonl.stale:
        archive.jsonl.rewrite()
    at = _first_difference(archive.db, jsonl)
    if at is None:
        return
    what = Text("{jsonl}: line {n} is not what the database says", jsonl=jsonl, n=at)
    if repair:
        archive.jsonl.rewrite()
        findings.repaired.append(Text("{what}: {how}", what=what, how=Text("written anew")))
    else:
        findings.problems.append(Text("{what}; `kepu verify --repair` writes the file anew.", what=what))


def _sentence(what: str, remedy: str = "") -> Text:
    if not remedy:
        return Text("{what}.", what=what)
    return Text("{what}; `kepu verify --repair`: {how}.", what=what, how=REMEDIES[remedy][0])


def _search(archive: Store) -> Found:
    from archive.search.update_index import check

    archive.bring_up_to_date()
    return [(Text("{path}: {what}", path=archive.path, what=what), "search") for what in check(archive.db)]


def _captures(archive: Store, *, deep: bool) -> list[str]:
    """Return what is wrong with the captures: all of it, or what can be told without reading each record."""
    if deep:
        return [problem.what for problem in captures.check(archive.captures.folder, archive.db)]
    known = archive.db.conn.execute("SELECT file, bytes FROM capture_files ORDER BY n").fetchall()
    problems: list[str] = []
    for name, size in known:
        path = archive.captures.folder / name
        there = path.stat().st_size if path.exists() else 0
        if there < size:
            problems.append(
                Text(
                    "{path}: {n} of {size} bytes are not there; restore it from a backup",
                    path=path,
                    n=size - there,
                    size=size,
                )
            )
    return problems


def _first_difference(db: Database, jsonl: Path) -> int | None:
    """Return the number of the first line that differs from the rows, from 1, or None."""
    with jsonl.open("rb") as file:
        for n, (line, row) in enumerate(zip_longest(file, lines(db)), start=1):
            if row is None or line != row[1]:
                return n
    return None
