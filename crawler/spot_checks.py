"""Second looks: each refresh spends a small share of its requests on what an earlier run may have missed.

A further page of a list that was passed over or misread, a correction in part 2 of an article whose part 1 is as it
was, an article that was missing for a while: none of these shows in what a refresh requests anyway. So the pages that
were looked at longest ago are requested once more, a few in each refresh (KEPU_LOOK_SHARE of its requests, at least
one), none more often than once a day. `kepu coverage` prints how many days one look at everything takes.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

from archive import recheck_order
from crawler.discovery import section_pages
from kepu import urls
from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.refusals import Refused


class SecondLook(NamedTuple):
    """One URL to look at again."""

    kind: str
    """section, part or article."""
    url: str
    of: str | None = None
    """The URL of the article that a part belongs to."""


def looks(db: Database, now: str, *, share: float, requests: int) -> Iterator[SecondLook]:
    """Yield the pages that a refresh with so many requests re-checks, the longest unchecked first."""
    for kind, where, number in recheck_order.oldest(db, now, limit=math.ceil(share * requests)):
        if kind == "part":
            yield SecondLook("part", urls.part_url(where, number), where)
        elif kind == "gone":
            yield SecondLook("article", where)
        elif first := section_pages.parse_list(where):
            yield SecondLook("section", section_pages.page_url(first, number))


def says_the_same(db: Database, page: Page, article_url: str) -> bool:
    """Return whether a further part has the text that the stored article has from it.

    The bytes of a page change with its menus and its lists of related articles. Where only those have changed, the
    article and its other parts need no request.
    """
    try:
        blocks = article_from_page(page).blocks
    except Refused:
        return False
    stored = recheck_order.blocks_of_part(db, article_url, page.url_requested or "")
    return bool(stored) and stored == [(block.type, block.text) for block in blocks]
