"""Bylines, editors, credits and captions are parsed in all printed forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.records import Block
from pipelines.chrome.body.captions import split_caption
from pipelines.chrome.fields.bylines import authors_of, contributors_of, is_credit_line, parse_byline
from pipelines.chrome.fields.closing_byline import closing_byline, closing_dateline
from pipelines.chrome.fields.dateline_byline import find_byline
from pipelines.chrome.fields.editor_lines import parse_editors
from pipelines.chrome.fields.person_names import join_padding

BYLINES = {
    "本报记者　王乐文　方　敏": "王乐文 记者, 方敏 记者",
    "本报记者 刘 峣": "刘峣 记者",
    "（记者宋晨、田中全、胡喆）": "宋晨 记者, 田中全 记者, 胡喆 记者",
    "冯肖慧、何宁": "冯肖慧, 何宁",
    "科技日报记者　张　三　实习生　李四": "张三 记者, 李四 实习生",
    "本报驻北望记者 张三丰": "张三丰 记者",
    "本报北京记者 林禾": "林禾 记者",
    "人民网记者 林禾 通讯员 范一鸣": "林禾 记者, 范一鸣 通讯员",
    "王五通讯员李四": "王五, 李四 通讯员",
    "作者：程禾": "程禾 作者",
    "文/林禾　图/程远": "林禾 作者, 程远 摄影",
    "林禾/文 程远/图": "林禾 作者, 程远 摄影",
    "阿丽娅·木扎提　文/图": "阿丽娅·木扎提 作者",
    "丁　玥　文/图": "丁玥 作者",
    "文/图：丁玥 林禾": "丁玥 作者, 林禾 作者",
    "林禾 摄": "林禾 摄影",
    "埃隆·马斯克": "埃隆·马斯克",
    "John Smith": "John Smith",
    "欧阳 衡　司马光": "欧阳衡, 司马光",
    "中国科学院院士　欧阳自远": "欧阳自远",
    "程禾（望山天文台研究员）": "程禾",
    "主管药师 林禾": "林禾",
    "林禾　副主任": "林禾",
    "作者：高级农艺师 林禾 护士长 程远": "林禾 作者, 程远 作者",
    "张医生": "张医生",
    "李喆、朱镕川、張玥": "李喆, 朱镕川, 張玥",
    "《人民日报》": "",
    "文｜林禾 编辑｜程远": "林禾 作者, 程远 编辑",
    "作者丨程远 监制丨林禾": "程远 作者, 林禾 监制",
    "[美]约翰·史密斯": "约翰·史密斯",
    "（英）简·古多尔　林禾译": "简·古多尔, 林禾 译者",
    "[日]铃木一　著　方敏　译": "铃木一 作者, 方敏 译者",
    "（美）玛丽·李 陆知远译": "玛丽·李, 陆知远 译者",
    "林禾 程远 译": "林禾 译者, 程远 译者",
    "□ 王芳": "王芳",
    "采写/王芳": "王芳 采写",
    "王芳 口述　李明 整理": "王芳 口述, 李明 整理",
    "林禾、程远等": "林禾, 程远",
    "晨报记者 林禾": "林禾 记者",
    "记者林禾 摄影程远": "林禾 记者, 程远 摄影",
    "摄影：方敏": "方敏 摄影",
    "作者：林禾 望山大学研究员": "林禾 作者",
    "本报评论员": "",
    "新华社记者": "",
    "人民网": "",
    "": "",
}


@pytest.mark.parametrize("byline", BYLINES)
def test_byline(byline: str) -> None:
    people = [
        f"{person.name} {person.role}" if person.role else person.name for person in parse_byline(byline)
    ]
    assert ", ".join(people) == BYLINES[byline]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("(责编：牛镛、岳弘彬)", ["牛镛", "岳弘彬"]),
        ("（责任编辑：刘则华）", ["刘则华"]),
        ("(责编：李四(实习生)、赵 竹青)", ["李四", "赵竹青"]),
        ("（责编：张三（实习生））", ["张三"]),
        ("责编：王　倩 吕骞", ["王倩", "吕骞"]),
        ("(责编:甲乙,丙丁)", ["甲乙", "丙丁"]),
        ("(责编：)", []),
        ("", []),
    ],
)
def test_editors(line: str, names: list[str]) -> None:
    assert [editor.name for editor in parse_editors(line)] == names


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("本报记者　林　禾", True),
        ("（作者：程禾）", True),
        ("（作者：闻人喆，气象台预报员）", True),
        ("记者 范志行 通讯员 吴桐", True),
        ("新华社记者", False),
        ("□ 本报记者 林禾", True),
        ("□ 雾从哪里来", False),
        ("（作者为望山师范学院教授）", False),
        ("记者林禾在望山站看到，雪已经没过了窗台。", False),
        ("作者的话", False),
        ("作者：林禾 望山大学研究员", True),
        ("策划制作：林禾 出品丨科普中国 作者丨程远 监制丨望山网科普事业部", True),
        ("审核：方敏 湖泊研究所研究员", True),
        ("设计：这座桥要让鱼游得过去，也要让船开得过去。", False),
        ("编辑照片的人要先看懂光", False),
    ],
)
def test_credit_line(line: str, alone: bool) -> None:
    assert is_credit_line(line) is alone


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("图为大滨鹬觅食。白露川摄（人民视觉）", "图为大滨鹬觅食。", "白露川摄（人民视觉）"),
        ("竹花　阮步青摄", "竹花", "阮步青摄"),
        ("新华社发（张三 摄）", None, "新华社发（张三 摄）"),
        ("雪后的站台。新华社记者 张 三 摄", "雪后的站台。", "新华社记者 张 三 摄"),
        ("赏花（张三摄）", "赏花", "（张三摄）"),
        ("进入空间站。望山航天办公室供图", "进入空间站。", "望山航天办公室供图"),
        ("图为石门坝鱼道。阿丽娅·木扎提摄", "图为石门坝鱼道。", "阿丽娅·木扎提摄"),
        ("图为小明拍摄的月亮", "图为小明拍摄的月亮", None),
        ("", None, None),
    ],
)
def test_captions(text: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(text) == (caption, credit)


SENTENCE = "不少游客停下脚步，说：“这里的水一年比一年清。"


@pytest.mark.parametrize(
    ("end", "byline", "authors", "dateline"),
    [
        ("”本报记者林禾", "本报记者林禾", ["林禾"], None),
        ("”　　本报记者　林禾　通讯员　程远", "本报记者　林禾　通讯员　程远", ["林禾", "程远"], None),
        ("”（资料图片由站方提供）本报记者 林禾、程远", "本报记者 林禾、程远", ["林禾", "程远"], None),
        ("”记者林禾报道", "记者林禾报道", ["林禾"], None),
        ("”本报记者 林禾 北京报道", "本报记者 林禾 北京报道", ["林禾"], None),
        ("”本報記者 林禾", "本報記者 林禾", ["林禾"], None),
        ("”文/林禾 图/程远", "文/林禾 图/程远", ["林禾"], None),
        ("”□林禾", "□林禾", ["林禾"], None),
        ("”（记者 林禾）", "记者 林禾", ["林禾"], None),
        ("”（本报北京5月6日电　记者林禾）", "记者林禾", ["林禾"], "本报北京5月6日电"),
        ("”本报记者林禾　本报北京5月6日电", "本报记者林禾", ["林禾"], "本报北京5月6日电"),
        ("”（本报北京5月6日电）", None, [], "本报北京5月6日电"),
        ("”本报北京5月6日电", None, [], "本报北京5月6日电"),
        ("”（经济日报-中国经济网记者　林禾）", "经济日报-中国经济网记者　林禾", ["林禾"], None),
        ("”红星新闻记者 林禾 编辑 程远", "红星新闻记者 林禾 编辑 程远", ["林禾"], None),
        ("”（《望山晚报》记者 林禾）", "《望山晚报》记者 林禾", ["林禾"], None),
        ("”（总台央视记者 林禾）", "总台央视记者 林禾", ["林禾"], None),
        ("”来源：望山晚报 记者 林禾", "记者 林禾", ["林禾"], None),
        ("”【记者林禾5月6日电】", "记者林禾", ["林禾"], None),
        ("”（本报记者 林禾 采访整理）", "本报记者 林禾 采访整理", ["林禾"], None),
        ("”文 | 林禾", "文 | 林禾", ["林禾"], None),
        ("”（图片由本报记者林禾摄）", None, [], None),
        ("”记者手记", None, [], None),
        ("”综合新华社报道", None, [], None),
        ("”林禾", None, [], None),
        ("”记者林禾在站里看到，水尺已经换新。", None, [], None),
        ("”（作者系望山大学教授）", None, [], None),
    ],
)
def test_words_behind_the_last_sentence_give_byline_and_dateline(
    end: str, byline: str | None, authors: list[str], dateline: str | None
) -> None:
    printed, people = closing_byline(SENTENCE + end) or (None, [])
    assert (printed, [each.name for each in people]) == (byline, authors)
    assert closing_dateline(SENTENCE + end) == dateline


@pytest.mark.parametrize(
    ("start", "authors"),
    [
        ("本报讯（记者林禾）今年入夏以来，", ["林禾"]),
        ("【本报讯】（记者林禾）今年入夏以来，", ["林禾"]),
        ("本报讯 记者林禾、通讯员程远报道：", ["林禾", "程远"]),
        ("本报讯　记者林禾　通讯员程远　今年入夏以来，", ["林禾", "程远"]),
        ("本报讯 记者 林 禾 通讯员 程远 今年入夏以来，", ["林禾", "程远"]),
        ("央视网消息（记者林禾）：", ["林禾"]),
        ("晚报讯（记者林禾）", ["林禾"]),
        ("本报记者林禾报道：", ["林禾"]),
        ("本报讯 记者林禾从水文站获悉，", ["林禾"]),
        ("本报讯 记者近日从水文站获悉，", []),
        ("本报北京5月6日电　记者从望山获悉，", []),
        ("本报讯 记者连日来在望山看到，", []),
        ("本报讯 记者周一在望山看到，", []),
        ("记者林禾从水文站获悉，", []),
    ],
)
def test_reporters_in_the_first_sentence(start: str, authors: list[str]) -> None:
    found = find_byline([Block("paragraph", f"{start}湖区水位下降了近一米。", 1)])
    assert [each.name for each in found.authors] == authors


@pytest.mark.parametrize(
    ("start", "authors", "damaged"),
    [
        ("望山网海口8月25日电（林禾、张 矗┙袢 7时，", ["林禾"], True),
        ("新华社海口8月25日电（记者 林禾、程 远、张 @袢 7时，", ["林禾", "程远"], True),
        ("新华社海口8月25日电（记者张 矗┙袢 7时，", [], True),
        ("新华社海口8月25日电（风云、海洋、高分卫星今日升空，", [], False),
        ("新华社海口8月25日电（林禾、张望）今日7时，", ["林禾", "张望"], False),
    ],
)
def test_names_before_a_lost_letter_and_bracket_are_authors(
    start: str, authors: list[str], damaged: bool
) -> None:
    found = find_byline([Block("paragraph", f"{start}湖区（含湿地）水位下降了近一米。", 1)])
    assert ([each.name for each in found.authors], found.is_damaged) == (authors, damaged)


def test_people_with_other_roles_are_not_authors() -> None:
    line = "策划制作：林禾 出品丨科普中国 作者丨程远 监制丨望山网科普事业部 审校/方敏"
    assert [person.name for person in authors_of(line)] == ["程远"]
    assert {(each.name, each.role) for each in contributors_of(line)} == {
        ("林禾", "策划制作"), ("方敏", "审校"), ("科普中国", "出品"), ("望山网科普事业部", "监制"),
    }  # fmt: skip


HAN = st.sampled_from("林禾程远方敏白露川闻清")
NAMES = st.lists(st.text(HAN, min_size=2, max_size=3), min_size=1, max_size=6)


@given(NAMES)
def test_padding_of_names_is_removed(names: list[str]) -> None:
    padded = [f"{name[0]}　{name[1]}" if len(name) == 2 else name for name in names]
    assert join_padding("　".join(padded)) == names


@given(st.text(max_size=80))
def test_parsing_bylines_never_raises(text: str) -> None:
    for person in parse_byline(text):
        assert person.name
    parse_editors(text)
    split_caption(text)
