"""Score gaps beside punctuation and other symbols."""

import re

from pipelines.segmentation.dumps.readings.latin_runs import YEAR, head, in_address, tail
from pipelines.segmentation.dumps.readings.page_style import DEGREES, NEVER, Gap, Style

_OPENING = frozenset("([{“‘《（「『【〈")
_CLOSING = frozenset(")]}”’》）」』】〉,.;:!?，。、；：？！…%")
_OPERATORS = frozenset("&=+-<>*|~≈×")


def beside_symbol(gap: Gap, style: Style, one: str, two: str) -> float:
    """Return the log-odds of a space between two characters of these kinds, of which one is a symbol."""
    left, right = gap.left[-1:], gap.right[:1]
    if left in _OPENING or left == right:
        return NEVER
    if one == "han":
        return _symbol_after_han(gap, right, style)
    if two == "han":
        return _symbol_before_han(gap, left, style)
    if "#" in (left, right) and (_PLACEHOLDER.search(gap.before + gap.after)):
        return _at_placeholder(gap)
    if left in _OPERATORS or right in _OPERATORS:
        return _operator(gap, left, right)
    if right in _CLOSING:
        return -6.0
    if right in DEGREES and one == "digit":
        return degrees(style)
    if one == "symbol":
        return _after_symbol(gap, left, two, style)
    return -3.5 if right == "(" else -5.0


UNIT_SIGNS = DEGREES + "°‰"
"""Signs behind a number, behind which a typist who puts spaces beside Han mostly puts one too."""
_MEASURED = re.compile(f"[0-9] ?[{UNIT_SIGNS}]$")
BEFORE_DEGREES = -2.5


def degrees(style: Style) -> float:
    """Return the log-odds of a space between a number and `℃`, before which fewer put one than before letters."""
    return style.units + (BEFORE_DEGREES if style.units > 0 else 0.0)


_PLACEHOLDER = re.compile("# ?[A-Z]+(?: ?_ ?[A-Z]+)* ?#")
"""A placeholder such as `#NAME#`."""


def _at_placeholder(gap: Gap) -> float:
    """Return the log-odds in or beside a placeholder, which has no spaces inside and one after it."""
    return 2.0 if gap.before.count("#") % 2 == 0 and gap.left[-1:] == "#" else NEVER


def _symbol_after_han(gap: Gap, symbol: str, style: Style) -> float:
    if symbol in _CLOSING or symbol == "/" or not symbol.isascii():
        return -6.0
    if symbol == "|":
        return BESIDE_BAR
    if style.letters <= 0:
        return -4.0
    if symbol in "-+>":
        return 1.5 if head(gap.right[1:]) else -1.0
    return 2.0


BESIDE_BAR = -4.0
"""The log-odds of a space between Han and a bar, which parts the words of a menu and shows no habit of the typist."""


def _symbol_before_han(gap: Gap, symbol: str, style: Style) -> float:
    if symbol == "|":
        return BESIDE_BAR
    if symbol == ",":
        return 0.0 if style.letters > 0 else -3.5
    if symbol in ".;:!?":
        return 1.0 if style.letters > 0 else -2.5
    if symbol in UNIT_SIGNS and _MEASURED.search(gap.before):
        return 1.5 if style.letters > 0 else -5.0
    after_letter = symbol == "#" and tail(gap.left[:-1]) != ""
    if (symbol in "<@#$/" and not after_letter) or not symbol.isascii():
        return -5.0
    return 2.5 if style.letters > 0 else -4.0


_CELL_MARKER = re.compile("CD[0-9]+[A-Za-z]{0,2}[+-]$")


def _operator(gap: Gap, left: str, right: str) -> float:
    """Return the log-odds beside an operator (`S&P`, but `Place & Lending`): spaces are on both sides or on neither."""
    if left in _OPERATORS and right in _OPERATORS:
        return -7.0
    if right == ">" and "<" in gap.before:
        return NEVER
    if left in "+-" and _CELL_MARKER.search(gap.left) and right.isupper():
        return 0.5
    if left in _OPERATORS:
        earlier = gap.before[: len(gap.before) - len(gap.left)]
        if gap.left == left and earlier[-1:] == " ":
            return 3.0
        return -5.0
    following = gap.right[1:] or gap.after[len(gap.right) + 1 :]
    word = tail(gap.left)
    if right == "&" and len(word) >= 3 and len(head(following)) >= 3:
        return -0.3 if min(len(word), len(head(following))) >= 4 else -1.0
    return -3.5 if gap.right == right and right in "=>-&|" else -5.0


def _after_symbol(gap: Gap, symbol: str, two: str, style: Style) -> float:
    if symbol == "/":
        return -6.0
    if in_address(gap):
        return -5.0
    if symbol == "'" and two == "letter" and _POSSESSIVE.search(gap.before) and len(head(gap.right)) > 2:
        return 1.5
    if symbol == ":" and two == "letter" and _TITLED.search(gap.before) and gap.right[:1].isupper():
        return -1.5 if style.half else 1.5
    if symbol in ",;:!?" and two == "letter" and _phrase_before(gap) and _phrase_after(gap):
        return -1.5 if style.half else 2.0
    abbreviated = symbol == "." and two in ("letter", "digit") and _ABBREVIATED.search(gap.before)
    if abbreviated or (symbol in ".,:" and _is_in_reference(gap)):
        return 1.5
    if symbol == "." and two == "letter" and _INITIAL.search(gap.before):
        return 2.0 if _SPECIES.match(gap.after) or _SPACED_INITIALS.search(gap.before) else -0.5
    if symbol == "." and two == "letter" and gap.right[:1].isupper():
        return -1.0
    if symbol == "," and two == "digit":
        return 2.0 if _CITED.search(gap.before) and YEAR.match(gap.after) else -3.0
    return -5.0


def _is_in_reference(gap: Gap) -> bool:
    """Return whether the gap is behind a mark between the parts of a foreign reference (`[J]. Science, 1992, 256: 3`).

    GB/T 7714 puts a letter for the kind of the work in brackets. Latin authors are written with spaces behind the
    marks, and whoever writes one writes all.
    """
    if _LAST_AUTHOR.search(gap.before):
        return True
    return _KIND_BEFORE.search(gap.before) is not None and _OF_NUMBER.search(gap.before) is None


_KIND_BEFORE = re.compile("[A-Za-z][A-Za-z ]* ?\\[ ?[JMCDNRPS] ?\\]")
_LAST_AUTHOR = re.compile("[,\\]] ?[A-Z][a-z]+(?: [A-Z]){1,3} ?\\.$")
_OF_NUMBER = re.compile("[0-9] ?[.]$")
_POSSESSIVE = re.compile("(?<!')\\b[A-Za-z]{2,}s ?'$")
"""`Thirty Years' War`."""
_TITLED = re.compile("(?<![0-9])(?:1[0-9]|20)[0-9]{2} ?:$")
"""`2001: A Space Odyssey`."""
_CITED = re.compile("al ?\\.? ?,$")
_ABBREVIATED = re.compile("(?<![A-Za-z])(?:v|vs|al|St|Mr|Dr|Mrs|Ms|No|Inc|Jr|Vol|Fig|Prof) ?\\.$")
_INITIAL = re.compile("(?<![A-Za-z.@/_-])[A-Z] ?\\.$")
_NAMED_INITIALS = re.compile("(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z] ?\\.?)+ ?,$")
"""A surname with initials, as in references (`Steinstraeter M, et al.`)."""
_SPACED_INITIALS = re.compile("(?<![A-Za-z])[A-Z]\\. [A-Z] ?\\.$")
"""Two initials of which the first has a space behind it (`A. O. Benz`)."""
_SPECIES = re.compile("[a-z]{4,}(?![A-Za-z]| ?[.@/])")
"""The second word of a species whose first is an initial (`S. thermophilus`)."""
_PHRASE_BEFORE = re.compile("[A-Za-z]{2,} ?[,;:!?]$")
_PHRASE_AFTER = re.compile("[A-Za-z]{2,}|[AI] [A-Za-z]")


def _phrase_before(gap: Gap) -> bool:
    return _PHRASE_BEFORE.search(gap.before) is not None or _NAMED_INITIALS.search(gap.before) is not None


def _phrase_after(gap: Gap) -> bool:
    return _PHRASE_AFTER.match(gap.after) is not None
