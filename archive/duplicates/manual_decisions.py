"""What a person decides about near duplicates, and takes back.

A decision is of texts, not of ids: it holds for every article with the very same text, now and later.
"""

from sqlite_utils import Database

from archive.duplicates.update_duplicates import UpdateResult, update
from kepu.errors import ArchiveError, NotFound


def stand_alone(db: Database, article: str, other: str | None = None) -> UpdateResult:
    """Let an article be a duplicate of no other, or not of one: exports do not leave it out for its sake.

    Returns what an update did, as `update` does. Raises NotFound where no article has one of the ids, or `update`
    has not seen it yet.
    """
    if other is not None:
        return _decide_pair(db, article, other, "apart")
    digest = _text(db, article)
    with db.atomic():
        db.conn.execute("INSERT OR IGNORE INTO internal_near_alone VALUES (?)", (digest,))
        _wait(db, digest)
    return update(db)


def join(db: Database, article: str, other: str) -> UpdateResult:
    """Let two articles be near duplicates, however alike they are; returns and raises the same."""
    return _decide_pair(db, article, other, "together")


def join_again(db: Database, article: str, other: str | None = None) -> UpdateResult:
    """Withdraw the manual decision on an article, or on a pair; returns and raises as above."""
    digest = _text(db, article)
    second = None if other is None else _text(db, other)
    with db.atomic():
        pairs = db.conn.execute(
            "SELECT a, b FROM internal_near_decided WHERE a = ?1 OR b = ?1", (digest,)
        ).fetchall()
        for a, b in pairs:
            if second in (None, a, b):
                db.conn.execute("DELETE FROM internal_near_decided WHERE a = ? AND b = ?", (a, b))
                _wait(db, a, b)
        if second is None:
            db.conn.execute("DELETE FROM internal_near_alone WHERE content_sha256 = ?", (digest,))
            _wait(db, digest)
    return update(db)


def _decide_pair(db: Database, article: str, other: str, decision: str) -> UpdateResult:
    digests = sorted((_text(db, article), _text(db, other)))
    if digests[0] == digests[1]:
        raise ArchiveError(
            "{article} and {other} have the same text: they are always together.",
            article=article,
            other=other,
        )
    with db.atomic():
        db.conn.execute("INSERT OR REPLACE INTO internal_near_decided VALUES (?, ?, ?)", (*digests, decision))
        _wait(db, *digests)
    return update(db)


def _text(db: Database, article: str) -> bytes:
    """Return the content hash of an article's text."""
    row = db.conn.execute(
        "SELECT content_sha256 FROM internal_near_articles JOIN internal_near_texts USING (n) WHERE seq = "
        "(SELECT seq FROM articles WHERE id = ?)",
        (article,),
    ).fetchone()
    if row is None:
        raise NotFound(
            "{article}: no such article among near duplicates; run `kepu duplicates` first.", article=article
        )
    return bytes(row[0])


def _wait(db: Database, *digests: bytes) -> None:
    """Let the articles with these texts be looked at again."""
    for digest in digests:
        db.conn.execute(
            "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM articles WHERE content_sha256 = ?",
            (digest.hex(),),
        )
