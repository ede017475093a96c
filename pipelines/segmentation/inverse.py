"""The inverse of the channel: from a dump to its paragraphs, each with a certificate and the way back."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipelines.segmentation.channel import LIST_INDENT
from pipelines.segmentation.decode import END, SPACE, Measured, Reading, decode, measure, score_gaps
from pipelines.segmentation.infer import Page, end_score, infer
from pipelines.segmentation.marks import Group, groups

VERSION = "1"
"""Of the normaliser: it rises when the same dump may come out otherwise."""

UNSURE = 3.0
"""A gap with log-odds nearer to 0 than this is undecided, unless the geometry decides it."""

Certificate = Literal["trivial", "unique", "consistent", "unresolved"]
Role = Literal["paragraph", "heading", "caption", "list_item", "image"]


@dataclass(slots=True)
class Undecided:
    """A gap that neither rules nor geometry decide."""

    offset: int
    """Where in the block's text: before this character a space stands or could stand."""
    space: bool
    """What was chosen."""
    log_odds: float
    """Of a space."""
    alternatives: tuple[str, str]
    """The letters on both sides: as chosen, and otherwise."""


@dataclass(slots=True)
class DumpBlock:
    """A block of a dump with its white space undone."""

    text: str
    """Letters as the dump has them, without the mark."""
    role: Role
    certificate: Certificate
    mark: str = ""
    """The list mark before it."""
    undecided: list[Undecided] = field(default_factory=list)
    runs: list[tuple[int, int, int]] = field(default_factory=list)
    """(offset in text, line, column): from here on text and dump run on together."""

    def position(self, offset: int) -> tuple[int, int]:
        """The line (from 1) and the column (in characters, from 0) of the dump for an offset into the text."""
        run = self.runs[max(0, bisect_right(self.runs, (offset, 1 << 60, 0)) - 1)]
        return run[1], run[2] + offset - run[0]


def paragraphs(dump: str) -> list[str]:
    """The paragraphs of a dump, marks included. Only white space is decided: no letter is ever changed."""
    found: list[str] = []
    for group, texts in _read(dump):
        first, *others = (text for text, _ in texts)
        found.append(f"{group.mark} {first}".rstrip() if group.mark else first)
        found += others
    return found


def _read(dump: str) -> Iterator[tuple[Group, list[tuple[str, object]]]]:
    found = groups(dump)
    content = [[row.text for row in group.rows if row.text.strip()] for group in found]
    plain = [
        lines for lines, group in zip(content, found, strict=True) if lines and not group.mark and not group.image
    ]
    page = infer(plain or [lines for lines in content if lines] or [["。"]])
    for group, lines in zip(found, content, strict=True):
        if not lines:
            yield group, [("", None)]
            continue
        block = measure(lines, wide_ambiguous=page.terminal.wide_ambiguous)
        scores = score_gaps(block, page.style) if block.zones else {}
        reading = _best_reading(block, scores, page, group)
        yield group, [(text, None) for text in _texts(block, reading)]


def _best_reading(block: Measured, scores: dict[int, float], page: Page, group: Group) -> Reading:
    limit = page.terminal.limit
    ends = end_score(airy=page.airy)
    reading = decode(block, scores, limit, ends)
    # Inside a list the lines are narrower; a list of which the mark is lost shows by lines that all end early.
    if len(block.lines) > 1 and END in reading.ends[:-1]:
        for depth in (1, 2, 3):
            other = decode(block, scores, limit - depth * LIST_INDENT, ends)
            if other.total - 2.0 * depth * (not group.mark) > reading.total:
                reading = other
    return reading


def _texts(block: Measured, reading: Reading) -> list[str]:
    """The paragraphs of a block as it was read."""
    spaces = set(reading.spaces)
    found, pieces = [], []
    for line, end in zip(block.lines, reading.ends, strict=True):
        at = line.start
        for gap in line.gaps:
            pieces.append(block.text[at:gap])
            if gap in spaces:
                pieces.append(" ")
            at = gap + 1
        pieces.append(block.text[at : line.stop])
        if end == SPACE:
            pieces.append(" ")
        elif end == END:
            found.append("".join(pieces))
            pieces = []
    return found
