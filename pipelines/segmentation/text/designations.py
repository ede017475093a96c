"""Find designations that end with a hyphen and a number (歼-20, 东风-41, 碳-14), each of which is one token.

What stands before the hyphen must name a series: one of the words listed here, an element, a foreign or proper name,
or a single noun. After every other word the hyphen is a token of its own (图片-3 is 图片, -, 3), and so is the hyphen
of a range (3月-5月).
"""

import re

from pipelines.segmentation.text.middle_dot_names import HAN, SOUNDS, Tag, name_before, run_before

_ELEMENTS = (
    "氢氦锂铍硼碳氮氧氟氖钠镁铝硅磷硫氯氩钾钙钪钛钒铬锰铁钴镍铜锌镓锗砷硒溴氪铷锶钇锆铌钼锝钌铑钯银镉铟锡锑碲碘氙铯钡镧铈镨钕钷钐铕钆铽镝钬铒铥镱镥"
    "铪钽钨铼锇铱铂金汞铊铅铋钋砹氡钫镭锕钍镤铀镎钚镅锔锫锎锿镄氘氚"
)
"""The elements, whose isotopes are written with a hyphen, and tritium and deuterium."""
_SERIES = (
    "歼 运 轰 直 强 教 侦 水 苏 图 安 米 卡 伊尔 米格 雅克 歼轰 武直 空警 空潜 高新 无侦 攻击 翼龙 彩虹 红旗 "
    "东风 巨浪 长剑 鹰击 霹雳 海鹰 长征 快舟 力箭 捷龙 引力 谷神星 双曲线 朱雀 天龙 神舟 天宫 天舟 天链 天问 "
    "天绘 嫦娥 玉兔 鹊桥 梦舟 揽月 北斗 风云 海洋 高分 资源 实践 试验 遥感 环境 墨子 悟空 慧眼 羲和 夸父 祝融 "
    "问天 梦天 蛟龙 深海勇士 奋斗者 雪龙 海斗 潜龙 探索 东方红 新冠 联盟 质子 安加拉 进步 月球 金星 火星 水手 "
    "旅行者 先驱者 阿波罗 双子座 猎鹰 织女星 阿丽亚娜 哨兵 陆地卫星 萨德 维生素 欧米伽 欧米茄 白介素 白细胞介素 "
    "干扰素 香农 地平线 隼鸟"
)
"""Series of aircraft, missiles, rockets, spacecraft, vessels and substances that are numbered with a hyphen."""
_HEADS = frozenset((*_SERIES.split(), *_ELEMENTS))
_LONGEST_HEAD = max(map(len, _HEADS))
_WITH_ELEMENT = re.compile(f"(?:含|测|用|贫|富|浓缩|放射性)(?=[{_ELEMENTS}]$)")
"""Matches what the dictionary joins with an element: 含碳 before -14."""

_NUMBERED = re.compile(
    rf"(?<=[{HAN}])[-－‐‑–](?P<number>\d{{1,4}}(?P<letters>[A-Za-z]{{1,4}}\d{{0,3}})?)"
    rf"(?![A-Za-z0-9%％‰℃°]|\.\d|[-－~～至到]\d)"
)
_COUNTED = re.compile(
    f"[0-9一二三四五六七八九十百千零〇两第周][{HAN}]{{0,2}}\\Z|[一二三四五六七八九十百千万亿零〇两]\\Z"
)
"""Matches a number with its unit before a hyphen, which makes a range."""
_NUMERAL = re.compile("[0-9一二三四五六七八九十百千万亿零〇两第]\\Z")
_YEAR = re.compile("(?:19|20)\\d\\d\\Z")
_NAMES = ("nr", "nz")
_NOUNS = ("n", "j", "x")


def designations_in(text: str, tag: Tag) -> list[tuple[int, int]]:
    """Return the designations in a text in half width as (start, end), in order."""
    found = []
    for numbered in _NUMBERED.finditer(text):
        start = _start(text, numbered.start(), tag, is_year=bool(_YEAR.match(numbered["number"])))
        if start < numbered.start():
            found.append((start, numbered.end()))
    return found


def _start(text: str, at: int, tag: Tag, *, is_year: bool) -> int:
    """Return the offset at which the designation with its hyphen at `at` begins; `at` if there is none."""
    run = run_before(text, at)
    if run is None:
        return at
    *others, (word, kind) = tag(run[0])
    # 3米-5米 is a range, 3架歼-20 is not.
    counted_to = at - len(word) if word in _HEADS else at
    if (_COUNTED if counted_to == at else _NUMERAL).search(text, max(0, run.start() - 1), counted_to):
        return at
    with_element = _WITH_ELEMENT.match(word)
    if with_element:
        return at - len(word) + with_element.end()
    if word in _HEADS:
        return at - max(len(word), _length_of_head(run[0], len(word)))
    length = _length_of_head(run[0], len(word))
    if length or is_year:
        return at - length
    name = name_before(text, at, tag)
    if at - name >= 3 and SOUNDS.issuperset(text[name:at]):
        return name
    if len(word) > 1 and kind.startswith(_NAMES):
        return at - len(word)
    if len(word) == 1 and kind.startswith(_NOUNS):
        # Two single nouns in a row are a name that the dictionary does not know.
        joins = bool(others) and len(others[-1][0]) == 1 and others[-1][1].startswith((*_NOUNS, "a"))
        return at - 1 - joins
    return at


def _length_of_head(run: str, least: int) -> int:
    """Return the length of the longest listed word, longer than `least`, that ends the run; 0 if there is none."""
    lengths = range(min(_LONGEST_HEAD, len(run)), max(least, 1), -1)
    return next((length for length in lengths if run[-length:] in _HEADS), 0)
