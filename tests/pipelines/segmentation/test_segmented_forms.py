"""Words as segmenters print them (tags, slashes, lists, tables, XML) give the article of their page."""

import json
import re
from collections.abc import Callable
from html import escape

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.refusals import NotAnArticle
from pipelines.segmentation.dumps.forms.segmented_forms import words_with_spaces
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap
from tests.pipelines.segmentation.segmented_page import LINES, WORDS, each

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
    "ICTCLAS": rows(lambda words: f"[[{words[0]}/n]nz  {words[1]}/n]nt  "
                    + "  ".join(f"{word}/n" for word in words[2:])),
    "CWB": rows(lambda words: "<s>\n" + "".join(f"{word}\tn\n" for word in words) + "</s>"),
    "TEI": '<TEI><text><body>'
           + rows(lambda words: "<p>" + "".join(f'<w pos="n">{escape(word)}</w>' for word in words) + "</p>"),
    "JSON with texts": rows(lambda words: json.dumps({"text": "".join(words), "tokens": [{"id": 0}]})),
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


def test_slashes_in_a_text_are_not_taken_for_a_segmentation() -> None:
    text = "他/她每天走5km/h，见https://example.org/a/b/c/d。\n" * 9
    assert words_with_spaces(text) == (text, None)


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


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("".join(f"word {word}\t\t start: 0 \t\t end:2\n" for row in ROWS for word in row), "jieba.tokenize"),
        ("word,pos\n" + "".join(f'"{word}",n\n' for row in ROWS for word in row), "CSV or TSV"),
        ("éĽª çº¿ ä¸º ä»Ģ ä¹Ī " * 20, "byte-level BPE"),
    ],
)
def test_the_refusal_of_a_form_that_cannot_be_read_names_it(words: str, name: str) -> None:
    with pytest.raises(NotAnArticle, match=name):
        article_from_page(Page(body=words.encode(), path="words.txt"))


def test_lines_wider_than_a_terminal_that_end_sentences_are_paragraphs() -> None:
    long = [
        "研究 团队 给 雪线 拍 了 很多 照片 ， 发现 它 "
        "在 二十 年 里 上升 了 一百 多 米 ， 比 以前 快 了 一倍 ， 原因 还 不 清楚 。",
        "卫星 每 十六 天 拍 一 次 ， 阴天 拍 不 到 ， 就 用 雷达 补 上 ， 得到 的 "
        "图像 再 由 计算机 拼 成 一 张 完整 的 地图 ， "
        "供 大家 查看 ， 也 供 学校 上课 使用 。",
    ]
    head = ["雪线 为什么 会 上升", "2025 年 04 月 07 日 09 : 12 | 来源 ： 科学 晨报"]
    dump = "\n".join([*head, *long, "( 责编 ： 安宁 、 许知白 )"])
    article = article_from_page(Page(body=dump.encode(), path="words.txt"))
    assert article.text.split("\n") == ["".join(each.split()) for each in long]
    assert "form_lossy" in article.warnings
