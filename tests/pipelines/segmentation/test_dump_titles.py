"""The headline of a dump among kicker, headline, subtitle and byline, which w3m does not tell apart."""

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

TEXT = """
为什么成千上万的蚂蚁在一条路上走却不堵车？研究者给蚁群搭了一座五毫米宽的窄桥，用
相机记下每只蚂蚁的速度。

结果发现，桥上的蚂蚁越密，它们走得越稳，谁也不抢先，流量反而不降。“蚂蚁没有红绿
灯，却有规矩。”记者房亦舟问起秘密时，研究者这样说。
"""
TIME = "2024年05月06日08:12 | 来源：远山日报"

WITH_SUBTITLE = [
    ("蚂蚁为什么不堵车", "研究者用一座窄桥做实验"),
    ("蚂蚁不堵车的秘密", "专家：谁也不抢先，流量才不降"),
    ("窄桥上的蚂蚁怎样走路", "从一条拥挤的路说起"),
    ("请蚂蚁教我们怎么走路", "一座五毫米宽的桥和四千只志愿者"),
    ("蚁群过桥有规矩", "——远山大学昆虫实验室见闻"),
]
WITH_KICKER = [
    ("昆虫新知", "蚂蚁为什么不堵车"),
    ("城市交通研讨会开幕", "向蚂蚁请教不堵车的办法"),
    ("科学家谈科学·之四", "窄桥上的蚂蚁怎样走路"),
    ("世界昆虫日", "蚂蚁过桥，谁也不抢先"),
    ("冰湖探测器着陆火星", "“小蚁”上岸记"),
    ("远山·一线见闻", "蚂蚁走进窄桥"),
    ("远山大学发布最新成果", "成千上万的蚂蚁不堵车，靠的是什么"),
]


def read(*lines: str, directly: bool = False) -> Article:
    header = "\n\n".join(lines) + ("\n" if directly else "\n\n") + TIME
    dump = f"人民网>>科普中国\n\n{header}\n{TEXT}\n(责编：许知、林晚)\n"
    return article_from_dump(Page(body=dump.encode(), path="dump.txt"))


@pytest.mark.parametrize(("headline", "subtitle"), WITH_SUBTITLE)
def test_the_upper_of_two_titles_is_the_headline_above_its_details(headline: str, subtitle: str) -> None:
    article = read(headline, subtitle)
    assert (article.kicker, article.headline, article.alternative_headline) == (None, headline, subtitle)


@pytest.mark.parametrize(("kicker", "headline"), WITH_KICKER)
def test_the_lower_of_two_titles_is_the_headline_below_a_column_or_an_event(
    kicker: str, headline: str
) -> None:
    article = read(kicker, headline)
    assert (article.kicker, article.headline, article.alternative_headline) == (kicker, headline, None)


def test_a_record_says_that_its_headline_is_a_guess_only_if_words_alone_suggest_it() -> None:
    assert "headline_guessed" in read("蚁群过桥有规矩", "流量不降，步子更稳").warnings
    assert "headline_guessed" in read("冬天的桥", "蚂蚁不怕堵").warnings
    assert "headline_guessed" not in read("昆虫新知", "蚂蚁为什么不堵车").warnings
    assert "headline_guessed" not in read("昆虫新知", "蚂蚁为什么不堵车", "研究者搭了一座窄桥").warnings
    assert "headline_guessed" not in read("蚂蚁为什么不堵车").warnings


def test_a_title_that_could_be_a_byline_is_a_guess() -> None:
    assert "headline_guessed" in read("昆虫新知", "蚂蚁为什么不堵车", "远山大学 江流 摄影").warnings


@pytest.mark.parametrize("upper", ["昆虫新知", ""])
def test_a_line_with_a_dash_is_the_subtitle_wherever_it_stands(upper: str) -> None:
    lines = [line for line in (upper, "蚂蚁不堵车", "——窄桥上的规矩", "远山大学昆虫学部") if line]
    article = read(*lines)
    assert (article.headline, article.alternative_headline) == ("蚂蚁不堵车", "——窄桥上的规矩")
    assert article.kicker == (upper or None)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_label_of_the_box_below_the_breadcrumb_is_no_kicker(gap: str) -> None:
    """The health channel has 返回 behind its breadcrumb, and a box with a label around the titles."""
    head = f"人民网>>人民健康网返回{gap}健康快讯\n\n蚂蚁为什么不堵车\n\n{TIME}\n{TEXT}\n(责编：许知、林晚)\n"
    article = article_from_dump(Page(body=head.encode(), path="dump.txt"))
    assert (article.kicker, article.headline) == (None, "蚂蚁为什么不堵车")
    # Only a line directly below the breadcrumb is the label for certain.
    assert ("headline_guessed" in article.warnings) == (gap == "\n\n")


@pytest.mark.parametrize(
    ("byline", "directly"),
    [("房亦舟", False), ("房亦舟　阎若水", False), ("卞之恒", True), ("本报记者　林晚", False)],
)
def test_names_above_the_time_are_the_byline_and_no_title(byline: str, directly: bool) -> None:
    """房 and 卞 are rare surnames: the text names 房亦舟 as a reporter, and 卞之恒 stands directly above the time."""
    article = read("昆虫新知", "蚂蚁为什么不堵车", byline, directly=directly)
    assert (article.kicker, article.headline, article.byline) == ("昆虫新知", "蚂蚁为什么不堵车", byline)
    assert [author.name for author in article.author] == byline.replace("本报记者", "").split()


def test_a_short_title_that_is_a_word_is_no_name() -> None:
    article = read("远山日报特刊", "白垩纪", directly=True)
    assert (article.headline, article.byline) == ("白垩纪", None)


@pytest.mark.parametrize("sign", "■□●◆◇▲★◎▶•")
@pytest.mark.parametrize("byline", ["本报全媒体记者　章台柳", "本报记者仉禾"])
def test_a_sign_opens_the_byline_and_is_no_item_of_a_menu(sign: str, byline: str) -> None:
    for gap in (" ", ""):
        article = read("蚂蚁为什么不堵车", f"{sign}{gap}{byline}")
        assert (article.headline, article.alternative_headline) == ("蚂蚁为什么不堵车", None)
        assert [person.name for person in article.author] == [byline.rpartition("记者")[2].strip("　")]
        assert article.warnings == []
    menu = f"{sign} 记者之家\n{sign} 本报简介\n\n"
    assert read(menu + "蚂蚁为什么不堵车").byline is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("主管药师林禾", "林禾"),
        ("主管药师　林禾", "林禾"),
        ("高级农艺师　林禾　程远", "林禾 程远"),
        ("营养师程远 护士长林禾", "程远 林禾"),
        ("主任医师欧阳小禾", "欧阳小禾"),
        ("林禾（天文台副研究员）", "林禾"),
        ("兽医师楚越", "楚越"),
    ],
)
def test_a_job_before_a_name_shows_a_byline_and_is_no_author(byline: str, names: str) -> None:
    article = read("蚂蚁为什么不堵车", "研究者用一座窄桥做实验", byline, directly=True)
    assert (article.headline, article.alternative_headline) == ("蚂蚁为什么不堵车", "研究者用一座窄桥做实验")
    assert article.byline == byline
    assert " ".join(person.name for person in article.author) == names


@pytest.mark.parametrize("title", ["药师支招", "院士谈科学", "护士长的一天", "工程师走进冰川"])
def test_a_title_that_begins_with_a_job_is_no_byline(title: str) -> None:
    assert read("蚂蚁为什么不堵车", title, directly=True).byline is None


@pytest.mark.parametrize(
    ("kicker", "one", "two"),
    [
        ("深湖现场", "湖底打捞出七艘沉船", "三百余件陶器重见天日"),
        ("远山观测", "湖面升温比气温更快", "鱼群年年向北迁移"),
        ("春天来信", "候鸟比去年提前整整十天飞回了北方", "湿地里今年又多了三千双翅膀"),
    ],
)
def test_a_title_with_a_line_break_is_the_headline_below_a_short_kicker(
    kicker: str, one: str, two: str
) -> None:
    for gap in ("\n", " "):
        article = read(kicker, f"{one}{gap}{two}", "本报记者　林禾")
        assert (article.kicker, article.headline) == (kicker, f"{one} {two}")
        assert article.alternative_headline is None
        assert "headline_guessed" in article.warnings


def test_each_role_may_have_a_line_of_its_own_above_the_time() -> None:
    article = read("蚂蚁为什么不堵车", "■ 本报记者 林禾\n通讯员 程远")
    assert article.headline == "蚂蚁为什么不堵车"
    assert [f"{person.role}{person.name}" for person in article.author] == ["记者林禾", "通讯员程远"]


def test_a_centred_title_that_w3m_wrapped_is_one_title() -> None:
    head = [
        "远山大学的昆虫学家用十年时间跟踪四千只蚂蚁，在一座五毫米宽的窄桥上找到了让它们",
        "                              不堵车的三条规矩",
    ]
    for byline in ([], ["本报记者　林禾"]):
        article = read("\n".join(head), *byline)
        assert article.headline == "".join(line.strip() for line in head)
        assert (article.kicker, article.alternative_headline) == (None, None)


@pytest.mark.parametrize(
    "crumb", ["当前位置：首页 > 科普 > 正文", "首页＞科普中国＞正文", "您的位置：首页 » 科普"]
)
def test_a_breadcrumb_with_one_sign_is_no_kicker(crumb: str) -> None:
    dump = f"{crumb}\n\n蚂蚁为什么不堵车\n\n{TIME}\n{TEXT}\n(责编：许知、林晚)\n"
    article = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    assert (article.kicker, article.headline) == (None, "蚂蚁为什么不堵车")


def test_lines_that_are_in_no_field_make_the_headline_a_guess() -> None:
    article = read(
        "昆虫新知", "远山大学最新成果", "蚂蚁为什么不堵车", "研究者用一座窄桥做实验", "四千只志愿者"
    )
    assert "headline_guessed" in article.warnings


@pytest.mark.parametrize("subtitle", ["比去年快了四成", "最窄的一座只有五毫米"])
def test_a_line_that_tells_a_detail_is_the_subtitle_also_if_it_is_short(subtitle: str) -> None:
    headline = "2024年蚂蚁过桥速度创1961年以来新高"
    article = read(headline, subtitle)
    assert (article.headline, article.alternative_headline) == (headline, subtitle)


def test_a_title_with_a_gap_may_have_words_of_the_cell_beside_it() -> None:
    assert "headline_guessed" in read("蚂蚁为什么不堵车　谁也不抢先   本周要闻").warnings
    assert "headline_guessed" not in read("蚂蚁为什么不堵车　谁也不抢先").warnings
