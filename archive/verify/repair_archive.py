"""What can be made again from the articles, and how; nothing else is ever touched."""

from collections.abc import Callable

from archive.forget import purge
from archive.store import Store
from archive.upsert import group_same_text
from kepu.messages import Text

Remedy = Callable[[Store], None]


def groups(archive: Store) -> None:
    """Settle anew which articles have one text, and which of them counts."""
    with archive.whole() as db:
        db.conn.execute("DELETE FROM duplicates WHERE reason = 'same_text'")
        db.conn.execute("UPDATE articles SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL")
        shared = db.conn.execute(
            "SELECT content_sha256 FROM articles WHERE content_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
        for (digest,) in shared:
            group_same_text(db, digest, run=None, now=archive.now())


def clusters(archive: Store) -> None:
    """Find near duplicates anew, but for what a person decided."""
    with archive.whole() as db:
        for table in ("articles", "members", "pairs", "stock", "parts", "runs", "texts"):
            db.conn.execute(f"DELETE FROM near_{table}")
        db.conn.execute("UPDATE articles SET cluster = NULL, similarity = NULL WHERE cluster IS NOT NULL")
        db.conn.execute("DELETE FROM near_waiting")
        db.conn.execute("INSERT INTO near_waiting SELECT seq FROM articles")
    archive.bring_up_to_date()


def checks(archive: Store) -> None:
    """Drop last looks at articles that are not there."""
    with archive.whole() as db:
        db.conn.execute("DELETE FROM checks WHERE article_seq NOT IN (SELECT seq FROM articles)")


def indexes(archive: Store) -> None:
    """Make the indexes of SQLite anew."""
    archive.db.conn.execute("REINDEX")


def search(archive: Store) -> None:
    """Make the index of search anew."""
    from archive.search.update_index import rebuild

    rebuild(archive.db)


REMEDIES: dict[str, tuple[Text, Remedy]] = {
    "indexes": (Text("made anew from their tables"), indexes),
    "groups": (Text("settled anew"), groups),
    "clusters": (Text("found anew"), clusters),
    "checks": (Text("dropped"), checks),
    "purge": (Text("cleaned"), purge),
    "search": (Text("made anew"), search),
}
"""Remedy → what it does, as a word, and the function."""
