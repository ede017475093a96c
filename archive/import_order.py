"""Whether saved pages are older than what an archive has: then they come in by way of a merge, as earlier revisions."""

from collections.abc import Iterable
from pathlib import Path

from archive.readonly import reading
from kepu import urls


def is_out_of_order(db: Path, told: Iterable[tuple[str | None, str | None]]) -> bool:
    """Return whether one of some files, given as (URL, time), is older than its article in the archive at `db`.

    The same holds for two files of one article of which the later comes first. `db` need not exist.
    """
    latest = _fetched(db) if db.exists() else {}
    for url, at in told:
        article = urls.parse(url) if url else None
        if article is None or at is None:
            continue
        if at < latest.get(article.key, ""):
            return True
        latest[article.key] = at
    return False


def _fetched(db: Path) -> dict[str, str]:
    with reading(db) as archive:
        rows = archive.conn.execute("SELECT id, provenance ->> '$.fetched_at' FROM articles")
        return {id_: at for id_, at in rows if at}
