"""Estimate from a dump the width of its terminal, the width of ambiguous characters, and the typist's habits."""

import math
import re
from dataclasses import dataclass, replace

from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.readings.charset_evidence import wide_by_evidence, without_times
from pipelines.segmentation.dumps.readings.line_metrics import Measured, measure
from pipelines.segmentation.dumps.readings.page_style import House, Style
from pipelines.segmentation.dumps.readings.segmenter_detection import segmenter_of
from pipelines.segmentation.dumps.style.dump_width import (
    LARGEST_LIMIT,
    density_of,
    likely_limits,
    line_widths,
    narrower_column,
)
from pipelines.segmentation.dumps.style.page_candidates import ROUNDING, Candidate, Candidates
from pipelines.segmentation.dumps.style.style_evidence import (
    mixed_tokens,
    tokens_of_prose,
    typed_blocks,
)
from pipelines.segmentation.dumps.style.style_rivals import MOST_MARGIN, margins_of, rivals_of
from pipelines.segmentation.dumps.style.thulac_ties import Cut, habits, made_by, thulac
from pipelines.segmentation.dumps.style.tried_styles import tried_styles, with_cuts
from pipelines.segmentation.dumps.style.unit_spacing_habit import APART, LEAST_UNITS, MOST_UNITS
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

COARSE, COARSE_WITH_UNITS = 2, 3
"""The number of styles that are tried with every width; the others are tried only with the likeliest widths."""
NEAR_WIDTH = 12.0
"""A width is one of the likeliest if its log-likelihood is lower than the best by at most this: with a wrong style, the
true width seems less likely than a neighbour of it."""


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
    cut = _segmenter(plain, text)
    styles = tried_styles(plain, _evidence(blocks, text, plain), house.spaced, text)
    if cut and len(styles) > 1:
        styles = with_cuts(styles, habits(cut, [line for i in typed for line in blocks[i]]))
    measures = _measure(blocks, _widths(text), literal=not plain.segmented)
    widths = {ambiguous: line_widths(measured) for ambiguous, measured in measures.items()}
    tried = {ambiguous: [measured[i] for i in typed] for ambiguous, measured in measures.items()}
    limits = {ambiguous: likely_limits(tried[ambiguous], widths[ambiguous]) for ambiguous in tried}
    # Both use the same model of paragraph ends, because a wrong width makes lines look short. If the site is known to
    # separate paragraphs by blank lines, a width that cuts them in the middle of a sentence must not be chosen.
    density = min(density_of(measured, limits[width][0][0]) for width, measured in tried.items())
    wide = house.wide + wide_by_evidence(text) if len(measures) > 1 else 0.0
    candidates = Candidates(
        measures,
        typed,
        wide,
        density=0.0 if house.airy else density,
        near=_near(styles, house, certify=certify),
    )
    best = _choose(candidates, styles, limits)
    measured = measures[best.terminal.ambiguous]
    page = _page_of(best, candidates, measured, house, cut)
    if certify:
        likely = [limit for limit, _ in limits[best.terminal.ambiguous]]
        page = replace(
            page,
            margins=margins_of(best, candidates.found, house.spaced),
            rivals=rivals_of(best, candidates, likely, house.spaced),
        )
    if not best.votes and all(len(block.lines) == 1 for block in measured):
        # Nothing shows the width: no line may be taken for full.
        page = replace(page, terminal=Terminal(LARGEST_LIMIT, best.terminal.ambiguous), rivals=())
    return page, measured


def _evidence(blocks: list[list[str]], text: str, plain: Style) -> list[tuple[int, int]]:
    """Return what the tokens of the page show of the typist's habits (see `mixed_tokens`)."""
    if plain.segmented:
        return tokens_of_prose(without_times("\n\n".join(map("\n".join, blocks))).split("\n\n"))
    return mixed_tokens(without_times(text))


def _near(styles: list[tuple[Style, float, float]], house: House, *, certify: bool) -> float:
    """Return by how much less likely than the best a combination may be that is still compared with it."""
    if certify:
        # Certificates compare the styles without what is known of the site.
        return ROUNDING + MOST_MARGIN + abs(house.spaced)
    several = len({style.units for style, _, _ in styles}) > 1
    return ROUNDING + MOST_UNITS if several else ROUNDING


def _page_of(
    best: Candidate, candidates: Candidates, measured: list[Measured], house: House, cut: Cut | None
) -> DumpPage:
    """Return the parameters of the best combination, for the blocks as it measures them."""
    units = _units(candidates.found, best.style)
    return DumpPage(
        best.terminal,
        replace(best.style, units=units) if units != best.style.units else best.style,
        0.0 if house.airy else density_of(measured, best.terminal.limit),
        best.votes,
        best.indented,
        cut=cut,
        narrower=narrower_column(measured, best.terminal.limit),
    )


def _choose(
    candidates: Candidates,
    styles: list[tuple[Style, float, float]],
    limits: dict[Ambiguous, list[tuple[int, int]]],
) -> Candidate:
    """Try the first styles with every width and limit, and the others with the likeliest; return the best of all.

    `styles` have their log priors and their log-likelihoods by the tokens.
    """
    coarse = COARSE_WITH_UNITS if len({style.units for style, _, _ in styles}) > 1 else COARSE
    for style, prior, by_tokens in styles[:coarse]:
        for ambiguous, pairs in limits.items():
            candidates.add(style, prior + by_tokens, ambiguous, pairs)
    least = candidates.best().total - NEAR_WIDTH
    likely = {each.terminal for each in candidates.found if each.total >= least}
    for style, prior, by_tokens in styles[coarse:]:
        for ambiguous, pairs in limits.items():
            near = [pair for pair in pairs if Terminal(pair[0], ambiguous) in likely]
            candidates.add(style, prior + by_tokens, ambiguous, near)
    return candidates.best()


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


def has_ambiguous(text: str) -> bool:
    """Return whether the text may have characters of ambiguous width."""
    return _AMBIGUOUS.search(text) is not None


def _widths(text: str) -> list[Ambiguous]:
    """Return the widths of ambiguous characters that the text can distinguish."""
    return [Ambiguous.WIDE, Ambiguous.NARROW] if has_ambiguous(text) else [Ambiguous.WIDE]
