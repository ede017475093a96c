"""The score of each gap: the log-odds that a true space stood where the dump has white space."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.segmentation.lexicon import is_suffix, is_unit, is_word, looks_whole

HAN, DATE, MARK = "汉", "年", "，"
"""What stands in a zone for the wide character beside it: a Han letter, one of 年月日, a full-width mark."""

NEVER, ALWAYS = -9.0, 9.0


@dataclass(frozen=True, slots=True)
class Style:
    """What a page's typist and its segmenter did throughout."""

    letters: bool = False
    """Whether the typist put a space between Han and Latin letters (`用 AI 画画`)."""
    digits: bool = False
    """Whether between Han and digits (`共 12 家`)."""
    dates: bool = False
    """Whether in dates (`2023 年 5 月`)."""
    solid: bool = False
    """Whether the segmenter keeps decimals and Latin words whole (jieba, pkuseg and LAC do, THULAC does not)."""
    segmented: bool = True
    """Whether there was a segmenter: without one, white space within a line is the author's."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap inside a zone, with what stands beside it up to the next white space."""

    left: str
    right: str
    before: str
    """Everything of the zone before the gap."""
    after: str
    wrapped: bool
    """Whether the gap is a line's end."""


_GAP = re.compile("[ \n]")


@lru_cache(maxsize=65536)
def zone_scores(zone: str, style: Style) -> tuple[tuple[int, float], ...]:
    """For each gap of a zone, a space or a line end: its offset and the log-odds of a true space.

    A zone is a longest stretch of narrow characters and gaps, with one stand-in (HAN or MARK) for the wide
    character on either side.
    """
    found = []
    for gap in _GAP.finditer(zone):
        before, after = zone[: gap.start()], zone[gap.end() :]
        left = re.split("[ \n]", before)[-1]
        right = re.split("[ \n]", after)[0]
        found.append((gap.start(), score(Gap(left, right, before, after, gap[0] == "\n"), style)))
    return tuple(found)


def score(gap: Gap, style: Style) -> float:
    """The log-odds that a space stood in this gap."""
    if not style.segmented and not gap.wrapped:
        return ALWAYS
    one, two = _kind(gap.left[-1:]), _kind(gap.right[:1])
    if "wide" in (one, two):
        return -6.0
    rule = _RULES.get((one, two))
    if rule is None:
        return _beside_symbol(gap, style, one, two)
    return rule(gap, style)


def _kind(char: str) -> str:
    if char in (HAN, DATE):
        return "han"
    if not char or char == MARK:
        return "wide"
    if char.isdigit() and char.isascii():
        return "digit"
    if char.isalpha():
        return "letter"
    return "symbol"


def _at_letter(gap: Gap, style: Style) -> float:
    return 3.5 if style.letters else -5.0


def _at_digit(gap: Gap, style: Style) -> float:
    dated = _DATED.match(gap.after) if gap.left[-1:] in (HAN, DATE) else gap.right[:1] == DATE
    if dated:
        return 3.0 if style.dates else -5.0
    return 3.0 if style.digits else -5.0


_DATED = re.compile(f"[0-9]+ ?{DATE}")


def _letters(gap: Gap, style: Style) -> float:
    """Two words, or one that a segmenter cut (`githu b`, `OpenA I`)."""
    left, right = _tail(gap.left), _head(gap.right)
    if style.solid:
        return 4.5
    if _in_address(gap):
        return -5.0
    return looks_whole(left, right)


def _letter_digit(gap: Gap, style: Style) -> float:
    """`iPhone 15` and `Llama 2` against `A 4`, `H 2O` and `PM 2.5`."""
    word = _tail(gap.left)
    if _in_address(gap):
        return -5.0
    base = 1.5 if style.solid else 0.0
    if len(word) == 1:
        return base - 2.0
    if re.fullmatch("(?:[A-Z][a-z]?)+", word) and len(word) <= 4 and not word.isupper() and not is_word(word):
        return base - 1.5
    if word.isupper():
        return base + (0.5 if len(word) >= 3 else -1.0)
    return base + 2.0 if len(word) >= 3 else base - 1.0


def _digit_letter(gap: Gap, style: Style) -> float:
    """`22 Gen`, against `5 G`, `3 nm` and `6 E`."""
    word = _head(gap.right)
    if _in_address(gap):
        return -5.0
    base = 1.0 if style.solid else -0.5
    if is_suffix(word):
        return base - 2.0
    if is_unit(word):
        return base - 1.0
    if len(word) >= 3:
        return base + 2.5
    return base - 0.5


def _digits(gap: Gap, style: Style) -> float:
    if re.search("\\d{4} ?[-/.] ?\\d\\d? ?[-/.] ?\\d\\d?$", gap.before) and re.match("\\d\\d? ?:", gap.after):
        return 5.0
    return 4.0 if style.solid else -2.0


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


def _beside_symbol(gap: Gap, style: Style, one: str, two: str) -> float:
    left, right = gap.left[-1:], gap.right[:1]
    if one == "han":
        return _symbol_after_han(right, style)
    if two == "han":
        return _symbol_before_han(gap, left, style)
    if one == "symbol":
        return _after_symbol(gap, left, two)
    return _before_symbol(gap, right)


def _symbol_after_han(symbol: str, style: Style) -> float:
    if symbol in ",.;:!?)]}%>" or not symbol.isascii():
        return 2.0 if style.letters and symbol == ">" else -6.0
    if style.letters:
        return 2.0 if symbol in "<[\"'`#@$-+({" else 0.0
    return -4.0


def _symbol_before_han(gap: Gap, symbol: str, style: Style) -> float:
    if symbol == ",":
        return 0.0 if style.letters else -3.5
    if symbol in ".;:!?":
        return 1.0 if style.letters else -2.0
    if symbol in "([{<@#$" or not symbol.isascii():
        return -5.0
    return 2.5 if style.letters else -4.0


def _after_symbol(gap: Gap, symbol: str, two: str) -> float:
    if symbol in ",;:!?" and two == "letter" and _phrase_before(gap) and _phrase_after(gap):
        return 1.5
    if symbol == "." and two == "letter" and gap.right[:1].isupper() and not _in_address(gap):
        return -1.0
    if symbol == "," and two == "digit":
        return -3.0
    return -5.0


def _before_symbol(gap: Gap, symbol: str) -> float:
    return -5.0


def _phrase_before(gap: Gap) -> bool:
    return re.search("[A-Za-z]{2,} ?[,;:!?]$", gap.before) is not None


def _phrase_after(gap: Gap) -> bool:
    return re.match("[A-Za-z]{2,}", gap.after) is not None


_ADDRESS_BEFORE = re.compile("(?:[A-Za-z0-9] ?[@/_] ?|: ?/ ?/ ?|www ?\\. ?)[A-Za-z0-9 ./_@?=&-]*$")
_ADDRESS_AFTER = re.compile("[A-Za-z0-9 -]*(?:\\. ?[a-z0-9]+ ?)*(?:@|\\. ?(?:com|cn|org|net|edu|gov|io|html?)\\b|_|/ ?/)")


def _in_address(gap: Gap) -> bool:
    return _ADDRESS_BEFORE.search(gap.before[-80:]) is not None or (
        _ADDRESS_AFTER.match(gap.after[:80]) is not None
    )


def _tail(token: str) -> str:
    """The run of letters that ends the token."""
    return re.search("[^\\W\\d_]*$", token)[0]  # type: ignore[index]


def _head(token: str) -> str:
    return re.match("[^\\W\\d_]*", token)[0]  # type: ignore[index]
