"""A file with several pages gives each article by itself."""

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page, pages_of
from pipelines.refusals import NotAnArticle
from tests.pipelines.segmentation.segmented_page import LINES, WORDS, each


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
    text = each("{}/n")
    body = f"{text}\n分享/n 让/n 更多/n 人/n 看到/n\n\n{text.replace('雪线/n 为什么', '冰川/n 为什么')}"
    pages = pages_of(Page(body=body.encode(), path="words.txt"))
    assert [article_from_page(page).headline for page in pages] == ["雪线为什么会上升", "冰川为什么会上升"]


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    "rule", ["*", "-", "- - - - -", "══════", "____", "* * *", "#", "· · ·", "---- 2 ----", "*\n\n-"]
)
def test_a_rule_below_a_page_is_no_title_of_the_next_one(rule: str, gap: str) -> None:
    body = WORDS.split("\n\n", 1)[1].strip("\n")
    text = (
        f"{body}\n{gap}{rule}\n{gap}{body.replace('雪线', '冰川').replace('09:12', '10:30')}\n{gap}{rule}\n"
    )
    articles = list(map(article_from_page, pages_of(Page(body=text.encode(), path="words.txt"))))
    assert [(each.headline, each.kicker, each.alternative_headline) for each in articles] == [
        ("雪线为什么会上升", None, None),
        ("冰川为什么会上升", None, None),
    ]


@pytest.mark.parametrize("rule", ["-----", "*", "═════", "— — —", "---- 2 ----"])
def test_a_rule_below_the_titles_is_none_of_them(rule: str) -> None:
    text = WORDS.replace("\n\n2025", f"\n\n{rule}\n\n2025", 1)
    assert rule in text
    article = article_from_page(Page(body=text.encode(), path="words.txt"))
    assert (article.headline, article.alternative_headline, article.byline) == (
        "雪线为什么会上升",
        None,
        None,
    )


def test_the_notice_directly_above_the_titles_of_the_next_page_belongs_to_the_page_above() -> None:
    """In dumps of links no empty line and no menu may stand between them."""
    first = WORDS.split("\n\n", 1)[1]
    other = first.replace("雪线 为什么 会 上升", "冰川 怎样 走路")
    body = f"{first}\nCopyright © 1997-2009 by www.people.com.cn all rights reserved\n\n{other}"
    articles = list(map(article_from_page, pages_of(Page(body=body.encode(), path="words.txt"))))
    assert [article.headline for article in articles] == ["雪线为什么会上升", "冰川怎样走路"]
    assert [article.kicker or article.alternative_headline for article in articles] == [None, None]
