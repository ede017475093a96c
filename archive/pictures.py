"""Pictures of articles: which to fetch, the outcome of each, and the articles that show them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson
from sqlite_utils import Database

from kepu.urls import host_of

TRIES = 3
"""Maximum number of requests for a picture that fails, over all runs."""


@dataclass(slots=True)
class Picture:
    """A row of the table `pictures`: a picture or style sheet that was requested, and the outcome."""

    url: str
    """Canonical URL."""
    kind: str
    """`image` for a picture of an article; `resource` for a style sheet or a decorative picture of a page."""
    state: str
    """`kept`, `gone`, `refused` or `failed`."""
    at: str
    """When it was last requested, ISO 8601 in UTC."""
    code: str | None = None
    """Why it is not kept, or None."""
    tries: int = 0
    """Number of consecutive requests that failed."""
    record_id: str | None = None
    """The record of its capture."""
    sha256: str | None = None
    """SHA-256 of its bytes in hexadecimal; None if it is not stored."""
    media_type: str | None = None
    """Type by its first bytes: `image/jpeg`, `image/png` …"""
    bytes: int | None = None
    """Number of its bytes; None if it is not stored."""
    width: int | None = None
    """Width in pixels; None if unknown."""
    height: int | None = None
    """Size in pixels."""


_COLUMNS = ", ".join(each.name for each in fields(Picture))


def wanted(db: Database, hosts: Sequence[str]) -> Iterator[str]:
    """Yield the addresses of pictures on these hosts that were never fetched, those of the newest articles first."""
    rows = db.execute(
        "SELECT i.value ->> '$.content_url' AS shown FROM articles a, json_each(a.image) i "
        "LEFT JOIN pictures p ON p.url = i.value ->> '$.content_url' "
        f"WHERE shown IS NOT NULL AND (p.url IS NULL OR p.state = 'failed' AND p.tries < {TRIES}) "
        "GROUP BY shown ORDER BY max(a.date_published) DESC, shown"
    ).fetchall()
    yield from (url for (url,) in rows if host_of(url) in hosts)


def is_known(db: Database, url: str) -> bool:
    """Return whether a picture was fetched or must not be requested again."""
    row = db.execute(
        f"SELECT state <> 'failed' OR tries >= {TRIES} FROM pictures WHERE url = ?", (url,)
    ).fetchone()
    return bool(row and row[0])


def write(db: Database, picture: Picture) -> None:
    """Store the outcome of a request for a picture, within the caller's transaction."""
    if picture.state == "failed":
        row = db.execute("SELECT tries FROM pictures WHERE url = ?", (picture.url,)).fetchone()
        picture.tries = (row[0] if row else 0) + 1
    db.table("pictures").insert(asdict(picture), replace=True)


def of_urls(db: Database, addresses: Iterable[str]) -> dict[str, Picture]:
    """Return the stored pictures of articles among these addresses, by address."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM pictures WHERE state = 'kept' AND kind = 'image' "
        "AND url IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(addresses)).decode(),),
    )
    return {row[0]: Picture(*row) for row in rows}


def of_article(db: Database, article: str) -> list[dict[str, Any]]:
    """Return the stored pictures of an article as plain data: address, capture, type and size of each."""
    row = db.execute("SELECT image, rights FROM articles WHERE id = ?", (article,)).fetchone()
    if row is None:
        return []
    images = orjson.loads(row[0] or b"[]")
    rights = orjson.loads(row[1] or b"{}") or {}
    kept = of_urls(db, [each["content_url"] for each in images if each["content_url"]])
    return [
        {
            "content_url": each["content_url"],
            "capture": kept[each["content_url"]].record_id,
            "sha256": kept[each["content_url"]].sha256,
            "type": kept[each["content_url"]].media_type,
            "width": kept[each["content_url"]].width,
            "height": kept[each["content_url"]].height,
            "caption": each["caption"],
            "credit_text": each["credit_text"],
            "copyright_holder": rights.get("copyright_holder"),
        }
        for each in images
        if each["content_url"] in kept
    ]


def shown_by(db: Database, article: str) -> set[str]:
    """Return the addresses of all pictures that an article or an earlier version of it shows."""
    rows = db.execute(
        "SELECT i.value ->> '$.content_url' FROM articles a, json_each(a.image) i WHERE a.id = :article "
        "UNION SELECT i.value ->> '$.content_url' FROM revisions, json_each(record, '$.image') i "
        "WHERE article = :article",
        {"article": article},
    )
    return {url for (url,) in rows if url}


def drop(db: Database, addresses: Iterable[str]) -> list[str]:
    """Delete pictures that no article shows any more, within the caller's transaction; return their record ids.

    Pictures with the same bytes under another address, which a stored article shows, are kept.
    """
    parameters = (orjson.dumps(sorted(addresses)).decode(),)
    inside = "url IN (SELECT value FROM json_each(?))"
    records: dict[str, list[str]] = {}
    for url, record_id in db.execute(
        f"SELECT url, record_id FROM captures WHERE kind = 'image' AND {inside} ORDER BY n", parameters
    ):
        records.setdefault(url, []).append(record_id)
    kept = {url for (url,) in db.execute(f"SELECT url FROM pictures WHERE {inside}", parameters)}
    gone: list[str] = []
    for url in sorted(kept | records.keys()):  # other addresses need no search through all articles
        if db.execute(_STILL_SHOWN, {"url": url}).fetchone():
            continue
        db.table("pictures").delete_where("url = ?", [url])
        gone += records.get(url, [])
    return gone


_STILL_SHOWN = """
SELECT 1 FROM articles, json_each(image) WHERE value ->> '$.content_url' = :url
UNION ALL SELECT 1 FROM revisions, json_each(record, '$.image') i WHERE i.value ->> '$.content_url' = :url LIMIT 1
"""


def take_over(db: Database, other: Database) -> None:
    """Copy the rows of another archive whose captures this archive has, within the caller's transaction."""
    for row in other.execute(f"SELECT {_COLUMNS} FROM pictures WHERE state = 'kept'").fetchall():
        picture = Picture(*row)
        here = db.execute("SELECT 1 FROM captures WHERE record_id = ?", (picture.record_id,)).fetchone()
        if here and not is_known(db, picture.url):
            write(db, picture)
