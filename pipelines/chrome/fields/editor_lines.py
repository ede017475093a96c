"""Read the line that names the editors of a page."""

import re

from kepu.records import Editor
from pipelines.chrome.fields.byline_roles import with_simplified_roles
from pipelines.chrome.fields.person_names import parse_names

_EDITOR_LABEL = re.compile(
    r"(?:(?:本期|本文|值班|实习|责任|网络|执行|助理|见习|新媒体|文字|图片|视频|美术)*(?:责\s?编|编\s?辑|美编|主编|编审|责校|校对|审校|审核|审读|[初复终二三]审|监制"
    r"|统筹|策划|制作|排版|签发)|实习生|见习生|实习记者|见习记者|记者)\s*[：:/／]?"
)
"""Matches a role in a line of editors."""
_EDITOR_LINE = re.compile(
    r"[（(\[【]?\s*责\s?(?:任\s?编\s?辑|编)(?:\s*[：:/／|｜丨]|\s+(?=[\u4e00-\u9fff、\s]{2,12}$))[^。！？]{0,60}[）)\]】]?"
)
"""Matches a line that only names the editors of the page."""
_LOOSE_LINE = re.compile(
    r"[（(\[【]?\s*(?:本期|本文|值班|网络|执行|实习|助理|见习|新媒体)*编\s?辑\s*[：:/／|｜丨][^。！？，]{2,60}[）)\]】]?"
    r"|[（(\[【]?责任编辑\s*[\u4e00-\u9fff]{2,3}(?:[\s、][\u4e00-\u9fff]{2,3})*[）)\]】]?"
)
"""Matches a line that names an editor without 责任 or without a colon, of the page or of the text."""
_OPEN = re.compile(r"[（(][^（()）]*$")
"""Matches a bracket that is not closed, and what follows it."""


def parse_editors(text: str) -> list[Editor]:
    """Return the editors in a line such as `(责编：牛镛、岳弘彬)`, in order and without repeats."""
    return [Editor(name) for name in parse_names(names_of_editors(text))]


def names_of_editors(text: str) -> str:
    """Return the names in a line of editors, with `、` in place of their roles and without brackets around them."""
    text = with_simplified_roles(text)
    _, label, names = text.partition("：") if "：" in text else text.partition(":")
    names = _EDITOR_LABEL.sub("、", names if label else text)
    return _OPEN.sub("", names.strip("（）()[]【】 \u3000\u00a0\r\n\t"))


def is_editor_line(text: str) -> bool:
    """Return whether a line only names the editors of the page."""
    return _EDITOR_LINE.fullmatch(with_simplified_roles(text.strip())) is not None


def may_name_editors(text: str) -> bool:
    """Return whether a line names an editor (`编辑：孟遥　审核：温故`), of the page or of the text."""
    return _LOOSE_LINE.fullmatch(with_simplified_roles(text.strip())) is not None
