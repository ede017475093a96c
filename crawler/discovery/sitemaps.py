"""Sitemaps: the site's index of them, and the newest articles of a channel that each names."""

import re

from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.discovery import SourceLinks
from kepu import urls
from kepu.messages import Text

MAX_BYTES = 50 * 1024 * 1024
"""Unpacked. The protocol (sitemaps.org) allows no more."""

MAX_ENTRIES = 50_000
"""In one file, by the same protocol."""

GZIP = b"\x1f\x8b\x08"
_ENDS = re.compile(
    rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>|<(?:\w+:)?(?:urlset|sitemapindex)[^>]*/>", re.IGNORECASE
)
"""The end of a whole sitemap: the closing tag of its root. lxml mends a cut one without a word."""


def unpack(body: bytes) -> bytes:
    """Return a sitemap's XML, gunzipped where it is gzip, whatever its name and header say.

    Raises ValueError where it would be larger than MAX_BYTES, or is broken.
    """
    if not body.startswith(GZIP):
        return body
    try:
        return gunzip(body, max_size=MAX_BYTES)
    except Exception as error:  # Scrapy's own type for it is private
        raise ValueError(f"it cannot be unpacked within {MAX_BYTES // 1024 // 1024} MB: {error}") from error


def read(body: bytes, names: tuple[str, ...] | None = None, *, site: str = "") -> SourceLinks:
    """Return what a sitemap, or an index of sitemaps, names.

    Of an index (its root is `sitemapIndex` on this site, `sitemapindex` by the protocol) only the entries on its own
    `site` (as urls.site_of has it) whose URL holds one of `names` count, each once. They name articles: with `names`
    None, as for one of them, an index leads nowhere. Entities are left as they are: an entity bomb is a URL of no use.
    """
    named = SourceLinks()
    try:
        xml = unpack(body)
        sitemap = Sitemap(xml)
        is_index = sitemap.type.lower() == "sitemapindex"
        if is_index and names is None:
            return SourceLinks(problem=Text("an index of sitemaps within an index: it is not followed"))
        found: dict[str, None] = {}
        for n, entry in enumerate(sitemap):
            if n >= MAX_ENTRIES:
                named.problem = Text("more than {n} entries: the rest is left", n=MAX_ENTRIES)
                break
            found.setdefault(str(entry["loc"]).strip())
    except (ValueError, SyntaxError, StopIteration, MemoryError) as error:
        return SourceLinks(problem=Text("it is no sitemap: {why}", why=str(error) or Text("it is empty")))
    if named.problem is None and not _ENDS.search(xml[-200:]):
        named.problem = Text("it ends in the middle")
    for url in found:
        if not is_index:
            named.articles.append((url, None))
        elif urls.site_of(urls.host_of(url) or "?") == site and any(name in url for name in names or ()):
            named.further.append(("sitemap", url))
    return named
