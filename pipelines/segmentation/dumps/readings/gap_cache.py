"""Score the gaps of zones, the stretches of a block with gaps, and cache the scores."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from typing import NamedTuple, TypeVar

from pipelines.segmentation.dumps.readings.gap_scores import BESIDE_MARK, DATED, score
from pipelines.segmentation.dumps.readings.page_style import (
    ALWAYS,
    DATE,
    DEGREE,
    DEGREES,
    GREEK,
    MARK,
    MICRO,
    ORDINAL,
    SPACED,
    STAND_INS,
    TIGHT,
    Gap,
    Style,
)
from pipelines.segmentation.dumps.readings.symbol_gaps import degrees

LONGEST = 200
"""The most characters of a zone whose analysis is kept in the larger cache."""
REACH = 60
"""The context of a gap: this many characters to the left, and this many tokens to the right."""

_WHITE = (" ", "\n")
_GAP = re.compile("[ \n]")
_LETTERS, _DIGITS = re.compile("[A-Za-z]"), re.compile("[0-9]")
_Result = TypeVar("_Result")


Scores = tuple[tuple[int, float], ...]
"""For each gap of a zone, its offset and the log-odds of a space."""
Edge = str | tuple[float, float]
"""A gap at an end of a zone: the habit that decides it, or its scores for a typist who puts no spaces beside letters
and for one who does.

A habit is a field of Style; or `degrees`, that before `℃`; or `ordinals`: a typist who puts spaces beside letters also
puts them beside ordinal numbers, even if not beside other numbers.
"""


class _Ends(NamedTuple):
    """A zone without the stand-ins and gaps at its ends, and what decides those gaps."""

    core: str
    """What is between them; empty if it has no gap."""
    start: int
    """The offset of the core in the zone."""
    measure: bool
    """Whether the core may have a gap before a unit or after pH."""
    gaps: tuple[tuple[int, Edge, bool], ...]
    """The gaps after the stand-in at the zone's start and before the one at its end: the offset in the zone, what
    decides it, and whether it is a line end."""
    dashed: bool
    """Whether it ends with a dash that a gap separates from the Han after it."""


Zones = list[tuple[int, str]]
"""The zones of a block: the offset of each in the block's folded text, and its text."""
Reader = Callable[[str], Scores]
"""A function that scores the gaps of a zone's core."""


@dataclass(slots=True)
class ZoneParts:
    """The gaps of a block's zones, by whether their scores depend on the typist's habits beside Han."""

    inner: dict[int, float] = field(default_factory=dict)
    """The scores that do not depend on the habits, by offset."""
    edges: list[tuple[int, str]] = field(default_factory=list)
    """Gaps at the ends of zones that a habit decides: offset and habit."""
    symbols: list[tuple[int, tuple[float, float]]] = field(default_factory=list)
    """The other gaps at the ends: offset, and the scores without and with spaces beside letters."""
    dashes: list[int] = field(default_factory=list)
    """Gaps before a dash that a gap separates from the Han after it: if there is a space after the dash, there is one
    before it too."""
    measures: bool = False
    """Whether `inner` depends on the habit for units."""
    habits: tuple[str, ...] = ()
    """The habits on which the other scores depend."""
    known: dict[tuple[float, ...], dict[int, float]] = field(default_factory=dict)
    """The scores of all gaps, for each combination of these habits."""


@lru_cache(maxsize=128)
def scorer(style: Style) -> Callable[[Zones, dict[Reader, ZoneParts]], dict[int, float]]:
    """Return a function that scores the gaps of a block's zones; what it remembers is bounded, and zones come again.

    A zone is a maximal stretch of narrow characters and gaps, with one stand-in for the wide character on either side
    (STAND_INS). The typist's habits beside Han matter only at the ends of a zone: the rest is analysed once for all
    habits, and stored in the dictionary that is passed with the zones. Styles that score all gaps of the block alike
    get the same dictionary of scores, which must not be changed.
    """
    tight = replace(style, letters=TIGHT, digits=TIGHT, dates=TIGHT)
    read, plain = _reader(tight), _reader(replace(tight, units=ANY_UNITS))
    habits = {name: getattr(style, name) for name in ("letters", "digits", "dates", "units")}
    habits["degrees"] = degrees(style)
    habits["ordinals"] = max(style.digits, style.letters)
    spaced = style.letters > 0

    def scores_of(zones: Zones, known: dict[Reader, ZoneParts]) -> dict[int, float]:
        parts = known.get(read) or known.get(plain)
        if parts is None:
            parts = _parts_of(zones, read, plain, segmented=style.segmented)
            known[read if parts.measures else plain] = parts
        chosen = tuple([habits[name] for name in parts.habits])
        scores = parts.known.get(chosen)
        if scores is None:
            scores = parts.known[chosen] = parts.inner.copy()
            for at, habit in parts.edges:
                scores[at] = habits[habit]
            for at, values in parts.symbols:
                scores[at] = values[spaced]
            if spaced:
                scores.update(dict.fromkeys(parts.dashes, style.letters / 3))
        return scores

    return scores_of


def _parts_of(zones: Zones, read: Reader, plain: Reader, *, segmented: bool) -> ZoneParts:
    """Return the parts of a block; `plain` reads the cores without units, `read` those with units."""
    found = ZoneParts()
    inner, edges = found.inner, found.edges
    for offset, zone in zones:
        core, start, measure, gaps, dashed = _ends_of(zone)
        for at, edge, wrapped in gaps:
            if not (segmented or wrapped):
                # A gap within a line of a dump without a segmenter is the author's space.
                inner[offset + at] = ALWAYS
            elif isinstance(edge, str):
                edges.append((offset + at, edge))
            elif edge[0] == edge[1]:
                inner[offset + at] = edge[0]
            else:
                found.symbols.append((offset + at, edge))
        if core:
            found.measures |= measure
            for at, value in (read if measure else plain)(core):
                inner[offset + start + at] = value
        if dashed:
            # `"use memo" - 让`: a dash with a space on its right also has one on its left.
            found.dashes.append(offset + len(zone) - 4)
    habits = {habit for _, habit in edges}
    found.habits = tuple(sorted(habits | {"letters"} if found.symbols or found.dashes else habits))
    return found


def _remember(work: Callable[[str], _Result]) -> Callable[[str], _Result]:
    """Return the function with a cache of short zones; long ones rarely recur, and would fill it."""
    short, long = lru_cache(maxsize=2048)(work), lru_cache(maxsize=64)(work)
    return lambda zone: short(zone) if len(zone) <= LONGEST else long(zone)


@_remember
def _ends_of(zone: str) -> _Ends:
    """Return the zone without its ends, which depend on no style."""
    opened = zone[0] in STAND_INS and zone[1:2] in _WHITE
    closed = zone[-1] in STAND_INS and zone[-2:-1] in _WHITE
    core = zone[2 * opened : len(zone) - 2 * closed]
    gaps: list[tuple[int, Edge, bool]] = []
    if opened:
        gaps.append((1, _first_edge(zone, core), zone[1] == "\n"))
    if closed:
        gaps.append((len(zone) - 2, _last_edge(zone, core), zone[-2] == "\n"))
    if zone[0] == ORDINAL and core.isdigit():
        gaps = [(at, "ordinals" if edge == "digits" else edge, wrapped) for at, edge, wrapped in gaps]
    return _Ends(
        core if " " in core or "\n" in core else "",
        2 * opened,
        _UNIT.search(core) is not None,
        tuple(gaps),
        closed and zone[-4:-1] == " - ",
    )


BESIDE_GREEK = -3.0
"""The log-odds of a space beside a Greek letter, where it is rare (`α-helix`, `TGFβ`, `δ18O`)."""


def _first_edge(zone: str, core: str) -> Edge:
    if zone[0] in _NO_SPACE_BEHIND:
        return _NO_SPACE_BEHIND[zone[0]]
    if _LETTERS.match(core):
        return "letters"
    if _DIGITS.match(core):
        return "dates" if DATED.match(zone, 2) else "digits"
    right = _GAP.split(core, maxsplit=1)[0]
    return _beside_symbol(Gap(zone[0], right, zone[0], zone[2 : REACH * 2], wrapped=True))


_NO_SPACE_BEHIND = {
    stand_in: (value, value)
    for stand_in, value in (
        (MARK, BESIDE_MARK),
        (MICRO, 2 * BESIDE_GREEK),
        (GREEK, BESIDE_GREEK),
        (DEGREE, BESIDE_GREEK),
    )
}


def _last_edge(zone: str, core: str) -> Edge:
    if zone[-1] == MARK:
        return BESIDE_MARK, BESIDE_MARK
    if zone[-1] in (MICRO, GREEK, DEGREE):
        is_unit = _DIGITS.match(core[-1:]) and zone[-1] != GREEK
        return ("degrees" if zone[-1] == DEGREE else "units") if is_unit else (BESIDE_GREEK, BESIDE_GREEK)
    if _LETTERS.match(core[-1:]):
        return "letters"
    if _DIGITS.match(core[-1:]):
        return "dates" if zone[-1] == DATE else "digits"
    context = core[-REACH:]
    return _beside_symbol(Gap(_GAP.split(context)[-1], zone[-1], context, zone[-1], wrapped=True))


def _beside_symbol(gap: Gap) -> Edge:
    if (gap.left[-1:] + gap.right[:1]).isalpha():
        return "letters"
    tight, spaced = _typists()
    return score(gap, tight), score(gap, spaced)


@cache
def _typists() -> tuple[Style, Style]:
    """Return a typist who puts no spaces beside letters, and one who does."""
    return Style(letters=TIGHT), Style(letters=SPACED)


_UNIT = re.compile(f"[0-9][ \n](?:[^\\W0-9_]|[{DEGREES}])|pH[ \n][0-9]")


@lru_cache(maxsize=32)
def _reader(style: Style) -> Reader:
    """Return a function that scores the gaps of a core, and caches the scores."""
    return _remember(partial(_core_scores, style=style))


ANY_UNITS = 0.0
"""The habit for units with which cores without units are read, so that styles share their scores."""


def _core_scores(core: str, style: Style) -> Scores:
    found = []
    tokens = _GAP.split(core)
    flat = core.replace("\n", " ") if len(tokens) <= REACH else ""
    before, at = tokens[0][-REACH:], len(tokens[0])
    for i, right in enumerate(tokens[1:], 1):
        after = flat[at + 1 :] or " ".join(tokens[i : i + REACH])
        value = score(Gap(before.rsplit(" ", 1)[-1], right, before, after, core[at] == "\n"), style)
        found.append((at, value))
        # Each gap is scored with the decisions before it: `F i 6` becomes `Fi 6` after `F i` has become `Fi`.
        before = (f"{before} {right}" if value > 0 else before + right)[-REACH:]
        at += 1 + len(right)
    return tuple(found)
