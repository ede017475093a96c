"""The Atom feed of the newest headlines, and robots.txt."""

import re
from html import escape
from typing import Any

from sqlite_utils import Database

from archive.web.responses import Response
from archive.web.web_languages import translator
from archive.web.web_links import article_path, safe_url
from kepu.beijing_time import beijing

MOST = 50
"""Number of entries in the feed."""

_NEWEST = (
    "SELECT id, url, headline, coalesce(datetime_published, date_published), revision ->> '$.last_changed', "
    "article_section FROM articles WHERE duplicate_of IS NULL "
    f"ORDER BY seq DESC LIMIT {MOST}"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def feed(request: Any, datasette: Any) -> Any:
    """Answer with an Atom feed (RFC 4287) of the articles archived last: headlines and URLs, without texts."""
    rows = await datasette.room.readers.run(newest)
    t = translator(request.scope["language"])
    root = f"{request.scheme}://{request.host}"
    entries = [_entry(root, *row) for row in rows]
    updated = max((entry[0] for entry in entries), default="1970-01-01T08:00:00+08:00")
    body = "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<feed xmlns="http://www.w3.org/2005/Atom">',
            f"<title>{_xml(t('feed.title'))}</title>",
            f"<id>{_xml(root)}/feed.atom</id>",
            f'<link rel="self" href="{_xml(root)}/feed.atom"/>',
            f'<link href="{_xml(root)}/"/>',
            f"<updated>{updated}</updated>",
            "<author><name>kepu-archive</name></author>",
            f"<rights>{_xml(t('foot.rights'))}</rights>",
            *(text for _, text in entries),
            "</feed>\n",
        ]
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def newest(db: Database) -> list[tuple[Any, ...]]:
    """Return (id, URL, headline, published, changed, section) of the articles archived last."""
    return db.execute(_NEWEST).fetchall()


def _entry(root: str, id_: str, url: str, headline: str | None, published: str | None, changed: str | None,
           section: str | None) -> tuple[str, str]:  # fmt: skip
    moments = [beijing(moment) for moment in (changed, published) if moment]
    updated = next((moment.isoformat() for moment in moments if moment), "1970-01-01T08:00:00+08:00")
    lines = [
        f"<entry><title>{_xml(headline or id_)}</title>",
        f"<id>{_xml(safe_url(url) or root + article_path(id_))}</id>",
        f'<link href="{_xml(root + article_path(id_))}"/>',
        f"<updated>{updated}</updated>",
        f"<published>{moments[-1].isoformat()}</published>" if published and moments[-1] else "",
        f'<category term="{_xml(section)}"/>' if section else "",
        "</entry>",
    ]
    return updated, "".join(lines)


def _xml(text: str) -> str:
    """Return a text escaped for XML, without the characters that XML 1.0 does not allow."""
    return escape(_NOT_XML.sub("\ufffd", text))


async def robots() -> Any:
    """Answer with a robots.txt that excludes all crawlers, because the articles belong to their publisher."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
