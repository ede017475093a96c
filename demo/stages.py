"""How the replica changes from day to day: new articles, edits, and articles that go away."""

from .site import Site
from .stories import library

SMALL_PAGE = 8
"""Items a list page of the hand-written replica, so that its few articles fill several pages."""


def site_at(stage: int, size: int = 0, seed: int = 0, crawl_delay: float = 120) -> Site:
    """The site after `stage` days, with `size` articles on the first (0: those written by hand)."""
    return Site(library(), stage, crawl_delay, per_page=20 if size else SMALL_PAGE)
