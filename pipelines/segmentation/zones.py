"""Zones, the stretches of a block that hold gaps, and their scores, remembered."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from pipelines.segmentation.gaps import score
from pipelines.segmentation.habits import ALWAYS, MARK, ORDINAL, STAND_INS, TIGHT, Gap, Style

LONGEST_KEPT = 200
REACH = 60
"""How far, in characters to the left and in tokens to the right, the context of a gap goes."""

_GAP = re.compile("[ \n]")


Scores = tuple[tuple[int, float], ...]
"""For each gap of a zone, its offset and the log-odds of a space."""


@lru_cache(maxsize=32)
def scorer(style: Style) -> Callable[[str], Scores]:
    """A function that scores the gaps of a zone; its memory is bounded, and zones come again and again.

    A zone is a longest stretch of narrow characters and gaps, with one stand-in for the wide character on either
    side (STAND_INS). What the typist did beside Han matters at the zone's ends only: the rest is remembered
    for all habits together.
    """
    core = _core_scorer(replace(style, letters=TIGHT, digits=TIGHT, dates=TIGHT))
    return _remember(partial(_zone_scores, style=style, score_core=core))


def _zone_scores(zone: str, style: Style, score_core: Callable[[str], Scores]) -> Scores:
    first = zone[:1] in STAND_INS and zone[1:2] in (" ", "\n")
    last = zone[-1] in STAND_INS and zone[-2:-1] in (" ", "\n")
    core = zone[2 * first : len(zone) - 2 * last]
    if zone[0] == ORDINAL and core.isdigit():
        # `第 42 期`: who parts letters from Han parts ordinals too, even where he joins other numbers.
        style = replace(style, digits=max(style.digits, style.letters))
    found: Scores = ()
    if first:
        found = (
            (1, _at_edge(Gap(zone[0], _first(core), zone[0], zone[2 : REACH * 2], zone[1] == "\n"), style)),
        )
    if " " in core or "\n" in core:
        found += tuple([(at + 2 * first, value) for at, value in score_core(core)])
    if last:
        gap = Gap(_last(core), zone[-1], core[-REACH:], zone[-1], zone[-2] == "\n")
        found += ((len(zone) - 2, _at_edge(gap, style)),)
    return found


def _first(core: str) -> str:
    return _GAP.split(core, maxsplit=1)[0]


def _last(core: str) -> str:
    return _GAP.split(core[-REACH:])[-1]


def _at_edge(gap: Gap, style: Style) -> float:
    if not style.segmented and not gap.wrapped:
        return ALWAYS
    if MARK in (gap.left, gap.right):
        return -6.0
    return score(gap, style)


@lru_cache(maxsize=32)
def _core_scorer(style: Style) -> Callable[[str], Scores]:
    return _remember(partial(_core_scores, style=style))


def _remember(score_zone: Callable[[str], Scores]) -> Callable[[str], Scores]:
    """The function with a memory for short zones: long ones do not come again, and would fill it."""
    remembered = lru_cache(maxsize=8192)(score_zone)
    return lambda zone: remembered(zone) if len(zone) <= LONGEST_KEPT else score_zone(zone)


def _core_scores(core: str, style: Style) -> Scores:
    found = []
    tokens = _GAP.split(core)
    before, at = tokens[0], len(tokens[0])
    for i, right in enumerate(tokens[1:], 1):
        after = " ".join(tokens[i : i + REACH])
        left = before[-REACH:].rsplit(" ", 1)[-1]
        value = score(Gap(left, right, before[-REACH:], after, core[at] == "\n"), style)
        found.append((at, value))
        # What comes next is judged with what was found so far: `F i 6` is `Fi 6`, once `F i` is `Fi`.
        before = f"{before[-REACH:]} {right}" if value > 0 else before[-REACH:] + right
        at += 1 + len(right)
    return tuple(found)
