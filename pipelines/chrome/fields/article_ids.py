"""Determine the id of the article on a page, its URL, and all URLs under which it appears."""

import hashlib
import re

from kepu import urls
from kepu.records import Appearance, Page
from pipelines.chrome.fields.meta_tags import Metas

_ID_IN_SCRIPT = re.compile(r"\bcontentID\s*=\s*[\"']?(\d{4,12})|/c\.gif\?id=(\d{4,12})")
"""Matches the content id in a script of the page."""
_DIGITS = re.compile(r"[1-9]\d{3,11}")
"""Matches a content id: 4 to 12 digits, without a leading zero."""
_URL_START = r"https?://[\w.-]+/[\w/.-]*?(?<=[-/])"
"""The beginning of a URL up to the content id, that is, up to a slash or hyphen."""

FIRST_YEARS = ((2016, "n1"), (2012, "n"))
"""First year of each prefix of new articles, the newest first; before 2012 the prefix is `GB`."""


def own_url(page: Page, metas: Metas, text: str) -> urls.ArticleUrl | None:
    """Return the URL of a page or, if that is unknown, the one that the page states as its own; None if neither."""
    for url in (page.url, page.url_requested if page.url is None else None):
        if url:
            return urls.parse(url)
    for url in (metas.canonical, metas.get("og:url")):
        found = urls.parse(url) if url else None
        if found:
            return found
    content_id = content_id_of(metas, text)
    if content_id is None:
        return None
    named = re.search(rf"{_URL_START}{content_id}(?:-\d+)?\.html", text)
    return urls.parse(named[0]) if named else None


def content_id_of(metas: Metas, text: str) -> str | None:
    """Return the content id in a page: in its meta tags, in a variable of a script, or in its hit counter, or None."""
    declared = metas.get("contentid")
    if declared and _DIGITS.fullmatch(declared):
        return declared
    match = _ID_IN_SCRIPT.search(text)
    return (match[1] or match[2]) if match else None


def article_id(page: Page, own: urls.ArticleUrl | None, metas: Metas, text: str) -> str:
    """Return the article's id: from its URL, or else from its content id and day, or else a hash of the URL or bytes.

    A saved page has a content id but no prefix, which follows from the year (see FIRST_YEARS).
    """
    if own:
        return own.key
    url = page.url or page.url_requested
    if url:
        return f"url/{_short_hash(urls.canonical(url).encode())}"
    content_id = content_id_of(metas, text)
    year = (metas.get("publishdate") or "")[:4]
    if content_id and year.isdecimal():
        prefix = next((name for first, name in FIRST_YEARS if int(year) >= first), "GB")
        return f"{prefix}/{content_id}"
    return f"file/{_short_hash(page.body)}"


def appearances(page: Page, own: urls.ArticleUrl | None, section: str | None) -> list[Appearance]:
    """Return every URL under which this article was seen, without repeats and its own URL first."""
    url = own.canonical if own else urls.canonical(page.url) if page.url else None
    seen: dict[str, Appearance] = {}
    if url:
        seen[url] = Appearance(url, own.node if own else None, section, page.fetched_at, page.fetched_at)
    for other, listed_in in page.also_at:
        parsed = urls.parse(other)
        there = parsed.canonical if parsed else urls.canonical(other)
        if there not in seen:
            node = parsed.node if parsed else None
            seen[there] = Appearance(there, node, listed_in, page.fetched_at, page.fetched_at)
    return list(seen.values())


def _short_hash(data: bytes) -> str:
    """Return the first 16 hex digits of the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()[:16]
