"""Parse bylines: the people whom they name, and their roles."""

import re

from kepu.records import Author, Contributor
from pipelines.chrome.fields.byline_roles import (
    BAR,
    BRACKETED_CREDIT,
    HELPED,
    LABELS,
    ROLE,
    WRITING,
    is_helping,
    role_of,
    with_simplified_roles,
)
from pipelines.chrome.fields.person_names import BRACKETED, HAN, POSTS, SPACES, parse_names


def parse_byline(text: str) -> list[Author]:
    """Return the people in a byline with their roles: `本报记者　王乐文　方　敏`, `文/林禾　图/程远`, `（记者宋晨）`.

    A role before names applies to all names up to the next role, and a role after a name to that name: `林禾/文`,
    `林禾 摄`, `林禾　文/图`. Offices and newspapers are not people, so `《人民日报》` and `本报评论员` yield none.
    """
    text = BAR.sub(_bar, _bare(text))
    found: list[Author] = []
    role: str | None = None
    start = 0
    for match in ROLE.finditer(text):
        if match["close"] or match["behind"]:  # the role applies only to the names directly before it
            others, start = _apart(text, start, match.start())
            _add(found, parse_names(others), role)
        before = parse_names(text[start : match.start()])
        behind = match["after"] or match["end"] or match["behind"] or match["close"]
        behind = behind or (match["both"] and before and "文")
        if match["end"] and role and _begins_next(text, match):
            # After a role before its names (`记者　林禾　摄影　程远`), the next one is before its names too.
            behind = None
        is_of_all = match["both"] or match["behind"] or match["close"]
        _add(found, before, role_of(behind) if behind and (len(before) == 1 or is_of_all) else role)
        role = role if behind else role_of(match["long"] or match["short"] or match["end"] or "文")
        start = match.end()
    _add(found, parse_names(text[start:]), role)
    return found


def _begins_next(text: str, match: re.Match[str]) -> bool:
    """Return whether a word for photography has white space before it and only names behind it."""
    rest = text[match.end() :]
    spaced = re.match(r"\s", match[0]) is not None and re.match(r"[\s]", rest) is not None
    return spaced and ROLE.search(rest) is None and bool(parse_names(rest))


def _apart(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the text before the last wide space of a run, and the offset at which the rest begins.

    After a name with middle dots, an ordinary space suffices: `玛丽·李 陆知远译` has an author and a translator.
    """
    spaces = list(_WIDE_SPACE.finditer(text, start, end - 1)) or list(
        _BEHIND_DOTS.finditer(text, start, end - 1)
    )
    if not spaces or not parse_names(text[spaces[-1].end() : end]):
        return "", start
    return text[start : spaces[-1].start()], spaces[-1].end()


_WIDE_SPACE = re.compile(r"\u3000+|[ \u00a0]{2,}")
"""Matches a space that separates people: a full-width one, or at least two others."""
_BEHIND_DOTS = re.compile("|".join(rf"(?<=[·•‧・][{HAN}]{{{n}}})[ \u00a0]" for n in range(1, 7)))
"""Matches a space after a name whose part after the middle dot has one to six characters."""


def _bar(match: re.Match[str]) -> str:
    """Return the replacement of a bar between words: a colon after a role, otherwise the separator between people."""
    return "：" if _ENDS_IN_ROLE.search(match.string, 0, match.start()) else "　"


_ENDS_IN_ROLE = re.compile(rf"(?:{WRITING}|{HELPED}|[译图摄])$")
"""Matches a role at the end of a text."""


def authors_of(text: str) -> list[Author]:
    """Return the authors in a byline: the people with a writer's role or with no role."""
    return [person for person in parse_byline(text) if not is_helping(person.role)]


def contributors_of(text: str) -> list[Contributor]:
    """Return the contributors in a byline with their roles; also organisations, if a separator follows the role."""
    found = [
        Contributor(each.name, each.role)
        for each in parse_byline(text)
        if each.role and is_helping(each.role)
    ]
    named = {each.role for each in found}
    for label, value in labelled(text):
        role = role_of(label)
        if is_helping(role) and role not in named and 0 < len(value) <= LONGEST_ORGANISATION:
            found.append(Contributor(value, role))
    return found


LONGEST_ORGANISATION = 24
"""Maximum number of characters of an organisation's name after a role."""


def labelled(text: str) -> list[tuple[str, str]]:
    """Return (role, value) for each role that is followed by a separator: `策划：甲 出品丨乙`."""
    text = _bare(text)
    found = list(LABELS.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    return [
        (match[1], text[match.end() : end].strip(" \t\u3000\u00a0|｜丨/／；;，,、。"))
        for match, end in zip(found, ends, strict=True)
    ]


def is_labelled_line(text: str) -> bool:
    """Return whether a line has only roles and names: `出品丨科普中国 作者丨程远`, `审核：梁渡 湖泊研究所研究员`."""
    bare = _bare(text)
    if len(bare) > LONGEST_LABELLED or any(stop in bare for stop in "。！？"):
        return False
    first = LABELS.match(bare)
    return first is not None and all(0 < len(value) <= LONGEST_VALUE for _, value in labelled(bare))


LONGEST_LABELLED, LONGEST_VALUE = 160, 40
"""Maximum number of characters of a line of roles, and of the value of a role."""


_SQUARE = re.compile(r"[□■][ \u00a0\u3000]*")
"""Matches the square that opens the line in which a newspaper names the writer."""
SIGNS = "□■◎●○◇◆△▲▽▼☆★▪▫▶►▷◀◁⊙※¤◦◉❖"
"""Signs with which newspapers open the line that names the writer."""
_SIGN = re.compile(f"[{SIGNS}•]+[ \u00a0\u3000]*")
"""Matches such signs, or the mark of a list, and the white space behind."""


def without_sign(line: str) -> str:
    """Return a line without the signs that open it: `■ 本报记者　林禾` is `本报记者　林禾`."""
    line = line.strip()
    sign = _SIGN.match(line)
    return line[sign.end() :] if sign else line


def signed_by(text: str) -> str | None:
    """Return the names in a line such as `□ 王芳`, with which newspapers sign a text; None for any other line.

    Call it only for the last line of a text, since a subhead may begin with a square too.
    """
    square = _SQUARE.match(text.strip())
    if square is None:
        return None
    rest = text.strip()[square.end() :]
    named = "".join(parse_names(rest)).replace(" ", "")
    return rest if named and len(named) >= len(re.sub(r"[\s、，,]", "", rest)) else None


def is_credit_line(text: str) -> bool:
    """Return whether a line only names the authors: `（作者：程禾）`, `本报记者　林　禾`.

    It must have a role and a name and no other words: `新华社记者` alone is part of the article. In brackets, other
    words are allowed besides the name: `（作者：闻人喆，气象台预报员）`.
    """
    bare = _SQUARE.sub("", without_sign(_bare(text)))
    if is_labelled_line(text) and (authors_of(text) or contributors_of(text)):
        return True
    if (
        text.strip()[:1] in "（("
        and bare != text.strip()
        and len(text) <= 80
        and BRACKETED_CREDIT.match(bare)
    ):
        return bool(parse_byline(bare))
    match = ROLE.match(bare)
    if len(text) > 60 or match is None or (not match["long"] and not match["short"]):
        return False
    rest = SPACES.sub("", ROLE.sub("", BRACKETED.sub("", bare)))
    named = "".join(person.name for person in parse_byline(bare)).replace(" ", "")
    return bool(named) and len(re.sub(r"[、，,；;/／]", "", rest)) <= len(named)


def people_only(text: str) -> list[Author]:
    """Return the people of a line that has only names, roles, posts and separators; empty for any other line.

    Text in brackets is ignored, and so are words that end with a post: `詹媛（研究员）`, `水文学院教授　林禾`.
    """
    bare = _SQUARE.sub("", without_sign(_bare(text)))
    if len(bare) > LONGEST_OF_PEOPLE or re.search("[。！？；]", BRACKETED.sub("", bare)):
        return []
    rest = _WITH_POST.sub(" ", ROLE.sub(" ", BRACKETED.sub(" ", bare)))
    people = parse_byline(bare)
    named = "".join(person.name for person in people).replace(" ", "")
    return people if named and len(re.sub(r"[\s、，,；;/／|｜&]", "", rest)) <= len(named) else []


LONGEST_OF_PEOPLE = 80
"""Maximum number of characters of a line that only names people."""
_WITH_POST = re.compile(rf"(?<![^\s、，,；;/／])[{HAN}]{{0,24}}(?:{POSTS})(?=[\s、，,；;/／]|$)")
"""Matches a word that is a post, with the office before it."""


_GLUED_HELPER = re.compile(rf"(?<=[\s、，；])({HELPED})(?=(?!丨)[{HAN}]{{2,3}}(?:[\s、，；/／]|$))")
"""Matches the role of a helper directly before a name: `记者林禾 编辑程远`."""


def _bare(text: str) -> str:
    """Return a line with simplified roles, without white space at its ends, and without brackets around all of it.

    It has a colon between the role of a helper and a name that directly follows.
    """
    text = _GLUED_HELPER.sub(r"\1：", with_simplified_roles(text).strip(" \t\r\n\u00a0\u3000"))
    if len(text) > 1 and text[0] in "（(" and text[-1] in "）)" and text.count(text[0]) == 1:
        return text[1:-1].strip(" \u00a0\u3000")
    return text


def _add(found: list[Author], names: list[str], role: str | None) -> None:
    """Append people with a role, except those whose names are in `found` already."""
    known = {person.name for person in found}
    found.extend(Author(name, role) for name in names if name not in known)
