"""What the tokens of a dump tell of its segmenter and of its typist, before any geometry."""

import math
import re

from pipelines.segmentation.habits import Style
from pipelines.segmentation.lexicon import Lexicon

PARTING = (0.22, 0.1, 2.5)
"""What a gap costs where no space stood, for letters, digits and dates beside Han: segmenters but jieba join a fifth
of the letters, a tenth of the digits, and nearly all dates (measured on the shared bench)."""
MOST = 6.0
"""What all gaps of a kind cost together at most: the segmenter may be one that was not measured."""

_DECIMALS = re.compile("[0-9](?:\\.[0-9]|%)")
_DECIMAL_GAPS = re.compile("[0-9] (?:\\. [0-9]|%)")


_CUT_RANGES = re.compile("[0-9] [-:/] [0-9]")
_WHOLE_RANGES = re.compile("[0-9][-:/][0-9]")
_HALF_COMMAS = re.compile(",(?:(?<=[\u4e00-\u9fff],)|(?<=[\u4e00-\u9fff] ,))")
_FULL_COMMAS = re.compile("，(?:(?<=[\u4e00-\u9fff]，)|(?<=[\u4e00-\u9fff] ，))")


def _more(text: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    """Whether the text holds more of one than of the other."""
    return len(one.findall(text)) > len(other.findall(text))


def segmenter_of(text: str, lexicon: Lexicon) -> Style:
    """The style with what the text tells of its segmenter, and no habit of its typist."""
    solid = _more(text, _DECIMALS, _DECIMAL_GAPS)
    return Style(
        solid=solid,
        alnum=solid and _more(text, _CUT_RANGES, _WHOLE_RANGES),
        half=_more(text, _HALF_COMMAS, _FULL_COMMAS),
        segmented=is_segmented(text),
        lexicon=lexicon,
    )


_PAIRS = re.compile("[\u4e00-\u9fff](?=[\u4e00-\u9fff，。、])|[A-Za-z](?=[.,])")
# The space first: the engine then leaps from space to space.
_PARTED = re.compile(" (?:(?=[\u4e00-\u9fff，。、])(?<=[\u4e00-\u9fff] )|(?=[.,])(?<=[A-Za-z] ))")


def is_segmented(text: str) -> bool:
    """Whether a segmenter went over the dump: it parts every second pair of Han, and every word from its comma."""
    parted = 8 * len(_PARTED.findall(text))
    return parted >= len(text) or parted >= len(_PAIRS.findall(text))


_JOINED_LETTERS = re.compile("[\u4e00-\u9fff](?=[A-Za-z])|[A-Za-z](?=[\u4e00-\u9fff])")
_PARTED_LETTERS = re.compile("[\u4e00-\u9fff] (?=[A-Za-z])|[A-Za-z] (?=[\u4e00-\u9fff])")
_JOINED_DATES = re.compile("[0-9](?=[年月日])")
_PARTED_DATES = re.compile("[0-9] (?=[年月日])")
_JOINED_DIGITS = re.compile("[\u4e00-\u9fff](?=[0-9])|[0-9](?![年月日])(?=[\u4e00-\u9fff])")
_PARTED_DIGITS = re.compile("[\u4e00-\u9fff] (?=[0-9])|[0-9] (?![年月日])(?=[\u4e00-\u9fff])")


def mixed_tokens(text: str) -> list[tuple[int, int]]:
    """For letters, digits and dates beside Han: how often a token holds both, how often a gap parts them."""
    return [
        (len(joined.findall(text)), len(parted.findall(text)))
        for joined, parted in (
            (_JOINED_LETTERS, _PARTED_LETTERS),
            (_JOINED_DIGITS, _PARTED_DIGITS),
            (_JOINED_DATES, _PARTED_DATES),
        )
    ]


def likelihood_of_tokens(style: Style, evidence: list[tuple[int, int]]) -> float:
    """A mixed token proves that no space stood there; a gap without a space is the segmenter's doing."""
    habits = habits_of(style)
    if not style.segmented:
        return sum(-3.0 * (n if habit > 0 else m) for habit, (n, m) in zip(habits, evidence, strict=True))
    parting = (0.0, 0.0, 0.0) if style.alnum else PARTING
    return sum(
        -joined * math.log1p(math.exp(habit)) - min(cost * parted, MOST) / (1.0 + math.exp(habit))
        for habit, cost, (joined, parted) in zip(habits, parting, evidence, strict=True)
    )


def habits_of(style: Style) -> tuple[float, float, float]:
    """The typist's habits: for letters, digits and dates beside Han."""
    return style.letters, style.digits, style.dates
