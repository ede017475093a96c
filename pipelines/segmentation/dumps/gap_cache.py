"""Score the gaps of zones, the stretches of a block with gaps, and cache the scores."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from pipelines.segmentation.dumps.gap_scores import BESIDE_MARK, DATED, score
from pipelines.segmentation.dumps.page_style import (
    ALWAYS,
    DATE,
    DEGREE,
    GREEK,
    MARK,
    MICRO,
    ORDINAL,
    STAND_INS,
    TIGHT,
    Gap,
    Style,
)

LONGEST = 200
"""The most characters of a zone whose analysis is kept in the larger cache."""
REACH = 60
"""The context of a gap: this many characters to the left, and this many tokens to the right."""

_DASHED = re.compile(f" - [{''.join(STAND_INS)}]$")
_GAP = re.compile("[ \n]")
_LETTERS, _DIGITS = re.compile("[A-Za-z]"), re.compile("[0-9]")
_Result = TypeVar("_Result")


Scores = tuple[tuple[int, float], ...]
"""For each gap of a zone, its offset and the log-odds of a space."""
Edge = str | float | Gap
"""A gap at an end of a zone: the habit (a field of Style) that decides it, its score, or a Gap to be scored by
rules.
"""


class _Zone(NamedTuple):
    """An analysed zone: the scores that do not depend on the typist's habits, and the gaps that do."""

    first: Edge | None
    """The gap after the stand-in at its start."""
    first_wrapped: bool
    inner: Scores
    last: Edge | None
    last_wrapped: bool
    ordinal: bool
    """Whether it is the number of `第 42 期`."""
    dashed: bool
    """Whether it ends with a dash that a gap separates from the Han after it."""


Zones = list[tuple[int, str]]
"""The zones of a block: the offset of each in the block's folded text, and its text."""


@dataclass(slots=True)
class ZoneParts:
    """The gaps of a block's zones, by whether their scores depend on the typist's habits beside Han."""

    inner: dict[int, float] = field(default_factory=dict)
    """The scores that do not depend on the habits, by offset."""
    edges: list[tuple[int, str, bool]] = field(default_factory=list)
    """Gaps at the ends of zones that a habit decides: offset, the habit, whether in an ordinal number."""
    gaps: list[tuple[int, Gap, bool]] = field(default_factory=list)
    """The other gaps at the ends, which rules score: offset, gap, whether in an ordinal number."""
    dashes: list[int] = field(default_factory=list)
    """Gaps before a dash that a gap separates from the Han after it: if there is a space after the dash, there is one
    before it too."""


@lru_cache(maxsize=32)
def scorer(style: Style) -> Callable[[Zones, dict[Style, ZoneParts]], dict[int, float]]:
    """Return a function that scores the gaps of a block's zones; what it remembers is bounded, and zones come again.

    A zone is a maximal stretch of narrow characters and gaps, with one stand-in for the wide character on either side
    (STAND_INS). The typist's habits beside Han matter only at the ends of a zone: the rest is analysed once for all
    habits, and stored in the dictionary that is passed with the zones.
    """
    plain = replace(style, letters=TIGHT, digits=TIGHT, dates=TIGHT)
    read = _reader(plain)
    # A typist who puts spaces beside letters also puts them beside ordinal numbers, even if not beside other numbers.
    of_ordinals = replace(style, digits=max(style.digits, style.letters))

    habits = {name: getattr(style, name) for name in ("letters", "digits", "dates", "units")}

    def scores_of(zones: Zones, known: dict[Style, ZoneParts]) -> dict[int, float]:
        parts = known.get(plain)
        if parts is None:
            parts = known[plain] = _parts_of(zones, read, segmented=style.segmented)
        scores = parts.inner.copy()
        for at, habit, ordinal in parts.edges:
            scores[at] = of_ordinals.digits if ordinal and habit == "digits" else habits[habit]
        for at, gap, ordinal in parts.gaps:
            scores[at] = score(gap, of_ordinals if ordinal else style)
        if style.letters > 0:
            for at in parts.dashes:
                scores[at] = style.letters / 3
        return scores

    return scores_of


def _parts_of(zones: Zones, read: Callable[[str], _Zone], *, segmented: bool) -> ZoneParts:
    found = ZoneParts()

    def add(at: int, edge: Edge, *, wrapped: bool, ordinal: bool) -> None:
        if not segmented and not wrapped:
            found.inner[at] = ALWAYS
        elif isinstance(edge, str):
            found.edges.append((at, edge, ordinal))
        elif isinstance(edge, float):
            found.inner[at] = edge
        else:
            found.gaps.append((at, edge, ordinal))

    for offset, zone in zones:
        first, first_wrapped, within, last, last_wrapped, ordinal, dashed = read(zone)
        if first is not None:
            add(offset + 1, first, wrapped=first_wrapped, ordinal=ordinal)
        for at, value in within:
            found.inner[offset + at] = value
        if dashed:
            # `"use memo" - 让`: a dash with a space on its right also has one on its left.
            found.dashes.append(offset + len(zone) - 4)
        if last is not None:
            add(offset + len(zone) - 2, last, wrapped=last_wrapped, ordinal=ordinal)
    return found


def _take_apart(zone: str, score_core: Callable[[str], Scores]) -> _Zone:
    opened = zone[0] in STAND_INS and zone[1:2] in (" ", "\n")
    closed = zone[-1] in STAND_INS and zone[-2:-1] in (" ", "\n")
    core = zone[2 * opened : len(zone) - 2 * closed]
    first = last = None
    inner: Scores = ()
    if opened:
        first = _first_edge(zone, core)
    if " " in core or "\n" in core:
        inner = tuple([(at + 2 * opened, value) for at, value in score_core(core)])
    if closed:
        last = _last_edge(zone, core)
    return _Zone(
        first,
        zone[1:2] == "\n",
        inner,
        last,
        zone[-2:-1] == "\n",
        zone[0] == ORDINAL and core.isdigit(),
        _DASHED.search(zone) is not None,
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
    return Gap(zone[0], _GAP.split(core, maxsplit=1)[0], zone[0], zone[2 : REACH * 2], zone[1] == "\n")


_NO_SPACE_BEHIND = {MARK: BESIDE_MARK, MICRO: 2 * BESIDE_GREEK, GREEK: BESIDE_GREEK, DEGREE: BESIDE_GREEK}


def _last_edge(zone: str, core: str) -> Edge:
    if zone[-1] == MARK:
        return BESIDE_MARK
    if zone[-1] in (MICRO, GREEK, DEGREE):
        return "units" if _DIGITS.match(core[-1:]) and zone[-1] != GREEK else BESIDE_GREEK
    if _LETTERS.match(core[-1:]):
        return "letters"
    if _DIGITS.match(core[-1:]):
        return "dates" if zone[-1] == DATE else "digits"
    return Gap(_GAP.split(core[-REACH:])[-1], zone[-1], core[-REACH:], zone[-1], zone[-2] == "\n")


_UNIT = re.compile("[0-9][ \n][^0-9 ]|H[ \n][0-9]")
"""Matches zones that may have a gap before a unit or after pH."""


@lru_cache(maxsize=32)
def _reader(style: Style) -> Callable[[str], _Zone]:
    """Return a function that analyses zones; zones without units are cached for all habits of units together."""
    score_core = partial(_core_scores, style=style)
    if style.units == ANY_UNITS:
        return _remember(partial(_take_apart, score_core=_remember(score_core)))
    plain, read = _reader(replace(style, units=ANY_UNITS)), partial(_take_apart, score_core=score_core)
    return lambda zone: read(zone) if _UNIT.search(zone) else plain(zone)


ANY_UNITS = 0.0
"""The habit for units in the cache key of zones without units."""


def _remember(work: Callable[[str], _Result]) -> Callable[[str], _Result]:
    """Return the function with a cache of short zones; long ones rarely recur, and would fill it."""
    short, long = lru_cache(maxsize=2048)(work), lru_cache(maxsize=64)(work)
    return lambda zone: short(zone) if len(zone) <= LONGEST else long(zone)


def _core_scores(core: str, style: Style) -> Scores:
    found = []
    tokens = _GAP.split(core)
    before, at = tokens[0], len(tokens[0])
    for i, right in enumerate(tokens[1:], 1):
        after = " ".join(tokens[i : i + REACH])
        left = before[-REACH:].rsplit(" ", 1)[-1]
        value = score(Gap(left, right, before[-REACH:], after, core[at] == "\n"), style)
        found.append((at, value))
        # Each gap is scored with the decisions before it: `F i 6` becomes `Fi 6` after `F i` has become `Fi`.
        before = f"{before[-REACH:]} {right}" if value > 0 else before[-REACH:] + right
        at += 1 + len(right)
    return tuple(found)
