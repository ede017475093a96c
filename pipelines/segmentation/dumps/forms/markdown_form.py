"""Convert Markdown, as pandoc writes it of a page, to the form of w3m's dumps."""

import html
import re
from itertools import pairwise

from pipelines.segmentation.dumps.forms.line_end_rules import PANDOC, WIDE, columns
from pipelines.segmentation.dumps.forms.wrapped_lines import letters_around
from pipelines.segmentation.dumps.tables.drawn_tables import framed

_LINK = re.compile(
    r"(?<!!)\[((?:[^\[\]\\]|\\.|\[[^\[\]\n]{0,80}\]){0,400}+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"
)
DEEPEST_LINK = 3
"""The deepest nesting of links, such as a picture inside a link."""
_PICTURE = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br ?/?>\n?", re.IGNORECASE)
_INDEX = re.compile(r"<(sub|sup)>([^<>\n{}]{1,40})</\1>")
"""Subscripts and superscripts, which GitHub's Markdown writes in HTML; they get the notation of TeX."""
_NOTE = re.compile(r"\\?[\[［【〔（(].*|[①-⑳⑴-⒇*＊†‡§®™©注]+\d*")
"""The raised mark of a note."""
_HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_BOLD_LINE = re.compile(r"^\*\*[ \u00a0]*([^*\n]+?)[ \u00a0]*\*\*$", re.MULTILINE)
"""A bold line with spaces beside the marks, which are no bold in Markdown, but which pandoc writes."""
_ITALIC = re.compile(
    r"(?<![*\\])(\*)(?=[^\s*])([^*\n]+?)(?<=\S)\1(?!\*)|(?<![\w\\])(_)(?=[^\s_])([^_\n]+?)(?<=\S)\3(?!\w)"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~^$@:'\"-])")
_EMPTY_ITEM = re.compile(r"^ *[-*+][ \u00a0]*$", re.MULTILINE)
_ITEM = re.compile(r"^ *[-*+] +(?=\S)", re.MULTILINE)
_TABLE = re.compile(r"^\|.*\|\n\|(?:[ :]*-+[ :]*\|)+\n(?:\|.*\|(?:\n|\Z))*", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")


def _frame(table: re.Match[str]) -> str:
    """Return a table of Markdown in a frame; a table without a header has an empty first row."""
    lines = table[0].splitlines()
    rows = [[cell.strip() for cell in _BAR.split(line.strip())[1:-1]] for line in lines]
    del rows[1]
    return "\n".join(framed(rows if any(rows[0]) else rows[1:] or [[""]])) + "\n"


def is_markdown(text: str) -> bool:
    """Return whether the text is Markdown, with or without some HTML in it, and no page."""
    return re.search("(?i)<(?:html|!doctype|head|body|p)[\\s>]", text) is None and has_marks(text)


def has_marks(text: str) -> bool:
    """Return whether the text has links, pictures or headings of Markdown, and a second of its marks."""
    signs = (_LINK, _PICTURE, _HEADING, _ESCAPED, _BOLD)
    return (_LINK.search(text) or _PICTURE.search(text) or _HEADING.search(text)) is not None and sum(
        sign.search(text) is not None for sign in signs
    ) >= 2


def without_markdown(text: str) -> str:
    """Return the text without the marks of Markdown, with one line per paragraph."""
    # A tag may take several lines, and its text the next ones.
    text = _INDEX.sub(_drawn, text)
    text = _TAG.sub("", _LINE_BREAK.sub("  \n", text))
    text = _PICTURE.sub(_picture, text)
    for _ in range(DEEPEST_LINK):
        text = _LINK.sub(r"\1", text)
    text = _HEADING.sub(r"\1", text)
    text = _BOLD_LINE.sub(r"\1", _BOLD.sub(r"\2", text))
    text = _ITALIC.sub(r"\2\4", text)
    text = re.sub(r"~~(.+?)~~", r"[DEL:\1:DEL]", text)
    text = _TABLE.sub(_frame, text)
    text = _ITEM.sub("  • ", _EMPTY_ITEM.sub("", text))
    text = re.sub(
        r"(?<=[^\n\\│┤┐┘])(?<! {2})\n(?!\d{1,2}\.[ \u00a0])(?=[^\n•│├┌└ \u00a0\u3000])", _join_lines, text
    )
    text = re.sub(r"\\$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    return html.unescape(_ESCAPED.sub(r"\1", text))


def _drawn(index: re.Match[str]) -> str:
    """Return a raised or lowered run as `drawn_marks` reads it."""
    sign = "_" if index[1] == "sub" else "^"
    return f"{sign}{index[2]}" if sign == "^" and _NOTE.fullmatch(index[2]) else f"{sign}{{{index[2]}}}"


def _join_lines(end: re.Match[str]) -> str:
    """Return the replacement of a line end within a paragraph.

    Markdown takes a line end for a space, and pandoc breaks lines nowhere else. Between wide characters, where few
    people type a space but many editors break lines, only a line that pandoc had to break before a bracket has one.
    """
    text = end.string
    start = text.rfind("\n", 0, end.start()) + 1
    above, below = text[start : end.start()], text[end.end() :].split("\n", 1)[0]
    if min(above[-1], below[0]) <= WIDE:
        return " "
    limit = PANDOC.usual[0]
    broken = columns(above) <= limit < columns(above) + 1 + columns(PANDOC.unit(below))
    return " " if broken and below[0] in "（《“" and above[-1] not in "，。、；：" else ""


def doubts_of(text: str) -> set[str]:
    """Return the letters around each line end between wide characters of a paragraph."""
    lines = [line.strip() for line in text.split("\n")]
    return {
        letters_around(above, below)
        for above, below in pairwise(lines)
        if above and below and min(above[-1], below[0]) > WIDE
    }


def _picture(mark: re.Match[str]) -> str:
    stem = mark[1] or mark[2].rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return f"[{stem}]" if stem else ""


def levels_of(text: str) -> dict[str, int]:
    """Return the level of each heading (1 is the highest) by its letters without white space."""
    found: dict[str, int] = {}
    for heading in re.finditer(r"^(#{1,6}) +(.*)$", text, re.MULTILINE):
        letters = "".join(without_markdown(heading[0]).split())
        if letters:
            found.setdefault(letters, len(heading[1]))
    return found
