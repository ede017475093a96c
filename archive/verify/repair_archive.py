"""Repair derived data from the articles, or an article from its line; nothing else is changed."""

from collections.abc import Callable

import orjson
from sqlite_utils import Database

from archive import missing_partners, row_hash
from archive.duplicates import start_over
from archive.forget import purge
from archive.jsonl_lines import places
from archive.recheck_times import parse_time
from archive.store import Store
from archive.stored_body import encoded
from archive.upsert import group_same_text
from archive.verify.check_rows import Rows
from archive.verify.line_against_row import right_fingerprint
from kepu.messages import Text

Remedy = Callable[[Store], None]
"""A function that repairs one kind of finding of an open archive."""


def groups(archive: Store) -> None:
    """Recompute which articles have the same text, and which of them is the original."""
    with archive.whole() as db:
        db.table("duplicates").delete_where("reason = 'same_text'")
        db.execute("UPDATE articles SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL")
        shared = db.execute(
            "SELECT content_sha256 FROM articles WHERE content_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
        for (digest,) in shared:
            group_same_text(db, digest, run=None, now=archive.now())


def clusters(archive: Store) -> None:
    """Repeat near-duplicate detection, keeping manual decisions."""
    with archive.whole() as db:
        start_over(db)
    archive.bring_up_to_date()


def checks(archive: Store) -> None:
    """Delete times of checks of articles that do not exist."""
    with archive.whole() as db:
        db.table("internal_checks").delete_where("article_seq NOT IN (SELECT seq FROM articles)")


def references(archive: Store) -> None:
    """Delete rows that belong to an article or a list that does not exist."""
    with archive.whole() as db:
        missing_partners.drop(db)


def indexes(archive: Store) -> None:
    """Rebuild the indexes of SQLite."""
    archive.db.execute("REINDEX")


def search(archive: Store) -> None:
    """Rebuild the search index."""
    from archive.search.update_index import rebuild

    rebuild(archive.db)


def jsonl(archive: Store) -> None:
    """Rewrite the JSONL from the rows."""
    archive.jsonl.rewrite()


def repair_rows(archive: Store, rows: Rows) -> None:
    """Restore damaged rows from their lines in the JSONL if the hash shows that the line is right."""
    there = places(archive.jsonl.path)
    with archive.jsonl.path.open("rb") as file, archive.whole() as db:
        for seq, id_ in rows.damaged.items():
            if (n := there.last.get(id_)) is None:
                continue
            file.seek(there.starts[n])
            line = file.readline()
            if (fingerprint := right_fingerprint(rows, seq, line)) is not None:
                _write_row(db, seq, line, fingerprint)


def _write_row(db: Database, seq: int, line: bytes, fingerprint: str) -> None:
    record = orjson.loads(line)
    record["revision"]["last_checked"] = _last_checked(db, seq) or record["provenance"]["fetched_at"]
    columns = encoded(row_hash.columns_of(record)) | {"record_sha256": fingerprint}
    changes = ", ".join(f"{name} = :{name}" for name in columns if name != "similarity")
    db.execute(f"UPDATE articles SET {changes} WHERE seq = :seq", columns | {"seq": seq})


def _last_checked(db: Database, seq: int) -> str | None:
    """Return the time of the last check from a damaged row if it is readable, since the line does not have it."""
    (text,) = db.execute("SELECT revision FROM articles WHERE seq = ?", (seq,)).fetchone()
    try:
        time_text = orjson.loads(text)["last_checked"]
        parse_time(time_text)
    except (ValueError, TypeError, KeyError):
        return None
    return str(time_text)


REMEDIES: dict[str, tuple[Text, Remedy]] = {
    "indexes": (Text("rebuilds them"), indexes),
    "groups": (Text("determines them again"), groups),
    "clusters": (Text("computes them again"), clusters),
    "checks": (Text("deletes them"), checks),
    "references": (Text("deletes them"), references),
    "purge": (Text("cleans the files"), purge),
    "search": (Text("rebuilds it"), search),
    "jsonl": (Text("rewrites the file"), jsonl),
}
"""Maps each remedy to its description and its function."""

ORDER = tuple(REMEDIES)
"""The order in which remedies are applied: those that others depend on first."""

DONE = {
    "indexes": Text("they were rebuilt"),
    "groups": Text("they were determined again"),
    "clusters": Text("they were computed again"),
    "checks": Text("they were deleted"),
    "references": Text("they were deleted"),
    "purge": Text("the files were cleaned"),
    "search": Text("it was rebuilt"),
    "jsonl": Text("the file was rewritten"),
    "rows": Text("the rows were restored from their lines"),
}
"""Maps each remedy to what it has done."""

NO_PROBLEM = Text("this problem no longer exists")
"""Shown for a problem without a remedy that disappeared when others were repaired."""

_ROWS = Text("restores the rows from their lines")


def advice(remedy: str) -> str:
    """Return the advice for problems with a remedy, or an empty string."""
    if not remedy:
        return ""
    does = _ROWS if remedy == "rows" else REMEDIES[remedy][0]
    return Text("`kepu verify --repair` {does}", does=does)
