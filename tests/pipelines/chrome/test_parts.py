"""Long articles: parts are joined in order without repeats, and a missing part gives a warning (fault 18)."""

import pytest

from kepu.records import Page
from pipelines.chrome import extract

URL = "http://kpzg.people.com.cn/n1/2018/0105/c404214-29746666.html"


def part(n: int, count: int, text: str, content_id: str = "29746666", foot: str = "") -> Page:
    """Return part `n` of `count` of an article in the layout rwb."""
    links = "".join(f'<a href="{url(k)}">【{k}】</a>' for k in range(1, count + 1))
    html = (
        f'<html><head><title>月食--科普中国--人民网 </title><meta name="contentid" content="{content_id}"></head>'
        '<body><div class="text_title"><h1>月食</h1>'
        '<div class="box01"><div class="fl">2018年01月05日10:00 来源：人民网</div></div></div>'
        '<div class="box_con" id="rwb_zw"><p>　　人民网望山1月5日电 望山天文台记录了一次月全食的全过程。</p>'
        f'<p>　　{text}</p>{foot}<div class="zdfy clearfix">{links}</div><div class="edit">(责编：丁玥)</div></div>'
        "</body></html>"
    )
    return Page(body=html.encode(), url=url(n), content_type="text/html; charset=utf-8", part=n)


def url(n: int) -> str:
    return URL if n == 1 else URL.replace(".html", f"-{n}.html")


def text_of(n: int) -> str:
    return f"第{n}个时刻，观测员记下了月面的颜色与边缘。"


def whole(count: int, order: list[int]) -> Page:
    first = part(1, count, text_of(1))
    first.parts = [part(n, count, text_of(n)) for n in order]
    return first


def told(page: Page) -> list[str]:
    """Return the texts of an article's blocks, without the head that every part repeats."""
    blocks = [block.text for block in extract(page).blocks]
    assert blocks[0].startswith("人民网望山1月5日电")
    assert sum(text == blocks[0] for text in blocks) == 1
    return blocks[1:]


def test_part_10_comes_after_part_2() -> None:
    page = whole(12, [10, 12, 3, 2, 11, 4, 9, 5, 8, 6, 7])
    assert told(page) == [text_of(n) for n in range(1, 13)]
    article = extract(page)
    assert [(p.n, p.url) for p in article.parts] == [(n, url(n)) for n in range(1, 13)]
    assert [block.part for block in article.blocks[1:]] == list(range(1, 13))
    assert article.warnings == []


def test_200_parts() -> None:
    assert told(whole(200, list(range(200, 1, -1)))) == [text_of(n) for n in range(1, 201)]


def test_a_part_twice_is_joined_once() -> None:
    page = whole(3, [2, 3, 2])
    assert told(page) == [text_of(1), text_of(2), text_of(3)]
    assert extract(page).warnings == []


@pytest.mark.parametrize("order", [[3], [2], []])
def test_a_missing_part_has_a_warning(order: list[int]) -> None:
    page = whole(3, order)
    assert told(page) == [text_of(n) for n in [1, *order]]
    assert "incomplete" in extract(page).warnings


def test_a_part_that_could_not_be_fetched_has_a_warning() -> None:
    page = part(1, 1, text_of(1))
    page.parts_missing = [url(2)]
    assert "incomplete" in extract(page).warnings


def test_a_loop_gives_each_part_once() -> None:
    page = whole(3, [2])
    looped = part(1, 3, text_of(1))
    looped.url = url(3)
    page.parts.append(looped)
    assert told(page) == [text_of(1), text_of(2)]
    assert "incomplete" in extract(page).warnings


@pytest.mark.parametrize(
    "stranger",
    [part(2, 2, "另一篇文章的正文，不该出现。", content_id="29740000"), Page(body=b"", url=url(2))],
)
def test_a_part_of_another_article_or_none_is_left_out(stranger: Page) -> None:
    page = part(1, 2, text_of(1))
    page.parts = [stranger]
    assert told(page) == [text_of(1)]
    assert "incomplete" in extract(page).warnings


def test_a_repeated_foot_is_kept_once_at_the_end() -> None:
    foot = "<p>　　本组图文由望山天文台授权发布，转载请联系天文台办公室。</p>"
    page = part(1, 2, text_of(1), foot=foot)
    page.parts = [part(2, 2, text_of(2), foot=foot)]
    assert told(page) == [text_of(1), text_of(2), "本组图文由望山天文台授权发布，转载请联系天文台办公室。"]


def test_a_part_alone_is_incomplete_and_has_the_articles_id() -> None:
    article = extract(part(2, 3, text_of(2)))
    assert (article.id, article.url, article.parts[0].n) == ("n1/29746666", URL, 2)
    assert "incomplete" in article.warnings
