"""Dumps of other programs than w3m, made into what w3m would draw: lynx, elinks, pandoc, html2text."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.segmentation.dumps.dump_lines import ASIDE
from pipelines.segmentation.dumps.segmented_forms import LOSSY, words_with_spaces
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal


@dataclass(frozen=True, slots=True)
class Form:
    """A dump's text without what its program put beside the page's letters."""

    text: str
    name: str = ""
    """What made the dump, where that shows."""
    airy: bool = True
    """Whether blank lines part its paragraphs."""
    lossy: bool = False
    """Whether it does not show where paragraphs end, or where spaces stood."""


def plain_form(text: str) -> Form:
    """The dump as w3m or a segmenter would have written it; a dump of theirs as it is."""
    words, name = words_with_spaces(text)
    if name:
        return Form(words, name, lossy=name in LOSSY)
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
"""What stands for a page within the page."""
_LINE_ITEM = re.compile(r"^( {4,})[*+o#@.-] (?=\S)", re.MULTILINE)
MARGIN = 3
"""Columns that lynx and elinks leave free on the left."""


def _has_margin(text: str) -> bool:
    """Whether nearly all lines begin with lynx's margin."""
    lines = [line for line in text.split("\n") if line.strip()]
    indented = sum(line.startswith(" " * MARGIN) for line in lines)
    return len(lines) > MARGIN and indented >= 0.6 * len(lines)


def _without_links(text: str) -> str:
    """Without the numbers of links, their addresses at the end, and the margin."""
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
"""Stands for each character of a number that was taken out, until it is known which lines are full."""


_COLUMNS = Terminal(0, Ambiguous.NARROW)
_FIRST_UNIT = re.compile("[!-~]+|.")
SLACK, _ENDS = 4, "。！？：；”…）"
"""Columns by which a line that ends within a sentence may fall short: programs differ in what quotation marks take."""
WIDEST = 110
"""Columns that no line of a terminal of 80 has."""
FULL = 70
"""Columns that a full line has at least: those of a terminal of 80, within the margins."""


def _unwrapped(lines: list[str]) -> str:
    """The lines with those joined that were one: blank lines part paragraphs, and a full line goes on below.

    A line is full if the first unit of the next one had not fitted on the widest line.
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
    """Whether a line is Chinese for the most part."""
    return 2 * sum(char > "\u2e80" for char in line) > len(line.strip())


_APART = re.compile(r"\s*[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]|\[[^\[\]\s]+\]\s*$|【\d{1,3}】")
"""The line of the editors and a picture: no text goes on in them."""


def _seam(above: str, line: str) -> str:
    """What stood between a line and the next where one of them is Latin: a space between two words."""
    return " " if above[-1].isascii() and line[0].isascii() else ""


def _without_numbers(text: str, last: int) -> str:
    """Without `[1]`, `[2]`, … up to the last, each at its first place behind the one before: others are the page's."""
    pieces, at = [], 0
    for number in range(1, last + 1):
        mark = f"[{number}]"
        start = text.find(mark, at)
        if start >= 0:
            pieces.append(text[at:start] + _TAKEN * len(mark))
            at = start + len(mark)
    return "".join([*pieces, text[at:]])


FEWEST_LINKS, MANY_LINKS, LARGEST_STEP = 3, 12, 9
"""How many numbers in order before words are links', where no list at the end says so.

Links without a word leave numbers out: then it takes more of them, and so many may be missing between two.
"""


def _numbered(text: str) -> int:
    """How many links are numbered in a dump without their list (elinks -no-references); 0 where they are notes."""
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
"""What a paragraph ends with in a dump of html2text, and the letters of a line that is one by itself."""
_EMPTY_HEADING = re.compile(r"^\*{2,6}[ \u00a0]+\*{2,6}$", re.MULTILINE)
_BARE_ITEM = re.compile(r"^ {2,}\* (?=\S)", re.MULTILINE)


def _without_stars(text: str) -> str:
    text = _EMPTY_HEADING.sub("", text)
    text = _STARRED.sub(lambda heading: f"\n{heading[2]}\n", text)
    text = _BARE_ITEM.sub("    • ", text).replace("_·_", " · ")
    # It breaks lines at spaces only, and puts no blank line between paragraphs.
    return re.sub(f"(?<=[{_STOPS}])\n|\n(?=\u3000)|(?<=\n)([^\n]{{1,{_SHORTEST}}})\n", r"\g<1>\n\n", text)


_PANDOC_ITEM = re.compile(r"^ {0,4}-   (?=\S)", re.MULTILINE)
_RULED = re.compile(r"^ *-{3,}(?: +-{3,})+ *$", re.MULTILINE)


def _without_plain(text: str) -> str:
    """Pandoc's plain text: lists with `-   `, tables whose columns are ruled."""
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
    """The lines with pandoc's grids as w3m's frames; a grid of one cell is its text alone."""
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
    """The cells of a row whose columns begin at these places: a wide letter takes two of them."""
    del starts
    return re.split(" {2,}", row.strip())


_LINK = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.){0,400}+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
DEEPEST_LINK = 3
"""How many links may stand in one another, as a picture that is a link does."""
_PICTURE = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LOWERED, _RAISED = re.compile("<sub>([0-9]{1,3})</sub>"), re.compile("<sup>([-+]?[0-9]{1,3})</sup>")
"""Indices and exponents, which GitHub's Markdown has in HTML: they become what w3m draws."""
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
    """Whether the text is Markdown, with or without some HTML in it, and no page."""
    return re.search("(?i)<(?:html|!doctype|head|body|p)[\\s>]", text) is None and _is_markdown(text)


def _is_markdown(text: str) -> bool:
    signs = (_LINK, _PICTURE, _HEADING, _ESCAPED, _BOLD)
    return (_LINK.search(text) or _PICTURE.search(text) or _HEADING.search(text)) is not None and sum(
        sign.search(text) is not None for sign in signs
    ) >= 2


def _without_markdown(text: str) -> str:
    # A tag may run over several lines, and its text over the next ones.
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
    """Return what replaces a line end within a paragraph: nothing between wide characters, else a space."""
    text = end.string
    left, right = text[end.start() - 1], text[end.end()]
    return "" if min(left, right) > "\u2e80" else " "


def _picture(mark: re.Match[str]) -> str:
    stem = mark[1] or mark[2].rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return f"[{stem}]" if stem else ""
