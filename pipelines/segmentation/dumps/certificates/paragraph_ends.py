"""Tell whether a paragraph of a dump may end elsewhere, or seems to end in the middle of a sentence."""

import re

from pipelines.segmentation.dumps.readings.best_reading import END, Reading
from pipelines.segmentation.dumps.readings.line_metrics import Measured

STOPS = frozenset("。！？…”’」』）.!?)")
"""Characters with which paragraphs end."""
_OPEN = re.compile(r"[\w，、；：—][”’」』]$")
"""The end of a quotation within a sentence (`“线”`, `“不，”他说`), with which hardly any paragraph ends."""


def ends_are_open(
    block: Measured, reading: Reading, limit: int, first: int, last: int, *, loose: bool
) -> bool:
    """Return whether a paragraph break after a line of the paragraph, or after the line above, is uncertain.

    With `loose`, paragraphs are separated only by short lines, so a full line that ends with a full stop is uncertain.
    Otherwise blank lines separate them, and a paragraph break after a sentence within a block is uncertain.
    """
    for i in range(max(0, first - 1), min(last + 1, len(block.lines) - 1)):
        if not _is_closed(block, i):
            continue
        inside = not loose and reading.ends[i] == END and _is_prose(block, reading, i)
        if inside or (loose and _is_full(block, reading, limit, i, slack=SLACK)):
            return True
    return False


def is_broken(block: Measured, reading: Reading, limit: int, first: int, last: int, *, loose: bool) -> bool:
    """Return whether the paragraph begins or ends in the middle of a sentence.

    On pages whose paragraphs are separated by blank lines, every line end inside a block of sentences is such a place;
    with `loose`, only the end of a line that is nearly full, because the width may be estimated wrongly.
    """
    if len(block.lines) == 1:
        return False
    ends = [i for i in (first - 1, last) if 0 <= i < len(block.lines) - 1]
    return any(
        not _is_closed(block, i)
        and _is_full(block, reading, limit, i, slack=SLACK if loose else limit)
        and (_is_full(block, reading, limit, i) or _is_prose(block, reading, i))
        for i in ends
    )


def _is_closed(block: Measured, i: int) -> bool:
    """Return whether the last characters of the line can be the end of a sentence."""
    return sentence_ends(block.text[block.lines[i].start : block.lines[i].stop].replace(" ", ""))


def sentence_ends(text: str) -> bool:
    """Return whether the last characters of the text can be the end of a sentence."""
    return text[-1:] in STOPS and not _OPEN.search(text[-3:])


def _is_prose(block: Measured, reading: Reading, i: int) -> bool:
    """Return whether the line has a part of a sentence, and the paragraph after it the rest."""
    last = next(j for j in range(i + 1, len(block.lines)) if reading.ends[j] == END)
    above, below = block.lines[i], block.text[block.lines[i + 1].start : block.lines[last].stop]
    whole = block.text[above.start : above.stop]
    return (len(whole) >= PROSE or len(below) >= 2 * PROSE) and (
        whole[-1] in _GOES_ON or below[0] == "|" or bool(_COMMAS & set(whole + below))
    )


PROSE = 14
"""The fewest characters of a line that may be a part of a sentence."""
SLACK = 6
"""The columns of a nearly full line that may be free."""
_GOES_ON = frozenset("，、：；（《“|")
"""Marks at the end of a line whose sentence goes on in the next line."""
_COMMAS = frozenset("，。；！？")
"""Marks that no title has."""


def _is_full(block: Measured, reading: Reading, limit: int, i: int, *, slack: int = 0) -> bool:
    """Return whether the first unit of the next line and `slack` columns would not have fitted on the line."""
    line = block.lines[i]
    held = line.width + sum(gap in reading.spaces for gap in line.gaps) + (0 if i else reading.indent)
    return held + block.lines[i + 1].units[-1][0] + slack > limit
