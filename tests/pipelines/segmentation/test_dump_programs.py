"""Dumps of lynx, links, elinks, pandoc and html2text give the article of their page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from demo.render import page as render
from demo.stories import library
from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.chrome import extract
from pipelines.segmentation.dumps.forms.program_forms import plain_form


def test_menu_items_indented_by_w3m_are_not_the_margin_of_lynx() -> None:
    menu = "".join(f"   □ 栏目{n}\n" for n in range(60))
    text = (
        menu
        + "雪线是一条看不见的线，线以上的雪终年不化。卫星每十六天拍一次，阴天拍不到，就用雷\n达补上。\n" * 3
    )
    assert plain_form(text).text == text
    lynx = "".join(f"   {line}\n" for line in text.splitlines())
    assert plain_form(lynx).name == "lynx or elinks"


UTF8 = ["-assume_charset=utf-8", "-display_charset=utf-8"]


LYNX = ["lynx", "-dump", "-force_html", *UTF8, "-width=200", "-stdin"]


PROGRAMS = {
    "lynx": LYNX,
    "lynx without links": [*LYNX, "-nolist"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8", "-force-html"],
    "pandoc plain": ["pandoc", "-f", "html", "-t", "plain", "--wrap=none"],
    "pandoc gfm": ["pandoc", "-f", "html", "-t", "gfm"],
    "pandoc gfm without html": ["pandoc", "-f", "html", "-t", "gfm-raw_html"],
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_dump_of_each_program_gives_the_text(program: str) -> None:
    command = PROGRAMS[program]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    story = next(story for story in library() if story.slug == "rm_txt_zw/winter-birds")
    story = next((s for s in library() if s.charset == "UTF-8" and not s.kicker and len(s.parts) == 1), story)
    html = render(story)
    dump = subprocess.run(command, input=html, capture_output=True, check=True).stdout
    article = article_from_page(Page(body=dump, path="page.txt"))
    page = extract(Page(body=html, url=story.url))
    assert article.headline == page.headline
    assert article.datetime_published == page.datetime_published
    assert article.source is not None and page.source is not None  # noqa: PT018
    assert article.source.name == page.source.name
    assert [editor.name for editor in article.editor] == [editor.name for editor in page.editor]
    ours = {"".join(line.split()) for line in article.text.split("\n")}
    theirs = {"".join(line.split()) for line in page.text.split("\n")}
    assert len(theirs & ours) >= 0.8 * len(theirs)


BY_FILE = {
    "elinks without references": ["elinks", "-dump", "-no-references", "-dump-charset", "utf-8"],
    "pandoc plain": ["pandoc", "-f", "html", "-t", "plain"],
    "pandoc gfm": ["pandoc", "-f", "html", "-t", "gfm"],
    "links": ["links", "-dump", "-codepage", "utf-8", "-html-assume-codepage", "utf-8"],
}


MIXED = (
    "<p>　　观测员用RTX 4090 24GB的电脑算了三天，二氧化碳（CO<sub>2</sub>）的浓度也升了，报告叫On the Snow "
    "Line<sup>[3]</sup>。</p><p>　　再到<a href='/1.html'>青石湾</a>去，把Snow Line Reader打开，等它连上卫星，"
    "读出高度，记下来。</p><ul><li>带好水和干粮</li><li>把电话写在手上</li></ul>"
)


@pytest.mark.parametrize("program", BY_FILE)
def test_lines_are_joined_and_link_numbers_removed_for_each_program(program: str, tmp_path: Path) -> None:
    """Lines broken at spaces are joined, indices and notes are those of the page, and link numbers are removed."""
    command = BY_FILE[program]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    page = tmp_path / "page.html"
    page.write_text(
        "<html><meta charset='utf-8'><p><a href='/'>人民网</a>&gt;&gt;<a href='/GB/'>科普中国</a></p>"
        "<h1>雪线在哪里</h1>"
        "<p>2023年12月28日07:56 | 来源：<a href='/s'>科技日报</a></p>" + MIXED + "<p>(责编：吕骞)</p></html>",
        encoding="utf-8",
    )
    body = subprocess.run([*command, str(page)], capture_output=True, check=True).stdout
    article = article_from_page(Page(body=body, path="dump.txt"))
    assert article.text.split("\n") == [
        "观测员用RTX 4090 24GB的电脑算了三天，二氧化碳（CO₂）的浓度也升了，报告叫On the Snow Line[3]。",
        "再到青石湾去，把Snow Line Reader打开，等它连上卫星，读出高度，记下来。",
        "带好水和干粮",
        "把电话写在手上",
    ]
    assert (article.source and article.source.name) == "科技日报"


PAGE = """<html><head><meta charset="utf-8"><title>远山网</title></head><body><div>人民网&gt;&gt;科普中国</div>
<h3>昆虫新知</h3><h1>蚂蚁不堵车的秘密</h1><h4>一座五毫米宽的桥</h4><p>2024年05月06日08:12 | 来源：远山日报</p>
<ul><li></li><li></li></ul>
<p>　　报告说，蚂蚁过桥时的平均速度约为每秒2.4厘米，采样为120 Hz时，误差不到百分之三，Hugo Lindqvist说够用了。</p>
<p>　　相机的型号是Lumen X 200，每台重1.2 kg，架在桥的两头，拍了四十天——多了十天，装满六块硬盘，每块2 TB。</p>
<table border="1"><tr><td>蚁种</td><td>速度</td><td>只数</td></tr><tr><td>黑毛蚁</td><td>2.4</td><td>1126</td></tr>
<tr><td>日本弓背蚁</td><td>3.1</td><td>980</td></tr></table>
<p>　　结果发现，桥上的蚂蚁越密，它们走得越稳。</p><p>(责编：许知、林晚)</p></body></html>"""


TABLE = [["蚁种", "速度", "只数"], ["黑毛蚁", "2.4", "1126"], ["日本弓背蚁", "3.1", "980"]]


NARROW = {
    "lynx": ["lynx", "-dump", *UTF8],
    "links": ["links", "-dump", "-codepage", "utf-8", "-html-assume-codepage", "utf-8"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8", "-force-html"],
    "pandoc plain": ["pandoc", "-f", "html", "-t", "plain"],
    "pandoc gfm": ["pandoc", "-f", "html", "-t", "gfm"],
    "html2text": ["html2text", "-utf8"],
}  # fmt: skip


@pytest.mark.parametrize("program", NARROW)
def test_titles_wrapped_paragraphs_and_tables_of_each_program_are_those_of_the_page(
    program: str, tmp_path: Path
) -> None:
    command = NARROW[program]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    dump = subprocess.run([*command, tmp_path / "page.html"], capture_output=True, check=True).stdout
    article = article_from_page(Page(body=dump, path="page.txt"))
    assert article.headline == "蚂蚁不堵车的秘密"
    assert (article.kicker, article.alternative_headline) == ("昆虫新知", "一座五毫米宽的桥")
    assert "headline_guessed" not in article.warnings
    told = re.findall("(?<=<p>\u3000\u3000).*(?=</p>\n)|结果发现.*?。", PAGE)
    assert [block.text for block in article.blocks if block.type == "paragraph"][:2] == told[:2]
    assert told[2] in article.text
    if program != "html2text":  # It cuts the cells by bytes.
        assert [block.rows for block in article.blocks if block.rows] == [TABLE]
