"""Estimate the probability that a gap was read wrongly, by a logistic regression with weights in `gap_risks.toml`.

`bench/segmentation/calibrate.py` fits the weights on dumps that w3m and several segmenters made of known texts.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pipelines.segmentation.dumps.certificates.habit_votes import Shown
from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT, RUNS, SYMBOLS, OpenGap
from pipelines.segmentation.dumps.certificates.page_habits import Habits, is_preferred

FORCED = 0.0001
"""The risk of a gap with only one reading that wraps into the dump's lines: 2 of 24,000 were wrong."""
SHARE = 0.1
"""The least risk of any other gap, as a share of the risk that follows from the log-odds of the rules."""
LEAST, MOST = -3.0, 10.0
"""Log-odds are limited to this range."""


def _beyond(value: float, most: float = MOST) -> float:
    return max(LEAST, min(most, value))


def features(gap: OpenGap, habits: Habits, shown: Shown) -> dict[str, float]:
    """Return the features of a gap for the regression, by name; features with the value 0 are left out.

    `shown` are the habits that the gap's paragraph shows.
    """
    choice = "space" if gap.space else "none"
    group = "han" if gap.kind in BY_HABIT else "run" if gap.kind in RUNS else "symbol"
    score = _beyond(gap.score if gap.space else -gap.score, 8.0)
    regret = _beyond(gap.regret)
    found: dict[str, float] = {
        "": 1.0,
        f"{gap.kind} {choice}": 1.0,
        f"{gap.kind} {choice} score": score,
        f"{group} {choice} score": score,
        f"{group} score": score,
        f"{group} regret": regret,
        "small regret": regret < 2.0,
        "literal": not habits.style.segmented,
        f"{group} half share": habits.half_share,
        f"{gap.kind} {choice} half share": habits.half_share,
    }
    for name in ("half", "solid", "random", "alnum"):
        found[f"{group} {name}"] = getattr(habits.style, name)
    found[f"{group} {choice} half"] = habits.style.half
    if gap.margin is not None:
        found[f"{group} asked"] = 1.0
        found[f"{group} preferred"] = found[f"{group} {choice} preferred"] = is_preferred(gap)
    found |= _of_kind(gap, habits, group)
    if group == "han":
        found |= _of_habit(gap, habits, choice)
    else:
        spaced = habits.style.letters > 0
        found[f"{group} spaced page"] = found[f"{group} {choice} spaced page"] = spaced
        found |= _of_shown(gap, habits, shown, group)
        found[f"{choice} in number"] = found[f"{gap.kind} {choice} in number"] = gap.in_number
    found |= _of_symbols(gap, habits, choice) if group == "symbol" else _of_pair(gap, habits)
    if group == "run":
        found |= _of_words(gap, habits, choice)
    return {name: float(value) for name, value in found.items() if value}


def _counts(gap: OpenGap, habits: Habits, kinds: Sequence[str]) -> tuple[int, int]:
    """Return how many other certain gaps of these kinds were read like this one, and how many otherwise."""
    alike, other = habits.spaced_kinds, habits.tight_kinds
    if not gap.space:
        alike, other = other, alike
    own = is_preferred(gap)
    return max(0, sum([alike.get(kind, 0) for kind in kinds]) - own), sum(
        [other.get(kind, 0) for kind in kinds]
    )


def _of_kind(gap: OpenGap, habits: Habits, group: str) -> dict[str, float]:
    """Return what the page's other gaps of this kind show."""
    alike, other = _counts(gap, habits, [gap.kind])
    return {
        f"{group} alike": math.log1p(alike),
        f"{group} otherwise": math.log1p(other),
        f"{group} any otherwise": other > 0,
    }


def _of_habit(gap: OpenGap, habits: Habits, choice: str) -> dict[str, float]:
    """Return the features of a gap beside Han: what the page shows of the typist's habit there."""
    alike, other = _counts(gap, habits, BY_HABIT)
    margin = habits.margins[BY_HABIT.index(gap.kind)]
    return {
        "han all alike": math.log1p(alike),
        "han all otherwise": math.log1p(other),
        "han share otherwise": other / (alike + other + 1),
        "han untold": alike + other == 0,
        "han margin": margin,
        f"han {choice} margin": margin,
        "han small margin": margin < 5.0,
        "han tight page": not gap.space and not other and alike >= 3,
        "han site": habits.tight,
        f"han site {choice}": habits.tight,
    }


def _of_shown(gap: OpenGap, habits: Habits, shown: Shown, group: str) -> dict[str, float]:
    """Return what its own paragraph and the others of the page show of all gaps of its kind together."""
    own = (gap.kind, gap.space) in shown
    counts = habits.votes.counts
    return {
        f"{group} shown": own,
        f"{group} contradicted": (gap.kind, not gap.space) in shown,
        f"{group} votes": math.log1p(counts[gap.kind, gap.space] - own),
        f"{group} votes against": math.log1p(counts[gap.kind, not gap.space]),
    }


def _of_pair(gap: OpenGap, habits: Habits) -> dict[str, float]:
    """Return what the page's gaps and tokens show of the same two neighbours."""
    pair = gap.left, gap.right
    spaced, tight = habits.spaced_pairs.get(pair, 0), habits.tight_pairs.get(pair, 0)
    joined = habits.joined.get(pair, 0)
    own = is_preferred(gap)
    alike = max(0, spaced - own) if gap.space else max(0, tight - own) + joined
    other = tight + joined if gap.space else spaced
    return {"pair alike": math.log1p(alike), "pair otherwise": math.log1p(other)}


def _of_words(gap: OpenGap, habits: Habits, choice: str) -> dict[str, float]:
    """Return the features from the lexicon for the two runs beside the gap."""
    lexicon, left, right = habits.style.lexicon, gap.left, gap.right
    known = {
        "left known": lexicon.is_word(left),
        "right known": lexicon.is_word(right),
        "both known": lexicon.is_word(left) and lexicon.is_word(right),
        "one known": lexicon.is_word(left + right),
        "short right": right in lexicon.function_words or right in lexicon.endings,
        "numbered": left in lexicon.numbered,
        "unit": right in lexicon.units,
        "suffix": right in lexicon.suffixes,
        "seam": left[-1:].lower() + right[:1] in lexicon.seams,
        "small": min(len(left), len(right)) == 1,
        "parted units": habits.style.units > 0.0,
    }
    return {f"{gap.kind} {choice} {name}": 1.0 for name, value in known.items() if value}


def _of_symbols(gap: OpenGap, habits: Habits, choice: str) -> dict[str, float]:
    """Return the features of a gap beside a symbol: the classes of its neighbours, and what the page shows."""
    alike, other = _counts(gap, habits, SYMBOLS)
    return {
        f"{choice} left {_class_of(gap.left[-1:])}": 1.0,
        f"{choice} right {_class_of(gap.right[:1])}": 1.0,
        f"{choice} symbol joined": math.log1p(habits.joined.get((gap.left, gap.right), 0)),
        f"symbol {choice} all alike": math.log1p(alike),
        f"symbol {choice} all otherwise": math.log1p(other),
    }


def _class_of(char: str) -> str:
    """Return the class of a neighbour: Han, letter, digit, or the symbol itself."""
    if "\u4e00" <= char <= "\u9fff":
        return "han"
    return "letter" if char.isalpha() else "digit" if char.isdigit() else char


@cache
def _weights() -> dict[str, float]:
    table = files("pipelines.segmentation.dumps.certificates").joinpath("gap_risks.toml").read_text("utf-8")
    return tomllib.loads(table)


def risk_of(
    gap: OpenGap,
    habits: Habits,
    shown: Shown,
    weights: Mapping[str, float] | None = None,
    *,
    enough: float = 1.0,
) -> float:
    """Return the probability that the gap was read wrongly; `weights` replace those of `gap_risks.toml`.

    If it is above `enough`, a lower bound that is also above `enough` may be returned.
    """
    if gap.forced:
        return FORCED
    certainty = gap.regret if gap.margin is None else min(gap.margin, 12.0)
    least = SHARE * _probability(-max(LEAST, min(12.0, certainty)))
    if least > enough:
        return least
    known = _weights() if weights is None else weights
    total = sum([known.get(name, 0.0) * value for name, value in features(gap, habits, shown).items()])
    return max(least, _probability(total))


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


ALONE = 0.1
"""The share of a gap's risk that counts if another gap of its paragraph and kind has a greater risk."""


def risk_of_all(
    gaps: Iterable[OpenGap],
    habits: Habits,
    shown: Shown,
    weights: Mapping[str, float] | None = None,
    *,
    enough: float = 1.0,
) -> float:
    """Return the probability that at least one of the gaps was read wrongly.

    If it is above `enough`, a lower bound that is also above `enough` may be returned.

    Gaps between runs of letters or digits are right or wrong one by one. Other gaps of the same kind rest on one habit
    of the typist, so they are mostly right or wrong together: the one with the greatest risk counts, and of the others
    a share.
    """
    risks: dict[str | int, list[float]] = {}
    for gap in gaps:
        risk = risk_of(gap, habits, shown, weights, enough=enough)
        if risk > enough:
            return risk
        risks.setdefault(gap.at if gap.kind in RUNS else gap.kind, []).append(risk)
    together = [max(alike) + ALONE * (sum(alike) - max(alike)) for alike in risks.values()]
    return 1.0 - math.exp(sum([math.log1p(-min(0.999, risk)) for risk in together]))
