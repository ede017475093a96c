"""`kepu search`: a search that first brings the index up to date, where nobody else does and it may."""

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
"""Articles whose indexing takes long enough to be told of: about a second."""


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
    """Return a page of results from the archive at `path`: see engine.search.

    An index that lags (a run was killed; another program wrote) is brought up to date first, unless a run is going
    on, which does that at its end, or the archive cannot be written: then the results say how far it lags. `tell`
    is called with a line where that takes long, and `progress` with how many articles of how many are in it.
    """
    with reading(path) as db:
        try:
            lag = behind(db.conn)
        except NotFound:
            lag = db["articles"].count
    if lag:
        # Locked, or not ours to write: what is there is searched, and the results say what is not.
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
