"""Find the program that wrapped the lines of a dump, and the columns of its terminal, by where the lines end."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.segmentation.dumps.forms.line_end_rules import WIDE, BreakRule, is_mark, seam_of


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The end of a line that another one may continue."""

    above: str
    """The line."""
    below: str
    """The next line."""
    sure: bool = False
    """Whether the page shows that the next line continues the paragraph."""


def limits_of(rule: BreakRule, lines: Sequence[LineEnd]) -> list[int]:
    """Return the likely limits of the lines of a page, first the usual ones."""
    sizes = [rule.size(line.above) for line in lines if _is_breakable(rule, line.above)]
    longest = max(sizes, default=0)
    nearly = NEARLY_IN_COLUMNS if rule.in_columns else NEARLY
    full = sum(size >= longest - nearly for size in sizes)
    narrow = longest >= NARROWEST and full >= MANY_FULL and 2 * full > len(sizes)
    unusual = longest not in rule.usual and (narrow or longest > rule.usual[0])
    sure = [rule.size(line.above) for line in lines if line.sure]
    widest = max(sure, default=0)
    others = {longest} if unusual else set[int]()
    # A program that breaks lines only at spaces does not fill them.
    if sure and rule.tight != "nowhere" and widest not in rule.usual and widest >= NARROWEST:
        others.add(widest)
    return [*rule.usual, *sorted(others)]


NEARLY, NEARLY_IN_COLUMNS, MANY_FULL = 2, 12, 6
"""The most columns that a full line leaves free, and the fewest full lines that show an unusual terminal.

A program that counts characters breaks Chinese lines at few spaces, so that full lines are rare and must be equal.
"""
NARROWEST, MOST_ENDS = 45, 0.6
"""The fewest columns of an unusual terminal, and the least share of line ends that its width must explain."""
TOO_LONG, ODD, ODD_SURE, UNUSUAL, UNEXPLAINED = 3, 3, 1, 2, 2
"""What weighs against explained line ends: a line that is too long, an odd space (less between words if the next line
surely continues the paragraph), a terminal not of 80 columns, and a line that surely continues although the next word
would have fitted."""
FULL = 1
"""What weighs further for a line that was broken without a space, which must fill the terminal."""
_SPACED_WORDS = re.compile("[\u2e80-\uffff] [\u2e80-\uffff]")
"""A space between wide characters, as in menus; it is odd at a line end only if neither line has another one."""


DATELINE = re.compile(
    "[\u3000 ]*(?:本报|据|[\u4e00-\u9fff]{2,6}(?:社|网|报|台))[^。！？（）()\n]{0,40}?[电讯]"
    "[\u3000 ]*(?:[（(][^（）()。]{1,60}[）)])?"
)
"""The beginning of a report, which alone is no paragraph: 新华社拉萨10月9日电（记者林禾）."""

COUNTED = re.compile("[\u3000 ]*(?:第.{1,5}[条章节款]|[图表][0-9]{1,3}|.{0,12}[0-9][年月日])")
"""The beginning of an article of a law or of a legend, or a date, behind which a space is typed not only beside
letters."""


def _is_breakable(rule: BreakRule, line: str) -> bool:
    """Return whether the program would have broken a line that is too long; the rows of tables it draws as they are."""
    return "   " not in line.strip() and (rule.tight in ("before wide", "at the end") or " " in line.strip())


def rules_of(
    rules: Iterable[BreakRule], ends: Sequence[LineEnd], texts: Sequence[str], *, spaced: bool
) -> list[tuple[BreakRule, int]]:
    """Return the rule and the limit that explain best where the lines end, and those that do so nearly as well.

    `texts` are all lines of Chinese text.
    """
    scores = {
        (rule, limit): _score(rule, limit, ends, texts, spaced=spaced)
        for rule in rules
        for limit in limits_of(rule, ends)
    }
    ranked = sorted(scores, key=lambda choice: -scores[choice])
    return [choice for choice in ranked if scores[choice] >= scores[ranked[0]] - RIVAL]


RIVAL = 1
"""The most by which the score of a rule and a limit is less than that of the best, if they may be the right ones."""


def _score(
    rule: BreakRule, limit: int, ends: Sequence[LineEnd], texts: Sequence[str], *, spaced: bool
) -> int:
    """Return how well a rule with a limit explains the line ends of a page, less what it does not explain."""
    score = -UNUSUAL * (limit != rule.usual[0])
    score -= TOO_LONG * sum(rule.size(text) > limit and _is_breakable(rule, text) for text in texts)
    explained = 0
    for end in ends:
        seam = seam_of(rule, limit, end.above, end.below, spaced=spaced)
        too_long = rule.size(end.above) > limit and _is_breakable(rule, end.above)
        explained += seam is not None and not too_long
        if seam is None:
            score -= UNEXPLAINED * end.sure
        elif not seam.space:
            score += FULL * (not too_long)
        elif _is_odd(end.above, end.below):
            score -= ODD_SURE if end.sure and not is_mark(end.below[0]) else ODD
    if limit not in rule.usual and explained < MOST_ENDS * len(ends):
        return -len(ends)
    return score + explained


def _is_odd(above: str, below: str) -> bool:
    """Return whether a space between two lines would be between wide characters, and neither line has another such."""
    if min(above[-1], below[0]) <= WIDE or DATELINE.fullmatch(above) or COUNTED.fullmatch(above):
        return False
    return not _SPACED_WORDS.search(above) and not _SPACED_WORDS.search(below)
