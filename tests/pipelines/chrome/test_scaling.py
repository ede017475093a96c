"""Work is linear in the size of a page: the calls grow at most a little more than the markup (fault 22)."""

import re
import sys
from types import FrameType

import pytest

from pipelines.chrome.page_checks import MAX_BYTES, MAX_TAGS
from tests.pipelines.chrome.test_fuzz import PLACE, RM_TXT, in_bounds, outcome

TAGS = (
    "b", "span", "font", "a href=/x", "p", "div", "li", "ul><li", "table><tr><td", "center", "blockquote", "td",
    "h2", "dl><dd", "object", "img src=a.jpg",
)  # fmt: skip
LINES = (
    "张、", "张三、", "记者", "（张", "（记者 ", "新华社", "北京1月", "2009年1月1日", "《人民日报》（", "责编：",
    "图由", "来源：", "点击进入", "声明：", "【1】", "人民网电", "张·", "Aa ", "字\n", "　",
)  # fmt: skip

SHAPES = (
    {f"nested {tag}": f"<{tag}>字" for tag in TAGS}
    | {f"beside each other: {tag}": f"<{tag}>字</{tag.split('>')[0].split()[0]}>" for tag in TAGS}
    | {f"lines of {text!r}": f"<p>{(text * 60)[:60]}</p>" for text in LINES}
    | {
        "a row of cells": "<td><a href=/x>字</a>",
        "editors centred": "<p align=center>责编：张三</p>",
        "short lines before a long one": "字字字字<br>" * 300 + "长" * 30 + "<br>",
        "captions": "<p align=center><img src=/a.jpg><br>图为字</p>",
        "labels": "<p>相关新闻</p><p><a href=/x>字</a></p>",
        "links to parts": "<a href=/n1/2026/1119/c404214-40841207-3.html>3</a>",
        "players": "<script>showPlayer({src:'.mp4.mp4.mp4</script>",
        "an address that goes on": "<a href='/" + "a/../" * 60 + "'>字</a>",
        "comments": "<!-- 字 -->字",
        "fields twice over": "<p class='author zdfy edit sou' id=paper_num>字</p>",
    }
)
"""Map the name of each shape to one unit of it, which is repeated."""


def page(shape: str, size: int, known: bool) -> bytes:
    """Return a page with about `size` bytes of a shape in its body; `known`: whether it has a known layout."""
    unit = SHAPES[shape].encode()
    body = RM_TXT[:PLACE] + unit * (size // len(unit)) + RM_TXT[PLACE:]
    return body if known else body.replace(b"rm_txt", b"renamed")


def calls(body: bytes) -> int:
    """Return the number of calls, in Python and C, for reading a page."""
    count = 0

    def counted(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        outcome(body)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("known", [True, False], ids=["known layout", "no layout"])
@pytest.mark.parametrize("shape", SHAPES)
def test_calls_grow_with_the_page(shape: str, known: bool) -> None:
    # The parser stops at 2,048 levels of nesting, and the limits of fields are exceeded at 30 kB.
    size, times = 5_000, 2 if shape.startswith("nested") else 3
    if shape.startswith("fields"):
        size, times = 30_000, 2
    least = calls(page(shape, 0, known))
    little, much = (calls(page(shape, each, known)) - least for each in (size, times * size))
    assert much <= 1.15 * times * little + 2_000


@pytest.mark.campaign
@pytest.mark.parametrize("known", [True, False], ids=["known layout", "no layout"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_page_in_bounds(shape: str, known: bool) -> None:
    unit = SHAPES[shape].encode()
    tags = len(re.findall(b"<[A-Za-z]", unit)) or 1
    size = min(MAX_BYTES - 60_000, (MAX_TAGS - 2_000) // tags * len(unit))
    body = page(shape, size, known)
    with in_bounds():
        outcome(body)
