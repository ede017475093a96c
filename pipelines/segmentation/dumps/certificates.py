"""How sure a reading is: which gaps nothing decides, and whether the text wraps into the very lines it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.segmentation.dumps.best_reading import END, JOINED, SPACE, Reading
from pipelines.segmentation.dumps.line_metrics import Line, Measured
from pipelines.segmentation.dumps.page_style import SPACED, TIGHT
from pipelines.segmentation.dumps.w3m import Terminal, wrap

Certificate = Literal["trivial", "unique", "consistent", "unresolved"]

STOPS = frozenset("。！？…”’」』）.!?)")
"""What paragraphs end with."""

UNSURE = 3.0
"""A gap with log-odds nearer to 0 than this is undecided, unless the geometry decides it."""


@dataclass(slots=True)
class Open:
    """What the rules leave open in one paragraph, as offsets into the block's folded text."""

    unsure: int
    """Gaps that the rules alone do not decide."""
    gaps: list[int]
    """Those that the geometry does not decide either."""
    ends: bool = False
    """Whether a paragraph may as well end, or not end, behind one of its lines."""


def undecided(
    block: Measured,
    scores: dict[int, float],
    reading: Reading,
    limit: int,
    first: int,
    last: int,
    *,
    doubtful: bool,
) -> Open:
    """What is open in the lines from `first` to `last` of a block, which make one paragraph.

    `doubtful` says that the page does not show the typist's habit: no gap that hangs on it is then sure.
    """
    found = Open(0, [])
    open_scores = (TIGHT, SPACED) if doubtful else ()

    def is_sure(score: float) -> bool:
        return abs(score) >= UNSURE and score not in open_scores

    spaces = set(reading.spaces)
    for i in range(first, last + 1):
        line = block.lines[i]
        unsure = [gap for gap in line.gaps if not is_sure(scores[gap])]
        found.unsure += len(unsure)
        low, high = _spaces_allowed(block, reading, limit, i)
        sure = sum(gap in spaces for gap in line.gaps if is_sure(scores[gap]))
        fewest, most = max(0, low - sure), min(len(unsure), high - sure)
        if fewest < most or 0 < fewest < len(unsure):
            found.gaps += unsure
        if reading.ends[i] != END and not is_sure(scores.get(line.stop, UNSURE)):
            found.unsure += 1
            if line.may_break and line.may_space and _end_is_open(block, reading, limit, i, spaces):
                found.gaps.append(line.stop)
    return found


def _spaces_allowed(block: Measured, reading: Reading, limit: int, i: int) -> tuple[int, int]:
    """The fewest and the most spaces that the line can have held."""
    line = block.lines[i]
    room = max(0, limit - line.width - (0 if i else reading.indent))
    if reading.ends[i] == END:
        return 0, room
    onward = block.lines[i + 1].units[reading.firsts[i + 1]][0]
    return max(0, room - onward + (reading.ends[i] == JOINED)), room


def _end_is_open(block: Measured, reading: Reading, limit: int, i: int, spaces: set[int]) -> bool:
    line = block.lines[i]
    held = sum(gap in spaces for gap in line.gaps)
    onward = block.lines[i + 1].units[reading.firsts[i + 1]][0]
    width = line.width + (0 if i else reading.indent)
    return reading.ends[i] == JOINED or width + held + onward > limit


def certificate(
    text: str, lines: list[str], terminal: Terminal, found: Open, *, literal: bool
) -> Certificate:
    """The certificate of a paragraph that was read from these lines.

    trivial: nothing was in doubt; unique: only one reading agrees with the geometry; consistent: this one does,
    and others would; unresolved: the text does not wrap into the lines that it came from.
    """
    if not _wraps_into(text, lines, terminal, literal=literal):
        return "unresolved"
    if found.gaps or found.ends:
        return "consistent"
    return "unique" if found.unsure else "trivial"


def _wraps_into(text: str, lines: list[str], terminal: Terminal, *, literal: bool) -> bool:
    if literal:
        text = _as_laid_out(text, lines[0])
    if len(lines) == 1:
        return terminal.width(text) <= terminal.limit or len(wrap(text, terminal)) == 1
    return ["".join(line.split()) for line in wrap(text, terminal)] == [
        "".join(line.split()) for line in lines
    ]


def _as_laid_out(text: str, first: str) -> str:
    """The text with its indent, and with padding that w3m keeps: what it does not fold are no-break spaces."""
    indent = first[: len(first) - len(first.lstrip())]
    return (indent + text).replace("  ", "\u00a0\u00a0")


def ends_are_open(
    block: Measured, reading: Reading, limit: int, first: int, last: int, *, loose: bool
) -> bool:
    """Whether behind a line of the paragraph, or behind the line above, the text may as well go on as end.

    With `loose`, short lines alone part the paragraphs: a full line that ends with a stop then tells nothing.
    """
    spaces = set(reading.spaces)
    for i in range(max(0, first - 1), min(last + 1, len(block.lines) - 1)):
        line = block.lines[i]
        if not loose or block.text[line.stop - 1] not in STOPS:
            continue
        held = sum(gap in spaces for gap in line.gaps)
        if line.width + held + block.lines[i + 1].units[-1][0] > limit:
            return True
    return False


def paragraphs_of(block: Measured, reading: Reading) -> Iterator[tuple[int, int]]:
    """The first and the last line of each paragraph of a block."""
    first = 0
    for i, end in enumerate(reading.ends):
        if end == END:
            yield first, i
            first = i + 1


def text_of(block: Measured, reading: Reading, first: int, last: int) -> str:
    """The text of the paragraph that these lines make."""
    spaces = set(reading.spaces)
    pieces: list[str] = []
    for i in range(first, last + 1):
        line: Line = block.lines[i]
        at = line.start
        for gap in line.gaps:
            pieces.append(block.text[at:gap] + " " * (gap in spaces))
            at = gap + 1
        pieces.append(block.text[at : line.stop] + " " * (reading.ends[i] == SPACE))
    return "".join(pieces)
