"""Join the lines that lynx, links, elinks, pandoc and html2text wrapped, by the rule of the program."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from pipelines.segmentation.dumps.dump_lines import ASIDE, FRAMES
from pipelines.segmentation.dumps.forms.early_line_ends import early_ends
from pipelines.segmentation.dumps.forms.line_end_rules import (
    ELINKS,
    HTML2TEXT,
    LINKS,
    LYNX,
    MARGIN,
    USUAL_WIDTHS,
    WIDE,
    BreakRule,
    Seam,
    columns,
    seam_of,
)
from pipelines.segmentation.dumps.forms.paragraph_shape import (
    CLOSING,
    STOPS,
    continues,
    continues_by_marks,
    shape_of,
)
from pipelines.segmentation.dumps.forms.terminal_limits import DATELINE, LineEnd, rules_of

LEAST, LEAST_HAN = 20, 30
"""The fewest columns of a line that was broken at a space beside Latin letters or digits, and between Han."""
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
    joined = _joined(lines, _rules_of((LYNX, LINKS, ELINKS), lines, spaced=spaced), spaced=spaced)
    shown = ["", *joined.lines, ""]
    for at in range(1, len(shown) - 2):
        one, two = shown[at], shown[at + 1]
        if not (shown[at - 1].strip() or shown[at + 2].strip()) and are_halves(one, two):
            joined.lines[at - 1], joined.lines[at] = one.strip(" "), two.strip(" ")
    return joined


def are_halves(one: str, two: str) -> bool:
    """Return whether two lines with the same middle, on a terminal of any width, may be the lines of one title."""
    if (
        not (one.startswith(ASIDE) and two.startswith(ASIDE))
        or is_drawn(one.strip())
        or is_drawn(two.strip())
    ):
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
    return _joined(lines, _rules_of((rule,), lines, spaced=spaced), spaced=spaced)


def _rules_of(rules: tuple[BreakRule, ...], lines: list[str], *, spaced: bool) -> list[tuple[BreakRule, int]]:
    ends = list(islice(_ends_of_text(lines), SAMPLE))
    texts = [line for line in lines if is_text(line) and not (line.startswith(ASIDE) or is_drawn(line))]
    return rules_of(rules, ends, texts[:SAMPLE], spaced=spaced)


def is_spaced(lines: list[str]) -> bool:
    """Return whether the typist put spaces between Han and Latin letters or digits more often than not."""
    spaced, tight = _habits(lines)
    return spaced > tight


def _habits(lines: list[str]) -> tuple[int, int]:
    """Return how often the lines have a space between Han and Latin letters or digits, and how often none."""
    return sum(len(_SPACED.findall(line)) for line in lines), sum(len(_TIGHT.findall(line)) for line in lines)


_SPACED = re.compile("[\u4e00-\u9fff] (?=[A-Za-z0-9])|[A-Za-z0-9%] (?=[\u4e00-\u9fff])")
_TIGHT = re.compile("[\u4e00-\u9fff](?=[A-Za-z0-9])|[A-Za-z0-9%](?=[\u4e00-\u9fff])")
"""Match a space, and none, between Han and Latin letters or digits."""


def letters_around(above: str, below: str) -> str:
    """Return the letters around the end of a line."""
    one, two = ("".join(line.replace(TAKEN, "").split()) for line in (above, below))
    return one[-REACH:] + two[:REACH]


TAKEN = "\x01"
"""Replaces each character of a removed number until the lines are joined, so that widths stay the same."""


def _ends_of_text(lines: list[str]) -> Iterator[LineEnd]:
    """Yield each line of Chinese text that another one may continue, and that one."""
    shape = shape_of(lines)
    whole = ""
    for above, below in pairwise(line.rstrip(" ") for line in lines):
        whole = whole or above
        goes_on = bool(above and below) and continues(whole, below, shape)
        if _has_han(above) and not is_apart(above, below):
            yield LineEnd(above, below, goes_on)
        whole = f"{whole}{below}" if goes_on else ""


def _joined(lines: list[str], rules: list[tuple[BreakRule, int]], *, spaced: bool) -> Joined:
    """Join the lines by the first of the rules, which have their limits; where another one differs is a doubt.

    A blank line is put below letter-spaced text that the page itself must have broken, because more would have fitted.
    """
    done = Joined(lines[:1])
    shape = shape_of(lines)
    rule = rules[0][0]
    early = early_ends(lines, *rules[0], spaced=spaced)
    hanging = 0
    for above, line in pairwise(lines):
        above = above.rstrip(" ")
        item = _ITEM.match(above)
        hanging = item.end() if item else hanging
        inner = 0 < hanging == len(line) - len(line.lstrip(" "))
        hanging *= inner
        below = line.strip(" ")
        if not above or not below or not (inner or _may_go_on(rule, above, line)):
            done.lines.append(line)
            continue
        whole = done.lines[-1]
        seams = [_seam_by_habit(each, above, below, spaced=spaced) for each in rules]
        seam = seams[0]
        # html2text writes no blank line between paragraphs.
        goes_on = rule is not HTML2TEXT and continues(whole, line, shape)
        if seam is None and goes_on and continues_by_marks(whole, line):
            seam = Seam(space=False, sure=False)
        likely = seam is not None and (goes_on or _is_likely(rule, whole.strip(" "), below, space=seam.space))
        guessed = seam is not None and not likely and early.goes_on(whole, below)
        if seam is None or not (likely or guessed):
            done.lines += ["", line] if _is_letter_spaced(above) and not any(seams) else [line]
            continue
        done.lines[-1] = whole.rstrip(" ") + " " * seam.space + below
        sure = seam.sure and all(other is None or other.space == seam.space for other in seams)
        if not sure or guessed or (seam.space and _is_han(above[-1]) and _is_han(below[0])):
            done.doubts.add(letters_around(above, below))
    return done


def _is_letter_spaced(line: str) -> bool:
    """Return whether spaces part nearly all characters of a line, as in the footers of the site."""
    words = line.split()
    return len(words) >= FEWEST_LETTERS and sum(len(word) == 1 for word in words) >= 0.7 * len(words)


FEWEST_LETTERS = 8
"""The fewest letters of letter-spaced text."""


def _may_go_on(rule: BreakRule, above: str, line: str) -> bool:
    return (
        _both_centred(above, line)
        or _closes_text(above, line)
        or _is_centred_rest(above, line)
        or _goes_on(rule, line)
        or not is_apart(above, line.rstrip(" "))
    )


def _seam_by_habit(rule: tuple[BreakRule, int], above: str, below: str, *, spaced: bool) -> Seam | None:
    """Return what was between two lines; their own habit goes before the page's."""
    seam = seam_of(*rule, above, below, spaced=spaced)
    own = _habits([above, below])
    if seam is None or seam.sure or own[0] == own[1]:
        return seam
    return seam_of(*rule, above, below, spaced=own[0] > own[1])


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
    return is_drawn(above) or is_drawn(line) or bool(_APART.match(line) or _TIME_LINE.search(above))


def is_drawn(line: str) -> bool:
    """Return whether a line is one of a drawn table; a text may have a line that begins with the plus of `Li+`."""
    return line[:1] in FRAMES or _DRAWN.match(line) is not None


_DRAWN = re.compile(r"\+(?:[-=+:]|$)|\|(?:.*\|)?\s*$")


_TIME_LINE = re.compile("[12][0-9]{3}[-年./].{0,20}来源")
_APART = re.compile(r"\s*[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]|\[[^\[\]\s]+\]\s*$|【\d{1,3}】")
"""The editors' line and picture marks, which never continue the line before."""


def _has_han(line: str) -> bool:
    return 4 * sum(char > WIDE for char in line) > len(line.strip())


def is_text(line: str) -> bool:
    """Return whether most characters of a line are Chinese."""
    return 2 * sum(char > WIDE for char in line) > len(line.strip())


def _both_centred(above: str, line: str) -> bool:
    drawn = is_drawn(above.lstrip()) or is_drawn(line.lstrip())
    return is_centred(above) and is_centred(line) and not drawn


def _is_centred_rest(above: str, line: str) -> bool:
    """Return whether a line is the centred last line of a paragraph of which the line above fills the width.

    The line above has no end of a sentence.
    """
    if not line.startswith(ASIDE) or above.startswith(ASIDE) or not above or is_drawn(above):
        return False
    if columns(above) >= LONG_TEXT and is_text(above) and above[-1].isalnum() and line.rstrip()[-1] in STOPS:
        # Within a centred cell of any width, the rest of a sentence has the end that the line above lacks.
        return True
    if above.startswith("\u3000"):
        return False
    return is_centred(line) and not is_drawn(line.strip()) and above[-1] not in STOPS


def _closes_text(above: str, line: str) -> bool:
    """Return whether a centred line begins with a mark with which no paragraph begins, below text."""
    drawn = is_drawn(above.lstrip()) or is_drawn(line.lstrip())
    return line.startswith(ASIDE) and line.strip()[0] in CLOSING and is_text(above) and not drawn


LONG_TEXT = 60
"""The fewest columns of a line of a text in a cell of the page."""


def is_centred(line: str) -> bool:
    """Return whether a line is in the middle of a terminal of 80 columns; links counts its characters as columns."""
    left = len(line) - len(line.lstrip(" ")) + MARGIN
    middle = (USUAL_WIDTHS[0] + MARGIN - size(line.strip()) - left for size in (columns, len))
    return line.startswith(ASIDE) and any(abs(left - right) <= SLACK for right in middle)


SLACK = 4
"""The most columns by which a centred line is off the middle."""
