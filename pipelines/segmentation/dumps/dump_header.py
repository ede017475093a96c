"""The lines above a dump's text: which of them are the headline, the lines round it, and the byline."""

import re
from dataclasses import dataclass, field, replace

from kepu.records import Author
from pipelines.chrome.fields.bylines import authors_of, is_credit_line, parse_names
from pipelines.segmentation.dumps.headline_evidence import keyness
from pipelines.segmentation.dumps.lost_letters import find_damage
from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阮安甘游章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时"
    "舒耿牟卜詹关苗凌费纪靳盛童翟闻卓温景项邬裴骆季冉栗牛卫"
)
"""The commonest surnames: what stands alone between headline and time is a byline if its words begin with them."""

COMPOUND_SURNAMES = frozenset(
    "欧阳 司马 诸葛 上官 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 东方 端木".split(" ")  # noqa: SIM905
)
"""The commonest surnames of two letters."""

_ROLE_FIRST = re.compile(
    r"(?:本报|本刊|本网|人民网|新华社|[\u4e00-\u9fff]{2,8})?(?:特约)?(?:记者|通讯员|作者)|(?:文|撰文|作者)\s*[/／:：]|本报"
)
_ROLE_BEHIND = re.compile(
    r"(?:\s*(?:摄影报道|文并摄|摄影)|\s+[文图摄]影?|\s*[文图摄]影?[/／][文图摄]影?)(?:[/／][文图摄]影?)*$"
)
_SOURCE = re.compile(r"来\s*源\s*[：:]\s*")
_AUTHOR = re.compile(
    r"(?:作\s*者|记\s*者|撰\s*文)\s*[：:]\s*([^|｜\[【]+?)(?=\s*(?:[|｜\[【]|\d{4}|来\s*源|责\s*任?\s*编|编\s*辑|$))"
)
_SOURCE_END = re.compile(
    r"[|｜\[【]|\s{2,}|\u3000|[12]\d{3}\s*[年./-]|(?:作\s*者|记\s*者|撰\s*文|责\s*任?\s*编\s*辑?|编\s*辑)\s*[：:]|分享|手机看新闻|(?:本报|本刊|本网)记者|打印|小字号|大字号|原创稿"
)
_CRUMBS = re.compile("(?:人民|中国共产党新闻)网(?:\\s*[>＞»]+\\s*[^>＞»|\\s]+)+")


@dataclass(slots=True)
class DumpHeader:
    """What stands above the text."""

    headline: str | None = None
    kicker: str | None = None
    alternative_headline: str | None = None
    byline: str | None = None
    authors: list[Author] = field(default_factory=list)
    source: str | None = None
    guessed: bool = False
    """Whether the names of the byline stood without anything between them, and were parted by a guess."""


def read_header(before: list[DumpBlock], time: str, others: list[DumpBlock], text: str) -> DumpHeader:
    """The fields of the blocks above the line with the time, and of that line.

    The last of the blocks is the byline if it reads like one. Of two titles the headline is the one that the page
    repeats elsewhere, in `others`: in its forms and the titles of its tools. Where none is repeated, it is the one of
    whose letters `text`, the body, has more; a title that begins with a dash stands below it. A dump shows no sizes.
    """
    header = DumpHeader(source=_source(time))
    titles = _whole([block for block in before if block.text.strip()])[-4:]
    if len(titles) > 1 and is_byline(titles[-1].text.strip()):
        header.byline = titles.pop().text.strip()
    named = _AUTHOR.search(time)
    if header.byline is None and named:
        header.byline = named[0].strip()
    if header.byline is not None:
        _read_people(header, header.byline)
    elsewhere = ["".join(block.text.split()) for block in others]
    _titles(header, titles, elsewhere, text)
    return header


def _read_people(header: DumpHeader, byline: str) -> None:
    """Read the people of the byline: where nothing parts their names, by surnames and lengths."""
    bare = _ROLE_BEHIND.sub("", byline)
    header.authors = authors_of(byline) or authors_of(bare)
    names = parted_names(bare)
    if len(names) > 1 and len(header.authors) <= 1 and not find_damage(byline):
        role = header.authors[0].role if header.authors else None
        header.authors, header.guessed = [Author(name, role) for name in names], True


def is_halved(one: DumpBlock, two: DumpBlock) -> bool:
    """Whether the two lines are one title, parted behind its colon."""
    return (
        one.group == two.group and one.text.endswith("：") and len(one.text) + len(two.text) <= LONGEST_HALVED
    )


LONGEST_HALVED = 60
"""Letters of a title of two lines."""


def _whole(titles: list[DumpBlock]) -> list[DumpBlock]:
    """The titles, those joined that a line end parts behind a colon."""
    found: list[DumpBlock] = []
    for block in titles:
        if found and is_halved(found[-1], block):
            found[-1] = replace(found[-1], text=found[-1].text + block.text)
        else:
            found.append(block)
    return found


_GLUED = re.compile(
    "(?:(?:本报|本刊|本网|人民网|新华社)?(?:特约)?(?:记者|通讯员|作者)[：:]?|文[/／:：])?([\u4e00-\u9fff]{4,12})"
)


def parted_names(byline: str) -> list[str]:
    """The names of a byline in which nothing parts them, by surnames and lengths; empty where they do not come out.

    A name has two or three letters and begins with a common surname. Of several ways the one with most names of three
    letters is taken, as most names have: a guess, which the article says.
    """
    found = _GLUED.fullmatch(byline.strip())
    if not found:
        return []
    ways: list[list[str] | None] = [[], *([None] * len(found[1]))]
    for end in range(2, len(ways)):
        for size in (2, 3, 4):
            before = ways[end - size] if end >= size else None
            if before is not None and _is_name(found[1][end - size : end]):
                way = [*before, found[1][end - size : end]]
                known = ways[end]
                ways[end] = way if known is None or len(way) < len(known) else known
    return ways[-1] or []


def _is_name(letters: str) -> bool:
    """Whether the letters are a surname with one or two more."""
    if letters[:2] in COMPOUND_SURNAMES:
        return len(letters) in (3, 4)
    return letters[0] in SURNAMES and len(letters) in (2, 3)


def is_byline(text: str) -> bool:
    """Whether a line above the text names who wrote it, whole or damaged."""
    if len(text) > 60:
        return False
    if is_credit_line(text) or (
        _ROLE_FIRST.match(text) and len(text) <= 40 and not re.search("[，。？！]", text)
    ):
        return True
    text = _ROLE_BEHIND.sub("", text)
    if len(text) <= 9 and len(parted_names(text)) > 1:
        return True
    names = parse_names(text)
    letters = re.sub(r"[\s、，]", "", text)
    if (
        names
        and "".join(names) == letters
        and all(name[0] in SURNAMES or name[:2] in COMPOUND_SURNAMES or "·" in name for name in names)
    ):
        return all(len(name) <= 4 or "·" in name for name in names)
    return bool(find_damage(text)) and text[0] in SURNAMES and len(letters) <= 12


def _titles(header: DumpHeader, titles: list[DumpBlock], elsewhere: list[str], body: str) -> None:
    texts = [title.text.strip() for title in titles]
    if not texts:
        return
    repeated = [i for i, text in enumerate(texts) if any("".join(text.split()) in line for line in elsewhere)]
    if len(repeated) == 1:
        at = repeated[0]
    elif len(texts) == 2:
        at = 0 if _stands_below(titles[0], texts[0], texts[1], body) else 1
    else:
        at = max(0, len(texts) - 2)
    header.headline = texts[at]
    header.kicker = texts[at - 1] if at else None
    header.alternative_headline = texts[at + 1] if at + 1 < len(texts) else None


def _stands_below(above: DumpBlock, one: str, two: str, body: str) -> bool:
    """Whether the lower of two titles is the one below the headline (副题), and not the headline itself."""
    if two.startswith(("—", "（")):
        return True
    if above.padded:
        # The old template ends the line above the headline, and no other, with no-break spaces.
        return False
    return keyness(one, body) > keyness(two, body)


def _source(time: str) -> str | None:
    match = _SOURCE.search(time)
    if not match:
        # The line of pages of 2003: the site's name and the time.
        return "人民网" if time.lstrip().startswith("人民网") else None
    rest = _SOURCE_END.split(time[match.end() :], maxsplit=1)[0]
    return re.sub(r"\d+$", "", rest).strip() or None


def read_breadcrumb(above: list[DumpBlock]) -> list[str]:
    """The names from the site's home down to the section, of `人民网>>科普中国>>正文`; the lowest if several."""
    for block in reversed(above):
        match = _CRUMBS.search(block.text)
        if match:
            crumbs = [crumb.strip() for crumb in re.split("[>＞»]+", match[0])]
            return [crumb for crumb in crumbs if crumb and crumb != "正文"]
    return []
