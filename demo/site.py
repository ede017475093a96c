"""The site of the replica: the answers for all its URLs on a given day."""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from demo import feeds, lists, render
from demo.answer import HTML, Answer, pack
from demo.channel import HOME_PATH, KPZG, NEWS, SEARCH, SECTIONS, TODAY, WWW, WWW_CN, section_of
from demo.list_faults import MISSED, OLDER
from demo.lists import Entry
from demo.stories import Story

HOSTS = {*HOME_PATH, WWW, WWW_CN, NEWS, SEARCH}

_LIST = re.compile(r"/GB/(\d+)/index(\d*)\.html")
_PICTURE = re.compile(r"/(NMediaFile|mediafile|img)/.*\.(jpg|png|JPG|gif)$")
PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b"
)
"""A GIF of one white pixel, which is sent for every picture."""


@dataclass(slots=True)
class Site:
    """The stories of the channel by URL, `stage` days after the replica's first day."""

    stories: tuple[Story, ...]
    stage: int = 0
    crawl_delay: float = 120
    per_page: int = 20
    gone: frozenset[str] = frozenset()
    """Ids of stories that have been removed."""
    _pages: dict[str, tuple[Story, int, str]] = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _sections: dict[str, list[Entry]] = field(default_factory=dict)
    _rendered: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """Map the URL of each requested page to its compressed body and its ETag."""

    def __post_init__(self) -> None:
        self._sections = {node: [] for node in SECTIONS}
        for story in sorted(self.stories, key=lambda each: (each.published, each.id), reverse=True):
            for url in story.urls:
                for n in range(1, len(story.parts) + 1):
                    self._pages[story.part_url(n, url)] = (story, n, url)
                if story.listed and story.id not in self.gone:
                    self._entries.append(Entry(story, url))
                    self._sections[section_of(url).node].append(Entry(story, url))

    @property
    def hosts(self) -> Collection[str]:
        """The hosts for which it answers."""
        return HOSTS

    @property
    def today(self) -> str:
        """The current date of the replica, ISO 8601."""
        return (date.fromisoformat(TODAY) + timedelta(days=self.stage)).isoformat()

    @property
    def newest(self) -> str:
        """The URL of the newest article on the channel's own host."""
        return next(entry.url for entry in self._entries if KPZG in entry.url)

    def answer(self, host: str, path: str) -> Answer:
        """Return the answer to a GET of `path` (without query) on one of HOSTS."""
        if path == "/robots.txt":
            return Answer(200, feeds.robots(host, self.crawl_delay), "text/plain", self._midnight())
        url = f"http://{host}{path}"
        if url in self._pages:
            return self._article(url)
        if _PICTURE.match(path):
            return Answer(200, PIXEL, "image/gif", 0.0)
        listing = self._listing(host, path)
        if listing is not None:
            return Answer(200, listing, HTML, self._midnight(), _etag(listing))
        return self._feed(host, path) or self._missing(path)

    def render_all(self) -> None:
        """Render every page now, at about 0.8 ms each, instead of at its first request."""
        for url in self._pages:
            self._article(url)

    def search(self, body: bytes) -> Answer:
        """Return the answer of the search API to a POST."""
        try:
            query: Any = json.loads(body)
        except ValueError:
            query = None
        status, answer = feeds.search(query, self._entries)
        return Answer(status, json.dumps(answer, ensure_ascii=False).encode(), "application/json")

    def _article(self, url: str) -> Answer:
        story, n, first = self._pages[url]
        if story.id in self.gone:
            return Answer(404, lists.missing())
        if url not in self._rendered:
            body = render.page(story, n, first)
            self._rendered[url] = (pack(body), _etag(body))
        packed, etag = self._rendered[url]
        changed = datetime.fromisoformat(story.updated or story.published).replace(tzinfo=feeds.BEIJING)
        return Answer(200, packed, HTML, changed.timestamp(), etag, packed=True)

    def _listing(self, host: str, path: str) -> bytes | None:
        if path == "/" and host in HOME_PATH:
            return lists.refresh(host)
        if host == KPZG and path == HOME_PATH[KPZG]:
            return lists.home(self._entries)
        match = _LIST.fullmatch(path)
        if not match or match[1] not in SECTIONS or SECTIONS[match[1]].host != host:
            return None
        section = SECTIONS[match[1]]
        return lists.section_page(section, self._sections[section.node], int(match[2] or 1), self.per_page)

    def listing_as(self, host: str, path: str, fault: str) -> Answer | None:
        """Return a page of a section with the wrong items of a fault in demo/list_faults.py; None for other pages."""
        match = _LIST.fullmatch(path)
        if not match or match[1] not in SECTIONS or SECTIONS[match[1]].host != host:
            return None
        section, page = SECTIONS[match[1]], int(match[2] or 1)
        entries = list(self._sections[section.node])
        if fault == OLDER:
            del entries[:MISSED]
        else:
            n, other = self.per_page, (page + 1 if page % 2 == 0 else page - 1)
            entries[(page - 1) * n : page * n] = entries[(other - 1) * n : other * n]
        body = lists.section_page(section, entries, page, self.per_page)
        return Answer(200, body, HTML, self._midnight(), _etag(body)) if body else None

    def _feed(self, host: str, path: str) -> Answer | None:
        if host == WWW_CN and path == feeds.SITEMAP_INDEX:
            return Answer(200, feeds.sitemap_index(self.today), "text/xml", self._midnight())
        for name, place in feeds.SITEMAPS.items():
            if host == WWW_CN and path == place:
                kind = "application/x-gzip" if place.endswith(".gz") else "text/xml"
                return Answer(200, feeds.sitemap(name, self._entries), kind, self._midnight())
        if host == NEWS and path == "/210801/211150/index.js":
            return Answer(200, feeds.rolling(self._entries, self.today), "application/x-javascript")
        return None

    def _missing(self, path: str) -> Answer:
        """Return the answer for a missing page: 403 for a folder; else 200 for half of all paths, 404 for others."""
        if path == "/GB/":
            return Answer(403, b"<html><body>403 Forbidden</body></html>")
        return Answer(200 if sum(path.encode()) % 2 else 404, lists.missing())

    def _midnight(self) -> float:
        return datetime.fromisoformat(self.today).replace(tzinfo=feeds.BEIJING).timestamp()


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()[:16]}"'
