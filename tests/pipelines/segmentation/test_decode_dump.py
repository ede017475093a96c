"""Dumps in each charset and with the line ends of each system give the text, and lost bytes a warning."""

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page
from tests.pipelines.segmentation.segmented_page import LINES, WORDS


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030"])
def test_each_charset_gives_the_text(charset: str) -> None:
    article = article_from_page(Page(body=WORDS.encode(charset), path="words.txt"))
    assert article.text.split("\n") == LINES


@pytest.mark.parametrize("wrap", ["==> a.txt <==\n{}", "p<0.05，a<b\n{}", "{}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_other_systems_and_signs_that_begin_no_tag_change_nothing(wrap: str, end: str) -> None:
    text = wrap.format(WORDS).replace("\n", end)
    article = article_from_page(Page(body=text.encode("utf-8-sig"), path="words.txt"))
    assert (article.headline, article.text.split("\n")) == ("雪线为什么会上升", LINES)
    assert (article.source and article.source.name) == "科学晨报"


def test_a_dump_with_cut_characters_is_decoded_as_utf_8_and_the_record_says_so() -> None:
    body = WORDS.encode().replace("安宁".encode(), "安宁".encode() + "中".encode()[:1])
    article = article_from_page(Page(body=body, path="words.txt"))
    assert article.text.split("\n") == LINES
    assert "lossy_decode" in article.warnings
