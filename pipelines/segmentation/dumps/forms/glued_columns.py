"""Find the lines of a segmented dump to which a segmenter glued the words of a column right of the text.

Nothing shows any longer where the column begins, but the lines beside it are longer than those that the text's own
cell wraps, and old pages put a mark before each title of such a list.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.segmentation.dumps.dump_lines import FRAMES
from pipelines.segmentation.dumps.forms.dump_columns import TIME, MainColumn
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal
from pipelines.segmentation.text.middle_dot_names import SOUNDS

_TERMINAL = Terminal(0, Ambiguous.WIDE)
_EDITORS = re.compile("责任?编[辑：:]")
_INDENT = "\u3000"
_MARKED = re.compile(r"[^\s·•■●◆▪►]\s*\u3000? ([·•■●◆▪►]) ?([^·•■●◆▪►。，；]{4,})$")
"""A line that ends with a mark and a title."""
_OWN_MARK = re.compile(r"[·•■●◆▪►]")
ABOVE = 3
"""The most lines above the time that may be titles."""
BEYOND = 5
"""The fewest columns by which a line is too long for the text's cell, though a mark may hang over its end."""
FEWEST_WRAPS = 2
"""The fewest wrapped lines of one width that show that of the text's cell."""


def glued_lines(lines: Sequence[str], column: MainColumn) -> set[int]:
    """Return the indices of the lines of a segmented dump's article that seem to have words of a column right of it.

    If there are such lines, those of the titles are among them, and those that are only a mark and a title. `column` is
    what was removed from the lines before.
    """
    squeezed = [line.replace(" ", "") for line in lines]
    time = next((i for i, line in enumerate(squeezed) if TIME.search(line)), None)
    if time is None:
        return set()
    end = next((i for i in range(time + 1, len(lines)) if _EDITORS.search(squeezed[i])), None)
    if end is None:
        end = max((i for i in range(time + 1, len(lines)) if squeezed[i].endswith("。")), default=time)
    own = range(max(0, time - ABOVE), end)
    marked = {i for i in own if i >= time - 1 and _has_item(lines[i])}
    cell = _width_of_cell(squeezed, time, end)
    long = {i for i in own if i > time and cell and _columns(squeezed[i]) >= cell + BEYOND}
    found = marked | long
    alone = _alone(squeezed, time, end)
    others = len(found) + len(alone)
    if column.guessed:
        # Only words showed what to remove.
        found |= {number - 1 for number in column.removed}
    elif (others < FEWEST_GLUED and not long) or min(found, default=end) > time + NEAR_TIME:
        return set()
    titles = {i for i in range(own.start, time) if squeezed[i] and any(squeezed[i:time])}
    return found | titles | alone if found else titles


FEWEST_GLUED = 2
"""The fewest lines with words of the column, or with nothing else, that show it."""
NEAR_TIME = 6
"""The most lines from the time to the first such line."""


def _has_item(line: str) -> bool:
    """Return whether a line ends with a mark and a title, which is no second part of a foreign name."""
    found = _MARKED.search(line.strip(" "))
    if found is None or line.lstrip(" ")[:1] in FRAMES:
        return False
    letters = "".join(found[2].split())
    return found[1] not in "·•" or sum(char not in SOUNDS for char in letters) * 2 > len(letters)


def _alone(lines: Sequence[str], time: int, end: int) -> set[int]:
    """Return the indices of the lines between the time and the end that are only a mark and a title."""
    return {i for i in range(time + 1, end) if _OWN_MARK.match(lines[i])}


def _width_of_cell(lines: Sequence[str], time: int, end: int) -> int:
    """Return the commonest width of the lines that another line continues; 0 if there are too few."""
    widths = [
        _columns(line)
        for line, after in pairwise(lines[time + 1 : end])
        if after
        and not after.startswith(_INDENT)
        and not _OWN_MARK.match(after)
        and not FRAMES & {line[:1], after[:1]}
    ]
    widths = [width for width in widths if width >= NARROWEST]
    near = {width: sum(width - 2 <= each <= width for each in widths) for width in set(widths)}
    best = max(near, key=lambda width: (near[width], width), default=0)
    return best if best and near[best] >= max(FEWEST_WRAPS, len(widths) / 2) else 0


NARROWEST = 40
"""The fewest columns of a cell of text."""


def _columns(text: str) -> int:
    return _TERMINAL.width(text) + _TERMINAL.width(_INDENT) * text.startswith(_INDENT)
