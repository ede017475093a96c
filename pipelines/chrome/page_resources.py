"""List the style sheets and pictures that a page or a style sheet refers to, as absolute URLs."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin

_LINK = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
_IMG = re.compile(rb"<img\b[^>]*>", re.IGNORECASE)
_STYLE = re.compile(rb"rel\s*=\s*[\"']?[^\"'>]*\bstylesheet\b", re.IGNORECASE)
_HREF = re.compile(rb"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_SRC = re.compile(rb"\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_CSS_URL = re.compile(rb"url\(\s*[\"']?([^\"')\s]+)|@import\s+[\"']([^\"']+)", re.IGNORECASE)


def page_resources(body: bytes, url: str) -> list[str]:
    """Return the http and https URLs of a page's `<link>` style sheets, then of its `<img>` pictures.

    Both are in page order and without repeats. `url` is the page's own. Malformed URLs are left out.
    """
    links = [tag for tag in _LINK.findall(body) if _STYLE.search(tag)]
    found = [_HREF.search(tag) for tag in links] + [_SRC.search(tag) for tag in _IMG.findall(body)]
    return _absolute((next(filter(None, match.groups()), b"") for match in found if match), url)


def style_resources(body: bytes, url: str) -> list[str]:
    """Return the http and https URLs in a style sheet at `url`, in its order, without repeats."""
    return _absolute((a or b for a, b in _CSS_URL.findall(body)), url)


def _absolute(given: Iterable[bytes], url: str) -> list[str]:
    found: dict[str, None] = {}
    for address in given:
        try:
            absolute = urljoin(url, unescape(address.decode("utf-8", "replace")).strip()).partition("#")[0]
        except ValueError:
            continue
        if absolute.startswith(("http://", "https://")) and absolute.isprintable():
            found[absolute] = None
    return list(found)
