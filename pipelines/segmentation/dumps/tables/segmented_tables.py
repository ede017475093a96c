"""Find the rows of tables in segmented dumps, where one space parts cells as it parts words, and guess their cells.

Short lines below each other that are no sentences may be rows. If a number stands alone in most of them and all rows
have as many numbers and words, these are taken for the cells: a guess, which the article tells.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.segmentation.dumps.dump_lines import FRAMES, LIST_MARKS
from pipelines.segmentation.dumps.readings.charset_evidence import is_time_line
from pipelines.segmentation.dumps.tables.drawn_tables import framed, letters_lost

_EDITORS = re.compile(r"\s*[（(【\[]?\s*(?:责 ?任? ?编 ?辑?|编辑)\s*[：:]")

FEWEST_ROWS = 3
"""The fewest lines that may be a table without anything between its cells but one space."""
SHARE_OF_LINE = 0.6
"""The greatest length of such a line, as a share of the longest line's."""
_NUMBERS = re.compile(r"(?:^| )[-+]?\d[\d.,]*(?: [.,] \d+)?%?(?= |$)")
"""Matches a number that stands alone in a line."""
_SENTENCE = re.compile(r"[，。；！？、:：[\]]|^\d{1,2}[.．、][^\d]|^[12]\d{3}年|^[·*+]")
"""Matches what rows have not: marks of sentences and brackets, or the start of a list item or a date."""


def with_guessed_frames(lines: Sequence[str]) -> tuple[list[str], set[int]]:
    """Return the lines of a segmented dump with the tables whose cells can be guessed in frames.

    Only tables between the page's time and its editors are drawn. The second value has the indices of all returned
    lines that may be rows of tables. No letter is lost.
    """
    first = next((at for at, line in enumerate(lines) if is_time_line(line)), len(lines))
    last = next((at for at in range(first, len(lines)) if _EDITORS.match(lines[at])), len(lines))
    done: list[str] = []
    doubted: set[int] = set()
    at = 0
    for run in runs_of_rows(lines, words=True):
        if not first < run.start < last:
            continue
        done += lines[at : run.start]
        start, at = len(done), run.stop
        own = lines[run.start : run.stop]
        above, cells = cells_of(own) or (len(own), [])
        drawn = [*own[:above], *(framed(cells) if cells else [])]
        done += own if letters_lost(own, drawn) else drawn
        doubted.update(range(start, len(done)))
    return [*done, *lines[at:]], doubted


def doubtful_lines(text: str, *, segmented: bool) -> set[int]:
    """Return the indices of the lines that may be rows of a table; without numbers only if the text is segmented."""
    return {at for run in runs_of_rows(text.split("\n"), words=segmented) for at in run}


def runs_of_rows(lines: Sequence[str], *, words: bool) -> list[range]:
    """Return the indices of the lines of each run of short lines that may be a table.

    A run in which few lines have a number is one only with `words`, and if blank lines are above and below it.
    """
    found: list[range] = []
    longest = max((len("".join(line.split())) for line in lines), default=0)
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _may_be_row(lines[end], longest):
            end += 1
        # Lines of text without a blank line beside them go on there.
        apart = (not at or not lines[at - 1].strip()) and (end == len(lines) or not lines[end].strip())
        if end - at >= FEWEST_ROWS and ((words and apart) or _is_numbered(lines[at:end])):
            found.append(range(at, end))
        at = max(end, at + 1)
    return found


def _is_numbered(lines: Sequence[str]) -> bool:
    """Return whether a number stands alone in most of the lines."""
    return 2 * sum(_NUMBERS.search(line.strip()) is not None for line in lines) > len(lines)


def _may_be_row(line: str, longest: int) -> bool:
    """Return whether a line is short, has several words, and neither begins nor ends like a sentence or an item."""
    letters = "".join(line.split())
    text = line.strip(" ")
    return (
        0 < len(letters) <= SHARE_OF_LINE * longest
        and " " in text
        and not text[0].isspace()
        and text[0] not in FRAMES | LIST_MARKS
        and not _SENTENCE.search(letters)
    )


def cells_of(lines: Sequence[str]) -> tuple[int, list[list[str]]] | None:
    """Return the cells of the rows of a run, and the number of lines before them, or None if nothing shows them.

    A number, or a run of words between numbers, is a cell. All rows below the head must have the same number of cells,
    and the words of a column must be one word in some row: otherwise they may be the words of two columns.
    """
    rows = [_atoms(line.split()) for line in lines]
    first = len(rows)
    while first and _has_number(rows[first - 1]) and len(rows[first - 1]) == len(rows[-1]):
        first -= 1
    data, count = rows[first:], len(rows[-1])
    if len(data) < FEWEST_ROWS - 1 or count < FEWEST_CELLS or first > MOST_ABOVE:
        return None
    if any(all(" " in row[i] and not _IS_NUMBER.match(row[i]) for row in data) for i in range(count)):
        return None
    if not first:
        return 0, data
    head = _head_cells(lines[first - 1].split(), count)
    return (first - 1, [head, *data]) if head else None


FEWEST_CELLS = 2
"""The fewest cells of a row."""
MOST_ABOVE = 2
"""The most lines above the rows with numbers: a caption and the heads of the columns."""
_IS_NUMBER = re.compile(r"[-+－]?\d")
_WHOLE = re.compile(r"[-+－]?\d+")
_POINT = frozenset(".,．")
_RANGE = frozenset("-－–—~～/")
_BEHIND, _SIGNS = frozenset("%‰℃°"), frozenset("-+－")
_MEASURES = (
    "克 千克 公斤 毫克 微克 吨 万吨 亿吨 米 厘米 毫米 微米 纳米 公里 千米 公顷 亩 升 毫升 元 万元 亿元 万 亿 千 百 "
    "秒 分 分钟 时 小时 天 日 周 月 个月 年 岁 次 个 倍 种 人 万人 度 千瓦 瓦 伏 千卡 千焦 赫兹 分贝"
)
"""Words behind a number that belong to it."""
_MEASURE_WORDS = frozenset(_MEASURES.split())


def _has_number(row: Sequence[str]) -> bool:
    return any(map(_IS_NUMBER.match, row))


def _atoms(tokens: Sequence[str]) -> list[str]:
    """Return the numbers of a row and the runs of words between them; a unit belongs to the number before it."""
    found: list[str] = []
    joins = False
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        number = bool(found) and _IS_NUMBER.match(found[-1]) is not None
        between = number and token in _POINT | _RANGE and _WHOLE.match(following) is not None
        signed = token in _SIGNS and following[:1].isdigit() and not number
        if joins or between or (number and (token in _BEHIND or token in _MEASURE_WORDS)):
            found[-1] += token
        elif found and not (number or signed) and not _WHOLE.fullmatch(token):
            found[-1] += f" {token}"
        else:
            found.append(token)
        joins = between or signed
    return found


def _head_cells(tokens: Sequence[str], count: int) -> list[str] | None:
    """Return the heads of so many columns; brackets belong to the word before them, and end a cell."""
    cells: list[list[str]] = [[]]
    depth = 0
    for before, token in pairwise(["", *tokens]):
        digits = token[:1].isdigit() and not before[-1:].isdigit()
        if cells[-1] and depth == 0 and (before in _CLOSING or digits):
            cells.append([])
        cells[-1].append(token)
        depth += (token in _OPENING) - (token in _CLOSING)
    while len(cells) < count:
        at = next((i for i, cell in enumerate(cells) if _first_word(cell)), None)
        if at is None:
            return None
        size = _first_word(cells[at])
        cells[at : at + 1] = [cells[at][:size], cells[at][size:]]
    return ["".join(cell) for cell in cells] if len(cells) == count else None


_OPENING, _CLOSING = frozenset("（("), frozenset("）)")


def _first_word(cell: Sequence[str]) -> int:
    """Return the number of tokens of the first word of two letters or more, or 0 if the cell has nothing behind it."""
    size = 1 if len(cell[0]) > 1 else 2
    return size if size < len(cell) and cell[size] not in _OPENING else 0
