"""Find the open gaps of a paragraph, and compute the cost of reading each the other way.

A gap is a place in a block's text (line_metrics.Measured.text) that was or was not a space in the article. It is open
if its score does not settle this by itself.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.segmentation.dumps.readings.best_reading import END, JOINED, SPACE, Reading
from pipelines.segmentation.dumps.readings.line_metrics import Measured
from pipelines.segmentation.dumps.readings.page_style import NEVER

CERTAIN = -NEVER - 0.5
"""A gap with log-odds of at least this, in either direction, is not open."""

LETTER, DIGIT, DATE = "letter", "digit", "date"
"""Gaps between Han and letters, between Han and digits, and those in dates."""
WORDS, MODEL, MEASURE, NUMBERS = "words", "model", "measure", "numbers"
"""Gaps between letters; from letters to digits, as in designations of models (`T 72`); from digits to letters, as in
measures (`5 kg`); and between digits.
"""
BY_HABIT = (LETTER, DIGIT, DATE)
"""Kinds of gaps beside Han, which the typist's habits decide."""
RUNS = (WORDS, MODEL, MEASURE, NUMBERS)
"""Kinds of gaps between runs of letters (Latin, Greek or Cyrillic) or digits."""
MARK = "mark"
"""Gaps beside a full-width mark, whatever is on the other side."""
BESIDE_HAN = "beside_han"
"""Gaps between Han and any symbol that is not full-width, brackets and punctuation included."""
CLOSING = "closing"
"""Gaps without Han beside them and before a closing mark: a bracket or quotation mark, `%`, or one of `,.;:!?`."""
OPENING = "opening"
"""Gaps without Han beside them and after an opening bracket or quotation mark."""
AFTER = "after"
"""Gaps after ASCII punctuation or a closing bracket (`,.;:!?)]}`) that are of none of the kinds above."""
OTHER = "other"
"""Gaps beside symbols that are of none of the kinds above."""

SYMBOLS = (MARK, CLOSING, OPENING, AFTER, OTHER, BESIDE_HAN)
"""Kinds of gaps beside marks and symbols."""

_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(
    "[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u052f\u1e00-\u1fff]"
)
_DATED = re.compile("[0-9]+[ \n]?[年月日]")


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap whose score leaves both readings possible; the line widths may still allow only one (`forced`)."""

    at: int
    """Its offset in the block's text (Measured.text)."""
    kind: str
    """One of the kinds in BY_HABIT, RUNS and SYMBOLS."""
    score: float
    """The log-odds of a space."""
    space: bool
    """Whether a space was chosen."""
    regret: float
    """The log-likelihood that the line loses if the gap is read the other way; infinite if that reading does not wrap
    into the dump's lines."""
    margin: float | None
    """The preference of THULAC's tokens for the choice in log-odds. None if THULAC did not decide this gap: it was not
    used, the gap is at a line end, or its score was not close enough to a tie.
    """
    left: str = ""
    """The run of letters or digits before the gap, or the character there."""
    right: str = ""
    """The run of letters or digits after the gap, or the character there."""
    is_gloss: bool = False
    """Whether a Latin name or term behind Han ends the quotation in which both stand (`“前置瓶 bottle”`)."""
    in_number: bool = False
    """Whether it is beside a point, comma, hyphen or the like that has digits on both sides (`3 . 5`, `10 - 20`)."""

    @property
    def forced(self) -> bool:
        """Whether only this choice wraps into the dump's lines."""
        return self.regret == math.inf


def gaps_of(
    block: Measured,
    scores: dict[int, float],
    reading: Reading,
    limit: int,
    first: int,
    last: int,
    decided: dict[int, float],
) -> Iterator[OpenGap]:
    """Yield the open gaps in the lines `first` to `last` (inclusive) of a block, and at the breaks between them.

    `scores` maps the offset of each gap to the log-odds of a space. `limit` is the width of the dump's lines in
    columns. `decided` maps the offsets of the gaps that THULAC decided to its margins.
    """
    for i in range(first, last + 1):
        yield from _gaps_of_line(_Line(block, scores, reading, limit, i), decided, is_last=i == last)


class _Line:
    """A line as it was read: its gaps, and the number of spaces that it may have had."""

    def __init__(
        self,
        block: Measured,
        scores: dict[int, float],
        reading: Reading,
        limit: int,
        i: int,
    ) -> None:
        line = block.lines[i]
        self.text, self.scores, self.stop = block.text, scores, line.stop
        self.open = [gap for gap in line.gaps if abs(scores[gap]) < CERTAIN]
        self.spaces = reading.spaces
        self.held = sum([gap in self.spaces for gap in line.gaps])
        self.room = max(0, limit - line.width - (0 if i else reading.indent))
        self.end, self.end_score = reading.ends[i], scores.get(line.stop, NEVER)
        self.may_break, self.may_space = line.may_break, line.may_space
        self.low = 0
        """Minimum number of spaces in this line if the paragraph goes on and a space ends the line; without that space,
        one more. With fewer, the first unit of the next line would have fitted into this line.
        """
        if self.end != END:
            self.low = self.room - block.lines[i + 1].units[reading.firsts[i + 1]][0]

    def cost(self, flipped: int | None, *, end: int) -> float:
        """Return the cost of the likeliest reading of the line with this gap flipped and with this kind of end.

        The cost is the log-likelihood that this reading loses against the one chosen; infinite if none fits.
        """
        cost = 0.0 if flipped is None else self._flip(flipped)
        held = self.held
        if flipped is not None:
            held += -1 if flipped in self.spaces else 1
        if end != self.end:
            cost += -self.end_score if end == SPACE else self.end_score
        low = 0 if end == END else max(0, self.low + (end == JOINED))
        others = [gap for gap in self.open if gap != flipped]
        while held > self.room or held < low:
            more = held < low
            able = [gap for gap in others if (gap in self.spaces) != more]
            if not able:
                return math.inf
            best = min(able, key=self._flip)
            cost += self._flip(best)
            others.remove(best)
            held += 1 if more else -1
        return cost

    def _flip(self, gap: int) -> float:
        return self.scores[gap] if gap in self.spaces else -self.scores[gap]

    def regret(self, gap: int) -> float:
        """Return the cost of reading the gap the other way, with the best reading of the rest of the line."""
        ends = {self.end}
        if self.end != END and abs(self.end_score) < CERTAIN and self.may_space and self.may_break:
            ends = {SPACE, JOINED}
        return min(self.cost(gap, end=end) for end in ends)


def _gaps_of_line(line: _Line, decided: dict[int, float], *, is_last: bool) -> Iterator[OpenGap]:
    for gap in line.open:
        yield _gap(line, gap, gap in line.spaces, line.regret(gap), decided.get(gap))
    if not is_last and abs(line.end_score) < CERTAIN and line.may_space and line.may_break:
        other = JOINED if line.end == SPACE else SPACE
        yield _gap(line, line.stop, line.end == SPACE, line.cost(None, end=other), None)


def _gap(line: _Line, at: int, space: bool, regret: float, margin: float | None) -> OpenGap:
    left, right = runs_beside(line.text, at)
    kind = kind_of(line.text, at)
    is_gloss = kind == LETTER and _is_gloss(line.text, at)
    in_number = kind in SYMBOLS and _is_in_number(line.text, at)
    return OpenGap(at, kind, line.scores[at], space, regret, margin, left, right, is_gloss, in_number)


_QUOTED_HAN = re.compile('[“‘《「『（("][^”’》」』）)"]*[\u4e00-\u9fff]$')
_LATIN_TO_ITS_END = re.compile("[A-Za-z][A-Za-z0-9 \n.&'-]*[”’》」』）)\"]")


def _is_gloss(text: str, gap: int) -> bool:
    """Return whether Han of a quotation is before the gap, and only Latin words to its end after it."""
    before = _QUOTED_HAN.search(text, max(0, gap - REACH), gap)
    return before is not None and _LATIN_TO_ITS_END.match(text, gap + 1) is not None


_JOINING = frozenset(".,:/~～-–—×")
_DIGITS_BEFORE = re.compile("[0-9][ \n]?[.,:/~～×–—-]$|[0-9]$")
_DIGITS_AFTER = re.compile("[.,:/~～×–—-][ \n]?[0-9]|[0-9]")


def _is_in_number(text: str, gap: int) -> bool:
    """Return whether the gap is between a sign that joins two numbers and one of them."""
    one, two = text[gap - 1 : gap], text[gap + 1 : gap + 2]
    if (one in _JOINING) == (two in _JOINING):
        return False
    before, after = _DIGITS_BEFORE.search(text, max(0, gap - 3), gap), _DIGITS_AFTER.match(text, gap + 1)
    return before is not None and after is not None


_RUN_BEFORE = re.compile("(?:[A-Za-z\u00aa-\u02af\u0370-\u052f]+|[0-9]+|.)$", re.DOTALL)
_RUN_AFTER = re.compile("[A-Za-z\u00aa-\u02af\u0370-\u052f]+|[0-9]+|.", re.DOTALL)
REACH = 40
"""The most characters before a gap that are searched for a run."""


def runs_beside(text: str, gap: int) -> tuple[str, str]:
    """Return the runs of letters or digits before and after a gap, or the characters there."""
    before, after = _RUN_BEFORE.search(text, max(0, gap - REACH), gap), _RUN_AFTER.match(text, gap + 1)
    return before[0] if before else "", after[0] if after else ""


def kind_of(text: str, gap: int) -> str:
    """Return the kind of the gap at this offset of a block's text (Measured.text)."""
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
