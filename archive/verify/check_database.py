"""Is the database whole as SQLite has it, and what can be brought back where it is not?"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from archive import captures
from archive.jsonl import path_for
from kepu.messages import Text, joined

SHOWN = 10
"""Findings of one kind that are listed one by one."""

_OF_INDEX = re.compile(
    r"(row \d+ missing from index|wrong # of entries in index|non-unique entry in index) ?(\w*)"
)


def integrity(db: Database, path: Path) -> list[str]:
    """Return what SQLite finds wrong, each with the file and the place; nothing where it is whole."""
    size = db.conn.execute("PRAGMA page_size").fetchone()[0]
    answers = [str(row[0]) for row in db.conn.execute("PRAGMA integrity_check")]
    return [_placed(answer, path, int(size)) for answer in answers if answer != "ok"]


def _placed(answer: str, path: Path, page_size: int) -> str:
    """Return what SQLite says with the byte at which the page that it names begins."""
    page = re.search(r"[Pp]age (\d+)", answer)
    where = Text(" (byte {n})", n=(int(page[1]) - 1) * page_size) if page else ""
    return Text("{path}: SQLite says: {answer}{where}", path=path, answer=answer, where=where)


def is_of_indexes(problems: list[str]) -> bool:
    """Whether all that is wrong is in indexes, which can be made again from their tables."""
    return bool(problems) and all(_OF_INDEX.search(problem) for problem in problems)


def ways_back(path: Path) -> str:
    """Return what a lost database can be brought back from."""
    ways = [Text("a backup: `kepu restore BACKUP --force`")]
    jsonl = path_for(path)
    if jsonl.exists():
        with jsonl.open("rb") as lines:
            count = sum(1 for _ in lines)
        ways.append(
            Text(
                "{jsonl}, which has the present versions of {count} articles: `kepu restore {jsonl} --force`",
                jsonl=jsonl,
                count=count,
            )
        )
    if files := captures.files(captures.folder_for(path)):
        ways.append(
            Text(
                "the {n} WARC files in {folder}, whose rows come back with it",
                n=len(files),
                folder=files[0].parent,
            )
        )
    return Text("It can be brought back from {ways}.", ways=joined(ways, Text("; or from ")))


def orphans(db: Database, path: Path) -> Iterator[tuple[str, str]]:
    """Yield what disagrees between the tables: (sentence, what can make it again, or an empty text)."""
    for what, (sql, remedy) in _ORPHANS.items():
        try:
            rows = [str(row[0]) for row in db.conn.execute(f"SELECT * FROM ({sql}) LIMIT {SHOWN + 1}")]
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            continue  # an older schema, read without being brought up to date
        if rows:
            more = ", …" if len(rows) > SHOWN else ""
            yield (
                Text("{path}: {what}: {rows}", path=path, what=what, rows=", ".join(rows[:SHOWN]) + more),
                remedy,
            )


_NOT_THERE = "NOT EXISTS (SELECT 1 FROM articles b WHERE b.{} = {})"

_ORPHANS = {
    Text("duplicates of what is not there"): (
        "SELECT id FROM articles a WHERE duplicate_of IS NOT NULL AND "
        + _NOT_THERE.format("id", "a.duplicate_of"),
        "groups",
    ),
    Text("duplicates of duplicates"): (
        "SELECT a.id FROM articles a JOIN articles b ON b.id = a.duplicate_of WHERE b.duplicate_of IS NOT NULL",
        "groups",
    ),
    Text("duplicates with another text than their original"): (
        "SELECT a.id FROM articles a JOIN articles b ON b.id = a.duplicate_of "
        "WHERE a.content_sha256 IS NOT b.content_sha256",
        "groups",
    ),
    Text("duplicates that are nowhere explained"): (
        "SELECT id FROM articles a WHERE duplicate_of IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM duplicates d WHERE d.article = a.id)",
        "groups",
    ),
    Text("rows of duplicates whose article is not there"): (
        "SELECT url FROM duplicates d WHERE reason = 'same_text' AND " + _NOT_THERE.format("id", "d.article"),
        "groups",
    ),
    Text("earlier versions of what is not there"): (
        "SELECT article FROM revisions r WHERE " + _NOT_THERE.format("id", "r.article"),
        "",
    ),
    Text("earlier versions that are no JSON"): (
        "SELECT article || ' ' || n FROM revisions WHERE NOT json_valid(record)",
        "",
    ),
    Text("earlier versions numbered behind the present one"): (
        "SELECT r.article FROM revisions r JOIN articles a ON a.id = r.article "
        "WHERE json_valid(a.revision) AND r.n >= (a.revision ->> '$.n')",
        "",
    ),
    Text("URLs said to be stored, of articles that are not there"): (
        "SELECT url FROM urls u WHERE kind = 'article' AND article IS NOT NULL AND state IN ('fetched', 'unchanged') "
        "AND " + _NOT_THERE.format("id", "u.article"),
        "",
    ),
    Text("forgotten, and there again"): (
        "SELECT id FROM articles WHERE id IN (SELECT id FROM tombstones)",
        "",
    ),
    Text("forgotten, and still in some file"): ("SELECT id FROM tombstones WHERE purged_at IS NULL", "purge"),
    Text("last looks at what is not there"): (
        "SELECT article_seq FROM checks c WHERE " + _NOT_THERE.format("seq", "c.article_seq"),
        "checks",
    ),
    Text("near duplicates that are not there"): (
        "SELECT seq FROM (SELECT seq FROM near_articles UNION SELECT seq FROM near_members) n "
        "WHERE seq NOT IN (SELECT seq FROM near_waiting) AND " + _NOT_THERE.format("seq", "n.seq"),
        "clusters",
    ),
    Text("articles whose cluster is not that of near duplicates"): (
        "SELECT id FROM articles a LEFT JOIN near_members m USING (seq) WHERE a.cluster IS NOT m.cluster "
        "OR a.similarity IS NOT m.similarity",
        "clusters",
    ),
    Text("near duplicates under another text"): (
        "SELECT a.id FROM near_articles JOIN near_texts t USING (n) JOIN articles a USING (seq) "
        "WHERE lower(hex(t.content_sha256)) IS NOT a.content_sha256 AND seq NOT IN (SELECT seq FROM near_waiting)",
        "clusters",
    ),
}
"""What disagrees → a query for what it is, and which remedy of repair.py makes it again."""
