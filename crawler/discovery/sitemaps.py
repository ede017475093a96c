"""Sitemaps (sitemaps.org): the site's index of sitemaps, and the sitemaps with the newest articles of a channel."""

import re

from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.discovery import SourceLinks
from kepu import urls
from kepu.messages import Text

MAX_BYTES = 50 * 1024 * 1024
"""Maximum size of a sitemap after decompression, as the protocol (sitemaps.org) has it."""

MAX_ENTRIES = 50_000
"""Maximum number of entries per file, as the protocol has it."""

GZIP = b"\x1f\x8b\x08"
"""First bytes of a gzip file."""

_ENDS = re.compile(
    rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>|<(?:\w+:)?(?:urlset|sitemapindex)[^>]*/>", re.IGNORECASE
)
"""Matches the closing tag of a sitemap's root. A file without it was cut short, which lxml's recovery would hide."""


def unpack(body: bytes) -> bytes:
    """Return a sitemap's XML, decompressed if its bytes are gzip, whatever its name and headers say.

    Raises ValueError if the gzip is damaged or larger than MAX_BYTES after decompression.
    """
    if not body.startswith(GZIP):
        return body
    try:
        return gunzip(body, max_size=MAX_BYTES)
    except Exception as error:  # Scrapy's own type for it is private
        raise ValueError(f"it cannot be unpacked within {MAX_BYTES // 1024 // 1024} MB: {error}") from error


def read(body: bytes, names: tuple[str, ...] | None = None, *, site: str = "") -> SourceLinks:
    """Return the articles in a sitemap or, for an index, the sitemaps to request.

    The root of an index is `sitemapIndex` on this site, and `sitemapindex` in the protocol. Of its entries, only those
    on `site` (see urls.site_of) whose URL contains one of `names` are returned, each once. With `names` None, the
    response was requested as a sitemap, and an index is a problem. XML entities are not expanded, so an entity bomb
    has no effect.
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
                named.problem = Text("more than {n} entries; the rest are ignored", n=MAX_ENTRIES)
                break
            found.setdefault(str(entry["loc"]).strip())
    except (ValueError, SyntaxError, StopIteration, MemoryError) as error:
        return SourceLinks(problem=Text("it is not a sitemap: {why}", why=str(error) or Text("it is empty")))
    if named.problem is None and not _ENDS.search(xml[-200:]):
        named.problem = Text("it is cut short")
    for url in found:
        if not is_index:
            named.articles.append((url, None))
        elif urls.site_of(urls.host_of(url) or "?") == site and any(name in url for name in names or ()):
            named.further.append(("sitemap", url))
    return named
