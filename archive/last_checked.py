"""When an unchanged article was last checked: a narrow row beside the wide one of the article, which is not touched.

A row of `articles` is written anew only when the article is. Until then `internal_checks` says when the site was last
asked for it, and RECORD_SQL (schema/record_columns.py) puts that into the record's `revision.last_checked`.
"""

from sqlite_utils import Database


def checked(db: Database, seq: int, now: str) -> None:
    """Write down that the site was asked for an article and had it as it is."""
    db.conn.execute("INSERT OR REPLACE INTO internal_checks VALUES (?, ?)", (seq, now))


def last(db: Database, seq: int) -> str | None:
    """Return when an article was last checked, where that is not written in its row."""
    row = db.conn.execute("SELECT checked_at FROM internal_checks WHERE article_seq = ?", (seq,)).fetchone()
    return str(row[0]) if row else None


def written(db: Database, seq: int) -> None:
    """The article's row is being written, its `last_checked` with it."""
    db.conn.execute("DELETE FROM internal_checks WHERE article_seq = ?", (seq,))
