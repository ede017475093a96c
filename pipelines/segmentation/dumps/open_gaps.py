"""The gaps of a paragraph that may be read in two ways, and what the rest of the page says of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.segmentation.dumps.best_reading import END, JOINED, SPACE, Reading
from pipelines.segmentation.dumps.line_metrics import Measured
from pipelines.segmentation.dumps.page_style import NEVER

CERTAIN = -NEVER - 0.5
"""A gap with log-odds beyond this has one reading only."""

LETTER, DIGIT, DATE = "letter", "digit", "date"
"""Gaps between Han and letters, between Han and digits, and those in dates."""
WORDS, MODEL, MEASURE, NUMBERS = "words", "model", "measure", "numbers"
"""Gaps between letters, from letters to digits, from digits to letters, and between digits."""
RUNS = (WORDS, MODEL, MEASURE, NUMBERS)
MARK, CLOSING, OPENING, AFTER, OTHER, BESIDE_HAN = (
    "mark",
    "closing",
    "opening",
    "after",
    "other",
    "beside_han",
)
"""Gaps beside a full-width mark; before a closing and behind an opening mark; behind a stop; beside other symbols, with
Han on the other side or without."""

_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile("[A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]")
_DATED = re.compile("[0-9]+[ \n]?[年月日]")


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap that may be read in two ways."""

    at: int
    """Its offset in the block's folded text."""
    kind: str
    score: float
    """The log-odds of a space."""
    space: bool
    """What was chosen."""
    forced: bool
    """Whether the line holds as many spaces as it can or as few as it must, so that only this choice re-wraps."""
    margin: float | None
    """How much THULAC's tokens prefer the choice, if it was asked."""


def gaps_of(
    block: Measured,
    scores: dict[int, float],
    reading: Reading,
    limit: int,
    first: int,
    last: int,
    decided: dict[int, float],
) -> Iterator[Gap]:
    """The gaps of the lines from `first` to `last` of a block that may be read in two ways."""
    spaces = set(reading.spaces)
    for i in range(first, last + 1):
        line = block.lines[i]
        gaps = [gap for gap in line.gaps if abs(scores[gap]) < CERTAIN]
        low, high = _spaces_allowed(block, reading, limit, i)
        sure = sum(gap in spaces for gap in line.gaps if abs(scores[gap]) >= CERTAIN)
        forced = high - sure <= 0 or low - sure >= len(gaps)
        for gap in gaps:
            yield Gap(gap, kind_of(block.text, gap), scores[gap], gap in spaces, forced, decided.get(gap))
        score = scores.get(line.stop, NEVER)
        if i < last and abs(score) < CERTAIN and line.may_space and line.may_break:
            held = line.width + sum(gap in spaces for gap in line.gaps) + (0 if i else reading.indent)
            space = reading.ends[i] == SPACE
            both = held + block.lines[i + 1].units[reading.firsts[i + 1]][0] > limit
            yield Gap(line.stop, kind_of(block.text, line.stop), score, space, not both, None)


def _spaces_allowed(block: Measured, reading: Reading, limit: int, i: int) -> tuple[int, int]:
    """The fewest and the most spaces that the line can have held."""
    line = block.lines[i]
    room = max(0, limit - line.width - (0 if i else reading.indent))
    if reading.ends[i] == END:
        return 0, room
    onward = block.lines[i + 1].units[reading.firsts[i + 1]][0]
    return max(0, room - onward + (reading.ends[i] == JOINED)), room


def kind_of(text: str, gap: int) -> str:
    """The kind of the gap at this offset of a folded text."""
    left, right = text[gap - 1], text[gap + 1 : gap + 2]
    left_kind, right_kind = _kind(left), _kind(right)
    if left_kind == "wide" or right_kind == "wide":
        return MARK
    if (left_kind, right_kind) in _KINDS:
        return _KINDS[left_kind, right_kind]
    if "han" in (left_kind, right_kind):
        other = right_kind if left_kind == "han" else left_kind
        if other == "digit":
            return DATE if right in "年月日" or _DATED.match(text, gap + 1) else DIGIT
        return LETTER if other == "letter" else BESIDE_HAN
    if right in _CLOSES:
        return CLOSING
    if left in _OPENS:
        return OPENING
    return AFTER if left in _STOPS else OTHER


_KINDS = {
    ("letter", "letter"): WORDS,
    ("letter", "digit"): MODEL,
    ("digit", "letter"): MEASURE,
    ("digit", "digit"): NUMBERS,
}
_CLOSES, _OPENS, _STOPS = frozenset(",.;:!?)]}%”’"), frozenset("([{“‘"), frozenset(",.;:!?)]}")


def _kind(char: str) -> str:
    if _HAN.match(char):
        return "han"
    if _LATIN.match(char):
        return "letter"
    if char.isdigit():
        return "digit"
    return "wide" if ord(char or " ") > 0x2E80 else "symbol"
