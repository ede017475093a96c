"""Certify a reading: whether other readings wrap into the same lines of the dump, and how likely they are."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pipelines.segmentation.dumps.certificates.gap_risks import risk_of, risk_of_all
from pipelines.segmentation.dumps.certificates.habit_votes import Shown, agrees
from pipelines.segmentation.dumps.certificates.open_gaps import (
    AFTER,
    BESIDE_HAN,
    BY_HABIT,
    CLOSING,
    DATE,
    DIGIT,
    MARK,
    NUMBERS,
    OTHER,
    RUNS,
    WORDS,
    OpenGap,
)
from pipelines.segmentation.dumps.certificates.page_habits import Habits, is_preferred
from pipelines.segmentation.dumps.readings.gap_scores import FRACTION
from pipelines.segmentation.dumps.readings.page_style import DEGREES

Certificate = Literal["trivial", "unique", "likely", "consistent", "unresolved"]
"""trivial: no gap has two readings; unique: gaps have two readings, but only this combination wraps into the dump's
lines; likely: other combinations wrap too, with a probability of at most LIKELY; consistent: other combinations wrap
too and are likelier than that, or another likely width of the terminal gives another text, or the paragraph may end
elsewhere; unresolved: the text does not wrap into the dump's lines, or a doubt remains."""

LIKELY = 0.0225
"""The greatest probability that a gap was read wrongly with which a paragraph is certified as likely."""
GLUED = -2.9
"""Digits that were joined although the log-odds of a space exceed this may be two numbers (`LLaMA 270B`)."""
DOUBT = 0.7
"""The risk from which on a gap between Latin letters or digits makes its paragraph unresolved."""


def certificate(
    gaps: list[OpenGap], habits: Habits, shown: Shown = frozenset(), *, wraps: bool, ends: bool, broken: bool
) -> Certificate:
    """Return the certificate of a paragraph with these gaps.

    `shown` are the typist's habits that the paragraph shows; `ends` says that it may as well end elsewhere, or that
    another likely width of the terminal gives another text; `broken` says that it seems to end in the middle of a
    sentence.
    """
    if not wraps or broken or any(is_doubtful(gap, habits, shown) for gap in gaps):
        return "unresolved"
    if not ends and not gaps:
        return "trivial"
    if ends or not are_told(gaps, habits, shown) or _is_risky(gaps, habits, shown):
        return "consistent"
    return "unique" if all(gap.forced and _is_shown(gap, habits, shown) for gap in gaps) else "likely"


def are_told(gaps: list[OpenGap], habits: Habits, shown: Shown) -> bool:
    """Return whether something on the page decides each of the gaps (see `certificate`)."""
    return not any(_is_untold(gap, habits, shown) and not _is_hinted(gap, habits) for gap in gaps)


HINTED = 0.015
"""The additional risk of a paragraph with gaps that only few other paragraphs decide: 3 of 130 were wrong."""
FEW = 2
"""The fewest paragraphs that must show a habit, and none another, to decide such gaps and those beside symbols."""


def _is_hinted(gap: OpenGap, habits: Habits) -> bool:
    """Return whether the page excludes the other habit for the gap, though few of its paragraphs show this one."""
    if gap.kind not in BY_HABIT or _is_numbering(gap) or gap.is_gloss or not habits.style.segmented:
        return False
    counts = habits.votes.counts
    alike = max(counts[kind, gap.space] for kind in ([DIGIT, DATE] if gap.kind == DATE else [gap.kind]))
    mixed = any(counts[kind, not gap.space] for kind in BY_HABIT)
    return alike >= FEW and not mixed and _margin(gap, habits) >= SETTLED_MARGIN


SETTLED = 0.003
"""The risk of all gaps of a paragraph that are settled: 6 of 2,680 paragraphs of known texts were wrong for those
beside Han, and none of 2,100 for those beside marks."""


def _is_risky(gaps: list[OpenGap], habits: Habits, shown: Shown) -> bool:
    return risk_of_paragraph(gaps, habits, shown, enough=LIKELY) > LIKELY


def risk_of_paragraph(
    gaps: list[OpenGap],
    habits: Habits,
    shown: Shown,
    weights: Mapping[str, float] | None = None,
    *,
    enough: float = 1.0,
) -> float:
    """Return the probability that a gap of the paragraph was read wrongly (see `certificate` and `risk_of_all`).

    If it is above `enough`, a lower bound that is also above `enough` may be returned.
    """
    settled: list[OpenGap] = []
    others: list[OpenGap] = []
    for gap in gaps:
        (settled if _is_settled(gap, habits, shown) else others).append(gap)
    risk = risk_of_all(others, habits, shown, weights, enough=enough)
    if any(gap.kind in BY_HABIT and _is_untold(gap, habits, shown) for gap in gaps):
        risk = min(1.0, risk + HINTED)
    least = (
        min(SETTLED, risk_of_all(settled, habits, shown, weights, enough=SETTLED)) if risk <= enough else 0.0
    )
    return 1.0 - (1.0 - risk) * (1.0 - least)


def _is_settled(gap: OpenGap, habits: Habits, shown: Shown) -> bool:
    """Return whether the gap is no space on a page of which every paragraph that shows a habit shows no spaces at Han.

    Such a typist puts no space beside a full-width mark, before a closing one, between Han and most symbols, or inside
    a decimal either. Beside Han, and between a number and a degree sign, the paragraph or enough others must show the
    habit, and the page must exclude the other one. Pages whose Chinese has half-width punctuation are typed too
    unevenly.
    """
    if gap.space or habits.style.half or not habits.style.segmented or not habits.votes.only_tight:
        return False
    if gap.kind in (MARK, CLOSING) or gap.score <= _firm(gap.kind, habits) or _is_decimal(gap):
        return True
    kind = DIGIT if gap.kind == OTHER and gap.right in DEGREES and gap.left.isdigit() else gap.kind
    if kind not in BY_HABIT or habits.margins[BY_HABIT.index(kind)] < SETTLED_MARGIN:
        return False
    return (kind, False) in shown or habits.votes.tells(kind, space=False)


_FIRM = {BESIDE_HAN: -5.0, NUMBERS: FRACTION}
"""The greatest log-odds with which gaps of a kind are settled: none of 500 beside Han was wrong."""
CLOSED = -4.0
"""The same beside Han on a page of which several paragraphs show that its author puts no space beside half-width
brackets and other symbols, and none shows one: none of 150 paragraphs was wrong there, and 8 of 150 on other pages."""


def _firm(kind: str, habits: Habits) -> float:
    """Return the greatest log-odds with which gaps of a kind are settled, or minus infinity."""
    counts = habits.votes.counts
    if kind == BESIDE_HAN and counts[kind, False] >= FEW and not counts[kind, True]:
        return CLOSED
    return _FIRM.get(kind, -math.inf)


def _is_decimal(gap: OpenGap) -> bool:
    """Return whether the gap is between the point and the digits of a number."""
    return gap.kind == AFTER and gap.left == "." and gap.right.isdigit()


LEAST_MARGIN = 3.0
"""The least log-odds of the typist's habit beside Han with which gaps that only the habit decides are certified."""
SURE_MARGIN = 20.0
"""The log-odds from which on the page as a whole shows a habit, though few of its paragraphs show it alone; it is the
greatest margin."""
SETTLED_MARGIN = 10.0
"""The log-odds from which on a habit that paragraphs show is settled."""


def _is_untold(gap: OpenGap, habits: Habits, shown: Shown) -> bool:
    """Return whether nothing on the page decides the gap.

    That is a gap beside the bar of a menu, which pages write with spaces on one side, both or none; after a digit, or a
    number with a full stop, at the start of a paragraph, which may number it; before the foreign name of what the Han
    name, often typed without the space of the page's habit (`“前置瓶bottle”`); and beside Han if neither the paragraph
    nor enough others of the page show the typist's habit, nor the page as a whole. What is known of the page's site is
    no evidence here, and neither is a line that leaves the gap only one reading: with the other habit, the terminal may
    have had another width.
    """
    if gap.kind in BY_HABIT and not habits.style.segmented:
        return not (gap.forced or agrees(shown, habits.votes, gap.kind, space=gap.space))
    if _is_numbering(gap) or (gap.is_gloss and gap.space and not gap.forced):
        return True
    if gap.kind in BY_HABIT:
        return not (is_preferred(gap) or _is_shown(gap, habits, shown) or _is_told(gap, habits))
    if gap.forced:
        return False
    if gap.left in (".", ")") and gap.at <= LONGEST_NUMBER:
        # The spaces behind typed numbers follow no rule.
        return not is_preferred(gap)
    if gap.margin is not None:
        return False
    if habits.style.segmented and gap.kind == BESIDE_HAN and gap.left == "%":
        number = replace(gap, kind=DIGIT)
        return not (_is_shown(number, habits, shown) or _is_told(number, habits))
    return "|" in (gap.left[-1:], gap.right[:1])


def _is_numbering(gap: OpenGap) -> bool:
    """Return whether the gap is behind a digit at the start of a block (`1 首先`), or behind a number in brackets.

    References are numbered with a space behind the bracket as often as without (`[1] 中国`, `[1]中国`).
    """
    if gap.forced:
        return False
    return (gap.kind == DIGIT and gap.at == 1) or (gap.left == "]" and gap.at <= LONGEST_REFERENCE)


def _is_shown(gap: OpenGap, habits: Habits, shown: Shown) -> bool:
    """Return whether the paragraph itself shows the typist's habit for the gap, if that decides it.

    It does not if several paragraphs of the page show the other habit: its author puts spaces in some places only.
    """
    if not habits.style.segmented or gap.kind not in BY_HABIT:
        return True
    uneven = habits.votes.counts[gap.kind, not gap.space] >= UNEVEN
    return _is_clear(gap, habits) and (gap.kind, gap.space) in shown and not uneven


UNEVEN = 2
"""The fewest paragraphs with the other habit that show that the author has none."""


def _is_told(gap: OpenGap, habits: Habits) -> bool:
    """Return whether the page shows the typist's habit for the gap.

    Enough other paragraphs show it, or no paragraph shows the other habit and the page as a whole excludes that, though
    no other kind of gap beside Han contradicts the page's habit for it.
    """
    sure = _margin(gap, habits) >= SURE_MARGIN and min(habits.margins) >= 0.0
    if sure and not habits.votes.counts[gap.kind, not gap.space]:
        return True
    return _is_clear(gap, habits) and habits.votes.tells(gap.kind, space=gap.space)


def _is_clear(gap: OpenGap, habits: Habits) -> bool:
    """Return whether the other habit, with its own width of the terminal, explains the page clearly worse."""
    return _margin(gap, habits) >= LEAST_MARGIN


def _margin(gap: OpenGap, habits: Habits) -> float:
    return habits.margins[BY_HABIT.index(gap.kind)]


LONGEST_REFERENCE = 7
"""The most characters of a number in brackets at the start of a paragraph, with the gaps inside."""
LONGEST_NUMBER = 4
"""The most characters of a number at the start of a paragraph, with its full stop or bracket and a gap."""


def is_doubtful(gap: OpenGap, habits: Habits, shown: Shown) -> bool:
    """Return whether the gap probably cuts a Latin word, or joins a number to its neighbour."""
    if gap.kind == WORDS and not gap.space and _swallows_word(gap, habits):
        return True
    if gap.kind not in RUNS or gap.forced:
        return False
    if gap.kind == NUMBERS and not gap.space:
        return gap.score > GLUED
    return _may_be_cut(gap, habits) or risk_of(gap, habits, shown) >= DOUBT


def _swallows_word(gap: OpenGap, habits: Habits) -> bool:
    """Return whether a function word was joined to a word before it (`Journalof`), which no lexicon has."""
    lexicon = habits.style.lexicon
    short = gap.right in lexicon.function_words and len(gap.left) >= 4
    return short and not lexicon.is_word(gap.left + gap.right)


def _may_be_cut(gap: OpenGap, habits: Habits) -> bool:
    """Return whether an unknown word is followed by a short one that may be its ending (`Tiundal and`)."""
    ending = gap.right in habits.style.lexicon.endings or (gap.right == "and" and gap.left.endswith("l"))
    return gap.kind == WORDS and gap.space and ending and not habits.style.lexicon.is_word(gap.left)
