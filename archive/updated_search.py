"""Search of `kepu search`: updates an outdated index first if possible."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from archive.filters import Selection
from archive.readonly import reading
from archive.search.search_articles import Order, search
from archive.search.search_results import Results
from archive.search.update_index import behind, update
from archive.store import Store
from kepu.errors import ArchiveError, NotFound
from kepu.messages import say
from kepu.progress import Tell, nobody

MANY = 5_000
"""Number of articles to index from which `tell` is called: about a second of work."""


def find(
    path: Path,
    query: str,
    *,
    order: Order = "relevance",
    limit: int = 10,
    page: int = 1,
    duplicates: bool = False,
    selection: Selection | None = None,
    tell: Callable[[str], object] = lambda _: None,
    progress: Tell = nobody,
) -> Results:
    """Return a page of results from the archive at `path`: see search_articles.search.

    An outdated index (a run was killed, or another program wrote) is updated first. It is not updated if a run is in
    progress, which does so when it ends, or if the archive is not writable; the results then say how many articles are
    missing. `tell` is called with a message if the update takes long, `progress` with the number of indexed articles
    and the total. `page` counts from 1, and `limit` is the number of articles per page. Raises NotFound if there is no
    archive, and BadQuery.
    """
    with reading(path) as db:
        try:
            lag = behind(db.conn)
        except NotFound:
            lag = db["articles"].count
    if lag:
        # Locked or not writable: search the existing index, and let the results say what is missing.
        with suppress(ArchiveError), Store(path) as archive:
            if lag > MANY:
                tell(say("{n} articles are being added to the index, once", n=lag))
            done = 0

            def count(batch: int) -> None:
                nonlocal done
                done += batch
                progress(done, max(done, lag))

            update(archive.db, count)
    with reading(path) as db:
        offset = (page - 1) * limit
        return search(
            db, query, order=order, limit=limit, offset=offset, duplicates=duplicates, selection=selection
        )
