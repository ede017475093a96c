"""The page as it was fetched, in its frame: kept pictures and styles are shown, nothing runs, nothing leaves."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archive.pictures import Picture
from archive.store import Store
from demo.site import PIXEL
from kepu.records import Article, Block, Capture, Image
from pipelines.chrome.replay_page import replayable
from tests.web.asking import ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOST = "http://kpzg.people.com.cn"
URL = f"{HOST}/n1/2024/0105/c404214-1.html"
PAGE = """<html><head><title>湖</title><base href="http://example.org/"><link rel=stylesheet href="/s.css">
<meta http-equiv=refresh content="0;url=http://example.org/"><script>document.title='owned'</script></head>
<body onload="document.title='owned'"><p>湖冰从岸边长起。</p><img id=a src="/NMediaFile/1.gif" srcset="http://example.org/2.gif">
<img id=b src="http://example.org/out.gif"><iframe src="http://example.org/"></iframe>
<a id=c href="javascript:document.title='owned'">x</a><form action="http://example.org/"><input></form>
<svg><script>document.title='owned'</script></svg><p style="background:url(http://example.org/bg.gif)">完。</p>
</body></html>""".encode()
STYLE = (
    b"#a { border: 7px solid red; background: url(/NMediaFile/1.gif) } p { background: url(//example.org/x) }"
)


def capture(url: str, body: bytes, media: str) -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n".encode()
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    digest = hashlib.sha256(body).hexdigest()
    return Capture(url, "2026-01-02T03:04:05Z", body, request, head, 200, payload_sha256=digest)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "kepu.db"
    picture = f"{HOST}/NMediaFile/1.gif"
    article = Article(
        id="n1/1",
        url=URL,
        url_requested=URL,
        headline="湖",
        text="湖冰从岸边长起。",
        blocks=[
            Block("figure", "", content_url=picture, caption="冰"),
            Block("paragraph", "湖冰从岸边长起。"),
        ],
        image=[Image(picture, "冰", position=0)],
    )
    with Store(path) as archive:
        run = archive.run("channel", "refresh")
        archive.put(article, [capture(URL, PAGE, "text/html; charset=utf-8")])
        for url, kind, body, media in (
            (picture, "image", PIXEL, "image/gif"),
            (f"{HOST}/s.css", "resource", STYLE, "text/css"),
        ):
            digest = hashlib.sha256(body).hexdigest()
            kept = Picture(
                url, kind, "kept", "2026-01-02T03:04:05Z", sha256=digest, media_type=media, width=1, height=1
            )
            archive.keep_picture(kept, capture(url, body, media), run)
    return path


def test_the_frame_shows_kept_pictures_and_nothing_runs(
    database: Path, browser: "Browser", serving: Callable[..., Any]
) -> None:
    with serving(database) as (address, _):
        digest = hashlib.sha256(PIXEL).hexdigest()
        status, headers, body = ask(address, f"/kept/{digest}")
        assert (status, headers["content-type"], body[:6]) == (200, "image/gif", "GIF89a")
        assert ask(address, f"/kept/{'0' * 64}")[0] == 404
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/article/n1/1")
        assert page.locator("figure img").evaluate("image => image.complete && image.naturalWidth") == 1
        page.goto(f"{address}/article/n1/1/capture")
        frame = page.frame_locator("iframe.replay")
        frame.get_by_text("湖冰从岸边长起。").wait_for()
        assert frame.locator("#a").evaluate("image => image.naturalWidth") == 1
        assert frame.locator("#a").evaluate("image => getComputedStyle(image).borderTopWidth") == "7px"
        assert page.frames[1].title() == "湖"
        assert frame.locator("iframe, form, script, svg, base, meta[http-equiv]").count() == 0
        assert not frame.locator("#b").get_attribute("src")
        assert not frame.locator("#c").get_attribute("href")
        assert all(url.startswith(address) for url in asked), asked
        page.close()


PIECES = (
    *("<script>x</script>", "<scr<script>ipt>x</script>", '<img src=x onerror="x">', "<svg/onload=x>"),
    *("<a href=javascript:x>", "<p>", "</p>", "<table>", "<", ">", "<!--", "-->", "<style>", "\x00", "湖"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_script_and_no_outside_address_is_left(pieces: list[str]) -> None:
    made = replayable("".join(pieces).encode(), URL, "utf-8", lambda _: None)
    root = html.document_fromstring(made or b"<p>")
    for element in root.iter():
        if isinstance(element.tag, str):
            assert element.tag not in {"script", "svg", "iframe", "object", "embed"}
            assert not [
                name for name in element.attrib if name.startswith("on") or name in {"src", "href", "srcset"}
            ]
