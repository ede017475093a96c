"""Dumps of other programs, tagged segmentations and UTF-16 files give the same article."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from demo.render import page as render
from demo.stories import library
from kepu.records import Page
from pipelines.build_article import article_from_page, pages_of
from pipelines.chrome import extract
from pipelines.refusals import NotAnArticle
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.segmented_forms import words_with_spaces
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

WORDS = """\
人民网 >> 科普 中国

雪线 为什么 会 上升

2025年 04月 07日 09:12 | 来源 ： 科学 晨报

雪线 是 一 条 看 不 见 的 线 ， 线 以上 的 雪 终年 不 化 。

卫星 每 十六 天 拍 一 次 ， 阴天 拍 不 到 ， 就 用 雷达 补 上 。

( 责编 ： 安宁 、 许知白 )
"""
LINES = [
    "雪线是一条看不见的线，线以上的雪终年不化。",
    "卫星每十六天拍一次，阴天拍不到，就用雷达补上。",
]


def each(make: str) -> str:
    return re.sub(r"\S+", lambda word: make.format(word[0]), WORDS)


FORMS = {
    "plain": WORDS,
    "slash tags": each("{}/n"),
    "underscore tags": each("{}_NN"),
    "hash tags": each("{}#w"),
    "two spaces": re.sub("(?<=\\S) (?=\\S)", "  ", WORDS),
    "tabs": re.sub("(?<=\\S) (?=\\S)", "\t", WORDS),
    "two spaces, tagged": re.sub("(?<=\\S) (?=\\S)", "  ", each("{}/n")),
    "tagged U+3000": re.sub("(?=雪线/n 是|卫星/n)", "\u3000/x \u3000/x ", each("{}/n")),
    "tagged no-break spaces": each("{}_n").replace("雪线_n 是", "\u00a0_v\u00a0_v 雪线_n 是"),
    "slashes": re.sub("(?<=\\S) (?=\\S)", "/", WORDS),
    "slashes and spaces": re.sub("(?<=\\S) (?=\\S)", " / ", WORDS),
    "bars": re.sub("(?<=\\S) (?=\\S)", "|", WORDS),
    "sentencepiece": each("▁{}"),
    "one a line": re.sub("(?<=\\S) (?=\\S)", "\n", WORDS),
    "one a line, tagged": re.sub("(?<=\\S) (?=\\S)|(?<=\\S)(?=\n)", "\tn\n", WORDS).replace("\n\n\n", "\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_segmenter_gives_the_article(form: str) -> None:
    assert_is_article(FORMS[form])


def assert_is_article(text: str) -> None:
    article = article_from_page(Page(body=text.encode(), path="words.txt"))
    assert article.headline == "雪线为什么会上升"
    assert article.text.split("\n") == LINES
    assert (article.source and article.source.name) == "科学晨报"
    assert [editor.name for editor in article.editor] == ["安宁", "许知白"]


ROWS = [line.split() for line in WORDS.splitlines() if line]


def rows(make: Callable[[list[str]], str], between: str = "\n") -> str:
    """Return the text with `make` of the words of each line, without the empty lines between them."""
    return between.join(map(make, ROWS)) + "\n"


def conll(words: list[str]) -> str:
    return "".join(f"{n}\t{word}\t_\tNN\tNN\t_\t0\troot\t_\t_\n" for n, word in enumerate(words, 1))


def sentences(words: list[str]) -> str:
    """Return CoNLL-U of a line, the first of whose two sentences ends at its third word."""
    made = "# newpar\n"
    for part in filter(None, (words[:3], words[3:])):
        made += "# text = " + "".join(part) + "\n" + conll(part).replace("_\n", "SpaceAfter=No\n") + "\n"
    return made


WITHOUT_EMPTY_LINES = {
    "LAC": rows(lambda words: repr([words, ["n"] * len(words)])),
    "pkuseg": rows(lambda words: repr([(word, "n") for word in words])),
    "jieba.posseg": rows(lambda words: "[" + ", ".join(f"pair('{word}', 'n')" for word in words) + "]"),
    "HanLP 1": rows(lambda words: "[" + ", ".join(f"{word}/nz" for word in words) + "]"),
    "HanLP 2": json.dumps({"tok/fine": ROWS, "pos/ctb": [["NN"] * len(row) for row in ROWS]}, ensure_ascii=False),
    "JSON": rows(lambda words: json.dumps(words, ensure_ascii=False)),
    "JSON of LTP": rows(lambda words: json.dumps({"cws": words, "pos": ["n"] * len(words)})),
    "JSON, a dictionary a word": rows(lambda words: json.dumps([{"word": word, "pos": "n"} for word in words])),
    "sentencepiece in lists": rows(lambda words: repr(["▁" + words[0], *words[1:]])),
    "BERT": rows(lambda words: "[CLS] " + " ".join(words) + " [SEP]"),
    "CoNLL": rows(conll),
    "CoNLL-U": rows(sentences, ""),
    "trees": rows(lambda words: "(IP " + " ".join(f"(NN {word})" for word in words) + ")"),
    "word(n)": rows(lambda words: " ".join(f"{word}(n)" for word in words)),
    "word<n>": rows(lambda words: " ".join(f"{word}<n>" for word in words)),
    "w elements": rows(lambda words: "<s>" + "".join(f'<w pos="n">{escape(word)}</w>' for word in words) + "</s>"),
    "XML of LTP": rows(lambda words: f'<sent cont="{escape("".join(words))}">'
                       + "".join(f'<word cont="{escape(word)}" pos="n"/>' for word in words) + "</sent>"),
    "People's Daily": rows(lambda words: "20250407-01-001-001/m  [" + f"{words[0]}/n  {words[1]}/n]nt  "
                           + "  ".join(f"{word}/n" for word in words[2:])),
    "tagged": rows(lambda words: " ".join(f"{word}_n" for word in words)),
}  # fmt: skip


@pytest.mark.parametrize("form", WITHOUT_EMPTY_LINES)
def test_forms_that_drop_the_empty_lines_of_a_page_give_the_article(form: str) -> None:
    assert_is_article(WITHOUT_EMPTY_LINES[form])


@pytest.mark.parametrize("mark", ["/", " / ", "/ ", "|"])
def test_slashes_of_a_text_whose_words_a_mark_parts_stay(mark: str) -> None:
    words = [
        "每秒",
        "9",
        "km/h",
        "，",
        "写作",
        "A/B",
        "或",
        "1/2",
        "，",
        "见",
        "https://example.org/a/b",
        "。",
    ]
    text = f"{WORDS}\n{' '.join(words)}\n"
    parted = re.sub("(?<=\\S) (?=\\S)", mark, text)
    assert words_with_spaces(parted)[0].split("\n")[-1].split() == words
    alone = parted.replace(f"写作{mark}", f"写作{mark}/{mark}")
    assert "写作 / A/B" in words_with_spaces(alone)[0]


def test_full_width_spaces_are_words_of_every_form() -> None:
    lines = [line.split(" ") for line in WORDS.replace("雪线 是", "\u3000 \u3000 雪线 是").split("\n")]
    for below in ("\n", "\n\n"):
        words = below.join("\n".join(line) for line in lines if line != [""])
        assert "\u3000 \u3000 雪线 是" in words_with_spaces(words.replace("\n\n\n", "\n\n"))[0]
    xml = "".join("<s>" + "".join(f"<w>{escape(word)}</w>" for word in line) + "</s>\n" for line in lines)
    assert "\u3000 \u3000 雪线 是" in words_with_spaces(xml)[0]


def test_indents_that_sentencepiece_removes_are_restored_on_wrapped_pages() -> None:
    text = (
        "雪线是一条看不见的线，线以上的雪终年不化，线以下的雪年年化成水，流进山下的田里，也流进城里的水管。"
    )
    wrapped = wrap("\u3000\u3000" + text, Terminal(60, Ambiguous.WIDE))
    page = WORDS.replace(" ", "").replace(LINES[0], "\n\n".join(["\n".join(wrapped)] * 3))
    pieces = "\n".join(
        " ".join(["▁" + line.strip()[:2], *line.strip()[2:]]) if line else "" for line in page.split("\n")
    )
    article = article_from_page(Page(body=pieces.encode(), path="words.txt"))
    assert article.text.split("\n") == [text] * 3 + LINES[1:]


def test_a_list_that_cannot_be_read_is_refused_by_the_name_of_its_form() -> None:
    text = WITHOUT_EMPTY_LINES["LAC"].replace("['卫星', ", "[卫星', ")
    with pytest.raises(NotAnArticle, match="lists or trees of words"):
        article_from_page(Page(body=text.encode(), path="words.txt"))


def test_a_file_with_several_articles_is_divided() -> None:
    other = (
        WORDS.replace("雪线 为什么 会 上升", "冰川 怎样 走路")
        .replace("09:12", "10:30")
        .replace("雪线 是", "冰川 是")
    )
    page = Page(body=f"{WORDS}\n分享 让 更多 人 看到\n\n{other}".encode(), path="words.txt")
    first, second = map(article_from_page, pages_of(page))
    assert (first.headline, second.headline) == ("雪线为什么会上升", "冰川怎样走路")
    assert (first.text.split("\n"), second.text.split("\n")[1]) == (LINES, LINES[1])
    assert first.id != second.id


def test_a_file_with_one_article_is_not_divided() -> None:
    page = Page(body=WORDS.encode(), path="words.txt")
    assert pages_of(page) == [page]


def test_slashes_in_a_text_are_not_taken_for_a_segmentation() -> None:
    text = "他/她每天走5km/h，见https://example.org/a/b/c/d。\n" * 9
    assert words_with_spaces(text) == (text, None)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030"])
def test_each_charset_gives_the_text(charset: str) -> None:
    article = article_from_page(Page(body=WORDS.encode(charset), path="words.txt"))
    assert article.text.split("\n") == LINES


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


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("大气中的CO[2]增加", "大气中的CO₂增加"),
        ("H[2]SO[4]和Ca(OH)[2]", "H₂SO₄和Ca(OH)₂"),
        ("10^6个，5m^2，10^-3", "10⁶个，5m²，10⁻³"),
        ("早有报道^[3]。", "早有报道[3]。"),
        ("[DEL:旧的:DEL]新的", "旧的新的"),
        ("价[DEL: 59 :DEL] [INS: 39 :INS] 元", "价5939元"),
        ("翻到了二  四  年。", "翻到了二〇四〇年。"),
        ("见图[1]和文献[3]", "见图[1]和文献[3]"),
        ("a[n+1]与^_^", "a[n+1]与^_^"),
        ("谱线H[α]和γ[αβ]", "谱线H_{α}和γ_{αβ}"),
        ("V[max]、k[B]T与λ[max]", "Vₘₐₓ、k_{B}T与λₘₐₓ"),
        ("SpO[2]、HbA[1c]与R[0]，T[3]和T[4]", "SpO₂、HbA_{1c}与R₀，T₃和T₄"),
        ("x^2+y^2=z^2，Ca^2+离子，2^n种", "x²+y²=z²，Ca²⁺离子，2ⁿ种"),
        ("CD4^+T细胞，M[⊙]，10^8.5年，℃^-1，云雀^TM", "CD4⁺T细胞，M_{⊙}，10^{8.5}年，℃⁻¹，云雀ᵀᴹ"),
        ("测^14C和^99mTc，云雀^®，x[i]^2", "测¹⁴C和⁹⁹ᵐTc，云雀®，xᵢ²"),
        ("x^n+y^n=z^n，p53^-/-小鼠，重水D[2]O", "xⁿ+yⁿ=zⁿ，p53^{-/-}小鼠，重水D₂O"),
    ],
)
def test_drawn_marks_are_undone_if_they_are_certain(drawn: str, text: str) -> None:
    assert undo(drawn)[0] == text


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("二氧化碳（CO_2）的浓度", "二氧化碳（CO₂）的浓度"),
        ("稀H_2SO_4与file_2", "稀H₂SO₄与file_2"),
        ("算了三天^([3])。", "算了三天[3]。"),
        ("谱线H_α，速度V_max，(C_6H_10O_5)_n", "谱线H_{α}，速度Vₘₐₓ，(C₆H₁₀O₅)ₙ"),
        ("谱线H_(α)，第5^(th)，a_(n+1)", "谱线H_{α}，第5ᵗʰ，aₙ₊₁"),
    ],
)
def test_marks_of_links_and_pandoc_are_undone(drawn: str, text: str) -> None:
    assert undo(drawn)[0] == text


@pytest.mark.parametrize(
    "drawn",
    [
        "代码a[i]=b[0]",
        "推出a_n+1",
        "维生素C[1]和维生素E[2]",
        "取e^ix",
        "在T_最高处",
        "注释^(注1)",
        "k_BT",
        "在lim[x→0]处",
        "TiO_2-x",
        "型号A_B",
        "“s[he] came”",
    ],
)
def test_a_drawn_mark_in_doubt_stays_and_is_not_certified(drawn: str) -> None:
    assert undo(drawn)[::2] == (drawn, True)
    assert [block.certificate for block in normalize(f"　　{drawn}，这一行没有换行。\n")] == ["consistent"]


TITLED = WORDS.replace(" ", "").replace("雪线为什么会上升", "{}")


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("冰里的CO[2]", "冰里的CO₂"),
        ("PM[2.5]和10^15", "PM_{2.5}和10¹⁵"),
        ("“^®”与“^TM”", "“®”与“ᵀᴹ”"),
        ("[组图]雪线", "[组图]雪线"),
    ],
)
def test_drawn_marks_in_a_title_are_undone_as_in_the_text(drawn: str, shown: str) -> None:
    article = article_from_page(Page(body=TITLED.format(drawn).encode(), path="words.txt"))
    assert (article.headline, article.warnings) == (shown, [])


def test_a_drawn_mark_in_doubt_in_a_title_has_a_warning() -> None:
    article = article_from_page(Page(body=TITLED.format("数组a[1]的故事").encode(), path="words.txt"))
    assert (article.headline, article.warnings) == ("数组a[1]的故事", ["marks_in_doubt"])


def test_raised_and_lowered_text_of_markdown_is_that_of_the_page() -> None:
    text = (
        "# 水\n\n**Ca<sup>2+</sup>**、NO<sub>x</sub>、A<sub>2</sub>、见<sup>\\[3\\]</sup>、注<sup>①</sup>\n"
    )
    assert undo(plain_form(text).text)[0].split("\n")[-2] == "Ca²⁺、NOₓ、A₂、见[3]、注①"


@pytest.mark.parametrize("wrap", ["==> a.txt <==\n{}", "p<0.05，a<b\n{}", "{}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_other_systems_and_signs_that_begin_no_tag_change_nothing(wrap: str, end: str) -> None:
    text = wrap.format(WORDS).replace("\n", end)
    article = article_from_page(Page(body=text.encode("utf-8-sig"), path="words.txt"))
    assert (article.headline, article.text.split("\n")) == ("雪线为什么会上升", LINES)
    assert (article.source and article.source.name) == "科学晨报"


def test_formulas_in_one_line_take_linear_time() -> None:
    short, long = (min(_seconds(n) for _ in range(3)) for n in (200, 1_600))
    assert long < 40 * short + 0.1  # quadratic would be 64 times as long


def _seconds(formulas: int) -> float:
    start = time.process_time()
    assert undo("雪C_2" * formulas)[0] == "雪C₂" * formulas
    return time.process_time() - start


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


def test_a_dump_with_cut_characters_is_decoded_as_utf_8_and_the_record_says_so() -> None:
    body = WORDS.encode().replace("安宁".encode(), "安宁".encode() + "中".encode()[:1])
    article = article_from_page(Page(body=body, path="words.txt"))
    assert article.text.split("\n") == LINES
    assert "lossy_decode" in article.warnings


SPOKEN = """\
人民网>>科普中国

雪线为什么会上升

2025年04月07日09:12 | 来源：科学晨报

　　雪线是一条看不见的线，卫星每 16 天拍一次，相机是Lumen X 200，每台重1.2 kg，一共两台。

　　研究者Hugo Lindqvist说，这条线10 年里升高了40米。

(责编：安宁、许知白)
"""


def with_spaces_as_words(join: str, word: str) -> str:
    lines = [re.findall("[A-Za-z]+|[0-9.]+|[一-鿿]{1,2}|.", line) for line in SPOKEN.split("\n")]
    return "\n".join(join.join(word.format(token) for token in tokens) for tokens in lines)


SHOWN = {
    "jieba, tagged": with_spaces_as_words(" ", "{}/x"),
    "jieba": with_spaces_as_words(" ", "{}"),
    "slashes": with_spaces_as_words("/", "{}"),
    "slashes and spaces": with_spaces_as_words("/ ", "{}"),
    "lists": "\n".join(str(re.findall("[A-Za-z]+|.", line)) for line in SPOKEN.split("\n")),
    "sentencepiece": re.sub("(?<=[一-鿿]{2})(?=[一-鿿])", " ", re.sub("(?m)^| ", "▁", SPOKEN)),
}  # fmt: skip


@pytest.mark.parametrize("form", SHOWN)
def test_spaces_that_the_output_of_a_segmenter_shows_are_those_of_the_page(form: str) -> None:
    article = article_from_page(Page(body=SHOWN[form].encode(), path="words.txt"))
    assert article.text.split("\n") == [line.strip() for line in SPOKEN.split("\n")[6:9:2]]


def test_words_without_the_lines_of_their_page_are_refused_by_the_name_of_the_form() -> None:
    body = "\n".join(WORDS.split()).encode()
    with pytest.raises(NotAnArticle, match="one word a line"):
        article_from_page(Page(body=body, path="words.txt"))


def test_several_pages_one_after_the_other_are_cut_below_the_copyright_notice() -> None:
    """The breadcrumb of the old pages is at their foot, between the text and the notice."""
    foot = "\n人民网 >> 科技 >> 各地 要闻\n\n人民网 版权所有\nCopyright © 2009 by www.people.com.cn\n"
    first = WORDS.split("\n\n", 1)[1] + foot
    pages = pages_of(Page(body=f"{first}\n{WORDS}".encode(), path="words.txt"))
    one, two = map(article_from_page, pages)
    assert (one.breadcrumb, two.breadcrumb) == (["人民网", "科技", "各地要闻"], ["人民网", "科普中国"])
    assert one.text == two.text


MENU = "".join(f"栏目{n}\n\n" for n in range(30))
FOOT = "\n人民网 版权所有\nCopyright © 2025 by www.people.com.cn\n\n返回顶部\n"
PAGE_OF_SITE = f"[logo]\n\n首页\n\n{MENU}{WORDS}{FOOT}"
OTHER_PAGE = PAGE_OF_SITE.replace("雪线", "冰川")


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        (f"[logo]\n\n首页\n\n{MENU}", "no line with a time"),
        (PAGE_OF_SITE.replace("2025年 04月 07日 09:12 | 来源 ： 科学 晨报\n\n", ""), "no line with a time"),
        ("404 Not Found\n\nnginx\n", "no line with a time"),
        ("抱歉，您访问的页面不存在\n\n5秒后返回首页\n", "no line with a time"),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_page_without_an_article_among_others_is_refused_by_itself(
    damaged: str, told: str, at: int
) -> None:
    texts = [PAGE_OF_SITE, OTHER_PAGE]
    texts.insert(at, damaged)
    pages = pages_of(Page(body="".join(texts).encode(), path="words.txt"))
    assert len(pages) == 3
    with pytest.raises(NotAnArticle, match=told):
        article_from_page(pages.pop(at))
    articles = list(map(article_from_page, pages))
    assert [article.headline for article in articles] == ["雪线为什么会上升", "冰川为什么会上升"]
    assert [article.warnings for article in articles] == [[], []]


def test_a_menu_that_comes_again_at_the_foot_begins_no_page() -> None:
    page = Page(body=f"{PAGE_OF_SITE}[logo]\n\n首页\n\n栏目1\n\n版权\n".encode(), path="words.txt")
    assert pages_of(page) == [page]


def test_the_damage_of_one_page_is_told_and_stays_in_it() -> None:
    middle = PAGE_OF_SITE.replace("雪线", "沙丘").encode()
    start = middle.index("卫星".encode())
    lost = middle[:start] + bytes(byte ^ 0x55 for byte in middle[start : start + 60]) + middle[start + 60 :]
    empty = middle[:start] + b"\0" * 60 + middle[start + 60 :]
    for damaged in (lost, empty):
        body = PAGE_OF_SITE.encode() + damaged + OTHER_PAGE.encode()
        articles = list(map(article_from_page, pages_of(Page(body=body, path="words.txt"))))
        assert [article.headline[:2] for article in articles if article.headline] == ["雪线", "沙丘", "冰川"]
        assert ["lossy_decode" in article.warnings for article in articles] == [False, True, False]


def test_pages_in_several_charsets_and_with_form_feeds_are_read() -> None:
    body = PAGE_OF_SITE.encode() + b"\f" + OTHER_PAGE.encode("gb18030") + b"\f" + PAGE_OF_SITE.encode()
    articles = list(map(article_from_page, pages_of(Page(body=body, path="words.txt"))))
    assert [article.headline[:2] for article in articles if article.headline] == ["雪线", "冰川", "雪线"]
    assert articles[1].text == articles[0].text.replace("雪线", "冰川")


def test_articles_whose_words_have_tags_are_cut_at_their_times() -> None:
    text = FORMS["slash tags"]
    body = f"{text}\n分享/n 让/n 更多/n 人/n 看到/n\n\n{text.replace('雪线/n 为什么', '冰川/n 为什么')}"
    pages = pages_of(Page(body=body.encode(), path="words.txt"))
    assert [article_from_page(page).headline for page in pages] == ["雪线为什么会上升", "冰川为什么会上升"]
