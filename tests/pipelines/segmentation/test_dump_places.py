"""The position of lines in a dump decides about tables, captions, boxes, titles and signatures."""

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.article_body.page_tools import is_broken_bar
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.names.dump_names import is_signature
from pipelines.segmentation.dumps.names.name_and_employer import with_post_apart
from pipelines.segmentation.dumps.tables.dump_tables import grid_of

PROSE = (
    "　　盐场的早晨从一阵风开始，风把卤水吹出细细的皱纹。\n\n"
    "　　老师傅说，看皱纹就知道今天的盐粒是粗还是细，几十年没有看错。\n\n"
    "　　研究所的温度计在池边排成一行，每小时记下一次水温和风速。\n\n"
)


def article(header: str, body: str) -> Article:
    page = (
        f"人民网>>科普中国\n\n{header}\n\n2024年05月10日06:58 | 来源：科技日报\n\n{body}(责编：林禾、程远)\n"
    )
    return article_from_dump(Page(body=page.encode(), path="dump.txt"))


SPANS = """\
┌────┬─────────┬───────┐
│    │  春季   │ 备注  │
│井名├────┬────┼───────┤
│    │三月│四月│       │
├────┼────┼────┤逐年递 │
│甲井│1.5 │6.2 │增     │
└────┴────┴────┴───────┘
"""


@pytest.mark.parametrize("cut", [False, True], ids=["plain", "segmented"])
def test_a_spanning_cell_is_repeated_in_each_of_its_places(cut: bool) -> None:
    rows = SPANS.replace(" ", "").splitlines() if cut else SPANS.splitlines()

    assert grid_of(rows) == [
        ["井名", "春季", "春季", "备注"],
        ["井名", "三月", "四月", "逐年递增"],
        ["甲井", "1.5", "6.2", "逐年递增"],
    ]


def test_the_line_directly_above_a_frame_is_the_caption_of_the_table() -> None:
    found = article("盐从哪里来", f"{PROSE}表1 两口盐\n   井的水温\n{SPANS}\n{PROSE}")

    table = next(block for block in found.blocks if block.type == "table")
    assert table.caption == "表1 两口盐井的水温"
    assert len(table.rows or []) == 3
    assert "表1" not in found.text


def test_a_box_of_one_cell_becomes_paragraphs() -> None:
    box = "┌──────────┐\n│小贴士    │\n│          │\n│冰要十厘米│\n│厚。      │\n└──────────┘\n\n"
    found = article("冰面承重", PROSE + box + PROSE)

    assert "\n小贴士\n冰要十厘米厚。\n" in found.text


def test_a_caption_belongs_to_a_picture_of_which_only_the_alternative_text_is_shown() -> None:
    shown = article("盐湖", f"{PROSE}晒盐的人\n\n图为晒盐场的早晨。林禾摄\n\n{PROSE}")
    below = article("盐湖", f"{PROSE}[MAIN1]\n\n展厅里的模型\n\n{PROSE}")

    assert [(image.caption, image.credit_text) for image in shown.image] == [("图为晒盐场的早晨。", "林禾摄")]
    assert [image.caption for image in below.image] == ["展厅里的模型"]
    assert "晒盐的人" not in shown.text
    assert "展厅" not in below.text


def test_a_box_above_an_indented_text_is_left_out() -> None:
    found = article("候鸟", f"编者按\n\n本栏目每周请一位研究者讲述野外工作，欢迎读者来信。\n\n{PROSE}")
    lead = article("候鸟", f"每年五月，滩涂上会落下第一批大滨鹬，它们停十二天。\n\n{PROSE}")

    assert found.text.startswith("盐场的早晨")
    assert lead.text.startswith("每年五月")


def test_a_tool_word_between_two_sentences_is_a_subheading() -> None:
    found = article("报纸怎样印出来", f"打印\n\n{PROSE}　　打印\n\n{PROSE}留言\n\n")

    assert found.text.split("\n").count("打印") == 1
    assert "留言" not in found.text


def test_a_short_item_between_the_tools_above_the_text_is_a_tool() -> None:
    tools = "".join(f"  • {tool}\n" for tool in ("打印", "纠错", "橱窗", "分享"))
    items = "  • 看风\n  • 看水\n\n"
    found = article("盐场的早晨", f"{tools}\n{PROSE}{items}{PROSE}")

    assert "橱窗" not in found.text
    assert "看风" in found.text


def test_titles_below_a_note_about_the_authors_are_other_articles() -> None:
    note = "　　（实习生林禾对本文亦有贡献）\n\n"
    titles = "　　湖面结冰的顺序\n\n　　风车旁的老仓库\n\n　　卤水里的颜色\n\n"
    verse = "　　风从湖上来\n\n　　吹皱一池盐\n\n　　人在岸上看\n\n"

    found = article("盐场的早晨", PROSE + note + titles)
    assert "实习生林禾" in found.text
    assert "老仓库" not in found.text
    assert "一池盐" in article("盐场的早晨", PROSE + verse + note).text


def test_a_last_line_that_may_be_a_title_of_another_article_is_kept_with_a_warning() -> None:
    found = article("盐场的早晨", f"{PROSE}　　风车旁的老仓库\n\n")

    assert found.text.endswith("风车旁的老仓库")
    assert "end_in_doubt" in found.warnings
    assert "end_in_doubt" not in article("盐场的早晨", f"{PROSE}　　（林禾 程远）\n\n").warnings


def test_a_title_of_two_lines_is_joined() -> None:
    found = article(
        "走近天文\n\n月食\n之夜", f"{PROSE}　　月食的夜里，月亮慢慢变红，月食之夜也是晒盐的夜。\n\n"
    )

    assert (found.kicker, found.headline) == ("走近天文", "月食 之夜")


@pytest.mark.parametrize(
    "line",
    [
        "[美]丹尼尔·韦伯 著　林知夏 译",
        "白桥 口述　程穗 整理",
        "□ 钟鸣",
        "傅晓、凌霄等",
        "人民日报海外版",
        "图/文　孙遥",
    ],
)
def test_a_signature_above_the_time_is_the_byline(line: str) -> None:
    assert is_signature(line)
    assert article(f"钢轨之间为什么不再留缝\n\n{line}", PROSE).byline == line


@pytest.mark.parametrize("line", ["李白与杜甫", "江河、湖泊与海洋", "看云识天气", "一图看懂海水等深线"])
def test_a_title_is_not_taken_for_a_signature(line: str) -> None:
    assert not is_signature(line)


def test_a_space_is_restored_between_a_name_and_a_post() -> None:
    assert with_post_apart("作者：许未临海大学副教授") == "作者：许未 临海大学副教授"
    assert with_post_apart("（作者：欧阳禾北京天文馆研究员）") == "（作者：欧阳禾 北京天文馆研究员）"
    for line in ("作者：望山晚报", "作者：温州医科大学", "作者：安徽省气象局"):
        assert with_post_apart(line) == line


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        ("1. 把水装到杯子的一半\n2. 称出它的重量\n\n", "称出它的重量"),
        (f"{SPANS}\n", "逐年递增"),
        ("相关的另一篇文章\n\n", None),
        ("评委给他们的评语是：“说得明白。”\n\n", "说得明白"),
    ],
    ids=["list", "table", "title", "quotation"],
)
def test_only_titles_are_left_out_at_the_end(end: str, kept: str | None) -> None:
    text = article("盐从哪里来", f"{PROSE}{end}").text

    assert (kept in text) if kept else text.endswith("每小时记下一次水温和风速。")


def test_the_text_names_the_author_if_the_byline_names_nobody() -> None:
    found = article(
        "盐从哪里来\n\n本报评论员", f"　　本报望海1月6日电　（记者何筱）盐场的早晨从一阵风开始。\n\n{PROSE}"
    )

    assert found.byline == "本报评论员"
    assert [author.name for author in found.author] == ["何筱"]


LISTS = "  • 不能用水煮\n  • 不能放进烤箱\n", " 1. 变湿了\n 2. 变脏了\n"


@pytest.mark.parametrize("items", LISTS)
@pytest.mark.parametrize(
    "below",
    [
        "    以上做法都伤盐。\n\n    何时该换？\n",
        "    这样做的人不少，老师傅在池边看了几十年，每年都要劝上好几回，可是听的人并不\n都伤盐。\n\n    何时该换？\n",
    ],
)
def test_a_paragraph_indented_by_no_break_spaces_is_no_part_of_the_list_above(items: str, below: str) -> None:
    found = article("盐怎么存", PROSE.replace("\u3000\u3000", "    ") + items + "\n" + below + "\n")
    kinds = [block.type for block in found.blocks]

    assert kinds == ["paragraph"] * 3 + ["list"] + ["paragraph"] * 2
    assert found.blocks[-1].text == "何时该换？"


def test_a_second_paragraph_of_an_item_stays_in_it_where_the_page_has_other_indents() -> None:
    found = article("盐怎么存", f"{PROSE}  • 不能用水煮\n\n    热水也不行。\n\n  • 不能放进烤箱\n\n{PROSE}")

    assert "不能用水煮 热水也不行。\n不能放进烤箱" in found.text


@pytest.mark.parametrize(
    "caption",
    [
        "盐池边的风车转了一夜。本报记者　林　禾摄",
        "盐池边的风车（程远摄）",
        "图为盐池边的风车",
        "盐池边的风车。新华社发",
    ],
)
def test_a_caption_at_the_end_is_no_title_of_another_article(caption: str) -> None:
    found = article("盐从哪里来", f"{PROSE}{caption}\n\n")

    assert [block.text for block in found.blocks if block.type == "figure"] == [caption]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("《 人民日报 》（ 2024年05月10日   04 版）", []),
        ("《人民日报》（2024年05月10日 第04版）", []),
        ("（《光明日报》2024年5月10日 4版）", ["（《光明日报》2024年5月10日 4版）"]),
        ("（原载于2024年5月10日《光明日报》）", ["（原载于2024年5月10日《光明日报》）"]),
    ],
)
def test_the_printed_edition_below_the_text_is_no_text(line: str, kept: list[str]) -> None:
    found = article("盐从哪里来", f"{PROSE}　　{line}\n\n")

    assert [block.text for block in found.blocks if block.type == "credit"] == kept
    assert found.text == "\n".join(part.strip("　") for part in PROSE.strip().split("\n\n"))
    assert found.paper is not None or "原载" in line
    assert "text_unread" not in found.warnings


AGENCY = "11月17日，选手在调试机器人。"
SHORT = "　　当日，少年科技节在南昌落幕，来自各地的队伍参加了为期三天的比赛。\n\n"


@pytest.mark.parametrize(
    ("body", "captions"),
    [
        (f"[a1]\n\n{AGENCY}\n\n{SHORT}新华社发（林禾摄）\n\n[a2]\n\n{AGENCY}新华社发（林禾摄）\n\n", [AGENCY, AGENCY]),
        (f"[a1]\n\n{AGENCY}\n\n新华社发（林禾摄）\n\n{SHORT}[a2]\n\n{AGENCY}\n\n", [AGENCY, AGENCY]),
        (f"[a1]\n\n选手在调试机器人\n\n{SHORT}", ["选手在调试机器人"]),
        (f"[a1]\n\n{AGENCY}新华社发\n\n[a2]\n\n{AGENCY}\n\n", [AGENCY, AGENCY]),
        (f"{SHORT}[a1]\n\n{AGENCY * 6}\n\n{SHORT}", [AGENCY * 6]),
        (f"[a1]\n\n新华社发\n\n{SHORT}", [None]),
        (f"{SHORT}新华社发（林禾摄）\n\n{SHORT}", []),
        (f"[a1]\n\n{AGENCY}\n\n{SHORT[:-2]}新华社发（林禾摄）\n\n{SHORT}", [AGENCY]),
    ],
    ids=["below text", "below caption", "no stop", "dated", "long", "credit alone", "none", "in text"],
)  # fmt: skip
def test_a_line_below_a_picture_is_its_caption_and_a_lone_credit_makes_no_picture(
    body: str, captions: list[str | None]
) -> None:
    found = article("少年科技节落幕", body)

    assert [image.caption for image in found.image] == captions
    assert "text_unread" not in found.warnings
    assert SHORT.strip() in found.text or SHORT not in body


def test_the_spaces_of_menus_do_not_make_a_page_a_segmented_one() -> None:
    menu = "首页 时政 国际 社会 法治 经济 科技 教育 文化 健康 体育 观点 社区 视频 图片 论坛 " * 6
    found = article("少年科技节落幕", f"{SHORT}新华社记者 林禾 摄\n\n{SHORT}返回 首页\n\n{menu}\n\n")

    assert "新华社记者 林禾 摄" in [block.text for block in found.blocks]


def test_a_line_that_ends_with_the_source_of_a_picture_is_its_caption_without_a_picture_mark() -> None:
    found = article(
        "盐从哪里来", f"{PROSE}盐场的示意图。图片来源：国家盐业局\n\n{PROSE}　　图源：视觉中国\n\n"
    )

    assert [block.text for block in found.blocks if block.type == "figure"] == [
        "盐场的示意图。图片来源：国家盐业局"
    ]


@pytest.mark.parametrize(
    "bar",
    [
        "【字号 大 手机点 E-mail推荐:\n中 小】 打印 留言 论坛 网摘 评        纠错 ______\n[ 提交 ]",
        "【字号 大 打 留 论 网 手机 E-mail推荐:\n中 小】 印 言 坛 摘 点评 纠错 ______",
        "打印 留言 论坛 网 手机点\n 摘 评 纠错 【关闭】",
        "[ 搜索 ]",
    ],
)
def test_a_bar_of_tools_that_cells_broke_is_no_text(bar: str) -> None:
    found = article("盐从哪里来", f"{bar}\n\n{PROSE}")

    assert found.text.startswith("盐场的早晨")
    assert not found.image
    assert "text_unread" not in found.warnings


@pytest.mark.parametrize("line", ["打印 一张 留言 卡片", "大 中 小 学校", "提交"])
def test_a_short_line_with_words_of_tools_may_be_text(line: str) -> None:
    assert not is_broken_bar(line)
