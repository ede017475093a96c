"""The model of w3m's wrap: golden lines that w3m drew, and where it is installed, w3m itself."""

import html
import random
import shutil
import subprocess

import pytest

from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, displayed, wrap

# Drawn by w3m 0.5.3 at -cols 40 from a page of this one paragraph.
TEXT = (
    "“雪线”号浮标在35°海域漂了127天，测得表层水温-1.8℃（误差±0.05℃），"
    "数据见example.org/snow-line与Snow Line Data v2.1。"
)
GOLDEN = {
    "utf-8": [
        "“雪线”号浮标在35°海域漂了127天，测得表",
        "层水温-1.8℃（误差±0.05℃），数据见",
        "example.org/snow-line与Snow Line Data",
        "v2.1。",
    ],
}

ALPHABET = list("雪线浮标海域测得表层水温数据，。、；：？！（）《》“”‘’—…·℃°±×αΩ①abcXYZ019")
ALPHABET += list(",.:;?!()[]{}<>\"'`$%*+-@~_/&=#")


def test_golden_lines() -> None:
    assert wrap(TEXT, Terminal(39, ambiguous=Ambiguous.NARROW)) == GOLDEN["utf-8"]


def test_a_space_between_wide_characters_is_not_shown() -> None:
    assert displayed("雪 线 AI  号", ambiguous=Ambiguous.WIDE) == "雪线 AI 号"


def by_w3m(paragraphs: list[str], charset: str, columns: int) -> list[list[str]]:
    body = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)
    page = f'<html><head><meta charset="{charset}"></head><body>{body}</body></html>'
    command = ["w3m", "-dump", "-cols", str(columns), "-T", "text/html", "-I", charset, "-O", "UTF-8"]
    shown = subprocess.run(
        command, input=page.encode(charset), capture_output=True, check=True
    ).stdout.decode()
    return [block.split("\n") for block in shown.strip("\n").split("\n\n")]


@pytest.mark.skipif(
    shutil.which("w3m") is None, reason="w3m is not installed; the golden lines stand in for it"
)
@pytest.mark.parametrize(
    ("charset", "columns"), [("utf-8", 80), ("utf-8", 43), ("gb2312", 80), ("gb2312", 61)]
)
def test_the_model_breaks_lines_where_w3m_does(charset: str, columns: int) -> None:
    chosen = random.Random(columns)
    usable = [char for char in ALPHABET if charset == "utf-8" or _encodes(char)]
    paragraphs = []
    for _ in range(150):
        words = [
            "".join(chosen.choices(usable, k=chosen.randint(1, 12))) for _ in range(chosen.randint(5, 40))
        ]
        text = displayed(
            "雪" + "".join(word + chosen.choice(["", " "]) for word in words) + "。",
            ambiguous=Ambiguous.NARROW,
        )
        paragraphs.append(text)
    terminal = Terminal(columns - 1, Ambiguous(charset == "gb2312"))
    drawn = by_w3m(paragraphs, charset, columns)
    assert len(drawn) == len(paragraphs)
    apart = [(a, b) for text, a in zip(paragraphs, drawn, strict=True) if (b := wrap(text, terminal)) != a]
    assert apart == []


def _encodes(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
