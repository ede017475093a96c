"""The replica's robots.txt, sitemaps, rolling news (JSON) and search API.

Their formats are taken from other people's crawlers; the entries are those of the replica.
"""

import json
import math
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from demo import inline
from demo.answer import pack
from demo.channel import HEALTH, KPZG, SCITECH, WWW, WWW_CN, section_of
from demo.lists import Entry

BEIJING = timezone(timedelta(hours=8))
SITEMAP_URLS = 100
ROLLING_DAYS = 2
MILLISECOND_ID = 1_000_000_000_000
"""Number that the search API adds to a content id to form an id of its own."""

DISALLOWED = {KPZG: ("/2015m2/", "/n/2015m2/"), SCITECH: ("/2015m2/", "/n/2015m2/")}
DELAYED = {KPZG, WWW, WWW_CN}
"""Hosts whose robots.txt has a Crawl-delay."""

SITEMAP_INDEX = "/sitemap_index.xml"
SITEMAPS = {
    "scitech": "/sitemap/cn/scitech/news_sitemap.xml",
    "health": "/sitemap/cn/health/news_sitemap.xml",
    "kepu": "/sitemap/cn/kepu/news_sitemap.xml.gz",
}
"""Map each sitemap of the replica to its path. The live site has none for the channel; the replica's is compressed."""


def robots(host: str, delay: float) -> bytes:
    """Return the robots.txt of a host, with a Crawl-delay of `delay` seconds if the host is one of DELAYED."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED.get(host, ("",)))]
    if host in DELAYED:
        lines.append(f"Crawl-delay: {delay:g}")
    return "\n".join([*lines, f"Sitemap: http://{WWW_CN}{SITEMAP_INDEX}", ""]).encode()


def sitemap_index(today: str) -> bytes:
    """Return the index of sitemaps, with the root `sitemapIndex` and some entries twice, as on the site."""
    paths = [*SITEMAPS.values(), SITEMAPS["health"]]
    entries = "".join(
        f"<sitemap><loc>http://{WWW_CN}{path}</loc><lastmod>{today}</lastmod></sitemap>\n" for path in paths
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapIndex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapIndex>\n'
    ).encode()


def sitemap(name: str, entries: Sequence[Entry]) -> bytes:
    """Return a sitemap with the newest URLs of a channel and their dates; compressed if its path ends in `.gz`."""
    host = {"scitech": SCITECH, "health": HEALTH}.get(name, KPZG)
    own = [entry for entry in entries if entry.url.split("/")[2] == host][:SITEMAP_URLS]
    urls = "".join(
        f"<url><loc>{escape(entry.url)}</loc><news:news><news:title>{escape(entry.story.headline)}</news:title>"
        f"</news:news><lastmod>{entry.story.updated or entry.story.published[:10]}</lastmod></url>\n"
        for entry in own
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    ).encode()
    return pack(xml, 9) if SITEMAPS[name].endswith(".gz") else xml


def rolling(entries: Sequence[Entry], today: str) -> bytes:
    """Return the rolling news of the last days as JSON, of this and other channels; titles have HTML entities."""
    oldest = (datetime.fromisoformat(today) - timedelta(days=ROLLING_DAYS - 1)).date().isoformat()
    items = [
        _rolling(entry.story.content_id, entry.story.headline, entry.url, entry.story.published)
        for entry in entries
        if oldest <= entry.story.published[:10] <= today
    ]
    for n in range(60):
        number = f"{40_900_000 + n}"
        url = f"http://society.people.com.cn/n1/{today[:4]}/{today[5:7]}{today[8:]}/c1008-{number}.html"
        items.append(
            _rolling(number, f'城市"微更新"第{n + 1}处竣工', url, f"{today}T{n % 24:02}:{n % 60:02}")
        )
    items.sort(key=lambda item: str(item["date"]), reverse=True)
    return json.dumps({"items": items}, ensure_ascii=False).encode()


def _rolling(number: str, title: str, url: str, published: str) -> dict[str, str]:
    day, _, minute = published.partition("T")
    node = url.rsplit("/c", 1)[1].split("-")[0] if "/c" in url else section_of(url).node
    return {
        "id": number,
        "title": escape(title),
        "url": url,
        "date": f"{day} {minute or '00:00'}:00",
        "nodeId": node,
        "imgCount": "0",
    }


def search(query: Any, entries: Sequence[Entry]) -> tuple[int, dict[str, Any]]:
    """Return (status, JSON) of the search API for a query; titles have `<em>` around matches.

    `startTime` and `endTime` must be epoch milliseconds as integers. The status is 400 for a string, for a missing key,
    and for a limit above 100.
    """
    if not _valid(query):
        return 400, {"code": "400", "message": "参数错误"}
    found = [entry for entry in entries if _matches(query, entry)]
    limit, number = query["limit"], query["page"]
    records = [_record(entry, str(query["key"])) for entry in found[(number - 1) * limit : number * limit]]
    data = {
        "records": records,
        "total": len(found),
        "pages": math.ceil(len(found) / limit),
        "current": number,
    }
    return 200, {"code": "0", "message": "success", "data": data}


def _valid(query: Any) -> bool:
    if not isinstance(query, dict) or not isinstance(query.get("key"), str) or not query["key"]:
        return False
    numbers = [query.get("page"), query.get("limit"), query.get("startTime", 0), query.get("endTime", 0)]
    if not all(type(number) is int for number in numbers):
        return False
    return bool(query["page"] >= 1 and 1 <= query["limit"] <= 100)


def _matches(query: dict[str, Any], entry: Entry) -> bool:
    """Return whether an entry has the domain and the time of the query, and a character of its key."""
    milliseconds = _milliseconds(entry.story.published)
    return (
        query.get("domain", "") in {"", entry.url.split("/")[2]}
        and query.get("startTime", 0) <= milliseconds <= (query.get("endTime") or math.inf)
        and any(letter in _searched(entry) for letter in str(query["key"]))
    )


def _searched(entry: Entry) -> str:
    return entry.story.headline + "".join(inline.to_text(piece.source) for piece in entry.story.parts[0])


def _record(entry: Entry, key: str) -> dict[str, Any]:
    story = entry.story
    title = story.headline.replace(key, f"<em>{key}</em>")
    text = "".join(inline.to_text(piece.source) for piece in story.parts[0])[:200]
    return {
        "id": MILLISECOND_ID + int(story.content_id),
        "title": title,
        "content": text,
        "contentOriginal": text,
        "pretitle": story.kicker,
        "subtitle": story.alternative_headline,
        "author": story.byline,
        "editor": "、".join(story.editors),
        "originName": story.source[0] if story.source else "",
        "displayTime": _milliseconds(story.published),
        "url": entry.url,
        "domain": entry.url.split("/")[2],
    }


def _milliseconds(published: str) -> int:
    return int(datetime.fromisoformat(published).replace(tzinfo=BEIJING).timestamp() * 1000)
