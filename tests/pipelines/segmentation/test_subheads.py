"""Which short lines of a dump's text are subheads: a dump does not show bold letters."""

import pytest

from kepu.records import Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

ABOVE = """\
人民网>>科普>>望山湖

望山湖的水位为何连年下降

2023年05月06日08:12 | 来源：望山晚报

"""
BELOW = "\n责任编辑：林禾\n"
ONE = "　　湖水退了近一米，岸边的芦苇滩露出大片泥地，观测员每天两次到湖边读取水尺。"
TWO = "　　水浅以后，水温比往年高出两度，藻类长得更快，站里准备从上游水库调水来补。"
THREE = "　　三个乡镇已经启用备用水源，供水站说，这些水够全镇的人喝到明年春天。"


def kinds(*lines: str) -> dict[str, str]:
    """Return the kind of each block of a dump with these paragraphs, by its first letters."""
    dump = ABOVE + "\n\n".join(line if line in (ONE, TWO, THREE) else f"　　{line}" for line in lines)
    article = article_from_dump(Page(body=f"{dump}\n{BELOW}".encode(), path="dump.txt"))
    return {block.text: block.type for block in article.blocks}


@pytest.mark.parametrize(
    "line",
    [
        "为什么水位下降？",
        "那么，水都到哪里去了呢？",
        "有网友问：还能游泳吗？",
        "水够喝吗？",
        "真的没有办法了吗？",
    ],
)
def test_a_question_alone_in_the_text_is_a_paragraph(line: str) -> None:
    assert kinds(ONE, line, TWO, THREE)[line] == "paragraph"


def test_questions_beside_other_subheads_are_subheads() -> None:
    found = kinds(ONE, "湖水退了一米", TWO, "为什么水位下降？", THREE)
    assert (found["湖水退了一米"], found["为什么水位下降？"]) == ("heading", "heading")
    several = ["为什么水位下降？", "水都到哪里去了？", "水够喝吗？"]
    found = kinds(ONE, several[0], TWO, several[1], THREE, several[2], ONE)
    assert [found[line] for line in several] == ["heading"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "科学性把关：望山湖研究所研究员　盛春和",
        "本期专家：望山湖研究所　白若宁",
        "温竹青摄",
        "审核专家：林禾",
    ],
)
def test_credits_and_lines_below_the_text_are_no_subheads(line: str) -> None:
    assert kinds(line, ONE, TWO).get(line) != "heading"
    assert kinds(ONE, TWO, line).get(line) != "heading"


@pytest.mark.parametrize("numbers", ["1. ", "1．", "一、", "（一）", "①"])
def test_numbered_lines_are_all_subheads_or_none(numbers: str) -> None:
    each = {
        "1. ": "1. {}2. {}3. {}", "1．": "1．{}2．{}3．{}", "一、": "一、{}二、{}三、{}",
        "（一）": "（一）{}（二）{}（三）{}", "①": "①{}②{}③{}",
    }[numbers].split("{}")  # fmt: skip
    items = [
        number + text
        for number, text in zip(each, ("湖水退了一米", "观测站“调水”", "水温高了两度"), strict=False)
    ]
    listed = kinds(ONE, *items, TWO)
    assert all(listed.get(item) != "heading" for item in items)
    apart = kinds(items[0], ONE, items[1], TWO, items[2], THREE)
    assert [apart[item] for item in items] == ["heading"] * 3
