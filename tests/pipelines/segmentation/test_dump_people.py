"""Authors, source and time in the different forms of a dump's header lines."""

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page

PAGE = """\
{head}
{by}{time}

　　雪线是一条看不见的线，线上的雪常年不化，线下的雪到夏天就化完了。观测员每年夏天都要去看一次。

　　今年的雪线比去年高了十二米。观测员把数据写在本子上，又把本子锁进铁柜。

（责任编辑：{editors}）
"""
TIME = "2023年12月28日07:56 | 来源：科技日报"
MOMENT = "2023-12-28T07:56"


@pytest.mark.parametrize(
    ("by", "time", "source", "authors", "guessed"),
    [
        ("", "来源：科技日报 作者：林禾 2023年12月28日07:56", "科技日报", ["林禾"], False),
        ("", "来源：人民网　2023年12月28日07:56", "人民网", [], False),
        ("", "2023-12-28 07:56 来源：科技日报 作者：林禾温青", "科技日报", ["林禾", "温青"], True),
        ("", "人民网 2023年12月28日 07:56", "人民网", [], False),
        ("林禾温青", TIME, "科技日报", ["林禾", "温青"], True),
        ("张明远李思齐", TIME, "科技日报", ["张明远", "李思齐"], True),
        ("欧阳明月 司马青", TIME, "科技日报", ["欧阳明月", "司马青"], False),
        ("何筱 许知白 摄影报道", TIME, "科技日报", ["何筱", "许知白"], False),
        ("本报记者张明远李思齐", TIME, "科技日报", ["张明远", "李思齐"], True),
        ("文/图张明远", TIME, "科技日报", ["张明远"], False),
        ("何筱、许知白、实习生张明远", TIME, "科技日报", ["何筱", "许知白", "张明远"], False),
        ("许知白　通讯员　段禾　肖青", TIME, "科技日报", ["许知白", "段禾", "肖青"], False),
        ("◎本报记者 何筱 实习生 许知白", TIME, "科技日报", ["何筱", "许知白"], False),
        ("◎本报记者何筱实习生许知白", TIME, "科技日报", ["何筱", "许知白"], False),
        ("许知白（雪线观测站研究员）", TIME, "科技日报", ["许知白"], False),
        ("冰川学院院士　许知白", TIME, "科技日报", ["许知白"], False),
        ("（作者：许知白单位：冰川与冻土学院）", TIME, "科技日报", ["许知白"], False),
        ("文/许知白图/何筱", TIME, "科技日报", ["许知白"], False),
        ("记者 麦燕青", TIME, "科技日报", ["麦燕青"], False),
        ("記者 麥燕青", TIME, "科技日报", ["麥燕青"], False),
        ("本報記者陳大文", TIME, "科技日报", ["陳大文"], False),
        ("作者：戚知白雪线农业大学博士", TIME, "科技日报", ["戚知白"], True),
        ("本报特约专家许知白", TIME, "科技日报", ["许知白"], False),
        ("特邀作者 何筱、许知白", TIME, "科技日报", ["何筱", "许知白"], False),
        ("口述许知白", TIME, "科技日报", ["许知白"], True),
    ],
)
def test_byline_time_and_source_give_the_people_and_the_source(
    by: str, time: str, source: str, authors: list[str], guessed: bool
) -> None:
    text = PAGE.format(head="雪线在哪里\n", by=f"{by}\n\n" if by else "", time=time, editors="吕骞、陈键")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert (article.headline, article.kicker, article.alternative_headline) == ("雪线在哪里", None, None)
    assert (article.source and article.source.name) == source
    assert [author.name for author in article.author] == authors
    assert [editor.name for editor in article.editor] == ["吕骞", "陈键"]
    assert (article.datetime_published or "").startswith(MOMENT)
    # Names that nothing parts are a guess, and the record says so.
    assert ("byline_guessed" in article.warnings) == guessed


@pytest.mark.parametrize("name", ["宗知白", "麥燕青", "诸葛禾", "林 禾", "宋问渠", "许画湖"])
def test_a_bare_name_under_a_headline_is_the_author_by_a_guess(name: str) -> None:
    text = PAGE.format(
        head="冰川随笔\n\n雪线为什么一年比一年高\n", by=f"{name}\n\n", time=TIME, editors="吕骞"
    )
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert (article.headline, article.kicker) == ("雪线为什么一年比一年高", "冰川随笔")
    assert [author.name for author in article.author] == ["".join(name.split())]
    assert ("byline_guessed" in article.warnings) == (name not in ("林 禾", "诸葛禾"))


@pytest.mark.parametrize(
    "name",
    [
        "王秀兰",
        "操秀英",
        "过国忠",
        "余光",
        "文静",
        "才让卓玛",
        "巴特尔",
        "完颜宁",
        "阿依古丽·买买提",
        "（许可心）",
    ],
)
@pytest.mark.parametrize("subtitle", ["", "观测站用一杯红水找到暗河\n\n"])
def test_ordinary_names_without_a_role_are_authors_also_under_a_subtitle(name: str, subtitle: str) -> None:
    head = f"雪线为什么一年比一年高\n\n{subtitle}"
    text = PAGE.format(head=head, by=f"{name}\n\n", time=TIME, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert article.headline == "雪线为什么一年比一年高"
    assert article.alternative_headline == (subtitle.strip() or None)
    assert [author.name for author in article.author] == [name.strip("（）")]


@pytest.mark.parametrize("name", ["高山", "明月", "温泉"])
def test_a_name_that_is_a_word_is_an_author_below_a_subtitle_and_a_guess_elsewhere(name: str) -> None:
    head = "雪线为什么一年比一年高\n\n观测站用一杯红水找到暗河\n"
    text = PAGE.format(head=head, by=f"{name}\n\n", time=TIME, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert (article.headline, [author.name for author in article.author]) == (head.split("\n")[0], [name])
    assert {"byline_guessed", "headline_guessed"} <= set(article.warnings)
    alone = text.replace("观测站用一杯红水找到暗河\n", "")
    article = article_from_page(Page(body=alone.encode(), path="dump.txt"))
    assert article.headline == head.split("\n")[0]
    assert name in (article.alternative_headline, article.byline)
    assert "headline_guessed" in article.warnings


@pytest.mark.parametrize("office", ["中国气象局", "科学大院", "远山市疾病预防控制中心", "雪线观测站课题组"])
def test_an_office_under_a_headline_signs_the_text_and_is_no_author(office: str) -> None:
    text = PAGE.format(head="雪线为什么一年比一年高\n", by=f"{office}\n\n", time=TIME, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert (article.byline, article.alternative_headline, article.author) == (office, None, [])
    assert "byline_guessed" in article.warnings


@pytest.mark.parametrize(
    "title", ["高温之下", "冷知识", "路在何方", "冰下来客", "热点", "本报记者蹲点雪线观测站"]
)
def test_a_short_subtitle_is_kept_or_the_record_says_that_it_is_a_guess(title: str) -> None:
    text = PAGE.format(head="雪线为什么一年比一年高\n", by=f"{title}\n\n", time=TIME, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert article.alternative_headline == title


@pytest.mark.parametrize(
    ("line", "names", "guessed"),
    [
        ("（责任编辑：何筱，许知白）", ["何筱", "许知白"], False),
        ("责编：何筱 初审：许知白 终审：段禾", ["何筱", "许知白", "段禾"], False),
        ("编辑：何筱　审核：许知白", ["何筱", "许知白"], False),
        ("编 辑：何筱", ["何筱"], False),
        ("值班编辑：何筱", ["何筱"], False),
        ("责任编辑何筱", ["何筱"], False),
        ("（责编：何筱、实习生许知白）", ["何筱", "许知白"], False),
        ("（责编：甲乙\n丙丁）", ["甲乙", "丙丁"], False),
        ("责编：何筱\n许知白", ["何筱", "许知白"], False),
        ("（责编：甲乙丙丁）", ["甲乙", "丙丁"], True),
        ("（责编：何筱、杨李知白）", ["何筱", "杨李知白"], False),
        ("（责编：许知白何筱段小禾）", ["许知白", "何筱", "段小禾"], True),
        ("（责编：才让卓玛、何筱）", ["才让卓玛", "何筱"], False),
    ],
)
def test_the_editors_are_read_in_every_form_of_their_line(line: str, names: list[str], guessed: bool) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="").replace("（责任编辑：）", line)
    article = article_from_page(Page(body=f"{text}\n热门排行\n".encode(), path="dump.txt"))
    assert [editor.name for editor in article.editor] == names
    assert article.contributor == []
    assert ("byline_guessed" in article.warnings) == guessed


def test_an_editor_below_an_author_in_the_text_belongs_to_the_text() -> None:
    credit = "作者：何筱\n\n编辑：许知白\n"
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="").replace("（责任编辑：）", credit)
    article = article_from_page(Page(body=f"{text}\n热门排行\n".encode(), path="dump.txt"))
    assert [(each.name, each.role) for each in article.contributor] == [("许知白", "编辑")]
    assert article.editor == []


@pytest.mark.parametrize(
    ("time", "source", "authors"),
    [
        ("科技日报 2023-12-28 07:56", "科技日报", []),
        ("2023-12-28 07:56", None, []),
        ("作者：何筱 来源：科技日报 时间：2023年12月28日07:56", "科技日报", ["何筱"]),
        ("时间：2023-12-28 07:56 来源：科技日报 作者：何筱 编辑：段禾", "科技日报", ["何筱"]),
        ("2023年12月28日07:56　来源：科技日报　撰稿：何筱　浏览次数：12", "科技日报", ["何筱"]),
        ("2023.12.28 07:56 来源:科技日报 供稿:段禾", "科技日报", []),
    ],
)
def test_time_source_and_author_are_read_in_every_order(time: str, source: str, authors: list[str]) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=time, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert (article.source and article.source.name) == source
    assert [author.name for author in article.author] == authors
    assert (article.datetime_published or "").startswith(MOMENT)


@pytest.mark.parametrize("line", ["白垩纪", "秋之歌", "钟表匠", "金丝猴"])
def test_a_short_title_under_a_headline_is_no_name(line: str) -> None:
    text = PAGE.format(head="雪线为什么一年比一年高\n", by=f"{line}\n\n", time=TIME, editors="吕骞")
    assert article_from_page(Page(body=text.encode(), path="dump.txt")).byline is None


@pytest.mark.parametrize(
    ("dateline", "byline", "name"),
    [
        ("人民网望山 8 月 8 日电", "（记者许知白）", "许知白"),
        ("新华社望山2024 年 12 月 8 日 电", " （记者许知白）", "许知白"),
        ("人民日报望山 3月31日电", "　（记者许知白）", "许知白"),
        ("新華社望山2月9日電", "（記者麥燕青）", "麥燕青"),
    ],
)
def test_a_dateline_with_spaces_or_in_traditional_characters_gives_the_authors(
    dateline: str, byline: str, name: str
) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="吕骞").replace(
        "　　雪线是", f"　　{dateline}{byline}雪线是"
    )
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert article.dateline == dateline
    assert [author.name for author in article.author] == [name]


@pytest.mark.parametrize("line", ["专访冰川学院教授许知白", "教授方法", "高温之下"])
def test_a_title_that_has_a_post_or_begins_with_a_surname_is_no_byline(line: str) -> None:
    text = PAGE.format(head="雪线在哪里\n", by=f"{line}\n\n", time=TIME, editors="吕骞")
    assert article_from_page(Page(body=text.encode(), path="dump.txt")).byline is None


def test_the_reporters_in_brackets_at_the_end_of_the_first_paragraph_are_the_authors() -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="吕骞").replace(
        "去看一次。", "去看一次。（记者何筱、许知白）"
    )
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert [author.name for author in article.author] == ["何筱", "许知白"]


def test_a_letter_lost_in_the_line_of_editors_is_reported_and_its_name_left_out() -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="何 P、陈键")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert [editor.name for editor in article.editor] == ["陈键"]
    assert "byline_damaged" in article.warnings


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("本报记者仉慧通讯员安宁仝晓", "记者仉慧 通讯员安宁 通讯员仝晓"),
        ("记者靳小舟楚云通讯员林禾", "记者靳小舟 记者楚云 通讯员林禾"),
        ("通讯员林禾本报记者安宁程远洋", "通讯员林禾 记者安宁 记者程远洋"),
        ("本报记者欧阳小禾通讯员司马青云仉一", "记者欧阳小禾 通讯员司马青云 通讯员仉一"),
        ("本报记者林禾通讯员巴桑次仁旺", "记者林禾"),
        ("本报记者林禾通讯员程远仝晓采写", "记者林禾 通讯员程远 通讯员仝晓"),
    ],
)
def test_names_glued_behind_several_roles_are_divided_by_a_guess(byline: str, people: str) -> None:
    text = PAGE.format(head="雪线在哪里\n", by=f"{byline}\n\n", time=TIME, editors="吕骞")
    tail = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="吕骞")
    for dump in (text, tail.replace("去看一次。", f"去看一次。（{byline}）")):
        article = article_from_page(Page(body=dump.encode(), path="dump.txt"))
        assert " ".join(f"{author.role}{author.name}" for author in article.author) == people
        assert "byline_guessed" in article.warnings


@pytest.mark.parametrize(
    ("editors", "whole", "damaged"),
    [
        ("何筱彤、陈  ", ["何筱彤"], True),
        ("陈、何筱彤", ["何筱彤"], True),
        ("何筱彤 陈", ["何筱彤"], True),
        ("陈键、何筱  ", ["陈键"], True),
        ("  筱彤、陈键", ["陈键"], True),
        ("欧阳  、陈键", ["陈键"], True),
        ("陈  键、何筱彤", ["陈键", "何筱彤"], True),
        ("何筱彤、  ", ["何筱彤"], True),
        ("陈  、何筱彤 校对：许知", ["何筱彤", "许知"], True),
        ("何筱彤 校对：许知", ["何筱彤", "许知"], False),
        ("陈　键、何 筱", ["陈键", "何筱"], False),
        ("何筱彤、陈键", ["何筱彤", "陈键"], False),
    ],
)
def test_an_editor_of_whose_name_a_letter_left_no_trace_is_left_out(
    editors: str, whole: list[str], damaged: bool
) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors=editors)
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert [editor.name for editor in article.editor] == whole
    assert ("byline_damaged" in article.warnings) == damaged


def test_a_title_with_a_line_break_after_its_colon_is_joined() -> None:
    head = "走近湿地\n\n滩涂上的加油站：\n候鸟为什么停十二天\n\n——青石湾环志手记\n"
    text = PAGE.format(head=head, by="", time=TIME, editors="吕骞")
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert article.headline == "滩涂上的加油站：候鸟为什么停十二天"
    assert (article.kicker, article.alternative_headline) == ("走近湿地", "——青石湾环志手记")


@pytest.mark.parametrize(
    ("end", "authors", "guessed"),
    [
        ("本报记者许知白", ["许知白"], False),
        ("本报记者　许知白　通讯员　何筱", ["许知白", "何筱"], False),
        ("本报记者许知白通讯员何筱", ["许知白", "何筱"], False),
        ("文/许知白图/何筱", ["许知白"], False),
        ("本报记者许知白/文何筱/图", ["许知白"], False),
        ("望山晚报记者许知白望山晚报通讯员何筱", ["许知白", "何筱"], False),
        ("本报首席记者许知白本报通讯员何筱", ["许知白", "何筱"], False),
        ("望山晚报记者许知白编辑何筱", ["许知白"], False),
        ("（记者许知白、边巴次仁）", ["许知白", "边巴次仁"], False),
        ("本报记者许知白何筱", ["许知白", "何筱"], True),
        ("本报记者许知白北京报道", ["许知白"], True),
        ("本报记者许知白本报北京5月6日电", ["许知白"], False),
        ("记者手记", [], False),
    ],
)
def test_names_behind_the_last_sentence_are_the_authors(end: str, authors: list[str], guessed: bool) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="吕骞、陈键").replace(
        "铁柜。", f"铁柜。{end}"
    )
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert [author.name for author in article.author] == authors
    assert article.text.endswith(f"锁进铁柜。{end}")
    assert ("byline_guessed" in article.warnings) == guessed


@pytest.mark.parametrize("byline", ["文 | 许知白", "记者 许知白 | 编辑 何筱", "《望山晚报》记者许知白"])
def test_bars_and_marks_of_newspapers_are_no_damage(byline: str) -> None:
    text = PAGE.format(head="雪线在哪里\n", by="", time=TIME, editors="吕骞、陈键").replace(
        "铁柜。", f"铁柜。{byline}"
    )
    article = article_from_page(Page(body=text.encode(), path="dump.txt"))
    assert [author.name for author in article.author] == ["许知白"]
    assert "byline_damaged" not in article.warnings
