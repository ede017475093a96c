"""Check the integrity of the SQLite database, and list what a damaged one can be restored from."""

import re
from pathlib import Path

from sqlite_utils import Database

from archive import captures
from archive.jsonl_lines import path_for, places
from kepu.messages import Text, joined

_OF_INDEX = re.compile(
    r"(row \d+ missing from index|wrong # of entries in index|non-unique entry in index) ?(\w*)"
)


def integrity(db: Database, path: Path) -> list[str]:
    """Return the problems that SQLite's integrity_check finds, each with the file and the place; empty if none."""
    size = db.execute("PRAGMA page_size").fetchone()[0]
    answers = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    return [_placed(answer, path, int(size)) for answer in answers if answer != "ok"]


def _placed(answer: str, path: Path, page_size: int) -> str:
    """Return a message of SQLite with the byte offset of the page that it names."""
    page = re.search(r"[Pp]age (\d+)", answer)
    where = Text(" (byte {n})", n=(int(page[1]) - 1) * page_size) if page else ""
    return Text("{path}: SQLite says: {answer}{where}", path=path, answer=answer, where=where)


def is_of_indexes(problems: list[str]) -> bool:
    """Return whether all of these problems are in indexes, which can be rebuilt from their tables."""
    return bool(problems) and all(_OF_INDEX.search(problem) for problem in problems)


def ways_back(path: Path) -> Text:
    """Return a sentence that names the copies from which a lost database can be restored."""
    ways = [Text("a backup: `kepu restore BACKUP --db {path} --force`", path=path)]
    jsonl = path_for(path)
    if jsonl.exists():
        count = len(places(jsonl).last)
        ways.append(
            Text("{jsonl}, which has the present versions of {count} articles", jsonl=jsonl, count=count)
        )
    if files := captures.files(captures.folder_for(path)):
        ways.append(Text("the {n} WARC files in {folder}", n=len(files), folder=files[0].parent))
    return Text(
        "it can be brought back from {ways}: `kepu restore --db {path} --force` joins all that is there",
        ways=joined(ways, Text("; or from ")),
        path=path,
    )
