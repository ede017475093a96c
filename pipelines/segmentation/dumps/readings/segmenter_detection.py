"""Recognise the kind of segmenter that processed a dump, and give its cut rates in Latin words and numbers.

The rates were measured by counting the cuts of THULAC-Python 0.2.2 in about ten thousand words and numbers, and on the
shared bench; no data of a segmenter is included.
"""

import math
import re

from pipelines.segmentation.dumps.lexicon import ARTICLES, Lexicon
from pipelines.segmentation.dumps.readings.charset_evidence import parts_dates
from pipelines.segmentation.dumps.readings.page_style import Style

_DECIMALS = re.compile("[0-9](?:\\.[0-9]|%)")
_DECIMAL_GAPS = re.compile("[0-9] (?:\\. [0-9]|%)")
_CUT_RANGES = re.compile("[0-9] [-:/] [0-9]")
_WHOLE_RANGES = re.compile("[0-9][-:/][0-9]")
_HALF_COMMAS = re.compile(",(?:(?<=[\u4e00-\u9fff],)|(?<=[\u4e00-\u9fff] ,))")
_FULL_COMMAS = re.compile("，(?:(?<=[\u4e00-\u9fff]，)|(?<=[\u4e00-\u9fff] ，))")


def segmenter_of(text: str, lexicon: Lexicon) -> Style:
    """Return a style with the properties of the segmenter that the text shows, and default habits of the typist."""
    solid = _more(text, _DECIMALS, _DECIMAL_GAPS)
    return Style(
        solid=solid,
        alnum=solid and _more(text, _CUT_RANGES, _WHOLE_RANGES),
        dated=parts_dates(text),
        random=not solid and cuts_at_random(text, lexicon),
        half=_more(text, _HALF_COMMAS, _FULL_COMMAS),
        segmented=is_segmented(text),
        lexicon=lexicon,
    )


def _more(text: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    """Return whether the first pattern has more matches in the text than the second."""
    return len(one.findall(text)) > len(other.findall(text))


_PAIRS = re.compile("[\u4e00-\u9fff](?=[\u4e00-\u9fff，。、])|[A-Za-z](?=[.,])")
# The pattern begins with the space, so that the engine can jump from space to space.
_PARTED = re.compile(" (?:(?=[\u4e00-\u9fff，。、])(?<=[\u4e00-\u9fff] )|(?=[.,])(?<=[A-Za-z] ))")


def is_segmented(text: str) -> bool:
    """Return whether a segmenter processed the dump, by the spaces between Han characters and before punctuation.

    Menus and footers have spaces of their own, so that the lines of sentences decide where there are enough of them.
    """
    sentences = "\n".join(_SENTENCE_LINE.findall(text))
    if len(sentences) >= FEWEST_LETTERS:
        text = sentences
    parted = 8 * len(_PARTED.findall(text))
    return parted >= len(text) or parted >= len(_PAIRS.findall(text))


_SENTENCE_LINE = re.compile("^[^。\n]*+。.*", re.MULTILINE)
FEWEST_LETTERS = 60
"""The fewest characters of lines with a full stop that show whether a segmenter processed a dump."""


COMMON = (
    "自然 社会 经济 文化 教育 历史 生活 人类 动物 植物 地球 城市 农村 环境 能源 材料 数据 信息 网络 计算 "
    "模型 实验 观测 测量 温度 速度 距离 面积 时期 时代 世纪 今年 去年 目前 当时 随后 此后 之前 期间 同年 "
    "最终 此外 另外 因此 然而 而且 甚至 尤其 特别 非常 比较 相当 大量 大约 左右 超过 达到 增长 下降 变化 "
    "形成 产生 造成 导致 引起 提出 提供 建立 建设 组织 管理 控制 设计 生产 制造 制作 完成 实现 支持 保护 "
    "利用 选择 参加 举行 出现 发生 发布 发表 出版 成立 属于 包括 包含 根据 按照 对于 关于 以后 以前 任何 "
    "一些 多种 这些 那些 它们 他们 人们 学生 教师 作者 记者 公司 企业 政府 部门 机构 大学 学校 学院 中心 "
    "医院 医生 药物 疾病 细胞 基因 病毒 健康 食品 食物 空气 海洋 河流 湖泊 森林 气候 天气 太阳 月球 火星 "
    "行星 恒星 宇宙 卫星 火箭 飞船 飞行 航空 铁路 公路 汽车 建筑 工程 设备 仪器 电池 手机 电脑 程序 图像 "
    "声音 语言 文字 音乐 艺术 电影 电视 新闻 报道 杂志 论文 书籍 故事 作品 小说 历时 面对 记录 证明 解释 "
    "理论 原理 规律 现象 特征 特点 性质 结构 功能 能力 质量 数量 比例 标准 要求 条约 战争 军队 部队 总统 "
    "皇帝 国王 王朝 我们 可以 没有 一个 这个 进行 使用 通过 因为 所以 如果 但是 研究 发现 科学 技术 问题 "
    "结果 时间 系统 方法 分析 影响 主要 以及 由于 具有 其中 需要 提高 表明 自己 开始 之后 工作 可能 情况 "
    "方面 采用 显著 应用 重要 中国 美国 作为 同时 以下 发展 世界 已经 存在 其他 位于 以上 许多 部分 成为 "
    "增加 作用 治疗 患者 水平 条件"
)
"""Common words that every usual segmenter keeps whole."""
_COMMON = frozenset(COMMON.split())
_COMMON_CUT = frozenset(map(tuple, _COMMON))
CUT, KEPT, RARE = math.log(0.12 / 0.013), math.log(0.88 / 0.987), -2.6
"""The log-odds of a segmenter that cuts at random, for a common word that was cut."""

_SINGLE_HAN = re.compile(" (?<=([\u4e00-\u9fff]) )(?=([\u4e00-\u9fff])(?![^ \n]))(?<![^ \n]. )")
"""A gap between two tokens of one Han character each."""
# These patterns begin with a letter or digit, so that the engine can jump from one to the next.
_CUT_DIGITS = re.compile(
    "[0-9](?<![-./0-9][ \n].)(?<![0-9.].)[0-9]* (?:[0-9]{1,2}(?![ \n]?[A-Z0-9])|[0-9]{4,}(?![ \n]?[A-Za-z0-9]))"
)
"""Gaps between digits that neither THULAC makes (after a hyphen or a point) nor authors (thousands, telephone numbers
such as `138 0013 8000`, a size as in `2 70B`)."""
_CUT_LETTERS = re.compile("([A-Za-z](?<![A-Za-z].)[A-Za-z]*(?<=[a-z])) ([a-z]+)(?![A-Za-z])")
_CUT_BEFORE_ZERO = re.compile(
    "[0-9](?<![-./0-9][ \n].)(?<![0-9.].)(?:[0-9]* 0{1,2}|[0-9]{0,2} 0[0-9])(?![ \n]?[A-Z0-9])(?! ?[:：])"
)
"""A number cut before its zeros, `270 00`: authors do not write this, and THULAC does not cut there."""
CUT_DIGITS, CUT_LETTERS, CUT_BEFORE_ZERO = 2.5, 1.5, 1.5
"""The log-odds of such a segmenter for each cut number, for each cut Latin word, and for a number cut before its zeros.
"""


def cuts_at_random(text: str, lexicon: Lexicon) -> bool:
    """Return whether the segmenter cuts at random places, judged by common words, numbers and Latin words."""
    letters = sum(
        lexicon.is_word(left + right)
        and not (lexicon.is_word(left) and lexicon.is_word(right))
        and left[-1] + right[0] not in lexicon.seams
        and len(right) > 1
        for left, right in _CUT_LETTERS.findall(text)
    )
    cut = len(_COMMON_CUT.intersection(_SINGLE_HAN.findall(text)))
    digits = len(_CUT_DIGITS.findall(text))
    # Authors put spaces into numbers too, so numbers are weaker evidence if no word was cut.
    numbers = CUT_DIGITS * digits if cut or letters or not digits else CUT_DIGITS + digits - 1.0
    numbers += CUT_BEFORE_ZERO * (_CUT_BEFORE_ZERO.search(text) is not None)
    odds = CUT * cut + numbers + CUT_LETTERS * letters + RARE
    # Common words that were kept only lower the odds. A line end also separates words.
    return odds > 0 and odds + KEPT * sum(map(_COMMON.__contains__, re.split("[ \n]", text))) > 0


def cut_between_letters(left: str, right: str, style: Style) -> float:
    """Return the log-odds of a space that follow from a gap between two runs of letters, apart from the runs.

    Segmenters like THULAC cut a Latin word only between two letters that rarely follow each other (`lexicon.seams`).
    """
    if style.solid or style.random:
        return 0.0
    if left in ARTICLES or right in ARTICLES:
        return 2.0
    if len(left) < 2 or len(right) < 2:
        return 0.0
    if left.isupper() and right.isupper():
        return 2.0
    if not right[0].islower():
        return 0.0
    return 0.0 if left[-1] + right[0] in style.lexicon.seams else 2.0


_CUT_BEFORE = {
    "one": (0.02, 0.25, 0.11, 0.3, 0.25, 0.2, 0.17, 0.11, 0.11, 0.03),
    "lower": (0.02, 0.92, 0.82, 0.79, 0.72, 0.67, 0.42, 0.35, 0.35, 0.25),
    "upper": (0.02, 0.42, 0.35, 0.27, 0.23, 0.2, 0.12, 0.08, 0.1, 0.05),
}
"""How often THULAC cuts between letters and a number, by the number's first digit: before a single digit, and
before more of them after a lower and after an upper letter."""
_USUAL_CUT = 0.35


def cut_before_number(word: str, number: str, style: Style) -> float:
    """Return the log-odds of a space that follow from a gap between letters and a number: more, the rarer this cut."""
    if style.solid or style.random or not number:
        return 0.0
    return -math.log(cut_rate_before(word, number) / _USUAL_CUT)


def cut_rate_before(word: str, number: str) -> float:
    """Return the rate at which THULAC cuts between a word and a number without a space between them."""
    kind = "one" if len(number) == 1 else "lower" if word[-1:].islower() else "upper"
    return _CUT_BEFORE[kind][int(number[0])]


_CUT_BEHIND = {"word": (0.1, 0.3, 0.1), "letter": (0.47, 0.77, 0.46), "unit": (0.24, 0.63, 0.3)}
"""THULAC's cut rates after a number of one, two and more digits: before a word, a unit of one letter, a longer unit."""


def cut_behind_number(number: str, right: str, style: Style) -> float:
    """Return the log-odds of a space that follow from a gap between a number and letters."""
    if style.solid or style.random or not number or right in style.lexicon.suffixes:
        return 0.0
    if right in style.lexicon.units:
        # Spaces before units are one habit, which `unit_habit` estimates from all units together.
        return 0.0
    return -math.log(cut_rate_behind(number, right, style.lexicon) / 0.2)


def cut_rate_behind(number: str, right: str, lexicon: Lexicon) -> float:
    """Return the rate at which THULAC cuts between a number and a word without a space between them."""
    kind = "word" if right not in lexicon.units else "unit" if len(right) > 1 else "letter"
    return _CUT_BEHIND[kind][min(len(number), 3) - 1]
