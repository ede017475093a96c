"""The reading room in a real browser: how people find, read, compare and take away; on a phone, by keyboard, with axe.

`KEPU_SCREENSHOTS=1 pytest tests/web/test_browser.py` writes docs/images/ anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest

from tests.web.conftest import HOSTILE
from tests.web.replica import rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 150_000
"""Bytes of a screenshot in the repository."""


@pytest.fixture(scope="session")
def addresses(room: str, database: Path) -> dict[str, str]:
    """Return an address of each kind of page."""

    def one(query: str) -> str:
        return str(rows(database, query)[0][0])

    revised = one(
        "SELECT id FROM articles JOIN revisions ON article = id WHERE record ->> '$.text' != text ORDER BY id"
    )
    a, b = rows(
        database,
        "SELECT x.article, y.article FROM internal_near_pairs JOIN internal_near_texts x ON x.n = earlier "
        "JOIN internal_near_texts y ON y.n = later WHERE kind != 'template' ORDER BY jaccard",
    )[0]
    blocks = (
        "SELECT id FROM articles WHERE id NOT LIKE 'n1/666%' AND blocks LIKE '%\"type\":\"{}\"%' ORDER BY id"
    )
    paths = {
        "home": "/",
        "search": "/search?q=" + quote("冰"),
        "search for water": "/search?q=" + quote("水"),
        "nothing found": "/search?q=qqqqqq",
        "all": "/search",
        "browse": "/browse",
        "charts": "/report",
        "month": f"/browse?month={one('SELECT substr(max(date_published), 1, 7) FROM articles')}",
        "figures": f"/article/{one(blocks.format('figure'))}",
        "table": f"/article/{one(blocks.format('table'))}",
        "verse": f"/article/{one(blocks.format('verse'))}",
        "list": f"/article/{one(blocks.format('list'))}",
        "quote": f"/article/{one(blocks.format('quote'))}",
        "repost": f"/article/{a}",
        "compare": f"/article/{a}/compare?with={b}",
        "revised": f"/article/{revised}",
        "revisions": f"/article/{revised}/revisions",
        "words": f"/article/{a}/words",
        "capture": f"/article/{a}/capture",
        "account": f"/article/{a}/account",
        "account of a copy": "/article/n1/66600021/account",
        "corpus": "/corpus?q=" + quote("冰"),
        "frequencies": "/corpus?view=words",
        "review": "/duplicates",
        "view": "/data/article?_facet=section&_size=5",
        "hostile": f"/article/{HOSTILE}",
        "tables": "/data",
        "rows": "/data/articles?_facet=article_section&_size=5",
        "row": "/data/articles/1",
        "sql": "/data?sql=select+id,+headline+from+articles+limit+5",
        "wrong sql": "/data?sql=select+*+from+nothing",
        "missing": "/article/n1/1",
    }
    return {name: room + path for name, path in paths.items()}


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """Return a page that fails the test if anything comes from elsewhere, is blocked, or goes wrong in it."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1100, "height": 800})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on(
        "request", lambda asked: problems.append(asked.url) if "//127.0.0.1:" not in asked.url else None
    )
    yield opened
    context.close()
    assert not [problem for problem in problems if "status of 4" not in problem]


def test_from_search_to_article_to_download(page: "Page", room: str, database: Path) -> None:
    page.goto(room)
    page.get_by_role("searchbox", name="检索文章").fill("冰花")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert page.locator("mark").first.inner_text() == "冰花"
    before = page.locator(".hit").count()
    page.locator(".facets summary", has_text="版式").click()
    page.locator(".facets details", has_text="版式").get_by_role("link", name="rm_txt", exact=True).click()
    page.wait_for_url("**layout=rm_txt*")
    assert 0 < page.locator(".hit").count() <= before
    assert "layout=rm_txt" in page.url
    for hit in page.locator(".hit a").all():
        id_ = str(hit.get_attribute("href")).removeprefix("/article/").split("?")[0]
        assert rows(database, f"SELECT provenance ->> '$.layout' FROM articles WHERE id = '{id_}'") == [
            ("rm_txt",)
        ]
    with page.expect_download() as download:
        page.get_by_role("link", name="JSONL").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == page.locator(".hit").count()
    assert all("冰花" in json.loads(line)["text"] + json.loads(line)["headline"] for line in lines)
    headline = page.locator(".hit").first.inner_text()
    page.locator(".hit a").first.click()
    page.wait_for_url("**/article/**")
    assert page.locator("h1").inner_text() == headline
    assert "冰花" in page.locator("mark").first.inner_text()
    page.go_back()
    page.wait_for_url("**layout=rm_txt*")
    page.get_by_role("link", name="去掉条件：rm_txt").click()
    page.wait_for_url(lambda url: "layout" not in url)
    assert page.locator(".hit").count() == before


SELECTORS = {
    "table": "table td",
    "verse": "p.verse br",
    "list": ".text li",
    "quote": "blockquote",
    "figures": "figcaption",
}
"""What an article of each kind has to have."""


def test_an_article_reads_as_one(page: "Page", addresses: dict[str, str], database: Path) -> None:
    for kind, selector in SELECTORS.items():
        page.goto(addresses[kind])
        assert page.locator(f"article {selector}").count() > 0, kind
        assert page.locator("img").count() == 0
        id_ = addresses[kind].split("/article/")[1]
        text = rows(database, f"SELECT text FROM articles WHERE id = '{id_}'")[0][0]
        shown = page.locator(".text").inner_text()
        for line in str(text).replace("\t", "\n").split("\n"):
            assert line.strip() in shown, (kind, line)
    style = page.locator(".text p:not(.picture)").first.evaluate(
        "p => [getComputedStyle(p).lineHeight, getComputedStyle(p).fontSize, p.clientWidth].map(parseFloat)"
    )
    assert style[0] / style[1] == pytest.approx(1.8, abs=0.01)
    assert style[2] / style[1] <= 38.1


def test_differences_are_marked(page: "Page", addresses: dict[str, str]) -> None:
    page.goto(addresses["revised"])
    page.get_by_role("link", name="修订记录").click()
    page.wait_for_url("**/revisions")
    assert page.locator(".diff del, .diff ins").count() > 0
    for tag, line in (("del", "line-through"), ("ins", "underline")):
        for mark in page.locator(f".diff {tag}").all()[:3]:
            assert line in mark.evaluate("e => getComputedStyle(e).textDecorationLine")
    page.goto(addresses["repost"])
    page.get_by_role("link", name="并排对照").first.click()
    page.wait_for_url("**/compare?*")
    assert page.locator(".beside del, .beside ins").count() > 0
    assert page.locator(".beside tr.same").count() > 0


def test_on_a_phone_each_change_stands_below_what_was(browser: "Browser", addresses: dict[str, str]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN", is_mobile=True)
    page = context.new_page()
    page.goto(addresses["compare"])
    changed = page.locator(".beside tbody tr:not(.same)").first.get_by_role("cell")
    boxes = [changed.nth(n).bounding_box() for n in range(2)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["width"] > 250
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    same = page.locator(".beside tbody tr.same").first
    assert same.get_by_role("cell").count() == 1, "what is the same is read once"
    context.close()


def test_scripts_in_an_article_stay_text(page: "Page", room: str, addresses: dict[str, str]) -> None:
    for path in (
        f"/article/{HOSTILE}",
        f"/article/{HOSTILE}/words",
        f"/article/{HOSTILE}/record.json",
        "/search?q=" + quote("<script>document.title='owned'</script>"),
        "/search?q=" + quote("湖冰"),
        "/data/articles?headline__contains=script",
        "/browse?month=2024-02",
    ):
        page.goto(room + path)
        page.wait_for_load_state()
        assert page.title() != "owned"
        assert page.locator("a[href^='javascript:']").count() == 0
    page.goto(addresses["hostile"])
    assert "<script>" in page.locator("h1").inner_text()


def test_the_policy_stops_what_would_get_in(browser: "Browser", room: str) -> None:
    page = browser.new_page()
    page.goto(room)
    stopped = page.evaluate(
        """async () => {
          const seen = [];
          document.addEventListener('securitypolicyviolation', e => seen.push(e.effectiveDirective));
          document.body.insertAdjacentHTML('beforeend', '<p style="color:red" onclick="1">x</p>');
          const script = document.createElement('script'); script.textContent = 'document.title = "owned"';
          document.body.append(script);
          const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; document.body.append(image);
          await new Promise(done => setTimeout(done, 300));
          return seen;
        }"""
    )
    assert {"style-src-attr", "script-src-elem", "img-src"} <= set(stopped)
    assert page.title() != "owned"
    page.context.close()


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: "Browser", addresses: dict[str, str]) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    for name, address in addresses.items():
        page.goto(address)
        widths = page.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth, visualViewport.scale]"
        )
        wide = page.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > 361"
            " && !e.closest('.scroll, .wide'))"
            ".slice(0, 5).map(e => e.outerHTML.slice(0, 80))"
        )
        assert widths[0] <= 360, (name, wide)
        assert widths[1:] == [360, 1], name
    context.close()


def test_on_a_phone_the_letters_of_a_chart_can_be_read(browser: "Browser", addresses: dict[str, str]) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(addresses["charts"])
    page.locator(".chart").first.wait_for(state="attached")
    for width in (360, 704, 705, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        sizes = page.evaluate(
            """[...document.querySelectorAll('.chart')].filter(one => one.checkVisibility()).map(one =>
            parseFloat(getComputedStyle(one.querySelector('text')).fontSize)
            * one.getBoundingClientRect().width / one.viewBox.baseVal.width)"""
        )
        assert len(sizes) >= 8
        assert 9.5 <= min(sizes) <= max(sizes) <= 18, width
        assert page.get_by_role("img").count() == len(sizes)
    context.close()


def test_by_keyboard_alone(page: "Page", room: str) -> None:
    page.goto(room + "/browse")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(room)
    for _ in range(20):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.type") == "search":
            break
    page.keyboard.type("冰")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.tagName")
        )
    assert any(str(href).startswith("/article/") for href in reached)
    assert "SUMMARY" in reached


def test_without_javascript_all_of_it_works(browser: "Browser", room: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(room)
    page.get_by_role("searchbox").fill("冰花")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?*")
    page.locator(".hit a").first.click()
    page.get_by_role("link", name="Sentences and words").click()
    page.wait_for_url("**/words")
    assert page.locator(".word").count() > 10
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**lang=zh")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.goto(room)
    assert page.locator("html").get_attribute("lang") == "zh-Hans", "the choice is remembered"
    context.close()


AXE_RUNS = {
    "light": "{resultTypes: ['violations']}",
    "dark": "{resultTypes: ['violations'], runOnly: ['color-contrast']}",
}
"""Colour scheme → what axe is asked: of the dark scheme the contrast alone, since nothing else depends on colours."""
SAME_PARTS = {"search for water", "all", "repost", "account of a copy"}
"""Kinds of page that differ from others by their texts alone: they are looked at in a campaign."""
SAME_COLOURS = SAME_PARTS | {
    *("month", "table", "verse", "list", "quote", "revised", "view", "row", "wrong sql"),
}
"""Kinds of page that are made of the same parts as others: their dark colours are looked at in a campaign."""


@pytest.mark.parametrize(
    ("scheme", "passed_over"),
    [
        ("light", SAME_PARTS),
        ("dark", SAME_COLOURS),
        pytest.param("light", set(), marks=pytest.mark.campaign),
        pytest.param("dark", set(), marks=pytest.mark.campaign),
    ],
    ids=["light", "dark", "all light", "all dark"],
)
def test_axe_finds_nothing(
    browser: "Browser", addresses: dict[str, str], scheme: Literal["light", "dark"], passed_over: set[str]
) -> None:
    base = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    context = browser.new_context(bypass_csp=True, locale="zh-CN", color_scheme=scheme)
    page = context.new_page()
    found = []
    assert passed_over <= addresses.keys()
    for name in [one for one in addresses if one not in passed_over]:
        page.goto(addresses[name])
        page.evaluate(base.AXE_SCRIPT)
        passes, violations = page.evaluate(
            f"axe.run({AXE_RUNS[scheme]}).then(found => [found.passes.length, found.violations])"
        )
        assert passes > (5 if scheme == "light" else 0), "axe did not look"
        found += [
            (name, scheme, one["id"], [node["html"][:200] for node in one["nodes"][:2]]) for one in violations
        ]
    context.close()
    assert not found


SHOTS = {
    "home": ("home", "light", 1000, 760),
    "search": ("search for water", "light", 1000, 760),
    "article": ("figures", "light", 1000, 760),
    "article-phone-dark": ("verse", "dark", 390, 760),
    "compare": ("compare", "light", 900, 460),
    "compare-phone": ("compare", "light", 390, 760),
    "revisions-dark": ("revisions", "dark", 900, 560),
    "words": ("words", "light", 1000, 560),
    "charts": ("charts", "light", 1000, 900),
    "charts-phone-dark": ("charts", "dark", 390, 900),
}
"""Name of the image → kind of page, colours, width, height."""
LARGEST_SHOTS = {"search", "compare", "charts-phone-dark"}
"""The two largest images, and one of a phone in dark colours; the others are taken in a campaign, or to be written."""


@pytest.mark.parametrize(
    "names", [LARGEST_SHOTS, pytest.param({*SHOTS}, marks=pytest.mark.campaign)], ids=len
)
def test_screenshots(browser: "Browser", addresses: dict[str, str], tmp_path: Path, names: set[str]) -> None:
    wanted = os.environ.get("KEPU_SCREENSHOTS")
    folder = IMAGES if wanted else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHOTS if wanted else sorted(names):
        kind, scheme, width, height = SHOTS[name]
        context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            locale="zh-CN",
        )
        page = context.new_page()
        page.goto(addresses[kind])
        if kind == "charts":
            page.locator(".chart").first.wait_for(state="attached")
        image = folder / f"reading-room-{name}.png"
        page.screenshot(path=image)
        assert 3_000 < image.stat().st_size <= LARGEST, image
        context.close()
