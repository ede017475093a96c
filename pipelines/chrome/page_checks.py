"""Refuse pages that are not articles: empty, foreign, lists, redirects, cut short, or too large or complex to parse."""

import re

from kepu import urls
from kepu.messages import Text
from kepu.records import Page
from pipelines.chrome import error_pages
from pipelines.chrome.fields.meta_tags import Metas
from pipelines.chrome.page_selectors import Element
from pipelines.refusals import (
    Blocked,
    CutShort,
    ForeignPage,
    MissingPage,
    NotAnArticle,
    NotText,
    TooLarge,
    name_of,
)

MAX_BYTES = 1_500_000
"""Maximum size of a page; real ones have 30 to 100 kB."""

MAX_TAGS = 60_000
"""Maximum number of opening tags of a page, which take up to 30 µs each to read.

The site's pages have one in 30 to 50 characters, so one of `MAX_BYTES` has at most 50,000.
"""

TAGS_CHECKED_FROM = 200_000
"""Size in characters from which tags are checked. The attributes in a smaller page take at most 2 s to parse.

libxml2 takes quadratic time in the attributes of a tag.
"""

MAX_IN_TAG = 4_000
"""Maximum number of white space characters and slashes in a tag of a larger page, which limits its attributes."""

MAGIC = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"BM", b"\x00\x00\x00", b"ID3",
    b"FWS", b"CWS", b"Rar!", b"\x28\xb5\x2f\xfd", b"OggS", b"\xd0\xcf\x11\xe0", b"wOFF",
)  # fmt: skip
"""First bytes of files that are not text."""

BINARY_TYPES = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/octet-stream",
)
"""Beginnings of the Content-Type of files that are not text."""

_SCRIPT_REDIRECT = re.compile(
    r"setTimeout|location\s*(?:\.\s*(?:href|replace|assign))?\s*[=(]", re.IGNORECASE
)
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z](?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))*+")
_OPENING = re.compile("<[A-Za-z]")
_IN_TAG = re.compile(r"[\s/]")
_CLOSED = ("</html", "</body", "</HTML", "</BODY", "</Html", "</Body")
_SITE_MARKS = ("people.com.cn", "people.cn", "peopledaily", "人民网")
STUB = 1_000
"""Maximum number of characters of a page that is checked for a redirect; the site's old redirects are shorter."""


def refuse_bytes(page: Page) -> None:
    """Refuse a page by what is known before decoding: its status, its site, its redirect, its bytes.

    Raises a subclass of Refused.
    """
    name = name_of(page)
    if page.status in (404, 410):
        raise MissingPage(name, Text("status {status}", status=page.status))
    if page.status is not None and page.status >= 400:
        raise Blocked(name, Text("status {status}", status=page.status))
    if page.url and not urls.on_site(page.url) and not urls.is_article(page.url):
        raise ForeignPage(name, Text("not a host of the site"))
    if _led_away(page):
        raise NotAnArticle(
            page.url_requested or name, Text("redirected to {url}, which is not an article", url=page.url)
        )
    body = page.body.lstrip()
    if not body:
        raise CutShort(name, Text("empty"))
    if len(body) > MAX_BYTES:
        raise TooLarge(name, Text("{n:,} bytes, over {most:,}", n=len(body), most=MAX_BYTES))
    if page.content_type and page.content_type.lower().startswith(BINARY_TYPES):
        raise NotText(name, Text("its content type is {type}, not that of a page", type=page.content_type))
    if body.startswith(MAGIC):
        raise NotText(name, Text("the bytes are those of another type of file"))


def refuse_text(page: Page, text: str) -> None:
    """Refuse a page by its text, before parsing. Raises NotText, ForeignPage or TooLarge."""
    name = name_of(page)
    if "<" not in text:
        raise NotText(name, Text("no markup in it"))
    if page.url is None and not any(mark in text for mark in _SITE_MARKS):
        raise ForeignPage(name, Text("nothing in it names the site"))
    if len(text) > TAGS_CHECKED_FROM and any(
        len(_IN_TAG.findall(tag[0])) > MAX_IN_TAG for tag in _TAG.finditer(text)
    ):
        raise TooLarge(name, Text("a tag of more than {most:,} attributes", most=MAX_IN_TAG))
    if text.count("<") > MAX_TAGS and len(_OPENING.findall(text)) > MAX_TAGS:
        raise TooLarge(name, Text("more than {most:,} tags", most=MAX_TAGS))


def refuse_list(page: Page, metas: Metas) -> None:
    """Raise NotAnArticle for a page whose meta tags or URL say that it is not an article."""
    name = name_of(page)
    if metas.get("pagetype") == "2":
        raise NotAnArticle(name, Text("its pagetype is 2, a list"))
    has_marks = metas.get("contentid") or metas.get("pagetype") == "1"
    if page.url and not has_marks and not urls.is_article(page.url):
        raise NotAnArticle(name, Text("neither its URL nor its metas are an article's"))


def refuse_redirect(page: Page, text: str) -> None:
    """Refuse a page without a known layout that is cut short, or is only a redirect.

    Raises CutShort; for a redirect Blocked, MissingPage or NotAnArticle.
    """
    if len(text) < STUB and (_SCRIPT_REDIRECT.search(text) or _REFRESH.search(text)):
        error_pages.refuse_stub(page, text)
    if not is_closed(text):
        raise CutShort(name_of(page), Text("ends before its article begins"))


def refuse_cut(page: Page, text: str, last: Element, too_deep: bool) -> None:
    """Raise CutShort if the page ends within its body, and TooLarge if the parser gave up within it (`too_deep`).

    `last` is the last element of the body. In a complete page, other elements follow it.
    """
    if _has_something_behind(last):
        return
    name = name_of(page)
    if too_deep:
        raise TooLarge(name, Text("nested too deep"))
    if not is_closed(text):
        raise CutShort(name, Text("ends within its article"))


def is_closed(text: str) -> bool:
    """Return whether a page that begins as a complete document also ends as one; a fragment counts as closed."""
    start = text[:1000].lower()
    if "<html" not in start and "<!doctype" not in start and "<body" not in start:
        return True
    return any(end in text for end in _CLOSED)


def _has_something_behind(element: Element) -> bool:
    node: Element | None = element
    while node is not None:
        if node.getnext() is not None or (node.tail and node.tail.strip()):
            return True
        node = node.getparent()
    return False


def _led_away(page: Page) -> bool:
    if not page.url or not page.url_requested or urls.is_article(page.url):
        return False
    return urls.is_article(page.url_requested)
