"""Pages whose author typed spaces beside Han, or did not: what a dump shows of it, and what it may certify."""

import re

import pytest

from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.forms.segmented_forms import words_with_spaces
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

TOKEN = re.compile("[A-Za-z]+|[0-9]+|[\u4e00-\u9fff]{1,2}|\\S")
CERTIFIED = ("trivial", "unique", "likely")
TIGHT = [
    "观测站今年装了12台相机，每台重7公斤，3个人用2天就能把它们背上山脊，再用1天接好电缆，第5天开始传回照片，共640张。",
    "领队说，山上夜里只有4度，风大的时候帐篷要用9根绳子拉住，6名队员轮流值班，每班2小时，天亮以后才换人下山去取8桶水。",
    "去年同一时候只有5台相机，2台被雪压坏，1台被狐狸咬断了电线，剩下的2台一共拍到31只雪鸡。",
    "从山脚到山脊要走7个小时，路上换3次鞋，过2条河，最后的400米要手脚并用地爬，背包里还有15公斤的电池和一口小锅。",
    "照片先存在32块卡里，每月取1次。",
]


@pytest.fixture(autouse=True)
def _without_thulac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)


def spaced(text: str) -> str:
    return re.sub("(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9])(?=[\u4e00-\u9fff])", " ", text)


def dumped(texts: list[str], limit: int = 79, *, segmented: bool = True) -> str:
    lines = [wrap(text, Terminal(limit, Ambiguous.WIDE)) for text in texts]
    if segmented:
        lines = [
            [" ".join(re.findall("[A-Za-z]+|[0-9]+|[\u4e00-\u9fff]{1,2}|\\S", one)) for one in many]
            for many in lines
        ]
    return "\n\n".join(map("\n".join, lines)) + "\n"


@pytest.mark.parametrize("limit", [79, 93])
@pytest.mark.parametrize("habit", ["all", "half", "none"])
@pytest.mark.parametrize("segmented", [True, False])
def test_what_is_certified_is_exact_whatever_the_author_typed(
    limit: int, habit: str, segmented: bool
) -> None:
    """The house style of the site is no evidence that this author had it."""
    shares = {"all": 1, "half": 2, "none": 9}
    texts = [
        spaced(text) if i % shares[habit] == 0 and habit != "none" else text for i, text in enumerate(TIGHT)
    ]
    blocks = normalize(dumped(texts, limit, segmented=segmented), None, HOUSE)
    assert [
        block.text for block in blocks if block.certificate in CERTIFIED and block.text not in texts
    ] == []


def test_a_segmented_page_that_shows_nothing_of_its_author_certifies_nothing_beside_han() -> None:
    blocks = normalize(dumped(["照片存在32块卡里。", "每月取1次，换下2块。"]), None, HOUSE)
    assert {block.certificate for block in blocks} == {"consistent"}


@pytest.mark.parametrize("limit", [86, 93, 95, 114])
def test_a_full_line_within_a_sentence_ends_no_paragraph_at_an_unusual_width(limit: int) -> None:
    blocks = normalize(dumped(TIGHT, limit, segmented=False), None, HOUSE)
    assert [block.text for block in blocks] == TIGHT


def test_a_segmenter_that_keeps_spaces_as_words_may_cut_latin_words() -> None:
    shown = "\n".join(
        [
            "\u3000 这 块 电池 有   2600mA h ， 够 用   9   天 。",
            "队员 用   the   red   key   开 锁 ， 再 换 下   2   块 。",
        ]
    )
    assert words_with_spaces(shown)[0].split("\n") == [
        "\u3000\u3000这块电池有 2600mAh，够用 9 天。",
        "队员用 the red key 开锁，再换下 2 块。",
    ]


def test_the_initial_of_a_species_keeps_its_space() -> None:
    (block,) = normalize("山脊 上 长 着 雪莲 （ S . montanella ） 和 苔藓 。\n")
    assert "S. montanella" in block.text
