"""Is the archive whole, and does what is derived from it agree with it?"""

from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from sqlite_utils import Database

from archive.errors import Damaged, Locked
from archive.jsonl import lines, path_for
from archive.store import Archive, reading


@dataclass(slots=True)
class Findings:
    """What a check found."""

    database: str
    articles: int = 0
    problems: list[str] = field(default_factory=list)
    """What is wrong still, each with what to do."""
    repaired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return the findings for a person."""
        found = [f"repaired: {text}" for text in self.repaired] + self.notes
        found += [f"problem: {text}" for text in self.problems]
        state = "whole" if self.whole else "NOT whole"
        return [*found, f"{self.database}: {self.articles} articles, {state}"]


def verify(path: Path, *, repair: bool = False) -> Findings:
    """Check the archive at `path`; opening it brings a JSONL that a killed run left behind back in step.

    With `repair`, a JSONL that differs from the database elsewhere is written anew. Nothing of the database is
    ever changed. Raises NotFound and WrongSchema.
    """
    findings = Findings(str(path))
    try:
        with reading(path) as db:
            _check_database(db, findings)
    except Damaged as error:
        findings.problems.append(str(error))
    if not findings.whole:
        return findings
    try:
        _check_jsonl(path, findings, repair=repair)
    except Locked as error:
        findings.notes.append(f"{error} The JSONL was not compared.")
    return findings


def _check_database(db: Database, findings: Findings) -> None:
    for (answer,) in db.conn.execute("PRAGMA integrity_check"):
        if answer != "ok":
            findings.problems.append(f"{findings.database}: SQLite says: {answer}; restore a backup.")
    findings.articles = db["articles"].count
    for what, sql in _ORPHANS.items():
        if n := db.conn.execute(sql).fetchone()[0]:
            findings.problems.append(f"{findings.database}: {n} {what}.")


_ORPHANS = {
    "articles are duplicates of what is not there": (
        "SELECT count(*) FROM articles a WHERE duplicate_of IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM articles b WHERE b.id = a.duplicate_of)"
    ),
    "articles are duplicates of duplicates": (
        "SELECT count(*) FROM articles a JOIN articles b ON b.id = a.duplicate_of WHERE b.duplicate_of IS NOT NULL"
    ),
    "duplicates are nowhere explained": (
        "SELECT count(*) FROM articles a WHERE duplicate_of IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM duplicates d WHERE d.article = a.id)"
    ),
    "articles have no record as JSON": "SELECT count(*) FROM articles WHERE NOT json_valid(blocks)",
}


def _check_jsonl(path: Path, findings: Findings, *, repair: bool) -> None:
    jsonl = path_for(path)
    with Archive(path) as archive:
        if archive.jsonl.mended:
            findings.repaired.append(f"{jsonl}: {archive.jsonl.mended}")
        at = _first_difference(archive.db, jsonl)
        if at is None:
            return
        what = f"{jsonl}: line {at} is not what the database says"
        if not repair:
            findings.problems.append(f"{what}; `kepu verify --repair` writes the file anew.")
            return
        archive.jsonl.rewrite()
        findings.repaired.append(f"{what}: written anew")


def _first_difference(db: Database, jsonl: Path) -> int | None:
    """Return the number of the first line that differs from the rows, from 1, or None."""
    with jsonl.open("rb") as file:
        for n, (line, row) in enumerate(zip_longest(file, lines(db)), start=1):
            if row is None or line != row[1]:
                return n
    return None
