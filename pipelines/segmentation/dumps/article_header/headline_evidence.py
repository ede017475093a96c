"""Estimate which of two titles is the headline: it has a kicker (引题) above or a subtitle (副题) below.

A kicker names an occasion, a column or a series, and rarely the topic of the text. A headline often asks, and its
characters are more frequent in the text than in Chinese in general. A subtitle has details: who says it, how many.
"""

import math
import re
from collections import Counter

from pipelines.segmentation.text.rjieba_dictionary import letter_frequencies
from pipelines.segmentation.text.traditional_characters import simplified

_HAN = re.compile("[\u4e00-\u9fff]")
_COLUMN = re.compile(
    "[·•]|^[\u4e00-\u9fff]{2}[话谈说聊][\u4e00-\u9fff]{2}$|^[\u4e00-\u9fff]{2,3}[与和][\u4e00-\u9fff]{2,3}$|系列|专栏|专题|特刊|特别|策划|观察|访谈|连线|笔记|手记|走基层|^走[近进]|之[一二三四五六七八九十]|[①-⑳]|讲堂|看点|前沿|新知|解疑"
    "|释疑|现场|聚焦|探访|探秘|见闻|科普|话题|谈|院士|谣言|辟谣|求证|提醒|提示|警惕|关注|图识|记者|本报|图集|组图|解读|世界.{1,6}日"
    "|全国.{1,6}[日周]|[日周节季月年]$|行$|点通$|里的科学|中的|身边的|路上的?|背后的?|第.{1,3}[期届]|(?:生活|探索|时光|人物|故事)$"
)
"""Words of the names of columns, series, days and seasons."""
_GENRE = re.compile(
    "(?:新闻|热点|时事|科技|科学|健康|环球|今日|本报|独家|深度|相关|延伸|背景|知识|权威|数据|焦点|国际|本周|社会|特别|专家)?"
    "(?:背景|链接|资料|分析|调查|特写|专稿|特稿|综述|述评|评论|快评|时评|短评|报道|解析|透视|纵横|纵深|速递|快讯|动态|档案|词典|百科|延伸|阅读|发布"
    "|关切|焦点|热线|前线|在线|会客厅|视点|视角|论坛|副刊|随笔|名词|人物|故事|回顾|盘点|前瞻|追踪|聚焦)"
)
"""What newspapers put above a headline to say what kind of text follows: 新闻背景, 深度报道."""
_EVENT = re.compile(
    "(?:发布|完成|启动|设立|开幕|闭幕|召开|举行|通车|覆盖|破解|着陆|上线|公布|揭晓|问世|成功|进展|突破|阶段|取得.*|推进|实施|之?后|前夕|周年"
    "|年间|来临|进行时|之际|在即|发射|发现.{0,8}|成果|建成|投用|开放|升级|进入.*"
    "|(?:着陆|登陆|抵达|飞抵|返回|降落|升空|入轨|亮相|落户|公布|发布)[\u4e00-\u9fff]{1,4})$"
)
"""The ends of lines that tell an event."""
_TOLD = re.compile(
    "(?:专家|医生|学者|科学家|研究|调查|检测|数据|院士|团队|记者|学校|网友|官方|气象|疾控|设计师|工程师"
    "|[\u4e00-\u9fff]{2,6}(?:称|表示|提醒|建议|呼吁|揭示|显示|讲述|发布|公布|证实|发现)|从.{1,12}(?:到|说起|讲起|谈起|看起)"
    "|[\u4e00-\u9fff]{2,5}[：:])"
)
"""The beginnings of subtitles that tell who says something, or where the text begins."""
_DETAIL = re.compile(
    "比(?:去年|上年|往年|常年|同期|原来|此前|过去)|最[\u4e00-\u9fff]{1,2}的|其中|有望|预计|相当于|累计|已有|仅|约|近|超|逾|每[\u4e00-\u9fff]{1,2}[^天年月日]|[首末]次|平均"
)
"""The beginnings of lines that tell a detail of the line above them: 比常年偏多四成."""
_ASKS = re.compile(
    "为什么|为何|怎么|怎样|什么|哪[里些个一]|如何|吗$|有多|多少|呢$|几[种个步秒度时]|何[时处以]|谁|[？?]"
)
_CLAUSES = re.compile("[，：；！,:!]")
_AMOUNT = re.compile(
    r"\d|[一二两三四五六七八九十百千万]+(?:种|个|年|月|天|夜|米|公里|块|万|亿|条|次|名|位|倍|层|台|枚|头|户|件|元|分|秒|度|只|关|岁|人|所|步|成|截"
    "|座|项|组)|百分"
)
_REPORT = re.compile("(?:见闻|手记|札记|旧藏|行记|蹲点记|之旅|纪实|侧记|始末|全记录)$")
_TALE = re.compile("[^手札行旅点侧日笔]记$")
"""The end of a headline that calls the text the story of something: 上岸记."""
_TOPIC = re.compile("[\u4e00-\u9fff]{1,4}的[\u4e00-\u9fff]{1,2}")
"""A short name of a topic, which rarely has a sentence of the same length for a subtitle: 冬天的铁路."""
SHORTEST_CLAUSE = 5
"""The most letters of a line without a verb, such as the name of a column."""
UNSURE = 3.5
"""The log-odds below which the choice between two titles is a guess.

Of 57 pairs that somebody else wrote, the largest log-odds for the wrong title were 1.9 (2.3 before the last changes).
"""


def odds_of_upper(upper: str, lower: str, text: str) -> float:
    """Return the log-odds that the upper of two titles is the headline and the lower one its subtitle.

    The weights were fitted by logistic regression to 107 pairs of titles of our own and of the replica, and rounded;
    of 40 pairs that somebody else wrote, 34 were right.
    """
    upper, lower, text = map(simplified, (upper, lower, text))
    column = (_is_column(lower) and not _REPORT.search(lower)) - _is_column(upper)
    asks = bool(_ASKS.search(upper)) - bool(_ASKS.search(lower))
    clauses = bool(_CLAUSES.search(upper)) - bool(_CLAUSES.search(lower))
    amount = bool(_AMOUNT.search(upper)) - bool(_AMOUNT.search(lower))
    name = len(upper) <= SHORTEST_CLAUSE and not _ASKS.search(upper) and not _CLAUSES.search(upper)
    odds = (
        1.0
        + 3.0 * asks
        + 2.6 * column
        - 2.2 * bool(_EVENT.search(upper))
        + 1.5 * _clipped(keyness(upper, text) - keyness(lower, text))
        + _clipped((len(lower) - len(upper)) / 6)
        + 0.8 * bool(_TOLD.match(lower))
        + 0.6 * amount
        + 2.5 * (_DETAIL.match(lower) is not None)
        + 0.5 * clauses
        + bool(_REPORT.search(lower))
        - 0.8 * name
        - 1.2 * _is_above_a_sentence(upper, lower)
        + bool(_TALE.search(upper))
        - bool(_TALE.search(lower))
    )
    if has_halves(lower) and _may_be_kicker(upper):
        # The break tells which is the headline, but a guess it remains.
        return min(odds, max(odds - BREAK, 0.5 - UNSURE))
    return odds


_HALVES = re.compile(r"([^\s，。；：！？—]+)[ \u3000]+([^\s，。；：！？—]+)")


def has_halves(title: str) -> bool:
    """Return whether a title has two halves of similar length without a stop, as a headline of two lines has."""
    found = _HALVES.fullmatch(title.strip())
    if found is None:
        return False
    sizes = sorted(map(len, found.groups()))
    return sizes[0] >= SHORTEST_HALF and sizes[1] <= sizes[0] * 2


def _may_be_kicker(title: str) -> bool:
    """Return whether a title is as short as a kicker, and neither asks nor has clauses."""
    return len(title) <= LONGEST_KICKER and not _ASKS.search(title) and not _CLAUSES.search(title)


BREAK = 6.0
"""The log-odds that a lower title of two halves is the headline below a short line; our own estimate."""
SHORTEST_HALF, LONGEST_KICKER = 5, 6
"""The fewest letters of half a headline, and the most of a kicker that is short beside it."""


def _is_above_a_sentence(upper: str, lower: str) -> bool:
    """Return whether the upper title is a topic and the lower one, which is hardly longer, is none."""
    topics = [_TOPIC.fullmatch(title) is not None for title in (upper, lower)]
    return topics == [True, False] and len(lower) <= len(upper) + 1


def _is_column(title: str) -> bool:
    """Return whether a title reads like the name of a column, a series or a day; such names have no clauses."""
    if _GENRE.fullmatch(title):
        return True
    return _COLUMN.search(title) is not None and not _HAS_PARTS.search(title)


_HAS_PARTS = re.compile("[\u4e00-\u9fffA-Za-z0-9”][：，｜|][\u4e00-\u9fffA-Za-z0-9“]")


def _clipped(value: float) -> float:
    return max(-2.0, min(2.0, value))


SMOOTH = 0.3
"""Added to each count, so that a character that is missing in a short text has little weight."""

SHORTEST = 40
"""The fewest Han characters of a text in which the characters of a title are counted."""


def keyness(title: str, text: str) -> float:
    """Return the mean log ratio of the frequencies of the title's characters in the text and in Chinese in general.

    0 for a title without Han, or a text of fewer than SHORTEST letters.
    """
    letters = set(_HAN.findall(title))
    counts = Counter(_HAN.findall(text))
    size = counts.total()
    if not letters or size < SHORTEST:
        return 0.0
    known = letter_frequencies()
    total = max(1, known.total())
    ratios = [
        math.log((counts[letter] + SMOOTH) / (size * (known[letter] + 1) / total + SMOOTH))
        for letter in letters
    ]
    return sum(ratios) / len(ratios)
