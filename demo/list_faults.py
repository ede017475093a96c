"""Faults of list pages that look intact: an older version, items doubled or in another order, a wrong pager.

Each function converts a page of a section to a wrong one. The faults in `OF_SITE` need the site itself, because they
show items of other pages.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from demo.answer import Answer

_ITEM = re.compile(rb'<a [^>]*href="?[^">]*/(?:c[0-9]+-[0-9]+|[0-9]{4,})\.html[^>]*>.*?</a>', re.DOTALL)
_PAGER_LINK = re.compile(rb'<a href="?index([0-9]*)\.html"?[^>]*>[^<]*</a>')
_PAGE = re.compile(r"/index([0-9]*)\.html")

MISSED = 3
"""Number of newest articles that are missing in an older version of a list."""

PROMISED = 30
"""Number of the last page in a pager with too many pages."""


def _with_body(answer: Answer, body: bytes) -> Answer:
    return replace(answer, content=body, packed=False, etag=None, modified=None)


def doubled(answer: Answer, _url: str) -> Answer:
    """Return the page with every item twice."""
    return _with_body(answer, _ITEM.sub(lambda match: match[0] + match[0], answer.body))


def reversed_items(answer: Answer, _url: str) -> Answer:
    """Return the page with its items from the last to the first."""
    items = [match[0] for match in _ITEM.finditer(answer.body)]
    return _with_body(answer, _ITEM.sub(lambda _: items.pop(), answer.body))


def fewer_pages(answer: Answer, url: str) -> Answer:
    """Return the page with a pager that links only to the next page."""
    here = page_of(url)
    return _with_body(
        answer,
        _PAGER_LINK.sub(lambda match: match[0] if int(match[1] or 1) <= here + 1 else b"", answer.body),
    )


def no_pager(answer: Answer, _url: str) -> Answer:
    """Return the page without its pager."""
    return _with_body(answer, _PAGER_LINK.sub(b"", answer.body))


def more_pages(answer: Answer, _url: str) -> Answer:
    """Return the page with a pager that links to pages that do not exist."""
    links = list(_PAGER_LINK.finditer(answer.body))
    if not links:
        return answer
    end = links[-1].end()
    further = f'<a href="index{PROMISED}.html">{PROMISED}</a>'.encode()
    return _with_body(answer, answer.body[:end] + further + answer.body[end:])


def page_of(url: str) -> int:
    """Return the number of the list page at a URL."""
    match = _PAGE.search(url)
    return int(match[1] or 1) if match else 1


ANSWERS: dict[str, Callable[[Answer, str], Answer]] = {
    "doubled": doubled,
    "reversed": reversed_items,
    "fewer pages": fewer_pages,
    "no pager": no_pager,
    "more pages": more_pages,
}
"""Map the name of each fault that needs only the page itself to its function."""

NODE = "node "
"""Prefix of the fault that states another node in the page: `node 404389`."""

_CATALOGS = re.compile(rb'(name="catalogs" content=")[0-9]*')


def with_node(answer: Answer, node: str) -> Answer:
    """Return the page with another node in its meta tags."""
    return _with_body(answer, _CATALOGS.sub(rb"\g<1>" + node.encode(), answer.body))


OLDER, SWAPPED = "older", "swapped"
OF_SITE = (OLDER, SWAPPED)
"""Faults that show an older version of the page without the newest articles, or the items of page 3 on 2 and vice
versa.
"""
