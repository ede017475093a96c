"""Score a gap: the log-odds that the page has a space where the dump has white space."""

import re
from collections.abc import Callable
from functools import lru_cache

from pipelines.segmentation.dumps.lexicon import looks_whole
from pipelines.segmentation.dumps.readings.designation_gaps import belongs_to_number, goes_on_behind_number
from pipelines.segmentation.dumps.readings.latin_runs import YEAR, digits_of, head, in_address, tail
from pipelines.segmentation.dumps.readings.page_style import ALWAYS, DATE, HAN, MARK, ORDINAL, Gap, Style
from pipelines.segmentation.dumps.readings.segmenter_detection import (
    cut_before_number,
    cut_behind_number,
    cut_between_letters,
)
from pipelines.segmentation.dumps.readings.symbol_gaps import beside_symbol

LEARNED = 5.0
"""The weight of a pair of neighbours that clean texts always write in one way."""
BESIDE_MARK = -4.5
"""The log-odds of a space beside a full-width mark, which is typed only by mistake."""
PH = 1.7
"""The log-odds by which a space after pH is likelier than one before a unit."""
LONG = 9
"""The fewest digits that are too many for a model number; they belong to an application or a licence."""


def score(gap: Gap, style: Style) -> float:
    """Return the log-odds that the page has a space in this gap."""
    if not style.segmented and not gap.wrapped:
        return ALWAYS
    one, two = _kind(gap.left[-1:]), _kind(gap.right[:1])
    if "wide" in (one, two):
        return BESIDE_MARK
    rule = _RULES.get((one, two))
    if rule is None:
        return beside_symbol(gap, style, one, two)
    return rule(gap, style)


@lru_cache(maxsize=1024)
def _kind(char: str) -> str:
    if char in (HAN, DATE, ORDINAL):
        return "han"
    if not char or char == MARK:
        return "wide"
    if char.isdigit() and char.isascii():
        return "digit"
    if char.isalpha():
        return "letter"
    return "symbol"


def _at_letter(gap: Gap, style: Style) -> float:
    return style.letters


def _at_digit(gap: Gap, style: Style) -> float:
    dated = DATED.match(gap.after) if gap.left[-1:] in (HAN, DATE, ORDINAL) else gap.right[:1] == DATE
    if dated:
        return style.dates
    return style.digits


DATED = re.compile(f"[0-9]+ ?{DATE}")
"""Matches digits before 年, 月 or 日."""


def _letters(gap: Gap, style: Style) -> float:
    """Two words, or one that a segmenter cut (`githu b`, `OpenA I`)."""
    if in_address(gap):
        return -5.0
    if style.alnum:
        return 5.0
    left, right = tail(gap.left), head(gap.right)
    if not left or not right:
        return 1.0
    known = style.lexicon.known(left, right)
    if known is not None:
        return LEARNED if known else -LEARNED
    right = _with_its_rest(right, gap, style)
    if left in style.lexicon.factors and left + right in style.lexicon.units and _FACTOR.search(gap.before):
        return -4.0
    numbered = len(right) == 1 and len(left) >= 3 and _MODEL_NUMBER.match(gap.after)
    if numbered and left[-1].islower() == right.islower() and not style.lexicon.is_word(left + right):
        return 1.5
    if left == "A" and right.islower() and (value := _behind_capital_a(right, gap, style)):
        return value
    if left == "a" and len(right) > 2 and right.islower() and not (style.solid or style.random):
        # `a way` against `away`: segmenters like THULAC never cut off the first letter.
        return 3.0
    value = looks_whole(left, right, style.lexicon)
    if value > -4.0:
        value += cut_between_letters(left, right, style)
    return value + 2.0 if style.solid else value


def _behind_capital_a(right: str, gap: Gap, style: Style) -> float:
    """Return the log-odds of a space between `A` and small letters if the text before tells, otherwise 0."""
    if _HYPHENATED.search(gap.before) and not style.lexicon.is_word(right):
        # The second part of a compound, which was cut behind its first letter: `Night-A zurite`.
        return -3.0
    return 0.0 if len(right) < 3 or _LATIN_BEFORE.search(gap.before) else 4.0


def _with_its_rest(right: str, gap: Gap, style: Style) -> str:
    """Return the run after the gap with its rest, because it may be cut too: `Space Tele scope`, `s p .`"""
    following = gap.after[len(right) :]
    if following[:1] == " " and not style.lexicon.is_word(right):
        whole = right + head(following[1:])
        if style.lexicon.is_word(whole) or whole in style.lexicon.abbreviations:
            return whole
    return right


_HYPHENATED = re.compile("[A-Za-z] ?- ?A$")
_LATIN_BEFORE = re.compile("[A-Za-z] ?A$")
_FACTOR = re.compile("[0-9] ?[A-Za-z]+$")
_MODEL_NUMBER = re.compile("[A-Za-z] ?[0-9]")
"""Matches the beginning of names such as `k1.5` or `L858R`."""


def _letter_digit(gap: Gap, style: Style) -> float:
    """Return the log-odds from letter to digit: `iPhone 15` and `Llama 2`, but `A4`, `H2O` and `PM2.5`."""
    word = tail(gap.left)
    if in_address(gap):
        return -5.0
    known = style.lexicon.known(word, digits_of(gap.right))
    if style.alnum or known is not None:
        return LEARNED if known is not False else -LEARNED
    if word == "pH":
        return style.units + PH
    base = 1.5 if style.solid else 0.0
    if not style.random and goes_on_behind_number(word, gap.after):
        return base - 3.0
    base += cut_before_number(word, digits_of(gap.right), style)
    if word in style.lexicon.numbered or gap.left[-2:-1] == "&":
        return base + (3.5 if len(digits_of(gap.right)) < LONG else -2.0)
    if gap.left[-len(word) - 1 : -len(word)] == "/" and word.isupper() and (word == "T" or len(word) >= 3):
        return base + 2.5
    if _SHORT_SUFFIX.search(gap.left):
        return base + 2.0
    if word in style.lexicon.glued or len(word) == 1:
        return base - 3.0
    if gap.before[: -len(word)].rstrip()[-1:] in ("[", "-"):
        return base - 2.5
    return base + _by_name(word, gap, style)


def _by_name(word: str, gap: Gap, style: Style) -> float:
    """Return the log-odds of a space before a number that follow from the shape of the word."""
    if _COMPOUND.fullmatch(word) and not style.lexicon.is_word(word):
        return -3.0
    if word.isupper() and _CODE.match(gap.after):
        return -3.0
    if word.isupper():
        return 1.5 if len(word) >= 3 and YEAR.match(gap.after) else -0.5
    if len(word) <= 3 and not style.lexicon.is_word(word):
        return -1.5
    if word.islower() and len(digits_of(gap.right)) == 1 and not style.lexicon.is_word(word):
        # A name in a program: `subdir2`, `latin1`.
        return -2.0
    return 2.0 if word[0].isupper() or style.lexicon.is_word(word) else 0.5


_CODE = re.compile("[0-9]{1,2} ?[A-Z] ?[0-9]{1,2}(?![0-9A-Za-z])")
"""The rest of a name such as `OR2J3` and `CYP2D6`."""
_COMPOUND = re.compile("(?=.{2,8}$)(?=.*[A-Z].*[A-Z])(?=.*[a-z])(?:[A-Z][a-z]?)+")
_NAMED_NUMBER = re.compile("([A-Za-z]+) [0-9]{2,}$")
_SHORT_SUFFIX = re.compile("(?<![A-Za-z0-9.])[0-9]{1,2}[GKD]$")
"""`4K 144Hz`, `5G 8GB`."""
_FORMULA = re.compile("(?:[A-Z][a-z]?[0-9]*)+[0-9]$")


def _digit_letter(gap: Gap, style: Style) -> float:
    """Return the log-odds from digit to letter: `22 Gen`, but `5G`, `3nm` and `6E`."""
    word = head(gap.right).replace("\u00b5", "\u03bc")
    if in_address(gap):
        return -5.0
    number = gap.left[len(gap.left.rstrip("0123456789")) :]
    known = style.lexicon.known(number, word)
    if known is not None:
        return LEARNED if known else -LEARNED
    if number + word in style.lexicon.isotopes or belongs_to_number(
        gap.before, gap.after, style.lexicon.numbered
    ):
        return -4.0
    if style.alnum and gap.left.lstrip(HAN + DATE + ORDINAL).isalnum():
        return 4.0
    base = 1.0 if style.solid else 0.0
    base += cut_behind_number(number, word, style)
    if word in style.lexicon.suffixes:
        named = _NAMED_NUMBER.search(gap.before)
        return base + 1.0 if named and named[1] in style.lexicon.numbered and word.isupper() else base - 2.5
    if len(word) <= 3 and _FORMULA.search(gap.left) and not (len(word) > 2 and style.lexicon.is_word(word)):
        return base - 2.0
    if word in style.lexicon.units:
        return base + style.units
    if style.lexicon.is_word(word) or (len(word) >= 3 and not word.isupper()):
        return base + 2.5
    if len(word) >= 3 and _NAMED_NUMBER.search(gap.before):
        return base + 2.0
    return base - (2.0 if _ELEMENT.fullmatch(word) or (len(word) == 1 and word.islower()) else 0.5)


_ELEMENT = re.compile("[A-Z][a-z]")
_DAY = re.compile("[0-9]{4}[-/.][0-9][0-9]?[-/.][0-9][0-9]?$")
_CLOCK = re.compile("[0-9][0-9]? ?:")


def _digits(gap: Gap, style: Style) -> float:
    if _DAY.search(gap.before) and _CLOCK.match(gap.after):
        return 5.0
    if _PART_OF_CLOCK.match(gap.after):
        return -7.0
    if not style.solid and (decimal := _DECIMAL.search(gap.before)):
        return _behind_point(decimal[0].count("."), gap.after)
    if "·" in gap.left or _FRACTION.search(gap.before):
        return -4.0 if not style.solid else 0.0
    if style.solid:
        return 4.0
    if _WHOLE_PART.match(gap.after) and _LONG_NUMBER.search(gap.left):
        return -3.0
    if not style.random:
        return -1.0 if _SHORT_NUMBER.search(f"{gap.before} {gap.after}") else 4.0
    return 1.5 if _GROUPED.search(gap.before + " " + gap.after) else -2.0


_PART_OF_CLOCK = re.compile("[0-9] ?[:：] ?[0-9]{2}(?![0-9])")
"""The second digit of an hour: `2 3 : 52`."""
FRACTION = -7.0
"""The log-odds of a space within the digits after a point, where THULAC cuts behind the second one (`0 . 13 6`)."""
_DECIMAL = re.compile("(?<![0-9A-Za-z.])(?:[0-9]+ ?\\. ?)+[0-9]{2,}$")
_POINTS = re.compile("[0-9]+((?: ?\\. ?[0-9]+)*)")
MOST_POINTS = 3
"""The points of the longest numbers that have several: addresses on the internet, and versions (`192 . 16 8 . 1 . 20`).
"""


def _behind_point(points: int, after: str) -> float:
    """Return the log-odds of a space within or behind the digits after the last of these points of a number."""
    found = _POINTS.match(after)
    further = found[1].count(".") if found else 0
    if not further:
        return FRACTION
    # Two decimals (`3 . 12 2 . 8`) are likelier than a version with two points and three digits between them.
    return 3.0 if points == further == 1 or points + further > MOST_POINTS else -4.0


_FRACTION = re.compile("[0-9A-Za-z] ?[.·-] ?[0-9]+$")
"""THULAC cuts digits after a point or a hyphen (`0 . 02 5`, `2017 - 2 018`)."""
_LONG_NUMBER = re.compile("[0-9]{2}$|^[0-9]$")
_WHOLE_PART = re.compile("[0-9] ?\\. ?[0-9]")
"""THULAC also cuts before the last digit before a point (`3327 8 . 2`)."""
_SHORT_NUMBER = re.compile(
    "(?<![0-9A-Za-z ])(?=[0-9 ]{3,5}(?![0-9A-Za-z ]))[0-9]+ [0-9]{1,2}(?! ?[0-9A-Za-z])"
)
"""A short number with a gap between Han characters and marks, cut by a segmenter that usually does not do so."""
_GROUPED = re.compile("(?<![0-9])(?:1[3-9][0-9] [0-9]{4} [0-9]{4}|[0-9] [0-9]{2,3}B)(?![0-9])")
"""A mobile number, and a model with its size; a segmenter that cuts at random rarely makes such groups."""


_RULES: dict[tuple[str, str], Callable[[Gap, Style], float]] = {
    ("han", "letter"): _at_letter,
    ("letter", "han"): _at_letter,
    ("han", "digit"): _at_digit,
    ("digit", "han"): _at_digit,
    ("letter", "letter"): _letters,
    ("letter", "digit"): _letter_digit,
    ("digit", "letter"): _digit_letter,
    ("digit", "digit"): _digits,
}
