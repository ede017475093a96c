"""Sitemaps (sitemaps.org): the site's index of sitemaps, and the sitemaps with the newest articles of a channel."""

import re

from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.discovery import SourceLinks
from kepu import urls
from kepu.messages import Text

MAX_BYTES = 50 * 1024 * 1024
"""Maximum size of a sitemap after decompression, as the protocol (sitemaps.org) has it. It is enforced for gzip; the
size of other responses is limited by Scrapy's DOWNLOAD_MAXSIZE.
"""

MAX_ENTRIES = 50_000
"""Maximum number of entries per file, as the protocol has it."""

GZIP = b"\x1f\x8b\x08"
"""First bytes of a gzip file."""

ROOTS = ("urlset", "sitemapindex")
"""Names of the root elements of a sitemap and of an index, in lower case. On this site an index is `sitemapIndex`."""

_ROOT_ENDS = re.compile(
    rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>|<(?:\w+:)?(?:urlset|sitemapindex)[^>]*/>", re.IGNORECASE
)
"""Matches the closing tag of a sitemap's root, or a root that is an empty-element tag (`<urlset/>`). A sitemap without
either was cut short, which lxml's recovery would hide.
"""


def unpack(body: bytes) -> bytes:
    """Return a sitemap's XML, decompressed if its bytes are gzip, whatever its name and headers say.

    Raises ValueError if nothing can be unpacked or if the result is larger than MAX_BYTES. Of a gzip that was cut
    short, the part that can be read is returned, and `read` reports that the sitemap is cut short.
    """
    if not body.startswith(GZIP):
        return body
    try:
        return gunzip(body, max_size=MAX_BYTES)
    except Exception as error:  # Scrapy's own type for it is private
        raise ValueError(f"it cannot be unpacked within {MAX_BYTES // 1024 // 1024} MB: {error}") from error


def read(body: bytes, names: tuple[str, ...] | None = None, *, site: str = "") -> SourceLinks:
    """Return the article URLs of a sitemap (`articles`) or, for an index, the sitemaps to request (`further`).

    Each is returned once. Of an index, only URLs on `site` (see urls.site_of) that contain one of `names` are returned;
    with `names` None, the response was requested as a sitemap, and an index is refused. The function never raises for
    bad input: `problem` says what is wrong. If the file is cut short or has more than MAX_ENTRIES entries, what was
    read is returned too. XML entities are not expanded, so an entity bomb has no effect.
    """
    links = SourceLinks()
    try:
        xml = unpack(body)
        sitemap = Sitemap(xml)
        if sitemap.type.lower() not in ROOTS:
            return SourceLinks(problem=Text("it is not a sitemap: {why}", why=f"<{sitemap.type}>"))
        is_index = sitemap.type.lower() == "sitemapindex"
        if is_index and names is None:
            return SourceLinks(problem=Text("an index of sitemaps within an index: it is not followed"))
        locations: dict[str, None] = {}  # a set that keeps the order
        for n, entry in enumerate(sitemap):
            if n >= MAX_ENTRIES:
                links.problem = Text("more than {n} entries; the rest are ignored", n=MAX_ENTRIES)
                break
            locations.setdefault(str(entry["loc"]).strip())
    except (ValueError, SyntaxError, StopIteration, MemoryError) as error:
        return SourceLinks(problem=Text("it is not a sitemap: {why}", why=str(error) or Text("it is empty")))
    if links.problem is None and not _ROOT_ENDS.search(xml[-200:]):
        links.problem = Text("it is cut short")
    for url in locations:
        if not is_index:
            links.articles.append((url, None))
        elif urls.site_of(urls.host_of(url) or "?") == site and any(name in url for name in names or ()):
            links.further.append(("sitemap", url))
    return links
