"""Check whether the tables agree with each other."""

import sqlite3

from sqlite_utils import Database

from archive.missing_partners import missing_partners
from archive.sqlite_codes import may_be_malformed_json
from archive.verify.findings import Collector
from archive.verify.repair_archive import advice
from kepu.messages import Text


def check_tables(db: Database, found: Collector) -> None:
    """Report disagreements between the tables."""
    for what, (sql, remedy) in _ORPHANS.items():
        try:
            rows = [str(row[0]) for row in db.execute(sql)]
        except sqlite3.OperationalError as error:
            if not may_be_malformed_json(error):
                raise
            continue  # An archive of an older schema has no such table; malformed JSON is reported by another check.
        for row in rows:
            found.add(what, row, advice=advice(remedy), remedy=remedy)
    check_references(db, found)


def check_references(db: Database, found: Collector) -> None:
    """Report rows that refer to a row of another table that does not exist."""
    for table, column, parent, row in missing_partners(db):
        if (table, column) in _CHECKED_ABOVE:
            continue
        remedy = "clusters" if table.startswith("internal_near_") else "references"
        found.add(
            Text(
                "rows of {table} whose {column} is not in {parent}", table=table, column=column, parent=parent
            ),
            table if row is None else Text("row {n}", n=row),
            advice=advice(remedy),
            remedy=remedy,
        )


_CHECKED_ABOVE = {("articles", "duplicate_of"), ("revisions", "article"), ("internal_checks", "article_seq")}

_NOT_THERE = "NOT EXISTS (SELECT 1 FROM articles b WHERE b.{} = {})"

_ORPHANS = {
    Text("copies whose original does not exist"): (
        "SELECT id FROM articles a WHERE duplicate_of IS NOT NULL AND "
        + _NOT_THERE.format("id", "a.duplicate_of"),
        "groups",
    ),
    Text("copies whose original is itself a copy"): (
        "SELECT a.id FROM articles a JOIN articles b ON b.id = a.duplicate_of WHERE b.duplicate_of IS NOT NULL",
        "groups",
    ),
    Text("copies with another text than their original"): (
        "SELECT a.id FROM articles a JOIN articles b ON b.id = a.duplicate_of "
        "WHERE a.content_sha256 IS NOT b.content_sha256",
        "groups",
    ),
    Text("copies without a row in the table duplicates"): (
        "SELECT id FROM articles a WHERE duplicate_of IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM duplicates d WHERE d.article = a.id)",
        "groups",
    ),
    Text("rows of the table duplicates whose article does not exist"): (
        "SELECT url FROM duplicates d WHERE reason = 'same_text' AND " + _NOT_THERE.format("id", "d.article"),
        "groups",
    ),
    Text("earlier versions of articles that do not exist"): (
        "SELECT article FROM revisions r WHERE " + _NOT_THERE.format("id", "r.article"),
        "",
    ),
    Text("earlier versions with malformed JSON"): (
        "SELECT article || ' ' || n FROM revisions WHERE NOT json_valid(record)",
        "",
    ),
    Text("earlier versions with a higher number than the present one"): (
        "SELECT r.article FROM revisions r JOIN articles a ON a.id = r.article "
        "WHERE json_valid(a.revision) AND r.n >= (a.revision ->> '$.n')",
        "",
    ),
    Text("URLs marked as stored whose article does not exist"): (
        "SELECT url FROM urls u WHERE kind = 'article' AND article IS NOT NULL AND state IN ('fetched', 'unchanged') "
        "AND " + _NOT_THERE.format("id", "u.article"),
        "",
    ),
    Text("forgotten articles that are stored again"): (
        "SELECT id FROM articles WHERE id IN (SELECT id FROM tombstones)",
        "",
    ),
    Text("forgotten articles that may still be in a file"): (
        "SELECT id FROM tombstones WHERE purged_at IS NULL",
        "purge",
    ),
    Text("times of checks of articles that do not exist"): (
        "SELECT article_seq FROM internal_checks c WHERE " + _NOT_THERE.format("seq", "c.article_seq"),
        "checks",
    ),
    Text("near duplicates that do not exist"): (
        "SELECT seq FROM (SELECT seq FROM internal_near_articles UNION SELECT seq FROM internal_near_members) n "
        "WHERE seq NOT IN (SELECT seq FROM internal_near_waiting) AND " + _NOT_THERE.format("seq", "n.seq"),
        "clusters",
    ),
    Text("articles whose cluster differs from that in internal_near_members"): (
        "SELECT id FROM articles a LEFT JOIN internal_near_members m USING (seq) WHERE a.cluster IS NOT m.cluster "
        "OR a.similarity IS NOT m.similarity",
        "clusters",
    ),
    Text("near duplicates that were compared with another text"): (
        "SELECT a.id FROM internal_near_articles JOIN internal_near_texts t USING (n) JOIN articles a USING (seq) "
        "WHERE lower(hex(t.content_sha256)) IS NOT a.content_sha256 "
        "AND seq NOT IN (SELECT seq FROM internal_near_waiting)",
        "clusters",
    ),
}
"""Maps each disagreement to a query that finds it, and to the remedy in repair_archive.py."""
