"""Merge articles of another archive, with their earlier versions, duplicates and manual decisions."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import orjson
from sqlite_utils import Database

from archive import last_checked
from archive.merge.copied_rows import COLUMNS, GROUPED, STORED, CopiedRow, copied
from archive.merge.insert_rows import insert_rows
from archive.merge.merge_captures import Place, place, relocate
from archive.merge.merge_revisions import MergedVersion, Record, joined, version
from archive.merge.merge_runs import Numbers
from archive.merge.spooled_lines import SpooledLines
from archive.record_schema_versions import to_present
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS, RECORD_SQL
from archive.stored_body import encoded
from archive.tombstones import is_forgotten
from archive.upsert import group_same_text
from kepu import urls
from kepu.errors import ArchiveError
from kepu.json_text import json_text
from kepu.progress import Tell, nobody


class OtherSite(ArchiveError):
    """Two archives have articles with the same id on different sites."""

    code = "other_site"
    """The code of this error in reports."""


EVERY = 100
"""Number of articles between two progress reports."""


def articles(
    db: Database,
    other: Database,
    numbers: Numbers,
    now: str,
    progress: Tell = nobody,
    spool: SpooledLines | None = None,
) -> tuple[int, int]:
    """Merge articles within the caller's transaction; return the numbers of new and of changed ones.

    `numbers` maps the runs of the other archive to those here, and `now` is the time at which copies are found. The
    lines of copied articles are added to `spool`. `progress` is called with the number of articles done and their
    total. Raises OtherSite.
    """
    new = changed = done = 0
    texts: set[str] = set()
    total = other["articles"].count
    known = _known(db, other)
    has_forgotten = db.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is not None
    cursor = other.execute(f"SELECT seq, {STORED} FROM articles ORDER BY seq")
    while rows := cursor.fetchmany(EVERY):
        progress(done, total)
        done += len(rows)
        places = _places_of_captures(db, [row[_PROVENANCE] for row in rows])
        seq = _last_seq(db)
        copies: list[CopiedRow] = []
        for row in rows:
            id_, digest = row[_ID], row[_DIGEST]
            if has_forgotten and is_forgotten(db, id_, _urls_of(row[_APPEARANCES]), digest):
                continue
            if id_ not in known and (copy := copied(seq + 1, row[1:], numbers, places)) is not None:
                seq += 1
                copies.append(copy)
                texts.add(digest or "")
                continue
            new += _insert(db, copies, spool)
            outcome = _with_versions(db, other, row[0], id_, numbers)
            seq = _last_seq(db)
            new += outcome.is_new
            changed += not outcome.is_new and bool(outcome.texts)
            texts |= outcome.texts
        new += _insert(db, copies, spool)
    for digest in _shared(db, texts - {""}):
        group_same_text(db, digest, run=None, now=now)
    return new, changed


_ID, _DIGEST, _APPEARANCES, _PROVENANCE = (
    ("seq", *ARTICLE_FIELDS).index(name) for name in ("id", "content_sha256", "appearances", "provenance")
)
"""Positions of these columns in a row of the other archive, as `articles` selects it."""


def _last_seq(db: Database) -> int:
    """Return the greatest `seq` of an article, or 0 for an archive without articles."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM articles").fetchone()[0])


def _places_of_captures(db: Database, provenances: list[str]) -> dict[str, Place]:
    """Map the ids of the captures that articles came from to their locations in this archive."""
    rows = db.execute(
        "SELECT record_id, file, offset FROM json_each(?) CROSS JOIN captures "
        "ON record_id = iif(json_valid(value), value ->> '$.warc.record_id', NULL)",
        (orjson.dumps(provenances).decode(),),
    )
    return {id_: {"file": file, "offset": offset, "record_id": id_} for id_, file, offset in rows}


def _known(db: Database, other: Database) -> set[str]:
    """Return the ids of articles of the other archive that are also here, or that have earlier versions there."""
    ids = [id_ for (id_,) in other.execute("SELECT id FROM articles")]
    here = db.execute(
        "SELECT articles.id FROM json_each(?) CROSS JOIN articles ON articles.id = value",
        (orjson.dumps(ids).decode(),),
    )
    return {
        id_ for rows in (here, other.execute("SELECT DISTINCT article FROM revisions")) for (id_,) in rows
    }


def _urls_of(appearances: str) -> list[str]:
    """Return the URLs of an article; none for a damaged row, which the full merge reports."""
    try:
        return [each["url"] for each in orjson.loads(appearances)]
    except (ValueError, TypeError, KeyError):
        return []


def _insert(db: Database, copies: list[CopiedRow], spool: SpooledLines | None) -> int:
    """Insert copied articles, whose `seq` are consecutive, with the hashes of their rows.

    Empty the list, and return how many there were.
    """
    if not copies:
        return 0
    db.conn.executemany(_INSERT, [copy.values for copy in copies])
    first, last = copies[0].values[0], copies[-1].values[0]
    hashes = [(copy.values[0], copy.row_sha256) for copy in copies]
    db.conn.executemany("INSERT OR REPLACE INTO internal_article_hashes VALUES (?, ?)", hashes)
    db.execute("DELETE FROM internal_articles_to_hash WHERE seq BETWEEN ? AND ?", (first, last))
    if spool is not None:
        spool.add((copy.values[0], copy.line) for copy in copies)
    count = len(copies)
    copies.clear()
    return count


_INSERT = f"INSERT INTO articles ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
"""Inserts a copied row; its parameters are the values of COLUMNS."""


@dataclass(slots=True)
class _Outcome:
    """The result of merging one article."""

    is_new: bool
    """Whether this archive did not have the article."""
    texts: set[str]
    """Text hashes that it has or had; empty if nothing changed."""


def _with_versions(db: Database, other: Database, their_seq: int, id_: str, numbers: Numbers) -> _Outcome:
    """Merge an article that is here already or has earlier versions, with all its versions."""
    (text,) = other.execute(f"SELECT {RECORD_SQL} FROM articles WHERE seq = ?", (their_seq,)).fetchone()
    theirs = _moved(db, orjson.loads(text), numbers)
    earlier = [_moved(db, record, numbers) for record in _earlier(other, id_)]
    mine = db.execute(f"SELECT seq, {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
    if mine is None:
        write_versions(db, [*map(version, earlier), version(theirs)], None)
        return _Outcome(is_new=True, texts={theirs["content_sha256"] or ""})
    seq, record = mine[0], orjson.loads(mine[1])
    check_site(id_, record["url"], theirs["url"])
    if not _join(db, seq, _earlier(db, id_), record, earlier, theirs):
        return _Outcome(is_new=False, texts=set())
    # The present version may be an earlier version of either archive.
    present = db.execute("SELECT content_sha256 FROM articles WHERE seq = ?", (seq,)).fetchone()
    hashes = (record["content_sha256"], present[0], theirs["content_sha256"])
    return _Outcome(is_new=False, texts={digest or "" for digest in hashes})


def _shared(db: Database, digests: set[str]) -> list[str]:
    """Return the text hashes that several articles share, or that an article still marked as a copy has."""
    rows = db.execute(
        "SELECT content_sha256 FROM articles WHERE content_sha256 IN (SELECT value FROM json_each(?)) "
        "GROUP BY content_sha256 HAVING count(*) > 1 OR count(duplicate_of) > 0",
        (orjson.dumps(sorted(digests)).decode(),),
    )
    return [digest for (digest,) in rows.fetchall()]


def check_site(id_: str, mine: str | None, theirs: str | None) -> None:
    """Raise OtherSite if two articles with the same id have URLs on different sites."""
    sites = [urls.site_of(urls.host_of(url) or "") for url in (mine, theirs) if url]
    if len(set(sites)) > 1:
        raise OtherSite(
            "{id}: {mine} and {theirs} are on different sites and have the same id, so they are not one article. "
            "Nothing was changed.",
            id=id_,
            mine=mine,
            theirs=theirs,
        )


def _join(
    db: Database, seq: int, before: list[Record], record: Record, earlier: list[Record], theirs: Record
) -> bool:
    """Merge the versions of an article that both archives know; return whether anything here changed.

    `before` and `record` are the earlier versions and the present one here, `earlier` and `theirs` those of the other.
    """
    mine = [*map(version, before), version(record)]
    versions = joined(mine, [*map(version, earlier), version(theirs)])
    if [_own_fields(each.record) for each in versions] == [_own_fields(each.record) for each in mine]:
        return False
    write_versions(db, versions, seq)
    return True


def _own_fields(record: Record) -> Record:
    """Return the fields of a record that do not depend on other articles."""
    return {name: value for name, value in record.items() if name not in GROUPED}


def _earlier(db: Database, id_: str) -> list[Record]:
    """Return the records of the earlier versions of an article, the oldest first; none for an unknown article."""
    rows = db.execute("SELECT record FROM revisions WHERE article = ? ORDER BY n", (id_,))
    return [orjson.loads(text) for (text,) in rows]


def _moved(db: Database, record: Record, numbers: Numbers) -> Record:
    """Change a record to the number of its run and the location of its capture in this archive, and return it."""
    relocate(record["provenance"], numbers, partial(place, db))
    return record


def write_versions(db: Database, versions: list[MergedVersion], seq: int | None) -> None:
    """Store the versions of an article, the last one as the present one, within the caller's transaction.

    The present one is written to the row `seq`, or to a new row if that is None. Earlier versions that were stored are
    replaced.
    """
    present = versions[-1]
    row = _row(to_present(present.record)) | {"record_sha256": present.fingerprint}
    if seq is None:
        insert_rows(db, "articles", [row])
    else:
        changes = ", ".join(f"{name} = :{name}" for name in row)
        db.execute(f"UPDATE articles SET {changes} WHERE seq = :seq", row | {"seq": seq})
        last_checked.written(db, seq)
    id_ = present.record["id"]
    db.table("revisions").delete_where("article = ?", [id_])
    for each, following in pairwise(versions):
        revision = each.record["revision"]
        db.execute(
            "INSERT INTO revisions VALUES (?, ?, ?, ?)",
            (id_, revision["n"], following.record["revision"]["last_changed"] or "", json_text(each.record)),
        )


def _row(record: Record) -> dict[str, Any]:
    """Return the columns of a record as they are stored, except those that depend on other articles."""
    names = [name for name in ARTICLE_FIELDS if name not in GROUPED]
    return encoded(
        {
            name: json_text(record[name])
            if name in JSON_FIELDS and record[name] is not None
            else record[name]
            for name in names
        }
    )


def decisions(db: Database, other: Database) -> None:
    """Copy further URLs of articles, the assignment to splits, and manual decisions from the other archive.

    Call this within the transaction of the merge, after `articles`.
    """
    for row in other.query(
        "SELECT url, article, duplicate_of, reason, found_at FROM duplicates WHERE reason = 'same_content_id'"
    ):
        db.execute(
            "INSERT INTO duplicates SELECT :url, :article, :duplicate_of, :reason, NULL, :found_at "
            "WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE id = :article) "
            "ON CONFLICT (url) DO UPDATE SET found_at = min(found_at, excluded.found_at)",
            row,
        )
    for table in ("internal_split_founders", "internal_near_alone", "internal_near_decided"):
        for row in other.execute(f"SELECT * FROM {table}").fetchall():
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
    # Texts with manual decisions are compared again, which changes nothing if the decision was known here.
    db.execute(
        "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM articles WHERE content_sha256 IN ("
        "SELECT lower(hex(content_sha256)) FROM internal_near_alone "
        "UNION SELECT lower(hex(a)) FROM internal_near_decided "
        "UNION SELECT lower(hex(b)) FROM internal_near_decided)"
    )
    db.table("internal_split_founders").delete_where("article IN (SELECT id FROM tombstones)")
