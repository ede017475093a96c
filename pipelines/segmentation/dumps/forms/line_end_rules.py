"""The rules by which lynx, links, elinks, pandoc and html2text break lines, and what stood at a line end.

Found by experiment in November 2026 with lynx 2.9.0dev, links 2.28, elinks 0.13, pandoc 2.17 and html2text 1.3.2a: each
dumped 400 paragraphs of random Han, punctuation, Latin words and numbers, and each of some 3,500 line ends was compared
with the paragraph. All of them remove the space at which they break a line. Elsewhere they break so:

- links and pandoc nowhere: a line without a space may have any width;
- lynx only a line without any space, behind its last column;
- elinks before a wide character, and never before a narrow one;
- html2text behind `-` and `/`, and before `(` and `[`.

lynx, links and html2text count each character as one column; elinks and pandoc count a wide character as two.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

WIDE = "\u2e80"
"""Characters from this one on take two columns of a terminal."""
columns: Callable[[str], int] = Terminal(0, Ambiguous.NARROW).width
"""Return the columns that a text takes on a terminal."""


@dataclass(frozen=True, slots=True)
class BreakRule:
    """Where a program breaks lines, other than at spaces, and how it measures them."""

    name: str
    tight: Literal["nowhere", "at the end", "before wide", "at marks"]
    """Where it breaks a line without removing a space."""
    in_columns: bool
    """Whether it counts a wide character as two; otherwise it counts characters."""
    usual: tuple[int, ...]
    """The limits of its lines on terminals of the usual widths, without the left margin, in ascending order."""

    def size(self, text: str) -> int:
        """Return the size of a text as the program counts it."""
        return columns(text) if self.in_columns else len(text)

    def unit(self, line: str) -> str:
        """Return the beginning of a line that the program would have put on the line above if there had been room."""
        pattern = _UNITS.get(self.tight, _TO_SPACE)
        found = pattern.match(line)
        return found[0] if found else ""


_TO_SPACE = re.compile("[^ ]*")
_UNITS = {
    "before wide": re.compile(f".[^ {WIDE}-\uffff]*"),
    "at marks": re.compile(r".(?:[^ (\[/-]*[/-]|[^ (\[/-]*)"),
}

MARGIN = 3
"""The columns of the left margin of lynx, links and elinks."""
USUAL_WIDTHS = (80, 100, 120, 132, 160, 200)
"""Usual widths of a terminal, in columns."""


def _less(free: int) -> tuple[int, ...]:
    return tuple(width - free for width in USUAL_WIDTHS)


LYNX = BreakRule("lynx", "at the end", in_columns=False, usual=_less(9))
LINKS = BreakRule("links", "nowhere", in_columns=False, usual=_less(6))
ELINKS = BreakRule("elinks", "before wide", in_columns=True, usual=_less(6))
PANDOC = BreakRule("pandoc", "nowhere", in_columns=True, usual=(72, *USUAL_WIDTHS))
HTML2TEXT = BreakRule("html2text", "at marks", in_columns=False, usual=(79, *USUAL_WIDTHS[1:]))


@dataclass(frozen=True, slots=True)
class Seam:
    """What a program removed where it broke a line."""

    space: bool
    """Whether it was a space."""
    sure: bool
    """Whether the program can have broken the line at nothing else."""


def seam_of(rule: BreakRule, limit: int, above: str, below: str, *, spaced: bool) -> Seam | None:
    """Return what was between two lines that one paragraph may have; None if they would have been one line.

    `limit` is the largest size of a line. Where a space and nothing are both possible, wide characters beside each
    other and beside punctuation have none, and Han beside Latin letters and digits have one if the page is `spaced`.
    """
    room = limit - rule.size(above)
    size = rule.size(rule.unit(below))
    if room >= 1 + size and not (rule.tight == "at marks" and _INSIDE.search(f"{above[-2:]}\n{below[0]}")):
        return None
    if not _may_be_tight(rule, room - size, above, below):
        return Seam(space=True, sure=True)
    left, right = above[-1], below[0]
    if is_mark(left) or is_mark(right) or (left > WIDE and right > WIDE):
        return Seam(space=False, sure=True)
    if left > WIDE or right > WIDE:
        return Seam(spaced, sure=False)
    return Seam(space=False, sure=False)


_INSIDE = re.compile("[A-Za-z0-9][-/]\n[A-Za-z0-9]")
"""A line end within a Latin word, where html2text breaks even if more of the word would fit."""


def _may_be_tight(rule: BreakRule, room: int, above: str, below: str) -> bool:
    """Return whether the program may have broken the line without removing a space."""
    if rule.tight == "before wide":
        return below[0] > WIDE and room < 0
    if rule.tight == "at the end":
        return " " not in above.strip() and room + rule.size(rule.unit(below)) == 0
    if rule.tight == "at marks":
        return above[-1] in "-/" or below[0] in "(["
    return False


def is_mark(char: str) -> bool:
    """Return whether a character is punctuation of Chinese, beside which nobody types a space."""
    return char in _MARKS


_MARKS = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』—…·～\u3000")
