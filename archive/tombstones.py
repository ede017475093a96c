"""Tombstones of forgotten articles: the id, the URLs and a reason, without any of the text."""

from urllib.parse import urlsplit

from sqlite_utils import Database

from kepu.records import Article

OWN_IDS = ("file/", "url/")
"""Prefixes of ids that are hashes, for articles without an id of the site. Their copies are known by their text alone.
"""


def covers(db: Database, article: Article) -> bool:
    """Return whether an article was forgotten, by its id, by its URL or, if it has no id of the site, by its text."""
    return is_forgotten(
        db,
        article.id,
        [appearance.url for appearance in article.appearances] + [article.url_requested or ""],
        article.content_sha256,
    )


def is_forgotten(db: Database, id_: str, urls: list[str], content_sha256: str | None) -> bool:
    """Return whether an article with this id, URLs and text hash was forgotten.

    The text counts only for an id that is not one of the site.
    """
    if db.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return False
    found = db.execute("SELECT 1 FROM tombstones WHERE id = ?", (id_,)).fetchone()
    for url in () if found else urls:
        found = (
            found or db.execute("SELECT 1 FROM urls WHERE url = ? AND code = 'forgotten'", (url,)).fetchone()
        )
    if found is None and content_sha256 and id_.startswith(OWN_IDS):
        found = db.execute(
            "SELECT 1 FROM tombstones, json_each(texts) WHERE value = ?", (content_sha256,)
        ).fetchone()
    return found is not None


def named(db: Database, name: str) -> tuple[str, str, str] | None:
    """Return id, reason and time of the forgotten article with this name, or None if there is none.

    A name is an id, the end of an id after its slash, or a URL of the article.
    """
    if not name or "tombstones" not in db.table_names():
        return None
    row = db.execute(
        "SELECT id, reason, forgotten_at FROM tombstones WHERE id = :name "
        "OR substr(id, -length(:name) - 1) = '/' || :name "
        "OR EXISTS (SELECT 1 FROM json_each(urls) WHERE value = :name) ORDER BY id = :name DESC, id LIMIT 1",
        {"name": name},
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]), str(row[2]))


Tombstone = tuple[str, str, str, str, str]
"""A row of `tombstones`: id, urls, texts, reason, forgotten_at."""


def of_archive(db: Database) -> list[Tombstone]:
    """Return the tombstones of an archive."""
    return db.execute("SELECT id, urls, texts, reason, forgotten_at FROM tombstones ORDER BY id").fetchall()


def close(db: Database, id_: str, url: str, now: str) -> None:
    """Exclude a URL of a forgotten article permanently, and clear what its row has from pages of the site.

    An empty `id_` leaves the article of the row as it is.
    """
    db.execute(
        "INSERT OR IGNORE INTO urls (url, host, kind, state, first_seen, last_seen) "
        "VALUES (?, ?, 'article', 'excluded', ?, ?)",
        (url, urlsplit(url).hostname or "", now, now),
    )
    db.execute(
        "UPDATE urls SET article = coalesce(nullif(?, ''), article), state = 'excluded', code = 'forgotten', "
        "first_seen = min(first_seen, ?), "
        f"last_seen = max(last_seen, ?), {', '.join(f'{name} = NULL' for name in _COLUMNS_OF_PAGES)}, "
        "priority = 0, tries = 0 WHERE url = ?",
        (id_, now, now, url),
    )


_COLUMNS_OF_PAGES = (
    "title",
    "section",
    "message",
    "found_kind",
    "found_at",
    "status",
    "etag",
    "last_modified",
    "payload_sha256",
    "fetched_at",
    "due_at",
    "run",
)
"""Columns of `urls` that say how a URL was found and what its last outcome was."""
