"""A page may have kicker and subtitle in other elements than its layout: their positions show them."""

import pytest

from kepu.records import Article, Page
from pipelines.build_article import article_from_page

TITLE = "望山湖的水位为何连年下降"
PAGE = """\
<html><head><meta charset="utf-8"><title>{title}--科普--人民网</title></head><body>
<div class="rm_txt"><div class="rm_path"><a href="/">人民网</a>&gt;&gt;<a href="/kp">科普</a></div>
<div class="col col-1">{above}<h1>{title}</h1>{below}
<div class="channel"><div class="col-1-1">2023年05月06日08:12 | 来源：望山晚报</div></div>
<div class="rm_txt_con"><p>　　湖水退了近一米，岸边的芦苇滩露出大片泥地。观测员每天两次到湖边读取水尺。</p>
<p>　　水浅以后，水温比往年高出两度，藻类长得更快。站里准备从上游水库调水。</p></div></div></div>
</body></html>
"""


def read(above: str, below: str = "") -> Article:
    return article_from_page(Page(body=PAGE.format(title=TITLE, above=above, below=below).encode()))


@pytest.mark.parametrize("tag", ["p", "div", "h2", "h3"])
def test_the_lines_directly_beside_the_headline_are_kicker_and_subtitle(tag: str) -> None:
    article = read(f"<{tag}>关注“双碳”</{tag}>", f"<{tag}></{tag}><{tag}>三个乡镇启用备用水源</{tag}>")
    assert (article.kicker, article.headline) == ("关注“双碳”", TITLE)
    assert article.alternative_headline == "三个乡镇启用备用水源"


def test_boxes_around_the_headline_do_not_hide_the_lines_beside_it() -> None:
    rows = [
        f"<tr><td>{line}</td></tr>" for line in ("关注“双碳”", f"<h1>{TITLE}</h1>", "三个乡镇启用备用水源")
    ]
    table = f"<table>{''.join(rows)}</table>"
    source = PAGE.format(title=TITLE, above="", below="").replace(f"<h1>{TITLE}</h1>", table)
    article = article_from_page(Page(body=source.encode()))
    assert (article.kicker, article.headline) == ("关注“双碳”", TITLE)
    assert article.alternative_headline == "三个乡镇启用备用水源"


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href='/x'>科学之窗</a></p>",
        "<p>【打印】【关闭】</p>",
        "<p>浏览次数：128 次</p>",
        "<p>支持键盘 ← → 键翻阅图片</p>",
        "<p>扫描二维码，关注科普中国公众号</p>",
        "<p>本报记者　林禾</p>",
        "<p>本报特约专家 林禾</p>",
        "<div>2023年05月06日08:12</div>",
        "<p>湖水退了近一米。</p>",
        "<ul><li>首页</li></ul>",
    ],
)
def test_tools_links_people_and_sentences_beside_the_headline_are_no_titles(line: str) -> None:
    article = read(line, line)
    assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)


def test_the_line_of_the_byline_is_no_subtitle_whatever_its_role() -> None:
    article = read("", '<div class="author cf">望山湖护鸟人 林禾</div>')
    assert [author.name for author in article.author] == ["林禾"]
    assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)


OF_2013 = """\
<html><head><meta charset="utf-8"><title>{title}--科技--人民网</title></head><body><div class="text_c">
{above}<h1 id="p_title">{title}</h1>{below}
<h5><span id="p_publishtime">2013年05月06日08:12</span> <span id="p_origin">来源：<a href="/x">望山晚报</a></span></h5>
{head}<div class="show_text" id="p_content"><p>　　湖水退了近一米，岸边的芦苇滩露出大片泥地。</p>
<p>　　水浅以后，水温比往年高出两度，藻类长得更快。</p></div>
<div class="edit" id="p_editor">(责任编辑：林禾)</div>{tail}</div></body></html>
"""


def read_2013(above: str = "", below: str = "", head: str = "", tail: str = "") -> Article:
    page = OF_2013.format(title=TITLE, above=above, below=below, head=head, tail=tail)
    return article_from_page(Page(body=page.encode()))


@pytest.mark.parametrize("tag", ["h3", "h4"])
@pytest.mark.parametrize("label", ["相关新闻", "延伸阅读", "24小时排行", "三个乡镇启用备用水源", "热点推荐"])
def test_headings_of_boxes_around_the_text_are_no_titles(tag: str, label: str) -> None:
    box = f'<{tag} class="x">{label}</{tag}><ul><li><a href="/n1/2013/0301/c1007-31230000.html">草</a></li></ul>'
    for article in (read_2013(tail=box), read_2013(head=box), read_2013(tail=f"<div>{box}</div>")):
        assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)


def test_plain_tags_beside_the_headline_are_its_titles() -> None:
    below = "<p class='author'>本报记者　林禾</p><h4>三个乡镇启用备用水源</h4>"
    article = read_2013("<h3>关注“双碳”</h3>", below, tail="<h3>相关新闻</h3>")
    assert (article.kicker, article.alternative_headline) == ("关注“双碳”", "三个乡镇启用备用水源")
    assert read_2013(above="<h4>相关新闻</h4>").kicker is None


@pytest.mark.parametrize(
    ("crumbs", "names"),
    [
        ("<td>&nbsp;您现在的位置：<a href='/'>望山网</a> &gt;&gt; <a href='/k'>科技</a> &gt;&gt; <a>科普</a></td>",
         ["望山网", "科技", "科普"]),
        ("<td><a href='/'>人民网</a>&gt;&gt;<a href='/k'>科技</a></td>", ["人民网", "科技"]),
        ("<p>当前位置：<a href='/'>科学</a> › <a href='/k'>天文</a> › 正文</p>", ["科学", "天文"]),
        ("<p><a href='/'>首页</a>»<a href='/k'>科普</a>»<a href='/k/1'>正文</a></p>", ["首页", "科普"]),
        ("<p><a href='/1'>上一页</a> → <a href='/2'>下一页</a></p>", []),
        ("<p><a href='/1'>地铁隧道里为什么总有风</a> &gt; <a href='/2'>更多</a></p>", []),
        ("<p><a href='/1'>人民网</a> | <a href='/2'>科技</a></p>", []),
    ],
)  # fmt: skip
def test_links_with_arrows_between_are_the_breadcrumb(crumbs: str, names: list[str]) -> None:
    page = OF_2013.replace('<div class="text_c">', f'<table><tr>{crumbs}</tr></table><div class="text_c">')
    page = page.format(title=TITLE, above="", below="", head="", tail="")
    assert article_from_page(Page(body=page.encode())).breadcrumb == names


@pytest.mark.parametrize("title", ["四万个基因有了准确位置", "导航靠的是地磁", "评论里的科学"])
def test_a_title_may_have_a_word_of_navigation(title: str) -> None:
    assert read_2013(below=f"<h4>{title}</h4>").alternative_headline == title
