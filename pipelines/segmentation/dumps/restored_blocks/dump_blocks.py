"""The blocks of a dump: text, role, certificate, and for each letter its position in the dump."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipelines.segmentation.dumps.certificates.certify import Certificate, certificate
from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT
from pipelines.segmentation.dumps.certificates.paragraph_ends import ends_are_open, is_broken
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.readings.line_metrics import FULL_WIDTH_SPACE, Measured
from pipelines.segmentation.dumps.restored_blocks.restored_rows import RestoredRows

Role = Literal["paragraph", "heading", "caption", "list_item", "image"]
"""What a block is on its page."""


@dataclass(slots=True)
class Undecided:
    """A gap that neither the rules nor the geometry decide."""

    offset: int
    """The offset of the gap in the block's text."""
    space: bool
    """Whether a space was chosen."""
    log_odds: float
    """The log-odds of a space."""
    alternatives: tuple[str, str]
    """The text around the gap without and with a space."""


@dataclass(slots=True)
class DumpBlock:
    """A block of a dump with its white space undone."""

    text: str
    """The text without the list mark; its letters are those of the dump."""
    role: Role
    certificate: Certificate
    """How certain its white space is."""
    mark: str = ""
    """The list mark before it."""
    undecided: list[Undecided] = field(default_factory=list)
    """Its gaps that neither the rules nor the geometry decide; only if the certificate is `consistent`."""
    group: int = 0
    """The number of its group of lines; blank lines and marks separate the groups."""
    ragged: bool = False
    """Whether a line of that group, other than its last, is short, which a wrapped title never has."""
    padded: bool = False
    """Whether its only line ends with white space, which comes from no-break spaces of the page."""
    indented: bool = False
    """Whether its first line begins with a full-width space, as the paragraphs of many pages do."""
    thulac: bool = False
    """Whether THULAC decided between readings of its lines."""
    lacks_letter: bool = False
    """Whether a letter outside GB2312 seems to be missing or damaged in it."""
    literal: bool = False
    """Whether no segmenter processed the dump, so that the columns are those of the page."""
    runs: list[tuple[int, int, int]] = field(default_factory=list)
    """(offset in the text, line, column) of each place from which text and dump have the same characters."""

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line (from 1) and the column (in characters, from 0) of the dump for an offset into the text."""
        run = self.runs[max(0, bisect_right(self.runs, (offset, 1 << 60, 0)) - 1)]
        return run[1], run[2] + offset - run[0]


def dump_block(read: RestoredRows, block: Measured, first: int, last: int, mark: str) -> DumpBlock:
    """Return the block of the paragraph in these lines of the group, with its certificate."""
    reading, limit = read.reading, read.terminal.limit
    text = read.text(first, last)
    runs, offsets = _runs(read, block, first, last)
    gaps = read.gaps.get(first, [])
    certified = certificate(
        gaps,
        read.habits,
        read.shown.get(first, frozenset()),
        wraps=read.wraps(first, last),
        ends=is_in_doubt(read, block, first, last, text),
        broken=is_broken(block, reading, limit, first, last, loose=read.loose),
    )
    role: Role = "image" if read.group.image else "list_item" if mark else "paragraph"
    undecided: list[Undecided] = []
    if certified == "consistent":
        opened = sorted((gap for gap in gaps if not gap.forced), key=lambda gap: gap.at)
        undecided = [_undecided(text, offsets[gap.at], gap.score) for gap in opened]
    if certified in ("trivial", "unique", "likely") and undo(text)[2]:
        certified = "consistent"
    padded = first == last and read.rows[first].raw.endswith("  ")
    indented = read.rows[first].raw.lstrip(" ").startswith("\u3000")
    return DumpBlock(
        text,
        role,
        certified,
        mark,
        undecided,
        padded=padded,
        indented=indented,
        literal=read.literal,
        runs=runs,
    )


def is_in_doubt(read: RestoredRows, block: Measured, first: int, last: int, text: str) -> bool:
    """Return whether something other than its gaps makes the paragraph in these lines, with this text, uncertain.

    Another width of the terminal may give another text, w3m may have deleted a space, or the paragraph may end
    elsewhere.
    """
    return (
        (first, last) in read.unsure
        or (bool(read.gaps.get(first)) and (read.guessed or read.narrowed))
        or (bool(read.gaps.get(first)) and first == 0 and read.alone_indented)
        or _hides_space(read, text, first, last)
        or ends_are_open(block, read.reading, read.terminal.limit, first, last, loose=read.loose)
    )


def _hides_space(read: RestoredRows, text: str, first: int, last: int) -> bool:
    """Return whether w3m may have deleted a space of an author who types spaces beside Han.

    It does so between Han and a unit such as `℃` that is wide on pages in GB2312, and on all pages at a line end. The
    habit for such a unit is seldom that for digits, so that it decides nothing.
    """
    counts = read.habits.votes.counts
    if not any(counts.get((kind, True)) for kind in BY_HABIT):
        return False
    lines = [row.text.strip() for row in read.rows[first : last + 1]]
    at_end = any(_ENDS_WITH_UNIT.search(f"{above}{below[:1]}") for above, below in pairwise(lines))
    return at_end or (bool(read.terminal.ambiguous) and _WIDE_UNIT.search(text) is not None)


_WIDE_UNIT = re.compile("(?<=[0-9 ])[℃℉‰°′″](?=[\u4e00-\u9fff])")
"""Matches a unit that is wide on pages in GB2312, between a number and Han."""
_ENDS_WITH_UNIT = re.compile("[0-9] ?[℃℉‰°′″Ω][\u4e00-\u9fff]$")
"""Matches a unit between a number and the first Han character of the next line."""


def _undecided(text: str, offset: int, log_odds: float) -> Undecided:
    space = text[offset : offset + 1] == " "
    before, after = text[max(0, offset - 8) : offset], text[offset + space : offset + space + 8]
    return Undecided(offset, space, log_odds, (before + after, f"{before} {after}"))


def _runs(
    read: RestoredRows, block: Measured, first: int, last: int
) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """Return the runs of a paragraph, and for each gap of its lines its offset in the text."""
    spaces = read.reading.spaces
    runs: list[tuple[int, int, int]] = []
    offsets: dict[int, int] = {}
    offset = 0
    for i in range(first, last + 1):
        line, row = block.lines[i], read.rows[i]
        if read.literal:
            # White space within a line is the author's, so the text has the line as it is.
            letters = block.text[line.start : line.stop]
            runs.append((offset, row.number, row.raw.index(letters, row.start)))
            offset += len(letters)
        else:
            at, left = line.start, None
            for token in _TOKEN.finditer(row.raw, row.start):
                if at == line.stop:
                    break
                if block.text[at] == " ":
                    offsets[at] = offset
                    offset += at in spaces
                    at += 1
                if token[0] == FULL_WIDTH_SPACE != block.text[at]:
                    continue
                column, stop = token.span()
                if column - offset != left:
                    left = column - offset
                    runs.append((offset, row.number, column))
                at, offset = at + stop - column, offset + stop - column
        offsets[line.stop] = offset
        offset += read.reading.ends[i] == 1
    return runs, offsets


_TOKEN = re.compile(f"{FULL_WIDTH_SPACE}|\\S+")
"""A token of the dump, whose letters stand together in the text too; full-width spaces at its ends are not in it."""
