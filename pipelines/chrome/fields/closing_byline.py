"""Read the dateline and the byline behind the last sentence of a text: `……。本报记者　林禾`, `（本报北京5月6日电）`."""

import re

from kepu.records import Author
from pipelines.chrome.fields.bylines import SIGNS, authors_of, is_credit_line, people_only
from pipelines.chrome.fields.person_names import HAN, TRADITIONAL

MEDIUM = (
    rf"(?:据)?(?:新华社|新华网|中新社|中新网|人民网|本报|本网|中国[{HAN}]{{1,4}}[报网社]"
    rf"|[{HAN}]{{2,5}}?(?:日报|晚报|时报|[报网社])|(?:[晚晨早]|都市|商|快)报)"
)
"""The medium with which a dateline begins."""
_GAP = "[ \\u00a0]?"
"""A space that the typist may have put beside a number."""
DATED = (
    rf"{MEDIUM}(?:(?!本[报网])[{HAN}·、—\-]){{0,20}}?{_GAP}(?:\d{{4}}{_GAP}年{_GAP})?(?:\d{{1,2}}{_GAP}月{_GAP})?"
    rf"\d{{1,2}}{_GAP}日{_GAP}专?(?:电|讯)"
)
"""A dateline with a day: `新华社北京4月24日电`."""
_AT_START = re.compile(DATED)
"""Matches a dateline before the names."""
_BEHIND_NAMES = re.compile(rf"(?:(?<=[\s\u3000])|(?=本[报网])){DATED}$")
"""Matches a dateline behind the names: `本报记者林禾　本报北京5月6日电`."""
_DAY = re.compile(rf"[\s\u3000]*(?:\d{{1,2}}{_GAP}月{_GAP})?\d{{1,2}}{_GAP}日{_GAP}(?:电|讯)$")
"""Matches a day behind the names, without a medium: `记者林禾5月6日电`."""
_SOURCE_FIRST = re.compile(
    r"(?:来源|稿源)[：:][\s\u3000]*(?:[^\s\u3000，,：:]{2,12}[\s\u3000，,]+(?=.*(?:记者|通讯员|作者)))?"
)
"""Matches the source before the names: `来源：望山晚报　记者林禾`."""
_BOUNDARY = re.compile(
    r"[。！？…][”’」』）)]*(?:[（(][^（）()]{1,30}[）)])?[\s\u3000]*|[\s\u3000]{2,}|\u3000"
)
"""Matches what parts the closing words from the text: the end of a sentence, or a wide space."""
_BRACKETS = re.compile(r"[（(〔［\[【]([^（）()〔〕［］\[\]【】]{2,80})[）)〕］\]】]\s*$")
"""Matches the brackets at the end of a text, and what is in them (group 1)."""
_REPORTS = re.compile(
    rf"(?:[\s\u3000]+[{HAN}]{{2,6}}|[\s\u3000]*)(?:摄影|综合)?报道$|[\s\u3000]*发自[{HAN}]{{2,8}}$|[\s\u3000]+采访整理$"
)
"""Matches what may follow the names: `报道`, ` 北京报道`, `发自北京`."""
_GENRE = re.compile(
    "(?:记者|通讯员|作者)[：:]?(?:手记|札记|日记|后记|调查|观察|点评|短评|述评|时评|评论|来信|来稿|连线|专访|感言|体会|简介|队伍)$"
)
"""Matches a word that only looks like a name behind a role: 记者手记."""
_ROLE = re.compile(
    r"记者|通讯员|实习生|特派员|作者|撰文|撰稿|执笔|编译|采写|[文图摄][/／：:]|[/／][文图]|^文[\s\u3000]*[|｜丨]"
)
"""Matches a word for a role, which closing words without brackets have unless a sign opens them."""
_STARTS_WITH_ROLE = re.compile(
    rf"(?![{HAN}]{{0,8}}(?:图片|照片|资料|图为|由|均为))(?:[{HAN}《》·—－-]{{0,16}}?[\s\u3000]?(?:记者|通讯员|实习生)|作者|撰文|执笔|整理|编译|文\s*[/／:：])"
)
"""Matches the role at the beginning of a byline."""
LONGEST = 60
"""The most letters of closing words without brackets."""


def closing_dateline(text: str) -> str | None:
    """Return the dateline behind the last sentence of a text, with or without brackets, or None."""
    dated = (_without_dateline(words)[1] for words in [_in_brackets(text), *_behind_sentences(text)])
    return next(filter(None, dated), None)


def closing_byline(text: str) -> tuple[str, list[Author]] | None:
    """Return the byline behind the last sentence of a text, without brackets and dateline, with its authors, or None.

    In brackets it must begin with a role. Without them it must only have roles and names, and what may follow names,
    such as 报道.
    """
    line, _ = _without_dateline(_in_brackets(text))
    plain = _REPORTS.sub("", line)
    if starts_with_role(line) and authors_of(plain):
        return line, authors_of(plain)
    found = ((line, _authors_only(line)) for line in closing_words(text))
    return next(((line, authors) for line, authors in found if authors), None)


def closing_words(text: str) -> list[str]:
    """Return what may be a byline behind the last sentence or a wide space, the longest first, without a dateline."""
    return [line for line in (_without_dateline(each)[0] for each in _behind_sentences(text)) if line]


def starts_with_role(text: str) -> bool:
    """Return whether a text begins with a role, in simplified or traditional characters."""
    return _STARTS_WITH_ROLE.match(text.translate(TRADITIONAL)) is not None


def _authors_only(line: str) -> list[Author]:
    """Return the authors of a line that has only roles, names and what may follow them; empty for any other line."""
    plain, simple = _REPORTS.sub("", line), line.translate(TRADITIONAL)
    has_role = line[0] in SIGNS or _ROLE.search(simple) is not None
    if not has_role or _GENRE.search(simple) or not (is_credit_line(plain) or people_only(plain)):
        return []
    return authors_of(plain)


def _without_dateline(line: str) -> tuple[str, str | None]:
    """Return a closing line without its source and the dateline at its beginning or end, and the dateline or None."""
    line = _SOURCE_FIRST.sub("", line, count=1) if _SOURCE_FIRST.match(line) else line
    simple = line.translate(TRADITIONAL)
    found = _AT_START.match(simple) or _BEHIND_NAMES.search(simple)
    if found is None or not (found.start() == 0 or starts_with_role(line)):
        return _DAY.sub("", line) if starts_with_role(line) else line, None
    rest = line[: found.start()] + line[found.end() :]
    return rest.strip(" \u00a0\u3000，,（("), line[found.start() : found.end()]


def _in_brackets(text: str) -> str:
    """Return what is in the brackets at the end of a text, or an empty string."""
    found = _BRACKETS.search(text)
    return found[1].strip() if found else ""


def _behind_sentences(text: str) -> list[str]:
    """Return the ends of a text without stops that follow the end of a sentence or a wide space, the longest first."""
    text = text.rstrip()
    found = (text[match.end() :] for match in _BOUNDARY.finditer(text, max(0, len(text) - 2 * LONGEST)))
    return [rest for rest in found if 0 < len(rest) <= LONGEST and not re.search("[。！？；…]", rest)]
