"""Tables without borders keep their cells; verse, names and prose are no tables, and what may be one is in doubt."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

WORDS = ("水稻", "大豆", "烟草", "海拔", "铁观音", "白毫银针", "西宁", "广州港", "甲", "Gorilla", "（南）坡")
PROSE = "本报讯　从去年春天开始，研究人员在高原上布下了四十个观测点，每天早晚各记一次温度与湿度，历时两年。"
LONG = "这一种喜欢潮湿的地方，一天里有一半的时间都在吃东西，别的时间在睡觉，冬天也很少离开山林"


def page(body: str) -> str:
    return (
        "<html><body><p>人民网>>科技>>正文</p><h1>高原两年的记录有了结果</h1>"
        f"<p>2021年05月04日11:12　来源：南江日报</p><p>　　{PROSE}</p>{body}<p>　　{PROSE}</p>"
        "<p>（责编：林禾、温青）</p></body></html>"
    )


def article(dump: bytes) -> Article:
    return article_from_dump(Page(body=dump, path="dump.txt"))


def random_table(chance: random.Random) -> list[list[str]]:
    """Return a header, and rows that each begin with another word and have numbers in their other cells."""
    count = chance.randint(3, 7)
    header = ["名称", *(f"第{n}季" for n in "一二三四五六"[: count - 1])]
    numbers = [[f"{chance.randint(0, 99)}.{chance.randint(0, 9)}" for _ in range(count - 1)] for _ in WORDS]
    rows = [[word, *row] for word, row in zip(chance.sample(WORDS, len(WORDS)), numbers, strict=True)]
    return [header, *rows[: chance.randint(4, 11)]]


def html_of(rows: list[list[str]], attributes: str, align: str) -> str:
    lines = (
        "".join(f"<td align={align if n else 'left'}>{cell}</td>" for n, cell in enumerate(row))
        for row in rows
    )
    return f"<table border=0 {attributes}>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


COMMANDS = {
    "w3m": ["w3m", "-dump", "-T", "text/html", "-O", "UTF-8"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8"],
}


def dumped(program: str, folder: Path, html: str, charset: str = "utf-8", width: int = 80) -> bytes:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = folder / "page.html"
    path.write_bytes(f'<meta charset="{charset}">{html}'.encode(charset))
    own = ["-I", charset, "-cols", str(width)] if program == "w3m" else []
    return subprocess.run([*COMMANDS[program], *own, str(path)], capture_output=True, check=True).stdout


@pytest.mark.parametrize("program", ["w3m", "elinks"])
def test_tables_without_borders_keep_their_cells(program: str, tmp_path: Path) -> None:
    chance = random.Random(program)
    for _ in range(25):
        rows = random_table(chance)
        attributes = chance.choice(["", "width=80%", "width=100%", "cellpadding=4"])
        body = html_of(rows, attributes, chance.choice(["left", "right", "center"]))
        charset, width = chance.choice(["utf-8", "gb2312"]), chance.randint(72, 130)
        charset = charset if program == "w3m" else "utf-8"
        found = article(dumped(program, tmp_path, page(f"<p>每天取样，测了30天。</p>{body}"), charset, width))
        assert [block.rows for block in found.blocks if block.type == "table"] == [rows], (attributes, body)
        assert "table_in_doubt" not in found.warnings


def test_a_caption_and_units_are_told_from_the_rows(tmp_path: Path) -> None:
    rows = [["元素<br>名称", "熔点<br>（℃）", "沸点<br>（℃）"], ["铁", "1538", "2862"], ["汞", "-39", "357"]]
    body = html_of(rows, "", "left").replace("<tr>", "<caption>表1 三种元素</caption><tr>", 1)
    (table,) = (
        block for block in article(dumped("w3m", tmp_path, page(body))).blocks if block.type == "table"
    )
    assert table.rows == [["元素名称", "熔点（℃）", "沸点（℃）"], *rows[1:]]
    assert table.caption == "表1 三种元素"


@pytest.mark.parametrize("width", [60, 80, 112])
def test_the_lines_of_a_wrapped_cell_are_one_cell(width: int, tmp_path: Path) -> None:
    rows = [
        ["名称", "说明", "得分"],
        ["江豚", LONG * 2, "90"],
        ["藏羚", "走三百公里去产崽", "85"],
        ["雪豹", LONG, "7"],
    ]
    found = article(dumped("w3m", tmp_path, page(html_of(rows, "", "left")), width=width))
    assert [block.rows for block in found.blocks if block.type == "table"] == [rows]


@pytest.mark.parametrize(
    "body",
    [
        "<p>山里的雨停了，&nbsp;&nbsp;&nbsp;河边的灯亮了。<br>船上的人睡了，&nbsp;&nbsp;&nbsp;天上的月圆了。</p>",
        "<p>王&nbsp;&nbsp;五、李小四、赵&nbsp;&nbsp;六<br>钱&nbsp;&nbsp;七、孙小八、周&nbsp;&nbsp;九</p>",
        "<p>王小五&nbsp;&nbsp;李小四&nbsp;&nbsp;赵小六<br>钱小七&nbsp;&nbsp;孙小八&nbsp;&nbsp;周小九</p>",
        f"<p>　　{PROSE}<br>　　{PROSE}</p><ul><li>第一条 25<li>第二条 30</ul>",
    ],
)
def test_verse_names_and_prose_are_no_tables(body: str, tmp_path: Path) -> None:
    found = article(dumped("w3m", tmp_path, page(body)))
    assert all(block.type != "table" for block in found.blocks)


@pytest.mark.parametrize(
    "rows",
    [
        "天数 十度 二十度\n1 3 . 1 2 . 8\n4 68 . 4 21 . 0\n7 22 . 7 52 . 6",
        "药名 服法 每日 次数 注意\n阿司匹林 饭后 3 忌酒\n奥美拉唑 饭前 1 整片 吞服 . ",
        "温度 25      盐度 30",
    ],
)
def test_lines_that_may_be_rows_are_never_certified(rows: str) -> None:
    prose = " ".join(PROSE.replace("　", "")) if " . " in rows else PROSE
    dump = f"高原 两 年 的 记录\n\n2021年05月04日11:12 来源：南江日报\n\n{prose}\n\n{rows}\n\n{prose}\n"
    found = article(dump.encode())
    assert "table_in_doubt" in found.warnings
    assert found.provenance
    assert found.provenance.normalizer
    assert found.provenance.normalizer.certificate == "unresolved"


def test_a_row_of_html2text_that_begins_with_a_date_is_no_header() -> None:
    rows = "      ____________________\n     |E1|2013.5.2__|13__|96__|\n     |E2|2014.3.24_|38__|60__|\n"
    closing = "总工程师说过一句话：每一节都是第一节，每一次都要从头做起，谁也不能大意。"
    head = "***** 海底的隧道 *****\n2018年10月24日05:11  来源：南江日报\n"
    found = article(f"{head}　　{PROSE}\n{rows}　　{closing}\n(责编：林禾、温青)\n".encode())
    assert found.text.endswith(closing)
    assert [editor.name for editor in found.editor] == ["林禾", "温青"]


def test_sentences_below_the_end_of_the_article_are_warned_of() -> None:
    second = "\n\n高原上的又一年\n\n2021年05月05日11:12  来源：南江日报\n\n"
    dump = f"高原两年的记录\n\n2021年05月04日11:12  来源：南江日报\n\n　　{PROSE}\n{second}"
    assert "outside_text" not in article(dump.encode()).warnings
    assert "outside_text" in article(f"{dump}　　{PROSE}\n".encode()).warnings
