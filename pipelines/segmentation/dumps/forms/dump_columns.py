"""Keep the main column of a dump whose page had a table beside the text, and remove the list to its right.

Old pages are tables of two columns. The right column begins beside the title or beside the line with the time, and
continues beside the text. Only such a column is removed. Cells of tables in the text, and foreign names with a middle
dot, are kept.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.segmentation.dumps.dump_lines import FRAMES, LIST_MARKS
from pipelines.segmentation.dumps.readings.segmenter_detection import is_segmented
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

LEAST = 5
"""The fewest lines whose right column begins at the same place, if nothing else shows it."""
FEWEST = 2
"""The fewest such lines if all lines of the article end before that place."""
WIDEST_GUTTER = 20
"""The most columns between the text and the right column."""
FIRST_COLUMN = 40
"""The first terminal column at which a right column may begin."""

_TERMINAL, _NARROW = Terminal(0, Ambiguous.WIDE), Terminal(0, Ambiguous.NARROW)
_GAP = re.compile(r"  +(?=\S)")
TIME = re.compile(r"[12]\d{3}[-年./]\d{1,2}[-月./]\d{1,2}日?.{0,3}\d{1,2}[:：]\d{2}")
"""The time of publication in a line without white space."""


@dataclass(frozen=True, slots=True)
class MainColumn:
    """A dump without its right column."""

    text: str
    """The text, with the same number of lines."""
    removed: dict[int, str] = field(default_factory=dict)
    """What was removed from a line, by the number of the line (from 1)."""
    guessed: bool = False
    """Whether a segmenter deleted the columns, so that only words show where the right one begins."""


def main_column(text: str) -> MainColumn:
    """Return the dump without its right column, if it has one."""
    lines = text.split("\n")
    times = [i for i, line in enumerate(lines) if TIME.search("".join(line.split()))]
    if not times:
        return MainColumn(text)
    guessed = is_segmented(text)
    kept = _without_right_list(lines, times) if guessed else _without_right_column(lines, times)
    removed = {
        number: rest
        for number, (line, left) in enumerate(zip(lines, kept, strict=True), 1)
        if (rest := line.strip(" ").removeprefix(left.strip(" ")).strip())
    }
    return MainColumn("\n".join(kept), removed, guessed) if removed else MainColumn(text)


def _without_right_column(lines: Sequence[str], times: Sequence[int]) -> list[str]:
    """Return the lines without what is right of an empty column of the terminal beside a line with a time."""
    best: tuple[int, int, range, Terminal] = (0, 0, range(0), _TERMINAL)
    # Quotation marks are narrow on UTF-8 pages and wide on GB2312 pages: with the right width, more lines agree.
    for terminal in (_TERMINAL, _NARROW):
        starts = {i: set(_starts(line, terminal)) for i, line in enumerate(lines) if "  " in line.rstrip()}
        counts = Counter(start for each in starts.values() for start in each)
        for column in sorted(counts, reverse=True):
            if counts[column] < max(FEWEST, best[0] + 1):
                continue
            for run in _runs(lines, starts, column, terminal):
                count = sum(column in starts.get(i, ()) for i in run)
                if count > best[0] and (
                    (count >= LEAST and any(i in run for i in times))
                    or (count >= FEWEST and _is_beside_article(lines, run, times, column, terminal))
                ):
                    best = (count, column, run, terminal)
    count, column, run, terminal = best
    if not count:
        return list(lines)
    run = range(
        _end_of_run(lines, run, column, terminal, -1), _end_of_run(lines, run, column, terminal, 1) + 1
    )
    return [_left_of(line, column, terminal) if i in run else line for i, line in enumerate(lines)]


def _runs(
    lines: Sequence[str], starts: dict[int, set[int]], column: int, terminal: Terminal
) -> Iterator[range]:
    """Yield the ranges of lines, from one with the column to another, in which no letter is just before the column."""
    first = last = -1
    for i, line in enumerate(lines):
        if column in starts.get(i, ()):
            first, last = (i if first < 0 else first), i
        elif first >= 0 and not _is_free_before(line, column, terminal):
            yield range(first, last + 1)
            first = -1
    if first >= 0:
        yield range(first, last + 1)


def _is_free_before(line: str, column: int, terminal: Terminal) -> bool:
    """Return whether a line ends before a column, or has white space before it."""
    left = _left_of(line, column, terminal)
    return line.lstrip()[:1] not in FRAMES and (left == line.rstrip() or terminal.width(left) < column)


def _end_of_run(lines: Sequence[str], run: range, column: int, terminal: Terminal, step: int) -> int:
    """Return the end of a run, further lines included whose right column begins there behind a single space."""
    at = run[-1] if step > 0 else run[0]
    while 0 <= at + step < len(lines):
        left = _left_of(lines[at + step], column, terminal)
        if terminal.width(left) != column - 1 or left == lines[at + step].rstrip():
            break
        at += step
    return at


def _is_beside_article(
    lines: Sequence[str], run: range, times: Sequence[int], column: int, terminal: Terminal
) -> bool:
    """Return whether the column begins above the text, and all lines of the article, also below it, end before it.

    The text is in a cell of a table then, and at least one of its lines is as wide as the cell.
    """
    time = next((i for i in times if run.start <= i < run.stop + LEAST), None)
    if time is None:
        return False
    end = next((i for i in range(time + 1, len(lines)) if _EDITORS.search(lines[i])), None)
    if end is None:
        end = max((i for i in range(time + 1, len(lines)) if lines[i].rstrip().endswith("。")), default=time)
    if not all(_is_free_before(lines[i], column, terminal) for i in range(run.start, end)):
        return False
    lefts = [_left_of(line, column, terminal) for line in lines[time + 1 : end]]
    return any(
        column - WIDEST_GUTTER <= terminal.width(one) and two[:1].strip()
        for one, two in pairwise(lefts)
        if one.strip()
    )


_EDITORS = re.compile("责 ?任? ?编 ?[辑：:]")


def _starts(line: str, terminal: Terminal) -> list[int]:
    """Return the columns beyond the middle at which words begin after two or more spaces; none in frames and forms."""
    if line.lstrip()[:1] in FRAMES:
        return []
    found: list[int] = []
    at = width = 0
    for gap in _GAP.finditer(line):
        width += terminal.width(line[at : gap.end()])
        at = gap.end()
        if width >= FIRST_COLUMN and line[at] != "]":
            found.append(width)
    return found


def _left_of(line: str, column: int, terminal: Terminal) -> str:
    width = 0
    for i, char in enumerate(line):
        if width >= column:
            return line[:i].rstrip()
        width += terminal.width(char)
    return line.rstrip()


WIDEST_ITEM = 40
"""The most columns of an item in the list to the right of the text."""
SHORT = 8
"""The most columns of a line that is only the rest of an item."""
FEWEST_ALONE = 2
"""The fewest lines of a list that contain nothing else, because the text has a blank line there."""
NEARLY = 4
"""The most columns that a full line may lack."""

_ITEM = re.compile("(?:^| )[·•] ?[^·•]*$")
_HEADS = re.compile(r"(?:^| )(?:新 ?闻 ?检 ?索|热 ?点 ?新 ?闻|(?:\[ *\] ?)?\[ ?检 ?索 ?\])$")
"""Texts above the list in the site's old pages: a search form and the name of the list."""
_OPEN = re.compile("[“《（][^”》）]*$")
_SENTENCE_ENDS = tuple("。！？”")


def _without_right_list(raw: Sequence[str], times: Sequence[int]) -> list[str]:
    """Return the lines of a segmented dump without the list right of the text.

    The segmenter removed the columns, so the list is recognised by the marks of its items. From its first item to its
    last, every line contains an item or the rest of one.
    """
    lines = [line.strip(" ") for line in raw]
    items = {i: found.start() for i, line in enumerate(lines) if (found := _item(line))}
    first, last = _range_of(items)
    if last - first + 1 < LEAST or not _is_list(lines, items, first, last, times):
        return list(raw)
    kept = [*raw[: max(0, first - LEAST)], *map(_without_head, lines[max(0, first - LEAST) : first])]
    column = max(
        _columns(line[: items[i]]) for i, line in enumerate(lines) if first <= i <= last and i in items
    )
    right = max(_columns(lines[i][items[i] :]) for i in items if first <= i <= last)
    above = ""
    for i in range(first, last + 1):
        line = lines[i]
        if i in items:
            kept.append(line[: items[i]])
            above = line[items[i] :]
        elif _columns(above) + 2 * NEARLY >= right or _columns(line) > column:
            kept.append(_without_head(_without_rest(line, column)))
            above = ""
        else:
            kept.append(_without_head(line))
    rest = list(raw[last + 1 :])
    if _OPEN.search(above) and rest:
        rest[0] = _without_rest(lines[last + 1], column)
    return kept + rest


def _without_head(line: str) -> str:
    return _HEADS.sub("", line)


def _item(line: str) -> re.Match[str] | None:
    found = None if line[:1] in LIST_MARKS - {"•"} else _ITEM.search(line)
    return found if found and _columns(found[0]) <= WIDEST_ITEM else None


def _is_list(
    lines: Sequence[str], items: dict[int, int], first: int, last: int, times: Sequence[int]
) -> bool:
    """Return whether these items are a list right of the text, and not names such as 安妮 · 贝尔 in the text.

    The list begins at the title or at the time, which are in the same table; the name of the list or a search form is
    above it, or some of its items are beside blank lines; and it makes the lines of the text unequally long, whereas
    lines that contain a name are full or end with the sentence.
    """
    heads = [i for i in range(max(0, first - LEAST), first) if _HEADS.search(lines[i])]
    if not any(min([first, *heads]) <= i <= last for i in times):
        return False
    alone = [i for i, start in items.items() if first <= i <= last and not start]
    if len(alone) < FEWEST_ALONE and not heads:
        return False
    widths = {i: _columns(lines[i]) for i in range(first, last + 1) if items.get(i)}
    full = _full_width(lines)
    texts = sum(
        full - NEARLY <= width <= full or lines[i].endswith(_SENTENCE_ENDS) for i, width in widths.items()
    )
    return 2 * texts <= len(widths)


def _full_width(lines: Sequence[str]) -> int:
    """Return the commonest width of long lines, up to `NEARLY` columns: that of the terminal or the text's column."""
    widths = Counter(width for line in lines if (width := _columns(line)) > WIDEST_ITEM)
    counts = {width: sum(widths[width - less] for less in range(NEARLY + 1)) for width in widths}
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _range_of(items: dict[int, int]) -> tuple[int, int]:
    """Return the first and last line of the longest list beside text; between two items are at most two lines."""
    best = (0, -1)
    first = before = -10
    beside = 0
    for at, start in sorted(items.items()):
        if at - before > 3:
            first, beside = at, 0
        beside += start > 0
        before = at
        if beside >= LEAST // 2 and at - first > best[1] - best[0]:
            best = (first, at)
    return best


def _without_rest(line: str, column: int) -> str:
    """Return the line without the rest of the item above: what does not fit the column, and the last token at least."""
    if _columns(line) <= SHORT:
        return ""
    tokens = line.split(" ")[:-1]
    while tokens and _columns("".join(tokens)) > column:
        tokens.pop()
    return " ".join(tokens)


def _columns(text: str) -> int:
    return _TERMINAL.width(text.replace(" ", ""))
