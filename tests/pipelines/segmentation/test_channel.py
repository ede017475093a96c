"""The model of w3m gives stored lines of w3m and, if w3m is installed, the same widths and line breaks as w3m."""

import html
import random
import shutil
import unicodedata

import pytest

from bench.segmentation import character_widths
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


def test_the_model_wraps_a_text_into_the_stored_lines_of_w3m() -> None:
    assert wrap(TEXT, Terminal(39, ambiguous=Ambiguous.NARROW)) == GOLDEN["utf-8"]


def test_a_space_between_wide_characters_is_not_shown() -> None:
    assert displayed("雪 线 AI  号", ambiguous=Ambiguous.WIDE) == "雪线 AI 号"


def by_w3m(paragraphs: list[str], charset: str, columns: int) -> list[list[str]]:
    body = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)
    page = character_widths.page_of(as_served(body, charset), charset)
    drawn = character_widths.shown(page, charset, columns)
    return [block.split("\n") for block in drawn.strip("\n").split("\n\n")]


def as_served(text: str, charset: str) -> bytes:
    """Return the bytes that a server sends: Python's gb2312 lacks the web's middle dot and dash, gb18030 has them."""
    return text.encode("gb18030" if charset == "gb2312" else charset)


needs_w3m = pytest.mark.skipif(
    shutil.which("w3m") is None, reason="w3m is not installed; the golden lines stand in for it"
)


@needs_w3m
def test_every_character_of_gb2312_has_the_width_that_w3m_gives_it() -> None:
    characters = character_widths.gb2312_characters()
    drawn = character_widths.widths(characters, "gb2312")
    assert len(drawn) > 7400
    assert {"·", "—", "“", "℃", "α", "ё"} < set(drawn)
    columns = Terminal(79, Ambiguous.WIDE).width
    assert [c for c, width in drawn.items() if columns(c) != width] == []


def _unlike_their_neighbours(step: int) -> dict[str, bytes]:
    """Return characters whose width in w3m differs from Unicode or from their neighbours', and a sample of the rest."""
    found = {}
    before = None
    for at, (character, code) in enumerate(character_widths.unicode_characters().items()):
        kind = (unicodedata.east_asian_width(character), unicodedata.category(character))
        if kind != before or at % step == 0:
            found[character] = code
        before = kind
    return found


@needs_w3m
@pytest.mark.parametrize("step", [50, pytest.param(1, marks=pytest.mark.campaign)])
def test_every_character_of_unicode_has_the_width_that_w3m_gives_it(step: int) -> None:
    drawn = character_widths.widths(_unlike_their_neighbours(step), "utf-8")
    assert len(drawn) > 3000
    columns = Terminal(79, Ambiguous.NARROW).width
    assert [(hex(ord(c)), width) for c, width in drawn.items() if columns(c) != width] == []


@needs_w3m
@pytest.mark.parametrize(
    ("charset", "columns"), [("utf-8", 80), ("utf-8", 43), ("gb2312", 80), ("gb2312", 61)]
)
def test_the_model_breaks_lines_where_w3m_does(charset: str, columns: int) -> None:
    chosen = random.Random(columns)
    rare = list(character_widths.gb2312_characters())[:717]
    if charset == "utf-8":
        rare = [chr(code) for code in (*range(0xA1, 0x250), *range(0x2600, 0x2700), *range(0x1F600, 0x1F640))]
        rare.remove("\u00ad")
    rare = list(character_widths.widths({c: as_served(c, charset) for c in rare}, charset))
    paragraphs = []
    for _ in range(150):
        words = [
            "".join(
                chosen.choices(ALPHABET, k=chosen.randint(1, 12))
                + chosen.choices(rare, k=chosen.randint(0, 2))
            )
            for _ in range(chosen.randint(5, 40))
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
