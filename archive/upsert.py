"""Store one article as new, changed, unchanged or a copy of another article's text, or refuse a forgotten one.

Each article is compared with those stored before it, so rows are written one at a time, and by SQL: 45 µs per row of 44
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
"""What happened to an article: see `keep`."""

_INSERT = (
    f"INSERT INTO articles ({', '.join(ARTICLE_FIELDS)}, record_sha256) "
    f"VALUES ({', '.join(':' + name for name in ARTICLE_FIELDS)}, :record_sha256)"
)
"""Inserts a row; its parameters are the columns by name."""
_NOT_UPDATED = {"id", "cluster", "similarity"}
"""Columns that an update does not touch: the id, by which the row is found, and two that near-duplicate detection
maintains.
"""

_UPDATE = (
    f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in ARTICLE_FIELDS if name not in _NOT_UPDATED)}, "
    "record_sha256 = :record_sha256 WHERE id = :id"
)
"""Updates the row with the given id; its parameters are the columns by name."""


_EARLIER_RECORD = f"json_set({RECORD_SQL}, '$.cluster', NULL, '$.similarity', NULL)"
"""The record of an earlier version, without cluster and similarity, which depend on when they were computed."""

MANY_REPLACEMENTS = 50
"""A page with more undecodable bytes than this was read in the wrong charset; with fewer, it only has some broken
characters.
"""


def damage(article: Article) -> str | None:
    """Return why a version should be fetched again and must never replace a sound one, or None if it is sound.

    The reason is `incomplete` (parts are missing) or `lossy_decode` (more than MANY_REPLACEMENTS).
    """
    if "incomplete" in article.warnings:
        return "incomplete"
    return "lossy_decode" if article.provenance.decode_replacements > MANY_REPLACEMENTS else None


_DRIFT_OR_EDIT = {"short_body"}
"""A drift warning that an editor can cause too: a text replaced by a notice of two lines is a revision."""


def _is_worse(article: Article, stored_warnings: set[str]) -> bool:
    """Return whether a version must not replace the stored one, which has the warnings `stored_warnings`."""
    if damage(article):
        return not {"incomplete", "lossy_decode"} & stored_warnings
    return bool(DRIFT & set(article.warnings) - stored_warnings - _DRIFT_OR_EDIT)


@dataclass(slots=True)
class UpsertResult:
    """The result of `keep`."""

    kept: Kept
    """What happened: new, changed, unchanged, duplicate or forgotten."""
    is_read_again: bool = False
    """Whether the page is unchanged but a newer extractor produced a different record."""


def keep(db: Database, article: Article, *, run: int | None, now: str) -> UpsertResult:
    """Store an article within the caller's transaction, and return what happened.

    `kept` of the result is "duplicate" for a new row if an article that ranks before it (`_RANK`) has the same text,
    and "new" for any other new row. If the new row ranks first, it is the original, and the others get `duplicate_of`.
    `kept` is "changed" for a new revision of a stored article, "unchanged" if the stored version stays or if only the
    extractor changed, and "forgotten" if a tombstone forbids the article. A tombstone is looked up only for an article
    that is not stored. `run` is the number of the crawl or import, or None outside one; `now` is the time to record.

    Articles are identified by their content id: one article under several URLs is one row with several appearances.
    The earlier version of an edited article goes to `revisions`; there is no revision if only bytes outside the article
    changed. A version that is damaged (see `damage`), or that has a warning of DRIFT other than `short_body` which the
    stored one has not, never replaces a sound one.
    """
    old = db.execute(
        "SELECT seq, record_sha256, appearances, revision FROM articles WHERE id = ?", (article.id,)
    ).fetchone()
    fingerprint = record_hash.of_article(article)
    if old is None:
        if tombstones.covers(db, article):
            return UpsertResult("forgotten")
        return _add(db, article, to_row(article) | {"record_sha256": fingerprint}, run=run, now=now)
    seq, stored_sha256, appearances, revision = old
    if stored_sha256 == fingerprint:
        return _record_check(db, seq, appearances, revision, article.appearances, now=now)
    warnings, content, duplicate_of, parts, provenance = db.execute(
        "SELECT warnings, content_sha256, duplicate_of, parts, provenance FROM articles WHERE seq = ?", (seq,)
    ).fetchone()
    if _is_worse(article, set(orjson.loads(warnings))):
        return _record_check(db, seq, appearances, revision, article.appearances, now=now)
    stored_parts = orjson.loads(parts)
    if _differs_only_outside(article, stored_sha256, stored_parts):
        return _record_check(db, seq, appearances, revision, article.appearances, now=now)
    before = Revision(**orjson.loads(revision))
    is_read_again = _is_same_page(article, stored_sha256, stored_parts)
    if is_read_again:
        before.last_checked, before.status, before.last_seen = now, "live", None
        after = before
    else:
        _keep_earlier(db, seq, before.n, stored_sha256, now)
        after = Revision(
            n=before.n + 1,
            previous_sha256=stored_sha256,
            first_seen=before.first_seen,
            last_changed=now,
            last_checked=now,
            status="live",
        )
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
    db.execute(_UPDATE, row)
    last_checked.written(db, seq)
    text_changed(db, article.id, content, article.content_sha256, run=run, now=now)
    return UpsertResult("unchanged" if is_read_again else "changed", is_read_again)


def _is_same_page(article: Article, stored_sha256: str, parts: list[dict[str, Any]]) -> bool:
    """Return whether the page is unchanged, so that a different record comes from the program alone and is no revision.

    This is so if the pages have the same bytes as those of the stored version, or if version 1 of the record would be
    the same.
    """
    payloads = [part["payload_sha256"] for part in parts]
    if payloads and payloads == [part.payload_sha256 for part in article.parts]:
        return True
    return record_hash.of_version_1(orjson.loads(orjson.dumps(article))) == stored_sha256


def _differs_only_outside(article: Article, stored_sha256: str, parts: list[dict[str, Any]]) -> bool:
    """Return whether only bytes outside the article changed, such as a menu or a list of related articles.

    The hashes of the bytes are part of the record, so each such change would otherwise make a revision.
    """
    record = orjson.loads(orjson.dumps(article))
    if [(part["n"], part["url"]) for part in record["parts"]] != [(part["n"], part["url"]) for part in parts]:
        return False
    return record["parts"] != parts and record_hash.is_of(record | {"parts": parts}, stored_sha256)


def _provenance(stored: dict[str, Any], made: Provenance) -> str:
    """Return the stored provenance, updated with what the extractor derives from the page, as JSON."""
    return json_text(stored | {name: getattr(made, name) for name in READ_FROM_BYTES})


READ_FROM_BYTES = (
    "charset_declared",
    "charset_used",
    "decode_replacements",
    "layout",
    "extractor_version",
    "normalizer",
)
"""Provenance fields that the extractor derives from the bytes of a page; the others describe how the page was fetched.
"""


def _keep_earlier(db: Database, seq: int, n: int, stored_sha256: str, now: str) -> None:
    """Copy the stored version to `revisions`, so that its record has the hash `stored_sha256`.

    If that is the hash of version 1 of the record schema, the record is stored in that version.
    """
    ((text,),) = db.execute(f"SELECT {_EARLIER_RECORD} FROM articles WHERE seq = ?", (seq,))
    record = orjson.loads(text)
    if record_hash.of_record(record) != stored_sha256 and record_hash.of_version_1(record) == stored_sha256:
        text = json_text(to_version_1(record))
    db.execute("INSERT INTO revisions VALUES (?, ?, ?, ?)", (record["id"], n, now, text))


def _record_check(
    db: Database, seq: int, appearances: str, revision: str, more: list[Appearance], *, now: str
) -> UpsertResult:
    """Record that the stored version is still current, and add further appearances to its row if there are any."""
    if _IS_LIVE in revision and not _is_more(orjson.loads(appearances), more):
        last_checked.checked(db, seq, now)
        return UpsertResult("unchanged")
    before = Revision(**orjson.loads(revision))
    before.last_checked, before.status, before.last_seen = now, "live", None
    merged = merge_appearances(_appearances(appearances), more)
    db.execute(
        "UPDATE articles SET appearances = ?, revision = ? WHERE seq = ?",
        (json_text(merged), json_text(before), seq),
    )
    last_checked.written(db, seq)
    return UpsertResult("unchanged")


_IS_LIVE = '"status":"live"'
"""The status as orjson writes it in `revision`. If another program wrote the field otherwise, the row is
written again.
"""


def _is_more(known: list[dict[str, Any]], seen: list[Appearance]) -> bool:
    """Return whether the appearances add a URL, or a node or section that is missing, to those already known."""
    places = {appearance["url"]: appearance for appearance in known}
    for appearance in seen:
        place = places.get(appearance.url)
        if place is None:
            return True
        if (appearance.node and not place["node"]) or (appearance.section and not place["section"]):
            return True
    return False


def _appearances(text: str) -> list[Appearance]:
    """Return the appearances in the JSON of a row."""
    return [Appearance(**appearance) for appearance in orjson.loads(text)]


def _add(db: Database, article: Article, row: dict[str, Any], *, run: int | None, now: str) -> UpsertResult:
    """Insert an article that the archive lacks, with the appearances recorded before it was fetched."""
    seen = [
        Appearance(url, None, section, first, last)
        for url, section, first, last in db.execute(
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
        "revision": json_text(Revision(n=1, first_seen=fetched, last_changed=fetched, last_checked=fetched)),
    }
    if article.content_sha256 is None:
        db.execute(_INSERT, row)
        return UpsertResult("new")
    # Comparing with the original alone settles most cases, however many articles share its text.
    original = db.execute(
        f"SELECT id, {_RANK} FROM articles WHERE content_sha256 = ? AND duplicate_of IS NULL",
        (article.content_sha256,),
    ).fetchone()
    if original is None:
        db.execute(_INSERT, row)
        return UpsertResult("new")
    if original[1:] < _rank(article):
        row["duplicate_of"] = original[0]
        db.execute(_INSERT, row)
        _record_same_text(db, article.url, article.id, original[0], run=run, now=now)
        return UpsertResult("duplicate")
    db.execute(_INSERT, row)
    group_same_text(db, article.content_sha256, run=run, now=now)
    return UpsertResult("new")


_RANK = "id LIKE 'file/%' OR id LIKE 'url/%', coalesce(datetime_published, date_published, '9999'), id"
"""Sort order of articles with the same text: those with an id of the site, the earliest published, the smallest id.

The first one is the original. The order does not depend on when each was stored.
"""


def _rank(article: Article) -> tuple[int, str, str]:
    """Return the values of `_RANK` for an article that is not stored yet."""
    return (
        int(article.id.startswith(("file/", "url/"))),
        article.datetime_published or article.date_published or "9999",
        article.id,
    )


def merge_appearances(known: list[Appearance], more: list[Appearance]) -> list[Appearance]:
    """Merge appearances by URL, those of `known` first.

    Of each URL, the first node and section, the earliest `first_seen` and the latest `last_seen` are kept. The objects
    of both lists may be changed.
    """
    merged = {appearance.url: appearance for appearance in known}
    for appearance in more:
        same = merged.setdefault(appearance.url, appearance)
        same.node = same.node or appearance.node
        same.section = same.section or appearance.section
        same.first_seen = min(filter(None, (same.first_seen, appearance.first_seen)), default=None)
        same.last_seen = max(filter(None, (same.last_seen, appearance.last_seen)), default=None)
    return list(merged.values())


def text_changed(
    db: Database, article_id: str, old: str | None, new: str | None, *, run: int | None, now: str
) -> None:
    """Recompute `duplicate_of` and `duplicates` after the text hash of an article went from `old` to `new`.

    None means no text. All articles with either hash are looked at.
    """
    if old != new:
        _clear_duplicate(db, article_id)
    for digest in dict.fromkeys((old, new)):
        if digest is not None:
            group_same_text(db, digest, run=run, now=now)


def group_same_text(db: Database, digest: str, *, run: int | None, now: str) -> None:
    """Recompute which article with this text hash is the original, and set `duplicate_of` of the others."""
    rows = db.execute(
        f"SELECT seq, id, url, duplicate_of FROM articles WHERE content_sha256 = ? ORDER BY {_RANK}",
        (digest,),
    ).fetchall()
    first = rows[0][1] if rows else None
    for seq, article, url, duplicate_of in rows:
        original = None if article == first else first
        if duplicate_of == original:
            continue
        db.execute("UPDATE articles SET duplicate_of = ? WHERE seq = ?", (original, seq))
        db.execute("DELETE FROM duplicates WHERE article = ? AND reason = 'same_text'", (article,))
        if original is not None:
            _record_same_text(db, url, article, original, run=run, now=now)


def _record_same_text(
    db: Database, url: str | None, article: str, original: str, *, run: int | None, now: str
) -> None:
    """Record in `duplicates` that an article has the same text as another."""
    db.execute(
        "INSERT OR REPLACE INTO duplicates VALUES (?, ?, ?, 'same_text', ?, ?)",
        (url or article, article, original, run, now),
    )


def _clear_duplicate(db: Database, article: str) -> None:
    """Clear `duplicate_of` of an article whose text has changed."""
    db.execute("UPDATE articles SET duplicate_of = NULL WHERE id = ?", (article,))
    db.execute("DELETE FROM duplicates WHERE article = ? AND reason = 'same_text'", (article,))


def add_appearance(db: Database, article: str, appearance: Appearance, *, run: int | None, now: str) -> None:
    """Record a further URL of an article in `duplicates` and, if the article is stored, in its appearances.

    The dates of `appearance` are set to `now`.
    """
    db.execute(
        "INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?, 'same_content_id', ?, ?)",
        (appearance.url, article, article, run, now),
    )
    row = db.execute("SELECT seq, appearances FROM articles WHERE id = ?", (article,)).fetchone()
    if row is None:
        return
    appearance.first_seen = appearance.last_seen = now
    merged = merge_appearances(_appearances(row[1]), [appearance])
    db.execute("UPDATE articles SET appearances = ? WHERE seq = ?", (json_text(merged), row[0]))


def mark(db: Database, article: str, status: Literal["live", "gone"], *, now: str) -> None:
    """Record that the site still has the article ("live") or no longer has it ("gone"); its content stays stored."""
    row = db.execute("SELECT seq, revision FROM articles WHERE id = ?", (article,)).fetchone()
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
    db.execute("UPDATE articles SET revision = ? WHERE seq = ?", (json_text(revision), row[0]))
    last_checked.written(db, row[0])
