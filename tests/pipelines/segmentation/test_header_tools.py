"""Kickers with a quotation are titles; tools and calls to readers above the text of a dump are none."""

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

TEXT = """
　　湖水退了近一米，岸边的芦苇滩露出大片泥地。观测员每天早晚两次到湖边读取水尺。

　　水浅以后，水温比往年高出两度，藻类长得更快。站里准备从上游水库调水。
"""
TITLE, TIME = "望山湖的水位为何连年下降", "2024年05月06日08:12 | 来源：望山晚报"


def read(*lines: str, beside: str = "") -> Article:
    header = "\n\n".join(lines) + f"\n\n{beside}{TIME}"
    dump = f"人民网>>科普>>滚动新闻\n\n{header}\n{TEXT}\n(责编：许知、林晚)\n"
    return article_from_dump(Page(body=dump.encode(), path="dump.txt"))


@pytest.mark.parametrize(
    "kicker",
    [
        "关注“双碳”",
        "打卡“大国重器”",
        "扫码看“非遗”",
        "点赞“中国天眼”",
        "■收藏“春天”",
        "公众号“养”出来的谣言",
        "【关注】",
        "评论",
    ],
)
def test_a_line_above_the_title_is_the_kicker_though_tools_have_its_words(kicker: str) -> None:
    article = read(kicker, TITLE)
    assert (article.kicker, article.headline, article.alternative_headline) == (kicker, TITLE, None)
    assert "line_left_out" not in article.warnings


@pytest.mark.parametrize(
    ("call", "warned"),
    [
        ("关注科普中国公众号", False),
        ("下载人民日报客户端", False),
        ("打印", False),
        ("微信扫一扫", True),
        ("快来点赞分享", True),
    ],
)
def test_a_call_to_readers_is_no_title_and_a_guess_is_warned_of(call: str, warned: bool) -> None:
    article = read(call, TITLE)
    assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)
    assert ("line_left_out" in article.warnings) == warned


def test_the_only_title_is_kept_though_it_may_be_a_call() -> None:
    article = read("快来点赞分享")
    assert article.headline == "快来点赞分享"


@pytest.mark.parametrize(
    "tools",
    [
        "查看原图 幻灯播放",
        "浏览大图|自动播放|返回列表",
        "全屏播放",
        "  • 查看原图\n  • 幻灯播放\n",
        "（1/6）",
        "浏览次数：128",
    ],
)
def test_tools_of_a_gallery_above_the_time_are_no_subtitle(tools: str) -> None:
    article = read(TITLE, beside=f"{tools}\n")
    assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)


def test_several_links_alone_in_a_line_are_no_subtitle() -> None:
    lines = ["[1]首页", "[2]人民网>>[3]科普", TITLE, f"[4]看图 [5]听文\n{TIME}", *TEXT.strip().split("\n\n")]
    dump = "\n\n".join(f"   {line}" for line in [*lines, "(责编：许知、林晚)"])
    article = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    assert (article.kicker, article.headline, article.alternative_headline) == (None, TITLE, None)


@pytest.mark.parametrize("end", ["：", "，", "。"])
def test_a_title_may_end_like_a_clause(end: str) -> None:
    kicker, subtitle = f"湖水一年比一年少{end}", "三个乡镇已经启用备用水源"
    article = read(kicker, TITLE, subtitle)
    assert (article.kicker, article.headline, article.alternative_headline) == (kicker, TITLE, subtitle)


def test_a_title_that_is_broken_after_a_comma_is_whole() -> None:
    article = read("新闻背景", "湖水一年比一年少，\n谁来为大湖补水", "三个乡镇已经启用备用水源")
    assert (article.kicker, article.headline) == ("新闻背景", "湖水一年比一年少，谁来为大湖补水")


def test_a_sentence_above_the_titles_that_is_left_out_is_warned_of() -> None:
    article = read(
        "湖水退了近一米，岸边的芦苇滩露出大片泥地，村民说十多年没有见过这样的景象，都来湖边看。", TITLE
    )
    assert article.headline == TITLE
    assert "line_left_out" in article.warnings


def test_a_line_directly_above_the_time_is_a_subtitle_by_a_guess() -> None:
    assert "headline_guessed" in read(TITLE, beside="三个乡镇已经启用备用水源\n").warnings
    assert "headline_guessed" not in read("湖泊新知", TITLE, "三个乡镇已经启用备用水源").warnings


@pytest.mark.parametrize(
    "form",
    [
        "_____________________ [\u00a0搜索\u00a0]",
        "________________ 搜索",
        "[                ] [搜索]",
        "搜索：____________________ [ 确定 ]",
        "用户名：__________ 密码：__________ [ 登录 ]",
        "[全部____] _______________ [ 查 询 ]",
        "请输入关键词 ______________",
        "[          ][ 搜 索 ]",
    ],
)
def test_fields_of_forms_are_neither_titles_nor_text(form: str) -> None:
    text = "　　湖水退了近一米，岸边的芦苇滩露出大片泥地，观测员每天两次到湖边读取水尺。\n"
    header = f"人民网>>科普\n{form}\n\n望山湖的水位为何连年下降\n\n2023年05月06日08:12 | 来源：望山晚报\n\n"
    for dump in (
        f"{header}{text}\n责编：林禾\n",
        f"{header}{form}\n\n{text}\n责编：林禾\n",
        f"{header}{text}\n{form}\n\n责编：林禾\n",
    ):
        article = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
        assert (article.kicker, article.headline) == (None, "望山湖的水位为何连年下降")
        assert [block.text for block in article.blocks] == [text.strip()]
