"""Check each row of articles and revisions by computing its hashes again."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlite_utils import Database

from archive import record_hash, row_hash
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS
from archive.verify.findings import Collector
from kepu.messages import Text
from kepu.progress import Tell
from pipelines.content_hash import content_sha256

EVERY = 200
"""Number of articles between two progress reports."""


@dataclass(slots=True)
class Rows:
    """The state of the rows of articles, for checking the JSONL."""

    damaged: dict[int, str] = field(default_factory=dict)
    """Maps the rows that do not match their hash to the ids of their articles."""
    unreadable: set[int] = field(default_factory=set)
    """Rows that cannot be converted to a line."""
    waiting: set[int] = field(default_factory=set)
    """Rows that a statement changed since they were hashed."""
    hashes: dict[int, bytes] = field(default_factory=dict)
    """Map each row to its stored hash."""
    edited: dict[int, str] = field(default_factory=dict)
    """Damaged rows that an SQL statement changed → the record_sha256 that they still have."""


def has_hashes(db: Database) -> bool:
    """Return whether this archive has hashes of its rows.

    An archive of an older schema gets them when it is opened for writing.
    """
    return "internal_article_hashes" in db.table_names()


def check_articles(db: Database, found: Collector, progress: Tell) -> Rows:
    """Report each article whose row is damaged, and each row that disappeared without being deleted by the program.

    A row is damaged if it has malformed JSON or an impossible value, or does not match its hash. Return the state of
    the rows, which the check of the JSONL needs. `progress` is called with the number checked and the total.
    """
    rows = Rows()
    if has_hashes(db):
        rows.waiting = {seq for (seq,) in db.execute("SELECT seq FROM internal_articles_to_hash")}
        rows.hashes = dict(db.execute("SELECT seq, sha256 FROM internal_article_hashes").fetchall())
    found.articles = db["articles"].count
    for n, row in enumerate(row_hash.rows(db, "articles")):
        if n % EVERY == 0:
            progress(n, found.articles)
        seq = row["seq"]
        column = _malformed(row)
        what = Text("its {column} is malformed JSON", column=column) if column else _wrong(row)
        if column:
            rows.unreadable.add(seq)
        if not what and has_hashes(db) and not _has_its_hash(rows, row):
            what = Text("its columns are not those that were written")
        if what:
            rows.damaged[seq] = str(row["id"])
            if has_hashes(db) and _has_its_hash(rows, row):
                rows.edited[seq] = str(row["record_sha256"])
            found.add(
                Text("articles whose rows are damaged"),
                Text("{id} (row {n}): {what}", id=row["id"], n=seq, what=what),
            )
    gone = rows.hashes.keys() - {seq for (seq,) in db.execute("SELECT seq FROM articles")}
    for seq in sorted(gone):
        found.add(Text("rows of articles that are missing although nothing deleted them"), str(seq))
    return rows


def _has_its_hash(rows: Rows, row: dict[str, Any]) -> bool:
    return row["seq"] in rows.waiting or rows.hashes.get(row["seq"]) == row_hash.of_row(row)


def _malformed(row: dict[str, Any]) -> str:
    """Return the name of a column with malformed JSON, or an empty string."""
    for name in JSON_FIELDS:
        try:
            if row.get(name) is not None:
                orjson.loads(row[name])
        except ValueError:
            return name
    return ""


def _wrong(row: dict[str, Any]) -> Text:
    """Return what is wrong with a row whose JSON is well-formed, or an empty text."""
    try:
        record = {
            name: orjson.loads(row[name]) if name in JSON_FIELDS and row[name] is not None else row[name]
            for name in ARTICLE_FIELDS
        }
        if not record_hash.is_of(record, row["record_sha256"]):
            return Text("its fields are not those that were written (record_sha256)")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Text("its fields cannot be read ({error})", error=f"{type(error).__name__}: {error}")
    if not _TIME.fullmatch(record["revision"].get("last_checked") or ""):
        return Text("revision.last_checked is no time")
    if record["content_sha256"] != content_sha256(record["text_canonical"]):
        return Text("content_sha256 is not that of its text")
    return Text("")


_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00))?")

_BROKEN = Text("earlier versions that are damaged")
_LOST = Text("articles whose earlier versions are not there")


def check_revisions(db: Database, found: Collector) -> None:
    """Report each earlier version that does not match its hash, and each that is missing."""
    hashes, waiting = {}, set()
    if has_hashes(db):
        hashes = {
            (article, n): sha256
            for article, n, sha256 in db.execute("SELECT article, n, sha256 FROM internal_revision_hashes")
        }
        waiting = set(db.execute("SELECT article, n FROM internal_revisions_to_hash").fetchall())
    chain: dict[tuple[str, int], str | None] = {}
    for row in row_hash.rows(db, "revisions"):
        key = (row["article"], row["n"])
        what = _wrong_revision(row, chain)
        if not what and hashes and key not in waiting and hashes.get(key) != row_hash.of_row(row):
            what = Text("its row is not what was written")
        if what:
            found.add(_BROKEN, Text("{id} version {n}: {what}", id=key[0], n=key[1], what=what))
            chain[key] = None
    for article, n in sorted(hashes.keys() - chain.keys()):
        found.add(_LOST, Text("{id} version {n}", id=article, n=n))
    _check_chain(db, found, chain, {article for article, _ in hashes.keys() - chain.keys()})


def _wrong_revision(row: dict[str, Any], chain: dict[tuple[str, int], str | None]) -> Text:
    try:
        record = orjson.loads(row["record"])
        if record["id"] != row["article"] or record["revision"]["n"] != row["n"]:
            return Text("it is a version of {id}", id=record["id"])
        chain[row["article"], row["n"]] = record_hash.of_record(record)
        chain[row["article"], -row["n"]] = record["revision"]["previous_sha256"]
    except (ValueError, TypeError, KeyError) as error:
        return Text("it cannot be read ({error})", error=f"{type(error).__name__}: {error}")
    return Text("")


def _check_chain(
    db: Database, found: Collector, chain: dict[tuple[str, int], str | None], named: set[str]
) -> None:
    """Report breaks in the chain of versions: each has the hash of the one before it, which must exist and match."""
    latest = db.execute(
        "SELECT id, revision ->> '$.n', revision ->> '$.previous_sha256' FROM articles WHERE json_valid(revision)"
    ).fetchall()
    links = [(id_, n, previous) for id_, n, previous in latest if isinstance(n, int)]
    links += [(id_, -n, previous) for (id_, n), previous in chain.items() if n < 0]
    restored = db.execute("SELECT 1 FROM runs WHERE spider = 'restore'").fetchone() is not None
    lost = 0
    for id_, n, previous in links:
        if n <= 1 or previous is None or id_ in named:
            continue
        if (id_, n - 1) not in chain:
            lost += restored
            if not restored:
                found.add(_LOST, Text("{id} version {n}", id=id_, n=n - 1))
        elif chain[id_, n - 1] not in {previous, None}:
            found.add(
                _BROKEN,
                Text("{id} version {n}: {what}", id=id_, n=n - 1, what=Text("the next one names another")),
            )
    if lost:
        found.note(Text("{n} earlier versions were lost before the archive was restored.", n=lost))
