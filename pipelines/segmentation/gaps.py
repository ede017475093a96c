"""The score of each gap: the log-odds that a true space stood where the dump has white space."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from pipelines.segmentation.lexicon import Lexicon, builtin, looks_whole

HAN, DATE, ORDINAL, MARK = "汉", "年", "第", "，"
"""What stands in a zone for the wide character beside it: a Han letter, one of 年月日, 第, a full-width mark."""
STAND_INS = frozenset((HAN, DATE, ORDINAL, MARK))

NEVER, ALWAYS = -9.0, 9.0
TIGHT, SPACED = -5.0, 4.5
"""The habits of typists, as log-odds: hardly ever a space, nearly always one."""
LEARNED = 5.0
"""The weight of a pair that clean texts write in one way."""
LONG = 9
"""Digits that are too many for the number of a model: they are an application's or a licence's."""
LONGEST_KEPT = 200
REACH = 60
"""How far, in characters to the left and in tokens to the right, the context of a gap goes."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a page's typist and its segmenter did throughout."""

    letters: float = TIGHT
    """The log-odds that the typist put a space between Han and Latin letters (`用 AI 画画`)."""
    digits: float = TIGHT
    """The same between Han and digits (`共 12 家`)."""
    dates: float = TIGHT
    """The same in dates (`2023 年 5 月`)."""
    units: float = -1.2
    """The same between a number and its unit (`12 nm`)."""
    solid: bool = False
    """Whether the segmenter keeps decimals and Latin words whole (jieba, pkuseg and LAC do, THULAC does not)."""
    alnum: bool = False
    """Whether it moreover never cuts between Latin letters and digits (jieba): a gap there is a space."""
    half: bool = False
    """Whether the Chinese is punctuated in half width (`，` typed as `,` with no space after it)."""
    segmented: bool = True
    """Whether there was a segmenter: without one, white space within a line is the author's."""
    lexicon: Lexicon = field(default_factory=builtin)


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap inside a zone, with what stands beside it up to the next white space."""

    left: str
    right: str
    before: str
    """What of the zone is before the gap, with the spaces found so far."""
    after: str
    wrapped: bool
    """Whether the gap is a line's end."""


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
    dated = _DATED.match(gap.after) if gap.left[-1:] in (HAN, DATE, ORDINAL) else gap.right[:1] == DATE
    if dated:
        return style.dates
    return style.digits


_DATED = re.compile(f"[0-9]+ ?{DATE}")


def _letters(gap: Gap, style: Style) -> float:
    """Two words, or one that a segmenter cut (`githu b`, `OpenA I`)."""
    if _in_address(gap):
        return -5.0
    if style.alnum:
        return 5.0
    left, right = _tail(gap.left), _head(gap.right)
    if not left or not right:
        return 1.0
    known = style.lexicon.known(left, right)
    if known is not None:
        return LEARNED if known else -LEARNED
    following = gap.after[len(right) :]
    if following[:1] == " " and not style.lexicon.is_word(right):
        # The right one may itself be cut: `Space Tele scope`.
        right = max(right, right + _head(following[1:]), key=style.lexicon.is_word)
    if (
        left in style.lexicon.factors
        and left + right in style.lexicon.units
        and gap.left[-len(left) - 1 : -len(left)].isdigit()
    ):
        return -4.0
    numbered = len(right) == 1 and len(left) >= 3 and _MODEL_NUMBER.match(gap.after)
    if numbered and left[-1].islower() == right.islower() and left + right not in style.lexicon.numbered:
        return 1.5
    value = looks_whole(left, right, style.lexicon)
    return value + 2.0 if style.solid else value


_MODEL_NUMBER = re.compile("[A-Za-z] ?[0-9]")
"""What begins like `k1.5` or `L858R`."""


def _letter_digit(gap: Gap, style: Style) -> float:
    """`iPhone 15` and `Llama 2` against `A 4`, `H 2O` and `PM 2.5`."""
    word = _tail(gap.left)
    if _in_address(gap):
        return -5.0
    known = style.lexicon.known(word, _number(gap.right))
    if style.alnum or known is not None:
        return LEARNED if known is not False else -LEARNED
    base = 1.5 if style.solid else 0.0
    if word in style.lexicon.numbered or gap.left[-2:-1] == "&":
        return base + (3.5 if len(_number(gap.right)) < LONG else -2.0)
    if gap.left[-len(word) - 1 : -len(word)] == "/" and word.isupper() and (word == "T" or len(word) >= 3):
        return base + 2.5
    if word in style.lexicon.glued or len(word) == 1:
        return base - 3.0
    if gap.before[: -len(word)].rstrip()[-1:] in ("[", "-"):
        return base - 2.5
    if _COMPOUND.fullmatch(word) and not style.lexicon.is_word(word):
        return base - 3.0
    if word.isupper():
        return base + (1.5 if len(word) >= 3 and _YEAR.match(gap.after) else -0.5)
    if len(word) <= 3 and not style.lexicon.is_word(word):
        return base - 1.5
    return base + (2.0 if word[0].isupper() or style.lexicon.is_word(word) else 0.5)


_COMPOUND = re.compile("(?=.{2,8}$)(?=.*[A-Z].*[A-Z])(?=.*[a-z])(?:[A-Z][a-z]?)+")
_NAMED_NUMBER = re.compile("([A-Za-z]+) [0-9]{2,}$")
_FORMULA = re.compile("(?:[A-Z][a-z]?[0-9]*)+[0-9]$")


def _digit_letter(gap: Gap, style: Style) -> float:
    """`22 Gen`, against `5 G`, `3 nm` and `6 E`."""
    word = _head(gap.right)
    if _in_address(gap):
        return -5.0
    number = gap.left[len(gap.left.rstrip("0123456789")) :]
    known = style.lexicon.known(number, word)
    if known is not None:
        return LEARNED if known else -LEARNED
    if style.alnum and gap.left.lstrip(HAN + DATE + ORDINAL).isalnum():
        return 4.0
    base = 1.0 if style.solid else 0.0
    if word in style.lexicon.suffixes:
        named = _NAMED_NUMBER.search(gap.before)
        return base + 1.0 if named and named[1] in style.lexicon.numbered and word.isupper() else base - 2.5
    if len(word) <= 3 and _FORMULA.search(gap.left) and not (len(word) > 2 and style.lexicon.is_word(word)):
        return base - 2.0
    if word in style.lexicon.units:
        return base + style.units
    if style.lexicon.is_word(word) or (len(word) >= 3 and not word.isupper()):
        return base + 2.5
    return base - 0.5


_DAY = re.compile("[0-9]{4}[-/.][0-9][0-9]?[-/.][0-9][0-9]?$")
_CLOCK = re.compile("[0-9][0-9]? ?:")


def _digits(gap: Gap, style: Style) -> float:
    if _DAY.search(gap.before) and _CLOCK.match(gap.after):
        return 5.0
    if "·" in gap.left:
        return -2.0
    if style.solid:
        return 4.0
    return -2.0


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


_OPENING = frozenset("([{“‘《（「『【〈")
_CLOSING = frozenset(")]}”’》）」』】〉,.;:!?，。、；：？！…%")
_OPERATORS = frozenset("&=+-<>*|~≈×")


def _beside_symbol(gap: Gap, style: Style, one: str, two: str) -> float:
    left, right = gap.left[-1:], gap.right[:1]
    if left in _OPENING or left == right:
        return NEVER
    if one == "han":
        return _symbol_after_han(gap, right, style)
    if two == "han":
        return _symbol_before_han(gap, left, style)
    if left in _OPERATORS or right in _OPERATORS:
        return _operator(gap, left, right)
    if right in _CLOSING:
        return -6.0
    if one == "symbol":
        return _after_symbol(gap, left, two, style)
    return -3.5 if right == "(" else -5.0


def _symbol_after_han(gap: Gap, symbol: str, style: Style) -> float:
    if symbol in _CLOSING or symbol == "/" or not symbol.isascii():
        return -6.0
    if style.letters <= 0:
        return -4.0
    if symbol in "-+>":
        return 1.5 if _head(gap.right[1:]) else -1.0
    return 2.0


def _symbol_before_han(gap: Gap, symbol: str, style: Style) -> float:
    if symbol == ",":
        return 0.0 if style.letters > 0 else -3.5
    if symbol in ".;:!?":
        return 1.0 if style.letters > 0 else -2.5
    after_letter = symbol == "#" and _tail(gap.left[:-1]) != ""
    if (symbol in "<@#$/" and not after_letter) or not symbol.isascii():
        return -5.0
    return 2.5 if style.letters > 0 else -4.0


_CELL_MARKER = re.compile("[A-Z]{2,}[0-9]+[a-z]?[+-]$")


def _operator(gap: Gap, left: str, right: str) -> float:
    """`S&P` and `3+1+2` against `Place & Lending`: a space on one side calls for one on the other."""
    if left in _OPERATORS and right in _OPERATORS:
        return -7.0
    if left in "+-" and _CELL_MARKER.search(gap.left) and right.isupper():
        return 0.5
    if left in _OPERATORS:
        earlier = gap.before[: len(gap.before) - len(gap.left)]
        if gap.left == left and earlier[-1:] == " ":
            return 3.0
        return -5.0
    following = gap.right[1:] or gap.after[len(gap.right) + 1 :]
    word = _tail(gap.left)
    if right == "&" and len(word) >= 3 and len(_head(following)) >= 3:
        return -1.0
    return -3.5 if gap.right == right and right in "=>-&|" else -5.0


def _after_symbol(gap: Gap, symbol: str, two: str, style: Style) -> float:
    if symbol == "/":
        return -6.0
    if _in_address(gap):
        return -5.0
    if symbol in ",;:!?" and two == "letter" and _phrase_before(gap) and _phrase_after(gap):
        return -1.5 if style.half else 2.0
    if symbol == "." and two in ("letter", "digit") and _ABBREVIATED.search(gap.before):
        return 1.5
    if symbol == "." and two == "letter" and gap.right[:1].isupper():
        return -1.0
    if symbol == "," and two == "digit":
        return 2.0 if _CITED.search(gap.before) and _YEAR.match(gap.after) else -3.0
    return -5.0


_CITED, _YEAR = re.compile("al ?\\. ?,$"), re.compile("[12][0-9]{3}(?![0-9])")
_ABBREVIATED = re.compile("(?<![A-Za-z])(?:v|vs|al|St|Mr|Dr|Mrs|Ms|No|Inc|Jr|Vol|Fig|Prof) ?\\.$")
_PHRASE_BEFORE = re.compile("[A-Za-z]{2,} ?[,;:!?]$")
_PHRASE_AFTER = re.compile("[A-Za-z]{2,}|[AI] [A-Za-z]")


def _phrase_before(gap: Gap) -> bool:
    return _PHRASE_BEFORE.search(gap.before) is not None


def _phrase_after(gap: Gap) -> bool:
    return _PHRASE_AFTER.match(gap.after) is not None


_ADDRESS_STARTS = (
    "[A-Za-z0-9] ?[@_] ?",  # kepu@ …
    ": ?/ ?/ ?",  # https://
    "www ?\\. ?",
    "[a-z] ?\\. ?[a-z]{2,} ?/ ?",  # example.org/
    f"(?:^|[ {HAN}{DATE}{ORDINAL}{MARK}])/ ?[a-z]+ ?/ ?",  # /etc/
)
_ADDRESS_BEFORE = re.compile(f"(?:{'|'.join(_ADDRESS_STARTS)})[A-Za-z0-9 ./_@?=&-]*$")
_ADDRESS_AFTER = re.compile(
    "[A-Za-z0-9 -]*(?:\\. ?[a-z0-9]+ ?)*(?:@|\\. ?(?:com|cn|org|net|edu|gov|io|html?)\\b|_|/ ?/)"
)


def _in_address(gap: Gap) -> bool:
    """Whether the gap lies inside an e-mail address, a URL or a path."""
    context = gap.before + gap.after
    if "." not in context and "/" not in context and "@" not in context and "_" not in context:
        return False
    return _ADDRESS_BEFORE.search(gap.before) is not None or _ADDRESS_AFTER.match(gap.after) is not None


_LATIN = "[A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]*"
_HEAD, _TAIL = re.compile(_LATIN), re.compile(_LATIN + "$")


def _tail(token: str) -> str:
    """The run of Latin, Greek or Cyrillic letters that ends the token."""
    found = _TAIL.search(token)
    return found[0] if found else ""


def _head(token: str) -> str:
    """The run of letters that begins it."""
    found = _HEAD.match(token)
    return found[0] if found else ""


def _number(token: str) -> str:
    """The run of digits that begins the token."""
    return token[: len(token) - len(token.lstrip("0123456789"))]
