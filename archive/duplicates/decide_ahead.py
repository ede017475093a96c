"""Decide near duplicates of archives that are being merged into a new one, before the merge is done.

The process of decide_in_second_process.py fills its scratch database from the archives themselves, and decides. When
the merge is done, it compares each article with the one that the merge made, and decides again on those that differ,
because several archives had them or because they were forgotten. The result does not depend on the order in which
articles become known, so it is that of an update after the merge.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.duplicates import known_sketches
from archive.duplicates.update_duplicates import update

DECIDING = "content_sha256, date_published, datetime_published, char_count, duplicate_of, warnings"
"""Columns of `articles` that decide, besides the text and the time at which the article was first seen."""

_FIRST_SEEN = "{0}.revision ->> '$.first_seen'"
_TEXT = "coalesce({0}.text_canonical, {0}.text)"

_ADD = f"""
  INSERT OR IGNORE INTO main.articles (id, {DECIDING}, revision, text_canonical)
  SELECT id, {DECIDING.replace("duplicate_of", "NULL")}, revision, {_TEXT.format("a")} FROM source.articles a
  ORDER BY seq
"""
"""Adds the articles of an archive; the merge decides again which of them have the same text."""

_DIFFERENT = f"""
  CREATE TEMP TABLE different AS SELECT mine.seq AS mine, theirs.seq AS theirs
  FROM merged.articles theirs LEFT JOIN main.articles mine USING (id) WHERE mine.seq IS NULL
    OR {" OR ".join(f"mine.{name} IS NOT theirs.{name}" for name in DECIDING.split(", "))}
    OR {_FIRST_SEEN.format("mine")} IS NOT {_FIRST_SEEN.format("theirs")}
    OR mine.text_canonical IS NOT {_TEXT.format("theirs")}
"""
"""The articles of the merged archive that the scratch database lacks, or has with other values."""

_RECONCILE = (
    "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM main.articles "
    "WHERE id NOT IN (SELECT id FROM merged.articles)",
    "DELETE FROM main.articles WHERE id NOT IN (SELECT id FROM merged.articles)",
    f"UPDATE main.articles SET ({DECIDING}, revision, text_canonical) = "
    f"(SELECT {DECIDING}, revision, {_TEXT.format('a')} FROM merged.articles a "
    "WHERE a.seq = (SELECT theirs FROM different WHERE mine = main.articles.seq)) "
    "WHERE seq IN (SELECT mine FROM different)",
    f"INSERT INTO main.articles (id, {DECIDING}, revision, text_canonical) "
    f"SELECT id, {DECIDING}, revision, {_TEXT.format('a')} FROM merged.articles a "
    "WHERE seq IN (SELECT theirs FROM different WHERE mine IS NULL) ORDER BY seq",
    "INSERT OR IGNORE INTO internal_near_waiting SELECT s.seq FROM different d "
    "JOIN merged.articles a ON a.seq = d.theirs JOIN main.articles s USING (id)",
    "INSERT INTO internal_near_alone SELECT * FROM merged.internal_near_alone",
    "INSERT INTO internal_near_decided SELECT * FROM merged.internal_near_decided",
    "INSERT OR IGNORE INTO internal_near_waiting SELECT seq FROM main.articles WHERE content_sha256 IN ("
    "SELECT lower(hex(content_sha256)) FROM internal_near_alone "
    "UNION SELECT lower(hex(a)) FROM internal_near_decided UNION SELECT lower(hex(b)) FROM internal_near_decided)",
)
"""Statements that make the articles and the manual decisions those of the merged archive, and queue what changed."""

_MOVED = """
  CREATE TEMP TABLE moved AS SELECT mine.seq AS mine, theirs.seq AS theirs
  FROM main.articles mine JOIN merged.articles theirs USING (id) WHERE mine.seq != theirs.seq
"""
"""The articles that have another row in the merged archive."""


def fill(db: Database, sources: Iterable[Path]) -> None:
    """Fill an empty scratch database with the articles of archives that nobody writes to, and with their sketches."""
    for path in sources:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        db.execute("ATTACH DATABASE ? AS source", (address,))
        with db.atomic():
            db.execute(_ADD)
        db.execute("DETACH DATABASE source")
        with closing(sqlite3.connect(address, uri=True)) as source:
            known_sketches.take_over(db.conn, source)
    with db.atomic():
        db.execute("INSERT INTO internal_near_waiting SELECT seq FROM articles")


def reconcile(db: Database, merged: Path) -> None:
    """Make the decisions in a scratch database those about the articles of the merged archive, with its rows."""
    db.execute("ATTACH DATABASE ? AS merged", (f"{merged.as_uri()}?mode=ro",))
    db.execute(_DIFFERENT)
    db.execute("CREATE INDEX temp.different_mine ON different (mine)")
    with db.atomic():
        for statement in _RECONCILE:
            db.execute(statement)
    update(db)
    db.execute(_MOVED)
    db.execute("CREATE INDEX temp.moved_mine ON moved (mine)")
    with db.atomic():
        for table in ("articles", "internal_near_articles", "internal_near_members"):
            # Negative first, so that no two rows ever have the same number.
            db.execute(
                f"UPDATE main.{table} SET seq = -(SELECT theirs FROM moved WHERE mine = main.{table}.seq) "
                "WHERE seq IN (SELECT mine FROM moved)"
            )
            db.execute(f"UPDATE main.{table} SET seq = -seq WHERE seq < 0")
        # Nobody has seen the decisions about articles that were not merged yet.
        db.execute("DELETE FROM internal_near_changes")
    db.execute("DETACH DATABASE merged")
