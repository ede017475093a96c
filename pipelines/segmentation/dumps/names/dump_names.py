"""Recognise the lines of a dump that name people, and divide names without separators."""

import re

from pipelines.chrome.fields.bylines import SIGNS, is_credit_line, people_only, without_sign
from pipelines.chrome.fields.person_names import POSTS, SURNAMES_OF_TWO, parse_names
from pipelines.segmentation.dumps.names.bare_names import (
    CERTAIN_NAME,
    is_likely_name,
    likely_names,
    name_score,
    score_of,
)
from pipelines.segmentation.dumps.names.lost_letters import find_damage
from pipelines.segmentation.dumps.names.surnames import ALL_SURNAMES, RAREST_SURNAMES, SURNAMES, has_surname
from pipelines.segmentation.text.parts_of_speech import tagged
from pipelines.segmentation.text.traditional_characters import simplified
from pipelines.segmentation.text.words import words

_ROLE_FIRST = re.compile(
    r"(?:本报|本刊|本网|人民网|新华社|[\u4e00-\u9fff]{2,8})?(?:特约)?(?:记者|通讯员|作者)|(?:文|撰文|作者)\s*[/／:：]|本报"
)
ROLE_BEHIND = re.compile(
    r"(?:\s*(?:摄影报道|文并摄|摄影)|\s+[文图摄]影?|\s*[文图摄]影?[/／][文图摄]影?)(?:[/／][文图摄]影?)*$"
)
"""Matches a contribution after the names of a byline: 文/图, 摄影报道."""
_GLUED = re.compile(
    "(?:(?:本报|本刊|本网|人民网|新华社)?(?:特约|见习|实习)?(?:记者|通讯员|作者)[：:]?|文[/／:：])?([\u4e00-\u9fff]{4,12})"
)
"""Matches a role, which may be missing, and names without separators (group 1)."""


def parted_names(byline: str, *, rare: bool = False) -> list[str]:
    """Return the names of a byline without separators, divided by surnames and lengths; empty if that is impossible.

    A name is a common surname and one or two more characters. Of several divisions, one with the fewest names is
    returned. This is a guess, for which the article gets the warning `byline_guessed`.
    With `rare`, which is for lines that are known to name people, the rarer surnames count too if no division has only
    common ones.
    """
    return _parted(byline, SURNAMES) or (_parted(byline, ALL_SURNAMES) if rare else [])


def divided_names(letters: str) -> list[str]:
    """Return the names that follow a role without separators, by the most common surnames with which it is possible.

    Unlike `parted_names`, it takes no role before the names. Empty if no division has surnames only.
    """
    sets = (SURNAMES, ALL_SURNAMES, ALL_SURNAMES | RAREST_SURNAMES)
    for surnames in sets if len(letters) > LONGEST else sets[:2]:
        found = _ways(letters, surnames)
        if found:
            return found
    return []


def with_roles_apart(byline: str) -> str:
    """Return a byline with the spaces beside its roles, which w3m deletes: `文/图林禾`, `通讯员林禾摄影安宁`."""
    byline = with_opening_role_apart(byline)
    medium = _MEDIUM_FIRST.match(byline)
    if medium:
        byline = re.sub(f"(?<=[\u4e00-\u9fff]{{2}}){medium[1]}", r" \g<0>", byline)
    byline = _LATER_REPORTER.sub(r"\1 \2", _BEHIND_SLASH.sub(" ", byline))
    byline = _BEHIND_PLACE.sub("", _BOTH_ROLES.sub(r"\1 ", byline))
    if _SLASHED.match(byline):
        byline = _NEXT_SLASHED.sub(r" \1", byline)
    if _DONE_BY_EACH.fullmatch(byline):
        return _DONE_BY_ONE.sub(r"\1 \2 ", byline).strip()
    return _BEHIND_POST.sub(r"\1 ", _INNER_ROLE.sub(r" \1 ", byline))


def with_opening_role_apart(byline: str) -> str:
    """Return a byline with a space behind a writer's role that opens it, before a likely name: `口述林禾`."""
    opening = _ROLE_OPENS.match(byline)
    if opening is None or not is_likely_name(opening["name"]):
        return byline
    return f"{opening['role']} {byline[opening.start('name') :]}"


_ONE_DID = "([\u4e00-\u9fff]{2,4}?)[ \u3000]*(口述|采写|整理|编译|撰文)(?![\u4e00-\u9fff]$)[ \u3000]*"
_DONE_BY_ONE, _DONE_BY_EACH = re.compile(_ONE_DID), re.compile(f"(?:{_ONE_DID}){{2,4}}")
"""A name with its contribution behind it, of several: 林禾口述程远整理."""


_BOTH_ROLES = re.compile("^((?:文|图|摄影?)[/／、](?:文|图|摄影?))(?=[\u4e00-\u9fff]{2})")
_INNER_ROLE = re.compile(
    "(?<=[\u4e00-\u9fff]{2})(?<!特约)(?<!见习)(?<!总)(?<!责任)(?<!美术)"
    "((?:本[报刊网])?(?:通讯员|实习生|摄影(?!报道)|整理|编辑(?!部)|校对))(?=[\u4e00-\u9fff]{2})"
)
_LATER_REPORTER = re.compile(
    "((?:记者|通讯员|实习生)[\u4e00-\u9fff]{2,12}?)((?:本[报刊网]|人民网|新华社)?(?:见习|实习|特约)?记者)(?=[\u4e00-\u9fff]{2})"
)
"""A reporter's role behind other names: 通讯员林禾本报记者安宁."""
_BEHIND_PLACE = re.compile("[\\s，,、；;]*(?:作者|工作|所在|所属)?(?:单位|机构|职务|职称|身份)[：:][^）)]*")
"""The place of work after the name of the author: （作者：林禾 单位：水文学院）."""
_MEDIUM_FIRST = re.compile("([\u4e00-\u9fff]{1,6}[报社网台])[\u4e00-\u9fff]{0,6}(?:记者|通讯员)")
"""The medium of the first reporter, which may be repeated: 光明日报记者林禾光明日报通讯员安宁."""
_BEHIND_SLASH = re.compile("(?<=[\u4e00-\u9fff]{2}[/／][文图摄])(?=[\u4e00-\u9fff]{2,4}[/／])")
"""The end of a role behind a name, before the next name: 林禾/文安宁/图."""
_SLASHED = re.compile(f"[{SIGNS} ]*[文图摄]\\s*[/／:：]")
_NEXT_SLASHED = re.compile("(?<=[\u4e00-\u9fff]{2})([文图摄])(?=[/／:：][\u4e00-\u9fff]{2})")
"""The second role of a line that begins with one: 文/林禾图/安宁."""
_VERBS = "支谈解应从查成相能和"
"""Rare surnames that are more often verbs or particles behind a post: 药师支招, 院士谈科学."""
_SURNAME = f"(?:[{''.join(sorted(ALL_SURNAMES - frozenset(_VERBS)))}]|{'|'.join(sorted(SURNAMES_OF_TWO))})"
_BEHIND_POST = re.compile(f"((?:{POSTS}))(?={_SURNAME}[\u4e00-\u9fff]{{1,2}}(?:[\\s、，]|$))")
"""A post before a name."""

_ROLE_OPENS = re.compile(
    "(?P<role>撰稿人?|撰文|口述|执笔|采写|编译|整理)(?P<name>(?!须知)[\u4e00-\u9fff]{2,4})(?:[\\s、，]|$)"
)
"""A writer's role that opens a line, and a name from which w3m deleted the space: 口述林禾."""


def _parted(byline: str, surnames: frozenset[str]) -> list[str]:
    found = _GLUED.fullmatch(byline.strip())
    if not found:
        return []
    return _ways(found[1], surnames)


def _ways(letters: str, surnames: frozenset[str]) -> list[str]:
    """Return the division of letters into the fewest names with these surnames, or an empty list."""
    ways: list[list[str] | None] = [[], *([None] * len(letters))]
    for end in range(2, len(ways)):
        for size in (2, 3, 4):
            before = ways[end - size] if end >= size else None
            if before is not None and _is_name(letters[end - size : end], surnames):
                way = [*before, letters[end - size : end]]
                known = ways[end]
                ways[end] = way if known is None or _rank(way) > _rank(known) else known
    return ways[-1] or []


def _rank(names: list[str]) -> tuple[int, float]:
    """Return the rank of a division: few names are better, then names that are likelier."""
    return -len(names), sum(map(name_score, names))


def _is_name(letters: str, surnames: frozenset[str] = SURNAMES) -> bool:
    """Return whether the letters are a surname with one or two more."""
    if letters[:2] in SURNAMES_OF_TWO and len(letters) in (3, 4):
        return True
    return letters[0] in surnames and len(letters) in (2, 3)


def names_of_people(line: str, text: str) -> bool:
    """Return whether a line only has names of people whom `text` calls reporters or authors."""
    line = ROLE_BEHIND.sub("", simplified(line))
    names = parse_names(line)
    if not names or "".join(names) != re.sub(r"[\s、，]", "", line):
        return False
    letters = simplified("".join(text.split()))
    return all(re.search(f"{_ROLES}[^。！？]{{0,24}}{re.escape(name)}", letters) for name in names)


_ROLES = "(?:记者|通讯员|作者|特派员|撰稿|撰文|采写|摄影|口述|整理|文[/／:：])"
LONGEST = 4
"""The letters of the longest names, which have a surname of two characters."""

_NATION = re.compile(r"[\[［【（(〔][\u4e00-\u9fff]{1,4}[\]］】）)〕]")
_DONE = re.compile(r"(?:编著|编译|译著|著|译|口述|整理|采写|执笔|撰文|摄影报道|摄影|绘图|供图|制图|等)$")
"""Words for a contribution that follow a name."""
_TOGETHER = re.compile("(?:[文图][/／])+[文图]|^[文图摄][:：]")
"""The same before or after all names of a line."""
_PAPER = re.compile(
    r"(?:人民日报|人民网|新华社|新华网|科普中国|[\u4e00-\u9fff]{2,10}(?:日报|晚报|早报|晨报|时报|科技报|编辑部|融媒体中心|频道|客户端|公众号))"
    r"(?:海外版|科普事业部)?"
)
"""A newspaper or an office that signs instead of a person."""


def is_signature(text: str) -> bool:
    """Return whether a line has only names with contributions, or a newspaper: `甲·乙 著　林知夏 译`, `□ 钟鸣`."""
    if len(text) > LONGEST_SIGNATURE or re.search("[，。？！：；]", text):
        return False
    if _PAPER.fullmatch(text):
        return True
    bare = _TOGETHER.sub(" ", _NATION.sub(" ", text.strip().lstrip(SIGNS)))
    words = [word for word in re.split(r"[\s、／/]+", bare) if word]
    names = [name for word in words if (name := _DONE.sub("", word))]
    is_marked = bare != text.strip() or names != words or "、" in text
    return is_marked and bool(names) and all(map(_may_be_name, names)) and len(names) <= MOST_NAMES


LONGEST_SIGNATURE, MOST_NAMES = 40, 6
"""The most letters of a line that names people, and the most people in it."""


def _may_be_name(word: str) -> bool:
    return "·" in word or (re.fullmatch("[\u4e00-\u9fff]{2,4}", word) is not None and _is_name(word))


def credits_people(line: str) -> bool:
    """Return whether a line has only names with common surnames, and also roles, posts or brackets."""
    parted = with_roles_apart(line)
    people = people_only(parted)
    has_role = bool(people) and (
        any(person.role for person in people)
        or re.search(f"[（(].*(?:{POSTS}|大学|学院|医院|研究)|(?:{POSTS})(?:\\s|$)", parted) is not None
    )
    about = any(
        person.role is None and (len(list(words(person.name))) == 1 or person.name[0] in _VERBS)
        for person in people
    )
    return (
        has_role and not about and not _ABOUT.match(line) and all(has_surname(each.name) for each in people)
    )


_ABOUT = re.compile("[—-]*(?:专访|对话|采访|访|记|听|与|跟|对|追忆|怀念|走[近进]|连线|致)")
"""The beginning of a title about a person, which may end with the name: 专访水文学院教授林禾."""


def may_name_people(line: str) -> bool:
    """Return whether a title may be a byline in fact: each word has the length and the surname of a name, or a role."""
    line = simplified(line)
    if re.search("记者|通讯员|实习生|作者|撰文|[文图摄][/／]|摄影", line):
        return True
    bare = re.sub("[（(][^（）()]*[）)]", "", line.strip(f"{SIGNS} "))
    names = [name for name in re.split(r"[\s、，,]+", bare) if name]
    if len(names) == 1 and len(list(words(names[0]))) == 1:
        return False
    short = all(re.fullmatch("[\u4e00-\u9fff]{2,4}", name) for name in names)
    return short and any(map(has_surname, names))


def signs_with_role(line: str) -> bool:
    """Return whether a line has only a role and names: of a medium's reporters, or with surnames.

    So a line behind the mark of a list names the authors, and is no item of a menu, such as `记者之家`.
    """
    line = with_roles_apart(simplified(without_sign(line)))
    if not is_credit_line(line):
        return credits_people(line)
    people = people_only(line)
    return _OF_MEDIUM.match(line) is not None or (
        bool(people) and all(each.role and has_surname(each.name) for each in people)
    )


_OF_MEDIUM = re.compile(
    "(?:本[报刊网社]|[\u4e00-\u9fff]{2,12}(?:[报社网刊台]|频道|客户端|中心))[\u4e00-\u9fff]{0,8}(?:记者|通讯员)"
)
"""The role of a reporter with the medium before it."""


def is_byline(text: str) -> bool:
    """Return whether a line above the text names its authors, also if a name is damaged."""
    text = simplified(text)
    if len(text) > 60:
        return False
    if is_signature(text):
        return True
    text = without_sign(text)
    if not text:
        return False
    if is_credit_line(text) or (_begins_with_role(text) and len(text) <= LONGEST_OF_ROLE):
        return True
    if credits_people(text):
        return True
    if _DONE_BY_EACH.fullmatch(text):
        return all(map(is_likely_name, parse_names(_DONE_BY_ONE.sub(r"\1 ", text))))
    names = likely_names(ROLE_BEHIND.sub("", text))
    if names:
        # A single name may be a title, unless it is padded or in brackets, or hardly any title has its characters.
        return names != [text] or score_of(names) >= CERTAIN_NAME
    return bool(find_damage(text)) and text[0] in SURNAMES and len("".join(text.split())) <= LONGEST_DAMAGED


def _begins_with_role(text: str) -> bool:
    """Return whether a line begins with a role, and what follows it is neither a sentence nor words."""
    role = _ROLE_FIRST.match(text)
    if role is None or re.search("[，。？！]", text):
        return False
    if re.search("[：:/／]$", role[0]) or re.match("[：:/／]", text[role.end() :]):
        return True
    pieces = [
        piece for piece in re.split(r"[\s、]+|(?:本报)?记者|通讯员|实习生", text[role.end() :]) if piece
    ]
    return all(len(piece) <= LONGEST or divided_names(piece) or not _has_words(piece) for piece in pieces)


def _has_words(text: str) -> bool:
    """Return whether a text has several words of more than one character that are no names."""
    parts = [text[start:end] for start, end in words(text)]
    tags = tagged(parts)
    return (
        sum(len(part) > 1 and not tag.startswith("nr") for part, tag in zip(parts, tags, strict=True))
        >= FEWEST_WORDS
    )


LONGEST_OF_ROLE, FEWEST_WORDS = 40, 3
"""The most letters of a line that begins with a role, and the words behind it from which on it is a title."""
LONGEST_DAMAGED = 12
"""The most letters of a line of names of which one is damaged."""
