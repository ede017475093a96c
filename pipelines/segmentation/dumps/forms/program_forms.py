"""Convert dumps of lynx, links, elinks, pandoc and html2text, and Markdown, to the form of w3m's dumps."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.chrome.whitespace import without_spaces
from pipelines.segmentation.dumps.dump_lines import ASIDE
from pipelines.segmentation.dumps.forms.dump_columns import main_column
from pipelines.segmentation.dumps.forms.line_end_rules import HTML2TEXT, MARGIN, PANDOC, columns
from pipelines.segmentation.dumps.forms.markdown_form import doubts_of, has_marks, levels_of, without_markdown
from pipelines.segmentation.dumps.forms.segmented_forms import LOSSY, words_with_spaces
from pipelines.segmentation.dumps.forms.wrapped_lines import (
    TAKEN,
    Joined,
    are_halves,
    is_text,
    of_margin,
    of_rule,
)
from pipelines.segmentation.dumps.tables import drawn_tables, spaced_tables


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
    halves: bool = True
    """Whether two lines without a blank line between them may be one title, as in w3m's dumps."""
    words: bool = False
    """Whether it is the output of a segmenter that marks its words in another way than by single spaces."""
    levels: dict[str, int] = field(default_factory=dict)
    """The level of each heading (1 is the highest) by its letters without white space, where the form shows it."""
    doubts: frozenset[str] = frozenset()
    """The letters around each line end of which the program's rule does not tell whether a space was there."""
    bars: frozenset[str] = frozenset()
    """The lines, without white space, that consist of several links, where the form shows links."""
    aside: dict[int, str] = field(default_factory=dict)
    """What was removed right of the text, by the number of the line of the dump (from 1)."""


def plain_form(text: str) -> Form:
    """Return the dump in the form of w3m, with or without a segmenter; such a dump is returned unchanged."""
    words, name = words_with_spaces(text)
    if name or words != text:
        return Form(words, name or "", lossy=name in LOSSY, halves="\n\n" in words, words=True)
    if has_marks(text):
        return Form(
            without_markdown(text),
            "Markdown",
            halves=False,
            levels=levels_of(text),
            doubts=frozenset(doubts_of(text)),
            bars=frozenset(without_spaces(_LINK.sub(r"\1", bar)) for bar in _BAR_IN_MARKDOWN.findall(text)),
        )
    if _STARRED.search(text) or _EMPTY_HEADING.search(text):
        # One star is the lowest heading, and six are the highest.
        levels = {without_spaces(found[2]): 7 - len(found[1]) for found in _STARRED.finditer(text)}
        plain, doubts = _without_stars(text)
        return Form(
            plain, "html2text", airy=False, lossy=True, halves=False, levels=levels, doubts=frozenset(doubts)
        )
    if _REFERENCES.search(text) or _has_margin(text):
        joined, aside = _without_links(_with_dashes(text))
        lines = "\n".join(joined.lines)
        bars = frozenset(without_spaces(bar.replace(TAKEN, "")) for bar in _BAR_WITH_NUMBERS.findall(lines))
        return Form(
            lines.replace(TAKEN, ""),
            "lynx or elinks",
            levels=_centred(text),
            doubts=frozenset(joined.doubts),
            bars=bars,
            aside=aside,
        )
    if _PANDOC_ITEM.search(text) or _RULED.search(text):
        plain, doubts = _without_plain(text)
        return Form(plain, "pandoc", halves=False, doubts=frozenset(doubts))
    return Form("\n".join(drawn_tables.of_tabs(text.split("\n"))) if "\t" in text else text)


_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
"""Matches a link in Markdown; its text is group 1."""
_BAR_IN_MARKDOWN = re.compile(r"^[ \t]*((?:\[[^\[\]\n]{1,8}\]\([^()\n]*\)[ \u3000|｜·]*){2,})$", re.MULTILINE)
_BAR_WITH_NUMBERS = re.compile(
    f"^ *({TAKEN}+[^{TAKEN}\\s]{{1,8}}(?:[ \u3000|｜·]*{TAKEN}+[^{TAKEN}\\s]{{1,8}})+) *$", re.MULTILINE
)
"""Match a line that consists of several short links."""


def _with_dashes(text: str) -> str:
    """Return the text of lynx with the dashes and middle dots of GB2312 as the web has them.

    lynx decodes A1AA as U+2015 and A1A4 as U+30FB, where the web's GB2312 has U+2014 and U+00B7.
    """
    return _HAN_DOT.sub("\u00b7", text.replace("\u2015", "\u2014"))


_HAN_DOT = re.compile("(?<=[\u4e00-\u9fff])\u30fb(?=[\u4e00-\u9fff])")


def _centred(text: str) -> dict[str, int]:
    """Return the lines that begin far to the right: links centres headings of the first level only."""
    lines = text.split("\n")
    centred = {without_spaces(line) for line in lines if line.startswith(ASIDE)}
    centred |= {without_spaces(one + two) for one, two in pairwise(lines) if are_halves(one, two)}
    return dict.fromkeys((line for line in centred if line), 1)


_REFERENCES = re.compile(
    r"^ *References\n((?:\s*\n|\s*(?:Visible|Hidden) links:?[^\n]*\n|\s*\d+\.[^\n]*\n?|\t\S+[^\n]*\n?)+)",
    re.MULTILINE,
)
_NUMBERED_ITEM = re.compile(r"^([ \u00a0]*)(\d{1,2})\.\u00a0(?=\S)", re.MULTILINE)
_INNER_PAGE = re.compile(r"^ *\[?I(?:FRAME|Frame): [^\n]*$", re.MULTILINE)
"""The line for a page within the page (iframe)."""
_LINE_ITEM = re.compile(r"^( {4,})[*+o#@.-] (?=\S)", re.MULTILINE)
_EMPTY_ITEMS = re.compile(r"^ {4,}(?:[*+•](?:[ \u00a0]+(?=[*+•\u3000\s])|[ \u00a0]*$))+", re.MULTILINE)
"""Items without text; links writes them before the text of the next paragraph."""


LONG = 40
"""The fewest columns of a line that shows the margin; menu items are shorter, and w3m indents them."""


def _has_margin(text: str) -> bool:
    """Return whether nearly all long lines of the text begin with lynx's margin."""
    lines = [line for line in text.split("\n") if line.strip()]
    long = [line for line in lines if columns(line.strip()) >= LONG and is_text(line)]
    judged = long or lines
    indented = [line for line in judged if line.startswith(" " * MARGIN)]
    exactly = any(line[MARGIN] != " " for line in indented)
    return len(lines) > MARGIN and exactly and len(indented) >= 0.8 * len(judged)


def _without_links(text: str) -> tuple[Joined, dict[int, str]]:
    """Return the text without the numbers of links, the list of their URLs at the end, the margin and a right column.

    The second value is what was removed right of the text, by the number of the line.
    """
    done = ""
    while found := _REFERENCES.search(text):
        numbers = re.findall(r"^\s*(\d+)\.", found[1], re.MULTILINE)
        done += _without_numbers(text[: found.start()], max(map(int, numbers), default=0)) + "\n"
        text = text[found.end() :]
    text = done + (text if done else _without_numbers(text, _numbered(text)))
    column = main_column(text)
    aside = {} if column.guessed else {n: each.replace(TAKEN, "") for n, each in column.removed.items()}
    text = _NUMBERED_ITEM.sub(_drawn_number, _INNER_PAGE.sub("", column.text if aside else text))
    text = _EMPTY_ITEMS.sub(lambda items: " " * MARGIN, text)
    text = _LINE_ITEM.sub(lambda item: item[1] + "• ", text)
    lines = text.split("\n")
    lines = [line[MARGIN:] if line.startswith(" " * MARGIN) else line for line in lines]
    lines = spaced_tables.with_frames(drawn_tables.of_links(lines), spaced_tables.BY_CHARACTERS)
    lines = drawn_tables.of_lynx(lines)
    return of_margin(lines), aside


def _drawn_number(item: re.Match[str]) -> str:
    """Return the number of an item of elinks with usual spaces in place of its no-break spaces."""
    return f"{' ' * len(item[1])}{item[2]}. "


def _without_numbers(text: str, last: int) -> str:
    """Return the text without the link numbers `[1]` to `[last]`, each at its first place after the one before."""
    pieces, at = [], 0
    for number in range(1, last + 1):
        mark = f"[{number}]"
        start = text.find(mark, at)
        if start >= 0:
            pieces.append(text[at:start] + TAKEN * len(mark))
            at = start + len(mark)
    done = "".join([*pieces, text[at:]])
    # elinks numbers the links of a right column after those below the left one.
    for number in range(1, last + 1):
        mark = f"[{number}]"
        if done.count(mark) == 1 and re.search(rf"[·•] ?\[{number}\]", done):
            done = done.replace(mark, TAKEN * len(mark))
    return done


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


_NUMBER_BEFORE_WORD = re.compile(r"(?<!\u3000)\[(\d{1,4})\](?=[^\W\d])")
"""A number that may be that of a link; one behind the indent of a paragraph was typed."""


_STARRED = re.compile(r"^(\*{2,6})[ \u00a0]+(\S.*?(?:\n[^\s*].*?)?)[ \u00a0]+\1$", re.MULTILINE)
"""A heading of html2text, which may have two lines."""
_STOPS, _SHORTEST = "。！？…”’）)", 36
"""The last characters of paragraphs in a dump of html2text, and the fewest letters of a line that is a paragraph."""
_EMPTY_HEADING = re.compile(r"^\*{2,6}[ \u00a0]+\*{2,6}$", re.MULTILINE)
_BARE_ITEM = re.compile(r"^ {2,}\* (?=\S)", re.MULTILINE)


_PICTURE_ADDRESS = re.compile(
    r"(^)?\[(?:https?:)?/[^\[\]]*?([^\[\]\s/.]*)(?:\.[^\[\]\s/]*)?\]($)?", re.MULTILINE
)
"""The address of a picture without an alternative text; it may be wrapped behind a slash."""
_BOUND = re.compile("(?<=[\u2e80-\uffef])_+(?=[\u2e80-\uffef])")
"""A no-break space between two wide characters, as html2text writes it."""


def _own_picture(mark: re.Match[str]) -> str:
    """Return the mark of a picture on a line of its own; a picture beside text is an icon."""
    return f"[{mark[2]}]" if mark[1] is not None and mark[3] is not None else ""


def _heading(found: re.Match[str]) -> str:
    """Return a heading on a line of its own."""
    return "\n" + found[2].replace("\n", " ") + "\n"


def _without_stars(text: str) -> tuple[str, set[str]]:
    """Return the text of html2text in w3m's form, and the letters around each line end that is in doubt."""
    text = _PICTURE_ADDRESS.sub(_own_picture, text)
    text = _BOUND.sub(" ", _EMPTY_HEADING.sub("", text))
    text = _STARRED.sub(_heading, text)
    text = _BARE_ITEM.sub("  • ", text).replace("_·_", " · ")
    joined = of_rule(text.split("\n"), HTML2TEXT)
    # It writes no blank line between paragraphs.
    text = re.sub(
        f"(?<=[{_STOPS}])\n|\n(?=\u3000)|(?<=\n)([^\n]{{1,{_SHORTEST}}})\n",
        r"\g<1>\n\n",
        "\n".join(joined.lines),
    )
    return text, joined.doubts


_PANDOC_ITEM = re.compile(r"^ {0,4}-   (?=\S)", re.MULTILINE)
_RULED = re.compile(f"^(?:{drawn_tables.RULE.pattern}|{drawn_tables.GRID.pattern})$", re.MULTILINE)
_EMPTY = re.compile(r"^ *(?:\[\] *$|- *$(?=\n *(?:\n|-)|\n?\Z))", re.MULTILINE)
"""The mark of a picture without an alternative text, or of an item without text, on a line of its own."""


def _without_plain(text: str) -> tuple[str, set[str]]:
    """Convert pandoc's plain text, with lists (`-   `) and tables, to w3m's form."""
    lines = drawn_tables.of_pandoc(_EMPTY.sub("", text).split("\n"))
    joined = of_rule(lines, PANDOC)
    return _PANDOC_ITEM.sub("  • ", "\n".join(joined.lines)), joined.doubts
