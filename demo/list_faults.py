"""Lists that are wrong though they look right: an older one, items doubled or in another order, a pager that lies.

Each takes a page of a section as the replica has it and returns what a bad day makes of it. Those of `OF_SITE` need
the site itself, since they show other items than the page has.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from demo.answer import Answer

_ITEM = re.compile(rb'<a [^>]*href="?[^">]*/(?:c[0-9]+-[0-9]+|[0-9]{4,})\.html[^>]*>.*?</a>', re.DOTALL)
_PAGER_LINK = re.compile(rb'<a href="?index([0-9]*)\.html"?[^>]*>[^<]*</a>')
_PAGE = re.compile(r"/index([0-9]*)\.html")

MISSED = 3
"""How many of the newest articles an older version of a list lacks."""

PROMISED = 30
"""The page to which a pager leads that promises too much."""


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
    """Return the page with a pager that leads one page on at most."""
    here = page_of(url)
    return _with_body(
        answer,
        _PAGER_LINK.sub(lambda match: match[0] if int(match[1] or 1) <= here + 1 else b"", answer.body),
    )


def no_pager(answer: Answer, _url: str) -> Answer:
    """Return the page without its pager."""
    return _with_body(answer, _PAGER_LINK.sub(b"", answer.body))


def more_pages(answer: Answer, _url: str) -> Answer:
    """Return the page with a pager that leads to pages that do not exist."""
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
"""Faults of a list that its own page is enough for."""

NODE = "node "
"""Begins a fault that lets a page give another node as its own: `node 404389`."""

_CATALOGS = re.compile(rb'(name="catalogs" content=")[0-9]*')


def with_node(answer: Answer, node: str) -> Answer:
    """Return the page with another node in its metas."""
    return _with_body(answer, _CATALOGS.sub(rb"\g<1>" + node.encode(), answer.body))


OLDER, SWAPPED = "older", "swapped"
OF_SITE = (OLDER, SWAPPED)
"""An older version of the page, without the newest articles; the items of its neighbour (2 and 3 are neighbours)."""
