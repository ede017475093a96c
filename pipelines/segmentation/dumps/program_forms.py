"""Convert dumps of lynx, links, elinks, pandoc and html2text, and Markdown, to the form of w3m's dumps."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.segmentation.dumps.dump_lines import ASIDE
from pipelines.segmentation.dumps.segmented_forms import LOSSY, words_with_spaces
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal


@dataclass(frozen=True, slots=True)
class Form:
    """The text of a dump in w3m's form, and what is known of the program that made it."""

    text: str
    name: str = ""
    """The program that made the dump, if it can be recognised."""
    airy: bool = True
    """Whether blank lines separate its paragraphs."""
    lossy: bool = False
    """Whether the form does not show the ends of paragraphs, or spaces."""
    levels: dict[str, int] = field(default_factory=dict)
    """The level of each heading (1 is the highest) by its letters without white space, where the form shows it."""


def plain_form(text: str) -> Form:
    """Return the dump in the form of w3m, with or without a segmenter; such a dump is returned unchanged."""
    words, name = words_with_spaces(text)
    if name or words != text:
        return Form(words, name or "", lossy=name in LOSSY)
    if _is_markdown(text):
        return Form(_without_markdown(text), "Markdown")
    if _STARRED.search(text) or _EMPTY_HEADING.search(text):
        return Form(_without_stars(text), "html2text", airy=False, lossy=True)
    if _REFERENCES.search(text) or _has_margin(text):
        return Form(_without_links(text), "lynx or elinks")
    if _PANDOC_ITEM.search(text) or _RULED.search(text) or _GRID.search(text):
        return Form(_without_plain(text), "pandoc")
    return Form(text)


_REFERENCES = re.compile(
    r"^ *References\n((?:\s*\n|\s*(?:Visible|Hidden) links:?[^\n]*\n|\s*\d+\.[^\n]*\n?|\t\S+[^\n]*\n?)+)",
    re.MULTILINE,
)
_NUMBERED_ITEM = re.compile(r"^[ \u00a0]*(\d{1,2})\.\u00a0(?=\S)", re.MULTILINE)
_INNER_PAGE = re.compile(r"^ *\[?I(?:FRAME|Frame): [^\n]*$", re.MULTILINE)
"""The line for a page within the page (iframe)."""
_LINE_ITEM = re.compile(r"^( {4,})[*+o#@.-] (?=\S)", re.MULTILINE)
MARGIN = 3
"""The columns of the left margin of lynx and elinks."""


LONG = 40
"""The fewest columns of a line that shows the margin; menu items are shorter, and w3m indents them."""


def _has_margin(text: str) -> bool:
    """Return whether nearly all long lines of the text begin with lynx's margin."""
    lines = [line for line in text.split("\n") if line.strip()]
    long = [line for line in lines if _COLUMNS.width(line.strip()) >= LONG and _is_text(line)]
    judged = long or lines
    indented = [line for line in judged if line.startswith(" " * MARGIN)]
    exactly = any(line[MARGIN] != " " for line in indented)
    return len(lines) > MARGIN and exactly and len(indented) >= 0.8 * len(judged)


def _without_links(text: str) -> str:
    """Return the text without the numbers of links, the list of their URLs at the end, and the margin."""
    done = ""
    while found := _REFERENCES.search(text):
        numbers = re.findall(r"^\s*(\d+)\.", found[1], re.MULTILINE)
        done += _without_numbers(text[: found.start()], max(map(int, numbers), default=0)) + "\n"
        text = text[found.end() :]
    text = done + (text if done else _without_numbers(text, _numbered(text)))
    text = _NUMBERED_ITEM.sub(r" \1. ", _INNER_PAGE.sub("", text))
    text = _LINE_ITEM.sub(lambda item: item[1] + "• ", text)
    lines = text.split("\n")
    lines = [line[MARGIN:] if line.startswith(" " * MARGIN) else line for line in lines]
    return _unwrapped(lines).replace(_TAKEN, "")


_TAKEN = "\x01"
"""Replaces each character of a removed number until the full lines are found, so that widths stay the same."""


_COLUMNS = Terminal(0, Ambiguous.NARROW)
_FIRST_UNIT = re.compile("[!-~]+|.")
SLACK, _ENDS = 4, "。！？：；”…）"
"""The most columns that a full line within a sentence may lack, because programs give quotation marks other widths."""
WIDEST = 110
"""The columns from which on a line is too wide for a terminal of 80 columns."""
FULL = 70
"""The fewest columns of a full line on a terminal of 80 columns with margins."""


def _unwrapped(lines: list[str]) -> str:
    """Return the text with wrapped lines joined: blank lines separate paragraphs, and a full line continues below.

    A line is full if the first unit of the next line would not have fitted within the widest line.
    """
    columns: Callable[[str], int] = _COLUMNS.width
    if max(map(columns, lines), default=0) > WIDEST:
        # Some lynx take a wide letter for one column.
        columns = len
    widths = list(map(columns, lines))
    # Menus and fields are longer than the lines of the text at times.
    widest = max((width for line, width in zip(lines, widths, strict=True) if _is_text(line)), default=0)
    done = lines[:1]
    for above, line, width in zip(lines, lines[1:], widths, strict=False):
        unit = _FIRST_UNIT.match(line)
        centred = above.startswith(ASIDE)
        if (
            width >= FULL
            and unit
            and not _APART.match(line)
            and not (centred or line[0].isspace())
            and width + columns(unit[0]) + SLACK * (above[-1] not in _ENDS) >= widest
        ):
            both_wide = min(above[-1], line[0]) > "\u2e80"
            done[-1] += ("" if both_wide else _seam(above, line)) + line
        else:
            done.append(line)
    return "\n".join(done)


def _is_text(line: str) -> bool:
    """Return whether most characters of a line are Chinese."""
    return 2 * sum(char > "\u2e80" for char in line) > len(line.strip())


_APART = re.compile(r"\s*[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]|\[[^\[\]\s]+\]\s*$|【\d{1,3}】")
"""The editors' line and picture marks, which never continue the line before."""


def _seam(above: str, line: str) -> str:
    """Return what was between two wrapped lines: a space between two Latin words, otherwise nothing."""
    return " " if above[-1].isascii() and line[0].isascii() else ""


def _without_numbers(text: str, last: int) -> str:
    """Return the text without the link numbers `[1]` to `[last]`, each at its first place after the one before."""
    pieces, at = [], 0
    for number in range(1, last + 1):
        mark = f"[{number}]"
        start = text.find(mark, at)
        if start >= 0:
            pieces.append(text[at:start] + _TAKEN * len(mark))
            at = start + len(mark)
    return "".join([*pieces, text[at:]])


FEWEST_LINKS, MANY_LINKS, LARGEST_STEP = 3, 12, 9
"""The fewest ascending numbers before words that count as link numbers if the list of links is missing.

If links without words leave numbers out, `MANY_LINKS` are needed, with steps of at most `LARGEST_STEP`.
"""


def _numbered(text: str) -> int:
    """Return the number of numbered links in a dump without a list of links; 0 if the numbers are those of notes."""
    last = highest = count = 0
    for found in _NUMBER_BEFORE_WORD.findall(text):
        number = int(found)
        last += number == last + 1
        if highest < number <= highest + LARGEST_STEP:
            highest, count = number, count + 1
    if count >= MANY_LINKS:
        return highest
    return last if last >= FEWEST_LINKS else 0


_NUMBER_BEFORE_WORD = re.compile(r"\[(\d{1,4})\](?=[^\W\d])")


_STARRED = re.compile(r"^(\*{2,6})[ \u00a0]+(\S.*?)[ \u00a0]+\1$", re.MULTILINE)
_STOPS, _SHORTEST = "。！？…”’）)", 36
"""The last characters of paragraphs in a dump of html2text, and the fewest letters of a line that is a paragraph."""
_EMPTY_HEADING = re.compile(r"^\*{2,6}[ \u00a0]+\*{2,6}$", re.MULTILINE)
_BARE_ITEM = re.compile(r"^ {2,}\* (?=\S)", re.MULTILINE)


def _without_stars(text: str) -> str:
    text = _EMPTY_HEADING.sub("", text)
    text = _STARRED.sub(lambda heading: f"\n{heading[2]}\n", text)
    text = _BARE_ITEM.sub("    • ", text).replace("_·_", " · ")
    # html2text breaks lines only at spaces, and writes no blank line between paragraphs.
    return re.sub(f"(?<=[{_STOPS}])\n|\n(?=\u3000)|(?<=\n)([^\n]{{1,{_SHORTEST}}})\n", r"\g<1>\n\n", text)


_PANDOC_ITEM = re.compile(r"^ {0,4}-   (?=\S)", re.MULTILINE)
_RULED = re.compile(r"^ *-{3,}(?: +-{3,})+ *$", re.MULTILINE)


def _without_plain(text: str) -> str:
    """Convert pandoc's plain text, with lists (`-   `) and ruled tables, to w3m's form."""
    lines = _without_grids(_PANDOC_ITEM.sub("• ", text).split("\n"))
    at = 0
    while at < len(lines):
        if _RULED.fullmatch(lines[at]):
            starts = [rule.start() for rule in re.finditer("-+", lines[at])]
            first = at
            while first and lines[first - 1].strip():
                first -= 1
            stop = at + 1
            while stop < len(lines) and lines[stop].strip():
                stop += 1
            rows = [line for line in lines[first:stop] if not _RULED.fullmatch(line)]
            lines[first:stop] = ["│" + "│".join(_cells(row, starts)) + "│" for row in rows]
        at += 1
    # It breaks lines at spaces only.
    return re.sub(r"(?<=[^\n│┤])\n(?!\d{1,2}\.[ \u00a0])(?=[^\n•│├ \u3000])", _join, "\n".join(lines))


_GRID = re.compile(r"^\+(?:[:=-]{3,}\+)+$", re.MULTILINE)


def _without_grids(lines: list[str]) -> list[str]:
    """Return the lines with pandoc's grid tables as w3m's frames; a grid of one cell becomes its text."""
    done: list[str] = []
    for line in lines:
        if _GRID.fullmatch(line):
            inner = line.count("+") > 2
            done.append("├" + re.sub("[:=-]", "─", line[1:-1]).replace("+", "┼") + "┤" if inner else "")
        elif line.startswith("|") and line.endswith("|") and done and (done[-1][:1] in ("├", "│")):
            done.append("│" + "│".join(line[1:-1].split("|")) + "│")
        elif line.startswith("|") and line.endswith("|") and len(line) > 2:
            done.append(line[1:-1].strip(" "))
        else:
            done.append(line)
    return done


def _cells(row: str, starts: list[int]) -> list[str]:
    """Return the cells of a row whose columns begin at these terminal columns; a wide character takes two."""
    del starts
    return re.split(" {2,}", row.strip())


_LINK = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.){0,400}+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
DEEPEST_LINK = 3
"""The deepest nesting of links, such as a picture inside a link."""
_PICTURE = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LOWERED, _RAISED = re.compile("<sub>([0-9]{1,3})</sub>"), re.compile("<sup>([-+]?[0-9]{1,3})</sup>")
"""Subscripts and superscripts, which GitHub's Markdown writes in HTML; they get w3m's notation."""
_HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_ITALIC = re.compile(
    r"(?<![*\\])(\*)(?=[^\s*])([^*\n]+?)(?<=\S)\1(?!\*)|(?<![\w\\])(_)(?=[^\s_])([^_\n]+?)(?<=\S)\3(?!\w)"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~^$@:'\"-])")
_ITEM = re.compile(r"^ *[-*+] +(?=\S)", re.MULTILINE)
_TABLE_RULE = re.compile(r"^\|(?:[ :]*-+[ :]*\|)+$", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")
_TABLE_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)


def is_markdown(text: str) -> bool:
    """Return whether the text is Markdown, with or without some HTML in it, and no page."""
    return re.search("(?i)<(?:html|!doctype|head|body|p)[\\s>]", text) is None and _is_markdown(text)


def _is_markdown(text: str) -> bool:
    signs = (_LINK, _PICTURE, _HEADING, _ESCAPED, _BOLD)
    return (_LINK.search(text) or _PICTURE.search(text) or _HEADING.search(text)) is not None and sum(
        sign.search(text) is not None for sign in signs
    ) >= 2


def _without_markdown(text: str) -> str:
    # A tag may take several lines, and its text the next ones.
    text = _RAISED.sub(r"^\1", _LOWERED.sub(r"[\1]", text))
    text = _TAG.sub("", text)
    text = _PICTURE.sub(_picture, text)
    for _ in range(DEEPEST_LINK):
        text = _LINK.sub(r"\1", text)
    text = _HEADING.sub(r"\1", text)
    text = _BOLD.sub(r"\2", text)
    text = _ITALIC.sub(r"\2\4", text)
    text = re.sub(r"~~(.+?)~~", r"[DEL:\1:DEL]", text)
    text = _TABLE_RULE.sub("", text)
    text = _TABLE_ROW.sub(lambda row: "│" + "│".join(_BAR.split(row[1])) + "│", text)
    text = _ITEM.sub("• ", text)
    text = re.sub(r"(?<=[^\n\\│])\n(?!\d{1,2}\.[ \u00a0])(?=[^\n•│ \u3000])", _join, text)
    text = re.sub(r"\\$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    return html.unescape(_ESCAPED.sub(r"\1", text))


def _join(end: re.Match[str]) -> str:
    """Return the replacement of a line end within a paragraph: nothing between wide characters, otherwise a space."""
    text = end.string
    left, right = text[end.start() - 1], text[end.end()]
    return "" if min(left, right) > "\u2e80" else " "


def _picture(mark: re.Match[str]) -> str:
    stem = mark[1] or mark[2].rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return f"[{stem}]" if stem else ""
