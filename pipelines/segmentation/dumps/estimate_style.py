"""Estimate from a dump the width of its terminal, the width of ambiguous characters, and the typist's habits."""

import math
import re
from dataclasses import dataclass, replace
from itertools import product

from pipelines.segmentation.dumps.charset_evidence import wide_by_evidence, without_times
from pipelines.segmentation.dumps.dump_width import (
    LARGEST_LIMIT,
    density_of,
    likely_limits,
    line_widths,
    narrower_column,
)
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.line_metrics import Measured, measure
from pipelines.segmentation.dumps.page_candidates import ROUNDING, Candidate, Candidates
from pipelines.segmentation.dumps.page_style import SPACED, TIGHT, House, Style
from pipelines.segmentation.dumps.segmenter_detection import segmenter_of
from pipelines.segmentation.dumps.style_evidence import (
    habits_of,
    likelihood_of_tokens,
    mixed_tokens,
    tokens_of_prose,
    typed_blocks,
)
from pipelines.segmentation.dumps.thulac_ties import Cut, habits, made_by, thulac
from pipelines.segmentation.dumps.unit_spacing_habit import APART, LEAST_UNITS, MOST_UNITS, units_tried
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

STYLES = (
    (Style(), 0.0),
    (Style(letters=SPACED, digits=SPACED, dates=SPACED), -0.7),
    (Style(letters=SPACED), -1.5),
    (Style(letters=SPACED, digits=SPACED), -1.8),
    (Style(digits=SPACED, dates=SPACED), -2.0),
)
"""Spacing styles, each with its log prior relative to the first.

The site's own pages have the first style.
"""

MOST_MARGIN = 20.0
"""The margin of a habit without an alternative that was tried."""
BEYOND = 20.0
"""A style whose log-likelihood by the tokens alone is this much lower than the best is not tried."""


COARSE, COARSE_WITH_UNITS = 2, 3
"""The number of styles that are tried with every width; the others are tried only with the best width."""


@dataclass(frozen=True, slots=True)
class DumpPage:
    """The parameters of the channel, inferred from one dump."""

    terminal: Terminal
    """The terminal for which the page was formatted."""
    style: Style
    """The habits of its typist and of its segmenter."""
    density: float
    """The number of short lines inside blocks per full line: 0 if blank lines separate the paragraphs (`<p>`), greater
    if only short lines do (`<div>`, `<br>`)."""
    wraps: int
    """The number of line ends that the width explains; if it is 0, the terminal is a guess."""
    indented: bool = False
    """Whether the paragraphs' first lines lost an indent to the segmenter."""
    margins: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """For letters, digits and dates beside Han: by how much the other habit explains the page worse (log-odds)."""
    cut: Cut | None = None
    """THULAC, if it is installed and made the dump."""
    rivals: tuple[tuple[Terminal, Style], ...] = ()
    """Other terminals that explain the page nearly as well, each with the style with which it does."""
    narrower: int | None = None
    """The limit of a text column narrower than the page, as in old layouts made of tables, or None."""


_AMBIGUOUS = re.compile("[^\x00-\x7f\u2e80-\u9fff\uac00-\ud7a3\uff01-\uff60]")


def infer(
    blocks: list[list[str]], lexicon: Lexicon, house: House, *, certify: bool = True
) -> tuple[DumpPage, list[Measured]]:
    """Return the parameters of the channel, and the blocks measured with them.

    `blocks` are the dump's blocks as lists of lines, without marks; there is at least one.

    Width, ambiguous width and style are chosen together, as the combination with the greatest likelihood of the line
    breaks and of the tokens.
    """
    text = "\n".join(line for lines in blocks for line in lines)
    plain = segmenter_of(text, lexicon)
    typed = typed_blocks(blocks, half=plain.half)
    if plain.segmented:
        evidence = tokens_of_prose(without_times("\n\n".join(map("\n".join, blocks))).split("\n\n"))
    else:
        evidence = mixed_tokens(without_times(text))
    styles = _styles(plain, evidence, house.spaced, text)
    cut = _segmenter(plain, text)
    if cut and len(styles) > 1:
        evidence_of_cuts = habits(cut, [line for i in typed for line in blocks[i]])
        styles = [
            (style, prior + _agreement(style, evidence_of_cuts), by_tokens)
            for style, prior, by_tokens in styles
        ]
        styles.sort(key=lambda each: -each[1])
    measures = _measure(blocks, _widths(text), literal=not plain.segmented)
    widths = {ambiguous: line_widths(measured) for ambiguous, measured in measures.items()}
    tried = {ambiguous: [measured[i] for i in typed] for ambiguous, measured in measures.items()}
    limits = {ambiguous: likely_limits(tried[ambiguous], widths[ambiguous]) for ambiguous in tried}
    # Both use the same model of paragraph ends, because a wrong width makes lines look short. If the site is known to
    # separate paragraphs by blank lines, a width that cuts them in the middle of a sentence must not be chosen.
    density = min(density_of(measured, limits[width][0][0]) for width, measured in tried.items())
    density = 0.0 if house.airy else density
    wide = house.wide + wide_by_evidence(text) if len(measures) > 1 else 0.0
    # Certificates compare the styles without what is known of the site.
    near = ROUNDING
    if certify:
        near += MOST_MARGIN + abs(house.spaced)
    elif len({style.units for style, _, _ in styles}) > 1:
        near += MOST_UNITS
    candidates = Candidates(measures, typed, wide, density=density, near=near)
    best = _choose(candidates, styles, limits)
    style, terminal = best.style, best.terminal
    measured = measures[terminal.ambiguous]
    units = _units(candidates.found, style)
    margins = (0.0, 0.0, 0.0)
    rivals: tuple[tuple[Terminal, Style], ...] = ()
    if certify:
        margins = _margins(best, candidates.found, house.spaced)
        likely = [limit for limit, _ in limits[terminal.ambiguous]]
        rivals = _rivals(best, candidates, likely, house.spaced)
    page = DumpPage(
        terminal,
        replace(style, units=units) if units != style.units else style,
        0.0 if house.airy else density_of(measured, terminal.limit),
        best.votes,
        best.indented,
        margins,
        cut,
        rivals,
        narrower_column(measured, terminal.limit),
    )
    if not best.votes and all(len(block.lines) == 1 for block in measured):
        # Nothing shows the width: no line may be taken for full.
        page = replace(page, terminal=Terminal(LARGEST_LIMIT, terminal.ambiguous), rivals=())
    return page, measured


def _choose(
    candidates: Candidates,
    styles: list[tuple[Style, float, float]],
    limits: dict[Ambiguous, list[tuple[int, int]]],
) -> Candidate:
    """Try the first styles with every width and limit, and the others with the best of these; return the best of all.

    `styles` have their log priors and their log-likelihoods by the tokens.
    """
    coarse = COARSE_WITH_UNITS if len({style.units for style, _, _ in styles}) > 1 else COARSE
    for style, prior, by_tokens in styles[:coarse]:
        for ambiguous, pairs in limits.items():
            candidates.add(style, prior + by_tokens, ambiguous, pairs)
    best = candidates.best()
    for style, prior, by_tokens in styles[coarse:]:
        pairs = [(best.terminal.limit, best.votes)]
        candidates.add(style, prior + by_tokens, best.terminal.ambiguous, pairs)
    return candidates.best()


def _margins(best: Candidate, tried: list[Candidate], spaced: float) -> tuple[float, float, float]:
    """By how much each of the style's habits explains the page better than the other does.

    Only what the page shows counts, so `spaced`, what is known of its site, is taken away.
    """
    habits = habits_of(best.style)
    least = best.total - spaced * _is_spaced(best.style)

    def margin(i: int) -> float:
        rivals = (
            each.total - spaced * _is_spaced(each.style)
            for each in tried
            if habits_of(each.style)[i] * habits[i] < 0
        )
        return min(MOST_MARGIN, least - max(rivals, default=-math.inf))

    return margin(0), margin(1), margin(2)


RIVAL = 4.0
"""A limit is a rival if its log-likelihood is lower than the best by less than this."""
NEIGHBOURS = 3
"""Limits that differ by at most this from the best are rivals too, if they are likely."""


def _rivals(
    best: Candidate, candidates: Candidates, likely: list[int], spaced: float
) -> tuple[tuple[Terminal, Style], ...]:
    """Return the other terminals that explain the page nearly as well as the best, each with its best style.

    What is known of the site (`spaced`) makes none unlikely. They are the likeliest of those that were tried, and
    the neighbours of the best limit with the best style.
    """
    limit = best.terminal.limit
    others = {*range(limit - NEIGHBOURS, limit + NEIGHBOURS + 1), *likely}
    near = [(other, 0) for other in sorted(others)]
    candidates.add(best.style, best.of_style, best.terminal.ambiguous, near, eligible=False)
    found = [
        (each.total - best.total - spaced * (_is_spaced(each.style) - _is_spaced(best.style)), each)
        for each in candidates.found
    ]
    found.sort(key=lambda pair: -pair[0])
    rivals = dict.fromkeys(
        (each.terminal, each.style)
        for value, each in found
        if value > -RIVAL + ROUNDING and each.terminal != best.terminal
    )
    return tuple(rivals)[:MOST_RIVALS]


def _is_spaced(style: Style) -> bool:
    """Return whether the style has spaces beside Han, in letters, digits or dates."""
    return max(habits_of(style)) > 0


MOST_RIVALS = 6
"""The most rivals that are compared."""


def _units(tried: list[Candidate], style: Style) -> float:
    """Return the log-odds of a space before units, by how much better spaces explain the page than none."""
    if style.units not in (APART, -APART):
        return style.units
    apart = max((each.total for each in tried if each.style.units == APART), default=-math.inf)
    joined = max((each.total for each in tried if each.style.units == -APART), default=-math.inf)
    # Rounded, so that pages share cached zones.
    return round(2 * max(LEAST_UNITS, min(MOST_UNITS, apart - joined))) / 2


def _segmenter(style: Style, text: str) -> Cut | None:
    """THULAC, if it is installed and made the dump."""
    if not style.segmented or style.solid or style.random:
        return None
    cut = thulac()
    return cut if cut and made_by(cut, text.split("\n")) else None


def _agreement(style: Style, evidence_of_cuts: tuple[float, float, float]) -> float:
    """Return the log-likelihood of the style's habits by the segmenter's own cuts."""
    return sum(odds for habit, odds in zip(habits_of(style), evidence_of_cuts, strict=True) if habit > 0)


def _measure(
    blocks: list[list[str]], widths: list[Ambiguous], *, literal: bool
) -> dict[Ambiguous, list[Measured]]:
    """Return the blocks measured for each ambiguous width; blocks without ambiguous characters are measured once."""
    found: dict[Ambiguous, list[Measured]] = {width: [] for width in widths}
    for lines in blocks:
        own = _widths("\n".join(lines)) if len(widths) > 1 else widths
        measures = {width: measure(lines, ambiguous=width, literal=literal) for width in own}
        for width in widths:
            found[width].append(measures.get(width) or measures[Ambiguous.WIDE])
    return found


def _styles(
    plain: Style, evidence: list[tuple[int, int]], spaced: float, text: str
) -> list[tuple[Style, float, float]]:
    """Return the styles that the text can distinguish, with their priors and their likelihoods by the tokens.

    They are in the order of STYLES; those with the second habit for units follow the first two with the first habit.
    """
    # Symbols beside Han follow the habit for letters, whether there are letters or not.
    _, has_digits, has_dates = map(any, evidence)
    found: dict[tuple[tuple[float, float, float], float], float] = {}
    of_units = list(units_tried(text, plain))
    places = product(range(len(STYLES)), range(len(of_units)))
    for i, j in sorted(places, key=lambda place: place[0] + 2 * place[1]):
        (kind, prior), (units, odds) = STYLES[i], of_units[j]
        letters, digits, dates = habits_of(kind)
        habits = letters, digits if has_digits else TIGHT, dates if has_dates else TIGHT
        found.setdefault((habits, units), prior + spaced * (max(habits) > 0) + odds)
    likely = [
        (prior, likelihood_of_tokens(habits, plain, evidence), *habits, units)
        for (habits, units), prior in found.items()
    ]
    least = max([prior + by_tokens for prior, by_tokens, *_ in likely]) - BEYOND
    return [
        (
            replace(plain, letters=letters, digits=digits, dates=dates, units=units),
            prior,
            by_tokens,
        )
        for prior, by_tokens, letters, digits, dates, units in likely
        if prior + by_tokens > least
    ]


def has_ambiguous(text: str) -> bool:
    """Return whether the text may have characters of ambiguous width."""
    return _AMBIGUOUS.search(text) is not None


def _widths(text: str) -> list[Ambiguous]:
    """Return the widths of ambiguous characters that the text can distinguish."""
    return [Ambiguous.WIDE, Ambiguous.NARROW] if has_ambiguous(text) else [Ambiguous.WIDE]
