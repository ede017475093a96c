"""Texts taken apart into what is searched for: single Han characters, whole words of other scripts, and breaks.

A break stands for punctuation or the end of a line, so that 北京，大学 is not found under 北京大学; white space within
a line is none. Case, width, accents and traditional characters are folded, one character to one, so that places stay
what they are.
"""

import re
import unicodedata
from functools import cache, lru_cache

from pipelines.segmentation.text.traditional_characters import simplified, simplified_forms

HAN = (
    "\u2e80-\u2fdf"  # radicals
    "\u3005-\u3007\u3021-\u3029\u3038-\u303b"  # 々〆〇 and numerals
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003fffd"  # Han outside of the BMP, also what no Unicode has yet
)
"""Characters that are words by themselves, as the inside of a regular expression's class: scripts without spaces."""

BREAK = "¶"
"""The token of a break. It is not ASCII, which the index's tokenizer would drop."""

SKIPPED = "\x7f"
"""What folding makes of marks and of invisible characters: they neither are words nor part any."""

LONGEST = 64
"""Letters of a word that are looked at."""

_LETTER = rf"[^\W_{HAN}]"
WORD = rf"{_LETTER}+(?:(?:{SKIPPED}+|(?<=[0-9])\.(?=[0-9])){_LETTER}+)*"
"""A word of letters and digits; 3.5 is one."""

_GAP = rf"(?:[^\w\s{SKIPPED}]|[\n\r\v\f\x85\u2028\u2029_])[\W_]*"
_TOKEN = re.compile(rf"[{HAN}]|{WORD}|{_GAP}")

BETWEEN = rf"[^\S\n\r\v\f\x85\u2028\u2029]*{SKIPPED}*[^\S\n\r\v\f\x85\u2028\u2029]*"
"""What may stand between two tokens that follow each other."""

RULES = f"2, Unicode {unicodedata.unidata_version}"
"""Names these rules. An index that others made is made anew: FTS5 takes out a text only word for word."""


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in its order: `国产C919，` gives 国, 产, c919, ¶."""
    found: list[str] = []
    for place, piece in enumerate(_plain_han().split(text)):
        # Every other piece is a run of Han characters, each of which is a token as it stands.
        found += piece if place % 2 else (_known if len(piece) < _SHORT else _parted)(piece)
    return found


_SHORT = 16
"""Letters of a piece between Han characters (punctuation as a rule) that is looked up, since it comes again."""


def _parted(piece: str) -> tuple[str, ...]:
    """Return the tokens of a piece of text."""
    return tuple(map(_token, _TOKEN.findall(fold(piece))))


@lru_cache(maxsize=1 << 15)
def _known(piece: str) -> tuple[str, ...]:
    return _parted(piece)


@cache
def _plain_han() -> re.Pattern[str]:
    """Return the pattern of a run of the common Han characters that folding leaves as they are.

    Nothing in a text before such a character matters to the tokens behind it, so a text may be parted there.
    """
    folded = _folding()[2]
    common = (chr(code) for low, high in _COMMON for code in range(low, high + 1))
    return re.compile(f"([{re.escape(''.join(letter for letter in common if letter not in folded))}]+)")


_COMMON = ((0x3400, 0x4DB5), (0x4E00, 0x9FA5))
"""Ranges of Han characters that are letters in every Unicode."""


def fold(text: str) -> str:
    """Return a text of the same length in lower case and simplified, its full-width letters and accents made plain."""
    common, rare, table = _folding()
    text = common.sub(lambda match: table[match[0]], text)
    if max(text, default="") > _BMP:
        text = rare.sub(lambda match: table[match[0]], text)
    return text.lower()


_SINGLE = re.compile(rf"[{HAN}]\Z")


def is_word(token: str) -> bool:
    """Return whether a token is a word, and neither a single Han character nor a break."""
    return token != BREAK and _SINGLE.match(token) is None


@lru_cache(maxsize=1 << 16)
def _token(piece: str) -> str:
    """Return the token for a piece of folded text."""
    if _SINGLE.match(piece):
        return piece
    # A point within a number would part it in the index.
    return piece.replace(SKIPPED, "").replace(".", "·")[:LONGEST] if piece[0].isalnum() else BREAK


@cache
def _folding() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Return what is folded before lower case: a pattern for the BMP, one for the rest, and a table. Takes 30 ms.

    Two patterns, because a class of characters is only looked up at once where all of it lies within the BMP.
    """
    table = dict(simplified_forms())
    for low, high in _RANGES:
        for code in range(low, high + 1):
            letter = chr(code)
            plain = simplified(_plain(letter))
            if plain != letter:
                table[letter] = plain
    common = re.escape("".join(letter for letter in table if letter <= _BMP))
    rare = "".join(letter for letter in table if letter > _BMP)
    return re.compile(f"[{common}]"), re.compile(f"[{rare}]"), table


_BMP = "\uffff"


_RANGES = (
    (0x00A8, 0x20FF),  # Latin, Greek, Cyrillic and their marks, spaces, invisible characters
    (0x2100, 0x2FDF),  # letterlike signs, circled digits, radicals
    (0xA640, 0xABFF),
    (0xF900, 0xFFFF),  # Han for compatibility, variation selectors, full width
    (0x1D400, 0x1D7FF),  # letters of mathematics
    (0x2F800, 0x2FA1F),  # Han for compatibility
    (0xE0000, 0xE01EF),  # tags and variation selectors
)


def _plain(letter: str) -> str:
    """Return the one character that a letter is searched as."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return SKIPPED
    plain = unicodedata.normalize("NFKC", letter)
    if letter < "\u2000" or letter >= "\uff00":
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain if len(plain) == 1 and not plain.isspace() else letter
