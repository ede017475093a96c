"""What a dump tells of itself: the terminal's width, the width of ambiguous characters, the typist's style."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate

from pipelines.segmentation.channel import DASH, Ambiguous, Terminal
from pipelines.segmentation.decode import OVERFLOW, Line, Measured, measure, score_gaps
from pipelines.segmentation.gaps import NEVER, SPACED, TIGHT, Style
from pipelines.segmentation.lexicon import Lexicon

USUAL_LIMITS = (79, 71, 99, 119, 131, 63, 59, 89, 109, 139, 159)
"""The limits (`-cols` less 1) that people choose, likeliest first."""
LEAST_LIMIT, LARGEST_LIMIT = 20, 400
TOO_FEW = 10
"""With no more lines than this, none may be wider than the limit."""
LEAST_COLUMN, COLUMN_LINES = 40, 3
"""The narrowest column of text, and the line ends that must speak for it."""

STYLES = (
    (Style(), 0.0),
    (Style(letters=SPACED, digits=SPACED, dates=SPACED), -0.7),
    (Style(letters=SPACED), -1.5),
    (Style(letters=SPACED, digits=SPACED), -1.8),
    (Style(digits=SPACED, dates=SPACED), -2.0),
)
"""Spacing styles and the log of how much rarer than the first each is taken to be.

The site's own pages are of the first.
"""

WIDE_PRIOR = 0.5
"""In doubt a page is GB2312, as the site's were until 2024."""

PARTING = (0.22, 0.1, 2.5)
"""What a gap costs where no space stood, for letters, digits and dates beside Han: segmenters but jieba join a fifth
of the letters, a tenth of the digits, and nearly all dates (measured on the shared bench)."""

BEYOND = 20.0
"""A style that the tokens alone make so much less likely is not tried."""

MOST = 6.0
"""What all gaps of a kind cost together at most: the segmenter may be one that was not measured."""

COARSE = 2
"""How many of the styles are tried with every width; the others only with the width found best."""

INDENT, INDENT_COST = 4, -2.5
"""Columns of the two full-width spaces that open a paragraph, and what it costs to believe that they were there."""

SAMPLE = 120
"""Lines that wrapped, of which the style is judged: more would cost time and change nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """The parameters of the channel, inferred from one dump."""

    terminal: Terminal
    style: Style
    density: float
    """Short lines inside blocks, for each full one: 0 where blank lines part the paragraphs (`<p>`), and more where
    only short lines do (`<div>`, `<br>`)."""
    wraps: int
    """Lines that the width explains: with none, the terminal is a guess."""
    narrower: int | None = None
    """The limit of a column of text that is narrower than the page (the old layouts are tables), if there is one."""


_AMBIGUOUS = re.compile("[^\x00-\x7f\u2e80-\u9fff\uac00-\ud7a3\uff01-\uff60]")
_FINAL = frozenset("。！？…”’」』）.!?)")
_NEVER_FIRST = frozenset("，。、；：？！）》」』】〉”’,.;:?!)]}")


def infer(blocks: list[list[str]], lexicon: Lexicon) -> tuple[Page, list[Measured]]:
    """The channel's parameters, and the blocks measured by them.

    `blocks` are the dump's blocks as lists of lines, without marks; there is at least one.

    Width, ambiguous width and style are chosen together: of each combination, how well it explains that every
    line broke where it did, and that the segmenter joined what it joined.
    """
    text = "\n".join(line for lines in blocks for line in lines)
    solid = _more(text, _DECIMALS, _DECIMAL_GAPS)
    plain = Style(
        solid=solid,
        alnum=solid and _more(text, _CUT_RANGES, _WHOLE_RANGES),
        half=_more(text, _HALF_COMMAS, _FULL_COMMAS),
        segmented=is_segmented(text),
        lexicon=lexicon,
    )
    evidence = _mixed_tokens(text)
    styles = _styles(plain, evidence)
    measures = {
        ambiguous: [measure(lines, ambiguous=ambiguous, literal=not plain.segmented) for lines in blocks]
        for ambiguous in _widths(text)
    }
    limits = {ambiguous: _limits(measured) for ambiguous, measured in measures.items()}
    # Both are judged by one measure of how paragraphs end: a wrong width makes lines look short.
    density = min(_density(measured, limits[width][0][0]) for width, measured in measures.items())
    best: tuple[float, Page] | None = None
    for width, measured in measures.items():
        best = _better(
            best, measured, styles[:COARSE], evidence, limits[width], ambiguous=width, density=density
        )
    assert best is not None
    terminal, wraps = best[1].terminal, best[1].wraps
    width, measured = terminal.ambiguous, measures[terminal.ambiguous]
    found = [(terminal.limit, wraps)]
    best = _better(best, measured, styles[COARSE:], evidence, found, ambiguous=width, density=density)
    density, narrower = _density(measured, terminal.limit), _narrower(measured, terminal.limit)
    style = best[1].style
    if style.digits > 0:
        style = replace(style, units=0.0)
    return replace(best[1], style=style, density=density, narrower=narrower), measured


def _styles(plain: Style, evidence: list[tuple[int, int]]) -> list[tuple[Style, float]]:
    """The styles between which the text can tell, with their priors, in the order of STYLES."""
    # Symbols beside Han follow the habit for letters, whether there are letters or not.
    met = [True, *(joined + parted > 0 for joined, parted in evidence[1:])]
    found: dict[Style, float] = {}
    for kind, prior in STYLES:
        habits = [habit if seen else TIGHT for habit, seen in zip(_habits(kind), met, strict=True)]
        style = replace(plain, letters=habits[0], digits=habits[1], dates=habits[2])
        found.setdefault(style, prior)
    likely = {style: prior + _of_tokens(style, evidence) for style, prior in found.items()}
    least = max(likely.values()) - BEYOND
    return [(style, prior) for style, prior in found.items() if likely[style] > least]


def _habits(style: Style) -> tuple[float, float, float]:
    return style.letters, style.digits, style.dates


def _widths(text: str) -> list[Ambiguous]:
    """The widths of ambiguous characters between which the text can tell."""
    if not _AMBIGUOUS.search(text):
        return [Ambiguous.WIDE]
    dashed = [Ambiguous.WIDE_DASH] if DASH in text else []
    return [*dashed, Ambiguous.WIDE, Ambiguous.NARROW]


def _better(
    best: tuple[float, Page] | None,
    measured: list[Measured],
    styles: list[tuple[Style, float]],
    evidence: list[tuple[int, int]],
    limits: list[tuple[int, int]],
    *,
    ambiguous: Ambiguous,
    density: float,
) -> tuple[float, Page]:
    """The best so far, or a better one of these styles and limits, with its log-likelihood."""
    ends = end_score(density=density)
    widths = [line.width for block in measured for line in block.lines]
    too_wide = {limit: OVERFLOW / 8 * sum([width > limit for width in widths]) for limit, _ in limits}
    for style, prior in styles:
        likelihood = prior + _of_tokens(style, evidence)
        lines, of_gaps = _explain(measured, style, ends)
        for limit, votes in limits:
            total = (
                likelihood + of_gaps + _limit_prior(limit) + too_wide[limit] + WIDE_PRIOR * bool(ambiguous)
            )
            total += sum([_cost(line, limit) for line in lines])
            if best is None or total > best[0]:
                best = total, Page(Terminal(limit, ambiguous), style, density, votes)
    assert best is not None
    return best


@dataclass(slots=True)
class _Wrapped:
    """A line that another follows, as one style reads it."""

    width: int
    sums: list[float]
    """The best sum of gap scores for each number of spaces."""
    free: int
    """How many spaces the style alone would choose."""
    end: float
    """The log-odds that its end is a paragraph's."""
    may_break: bool
    space: float
    """The log-odds of a space at its end."""
    onward: int
    """Columns of the next line's first unit."""
    first: bool
    """Whether it is a block's first line, of which a segmenter may have taken the indent away."""


def _explain(
    measured: list[Measured], style: Style, ends: Callable[[str, int, int], float]
) -> tuple[list[_Wrapped], float]:
    """Every line that another follows, and the log-likelihood of the gaps before any geometry."""
    found: list[_Wrapped] = []
    total, sampled = 0.0, 0
    for block in measured:
        if sampled > SAMPLE:
            break
        scores = score_gaps(block, style) if block.zones else {}
        total -= sum([math.log1p(math.exp(-abs(value))) for value in scores.values()])
        sampled += len(block.lines) - 1
        for line, after in zip(block.lines, block.lines[1:], strict=False):
            ranked = sorted([scores[gap] for gap in line.gaps], reverse=True) if line.gaps else []
            sums = list(accumulate(ranked, initial=0.0))
            free = sum([value > 0 for value in ranked])
            space = scores.get(line.stop, NEVER) if line.may_space else NEVER
            onward = _first_width(after, scores)
            end = ends(block.text, line.stop, onward)
            found.append(_Wrapped(line.width, sums, free, end, line.may_break, space, onward, not line.start))
    return found, total


def _first_width(line: Line, scores: dict[int, float]) -> int:
    for width, skipped in line.units[:-1]:
        if scores[line.gaps[skipped]] > 0:
            return width
    return line.units[-1][0]


def _cost(line: _Wrapped, limit: int) -> float:
    """How much likelier the line would be without the geometry (0 where it agrees, negative where not)."""
    cost = _cost_at(line, limit)
    if line.first and cost < INDENT_COST:
        cost = max(cost, _cost_at(line, limit - INDENT) + INDENT_COST)
    return cost


def _cost_at(line: _Wrapped, limit: int) -> float:
    room = limit - line.width
    if room < 0:
        return OVERFLOW / 10
    fewest = room - line.onward
    least = fewest + 1 if line.space <= 0 and line.may_break else fewest
    if least <= line.free <= room and (line.space > 0 or line.may_break):
        return 0.0
    count = len(line.sums) - 1
    free = line.sums[line.free]
    best = line.end + line.sums[min(line.free, room)] - free
    if line.may_break and fewest + 1 <= count:
        chosen = max(fewest + 1, min(line.free, room))
        best = max(best, line.sums[chosen] - free - max(line.space, 0.0))
    if fewest <= count:
        chosen = max(fewest, min(line.free, room), 0)
        best = max(best, line.sums[chosen] - free + min(line.space, 0.0))
    return best


def _limit_prior(limit: int) -> float:
    return -0.5 * USUAL_LIMITS.index(limit) if limit in USUAL_LIMITS else -15.0


def _limits(measured: list[Measured]) -> list[tuple[int, int]]:
    """The likeliest limits, each with the number of line ends that it may explain as wraps."""
    votes = _votes(measured, 0)
    low = _lowest(measured)
    top = max(votes[low:])
    found = dict.fromkeys([limit for limit in USUAL_LIMITS if limit >= low] + [votes.index(top, low)])
    ranked = sorted(found, key=lambda limit: -votes[limit])
    return [(limit, votes[limit]) for limit in ranked[:4]]


def _lowest(measured: list[Measured]) -> int:
    """The width that nearly all lines keep to: forms and what cannot break may be wider than the terminal."""
    widths = sorted(line.width for block in measured for line in block.lines)
    beyond = min(len(widths) - 1, max(1, len(widths) // 50)) if len(widths) > TOO_FEW else 0
    return min(max(widths[-1 - beyond], LEAST_LIMIT), LARGEST_LIMIT)


def _narrower(measured: list[Measured], limit: int) -> int | None:
    votes = _votes(measured, limit)
    column = max(range(LEAST_COLUMN, limit), key=lambda narrow: votes[narrow], default=0)
    return column if column and votes[column] >= COLUMN_LINES else None


def end_score(*, density: float) -> Callable[[str, int, int], float]:
    """The log-odds that a paragraph ends with a line, of the folded text, its stop, and the next unit's columns.

    A wrapped line leaves fewer columns over than the next unit takes, a paragraph's last line any number: the
    wider that unit, the less does a full line prove. Where blank lines part the paragraphs, hardly any ends within
    a block; elsewhere the more do, the more lines are short.
    """
    final, other = -9.0, -14.0
    if density:
        final = max(-3.0, min(0.5, math.log(density) - 0.2))
        other = final - 5.0

    def score(text: str, stop: int, onward: int) -> float:
        if text[stop + 1] in _NEVER_FIRST:
            return -12.0
        return (final if text[stop - 1] in _FINAL else other) + math.log((onward + 1) / 3)

    return score


def _votes(measured: list[Measured], explained: int) -> list[int]:
    """For each limit, how many line ends it explains as wraps, those aside that the limit `explained` does."""
    change = [0] * (LARGEST_LIMIT + 2)
    for block in measured:
        for line, after in zip(block.lines, block.lines[1:], strict=False):
            low = line.width
            high = low + len(line.gaps) + after.units[-1][0] - 1 + line.may_space
            if not low <= explained <= high:
                change[min(low, LARGEST_LIMIT)] += 1
                change[min(high, LARGEST_LIMIT) + 1] -= 1
    return list(accumulate(change[:-1]))


def _density(measured: list[Measured], limit: int) -> float:
    short = full = 0
    for block in measured:
        ends = [
            line.width + len(line.gaps) + after.units[-1][0] + 1 <= limit
            for line, after in zip(block.lines, block.lines[1:], strict=False)
        ]
        # A menu of short lines tells nothing of the text.
        if not all(ends):
            short += sum(ends)
            full += len(ends) - sum(ends)
    return 0.0 if short < 0.08 * (short + full) or not short else short / full


_DECIMALS = re.compile("[0-9](?:\\.[0-9]|%)")
_DECIMAL_GAPS = re.compile("[0-9] (?:\\. [0-9]|%)")


_CUT_RANGES = re.compile("[0-9] [-:/] [0-9]")
_WHOLE_RANGES = re.compile("[0-9][-:/][0-9]")
_HALF_COMMAS = re.compile("[\u4e00-\u9fff] ?,")
_FULL_COMMAS = re.compile("[\u4e00-\u9fff] ?，")


def _more(text: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    """Whether the text holds more of one than of the other."""
    return len(one.findall(text)) > len(other.findall(text))


_PAIRS = re.compile("[\u4e00-\u9fff](?=[\u4e00-\u9fff，。、])|[A-Za-z](?=[.,])")
_PARTED = re.compile("[\u4e00-\u9fff] (?=[\u4e00-\u9fff，。、])|[A-Za-z] (?=[.,])")


def is_segmented(text: str) -> bool:
    """Whether a segmenter went over the dump: it parts every second pair of Han, and every word from its comma."""
    return len(_PARTED.findall(text)) * 8 >= len(_PAIRS.findall(text))


_JOINED_LETTERS = re.compile("[\u4e00-\u9fff](?=[A-Za-z])|[A-Za-z](?=[\u4e00-\u9fff])")
_PARTED_LETTERS = re.compile("[\u4e00-\u9fff] (?=[A-Za-z])|[A-Za-z] (?=[\u4e00-\u9fff])")
_JOINED_DATES = re.compile("[0-9](?=[年月日])")
_PARTED_DATES = re.compile("[0-9] (?=[年月日])")
_JOINED_DIGITS = re.compile("[\u4e00-\u9fff](?=[0-9])|[0-9](?![年月日])(?=[\u4e00-\u9fff])")
_PARTED_DIGITS = re.compile("[\u4e00-\u9fff] (?=[0-9])|[0-9] (?![年月日])(?=[\u4e00-\u9fff])")


def _mixed_tokens(text: str) -> list[tuple[int, int]]:
    """For letters, digits and dates beside Han: how often a token holds both, how often a gap parts them."""
    return [
        (len(joined.findall(text)), len(parted.findall(text)))
        for joined, parted in (
            (_JOINED_LETTERS, _PARTED_LETTERS),
            (_JOINED_DIGITS, _PARTED_DIGITS),
            (_JOINED_DATES, _PARTED_DATES),
        )
    ]


def _of_tokens(style: Style, evidence: list[tuple[int, int]]) -> float:
    """A mixed token proves that no space stood there; a gap without a space is the segmenter's doing."""
    habits = _habits(style)
    if not style.segmented:
        return sum(-3.0 * (n if habit > 0 else m) for habit, (n, m) in zip(habits, evidence, strict=True))
    parting = (0.0, 0.0, 0.0) if style.alnum else PARTING
    return sum(
        -joined * math.log1p(math.exp(habit)) - min(cost * parted, MOST) / (1.0 + math.exp(habit))
        for habit, cost, (joined, parted) in zip(habits, parting, evidence, strict=True)
    )
