"""How a page of lynx, links, elinks or pandoc shows where its paragraphs begin, and which lines continue one for sure.

These programs write a blank line between two paragraphs, so that lines without one are parts of a paragraph, or lines
that the page itself breaks (`<br>`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STOPS = "。！？…”’）)"
"""The last characters of paragraphs."""
CLOSING = frozenset("，。、；：！？）》”’」』】")
"""Marks with which no paragraph begins, whatever is above it."""
NEVER_FIRST = CLOSING | {"…"}
"""Marks at the start of a line that continues the sentence of the line directly above."""
_NEVER_LAST = frozenset("，、（《“「『【")
"""Marks with which no paragraph ends."""
_PAIRS = ("（）", "《》", "“”", "「」", "『』")
_PADDED = re.compile("[ \u00a0]{2,8}(?=[“《「『（\\w])")
LEAST = 20
"""The fewest characters of a line that shows how the page indents its paragraphs."""
FEWEST, MOST_OTHERS = 3, 0.3
"""The fewest paragraphs with an indent that show it, and the most paragraphs without it for each of them."""


@dataclass(frozen=True, slots=True)
class ParagraphShape:
    """How the paragraphs of a page begin."""

    wide: bool = False
    """Whether with full-width spaces."""
    padded: bool = False
    """Whether with no-break spaces, which some programs print as spaces."""


def shape_of(lines: Sequence[str]) -> ParagraphShape:
    """Return how the lines below a blank line begin that are indented, or long and parts of sentences."""
    starts = [line for above, line in pairwise(["", *lines]) if line.strip() and not above.strip()]
    wide = sum(line.lstrip(" ").startswith("\u3000") for line in starts)
    padded = sum(_PADDED.match(line) is not None and _is_text(line) for line in starts)
    plain = sum(_is_text(line) and not line[0].isspace() for line in starts)
    return ParagraphShape(
        wide >= FEWEST and plain + padded <= MOST_OTHERS * wide,
        padded >= FEWEST and plain + wide <= MOST_OTHERS * padded,
    )


def _is_text(line: str) -> bool:
    return len(line) >= LEAST and ("。" in line or "，" in line)


def continues(above: str, line: str, shape: ParagraphShape) -> bool:
    """Return whether a line surely continues the paragraph above it.

    Marks show it; or the page indents its paragraphs, that one too, and the line is not indented.
    """
    if not above.strip() or not line.strip():
        return False
    if continues_by_marks(above, line):
        return True
    if line[:1].isspace():
        return False
    is_wide = shape.wide and above.lstrip(" ").startswith("\u3000")
    return is_wide or (shape.padded and _PADDED.match(above) is not None)


def continues_by_marks(above: str, line: str) -> bool:
    """Return whether marks show that a line continues the paragraph above it.

    The line begins, or that paragraph ends, with a mark with which no paragraph does, or the line closes its bracket.
    """
    text, below = above.strip(), line.strip()
    return (
        below[0] in NEVER_FIRST
        or text[-1] in _NEVER_LAST
        or any(_closes(text, below, pair) for pair in _PAIRS)
    )


def _closes(above: str, below: str, pair: str) -> bool:
    """Return whether a line closes the bracket or quotation that the text above opened last."""
    opened, closed = pair[0], pair[1]
    if above.rfind(opened) <= above.rfind(closed):
        return False
    return 0 <= below.find(closed) < (below.find(opened) if opened in below else len(below))
