"""The paragraphs of a reading, their text, and whether w3m wraps it into the lines of the dump again."""

from collections.abc import Iterator

from pipelines.segmentation.dumps.readings.best_reading import END, SPACE, Reading
from pipelines.segmentation.dumps.readings.line_metrics import DumpLine, Measured
from pipelines.segmentation.dumps.w3m import Terminal, wrap, wraps_as


def wraps_into(text: str, lines: list[str], terminal: Terminal, *, literal: bool) -> bool:
    """Return whether w3m breaks the text into these lines."""
    if literal:
        text = _as_laid_out(text, lines[0])
    if len(lines) == 1:
        return terminal.width(text) <= terminal.limit or len(wrap(text, terminal)) == 1
    return wraps_as(text, lines, terminal)


def _as_laid_out(text: str, first: str) -> str:
    """Return the text with its indent, and with padding that w3m keeps: what it does not fold are no-break spaces."""
    indent = first[: len(first) - len(first.lstrip())]
    return (indent + text).replace("  ", "\u00a0\u00a0")


def paragraphs_of(block: Measured, reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each paragraph of a block."""
    first = 0
    for i, end in enumerate(reading.ends):
        if end == END:
            yield first, i
            first = i + 1


def text_of(block: Measured, reading: Reading, first: int, last: int) -> str:
    """Return the text of the paragraph that these lines make."""
    if first == last and not block.lines[first].gaps:
        return block.text[block.lines[first].start : block.lines[first].stop]
    spaces = reading.spaces
    pieces: list[str] = []
    for i in range(first, last + 1):
        line: DumpLine = block.lines[i]
        at = line.start
        for gap in line.gaps:
            pieces.append(block.text[at : gap + (gap in spaces)])
            at = gap + 1
        pieces.append(block.text[at : line.stop])
        if reading.ends[i] == SPACE:
            pieces.append(" ")
    return "".join(pieces)
