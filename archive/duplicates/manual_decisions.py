"""Make and withdraw manual decisions about near duplicates.

A decision refers to texts, not ids: it applies to every article with exactly the same text, now and later.
"""

from sqlite_utils import Database

from archive.duplicates.update_duplicates import UpdateResult, update
from kepu.errors import ArchiveError, NotFound


def stand_alone(db: Database, article: str, other: str | None = None) -> UpdateResult:
    """Decide that an article is a duplicate of no other, or not of `other`, so that exports keep it.

    Return the results of the update that follows. Raises NotFound if no article has one of the ids, or if `update` has
    not processed it yet, and ArchiveError if both articles have the same text, because such articles always belong
    together. The caller must not have an open transaction.
    """
    if other is not None:
        return _decide_pair(db, article, other, "apart")
    digest = _text(db, article)
    with db.atomic():
        db.table("internal_near_alone").insert({"content_sha256": digest}, ignore=True)
        _wait(db, digest)
    return update(db)


def join(db: Database, article: str, other: str) -> UpdateResult:
    """Decide that two articles are near duplicates, whatever their similarity.

    Returns and raises as `stand_alone` does.
    """
    return _decide_pair(db, article, other, "together")


def withdraw(db: Database, article: str, other: str | None = None) -> UpdateResult:
    """Withdraw the manual decision on an article, or on a pair; returns and raises as `stand_alone` does."""
    digest = _text(db, article)
    second = None if other is None else _text(db, other)
    with db.atomic():
        pairs = db.execute(
            "SELECT a, b FROM internal_near_decided WHERE a = :text OR b = :text", {"text": digest}
        ).fetchall()
        for a, b in pairs:
            if second in (None, a, b):
                db.table("internal_near_decided").delete((a, b))
                _wait(db, a, b)
        if second is None:
            db.table("internal_near_alone").delete_where("content_sha256 = ?", [digest])
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
        decided = {"a": digests[0], "b": digests[1], "decision": decision}
        db.table("internal_near_decided").insert(decided, replace=True)
        _wait(db, *digests)
    return update(db)


def _text(db: Database, article: str) -> bytes:
    """Return the content hash of an article's text."""
    row = db.execute(
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
    """Queue the articles with these texts for another comparison."""
    for digest in digests:
        db.execute(
            "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM articles WHERE content_sha256 = ?",
            (digest.hex(),),
        )
