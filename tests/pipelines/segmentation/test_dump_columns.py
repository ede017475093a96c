"""A column right of the text is removed; names with a middle dot, and cells of tables, never are."""

import random
import re
import shutil
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import indent

import pytest
import rjieba

from bench.segmentation.character_widths import shown
from kepu.records import Article, Page
from pipelines.chrome.body.body_line import BodyLine
from pipelines.segmentation.dumps.article_body import dump_body_lines
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.forms.dump_columns import MainColumn, main_column
from pipelines.segmentation.dumps.forms.glued_columns import glued_lines
from pipelines.segmentation.dumps.forms.line_end_rules import columns as columns_of
from pipelines.segmentation.dumps.tables.dump_tables import grid_of, table_lines

SYLLABLES = "阿巴达迪多菲格哈卡科拉莱洛马曼梅米诺佩奇塞斯塔特瓦维温西雅佐"
TIME = "2011年05月06日08:15  来源：南江日报"

needs_w3m = pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed")


def segmented(dump: str) -> str:
    cut = rjieba.Jieba().cut
    lines = dump.split("\n")
    return "\n".join(
        " ".join(token for piece in line.split(" ") if piece for token in cut(piece, True)) for line in lines
    )


def article(dump: str) -> Article:
    return article_from_dump(Page(body=dump.encode(), path="dump.txt"))


def letters(text: str) -> str:
    return "".join(text.split())


def page(body: str) -> str:
    return (
        "<html><body><p>人民网>>科技>>正文</p><h1>鸟怎样记住归途</h1>"
        f"<p>{TIME}</p>{body}<p>（责编：林禾、温青）</p></body></html>"
    )


def text_with_names(chance: random.Random) -> list[str]:
    def name() -> str:
        return "·".join("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in "ab")

    def sentence() -> str:
        return chance.choice(
            [
                f"{name()}量了河水，{name()}却不相信。",
                f"同行的有{name()}、{name()}和{name()}。",
                f"{name()}没有等到答案。",
                "人们至今还在抄写那本日记。",
            ]
        )

    return ["".join(sentence() for _ in range(chance.randint(1, 4))) for _ in range(chance.randint(4, 8))]


@needs_w3m
@pytest.mark.parametrize("cut", [False, True], ids=["plain", "segmented"])
def test_no_letter_is_lost_of_texts_with_many_foreign_names(cut: bool) -> None:
    chance = random.Random(32)
    for _ in range(12):
        paragraphs = text_with_names(chance)
        charset = chance.choice(["utf-8", "gb18030"])
        html = page("".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs))
        columns = chance.randint(50, 130)
        dump = shown(html.encode(charset), charset, columns)
        found = article(segmented(dump) if cut else dump)
        assert letters(found.text) == letters("".join(paragraphs)), columns


@needs_w3m
@pytest.mark.parametrize("columns", [61, 80, 132])
def test_all_cells_of_a_wide_table_are_kept(columns: int) -> None:
    chance = random.Random(columns)
    rows = [["城市", "最高气温（摄氏度）", "最低气温（摄氏度）", "相对湿度（％）"]]
    rows += [[city, *(str(chance.randint(1, 99)) for _ in "abc")] for city in "京沪穗蓉杭昆宁渝"]
    for border in (1, 0):
        cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        text = "<p>　　下面的表是各地的观测结果，数字来自当天的记录。</p>"
        dump = shown(page(f"{text}<table border={border}>{cells}</table>{text}").encode(), "utf-8", columns)
        found = letters(article(dump).text)
        assert all(cell in found for row in rows for cell in row), (columns, border)
        assert main_column(dump).text == dump


def beside(columns: int) -> str:
    """Return a dump whose list begins beside the title and ends in the text."""
    left = [
        "鸟怎样记住归途",
        "",
        TIME,
        "",
        "　　鸟靠太阳、星星和地磁辨认方向，其中地",
        "磁最难验证。",
        "",
        "　　幼鸟第一次飞行时只知道方向，不知道远",
        "近，要跟着老鸟学。",
    ]
    right = [
        "热点新闻",
        "·树叶何时变色",
        "·井水的冷暖",
        "",
        "·旧钟怎样走准",
        "·雪线在哪里",
        "·河里的沙子",
        "·云的名字",
    ]
    right += [""] * (len(left) - len(right))
    lines = []
    for one, two in zip(left, right, strict=True):
        width = sum(1 + (char > "\u2e80") for char in one)
        lines.append(one + " " * (columns - width) + two if two else one)
    return "\n".join(["人民网>>科技>>正文", *lines, "", "（责编：林禾、温青）", ""])


def test_a_list_beside_title_time_and_text_is_removed_and_counted() -> None:
    dump = beside(50)
    found = main_column(dump)
    assert [found.removed[line] for line in (2, 3, 4, 6, 9)] == [
        "热点新闻",
        "·树叶何时变色",
        "·井水的冷暖",
        "·旧钟怎样走准",
        "·云的名字",
    ]
    assert not any("·" in block.text for block in article(dump).blocks)
    assert sorted(letters(dump)) == sorted(letters(found.text + "".join(found.removed.values())))
    account = Page(body=dump.encode(), path="dump.txt")
    article_from_dump(account)
    assert account.account
    left_out = [each.text for each in account.account.excluded if each.rule == "right_column"]
    assert left_out == list(found.removed.values())


TABLE = ["┌──┬──┐", "│潮位│3米│", "├──┼──┤", "│水温│9度│", "└──┴──┘"]


@pytest.mark.parametrize("lost", [0, 1])
def test_text_that_a_reader_drops_gives_a_warning_and_takes_the_certificate(
    monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    whole = table_lines

    def without_last_cell(rows: Sequence[str], above: Sequence[str] = ()) -> list[BodyLine]:
        lines = whole(rows, above)
        for line in lines:
            line.rows = [row[: len(row) - lost] for row in line.rows or []]
            line.text = "\n".join("\t".join(row) for row in line.rows)
        return lines

    monkeypatch.setattr(dump_body_lines, "table_lines", without_last_cell)
    text = "　　海水每天涨落两次，记录的人天天守着。"
    dump = "\n".join(
        [
            "人民网>>科技>>正文",
            "",
            "海边的一张表",
            "",
            TIME,
            "",
            text,
            "",
            *TABLE,
            "",
            text,
            "",
            "（责编：林禾）",
        ]
    )
    found = article(dump)
    assert ("text_unread" in found.warnings) == bool(lost)
    assert found.provenance
    assert found.provenance.normalizer
    assert (found.provenance.normalizer.certificate == "unresolved") == bool(lost)


@pytest.mark.parametrize("row", ["│潮位│3米│仪器坏了", "潮位│3米│", "│潮位│3米"])
def test_no_letter_beside_a_damaged_frame_is_lost(row: str) -> None:
    cells = grid_of([TABLE[0], row, *TABLE[2:]])
    assert set("".join(cell for line in cells for cell in line)) >= set(row) - {"│"}


BOX = [
    "树叶何时变色",
    "井水的冷暖",
    "旧钟怎样走准，河里的沙子又从哪儿来",
    "雪线在哪里",
    "云的名字",
    "月下的沙漠",
]
MAIN = [
    "鸟靠太阳、星星和地磁辨认方向，其中地磁最难验证，因为它看不见也摸不着，要把鸟放进没有光的屋子里才能试。",
    "幼鸟第一次飞行时只知道方向，不知道远近，要跟着老鸟学，学会的路它一辈子也不会忘记，哪怕那里早已盖起了房屋。",
    "每年秋天都有人在河口数它们。",
]


def table_page(rows: int, mark: str, heading: str) -> str:
    """Return a page of one table, with a box of so many titles beside the title and the text."""
    items = "<br>".join(mark + title for title in BOX[:rows])
    text = "".join(f"<p>　　{paragraph}</p>" for paragraph in MAIN)
    return (
        "<html><body><p>人民网>>科技>>正文</p><table width=770><tr><td width=570 valign=top>"
        "<table width=100%><tr><td align=center><b>鸟怎样记住归途</b></td></tr>"
        f"<tr><td align=center>{TIME}</td></tr></table>"
        "<table width=100%><tr><td align=right>【字号】【留言】【论坛】【打印】【关闭】</td></tr></table>"
        f"{text}<p align=right>（责编：林禾、温青）</p></td><td width=200 valign=top>{heading}{items}</td></tr></table>"
        "</body></html>"
    )


@needs_w3m
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("rows", "mark", "heading"), [(2, "·", "<b>科技要闻</b><br>"), (3, "", ""), (6, "■", "")]
)
def test_a_box_beside_the_title_is_removed_at_any_width(
    charset: str, rows: int, mark: str, heading: str
) -> None:
    html = table_page(rows, mark, heading).encode(charset)
    for columns in (72, 80, 82, 101):
        found = article(shown(html, charset, columns))
        assert found.headline == "鸟怎样记住归途", columns
        assert found.source, columns
        assert found.source.name == "南江日报", columns
        assert [block.text for block in found.blocks] == MAIN, columns


LEFT = """\
             湖水退去以后的小镇
               本报记者　林　禾
       来源：科普报  2005年05月25日08:34
       【字号 [4]大 [5]中 [6]小】【[7]留言】

　　湖水退去以后，镇上的人在湖底找到了一口井，
井壁用青砖砌成，砖上刻着年号。老人们说，他们小
时候听说过这口井，却从来没有见过。

　　考古队量了井的深浅，又取了井底的泥，说要等到
明年才会有结果。

                              （责任编辑：温青）
"""
ITEMS = ["高温提示", "直播新规", "个税结算", "各地考期", "空气", "草种", "邮路"]
RIGHT = ["热点新闻", *(f"· [{n}]{title}" for n, title in enumerate(ITEMS, 12))]
BELOW = "相关新闻\n· [8]河水往哪里流\n· [9]山为什么会长高\n· [10]海边的沙从哪里来\n· [11]井水怎么变咸了\n"


@pytest.mark.parametrize("numbered", [True, False])
def test_elinks_numbers_the_links_of_a_right_column_last(*, numbered: bool) -> None:
    rows = zip_longest(LEFT.split("\n"), RIGHT, fillvalue="")
    lines = [f"   {left}{' ' * (47 - columns_of(left))}{right}".rstrip() for left, right in rows]
    dump = "   [1]科普网 >> [2]科技 >> [3]科技动态\n\n" + "\n".join(lines) + "\n" + indent(BELOW, "   ")
    dump += "\nReferences\n\n   Visible links\n   1. http://example.test/\n   18. http://example.test/18\n"
    found = article(dump if numbered else re.sub(r"\[\d+\]", "", dump.split("References")[0]))
    assert (found.headline, found.kicker, found.byline) == ("湖水退去以后的小镇", None, "本报记者　林　禾")
    text = "".join(LEFT.split("\n\n", 1)[1].split("（责")[0].split())
    assert letters(found.text) == text
    assert [each.name for each in found.editor] == ["温青"]


@needs_w3m
@pytest.mark.parametrize(
    ("rows", "mark", "heading"), [(3, "·", "<b>科技要闻</b><br>"), (6, "■", ""), (6, "•", "")]
)
def test_a_box_that_a_segmenter_glued_to_the_article_leaves_no_certainty(
    rows: int, mark: str, heading: str
) -> None:
    html = table_page(rows, mark, heading).encode()
    for columns in (72, 80, 101):
        found = article(segmented(shown(html, "utf-8", columns)))
        right = letters(found.headline or "") == "鸟怎样记住归途" and letters(found.text) == "".join(MAIN)
        assert right or "headline_guessed" in found.warnings, columns
        assert found.source, columns
        assert found.source.name == "南江日报", columns
        assert found.provenance, columns
        assert found.provenance.normalizer, columns
        assert right or found.provenance.normalizer.certificate == "unresolved", columns


def test_a_line_with_a_title_of_a_glued_column_only_is_in_doubt() -> None:
    lines = [
        "湖水 退 去 以后 的 小镇 本周 要闻",
        "2005年 07月 03日09 : 14 　 来 源 ： 南江 日报 · 候鸟 为何 迟 来",
        "· 夜 里 最 亮 的 不 是 星",
        "【 字号 大中小 】 【 打印 】 · 山顶 的 雪 为什么 不 化",
        "",
        "　 湖水 退 去 以后 ， 镇 上 的 人 在 泥 里 种 下 芦苇 。",
        "（ 责编 ： 林禾 ）",
    ]
    assert glued_lines(lines, MainColumn("")) == {0, 1, 2, 3}
