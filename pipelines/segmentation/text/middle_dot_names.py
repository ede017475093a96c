"""Find foreign names with a middle dot, initials or a hyphen (史蒂芬·霍金, J.K.罗琳, 斯克沃多夫斯卡-居里).

No character marks where such a name begins and ends. So, starting from the dot in both directions, tokens of rjieba are
added as long as they are known names, or consist of Han characters that are used for foreign names.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache

SOUNDS = frozenset(
    "阿埃艾爱安昂奥澳巴芭柏班邦鲍贝本比彼宾冰波玻伯勃博卜布采蔡策查察楚茨慈次措达黛戴代丹德登邓迪蒂第丁东杜敦顿多厄恩尔耳法凡范菲"
    "费芬丰冯弗福芙夫甫富盖冈甘戈哥歌格葛根贡古瓜圭果哈海罕汉翰豪赫黑亨洪霍胡华怀惠基吉季加佳贾简江杰津金京久居喀卡凯坎康考科"
    "柯可克肯库夸奎昆阔廓拉腊莱兰朗劳勒雷蕾黎礼里理丽莉利连廉林琳龙隆卢鲁露伦罗洛吕律马玛迈麦曼芒毛茅梅门蒙孟米密敏明缪摩莫"
    "墨默姆穆慕拿娜纳奈南内嫩尼妮年涅宁纽农努诺欧帕派潘庞培佩彭皮匹珀蒲朴普奇齐契恰乔切钦琴琼丘屈热仁日荣茹儒瑞若撒萨塞赛桑"
    "瑟森莎沙山珊尚绍舍申圣胜诗施什史士舒朔斯丝司思松苏素孙索塔泰坦汤唐陶特腾滕提汀廷亭通图吐托脱瓦万旺威韦维魏温文翁沃乌吴武"
    "伍西希锡夏肖谢辛欣兴逊雄休修雅亚延扬杨耶叶伊依易因英尤约云宰赞泽曾扎詹珍芝朱竹兹祖佐孜买合娅玉艳曦缇屠列迭陀喜让开木谷旦历大"
    "捷谔薇琪婕伽迦喇噶弥谟苔梭倪贺霭蓓萝瑙卓郎"
)
"""Han characters used for foreign names. Sources: the tables in Xinhua's 世界人名翻译大辞典, and Uyghur names in
news.
"""

_OTHER_KINDS = ("v", "p", "d", "c", "r", "u", "t", "a")
"""First letters of the parts of speech of words that are next to a name but not part of it: 让|约翰, 卢梭|爱."""
_DOTS = "·•‧・･∙⋅"
_DOT = re.compile(f"[{_DOTS}]")
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Han characters, for use within a character class of a regular expression."""
_RUN_BEFORE = re.compile(f"[{HAN}]{{1,14}}\\Z")
_RUN = re.compile(f"[{HAN}]{{1,14}}")
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*\.?")
_INITIALS_BEFORE = re.compile(r"(?<![A-Za-z])[A-Z](?:\.[A-Z])*\.?\Z")
_INITIALS_AND_HAN = re.compile(rf"(?<![A-Za-z.])[A-Z]\.(?:[A-Z]\.)*(?=[{HAN}])")
_HYPHENS = "-－‐"
_HYPHEN = re.compile(f"(?<=[{HAN}])[{_HYPHENS}](?=[{HAN}])")
MOST_PARTS = 12
"""Maximum number of further parts of a name, so that a chain of dots and hyphens takes linear time."""
_SHORT_FIRST_PARTS = frozenset("让圣盖本")
"""First parts of one character before a hyphen: 让-雅克, 圣-埃克苏佩里, 盖-吕萨克."""
_BETWEEN_NAMES = re.compile("[和与及]")
"""Matches what joins two names, and is used in none."""
_SOUND_OF_DAO = re.compile("道(?=[尔格金顿恩森夫])|路(?=易)")
"""Matches 道 and 路 in names (古道尔, 道金斯, 路易), which are otherwise ordinary words."""

Tagged = Sequence[tuple[str, str]]
"""Words with their parts of speech, as jieba tags them."""
Tag = Callable[[str], Tagged]
"""Splits a run of Han characters into words with their parts of speech."""


def names_in(text: str, tag: Tag) -> list[tuple[int, int]]:
    """Return the names in a text in simplified characters as (start, end), in order and never adjacent."""
    if "道" in text or "路易" in text:
        text = _SOUND_OF_DAO.sub("多", text)
    found: list[tuple[int, int]] = []
    for dot in _DOT.finditer(text):
        if not (found and dot.start() < found[-1][1]):
            name = _around(text, dot.start(), tag)
            if name and not (found and name[0] < found[-1][1]):
                found.append(name)
    if "." in text:
        found += _with_initials(text, found, tag)
    found.sort()
    return sorted((*found, *_with_hyphen(text, found, tag)))


def overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether one of these spans, which are in order and disjoint, overlaps that from `start` to `end`."""
    i = bisect_left(spans, (end,)) - 1
    return i >= 0 and start < spans[i][1]


def _with_hyphen(text: str, known: list[tuple[int, int]], tag: Tag) -> list[tuple[int, int]]:
    """Return the names with a hyphen and no middle dot: 斯克沃多夫斯卡-居里."""
    found: list[tuple[int, int]] = []
    for hyphen in _HYPHEN.finditer(text):
        at = hyphen.start()
        if overlaps(known, at, at + 1) or overlaps(found[-1:], at, at + 1):
            continue
        start, end = _before_hyphen(text, at, tag), _right(text, at + 1, tag)
        is_free = not (overlaps(known, start, end) or overlaps(found[-1:], start, end))
        if is_free and _is_hyphened(text[start:at], text[at + 1 : end], tag):
            found.append((start, end))
    return found


def _before_hyphen(text: str, at: int, tag: Tag) -> int:
    """Return the offset at which the part before a hyphen begins: a whole run of characters for names, if it is one."""
    run = run_before(text, at)
    if run and 3 <= len(run[0]) <= 8 and SOUNDS.issuperset(run[0]) and run[0][0] not in "让来":
        return run.start()
    return _left(text, at, tag)


def _is_hyphened(first: str, second: str, tag: Tag) -> bool:
    """Return whether two parts around a hyphen are one name.

    Two words of the dictionary are two places or two people (北京-莫斯科), so one part must be unknown to it.
    """
    parts = re.split(f"[{_HYPHENS}]", f"{first}-{second}")
    if not all(parts) or not SOUNDS.issuperset("".join(parts)):
        return False
    if len(first) == 1:
        return first in _SHORT_FIRST_PARTS and len(second) > 1
    return len(second) > 1 and len(first) + len(second) > 4 and any(len(tag(part)) > 1 for part in parts)


def _with_initials(text: str, known: list[tuple[int, int]], tag: Tag) -> list[tuple[int, int]]:
    """Return the names that begin with initials and have no middle dot: J.K.罗琳."""
    found = []
    for initials in _INITIALS_AND_HAN.finditer(text):
        start, end = initials.span()
        if not overlaps(known, start, end):
            reach = _han_after(text, end, tag)
            if reach > end:
                found.append((start, reach))
    return found


def _around(text: str, dot: int, tag: Tag) -> tuple[int, int] | None:
    """Return the (start, end) of the name around a middle dot; None if there is none, or none with Han characters."""
    start = _left(text, dot, tag)
    end = _right(text, dot + 1, tag)
    if start == dot or end == dot + 1:
        return None
    return (start, end) if _RUN.search(text, start, end) else None


def _left(text: str, dot: int, tag: Tag) -> int:
    """Return the offset at which the part of the name before a dot begins; the dot's offset if there is none."""
    initials = _INITIALS_BEFORE.search(text, max(0, dot - 12), dot)
    if initials:
        start = initials.start()
        if start and text[start - 1] in _DOTS:  # 约翰·F.·肯尼迪
            return _left(text, start - 1, tag)
        return start
    start = name_before(text, dot, tag)
    for _ in range(MOST_PARTS):
        if not (1 < start < dot and text[start - 1] in _HYPHENS):
            break
        further = name_before(text, start - 1, tag)
        if further == start - 1:
            break
        start = further
    return start


def _right(text: str, at: int, tag: Tag) -> int:
    """Return the offset at which the parts of the name after `at` end; `at` if there are none."""
    end = _part_after(text, at, tag)
    for _ in range(MOST_PARTS):
        if not (at < end < len(text) and (text[end] in _DOTS or text[end] in _HYPHENS)):
            break
        further = _part_after(text, end + 1, tag)
        if further == end + 1:
            break
        end = further
    return end


def _part_after(text: str, at: int, tag: Tag) -> int:
    initials = _INITIALS.match(text, at)
    if initials is None:
        return _han_after(text, at, tag)
    end = _han_after(text, initials.end(), tag)
    beyond = text[initials.end() : initials.end() + 1]
    if end == initials.end() and beyond.isascii() and beyond.isalnum():
        return at  # the beginning of a Latin word
    return end


def run_before(text: str, at: int) -> re.Match[str] | None:
    """Return the match of the Han characters directly before an offset, 14 at most; None if there are none."""
    return _RUN_BEFORE.search(text, max(0, at - 14), at)


def name_before(text: str, at: int, tag: Tag) -> int:
    """Return the offset at which the Han part of a name that ends at `at` begins; `at` if there is none."""
    run = run_before(text, at)
    if run is None:
        return at
    own = _BETWEEN_NAMES.split(run[0])[-1]
    if not (own and SOUNDS.issuperset(own)):
        own = run[0]
    start = at - _length(list(reversed(tag(own))), leftwards=True)
    is_date = text[start] in "年月日" and text[start - 1 : start].isdigit() if start < at else False
    return start + is_date


def _han_after(text: str, at: int, tag: Tag) -> int:
    run = _RUN.match(text, at)
    if run is None:
        return at
    two = _BETWEEN_NAMES.split(run[0], maxsplit=1)
    if len(two) == 2 and all(SOUNDS.issuperset(name) for name in two if name) and two[0]:
        return at + len(two[0])  # 拉瓦锡和玛丽·居里
    if _is_enclosed(text, run.end()) and len(run[0]) <= 6 and SOUNDS.issuperset(run[0]):
        return run.end()
    return at + _length(tag(run[0]), leftwards=False)


def _is_enclosed(text: str, end: int) -> bool:
    """Return whether another part of the name follows after a dot, or after a hyphen."""
    after = text[end : end + 1]
    return after in (*_DOTS,) or (after in (*_HYPHENS,) and text[end + 1 : end + 2] in SOUNDS)


def _length(words: Tagged, *, leftwards: bool) -> int:
    """Return the number of characters of these words that belong to the name, from the word nearest to the dot on."""
    length, before = 0, ""
    for word, kind in words:
        # The dictionary lists 霍金的 as a name.
        name = word[:-1] if kind.startswith("nr") and len(word) > 2 and word.endswith("的") else word
        if not _is_part(name, kind, before, leftwards=leftwards):
            break
        length += len(name)
        if name != word:
            break
        before = name if kind.startswith(("nr", "nz")) else name[:1]
    return length


def _is_part(word: str, kind: str, before: str, *, leftwards: bool) -> bool:
    """Return whether a word belongs to the name.

    `before` is the word that was added before it, and all of it if that is a name itself.
    """
    if not before:
        return kind.startswith(("nr", "nz")) or SOUNDS.issuperset(word)
    if len(word) > 1 and kind.startswith("nr"):
        return True
    if not SOUNDS.issuperset(word):
        return False
    if len(word) > 1:
        return kind in {"x", "nz"} or (kind == "ns" and not leftwards and len(before) <= 2)
    return len(before) == 1 or not kind.startswith((*_OTHER_KINDS, "f") if leftwards else _OTHER_KINDS)


def cached(tag: Tag) -> Tag:
    """Return a `tag` that caches its results, since the same runs occur at many dots."""
    return lru_cache(maxsize=4096)(tag)
