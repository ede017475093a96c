"""Rows whose hash does not match: set apart, and used only if no other source has the article."""

from typing import Any

import orjson
from sqlite_utils import Database

from archive import row_hash
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS
from archive.stored_body import encoded
from kepu.messages import Text

Hashes = dict[int, bytes]
"""Maps the number of each row of `articles` that has not been written since it was hashed to its hash."""


def hashes_of(conn: Any) -> Hashes:
    """Return the hashes that a database has of its articles. Raises sqlite3.Error if they cannot be read."""
    return dict(
        conn.execute(
            "SELECT seq, sha256 FROM internal_article_hashes "
            "WHERE seq NOT IN (SELECT seq FROM internal_articles_to_hash)"
        ).fetchall()
    )


def set_apart(db: Database, hashes: Hashes, broken: list[str]) -> list[dict[str, Any]]:
    """Remove rows that do not match their hash from `db`, within the caller's transaction; report and return them.

    A row with malformed JSON, and a version whose record is malformed, is removed and reported but not returned, since
    it cannot be used.
    """
    suspects = []
    for row in list(row_hash.rows(db, "articles")):
        is_readable = _is_readable(row)
        if is_readable and hashes.get(row["seq"], row_hash.of_row(row)) == row_hash.of_row(row):
            continue
        broken.append(_damaged(row, is_readable=is_readable))
        db.execute("DELETE FROM articles WHERE seq = ?", (row["seq"],))
        if is_readable:
            suspects.append(row)
    unreadable = db.execute("SELECT article, n FROM revisions WHERE NOT json_valid(record)").fetchall()
    for article, n in unreadable:
        broken.append(Text("version {n} of {id} cannot be read", n=n, id=article))
        db.execute("DELETE FROM revisions WHERE article = ? AND n = ?", (article, n))
    return suspects


def _damaged(row: dict[str, Any], *, is_readable: bool) -> Text:
    if is_readable:
        return Text(
            "article {id} (row {row}) is damaged: it does not match its hash", id=row["id"], row=row["seq"]
        )
    return Text(
        "article {id} (row {row}) is damaged: its values have a wrong type or are not valid JSON",
        id=row["id"],
        row=row["seq"],
    )


def _is_readable(row: dict[str, Any]) -> bool:
    try:
        values = [orjson.loads(row[name]) for name in JSON_FIELDS if row[name] is not None]
        nested = all(isinstance(orjson.loads(row[name]), dict) for name in ("revision", "provenance"))
    except (ValueError, TypeError):
        return False
    return nested and all(isinstance(value, (dict, list)) for value in values)


def bring_back(db: Database, suspects: list[dict[str, Any]]) -> None:
    """Insert unchanged the rows of articles that no other source had."""
    names = (*ARTICLE_FIELDS, "record_sha256")
    for row in map(encoded, suspects):
        db.execute(
            f"INSERT OR IGNORE INTO articles ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [row.get(name) for name in names],
        )
