"""Tell whether a short line and the next one are one paragraph, in dumps of lynx, links or pandoc without indents.

These programs break lines at spaces, so that a paragraph whose only space comes early has a line of few letters
(`不过，AI` above the rest). If the next run of letters would not have fitted, the line end is such a space, or the page
itself breaks the line there (`<br>` behind a heading). The page decides: whether blank lines separate all of its
paragraphs, whether lines end where more would have fitted, and whether its typist puts spaces into such places.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.segmentation.dumps.dump_lines import ASIDE
from pipelines.segmentation.dumps.forms.line_end_rules import WIDE, BreakRule, seam_of
from pipelines.segmentation.dumps.forms.paragraph_shape import STOPS
from pipelines.segmentation.dumps.forms.terminal_limits import COUNTED

FEWEST = 3
"""The fewest paragraphs that show that blank lines separate all of them."""
MOST_OPEN, MOST_STOPPED = 0.6, 0.34
"""The most line ends of this kind for each paragraph, and of those behind the end of a sentence."""
SHORTEST = 20
"""The fewest letters of a line that is text and no heading."""
LONGEST = 16
"""The most letters before a space between Han that is early."""


@dataclass(frozen=True, slots=True)
class EarlyEnds:
    """What a page shows about lines that end early."""

    airy: bool = False
    """Whether blank lines separate its paragraphs, and no line ends where more would have fitted."""
    spaced: bool = False
    """Whether its typist puts spaces between Han and Latin letters or digits."""
    typed: bool = False
    """Whether its text has a space between two wide characters."""
    stopped: bool = False
    """Whether a line that ends with a sentence may go on: few of them do, or spaces are typed behind sentences."""

    def goes_on(self, above: str, below: str) -> bool:
        """Return whether the line below continues the paragraph above, where the next run would not have fitted."""
        text, rest = above.strip(), below.strip()
        if not self.airy or not _is_prose(rest) or _NEVER.search(text) or text[0] in "•·[":
            return False
        if text[-1] in STOPS:
            return self.stopped and _is_prose(text)
        number = _NUMBER.match(text)
        if number and not _COMMA.search(text, number.end()):
            return False
        if _COMMA.search(text) or COUNTED.fullmatch(text):
            return True
        if min(text[-1], rest[0]) < WIDE:
            return self.spaced
        return self.typed and len(text) <= LONGEST


_COMMA = re.compile("[，：“《（、]")
_NUMBER = re.compile("[（(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[）)、.．]")
"""The number of a heading."""
_NEVER = re.compile("[：:；;？?]$|[12][0-9]{3}[-年./].{0,20}来源|^来源[：:]")
"""The ends of questions and of lines that announce others, and the line with time and source."""
_STOP_AND_SPACE = re.compile(r"[。！？…”] (?=\S)")
"""Matches a space that was typed behind a sentence."""
_TWO_WIDE = re.compile(f"[{WIDE}-\uffff] (?=[{WIDE}-\uffff])")
"""Matches a space between two wide characters."""


def _is_prose(line: str) -> bool:
    return len(line.strip()) >= SHORTEST and ("，" in line or "。" in line)


def early_ends(lines: Sequence[str], rule: BreakRule, limit: int, *, spaced: bool) -> EarlyEnds:
    """Return what the lines of a page show, if `rule` with `limit` broke them."""
    if rule.tight not in ("nowhere", "at the end"):
        return EarlyEnds()
    groups = [group for group in _groups(lines) if _is_prose("".join(group))]
    ends = [(one, two) for group in groups for one, two in pairwise(group)]
    if len(groups) < FEWEST or any(_is_own(rule, limit, one, two, spaced=spaced) for one, two in ends):
        return EarlyEnds()
    early = [one for one, two in ends if len(one.strip()) <= LONGEST and _is_prose(two)]
    stops = [one for one, two in ends if one.rstrip()[-1] in STOPS and _is_prose(two)]
    text = [line for group in groups for line in group if _is_prose(line)]
    behind = any(_STOP_AND_SPACE.search(line) for line in text)
    return EarlyEnds(
        airy=len(early) <= MOST_OPEN * len(groups),
        spaced=spaced,
        typed=any(_TWO_WIDE.search(line) for line in text),
        stopped=behind or len(stops) <= MOST_STOPPED * len(groups),
    )


def _groups(lines: Iterable[str]) -> list[list[str]]:
    """Return the lines between blank lines; centred and drawn ones and those of lists separate, too."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or line.startswith(ASIDE) or line.lstrip()[0] in "•*+|[":
            groups.append([])
        else:
            groups[-1].append(line)
    return groups


def _is_own(rule: BreakRule, limit: int, above: str, below: str, *, spaced: bool) -> bool:
    """Return whether the page itself broke a line of text: more would have fitted."""
    one, two = above.strip(), below.strip()
    return "。" in one + two and seam_of(rule, limit, one, two, spaced=spaced) is None
