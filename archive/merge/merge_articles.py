"""Articles of another archive, with their earlier versions, duplicates and what persons decided."""

from itertools import pairwise
from typing import Any

import orjson
from sqlite_utils import Database

from archive import last_checked
from archive.merge.merge_captures import place
from archive.merge.merge_revisions import MergedVersion, Record, joined, version
from archive.merge.merge_runs import Numbers
from archive.record_schema_versions import to_present
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS, RECORD_SQL
from archive.tombstones import is_forgotten
from archive.upsert import group_same_text
from kepu import urls
from kepu.errors import ArchiveError
from kepu.json_text import json_text
from kepu.progress import Tell, nobody


class OtherSite(ArchiveError):
    """Two archives have articles of the same id on different sites."""

    code = "other_site"


EVERY = 100
"""Articles between two words of how far it is."""

_GROUPED = ("duplicate_of", "cluster", "similarity")
"""Fields that follow from the other articles, and are found again."""


def articles(
    db: Database, other: Database, numbers: Numbers, now: str, progress: Tell = nobody
) -> tuple[int, int]:
    """Take articles over, within the caller's transaction; return how many were new, and how many changed."""
    new = changed = 0
    texts: set[str] = set()
    total = other["articles"].count
    rows = other.conn.execute(f"SELECT id, {RECORD_SQL} FROM articles ORDER BY seq")
    for done, (id_, text) in enumerate(rows):
        if done % EVERY == 0:
            progress(done, total)
        theirs = _moved(db, orjson.loads(text), numbers)
        places = [each["url"] for each in theirs["appearances"]]
        if is_forgotten(db, id_, places, theirs["content_sha256"]):
            continue
        earlier = [_moved(db, record, numbers) for record in _earlier(other, id_)]
        mine = db.conn.execute(f"SELECT seq, {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
        if mine is None:
            write_versions(db, [*map(version, earlier), version(theirs)], None)
            new += 1
        else:
            seq, record = mine[0], orjson.loads(mine[1])
            check_site(id_, record["url"], theirs["url"])
            before = _earlier(db, id_)
            if not _join(db, seq, before, record, earlier, theirs):
                continue
            changed += 1
            # The present version may be one that was an earlier version on either side.
            present = db.conn.execute("SELECT content_sha256 FROM articles WHERE seq = ?", (seq,)).fetchone()
            texts |= {record["content_sha256"] or "", present[0] or ""}
        texts.add(theirs["content_sha256"] or "")
    for digest in _shared(db, texts - {""}):
        group_same_text(db, digest, run=None, now=now)
    return new, changed


def _shared(db: Database, digests: set[str]) -> list[str]:
    """Return which texts several articles have, or one of which is still said to be a copy."""
    rows = db.conn.execute(
        "SELECT content_sha256 FROM articles WHERE content_sha256 IN (SELECT value FROM json_each(?)) "
        "GROUP BY content_sha256 HAVING count(*) > 1 OR count(duplicate_of) > 0",
        (orjson.dumps(sorted(digests)).decode(),),
    )
    return [digest for (digest,) in rows.fetchall()]


def check_site(id_: str, mine: str | None, theirs: str | None) -> None:
    """Raise OtherSite where two articles of one id have URLs on different sites: they are not the same article."""
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
    """Join the versions of an article that both know; return whether that changed anything here."""
    mine = [*map(version, before), version(record)]
    versions = joined(mine, [*map(version, earlier), version(theirs)])
    if [_said(each.record) for each in versions] == [_said(each.record) for each in mine]:
        return False
    write_versions(db, versions, seq)
    return True


def _said(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _GROUPED}


def _earlier(db: Database, id_: str) -> list[Record]:
    """Return the earlier versions of an article."""
    rows = db.conn.execute("SELECT record FROM revisions WHERE article = ? ORDER BY n", (id_,))
    return [orjson.loads(text) for (text,) in rows]


def _moved(db: Database, record: Record, numbers: Numbers) -> Record:
    """Return a record with the number that its run has here, and the place of its capture."""
    provenance = record["provenance"]
    provenance["run"] = numbers.get(provenance["run"])
    if provenance["warc"] is not None:
        provenance["warc"] = place(db, provenance["warc"]["record_id"])
    return record


def write_versions(db: Database, versions: list[MergedVersion], seq: int | None) -> None:
    """Write the versions of an article, the last one as the present one, in its row or a new one."""
    present = versions[-1]
    row = _row(to_present(present.record)) | {"record_sha256": present.fingerprint}
    if seq is None:
        names = ", ".join(row)
        db.conn.execute(
            f"INSERT INTO articles ({names}) VALUES ({', '.join(':' + name for name in row)})", row
        )
    else:
        changes = ", ".join(f"{name} = :{name}" for name in row)
        db.conn.execute(f"UPDATE articles SET {changes} WHERE seq = :seq", row | {"seq": seq})
        last_checked.written(db, seq)
    id_ = present.record["id"]
    db.conn.execute("DELETE FROM revisions WHERE article = ?", (id_,))
    for each, following in pairwise(versions):
        revision = each.record["revision"]
        db.conn.execute(
            "INSERT INTO revisions VALUES (?, ?, ?, ?)",
            (id_, revision["n"], following.record["revision"]["last_changed"] or "", json_text(each.record)),
        )


def _row(record: Record) -> dict[str, Any]:
    """Return the columns of a record, but for those that follow from other articles."""
    names = [name for name in ARTICLE_FIELDS if name not in _GROUPED]
    return {
        name: json_text(record[name]) if name in JSON_FIELDS and record[name] is not None else record[name]
        for name in names
    }


def decisions(db: Database, other: Database) -> None:
    """Copy further URLs of articles, the assignment to splits, and manual decisions from the other archive."""
    for row in other.conn.execute(
        "SELECT url, article, duplicate_of, reason, found_at FROM duplicates WHERE reason = 'same_content_id'"
    ):
        db.conn.execute(
            "INSERT INTO duplicates SELECT ?1, ?2, ?3, ?4, NULL, ?5 "
            "WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE id = ?2) "
            "ON CONFLICT (url) DO UPDATE SET found_at = min(found_at, excluded.found_at)",
            row,
        )
    for table in ("internal_split_founders", "internal_near_alone", "internal_near_decided"):
        for row in other.conn.execute(f"SELECT * FROM {table}").fetchall():
            marks = ", ".join("?" * len(row))
            db.conn.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
    # Texts of which people decided something are looked at again: nothing changes where it was known here.
    db.conn.execute(
        "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM articles WHERE content_sha256 IN ("
        "SELECT lower(hex(content_sha256)) FROM internal_near_alone UNION SELECT lower(hex(a)) FROM "
        "internal_near_decided "
        "UNION SELECT lower(hex(b)) FROM internal_near_decided)"
    )
    db.conn.execute("DELETE FROM internal_split_founders WHERE article IN (SELECT id FROM tombstones)")
