"""Storing one article: it may be new, changed, unchanged, or have the text of another.

Each article is compared with those stored before it, so rows are written one at a time, and by SQL: 45 µs a row of 44
columns, against 75 µs by sqlite-utils' `insert_all` in batches of 50 and 179 µs by its `insert` (CPU time, articles of
the replica; `upsert_all` and `update` cost more).
"""

from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlite_utils import Database

from archive import last_checked, record_hash, tombstones
from archive.record_schema_versions import to_version_1
from archive.schema import ARTICLE_FIELDS, RECORD_SQL, to_row
from kepu.json_text import json_text
from kepu.records import DRIFT, Appearance, Article, Provenance, Revision

Kept = Literal["new", "changed", "unchanged", "duplicate", "forgotten"]

_INSERT = (
    f"INSERT INTO articles ({', '.join(ARTICLE_FIELDS)}, record_sha256) "
    f"VALUES ({', '.join(':' + name for name in ARTICLE_FIELDS)}, :record_sha256)"
)
_KEPT = {"id", "cluster", "similarity"}
"""Columns that an update leaves alone: near duplicates follow the text by themselves."""

_UPDATE = (
    f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in ARTICLE_FIELDS if name not in _KEPT)}, "
    "record_sha256 = :record_sha256 WHERE id = :id"
)


_AS_IT_STOOD = f"json_set({RECORD_SQL}, '$.cluster', NULL, '$.similarity', NULL)"
"""An earlier version is what the page said; its place among near duplicates depends on when that was asked."""

MANY_REPLACEMENTS = 50
"""Bytes that did not decode, over which a page came in a wrong charset, and not with a few broken letters."""


def damage(article: Article) -> str | None:
    """Return why a version should be asked for again and never take the place of a sound one, or None."""
    if "incomplete" in article.warnings:
        return "incomplete"
    return "lossy_decode" if article.provenance.decode_replacements > MANY_REPLACEMENTS else None


_AN_EDIT_TOO = {"short_body"}
"""A warning of drift that an editor can cause: a text taken back for a notice of two lines is a revision."""


def _is_worse(article: Article, stored: set[str]) -> bool:
    """Whether a version must not take the place of the stored one, whose warnings are given."""
    if damage(article):
        return not {"incomplete", "lossy_decode"} & stored
    return bool(DRIFT & set(article.warnings) - stored - _AN_EDIT_TOO)


@dataclass(slots=True)
class UpsertResult:
    """What `keep` did."""

    kept: Kept
    is_read_again: bool = False
    """Whether the site changed nothing, and the program reads the page otherwise than it did."""


def keep(db: Database, article: Article, *, run: int | None, now: str) -> UpsertResult:
    """Put an article into the archive, within the caller's transaction.

    The content id decides first (one article under several URLs is one row with several appearances), then the
    hash of the text (a row of its own with `duplicate_of`). An edited article keeps its earlier version in
    `revisions`; one whose page has other bytes alone stays as it is. A version that lacks parts, or letters, or that a
    changed template has spoilt, never takes the place of a sound one.
    """
    old = db.conn.execute(
        "SELECT seq, record_sha256, appearances, revision FROM articles WHERE id = ?", (article.id,)
    ).fetchone()
    fingerprint = record_hash.of_article(article)
    if old is None:
        if tombstones.covers(db, article):
            return UpsertResult("forgotten")
        return _add(db, article, to_row(article) | {"record_sha256": fingerprint}, run=run, now=now)
    seq, stored, appearances, revision = old
    if stored == fingerprint:
        return _again(db, seq, appearances, revision, article.appearances, now=now)
    warnings, content, duplicate_of, parts, provenance = db.conn.execute(
        "SELECT warnings, content_sha256, duplicate_of, parts, provenance FROM articles WHERE seq = ?", (seq,)
    ).fetchone()
    if _is_worse(article, set(orjson.loads(warnings))):
        return _again(db, seq, appearances, revision, article.appearances, now=now)
    if _has_other_bytes_alone(article, stored, orjson.loads(parts)):
        return _again(db, seq, appearances, revision, article.appearances, now=now)
    before = Revision(**orjson.loads(revision))
    is_read_again = _says_the_same(article, stored, orjson.loads(parts))
    if is_read_again:
        before.last_checked, before.status, before.last_seen = now, "live", None
        after = before
    else:
        _keep_earlier(db, seq, before.n, stored, now)
        after = Revision(before.n + 1, stored, before.first_seen, now, now, "live")
    merged = merge_appearances(_appearances(appearances), article.appearances)
    row = to_row(article) | {
        "record_sha256": fingerprint,
        "appearances": json_text(merged),
        "revision": json_text(after),
        "duplicate_of": duplicate_of,
    }
    row["url"] = merged[0].url if merged else row["url"]
    if is_read_again:
        row["provenance"] = _provenance(orjson.loads(provenance), article.provenance)
    db.conn.execute(_UPDATE, row)
    last_checked.written(db, seq)
    text_changed(db, article.id, content, article.content_sha256, run=run, now=now)
    return UpsertResult("unchanged" if is_read_again else "changed", is_read_again)


def _says_the_same(article: Article, stored: str, parts: list[dict[str, Any]]) -> bool:
    """Tell whether the site changed nothing, so that only the program reads the page otherwise: no revision.

    That is so where the pages have the very bytes that the stored version was made of, or where version 1 of the
    record would have been the same.
    """
    payloads = [part["payload_sha256"] for part in parts]
    if payloads and payloads == [part.payload_sha256 for part in article.parts]:
        return True
    return record_hash.of_version_1(orjson.loads(orjson.dumps(article))) == stored


def _has_other_bytes_alone(article: Article, stored: str, parts: list[dict[str, Any]]) -> bool:
    """Tell whether the pages say what they said in other bytes: a menu or a list of related articles has changed.

    The hashes of the bytes are part of the record, and would make a revision of each such change.
    """
    record = orjson.loads(orjson.dumps(article))
    if [(part["n"], part["url"]) for part in record["parts"]] != [(part["n"], part["url"]) for part in parts]:
        return False
    return record["parts"] != parts and record_hash.is_of(record | {"parts": parts}, stored)


def _provenance(stored: dict[str, Any], made: Provenance) -> str:
    """Return where the stored version came from, with what the program says of it now, as JSON."""
    return json_text(stored | {name: getattr(made, name) for name in READ_FROM_BYTES})


READ_FROM_BYTES = (
    "charset_declared",
    "charset_used",
    "decode_replacements",
    "layout",
    "extractor_version",
    "normalizer",
)
"""Fields of the provenance that the program finds in the bytes; all others say how the bytes were had."""


def _keep_earlier(db: Database, seq: int, n: int, stored: str, now: str) -> None:
    """Put the version that is in the archive into `revisions`; what was hashed as version 1 stays version 1."""
    ((text,),) = db.conn.execute(f"SELECT {_AS_IT_STOOD} FROM articles WHERE seq = ?", (seq,))
    record = orjson.loads(text)
    if record_hash.of_record(record) != stored and record_hash.of_version_1(record) == stored:
        text = json_text(to_version_1(record))
    db.conn.execute("INSERT INTO revisions VALUES (?, ?, ?, ?)", (record["id"], n, now, text))


def _again(
    db: Database, seq: int, appearances: str, revision: str, more: list[Appearance], *, now: str
) -> UpsertResult:
    """Write down that the stored version stands, and where else it was seen; its row is touched for that alone."""
    if _IS_LIVE in revision and not _is_more(orjson.loads(appearances), more):
        last_checked.checked(db, seq, now)
        return UpsertResult("unchanged")
    before = Revision(**orjson.loads(revision))
    before.last_checked, before.status, before.last_seen = now, "live", None
    merged = merge_appearances(_appearances(appearances), more)
    db.conn.execute(
        "UPDATE articles SET appearances = ?, revision = ? WHERE seq = ?",
        (json_text(merged), json_text(before), seq),
    )
    last_checked.written(db, seq)
    return UpsertResult("unchanged")


_IS_LIVE = '"status":"live"'
"""As orjson writes it in `revision`; where another program wrote it, the row is looked at more closely."""


def _is_more(known: list[dict[str, Any]], seen: list[Appearance]) -> bool:
    """Whether what was seen says more of where the article stands than is known: a URL, a node, a section."""
    places = {appearance["url"]: appearance for appearance in known}
    for appearance in seen:
        place = places.get(appearance.url)
        if place is None:
            return True
        if (appearance.node and not place["node"]) or (appearance.section and not place["section"]):
            return True
    return False


def _appearances(text: str) -> list[Appearance]:
    return [Appearance(**appearance) for appearance in orjson.loads(text)]


def _add(db: Database, article: Article, row: dict[str, Any], *, run: int | None, now: str) -> UpsertResult:
    """Insert an article that is not in the archive, with the appearances that were seen before it was fetched."""
    seen = [
        Appearance(url, None, section, first, last)
        for url, section, first, last in db.conn.execute(
            "SELECT url, section, first_seen, last_seen FROM urls WHERE article = ? ORDER BY seq",
            (article.id,),
        )
    ]
    merged = merge_appearances(article.appearances, seen)
    for appearance in merged:
        appearance.first_seen = appearance.first_seen or now
        appearance.last_seen = appearance.last_seen or now
    fetched = article.provenance.fetched_at or now
    row |= {
        "appearances": json_text(merged),
        "revision": json_text(Revision(1, None, fetched, fetched, fetched, "live")),
    }
    if article.content_sha256 is None:
        db.conn.execute(_INSERT, row)
        return UpsertResult("new")
    # One look at the article that counts decides most cases, however many share its text.
    original = db.conn.execute(
        f"SELECT id, {_RANK} FROM articles WHERE content_sha256 = ? AND duplicate_of IS NULL",
        (article.content_sha256,),
    ).fetchone()
    if original is None:
        db.conn.execute(_INSERT, row)
        return UpsertResult("new")
    if original[1:] < _rank(article):
        row["duplicate_of"] = original[0]
        db.conn.execute(_INSERT, row)
        _write_down(db, article.url, article.id, original[0], run=run, now=now)
        return UpsertResult("duplicate")
    db.conn.execute(_INSERT, row)
    group_same_text(db, article.content_sha256, run=run, now=now)
    return UpsertResult("new")


_RANK = "id LIKE 'file/%' OR id LIKE 'url/%', coalesce(datetime_published, date_published, '9999'), id"
"""Of articles with one text, the one that counts: with an id of the site, earliest published, smallest id.

The answer does not depend on the order in which they came.
"""


def _rank(article: Article) -> tuple[int, str, str]:
    """The same of an article that is not in the archive yet."""
    return (
        int(article.id.startswith(("file/", "url/"))),
        article.datetime_published or article.date_published or "9999",
        article.id,
    )


def merge_appearances(known: list[Appearance], more: list[Appearance]) -> list[Appearance]:
    """Return all appearances, one a URL, in the order in which they were first known."""
    merged = {appearance.url: appearance for appearance in known}
    for appearance in more:
        same = merged.setdefault(appearance.url, appearance)
        same.node = same.node or appearance.node
        same.section = same.section or appearance.section
        same.first_seen = min(filter(None, (same.first_seen, appearance.first_seen)), default=None)
        same.last_seen = max(filter(None, (same.last_seen, appearance.last_seen)), default=None)
    return list(merged.values())


def text_changed(
    db: Database, article: str, old: str | None, new: str | None, *, run: int | None, now: str
) -> None:
    """Settle anew which articles count, of those with the old or the new text of one."""
    if old != new:
        _not_the_same(db, article)
    for digest in dict.fromkeys((old, new)):
        if digest is not None:
            group_same_text(db, digest, run=run, now=now)


def group_same_text(db: Database, digest: str, *, run: int | None, now: str) -> None:
    """Settle which of all articles with this text is the one that counts."""
    rows = db.conn.execute(
        f"SELECT seq, id, url, duplicate_of FROM articles WHERE content_sha256 = ? ORDER BY {_RANK}",
        (digest,),
    ).fetchall()
    first = rows[0][1] if rows else None
    for seq, article, url, duplicate_of in rows:
        original = None if article == first else first
        if duplicate_of == original:
            continue
        db.conn.execute("UPDATE articles SET duplicate_of = ? WHERE seq = ?", (original, seq))
        db.conn.execute("DELETE FROM duplicates WHERE article = ? AND reason = 'same_text'", (article,))
        if original is not None:
            _write_down(db, url, article, original, run=run, now=now)


def _write_down(
    db: Database, url: str | None, article: str, original: str, *, run: int | None, now: str
) -> None:
    """Say in `duplicates` that an article has the text of another."""
    db.conn.execute(
        "INSERT OR REPLACE INTO duplicates VALUES (?, ?, ?, 'same_text', ?, ?)",
        (url or article, article, original, run, now),
    )


def _not_the_same(db: Database, article: str) -> None:
    """Take back that an article is a duplicate: its text has changed."""
    db.conn.execute("UPDATE articles SET duplicate_of = NULL WHERE id = ?", (article,))
    db.conn.execute("DELETE FROM duplicates WHERE article = ? AND reason = 'same_text'", (article,))


def add_appearance(db: Database, article: str, appearance: Appearance, *, run: int | None, now: str) -> None:
    """Write down a further URL of an article."""
    db.conn.execute(
        "INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?, 'same_content_id', ?, ?)",
        (appearance.url, article, article, run, now),
    )
    row = db.conn.execute("SELECT seq, appearances FROM articles WHERE id = ?", (article,)).fetchone()
    if row is None:
        return
    appearance.first_seen = appearance.last_seen = now
    merged = merge_appearances(_appearances(row[1]), [appearance])
    db.conn.execute("UPDATE articles SET appearances = ? WHERE seq = ?", (json_text(merged), row[0]))


def mark(db: Database, article: str, status: Literal["live", "gone"], *, now: str) -> None:
    """Write down that the site was seen to have the article, or to have it no more; its content stays."""
    row = db.conn.execute("SELECT seq, revision FROM articles WHERE id = ?", (article,)).fetchone()
    if row is None:
        return
    if status == "live" and _IS_LIVE in row[1]:
        last_checked.checked(db, row[0], now)
        return
    revision = Revision(**orjson.loads(row[1]))
    if status == "live":
        revision.last_seen = None
    elif revision.status == "live":
        revision.last_seen = last_checked.last(db, row[0]) or revision.last_checked
    revision.status, revision.last_checked = status, now
    db.conn.execute("UPDATE articles SET revision = ? WHERE seq = ?", (json_text(revision), row[0]))
    last_checked.written(db, row[0])
