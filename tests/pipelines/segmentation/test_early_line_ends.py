"""A line that ends early goes on if its page shows that it ends at a space, and not where the page breaks it."""

import pytest

from pipelines.segmentation.dumps.forms.early_line_ends import early_ends
from pipelines.segmentation.dumps.forms.line_end_rules import ELINKS, LINKS, LYNX, PANDOC, BreakRule
from pipelines.segmentation.dumps.forms.wrapped_lines import letters_around, of_rule

TEXT = "这条河在春天涨水的时候会漫过两岸的草地，到了夏天又退回到原来的河道里去，"
LONG = TEXT * 2 + "年年都是这样。"
FIRST = [
    "不过，AI",
    "第1条",
    "图1",
    "今年3月",
    "到了2024年",
    "专家说：“AI",
    "A．李白，",
]
HEADINGS = ["怎么预防", "一、AI的结果", "记者：AI是什么？", "误区一", "李明：", "来源：AI"]


def page(*paragraphs: list[str]) -> list[str]:
    """Return the lines of a page whose other paragraphs have one line each."""
    return [line for group in ([LONG], [LONG], [LONG], *paragraphs) for line in (*group, "")]


@pytest.mark.parametrize("rule", [LYNX, LINKS, PANDOC], ids=lambda rule: rule.name)
@pytest.mark.parametrize(("first", "goes_on"), [(x, True) for x in FIRST] + [(x, False) for x in HEADINGS])
def test_the_beginning_of_a_paragraph_is_no_heading(rule: BreakRule, first: str, *, goes_on: bool) -> None:
    ends = early_ends(page([first, LONG]), rule, rule.usual[0], spaced=False)
    assert ends.goes_on(first, LONG) is goes_on


@pytest.mark.parametrize("rule", [LYNX, LINKS, PANDOC], ids=lambda rule: rule.name)
def test_a_page_that_breaks_lines_itself_shows_nothing(rule: BreakRule) -> None:
    own = ["这样的事情以前就有。", "这也是一句话，可是短。"]
    lines = page(["不过，AI", LONG], own, ["今年3月", "他来了，一点也不晚，所有人都很高兴。"])
    assert not early_ends(lines, rule, rule.usual[0], spaced=True).goes_on("不过，AI", LONG)


def test_elinks_breaks_lines_at_no_early_space() -> None:
    assert not early_ends(page(["不过，AI", LONG]), ELINKS, 74, spaced=True).airy


def test_a_line_goes_on_behind_a_sentence_where_few_lines_end_so() -> None:
    first = f"{TEXT}以前就有。"
    few, many = page([first, LONG]), page(*[[first, LONG]] * 4)
    assert early_ends(few, LINKS, 74, spaced=False).goes_on(first, LONG)
    assert not early_ends(many, LINKS, 74, spaced=False).goes_on(first, LONG)


def test_an_early_space_comes_back_and_is_in_doubt() -> None:
    joined = of_rule(page(["不过，AI", LONG], ["怎么预防", LONG]), PANDOC)
    assert f"不过，AI {LONG}" in joined.lines
    assert letters_around("不过，AI", LONG) in joined.doubts
    assert "怎么预防" in joined.lines
