"""Read the line that names the editors of a page."""

import re

from kepu.records import Editor
from pipelines.chrome.fields.byline_roles import with_simplified_roles
from pipelines.chrome.fields.person_names import parse_names

_EDITOR_LABEL = re.compile(
    r"(?:本期|本文|值班|实习|责任|网络|执行)*(?:责编|编辑|校对|审核|监制|统筹)\s*[：:]?"
)
"""Matches a role in a line of editors."""
_EDITOR_LINE = re.compile(r"[（(\[【]?\s*(?:责任编辑|责编|责任 编辑)\s*[：:][^。！？]{0,60}[）)\]】]?")
"""Matches a line that only names the editors of the page."""
_OPEN = re.compile(r"[（(][^（()）]*$")
"""Matches a bracket that is not closed, and what follows it."""


def parse_editors(text: str) -> list[Editor]:
    """Return the editors in a line such as `(责编：牛镛、岳弘彬)`, in order and without repeats."""
    text = with_simplified_roles(text)
    _, label, names = text.partition("：") if "：" in text else text.partition(":")
    names = _EDITOR_LABEL.sub("、", names if label else text)
    names = _OPEN.sub("", names.strip("（）()[]【】 \u3000\u00a0\r\n\t"))
    return [Editor(name) for name in parse_names(names)]


def is_editor_line(text: str) -> bool:
    """Return whether a line only names the editors of the page."""
    return _EDITOR_LINE.fullmatch(with_simplified_roles(text.strip())) is not None
