"""Join the lines that lynx, links, elinks, pandoc and html2text wrapped, by the rule of the program."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from pipelines.segmentation.dumps.dump_lines import ASIDE, FRAMES
from pipelines.segmentation.dumps.line_end_rules import (
    DATELINE,
    ELINKS,
    HTML2TEXT,
    LINKS,
    LYNX,
    MARGIN,
    PANDOC,
    USUAL_WIDTHS,
    WIDE,
    BreakRule,
    columns,
    rule_of,
    seam_of,
)

LEAST, LEAST_HAN = 20, 30
"""The fewest columns of a line that was broken at a space beside Latin letters or digits, and between Han."""
STOPS = "。！？…”’）)"
"""The last characters of paragraphs."""
SAMPLE = 400
"""The most line ends from which the program and the width of its terminal are found."""
REACH = 6
"""The letters on either side of a line end by which a block is recognised that contains it."""


@dataclass(slots=True)
class Joined:
    """Lines of which each is a paragraph."""

    lines: list[str] = field(default_factory=list)
    """The lines."""
    doubts: set[str] = field(default_factory=set)
    """The letters around each line end of which the rule of the program does not tell whether a space was there."""


def of_margin(lines: list[str]) -> Joined:
    """Join the lines of lynx, links or elinks, without their margin; blank lines separate paragraphs."""
    spaced = is_spaced(lines)
    rule, limit = rule_of((LYNX, LINKS, ELINKS), list(islice(_ends_of_text(lines), SAMPLE)), spaced=spaced)
    joined = _joined(lines, rule, limit, spaced=spaced)
    shown = ["", *joined.lines, ""]
    for at in range(1, len(shown) - 2):
        one, two = shown[at], shown[at + 1]
        if not (shown[at - 1].strip() or shown[at + 2].strip()) and are_halves(one, two):
            joined.lines[at - 1], joined.lines[at] = one.strip(" "), two.strip(" ")
    return joined


def are_halves(one: str, two: str) -> bool:
    """Return whether two lines with the same middle, on a terminal of any width, may be the lines of one title."""
    if not (one.startswith(ASIDE) and two.startswith(ASIDE)) or {one.strip()[:1], two.strip()[:1]} & _SIDES:
        return False
    if max(map(columns, (one.strip(), two.strip()))) > LONGEST_HALF:
        return False
    return any(abs(_middle(one, size) - _middle(two, size)) <= SLACK / 2 for size in (columns, len))


def _middle(line: str, size: Callable[[str], int]) -> float:
    return len(line) - len(line.lstrip(" ")) + size(line.strip(" ")) / 2


LONGEST_HALF = 40
"""The most columns of a line of a title that has two."""


def of_rule(lines: list[str], rule: BreakRule) -> Joined:
    """Join the lines of pandoc or html2text, whose margin is empty."""
    spaced = is_spaced(lines)
    _, limit = rule_of((rule,), list(islice(_ends_of_text(lines), SAMPLE)), spaced=spaced)
    return _joined(lines, rule, limit, spaced=spaced)


def is_spaced(lines: list[str]) -> bool:
    """Return whether the typist put spaces between Han and Latin letters or digits more often than not."""
    spaced, tight = _habits(lines)
    return spaced > tight


def _habits(lines: list[str]) -> tuple[int, int]:
    """Return how often the lines have a space between Han and Latin letters or digits, and how often none."""
    return sum(len(_SPACED.findall(line)) for line in lines), sum(len(_TIGHT.findall(line)) for line in lines)


_SPACED = re.compile("[\u4e00-\u9fff] (?=[A-Za-z0-9])|[A-Za-z0-9%] (?=[\u4e00-\u9fff])")
_TIGHT = re.compile("[\u4e00-\u9fff](?=[A-Za-z0-9])|[A-Za-z0-9%](?=[\u4e00-\u9fff])")


def letters_around(above: str, below: str) -> str:
    """Return the letters around the end of a line."""
    one, two = ("".join(line.replace(TAKEN, "").split()) for line in (above, below))
    return one[-REACH:] + two[:REACH]


TAKEN = "\x01"
"""Replaces each character of a removed number until the lines are joined, so that widths stay the same."""


def _ends_of_text(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line of Chinese text that another one may continue, and that one."""
    for above, below in pairwise(line.rstrip(" ") for line in lines):
        if _has_han(above) and not is_apart(above, below):
            yield above, below


def _joined(lines: list[str], rule: BreakRule, limit: int, *, spaced: bool) -> Joined:
    done = Joined(lines[:1])
    hanging = 0
    for above, line in pairwise(lines):
        above = above.rstrip(" ")
        item = _ITEM.match(above)
        hanging = item.end() if item else hanging
        inner = 0 < hanging == len(line) - len(line.lstrip(" "))
        hanging *= inner
        goes_on = (
            inner
            or _both_centred(above, line)
            or _is_centred_rest(above, line)
            or _goes_on(rule, line)
            or not is_apart(above, line.rstrip(" "))
        )
        below = line.strip(" ")
        if not goes_on or not above or not below:
            done.lines.append(line)
            continue
        seam = seam_of(rule, limit, above, below, spaced=spaced)
        if seam is not None and not seam.sure:
            # Paragraphs of one page may have several typists.
            own = _habits([above, below])
            seam = seam_of(rule, limit, above, below, spaced=own[0] > own[1] if own[0] != own[1] else spaced)
        if seam is None or not _is_likely(rule, done.lines[-1].strip(" "), below, space=seam.space):
            done.lines.append(line)
            continue
        done.lines[-1] = done.lines[-1].rstrip(" ") + " " * seam.space + below
        if not seam.sure or (seam.space and _is_han(above[-1]) and _is_han(below[0])):
            done.doubts.add(letters_around(above, below))
    return done


_ITEM = re.compile(r" *(?:[•*+o#@-]|\d{1,2}\.)[ \u00a0]+(?=\S)")
"""The mark of a list item, and the white space before its text; further lines have the indent of that text."""


def _goes_on(rule: BreakRule, line: str) -> bool:
    """Return whether a line begins with a full-width space before which the program may have broken the line."""
    return rule is ELINKS and line.startswith("\u3000") and not line.startswith("\u3000\u3000")


def _is_likely(rule: BreakRule, above: str, below: str, *, space: bool) -> bool:
    """Return whether a line goes on a paragraph; a short one, and a sentence before a rare space, are its end."""
    if not space or (DATELINE.fullmatch(above) and len(below) >= LEAST and is_text(below)):
        return True
    if rule is HTML2TEXT:
        # It writes no blank line between paragraphs.
        beside = min(above[-1], below[0]) < WIDE or (above[-1] in "电讯" and below[0] == "（")
        return beside and len(above) >= SHORTEST and above[-1] not in STOPS
    beside = min(above[-1], below[0]) < WIDE
    if rule is PANDOC and (beside or below[0] == "（"):
        return above[-1] not in STOPS
    least = LEAST if beside else LEAST_HAN
    return columns(above) >= least and above[-1] not in STOPS


SHORTEST = 36
"""The fewest letters of a line of html2text that another one continues."""


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def is_apart(above: str, line: str) -> bool:
    """Return whether the second of two lines cannot continue the first."""
    if not line or not above or above.startswith(ASIDE) or line[0].isspace():
        return True
    drawn = above[0] in _SIDES or line[0] in _SIDES
    return drawn or bool(_APART.match(line) or _TIME_LINE.search(above))


_SIDES = FRAMES | set("|+")
"""The first characters of the lines of tables."""


_TIME_LINE = re.compile("[12][0-9]{3}[-年./].{0,20}来源")
_APART = re.compile(r"\s*[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]|\[[^\[\]\s]+\]\s*$|【\d{1,3}】")
"""The editors' line and picture marks, which never continue the line before."""


def _has_han(line: str) -> bool:
    return 4 * sum(char > WIDE for char in line) > len(line.strip())


def is_text(line: str) -> bool:
    """Return whether most characters of a line are Chinese."""
    return 2 * sum(char > WIDE for char in line) > len(line.strip())


def _both_centred(above: str, line: str) -> bool:
    drawn = above.lstrip()[:1] in _SIDES or line.lstrip()[:1] in _SIDES
    return is_centred(above) and is_centred(line) and not drawn


def _is_centred_rest(above: str, line: str) -> bool:
    """Return whether a line is the centred last line of a paragraph of which the line above fills the width.

    Either it begins with a mark that begins no paragraph, or the line above has no end of a sentence.
    """
    if not line.startswith(ASIDE) or above.startswith((ASIDE, "\u3000")) or not above or above[0] in _SIDES:
        return False
    first = line.strip()[:1]
    return first in _NEVER_FIRST or (is_centred(line) and first not in _SIDES and above[-1] not in STOPS)


_NEVER_FIRST = frozenset("，。、；：！？）》”’」』】…")
"""Marks with which no paragraph begins."""


def is_centred(line: str) -> bool:
    """Return whether a line is in the middle of a terminal of 80 columns; links counts its characters as columns."""
    left = len(line) - len(line.lstrip(" ")) + MARGIN
    middle = (USUAL_WIDTHS[0] + MARGIN - size(line.strip()) - left for size in (columns, len))
    return line.startswith(ASIDE) and any(abs(left - right) <= SLACK for right in middle)


SLACK = 4
"""The most columns by which a centred line is off the middle."""
