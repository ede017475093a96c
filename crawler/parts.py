"""The links of an article's page: to its further parts, which are fetched with it, and to other articles."""

import re

from crawler import urls
from crawler.items import Page

ARTICLE_HREF = re.compile(
    rb"""href\s*=\s*["']?\s*([^"'\s<>]{0,2000}/(?:n[12]?|GB)/[^"'\s<>]{1,2000}\.html)""", re.IGNORECASE
)
PART_HREF = re.compile(rb"""href\s*=\s*["']?\s*([^"'\s<>]{1,2000}[0-9]-[0-9]{1,4}\.html)""", re.IGNORECASE)

MAX_PARTS = 200
"""Of one article; more is a trap."""


def hrefs(pattern: re.Pattern[bytes], page: Page) -> set[str]:
    """Return the links of a page, and of its parts, that a pattern finds, resolved."""
    base = page.url or ""
    raw = {href for body in (page, *page.parts) for href in pattern.findall(body.body)}
    return {url for href in raw if (url := urls.resolve(base, href.decode("latin-1")))}


def parts_of(page: Page) -> set[int]:
    """Return the numbers of the further parts of its own article that a page links to."""
    here = urls.parse(page.url or "")
    found = (urls.parse(url) for url in hrefs(PART_HREF, page))
    own = {other.part for other in found if here and other and other.key == here.key}
    return {part for part in own if 1 < part <= MAX_PARTS}
