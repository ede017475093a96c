"""What a person decides about near duplicates, and takes back."""

from sqlite_utils import Database

from archive.duplicates.clusters import settle
from kepu.errors import NotFound


def stand_alone(db: Database, article: str) -> list[int]:
    """Take an article, and all with the very same text, out of the cluster of its story, now and later.

    Returns the `seq` of the articles whose cluster changed. Raises NotFound where no article has this id or
    `update` has not seen it yet.
    """
    return _decide(
        db, article, "INSERT OR IGNORE INTO near_alone SELECT content_sha256 FROM near_texts WHERE n = ?"
    )


def join_again(db: Database, article: str) -> list[int]:
    """Take `stand_alone` back; returns and raises the same."""
    return _decide(
        db,
        article,
        "DELETE FROM near_alone WHERE content_sha256 = (SELECT content_sha256 FROM near_texts WHERE n = ?)",
    )


def _decide(db: Database, article: str, statement: str) -> list[int]:
    row = db.conn.execute(
        "SELECT n FROM near_articles JOIN articles USING (seq) WHERE id = ?", (article,)
    ).fetchone()
    if row is None:
        raise NotFound(
            "{article}: no such article among near duplicates; run `kepu duplicates` first.", article=article
        )
    (text,) = row
    near = {n for pair in db.conn.execute(_NEAR, (text, text)) for n in pair}
    with db.atomic():
        db.conn.execute(statement, (text,))
        changed = settle(db.conn, near | {text})
        if changed:
            db.conn.execute("UPDATE jsonl SET stale = 1 WHERE seq >= ?", (min(changed),))
        return changed


_NEAR = "SELECT a, b FROM near_pairs WHERE a = ? UNION ALL SELECT a, b FROM near_pairs WHERE b = ?"
