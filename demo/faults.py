"""What can go wrong on the way: broken answers, traps, odd robots.txt files and bombs, as tables of small functions.

A `Plan` says which of them a replica plays; it is a JSON object on the command line or to `replica.invalid`:

    {"rate": 0.1, "seed": 3}                                  one answer in ten is broken, by any of KINDS
    {"urls": {"http://kpzg.people.com.cn/GB/…": "huge"}}      this URL always is, in this way
    {"robots": "html", "traps": true, "sitemap": "levels"}    robots.txt, lists and sitemaps are hostile
"""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from aiohttp import web

from . import feeds, lists
from .answer import HTML, Answer
from .channel import HOME_PATH, KPZG, WWW_CN

KINDS = ("500", "hang", "reset", "cut", "charset", "empty", "waf", "loop", "drip")
"""The ways in which a random answer breaks, unless the plan names its own."""

PIECE = 1 << 16
HUGE = PIECE * 15_259
"""Bytes of the body that never seems to end: a gigabyte."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which faults a replica plays."""

    rate: float = 0
    """The share of answers that are broken, drawn anew for each attempt at a URL."""
    seed: int = 0
    kinds: tuple[str, ...] = KINDS
    urls: dict[str, str] = field(default_factory=dict)
    """URLs that are always broken, and how."""
    robots: str | None = None
    """A name of ROBOTS."""
    sitemap: str | None = None
    """A name of SITEMAPS."""
    traps: bool = False
    """Whether list pages lead into links without end."""
    seconds: float = 30
    """How long a hang, or a drip, lasts."""

    def kind(self, url: str, attempt: int) -> str | None:
        """How the answer to this attempt (from 1) at a URL is broken; None if it is whole."""
        if url in self.urls:
            return self.urls[url]
        draw = zlib.crc32(f"{self.seed} {attempt} {url}".encode())
        if url.endswith("/robots.txt") or draw >= self.rate * 2**32:
            return None
        return self.kinds[zlib.crc32(b"kind", draw) % len(self.kinds)]


def parse(text: str) -> Plan:
    """A plan from its JSON. Raises ValueError for one that is not well formed or names an unknown fault."""
    try:
        facts = json.loads(text or "{}")
        plan = Plan(**{**facts, "kinds": tuple(facts.get("kinds", KINDS))})
    except TypeError as error:
        raise ValueError(f"no such key in a plan of faults: {error}") from error
    unknown = {*plan.kinds, *plan.urls.values()} - {*ANSWERS, *WIRES}
    unknown |= {name for name in [plan.robots] if name and name not in ROBOTS}
    unknown |= {name for name in [plan.sitemap] if name and name not in SITEMAPS}
    if unknown:
        raise ValueError(f"no such fault: {unknown}")
    return plan


@cache
def _zeros(size: int) -> bytes:
    """`size` zeros, gzipped."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(PIECE)) for _ in range(size // PIECE))
    return packed + packer.flush()


# Answers that are wrong: each makes another answer of the true one.


def _status(status: int, **headers: str) -> Callable[[Answer, str], Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = f"<html><head><title>{status}</title></head><body>{status}</body></html>".encode()
    return lambda _answer, _url: Answer(status, body, HTML, headers=named)


def _redirect(target: str) -> Callable[[Answer, str], Answer]:
    return lambda _answer, url: Answer(302, b"", HTML, headers={"Location": target.format(url=url)})


def _wrong_charset(answer: Answer, _url: str) -> Answer:
    """The header contradicts the bytes: UTF-8 for GB18030, GBK for UTF-8."""
    label = "utf-8" if b"charset=GB2312" in answer.body[:2000] else "gbk"
    return replace(answer, content_type=f"text/html; charset={label}", etag=None, modified=None)


def _firewall(_answer: Answer, _url: str) -> Answer:
    """A firewall's page, with status 200."""
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>访问验证</title></head><body>"
        "<div id='waf'>您的访问过于频繁，请完成安全验证后继续。</div><p>事件编号：00-0000-0000</p>"
        "<script>document.cookie='__jsl_clearance=1';location.reload();</script></body></html>"
    )
    return Answer(200, page.encode(), HTML)


def _inflating(_answer: Answer, _url: str) -> Answer:
    """A megabyte that unpacks to a gigabyte."""
    return Answer(200, _zeros(HUGE), HTML, headers={"Content-Encoding": "gzip"})


def _missing(status: int) -> Callable[[Answer, str], Answer]:
    return lambda _answer, _url: Answer(status, lists.missing(), HTML)


def _refresh_elsewhere(_answer: Answer, _url: str) -> Answer:
    page = '<html><head><meta http-equiv="refresh" content="0;url=http://elsewhere.example/"></head></html>'
    return Answer(200, page.encode(), HTML)


def _redesigned(answer: Answer, _url: str) -> Answer:
    """The same page after a change of templates: the body's container has another name."""
    body = answer.body
    for name in CONTAINERS:
        body = body.replace(name, b"new_" + name)
    return replace(answer, content=body, packed=False, etag=None, modified=None)


CONTAINERS = (
    b"rm_txt_con", b"rm_txt_zw", b"rwb_zw", b"box_con", b"text_c", b"show_text", b"p_content", b"zoom", b"show_c",
    b"artDet", b"picG", b"clear clearfix", b"width978",
)  # fmt: skip
"""Names of the elements round an article's body, in all layouts."""

ANSWERS: dict[str, Callable[[Answer, str], Answer]] = {
    "500": _status(500),
    "403": _status(403),
    "404": _missing(404),
    "missing": _missing(200),
    "429": _status(429, Retry_After="2"),
    "503": _status(503, Retry_After="2"),
    "503 date": _status(503, Retry_After="Fri, 20 Nov 2026 00:00:00 GMT"),
    "503 negative": _status(503, Retry_After="-5"),
    "503 year": _status(503, Retry_After="31536000"),
    "charset": _wrong_charset,
    "empty": lambda _answer, _url: Answer(200, b"", HTML),
    "waf": _firewall,
    "loop": _redirect("{url}"),
    "to file": _redirect("file:///etc/passwd"),
    "to loopback": _redirect("http://127.0.0.1:9/"),
    "to elsewhere": _redirect("http://elsewhere.example/page.html"),
    "to home": _redirect(f"http://{KPZG}/"),
    "refresh elsewhere": _refresh_elsewhere,
    "redesigned": _redesigned,
    "inflating": _inflating,
    "stub": lambda _answer, _url: Answer(200, b"<html><script>setTimeout('go()',10)</script></html>", HTML),
}
"""Faults that are another answer."""


# Faults of the wire: each writes (or does not write) the answer itself.


async def _hang(request: web.BaseRequest, _body: bytes, seconds: float) -> web.StreamResponse:
    await asyncio.sleep(seconds)
    return await _reset(request, b"", 0)


async def _reset(request: web.BaseRequest, _body: bytes, _seconds: float) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.BaseRequest, body: bytes, _seconds: float) -> web.StreamResponse:
    """Two thirds of what Content-Length promised."""
    return _raw(request, f"Content-Length: {len(body)}", body[: len(body) * 2 // 3])


async def _broken_chunk(request: web.BaseRequest, body: bytes, _seconds: float) -> web.StreamResponse:
    """A chunk that ends before its length, and no last one."""
    return _raw(request, "Transfer-Encoding: chunked", b"%x\r\n" % len(body) + body[: len(body) // 2])


async def _drip(request: web.BaseRequest, body: bytes, seconds: float) -> web.StreamResponse:
    """The whole page, in twenty pieces, with all the time in the world."""
    response = web.StreamResponse(headers={"Content-Type": HTML, "Content-Length": str(len(body))})
    await response.prepare(request)
    step = len(body) // 20 + 1
    for at in range(0, len(body), step):
        await response.write(body[at : at + step])
        await asyncio.sleep(seconds / 20)
    return response


async def _huge(request: web.BaseRequest, _body: bytes, _seconds: float) -> web.StreamResponse:
    """Zeros, a gigabyte of them, as fast as they are taken."""
    response = web.StreamResponse(headers={"Content-Type": HTML, "Content-Length": str(HUGE)})
    await response.prepare(request)
    for _ in range(HUGE // PIECE):
        await response.write(bytes(PIECE))
    return response


def _raw(request: web.BaseRequest, length: str, body: bytes) -> web.Response:
    if request.transport:
        request.transport.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n{length}\r\n\r\n".encode() + body
        )
        request.transport.close()
    return web.Response()


WIRES: dict[str, Callable[[web.BaseRequest, bytes, float], Awaitable[web.StreamResponse]]] = {
    "hang": _hang,
    "reset": _reset,
    "cut": _cut,
    "chunk": _broken_chunk,
    "drip": _drip,
    "huge": _huge,
}
"""Faults of the connection: (request, true body, seconds) → nothing good."""


# robots.txt, as hosts have been seen to answer.


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


# Sitemaps that do not end.


def _levels(path: str) -> Answer:
    """An index of which each entry is an index again."""
    level = len(path)
    entries = "".join(
        f"<sitemap><loc>http://{WWW_CN}{path.removesuffix('.xml')}_{n}.xml</loc></sitemap>" for n in range(3)
    )
    return Answer(200, f"<sitemapIndex><!-- {level} -->{entries}</sitemapIndex>".encode(), "text/xml")


def _entities(_path: str) -> Answer:
    """Ten entities, each ten times the one before: a gigabyte when they are put in."""
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
    "inflating": lambda _path: Answer(200, _zeros(HUGE), "application/x-gzip"),
}


# Traps: links without end.

TRAP_SECTION = "/GB/999001/"
BAIT = (
    '<div class="trap"><a href="/calendar/2026/11/20.html">日历</a><a href="/GB/404214/index.html?page=2">下一页</a>'
    f'<a href="{TRAP_SECTION}index.html">往期</a><a href="/GB/404390/index.html;jsessionid=0">更多</a>'
    '<a href="javascript:;">收起</a><a href="mailto:kepu@replica.invalid">投稿</a>'
    f'<a href="/{"a" * 10_000}.html">长</a></div></body>'
)


def trap(path: str, query: str, article: str) -> Answer | None:
    """The page of a trap at this path, which always leads on; None where there is none.

    `article` is the URL of a true article, which the traps name with a session id.
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


def instead(plan: Plan, host: str, path: str, query: str, article: str) -> Answer | None:
    """The answer that the plan has for this address; None where the site itself answers."""
    if plan.robots and path == "/robots.txt":
        return ROBOTS[plan.robots]()
    if plan.sitemap and host == WWW_CN and path.startswith(feeds.SITEMAP_INDEX.removesuffix(".xml")):
        return SITEMAPS[plan.sitemap](path)
    return trap(path, query, article) if plan.traps and host == KPZG else None


def baited(plan: Plan, path: str, answer: Answer) -> Answer:
    """A list page with links into the traps, if the plan sets any."""
    if not plan.traps or not ((path.startswith("/GB/") and "index" in path) or path == HOME_PATH[KPZG]):
        return answer
    body = answer.body.replace(b"</body>", BAIT.encode("gb18030"))
    return replace(answer, content=body, packed=False, etag=None)
