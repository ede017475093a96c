"""Find out whether imported pages are older than those of an archive; a merge then makes them earlier revisions."""

from collections.abc import Iterable
from pathlib import Path

from archive.readonly import reading
from kepu import urls

DatedPage = tuple[str | None, str | None]
"""(article id, capture time) of a page: the time is when the page was fetched or saved. Each is None if unknown."""


def is_out_of_order(db: Path, pages: Iterable[DatedPage]) -> bool:
    """Return whether any of the pages is older than its article in the archive at `db`.

    It also returns True if a later page of an article comes before an earlier one. `db` need not exist.
    """
    latest = _fetched(db) if db.exists() else {}
    for article, at in pages:
        if article is None or at is None:
            continue
        if at < latest.get(article, ""):
            return True
        latest[article] = at
    return False


def article_at(url: str | None) -> str | None:
    """Return the id of the article at a URL, or None if it is not the URL of an article."""
    article = urls.parse(url) if url else None
    return article.key if article else None


def _fetched(db: Path) -> dict[str, str]:
    with reading(db) as archive:
        rows = archive.execute("SELECT id, provenance ->> '$.fetched_at' FROM articles")
        return {id_: at for id_, at in rows if at}
