"""Convert dumps of lynx, links, elinks, pandoc and html2text, and Markdown, to the form of w3m's dumps."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.segmentation.dumps import drawn_tables
from pipelines.segmentation.dumps.dump_lines import ASIDE, FRAMES
from pipelines.segmentation.dumps.markdown_form import has_marks, join_lines, levels_of, without_markdown
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
    words: bool = False
    """Whether it is the output of a segmenter that marks its words in another way than by single spaces."""
    levels: dict[str, int] = field(default_factory=dict)
    """The level of each heading (1 is the highest) by its letters without white space, where the form shows it."""


def plain_form(text: str) -> Form:
    """Return the dump in the form of w3m, with or without a segmenter; such a dump is returned unchanged."""
    words, name = words_with_spaces(text)
    if name or words != text:
        return Form(words, name or "", lossy=name in LOSSY, words=True)
    if has_marks(text):
        return Form(without_markdown(text), "Markdown", levels=levels_of(text))
    if _STARRED.search(text) or _EMPTY_HEADING.search(text):
        # One star is the lowest heading, and six are the highest.
        levels = {_letters(found[2]): 7 - len(found[1]) for found in _STARRED.finditer(text)}
        return Form(_without_stars(text), "html2text", airy=False, lossy=True, levels=levels)
    if _REFERENCES.search(text) or _has_margin(text):
        return Form(_without_links(_with_dashes(text)), "lynx or elinks", levels=_centred(text))
    if _PANDOC_ITEM.search(text) or _RULED.search(text):
        return Form(_without_plain(text), "pandoc")
    return Form("\n".join(drawn_tables.of_tabs(text.split("\n"))) if "\t" in text else text)


def _letters(text: str) -> str:
    return "".join(text.split())


def _with_dashes(text: str) -> str:
    """Return the text of lynx with the dashes and middle dots of GB2312 as the web has them.

    lynx decodes A1AA as U+2015 and A1A4 as U+30FB, where the web's GB2312 has U+2014 and U+00B7.
    """
    return _HAN_DOT.sub("\u00b7", text.replace("\u2015", "\u2014"))


_HAN_DOT = re.compile("(?<=[\u4e00-\u9fff])\u30fb(?=[\u4e00-\u9fff])")


def _centred(text: str) -> dict[str, int]:
    """Return the lines that begin far to the right: links centres headings of the first level only."""
    lines = {_letters(line) for line in text.split("\n") if line.startswith(ASIDE)}
    return dict.fromkeys((line for line in lines if line), 1)


_REFERENCES = re.compile(
    r"^ *References\n((?:\s*\n|\s*(?:Visible|Hidden) links:?[^\n]*\n|\s*\d+\.[^\n]*\n?|\t\S+[^\n]*\n?)+)",
    re.MULTILINE,
)
_NUMBERED_ITEM = re.compile(r"^[ \u00a0]*(\d{1,2})\.\u00a0(?=\S)", re.MULTILINE)
_INNER_PAGE = re.compile(r"^ *\[?I(?:FRAME|Frame): [^\n]*$", re.MULTILINE)
"""The line for a page within the page (iframe)."""
_LINE_ITEM = re.compile(r"^( {4,})[*+o#@.-] (?=\S)", re.MULTILINE)
_EMPTY_ITEMS = re.compile(r"^ {4,}(?:[*+•](?:[ \u00a0]+(?=[*+•\u3000\s])|[ \u00a0]*$))+", re.MULTILINE)
"""Items without text; links writes them before the text of the next paragraph."""
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
    text = _EMPTY_ITEMS.sub(lambda items: " " * MARGIN, text)
    text = _LINE_ITEM.sub(lambda item: item[1] + "• ", text)
    lines = text.split("\n")
    lines = [line[MARGIN:] if line.startswith(" " * MARGIN) else line for line in lines]
    lines = drawn_tables.of_lynx(drawn_tables.of_links(lines))
    return _unwrapped(lines).replace(_TAKEN, "")


_TAKEN = "\x01"
"""Replaces each character of a removed number until the full lines are found, so that widths stay the same."""


_COLUMNS = Terminal(0, Ambiguous.NARROW)
_Measure = Callable[[str], int]
_FIRST_UNIT = re.compile("[!-~]+|.")
SLACK, _ENDS = 4, "。！？：；”…）"
"""The most columns that a full line within a sentence may lack, because programs give quotation marks other widths."""
WIDEST = 110
"""The columns from which on a line is too wide for a terminal of 80 columns."""
FULL = 70
"""The fewest columns of a full line on a terminal of 80 columns with margins."""


def _unwrapped(lines: list[str]) -> str:
    """Return the text with wrapped lines joined: blank lines separate paragraphs, and a full line continues below.

    A line is full if the first unit of the next line would not have fitted within the widest line. If that unit is all
    up to the next space, these programs broke the line at a space, which is restored.
    """
    columns: _Measure = _COLUMNS.width
    if max(map(columns, lines), default=0) > WIDEST:
        # Some lynx take a wide letter for one column.
        columns = len
    widths = list(map(columns, lines))
    # Menus and fields are longer than the lines of the text at times.
    widest = max((width for line, width in zip(lines, widths, strict=True) if _is_text(line)), default=0)
    # links and some lynx count characters, and do not wrap a line without spaces, however long it is.
    measures: tuple[_Measure, ...] = (_COLUMNS.width, len)
    limits = [(measure, _limit(lines, measure)) for measure in measures]
    done = lines[:1]
    for above, line, width in zip(lines, lines[1:], widths, strict=False):
        if width >= FULL and _is_centred(line):
            # The second line of a title that is wider than the terminal.
            done[-1] += line.strip()
            continue
        if _is_apart(above, line):
            done.append(line)
            continue
        unit = _FIRST_UNIT.match(line)
        slack = SLACK * (above[-1] not in _ENDS)
        if width >= FULL and unit and width + columns(unit[0]) + slack >= widest:
            done[-1] += _seam(above, line, full=width >= widest) + line
        elif _was_at_space(above, line, limits):
            done[-1] += f" {line}"
        else:
            done.append(line)
    return "\n".join(done)


def _is_centred(line: str) -> bool:
    """Return whether a line is in the middle of a terminal of 80 columns."""
    left = len(line) - len(line.lstrip(" "))
    right = USUAL_WIDTHS[0] - left - _COLUMNS.width(line.strip())
    return line.startswith(ASIDE) and abs(left + MARGIN - right) <= SLACK


USUAL_WIDTHS = (80, 100, 120, 132, 160, 200)
"""Usual widths of a terminal, in columns."""


def _is_apart(above: str, line: str) -> bool:
    """Return whether the second of two lines cannot continue the first."""
    if not line or not above or above.startswith(ASIDE) or line[0].isspace():
        return True
    return bool(_APART.match(line) or _TIME_LINE.search(above)) or above[0] in FRAMES or line[0] in FRAMES


_TIME_LINE = re.compile("[12][0-9]{3}[-年./].{0,20}来源")


def _limit(lines: list[str], measure: _Measure) -> int:
    """Return the usual width, without the margin, of a terminal that wraps these lines."""
    longest = max(
        (
            measure(line)
            for line, below in pairwise(lines)
            if below and " " in line.strip() and _is_text(line)
        ),
        default=0,
    )
    return next((usual - MARGIN for usual in USUAL_WIDTHS if longest < usual), longest)


def _was_at_space(above: str, line: str, limits: list[tuple[_Measure, int]]) -> bool:
    """Return whether a line is long enough to be wrapped at a space, and no sentence ends with it.

    What follows up to the next space must exceed the limit, by one of the measures.
    """
    latin = above[-1].isascii() or line[0].isascii()
    chunk = line.split(" ", 1)[0]
    too_long = any(measure(above) + 1 + measure(chunk) > limit - SLACK for measure, limit in limits)
    return too_long and _COLUMNS.width(above) >= (LEAST if latin else LEAST_HAN) and above[-1] not in _STOPS


LEAST, LEAST_HAN = 20, 30
"""The fewest columns of a line that was broken at a space beside Latin letters or digits, and between Han."""


def _is_text(line: str) -> bool:
    """Return whether most characters of a line are Chinese."""
    return 2 * sum(char > "\u2e80" for char in line) > len(line.strip())


_APART = re.compile(r"\s*[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]|\[[^\[\]\s]+\]\s*$|【\d{1,3}】")
"""The editors' line and picture marks, which never continue the line before."""


def _seam(above: str, line: str, *, full: bool) -> str:
    """Return what was between the lines of a wrapped text: a space between two Latin words, otherwise nothing.

    lynx also breaks a number, if its line has no space and all columns are `full`.
    """
    inside = full and " " not in above.strip() and above[-1].isdigit() and line[0] in _IN_NUMBER
    return " " if above[-1].isascii() and line[0].isascii() and not inside else ""


_IN_NUMBER = frozenset("0123456789.%")


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


_LONG = rf"(?<=[^\n]{{{_SHORTEST}}})"
_AT_SPACE = re.compile(
    rf"{_LONG}(?<=[^\s{_STOPS}])\n(?=[!-)+-~])(?! *\*)|{_LONG}(?<=[!-~])(?<![.!?)*])\n(?=[^\s*|])"
)
"""The end of a long line without a full stop, if Latin letters or digits stand beside it: such a line was broken."""


_PICTURE_ADDRESS = re.compile(
    r"(^)?\[(?:https?:)?/[^\[\]]*?([^\[\]\s/.]*)(?:\.[^\[\]\s/]*)?\]($)?", re.MULTILINE
)
"""The address of a picture without an alternative text; it may be wrapped behind a slash."""
_BOUND = re.compile("(?<=[\u2e80-\uffef])_+(?=[\u2e80-\uffef])")
"""A no-break space between two wide characters, as html2text writes it."""


def _own_picture(mark: re.Match[str]) -> str:
    """Return the mark of a picture on a line of its own; a picture beside text is an icon."""
    return f"[{mark[2]}]" if mark[1] is not None and mark[3] is not None else ""


def _without_stars(text: str) -> str:
    text = _PICTURE_ADDRESS.sub(_own_picture, text)
    text = _BOUND.sub(" ", _EMPTY_HEADING.sub("", text))
    text = _STARRED.sub(lambda heading: f"\n{heading[2]}\n", text)
    text = _BARE_ITEM.sub("    • ", text).replace("_·_", " · ")
    text = _AT_SPACE.sub(" ", text)
    # html2text breaks lines only at spaces, and writes no blank line between paragraphs.
    return re.sub(f"(?<=[{_STOPS}])\n|\n(?=\u3000)|(?<=\n)([^\n]{{1,{_SHORTEST}}})\n", r"\g<1>\n\n", text)


_PANDOC_ITEM = re.compile(r"^ {0,4}-   (?=\S)", re.MULTILINE)
_RULED = re.compile(f"^(?:{drawn_tables.RULE.pattern}|{drawn_tables.GRID.pattern})$", re.MULTILINE)


def _without_plain(text: str) -> str:
    """Convert pandoc's plain text, with lists (`-   `) and tables, to w3m's form."""
    lines = drawn_tables.of_pandoc(_PANDOC_ITEM.sub("• ", text).split("\n"))
    # It breaks lines at spaces only.
    return re.sub(
        r"(?<=[^\n│┤┐┘])\n(?!\d{1,2}\.[ \u00a0])(?=[^\n•│├┌└ \u3000])", join_lines, "\n".join(lines)
    )
