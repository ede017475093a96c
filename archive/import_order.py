"""Whether what is imported is older than what an archive has: then a merge makes it earlier revisions."""

from collections.abc import Iterable
from pathlib import Path

from archive.readonly import reading
from kepu import urls

Told = tuple[str | None, str | None]
"""The id of an article, and when its page was fetched or saved; None where that is not known."""


def is_out_of_order(db: Path, told: Iterable[Told]) -> bool:
    """Return whether one of some pages is older than its article in the archive at `db`.

    The same holds for two pages of one article of which the later comes first. `db` need not exist.
    """
    latest = _fetched(db) if db.exists() else {}
    for article, at in told:
        if article is None or at is None:
            continue
        if at < latest.get(article, ""):
            return True
        latest[article] = at
    return False


def article_at(url: str | None) -> str | None:
    """Return the id of the article at a URL, or None where that is not the URL of one."""
    article = urls.parse(url) if url else None
    return article.key if article else None


def _fetched(db: Path) -> dict[str, str]:
    with reading(db) as archive:
        rows = archive.conn.execute("SELECT id, provenance ->> '$.fetched_at' FROM articles")
        return {id_: at for id_, at in rows if at}
