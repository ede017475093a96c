"""Faults of the replica: broken answers, as tables of small functions, and the plan that says which of them occur.

A `Plan` is given as a JSON object, on the command line or to the host `replica.invalid`:

    {"rate": 0.1, "seed": 3}                                  one answer in ten is broken, by any of KINDS
    {"urls": {"http://kpzg.people.com.cn/GB/…": "huge"}}      answers for this URL are always broken in this way
    {"urls": {"http://…": "as http://…"}, "times": 1}         the first answer is the page of another URL
    {"robots": "html", "traps": true, "sitemap": "levels"}    robots.txt, lists and sitemaps are hostile
"""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from aiohttp import web

from demo import endless_sections, list_faults, lists
from demo.answer import HTML, Answer, zeros
from demo.channel import KPZG, WWW_CN
from demo.feeds import SITEMAP_INDEX
from demo.hostile import ROBOTS, SITEMAPS, trap

KINDS = ("500", "hang", "reset", "cut", "charset", "empty", "waf", "loop", "drip")
"""Faults from which a random one is drawn, unless the plan has `kinds`."""

PIECE = 1 << 16
HUGE = PIECE * 15_259
"""Number of bytes of the body of the fault `huge`: a gigabyte."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The faults of a replica."""

    rate: float = 0
    """Share of answers that are broken, drawn for each attempt at a URL."""
    seed: int = 0
    kinds: tuple[str, ...] = KINDS
    urls: dict[str, str] = field(default_factory=dict)
    """Map each URL whose answers are broken to the fault."""
    robots: str | None = None
    """A name of ROBOTS."""
    sitemap: str | None = None
    """A name of SITEMAPS."""
    traps: bool = False
    """Whether list pages link to endless pages."""
    endless: str | None = None
    """A trap of sections: `months`, `flat months` or `ghosts` (demo/endless_sections.py)."""
    times: int = 0
    """Number of broken answers for each of `urls`; 0: all."""
    after: int = 0
    """Number of intact answers for each of `urls` before the first broken one."""
    seconds: float = 30
    """Duration of the faults `hang` and `drip`."""

    def kind(self, url: str, attempt: int) -> str | None:
        """Return the fault of the answer to this attempt (from 1) at a URL; None if it is intact."""
        if url in self.urls:
            broken = attempt - self.after
            return self.urls[url] if broken > 0 and (not self.times or broken <= self.times) else None
        draw = zlib.crc32(f"{self.seed} {attempt} {url}".encode())
        if url.endswith("/robots.txt") or draw >= self.rate * 2**32:
            return None
        return self.kinds[zlib.crc32(b"kind", draw) % len(self.kinds)]


def parse(text: str) -> Plan:
    """Parse a plan in JSON. Raises ValueError if it is malformed or has an unknown fault."""
    try:
        facts = json.loads(text or "{}")
        plan = Plan(**{**facts, "kinds": tuple(facts.get("kinds", KINDS))})
    except TypeError as error:
        raise ValueError(f"no such key in a plan of faults: {error}") from error
    unknown = {*plan.kinds, *plan.urls.values()} - {*ANSWERS, *WIRES, *list_faults.OF_SITE}
    unknown = {name for name in unknown if not name.startswith((AS, list_faults.NODE))}
    unknown |= {name for name in [plan.robots] if name and name not in ROBOTS}
    unknown |= {name for name in [plan.sitemap] if name and name not in SITEMAPS}
    if unknown:
        raise ValueError(f"no such fault: {unknown}")
    return plan


# Wrong answers: each function converts the true answer to a wrong one.


def _status(status: int, **headers: str) -> Callable[[Answer, str], Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = f"<html><head><title>{status}</title></head><body>{status}</body></html>".encode()
    return lambda _answer, _url: Answer(status, body, HTML, headers=named)


def _redirect(target: str) -> Callable[[Answer, str], Answer]:
    return lambda _answer, url: Answer(302, b"", HTML, headers={"Location": target.format(url=url)})


def _wrong_charset(answer: Answer, _url: str) -> Answer:
    """Return the answer with a wrong charset in its header: UTF-8 for GB18030, GBK for UTF-8."""
    label = "utf-8" if b"charset=GB2312" in answer.body[:2000] else "gbk"
    return replace(answer, content_type=f"text/html; charset={label}", etag=None, modified=None)


def _firewall(_answer: Answer, _url: str) -> Answer:
    """Return a firewall's page, with status 200."""
    page = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>访问验证</title></head><body>"
        "<div id='waf'>您的访问过于频繁，请完成安全验证后继续。</div><p>事件编号：00-0000-0000</p>"
        "<script>document.cookie='__jsl_clearance=1';location.reload();</script></body></html>"
    )
    return Answer(200, page.encode(), HTML)


def _inflating(_answer: Answer, _url: str) -> Answer:
    """Return a megabyte that decompresses to a gigabyte."""
    return Answer(200, zeros(HUGE), HTML, headers={"Content-Encoding": "gzip"})


def _missing(status: int) -> Callable[[Answer, str], Answer]:
    return lambda _answer, _url: Answer(status, lists.missing(), HTML)


def _refresh(target: str) -> Callable[[Answer, str], Answer]:
    page = f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head><body></body></html>'
    return lambda _answer, _url: Answer(200, page.encode(), HTML)


def _redesigned(answer: Answer, _url: str) -> Answer:
    """Return the same page after a redesign: the container of the body has another name."""
    body = answer.body
    for name in CONTAINERS:
        body = body.replace(name, b"new_" + name)
    return replace(answer, content=body, packed=False, etag=None, modified=None)


def _beginning(answer: Answer, _url: str) -> Answer:
    """Return the first 40% of a page as if it were complete: with its length and the page's ETag."""
    return replace(answer, content=answer.body[: len(answer.body) * 2 // 5], packed=False)


def _corrected(answer: Answer, _url: str) -> Answer:
    """Return the same page with a few more words at the end of each paragraph."""
    body = answer.body
    for encoding in ("utf-8", "gb18030"):
        body = body.replace("。</p>".encode(encoding), "。此处已更正。</p>".encode(encoding))
    return replace(answer, content=body, packed=False, etag=None, modified=None)


def _new_menu(answer: Answer, _url: str) -> Answer:
    """Return the same page with one more link in its footer, so that its bytes change but not its article."""
    body = answer.body.replace(b"</body>", b'<div class="menu"><a href="/">2026</a></div></body>')
    return replace(answer, content=body, packed=False, etag=None, modified=None)


AS = "as "
"""Prefix of the fault that answers with the page of another URL: `as http://…`."""

CONTAINERS = (
    b"rm_txt_con", b"rm_txt_zw", b"rwb_zw", b"box_con", b"text_c", b"show_text", b"p_content", b"zoom", b"show_c",
    b"artDet", b"picG", b"clear clearfix", b"width978",
)  # fmt: skip
"""Names of the elements around an article's body, in all layouts."""

OTHER_SITEMAP = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    b"<url><loc>http://elsewhere.example/n1/2026/1101/c1-40000001.html</loc></url>\n</urlset>\n"
)
"""A sitemap with an article of another site."""

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
    "refresh elsewhere": _refresh("http://elsewhere.example/"),
    "refresh to section": _refresh(f"http://{KPZG}/GB/404389/index.html"),
    "redesigned": _redesigned,
    "beginning": _beginning,
    "inflating": _inflating,
    "corrected": _corrected,
    "new menu": _new_menu,
    "304": lambda answer, _url: Answer(304, b"", answer.content_type, etag=answer.etag),
    "cut text": lambda answer, _url: replace(
        answer, content=answer.body[: len(answer.body) // 2], packed=False
    ),
    "html": lambda _answer, _url: Answer(200, lists.missing(), HTML),
    "other host": _redirect("http://scitech.people.com.cn/GB/1007/index.html"),
    "other section": _redirect(f"http://{KPZG}/GB/404389/index.html"),
    "no articles": lambda _answer, _url: Answer(
        200, b"<html><head><title>404214</title></head><body><p>-</p></body></html>", HTML
    ),
    "other sitemap": lambda _answer, _url: Answer(200, OTHER_SITEMAP, "text/xml"),
    "empty JSON": lambda _answer, _url: Answer(
        200, b'{"code":"0","data":{"records":[],"total":0,"pages":0}}'
    ),
    **list_faults.ANSWERS,
    "stub": lambda _answer, _url: Answer(200, b"<html><script>setTimeout('go()',10)</script></html>", HTML),
}
"""Map the name of each fault that is a wrong answer to its function."""


# Faults of the connection: each function writes the answer itself, or does not.


async def _hang(request: web.BaseRequest, _body: bytes, seconds: float) -> web.StreamResponse:
    await asyncio.sleep(seconds)
    return await _reset(request, b"", 0)


async def _reset(request: web.BaseRequest, _body: bytes, _seconds: float) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.BaseRequest, body: bytes, _seconds: float) -> web.StreamResponse:
    """Send two thirds of the body announced by Content-Length, then close the connection."""
    return _raw(request, f"Content-Length: {len(body)}", body[: len(body) * 2 // 3])


async def _broken_chunk(request: web.BaseRequest, body: bytes, _seconds: float) -> web.StreamResponse:
    """Send a chunk that is shorter than announced, and no last chunk."""
    return _raw(request, "Transfer-Encoding: chunked", b"%x\r\n" % len(body) + body[: len(body) // 2])


async def _drip(request: web.BaseRequest, body: bytes, seconds: float) -> web.StreamResponse:
    """Send the whole page in twenty pieces, spread over `seconds`."""
    response = web.StreamResponse(headers={"Content-Type": HTML, "Content-Length": str(len(body))})
    await response.prepare(request)
    step = len(body) // 20 + 1
    for at in range(0, len(body), step):
        await response.write(body[at : at + step])
        await asyncio.sleep(seconds / 20)
    return response


async def _huge(request: web.BaseRequest, _body: bytes, _seconds: float) -> web.StreamResponse:
    """Send a gigabyte of zeros, as fast as the client reads."""
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
"""Map the name of each fault of the connection to its function, called with request, true body and seconds."""


def instead(plan: Plan, host: str, path: str, query: str, article: str) -> Answer | None:
    """Return the answer that the plan has for this host and path; None if the site itself answers.

    `article` is the URL of an existing article, to which the traps link.
    """
    if plan.robots and path == "/robots.txt":
        return ROBOTS[plan.robots]()
    if plan.sitemap and host == WWW_CN and path.startswith(SITEMAP_INDEX.removesuffix(".xml")):
        return SITEMAPS[plan.sitemap](path)
    if plan.endless and host == KPZG and (page := endless_sections.page(plan.endless, path, article)):
        return page
    return trap(path, query, article) if plan.traps and host == KPZG else None
