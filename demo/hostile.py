"""Answers of a hostile site: unreasonable robots.txt files, endless sitemaps, endless links."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from demo import lists
from demo.answer import HTML, Answer, zeros
from demo.channel import HOME_PATH, KPZG, WWW_CN

GIGABYTE = 1 << 30

# Forms of robots.txt that were seen on real hosts.


def _robots(text: str) -> Answer:
    return Answer(200, text.encode(), "text/plain")


ROBOTS: dict[str, Callable[[], Answer]] = {
    "500": lambda: Answer(500, b"error", "text/plain"),
    "404": lambda: Answer(404, b"", HTML),
    "html": lambda: Answer(200, lists.missing(), HTML),
    "huge": lambda: _robots("User-agent: *\n" + "Disallow: /never/\n" * 300_000),
    "delay 0": lambda: _robots("User-agent: *\nCrawl-delay: 0\n"),
    "delay 0.5": lambda: _robots("User-agent: *\nCrawl-delay: 0.5\n"),
    "delay 1e9": lambda: _robots("User-agent: *\nCrawl-delay: 1e9\n"),
    "delay text": lambda: _robots("User-agent: *\nCrawl-delay: slowly\n"),
    "agents": lambda: _robots(
        "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /2015m2/\nCrawl-delay: 1\n"
    ),
    "forbid": lambda: _robots("User-agent: *\nDisallow: /\n"),
    "forbid node": lambda: _robots("User-agent: *\nDisallow: /GB/404390/\n"),
    "elsewhere": lambda: Answer(302, b"", HTML, headers={"Location": "http://elsewhere.example/robots.txt"}),
}


# Endless sitemaps.


def _levels(path: str) -> Answer:
    """Return an index of sitemaps whose entries are such indexes again."""
    level = len(path)
    entries = "".join(
        f"<sitemap><loc>http://{WWW_CN}{path.removesuffix('.xml')}_{n}.xml</loc></sitemap>" for n in range(3)
    )
    return Answer(200, f"<sitemapIndex><!-- {level} -->{entries}</sitemapIndex>".encode(), "text/xml")


def _entities(_path: str) -> Answer:
    """Return a sitemap with ten entities, each ten times the previous one: 27 billion characters when expanded."""
    names = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {name} "{f"&{names[n - 1]};" * 10 if n else "http://kpzg.people.com.cn/"}">'
        for n, name in enumerate(names)
    )
    xml = f'<?xml version="1.0"?><!DOCTYPE s [{entities}]><urlset><url><loc>&j;</loc></url></urlset>'
    return Answer(200, xml.encode(), "text/xml")


SITEMAPS: dict[str, Callable[[str], Answer]] = {
    "levels": _levels,
    "entities": _entities,
    "inflating": lambda _path: Answer(200, zeros(GIGABYTE), "application/x-gzip"),
}


# Traps: endless links.

TRAP_SECTION = "/GB/999001/"
BAIT = (
    '<div class="trap"><a href="/calendar/2026/11/20.html">日历</a><a href="/GB/404214/index.html?page=2">下一页</a>'
    f'<a href="{TRAP_SECTION}index.html">往期</a><a href="/GB/404390/index.html;jsessionid=0">更多</a>'
    '<a href="javascript:;">收起</a><a href="mailto:kepu@replica.invalid">投稿</a>'
    f'<a href="/{"a" * 10_000}.html">长</a></div></body>'
)


def trap(path: str, query: str, article: str) -> Answer | None:
    """Return the page of a trap at this path, which links to more of them; None if there is no trap.

    `article` is the URL of an existing article, to which the traps link with a session id.
    """
    onward = _onward(path, query)
    if onward is None:
        return None
    session = zlib.crc32(f"{path}{query}".encode())
    links = "".join(f'<li><a href="{link}">{link}</a></li>' for link in onward)
    page = (
        f'<html><body><ul><li><a href="{article}?sid={session:08x}">文章</a></li>{links}</ul></body></html>'
    )
    return Answer(200, page.encode(), HTML)


def _onward(path: str, query: str) -> list[str] | None:
    if path.startswith("/calendar/"):
        day = date.fromisoformat(path.removeprefix("/calendar/").removesuffix(".html").replace("/", "-"))
        return [f"/calendar/{day + timedelta(days=step):%Y/%m/%d}.html" for step in (-1, 1, 7)]
    if path.startswith(TRAP_SECTION):
        number = int(path.removeprefix(f"{TRAP_SECTION}index").removesuffix(".html") or 1)
        return [f"{TRAP_SECTION}index{number + 1}.html"]
    if query.startswith("page="):
        return [f"{path}?page={int(query.removeprefix('page=')) + 1}"]
    if ";jsessionid=" in path:
        place, _, session = path.partition(";jsessionid=")
        return [f"{place};jsessionid={zlib.crc32(session.encode()):08x}"]
    return None


def baited(path: str, answer: Answer) -> Answer:
    """Add links into the traps to a list page; return any other page unchanged."""
    if not ((path.startswith("/GB/") and "index" in path) or path == HOME_PATH[KPZG]):
        return answer
    body = answer.body.replace(b"</body>", BAIT.encode("gb18030"))
    return replace(answer, content=body, packed=False, etag=None)
