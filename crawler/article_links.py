"""Links on an article's page: to its further parts, which are fetched with it, and to other articles."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kepu import urls
from kepu.records import Page

ENDING = b".html"
"""Last bytes of the URL of every article."""

LONGEST_HREF = 300
"""Maximum number of bytes of a link; the longest real one has under 120."""

MAX_PARTS = 200
"""Maximum number of parts of an article; more is a crawler trap."""

SECTION = b"/GB/"
"""Part of the path of a section's list pages; the numbers of the section follow."""

_SECTION_PATH = re.compile(rb"((?:[0-9]{1,9}/){1,6}(?:index\.html?)?)[\"'#? \t\r\n>]")

_EDGE = b'"'
_EDGES = bytes.maketrans(b"'= \t\r\n<>", _EDGE * 8)
"""Maps the bytes that may come before the value of an href to one byte."""


def article_hrefs(body: bytes) -> set[bytes]:
    """Return the words of a page's bytes that may be URLs of articles: they end in a digit and `.html`.

    They are found by splitting the bytes at `.html`, without parsing: every page of a crawl goes through this function,
    and a regular expression would take ten times as long.
    """
    found = set()
    for piece in body.split(ENDING)[:-1]:
        if piece[-1:].isdigit():
            tail = piece[-LONGEST_HREF:]
            found.add(tail[tail.translate(_EDGES).rfind(_EDGE) + 1 :] + ENDING)
    return found


def section_hrefs(body: bytes, base: str, seen: set[bytes]) -> Iterator[str]:
    """Yield the URLs of sections that a page links to and that are not in `seen`; add them to `seen`.

    Breadcrumbs and links such as 返回科普频道 lead to sections that no list may link to. They are found without
    parsing, as in `article_hrefs`: words with `/GB/` and a path of numbers after it.
    """
    pieces = body.split(SECTION)
    for before, behind in pairwise(pieces):
        match = _SECTION_PATH.match(behind)
        if match is None:
            continue
        tail = before[-LONGEST_HREF:]
        href = tail[tail.translate(_EDGES).rfind(_EDGE) + 1 :] + SECTION + match[1]
        if href in seen:
            continue
        seen.add(href)
        if (url := urls.resolve(base, href.decode("latin-1"))) is not None:
            yield url


def parts_of(page: Page, hrefs: set[bytes]) -> set[int]:
    """Return the numbers of the further parts of the page's own article that the page links to."""
    here = urls.parse(page.url or "")
    if here is None:
        return set()
    own = here.id.encode() + b"-"
    raw = (href for href in hrefs if own in href)
    found = (urls.parse(urls.resolve(page.url or "", href.decode("latin-1")) or "") for href in raw)
    return {other.part for other in found if other and other.key == here.key and 1 < other.part <= MAX_PARTS}


def other_articles(page: Page, hrefs: set[bytes], seen: set[bytes]) -> Iterator[urls.ArticleUrl]:
    """Yield the articles that a page links to, except itself and links in `seen`.

    Relative links are resolved against the page, so only absolute ones (`http://…`, `/…`) are added to `seen`: menus
    and related lists are on every page, and are examined once.
    """
    here = urls.parse(page.url or "")
    for href in sorted(hrefs - seen):
        if href.startswith((b"/", b"http")):
            seen.add(href)
        other = urls.parse(urls.resolve(page.url or "", href.decode("latin-1")) or "")
        if other and (here is None or other.key != here.key):
            yield other
