"""Spot checks: each refresh spends a small share of its requests on pages that earlier runs may have missed or misread.

A refresh does not otherwise notice an article on a skipped or misread page of a list, a correction in part 2 of an
article whose part 1 is unchanged, or an article that was missing only for a while. So each refresh requests again the
pages that were unchecked for longest: KEPU_LOOK_SHARE of its requests, at least one, and no page more than once a day.
`kepu coverage` prints how many days it takes to check everything once.
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
    """One URL to check again."""

    kind: str
    """section, part or article."""
    url: str
    """The URL to request."""
    article_url: str | None = None
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
    """Return whether the text of a further part, `page`, is the one in the stored article.

    The bytes of a page also change with its menus and its lists of related articles. If only those have changed, the
    article and its other parts need not be requested.
    """
    try:
        blocks = article_from_page(page).blocks
    except Refused:
        return False
    stored = recheck_order.blocks_of_part(db, article_url, page.url_requested or "")
    return bool(stored) and stored == [(block.type, block.text) for block in blocks]
