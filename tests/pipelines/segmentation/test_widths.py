"""Pages of invented text, dumped by the real w3m at random widths: certified paragraphs are those of the page."""

import random
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import pytest
import rjieba

from bench.segmentation.__main__ import own_sentences
from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.restored_blocks import form_doubts
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.style import estimate_style

pytestmark = pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed")

CERTIFIED = ("trivial", "unique", "likely")
NARROWEST, WIDEST = 40, 200
LAYOUTS = ("plain", "indented", "list", "quotation", "lines", "column", "short")

PLACES = ["旧港", "灯塔", "盐田", "磨坊", "苗圃", "渡口", "雪坡", "石桥", "茶园", "仓房", "潮间带", "气象站"]
THINGS = ["苔藓", "铜钟", "浮标", "陶罐", "风筝", "蜂箱", "齿轮", "缆绳", "蒲公英", "砚台", "风车", "信鸽"]
DEEDS = ["晾干", "编号", "称重", "拆开", "修补", "记录", "搬走", "擦亮", "埋下", "画下来", "数清", "放飞"]
FRAMES = (
    "{p}的{t}在第{n}天终于有人{d}，守夜人说这并不稀奇。",
    "把{t}{d}之后，{p}里安静了许多，只剩下{t}还在轻轻摇晃。",
    "“{p}不缺{t}，”老匠人说，“缺的是肯花{n}天{d}的人。”",
    "从{p}到{p}要走{n}步，沿途的{t}和{t}都已经{d}，没有一件遗漏。",
    "{n}年以前，{p}还没有{t}；如今每逢雨后，孩子们都来{d}。",
    "没有人料到，{t}比{t}先{d}，连{p}的账本也得重新抄一遍。",
)
MENU = [
    "首页",
    "要闻",
    "时评",
    "国际",
    "教育",
    "文化",
    "体育",
    "健康",
    "科技",
    "生活",
    "视频",
    "图片",
    "论坛",
]


class _Page:
    """A page of invented paragraphs, with the dump that w3m makes of it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.layout = self.chance.choice(LAYOUTS)
        self.charset = self.chance.choice(("utf-8", "gb2312"))
        self.width = self.chance.randint(NARROWEST, WIDEST)
        self.segmented = self.chance.random() < 0.25
        hard = self.chance.choice((0.0, 0.0, 0.3))
        count = self.chance.randint(1, 3) if self.layout == "short" else self.chance.randint(4, 9)
        self.texts = [self.paragraph(hard) for _ in range(count)]

    def paragraph(self, hard: float) -> str:
        """Return a paragraph; `hard` is the share of its sentences that have Latin words and numbers."""
        return "".join(
            self.chance.choice(_sentences()) if self.chance.random() < hard else self._sentence()
            for _ in range(self.chance.randint(1, 4))
        )

    def _sentence(self) -> str:
        pick = self.chance.choice
        pieces = {"p": PLACES, "t": THINGS, "d": DEEDS}
        return re.sub(
            r"\{(.)\}",
            lambda slot: str(self.chance.randint(2, 2024)) if slot[1] == "n" else pick(pieces[slot[1]]),
            pick(FRAMES),
        )

    def html(self) -> bytes:
        """Return the page in its charset, with a menu, a title, a time line and a footer."""
        body = [escape(text) for text in self.texts]
        paragraphs = "".join(f"<p>{text}</p>" for text in body)
        indented = "".join(f"<p>\u3000\u3000{text}</p>" for text in body)
        laid_out = {
            "indented": indented,
            "list": f"<p>{body[0]}</p><ul>" + "".join(f"<li>{text}</li>" for text in body[1:]) + "</ul>",
            "quotation": f"<p>{body[0]}</p>"
            + "".join(f"<blockquote>{text}</blockquote>" for text in body[1:]),
            "lines": "<div>" + "<br>".join(f"\u3000\u3000{text}" for text in body) + "</div>",
            "column": f'<table width="{self.chance.choice((360, 480, 600))}"><tr><td>{indented}</td></tr></table>',
        }.get(self.layout, paragraphs)
        items = "".join(
            f"<li>{self.chance.choice(PLACES)}的{self.chance.choice(THINGS)}</li>" for _ in range(4)
        )
        page = (
            f'<html><head><meta http-equiv="content-type" content="text/html;charset={self.charset}"></head><body>'
            f"<div>{' '.join(MENU[: self.chance.randint(4, 13)])}</div><ul>{items}</ul>"
            f"<h1>{self.chance.choice(PLACES)}的{self.chance.choice(THINGS)}</h1>"
            f"<p>2023年05月1{self.chance.randint(0, 9)}日09:30\u3000来源：渡口报</p>{laid_out}"
            f"<p>{' | '.join(MENU[:5])}</p></body></html>"
        )
        return page.encode("utf-8") if self.charset == "utf-8" else b"".join(map(_served, page))

    def dump(self, folder: Path) -> str:
        """Return what w3m prints, for some pages cut into words."""
        file = folder / "page.html"
        file.write_bytes(self.html())
        text = subprocess.run(
            [
                "w3m",
                "-dump",
                "-cols",
                str(self.width),
                "-I",
                self.charset,
                "-O",
                "UTF-8",
                "-T",
                "text/html",
                str(file),
            ],
            capture_output=True,
            check=True,
        ).stdout.decode()
        if not self.segmented:
            return text
        return "\n".join(
            " ".join(token for piece in line.split(" ") if piece for token in rjieba.cut(piece))
            for line in text.split("\n")
        )


@cache
def _sentences() -> list[str]:
    return own_sentences()


def _served(char: str) -> bytes:
    """Return a character as a GB2312 server sends it: a reference if GB2312 does not have it."""
    code = char.encode("gb18030")
    return code if len(code) == 1 or (len(code) == 2 and min(code) >= 0xA1) else f"&#{ord(char)};".encode()


def _body(blocks: list[DumpBlock], texts: list[str]) -> list[tuple[DumpBlock, str]]:
    """Return the blocks that show the texts or parts of them, each with its letters."""
    bare = ["".join(text.split()) for text in texts]
    everything = "\n".join(bare)
    found = [(block, "".join(block.text.split())) for block in blocks]
    return [
        (block, letters)
        for block, letters in found
        if len(letters) > 15 and (letters in everything or any(text in letters for text in bare))
    ]


def _measured(seeds: range, folder: Path) -> Counter[str]:
    found = Counter[str]()
    for seed in seeds:
        page = _Page(seed)
        for block, _ in _body(normalize(page.dump(folder)), page.texts):
            kind = "segmented" if page.segmented else "plain"
            found[f"{kind} all"] += 1
            if block.certificate in CERTIFIED:
                found[f"{kind} certified"] += 1
                found[f"{kind} right"] += block.text.strip("\u3000") in page.texts
    return found


def _check(found: Counter[str]) -> None:
    assert found["plain right"] >= 0.997 * found["plain certified"]
    assert found["segmented right"] >= 0.99 * found["segmented certified"]
    assert found["plain certified"] >= 0.78 * found["plain all"]
    assert found["segmented certified"] >= 0.25 * found["segmented all"]


@pytest.fixture(autouse=True)
def _without_thulac(monkeypatch: pytest.MonkeyPatch) -> None:
    """The floors hold without the extra, and loading its model takes a second."""
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)


def test_certified_paragraphs_are_exact_at_any_width(tmp_path: Path) -> None:
    _check(_measured(range(80), tmp_path))


@pytest.mark.campaign
def test_certified_paragraphs_of_many_pages_are_exact_at_any_width(tmp_path: Path) -> None:
    _check(_measured(range(1000, 2200), tmp_path))


@pytest.mark.parametrize("width", [76, 78, 79, 81, 97, 128, 130, 137, 138])
def test_no_certified_paragraph_ends_in_the_middle_of_a_sentence(width: int, tmp_path: Path) -> None:
    """A short page at an unusual width is read with the wrong width or not, but no part of a sentence is certified."""
    for seed in range(4):
        page = _Page(seed)
        page.layout, page.width, page.segmented = "indented", width, False
        page.texts = page.texts[:2]
        for block, _ in _body(normalize(page.dump(tmp_path)), page.texts):
            assert block.certificate not in CERTIFIED or block.text.strip("\u3000") in page.texts


PROGRAMS = {
    "lynx": ["lynx", "-dump", "-nolist", "-display_charset=utf-8"],
    "links": ["links", "-dump", "-codepage", "utf-8", "-html-assume-codepage", "utf-8"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8"],
    "html2text": ["html2text", "-utf8"],
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_certified_paragraphs_of_other_programs_are_exact(program: str, tmp_path: Path) -> None:
    """Paragraphs with Latin words and numbers, which these programs break at spaces or anywhere."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    certified = 0
    for seed in range(6):
        page = _Page(seed)
        page.layout, page.charset = page.chance.choice(("plain", "indented")), "utf-8"
        page.texts = [page.paragraph(0.8) for _ in range(8)]
        (tmp_path / "page.html").write_bytes(page.html())
        command = [*PROGRAMS[program], str(tmp_path / "page.html")]
        text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        form = plain_form(text)
        blocks = normalize(form.text, None, replace(HOUSE, airy=form.airy))
        form_doubts.lower(blocks, form.doubts, lossy=form.lossy)
        for block, _ in _body(blocks, page.texts):
            if block.certificate in CERTIFIED:
                certified += 1
                assert block.text.strip("\u3000") in page.texts
    assert certified >= 12
