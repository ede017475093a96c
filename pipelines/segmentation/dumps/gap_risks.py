"""How often a gap of each kind was read wrongly on texts that are known: the rates of `gap_risks.toml`.

`bench/segmentation/calibrate.py` measured them on dumps that w3m and several segmenters made of known texts.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from pipelines.segmentation.dumps.open_gaps import DATE, DIGIT, LETTER, MODEL, NUMBERS, WORDS, Gap

PREFERRED = 4.0
"""How much, beyond what the rules say, THULAC's tokens must prefer a reading to count."""
HOUSE_HABIT = 3
"""As many forced gaps does a known habit of the site count."""

_BY_HABIT = (LETTER, DIGIT, DATE)
_WITHOUT_HABIT = (WORDS, MODEL, NUMBERS)
_STEPS = (1, 3, 8)


class Habits:
    """What the sure gaps of a page say of each kind of gap: how many hold a space, and how many do not."""

    def __init__(self, gaps: Iterable[Gap], *, joined: int = 0, tight: bool = False) -> None:
        """`joined` tokens hold both Han and Latin; `tight` says that the site is known to put no spaces beside Han."""
        self.spaced, self.tight = Counter[str](), Counter[str]()
        if tight:
            self.tight.update(dict.fromkeys(_BY_HABIT, HOUSE_HABIT))
        for gap in gaps:
            if gap.forced or _is_preferred(gap):
                (self.spaced if gap.space else self.tight)[gap.kind] += 1
        self.page = self._page(joined)

    def _page(self, joined: int) -> str:
        """What all gaps beside Han say together."""
        spaced = sum(self.spaced[kind] for kind in _BY_HABIT)
        tight = sum(self.tight[kind] for kind in _BY_HABIT) + joined
        if spaced + tight == 0:
            return "untold"
        if not spaced:
            return "tight" if tight >= _STEPS[1] else "rather-tight"
        if not tight:
            return "spaced" if spaced >= _STEPS[1] else "rather-spaced"
        return "both"


def _is_preferred(gap: Gap) -> bool:
    return gap.margin is not None and gap.margin - abs(gap.score) >= PREFERRED


def keys_of(gap: Gap, habits: Habits) -> list[str]:
    """The classes of the gap, the narrowest first: each has its own rate."""
    if gap.forced:
        return [f"{gap.kind} forced"]
    chosen = f"{gap.kind} {'space' if gap.space else 'none'}"
    score = "" if gap.kind in _BY_HABIT else f" {min(5, int(abs(gap.score)))}"
    habit = "" if gap.kind in _WITHOUT_HABIT else f" {_habit(gap, habits)}"
    asked = " unasked" if gap.margin is None else " preferred" if _is_preferred(gap) else " even"
    page = " " + habits.page
    classes = (
        chosen + score + habit + page + asked,
        chosen + score + page + asked,
        chosen + habit + page,
        chosen + page,
        chosen,
    )
    return list(dict.fromkeys(classes))


def _habit(gap: Gap, habits: Habits) -> str:
    """How many sure gaps of the page go with the choice, and whether others go against it."""
    with_it, against = habits.spaced[gap.kind], habits.tight[gap.kind]
    if not gap.space:
        with_it, against = against, with_it
    with_it -= _is_preferred(gap)
    mixed = "mixed" if against * 5 > with_it else "some" if against else "all"
    return f"{mixed}{sum(with_it >= step for step in _STEPS)}"


PRIOR = 6.0
"""How many gaps' weight the wider class's rate has in the narrower one's."""


def rates_of(counts: Mapping[str, tuple[float, float]]) -> Iterator[tuple[str, float]]:
    """For each class its rate, of (gaps, errors): drawn towards the rate of all such gaps where it was seldom met."""
    for key, (gaps, errors) in counts.items():
        if key.endswith("forced"):
            yield key, (errors + 0.05) / (gaps + 50)
        else:
            wide_gaps, wide_errors = counts[" ".join(key.split()[:2])]
            wide = (wide_errors + 1) / (wide_gaps + 20)
            yield key, (errors + PRIOR * wide) / (gaps + PRIOR)


@cache
def _rates() -> dict[str, float]:
    table = files("pipelines.segmentation.dumps").joinpath("gap_risks.toml").read_text("utf-8")
    return tomllib.loads(table)


UNKNOWN = 0.2
"""The rate of a class that was never met."""


def risk_of(gap: Gap, habits: Habits, rates: Mapping[str, float] | None = None) -> float:
    """The probability that the gap is read wrongly, by the rates given or else the measured ones."""
    known = _rates() if rates is None else rates
    return next((known[key] for key in keys_of(gap, habits) if key in known), UNKNOWN)


def risk_of_all(gaps: Iterable[Gap], habits: Habits, rates: Mapping[str, float] | None = None) -> float:
    """The probability that one of the gaps at least is read wrongly."""
    return 1.0 - math.exp(sum([math.log1p(-risk_of(gap, habits, rates)) for gap in gaps]))
