"""Times at which unchanged articles were last checked, in a narrow table, so that wide rows are not rewritten.

A row of `articles` is rewritten only when the article changes. Until then `internal_checks` has the time of the last
check, and RECORD_SQL (schema/record_columns.py) copies it into the record's `revision.last_checked`.
"""

from sqlite_utils import Database


def checked(db: Database, seq: int, now: str) -> None:
    """Record that the site still had an article unchanged at the time `now`; `seq` is the number of its row."""
    db.execute("INSERT OR REPLACE INTO internal_checks VALUES (?, ?)", (seq, now))


def last(db: Database, seq: int) -> str | None:
    """Return when an article was last checked, or None if its row has that time."""
    row = db.execute("SELECT checked_at FROM internal_checks WHERE article_seq = ?", (seq,)).fetchone()
    return str(row[0]) if row else None


def written(db: Database, seq: int) -> None:
    """Delete the separate time of an article whose row, with its `last_checked`, has been written."""
    db.execute("DELETE FROM internal_checks WHERE article_seq = ?", (seq,))
