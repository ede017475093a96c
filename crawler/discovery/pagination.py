"""How far to page a section: to its end the first time, and then as long as its pages name anything new.

A search may have named all of a section's articles before its pages are looked at. So a page that names nothing new
makes the next look go twice as far, up to the last page that the pager links to; where such a look does find something
new, the pages in between are asked too. A section of 100 pages that is known already costs 8 requests and not 100.
"""

from dataclasses import replace

from archive.url_state import Walk

STALE_PAGES = 12
"""Pages in a row without anything new, after which a walk ends: doubling, that is more than any section has."""

REPEATED_PAGES = 3
"""Pages in a row that name the same articles: a list without end."""


def onward(
    walk: Walk, page: int, *, last: int, fresh: bool, digest: str, now: str, thorough: bool = False
) -> tuple[list[int], Walk]:
    """Return the pages to ask after `page` of a section, and how far its walk is then.

    `last` is the highest page that this one links to (itself, if none), `fresh` whether it named an article that was
    never had, `digest` a hash of all that it named. `thorough` asks for every page to the end, whatever they name.
    """
    if 1 < page < walk.page:
        return [], walk  # one of the pages in between
    step, stale = (1, 0) if page == 1 else (walk.step, walk.stale)
    repeats = page > 1 and digest == walk.digest
    stale = stale + 1 if (repeats if thorough else not fresh) else 0
    here = replace(walk, page=page, step=1, stale=stale, digest=digest)
    if page >= last or stale >= (REPEATED_PAGES if thorough else STALE_PAGES):
        missed = _between(page, step) if fresh and not thorough else []
        return missed, replace(here, ended_at=now)
    if thorough:
        return [page + 1], here
    if fresh:
        return [*_between(page, step), page + 1], here
    if walk.ended_at is not None:
        return [], here
    following = min(page + (1 if page == 1 else 2 * step), last)
    return [following], replace(here, step=following - page)


def _between(page: int, step: int) -> list[int]:
    """Return the pages that were passed over on the way to `page`."""
    return list(range(page - step + 1, page))
