"""Remove articles permanently: from every table in one transaction, then from every file. A tombstone remains.

The tombstone records that the files are still to be cleaned. If the program ends in between, the next call continues:
`purge` may be called any number of times.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from sqlite_utils import Database

from archive import captures, pictures, tombstone_file
from archive.captures.keep_payloads import keep_payloads
from archive.corpus_folder import drop_corpus
from archive.revisions import find
from archive.sqlite_errors import explained
from archive.store import Store
from archive.tombstones import OWN_IDS, Tombstone, close, of_archive
from archive.upsert import group_same_text
from kepu import urls
from kepu.errors import Locked, NotFound
from kepu.json_text import json_text
from kepu.messages import say


@dataclass(slots=True)
class Target:
    """An article to forget."""

    id: str
    """Id of the article."""
    seq: int | None = None
    """Its row, or None if the archive does not have the article (it may have been forgotten, or must never be stored).
    """
    headline: str | None = None
    """Its headline; None if it has none or the archive has never seen it."""
    urls: list[str] = field(default_factory=list)
    """Every URL that is known to show it: appearances, parts, requested URLs."""
    texts: list[str] = field(default_factory=list)
    """`content_sha256` of its versions."""
    alike: list[str] = field(default_factory=list)
    """Ids of other articles with its text or in its cluster, which stay."""
    forgotten: bool = False
    """Whether it was forgotten before."""

    def lines(self) -> list[str]:
        """Return the lines that show it to a person."""
        state = (
            "forgotten before"
            if self.forgotten
            else "not in the archive"
            if self.seq is None
            else self.headline
        )
        same = [
            say("the same story is in {id}: name this id too if it is to go", id=id_) for id_ in self.alike
        ]
        return [f"{self.id}  {state or ''}", *(f"    {line}" for line in self.urls + same)]


def targets(
    db: Database, named: Iterable[str], *, author: str | None = None, unseen: bool = False
) -> list[Target]:
    """Return the articles with the given ids or URLs, and those by `author` (exact name), each once.

    An article without an id of the site is forgotten together with another that has the same text, because its text
    alone identifies it.

    With `unseen`, an id of the site or the URL of an article may be unknown to the archive, which must then never store
    it. Raises NotFound for any other name that matches no article.
    """
    ids = [_unseen(name) if unseen and _unseen(name) else _id_of(db, name) for name in named]
    if author is not None:
        rows = db.execute(
            "SELECT id FROM articles WHERE EXISTS "
            "(SELECT 1 FROM json_each(author) WHERE value ->> '$.name' = ?) ORDER BY seq",
            (author,),
        ).fetchall()
        if not rows:
            raise NotFound("no article has an author {author}; nothing was changed.", author=author)
        ids += [row[0] for row in rows]
    found = [_target(db, id_) for id_ in dict.fromkeys(ids)]
    copies = [id_ for target in found for id_ in _copies(db, target.texts) if id_ not in ids]
    found += [_target(db, id_) for id_ in dict.fromkeys(copies)]
    named_ids = {target.id for target in found}
    for target in found:
        target.alike = [id_ for id_ in target.alike if id_ not in named_ids]
    return found


def _copies(db: Database, texts: list[str]) -> list[str]:
    """Return the ids of articles with one of these texts that have no id of the site."""
    return [
        id_
        for digest in texts
        for (id_,) in db.execute("SELECT id FROM articles WHERE content_sha256 = ? ORDER BY id", (digest,))
        if id_.startswith(OWN_IDS)
    ]


def _unseen(name: str) -> str:
    """Return the id if a name has the form of one, or of an article's URL; otherwise an empty string."""
    parsed = urls.parse(name) if "://" in name else None
    return name if _ID.fullmatch(name) else parsed.key if parsed else ""


_ID = re.compile(r"(n|n1|n2|GB)(@[a-z0-9.-]+)?/[0-9]+|(url|file)/[0-9a-f]{16}")
"""The forms of ids: see pipelines/chrome/fields/article_ids.py."""


def _id_of(db: Database, name: str) -> str:
    """Return the id of the article with this name, also if it was forgotten before.

    For an article that was never stored, its id or URL is enough if the archive knows it, such as a page that failed.
    """
    try:
        return find(db, name)
    except NotFound as error:
        parsed = urls.parse(name) if "://" in name else None
        values = {
            "id": parsed.key if parsed else name,
            "url": urls.canonical(name) if "://" in name else name,
        }
        row = db.execute(_KNOWN_IDS, values).fetchone()
        if row is None:
            raise NotFound("{text} Nothing was changed.", text=error.text) from error
        return str(row[0])


_KNOWN_IDS = """
  SELECT id FROM tombstones WHERE id = :id OR substr(id, -length(:id) - 1) = '/' || :id
  UNION ALL SELECT article FROM urls WHERE article = :id
  UNION ALL SELECT article FROM urls WHERE url = :url AND article IS NOT NULL
  UNION ALL SELECT article FROM captures WHERE article = :id
  LIMIT 1
"""
"""The id of an article that the archive knows by its id, the end of its id after a slash, or its URL."""


def _target(db: Database, id_: str) -> Target:
    """Return everything that is known about an article."""
    conn = db.conn
    found = Target(id_)
    row = conn.execute("SELECT seq, headline, content_sha256 FROM articles WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        found.seq, found.headline = row[:2]
    found.urls = [url for (url,) in conn.execute(_URLS, {"id": id_})]
    found.texts = [digest for (digest,) in conn.execute(_TEXTS, {"id": id_})]
    found.alike = [other for (other,) in conn.execute(_ALIKE, {"id": id_})]
    found.forgotten = conn.execute("SELECT 1 FROM tombstones WHERE id = ?", (id_,)).fetchone() is not None
    return found


_RECORDS = """
  SELECT url, url_requested, appearances, parts, content_sha256 FROM articles WHERE id = :id
  UNION ALL SELECT record ->> '$.url', record ->> '$.url_requested', record -> '$.appearances',
    record -> '$.parts', record ->> '$.content_sha256' FROM revisions WHERE article = :id
"""
"""The fields with URLs, and the text hash, of all versions of an article."""

_URLS = f"""
  WITH versions (url, url_requested, appearances, parts, digest) AS ({_RECORDS})
  SELECT url FROM urls WHERE article = :id
  UNION SELECT url FROM versions WHERE url IS NOT NULL
  UNION SELECT url_requested FROM versions WHERE url_requested IS NOT NULL
  UNION SELECT value ->> '$.url' FROM versions, json_each(appearances)
  UNION SELECT value ->> '$.url' FROM versions, json_each(parts) WHERE value ->> '$.url' IS NOT NULL
  UNION SELECT url FROM duplicates WHERE article = :id AND reason = 'same_content_id'
  ORDER BY 1
"""
"""Every URL under which an article was found, requested or stored."""

_TEXTS = f"""
  WITH versions (url, url_requested, appearances, parts, digest) AS ({_RECORDS})
  SELECT DISTINCT digest FROM versions WHERE digest IS NOT NULL ORDER BY 1
"""
"""The text hashes of all versions of an article; versions without text have none."""

_ALIKE = """
  SELECT b.id FROM articles a JOIN articles b ON b.id <> a.id
    AND (b.content_sha256 = a.content_sha256 OR b.cluster = a.cluster)
  WHERE a.id = :id ORDER BY b.id
"""
"""Ids of other articles with the same text or in the same cluster."""


def forget(archive: Store, found: Sequence[Target], reason: str) -> None:
    """Remove articles from the archive and all its files, and store their tombstones.

    Raises Locked if a reader still uses the old state. The articles are then removed from every table, and calling this
    again cleans the files.
    """
    with archive.whole():
        for target in found:
            take_out(archive, target, reason, archive.now())
    purge(archive)


def take_out(archive: Store, target: Target, reason: str, now: str) -> None:
    """Remove one article from every table, within the caller's transaction, and store its tombstone.

    A payload that captures of other articles refer to is kept for them.
    """
    db, conn = archive.db, archive.db.conn
    conn.execute(
        "INSERT INTO tombstones VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET purged_at = "
        "NULL, "
        "reason = iif(excluded.forgotten_at < forgotten_at, excluded.reason, reason), "
        "forgotten_at = min(forgotten_at, excluded.forgotten_at), "
        "urls = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(urls) "
        "UNION SELECT value FROM json_each(excluded.urls) ORDER BY 1)), "
        "texts = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(texts) "
        "UNION SELECT value FROM json_each(excluded.texts) ORDER BY 1))",
        (target.id, json_text(target.urls), json_text(target.texts), reason, now),
    )
    shown = pictures.shown_by(db, target.id)
    _forget_captures(archive, captures.of_articles(db, [target.id]))
    (first,) = conn.execute("SELECT forgotten_at FROM tombstones WHERE id = ?", (target.id,)).fetchone()
    for url in target.urls:
        close(db, target.id, url, first)
        db.table("failures").delete_where("url = ?", [url])
    for table in ("revisions", "internal_split_founders", "duplicates", "internal_near_changes"):
        db.table(table).delete_where("article = ?", [target.id])
    if target.seq is None:
        _forget_captures(archive, pictures.drop(db, shown))
        return
    _leave_clusters(db, target.seq)
    db.table("failures").delete_where(
        "path = (SELECT provenance ->> '$.path' FROM articles WHERE seq = ?)", [target.seq]
    )
    db.table("articles").delete_where("seq = ?", [target.seq])
    _forget_captures(archive, pictures.drop(db, shown))
    for digest in target.texts:
        group_same_text(db, digest, run=None, now=now)


def _forget_captures(archive: Store, gone: list[str]) -> None:
    """Remove captures; a payload that others refer to is written again for them."""
    keep_payloads(archive.db, archive.captures, gone, archive.captures.folder)
    captures.forget(archive.db, gone)


def _leave_clusters(db: Database, seq: int) -> None:
    """Remove an article from near-duplicate detection, and queue the members of its cluster for another comparison."""
    conn = db.conn
    conn.execute(
        "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM internal_near_members WHERE cluster = "
        "(SELECT cluster FROM internal_near_members WHERE seq = ?)",
        (seq,),
    )
    conn.execute(
        "UPDATE articles SET cluster = NULL, similarity = NULL WHERE seq IN (SELECT seq FROM internal_near_members "
        "WHERE cluster = (SELECT cluster FROM internal_near_members WHERE seq = ?))",
        (seq,),
    )
    conn.execute(
        "DELETE FROM internal_near_members WHERE cluster = (SELECT cluster FROM internal_near_members WHERE seq = ?)",
        (seq,),
    )
    row = conn.execute(
        "SELECT content_sha256 FROM internal_near_articles m JOIN internal_near_texts USING (n) "
        "WHERE seq = :seq AND NOT EXISTS "
        "(SELECT 1 FROM internal_near_articles WHERE n = m.n AND seq != :seq)",
        {"seq": seq},
    ).fetchone()
    if row is not None:
        # No article has this text any more; the update that follows removes it from the index.
        conn.execute("DELETE FROM internal_near_alone WHERE content_sha256 = ?", row)
        conn.execute("DELETE FROM internal_near_decided WHERE a = :text OR b = :text", {"text": row[0]})


def unpurged(db: Database) -> list[str]:
    """Return the ids of forgotten articles that may still be in a file."""
    return [id_ for (id_,) in db.execute("SELECT id FROM tombstones WHERE purged_at IS NULL ORDER BY id")]


def purge(archive: Store) -> None:
    """Remove forgotten articles from captures, near duplicates, the corpus, JSONL, database and WAL.

    It does nothing if these are clean already. Raises Locked if a reader still uses the old state.
    """
    if not unpurged(archive.db):
        return
    conn = archive.db.conn
    tombstone_file.write(archive.db, archive.path)
    drop_corpus(archive.path)
    captures.purge(archive.db, captures.folder_for(archive.path))
    archive.bring_up_to_date()  # also near duplicates, whose keys are derived from the text
    archive.jsonl.rewrite()
    with explained(archive.path):
        # Deleted data remains in free pages; only rewriting the database removes it.
        conn.execute("VACUUM")
        _empty_wal(archive)
        conn.execute("UPDATE tombstones SET purged_at = ? WHERE purged_at IS NULL", (archive.now(),))


def _empty_wal(archive: Store) -> None:
    """Checkpoint the WAL into the database and truncate it."""
    (busy, _, _) = archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Locked(
            "{path}: another process reads the archive, and what it reads may hold what was forgotten; "
            "end it and run the same command again.",
            path=archive.path,
        )


def inherit(archive: Store, tombstones: Iterable[Tombstone]) -> list[str]:
    """Apply the tombstones of another archive, within the caller's transaction; return the ids that changed.

    Articles with such a tombstone are removed from this archive; `purge` then cleans the files.
    """
    db, changed = archive.db, []
    for id_, urls_, texts, reason, at in tombstones:
        target = _target(db, id_)
        known = db.execute("SELECT urls, texts, forgotten_at FROM tombstones WHERE id = ?", (id_,)).fetchone()
        target.urls = sorted({*target.urls, *orjson.loads(urls_)})
        target.texts = sorted({*target.texts, *orjson.loads(texts)})
        if known is None or target.seq is not None or at < known[2] or not _covers(target, *known[:2]):
            take_out(archive, target, reason, at)
            changed.append(id_)
        for copy in _copies(db, target.texts):
            take_out(archive, _target(db, copy), reason, at)
            changed.append(copy)
    return changed


def known_elsewhere(db: Database, other: Database) -> list[Tombstone]:
    """Return the tombstones of `db`, extended by the URLs and texts that `other` knows of these articles."""
    found: list[Tombstone] = []
    for id_, _, texts, reason, at in of_archive(db):
        targets_ = [_target(other, each) for each in (id_, *_copies(other, orjson.loads(texts)))]
        found += [(each.id, json_text(each.urls), json_text(each.texts), reason, at) for each in targets_]
    return found


def _covers(target: Target, urls_: str, texts: str) -> bool:
    """Return whether a tombstone already has all these URLs and texts."""
    return set(target.urls) <= set(orjson.loads(urls_)) and set(target.texts) <= set(orjson.loads(texts))
