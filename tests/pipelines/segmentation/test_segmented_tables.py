"""Tables of segmented dumps, whose cells one space parts like words: guessed where rows agree, in doubt everywhere."""

import pytest

from kepu.records import Page
from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.tables.segmented_tables import cells_of, with_guessed_frames

TEXT = (
    "　 研究 人员 把 六 种 种子 放 在 同一 间 屋子 里 ， 每 隔 五 年 取出 一 些 ， 看 它们 还 能 不 能 发芽 ， 结果 "
    "如下 。"
)
PAGE = """人民网 > > 科普

种子 能 放 几 年

2016年 03月 05日 08 : 12 来 源 ： 人民 网

{text}

{rows}

{text}

( 责编 ： 林禾 、 安宁 )
"""


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (
            "植物 千 粒 重 （ 克 ） 能 放 几 年\n水稻 25 15\n烟草 0 . 08 25\n古 莲 1100 上千",
            [
                ["植物", "千粒重（克）", "能放几年"],
                ["水稻", "25", "15"],
                ["烟草", "0.08", "25"],
                ["古 莲", "1100", "上千"],
            ],
        ),
        (
            "天数 5 % 盐 8 % 盐\n1 3 . 1 2 . 8\n4 68 . 4 21",
            [["天数", "5%盐", "8%盐"], ["1", "3.1", "2.8"], ["4", "68.4", "21"]],
        ),
        (
            "站 名 最低 气温\n漠河 - 41\n塔河 - 38 ℃\n加格达奇 - 36",
            [["站名", "最低气温"], ["漠河", "-41"], ["塔河", "-38℃"], ["加格达奇", "-36"]],
        ),
        ("茶类 水温\n绿茶 80 — 85 ℃\n红茶 95 ℃", [["茶类", "水温"], ["绿茶", "80—85℃"], ["红茶", "95℃"]]),
    ],
)
def test_cells_of_rows_that_agree_are_guessed(rows: str, cells: list[list[str]]) -> None:
    assert cells_of(rows.split("\n")) == (0, cells)


@pytest.mark.parametrize(
    "rows",
    [
        "作物 品种 亩产\n大豆 齐黄 34 302\n藜麦 陇藜 4号 160",  # Two columns of words.
        "省份 面积\n河北 坝上 12\n山西 右玉 15",  # The words may be of one column or of two.
        "名称 数量\n松 3 5\n柏 4",
    ],
)
def test_rows_that_do_not_agree_are_left_as_they_are(rows: str) -> None:
    assert cells_of(rows.split("\n")) is None


def test_a_guessed_table_is_a_table_with_a_warning() -> None:
    rows = "植物 千 粒 重 （ 克 ）\n水稻 25\n大豆 180\n烟草 0 . 08"
    article = article_from_dump(Page(PAGE.format(text=TEXT, rows=rows).encode()))
    table = next(block for block in article.blocks if block.type == "table")
    assert table.rows == [["植物", "千粒重（克）"], ["水稻", "25"], ["大豆", "180"], ["烟草", "0.08"]]
    assert "table_in_doubt" in article.warnings
    assert article.provenance
    assert article.provenance.normalizer
    assert article.provenance.normalizer.certificate == "unresolved"


def test_a_table_of_words_is_in_doubt() -> None:
    rows = "茶类 发酵 代表\n绿茶 不 发酵 龙井\n红茶 全 发酵 祁门"
    page = PAGE.format(text=TEXT, rows=rows)
    assert "table_in_doubt" in article_from_dump(Page(page.encode())).warnings
    assert {block.certificate for block in normalize(page) if block.text[:2] in ("茶类", "绿茶", "红茶")} == {
        "unresolved"
    }


def test_no_letter_is_lost_and_menus_stay() -> None:
    menu = "首页 1 新闻\n科技 2 新闻\n健康 3 新闻"
    page = f"{menu}\n\n" + PAGE.format(text=TEXT, rows="年份 产量\n2001 30\n2002 31\n2003 29")
    lines, doubted = with_guessed_frames(page.split("\n"))
    assert lines[:3] == menu.split("\n")
    assert min(doubted) > 3
    kept = "".join(char for char in "".join(lines) if char not in "┌┬┐├┼┤│└┴┘─")
    assert kept.replace(" ", "") == "".join(page.split("\n")).replace(" ", "")
