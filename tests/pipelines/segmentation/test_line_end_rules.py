"""What lynx, links, elinks, pandoc and html2text removed at a line end is restored by each program's own rule."""

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.segmentation.dumps.forms.line_end_rules import WIDE
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.restored_blocks import form_doubts

UTF8 = ["-dump", "-display_charset=utf-8", "-assume_charset=utf-8"]
PROGRAMS = {
    "lynx": ["lynx", *UTF8],
    "lynx 100": ["lynx", *UTF8, "-width=100"],
    "links": ["links", "-dump", "-codepage", "utf-8", "-html-assume-codepage", "utf-8"],
    "links 120": ["links", "-dump", "-width", "120", "-codepage", "utf-8", "-html-assume-codepage", "utf-8"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8"],
    "elinks 60": ["elinks", "-dump", "-dump-width", "60", "-dump-charset", "utf-8"],
    "elinks 100": ["elinks", "-dump", "-dump-width", "100", "-dump-charset", "utf-8"],
    "html2text": ["html2text", "-utf8"],
    "pandoc": ["pandoc", "-f", "html", "-t", "plain"],
    "pandoc 100": ["pandoc", "-f", "html", "-t", "plain", "--columns=100"],
}  # fmt: skip
HAN = "雪线、冰川、卫星、湖泊、观测员、二氧化碳、每年、升高、的、在、了、和、用、与、约为、记下来、一条看不见的线"
LATIN = (
    "GABA、Snow、Line、X-ray、6s、kg、mmHg、pH、RTX、4090、2.4、30%、2025、1000、Claude、Sonnet、Type-C、km/h"
)
WORDS, NAMES = HAN.split("、"), LATIN.split("、")


def paragraph(chance: random.Random, *, spaced: bool) -> str:
    """Return a paragraph with Latin words and numbers, with or without spaces beside them."""
    found = "雪线"
    for _ in range(chance.randint(20, 60)):
        if chance.random() < 0.3:
            gap = " " if spaced else ""
            word = chance.choice(NAMES) + (" " + chance.choice(NAMES)) * (chance.random() < 0.3)
            found += gap * ("\u4e00" <= found[-1] <= "\u9fff") + word + gap
        found += chance.choice(WORDS) + chance.choice(("", "", "", "，", "、"))
    return f"{found}的。"


def of_page(paragraphs: list[str]) -> str:
    """Return a page with the paragraphs, between two lists."""
    items = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(4))
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    return f"<html><meta charset='utf-8'><ul>{items}</ul><h1>雪线在哪里</h1>{body}<ul>{items}</ul></html>"


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_line_ends_of_each_program_are_undone_or_in_doubt(program: str, spaced: bool, tmp_path: Path) -> None:
    command = PROGRAMS[program]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    chance = random.Random(f"{program} {spaced}")
    paragraphs = [paragraph(chance, spaced=spaced) for _ in range(40)]
    page = tmp_path / "page.html"
    page.write_text(of_page(paragraphs), encoding="utf-8")
    dump = subprocess.run([*command, page], capture_output=True, check=True).stdout.decode()
    form = plain_form(dump)
    got = {"".join(line.split()): line.strip() for line in form.text.split("\n")}
    right = 0
    for text in paragraphs:
        letters = re.sub(r"\s", "", text)
        if not any(seam in letters for seam in form.doubts):
            # A line that is too short to be recognised as the first of a paragraph remains apart.
            assert got.get(letters, text) == text
            right += letters in got
    assert right >= len(paragraphs) * (0.2 if program == "html2text" else 0.6)


def test_part_of_a_cell_that_html2text_cut_is_not_certified() -> None:
    text = "****** 雪线在哪里 ******\n2023年12月28日07:56 | 来源：科技日报\n毫克）\n雪线是一条看不见的线。\n"
    form = plain_form(text)
    blocks = normalize(form.text)
    form_doubts.lower(blocks, form.doubts, lossy=form.lossy)
    assert {block.text: block.certificate for block in blocks}["毫克）"] == "unresolved"


TITLE = """<html><meta charset='utf-8'><div>人民网&gt;&gt;科普中国</div><h3>科学随笔</h3>
<h1>雪线去哪儿了<br>一座冰川的三十年</h1><p>2024年05月06日08:12 | 来源：科技日报</p>
<p>雪线是一条看不见的线，线上的雪常年不化。</p><p>(责编：许知、林晚)</p></html>"""


@pytest.mark.parametrize("program", [name for name in PROGRAMS if "pandoc" not in name])
def test_a_title_of_two_lines_is_one_headline(program: str, tmp_path: Path) -> None:
    command = PROGRAMS[program]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    page = tmp_path / "page.html"
    page.write_text(TITLE, encoding="utf-8")
    body = subprocess.run([*command, page], capture_output=True, check=True).stdout
    article = article_from_page(Page(body=body, path="page.txt"))
    assert (article.headline, article.kicker) == ("雪线去哪儿了 一座冰川的三十年", "科学随笔")


@pytest.mark.parametrize("program", ["lynx", "pandoc"])
def test_a_line_parted_behind_the_dateline_is_one_paragraph(program: str, tmp_path: Path) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    text = "雪线研究所每天清晨都要派人到盐池边上量一次水温，把读数写进那本蓝色的册子里。"
    lead = f"　　新华社雪城 1月2日电　（记者林禾、程远） {text}"
    page = tmp_path / "page.html"
    page.write_text(of_page([lead, f"　　{text}"] * 4), encoding="utf-8")
    dump = subprocess.run([*PROGRAMS[program], page], capture_output=True, check=True).stdout.decode()

    assert plain_form(dump).text.count(lead.strip()) == 4


def test_text_that_pandoc_cut_in_a_box_is_joined_without_a_space() -> None:
    cut = [
        "　　今年5月2日，",
        "24名队员带着仪器上了雪山，在山顶量了3",
        "6分钟，盐池边的人一夜没有合眼等着消息",
    ]
    width = 38
    box = [f"| {line}{' ' * (width - sum(1 + (char > WIDE) for char in line))} |" for line in cut]
    edge = f"+{'-' * (width + 2)}+"
    form = plain_form("\n".join(["-   栏目", "", edge, *box, edge, ""]))

    assert "".join(cut) in form.text


@pytest.mark.skipif(shutil.which("elinks") is None, reason="elinks is not installed")
def test_the_centred_rest_of_a_caption_is_no_paragraph(tmp_path: Path) -> None:
    caption = "研究所的风车十月三日从三千公里外看到的盐池和雪线。（雪线研究所盐池站供图）"
    page = tmp_path / "page.html"
    for letters in range(30, 40):
        text = f"{caption[: letters - 1]}）"
        html = of_page(["　　盐池的风车转了一夜，没有人合眼。"] * 9)
        page.write_text(html.replace("<p>", f"<p align='center'>{text}</p><p>", 1), encoding="utf-8")
        dump = subprocess.run([*PROGRAMS["elinks"], page], capture_output=True, check=True).stdout.decode()
        assert text in [line.strip() for line in plain_form(dump).text.split("\n")]
