"""Split texts into the tokens that are indexed: single Han characters, whole words of other scripts, and breaks.

A break stands for punctuation or the end of a line, so that the query 北京大学 does not match 北京，大学; white space
within a line is ignored. Case, width, accents and traditional characters are folded, one character to one, so that
offsets stay valid.
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
    "\U00020000-\U0003fffd"  # Han outside of the BMP, code points not yet assigned included
)
"""Characters that are each a token, for use within a character class of a regular expression."""

BREAK = "¶"
"""The token of a break. It is outside of ASCII, since the index's tokenizer drops ASCII signs."""

SKIPPED = "\x7f"
"""What `fold` makes of combining marks and invisible characters, which neither belong to words nor separate them."""

LONGEST = 64
"""Maximum number of characters of a word that are indexed."""

_LETTER = rf"[^\W_{HAN}]"
WORD = rf"{_LETTER}+(?:(?:{SKIPPED}+|(?<=[0-9])\.(?=[0-9])){_LETTER}+)*"
"""Matches a word of letters and digits, and a decimal number such as 3.5."""

_GAP = rf"(?:[^\w\s{SKIPPED}]|[\n\r\v\f\x85\u2028\u2029_])[\W_]*"
_TOKEN = re.compile(rf"[{HAN}]|{WORD}|{_GAP}")

BETWEEN = rf"(?:[^\S\n\r\v\f\x85\u2028\u2029]|{SKIPPED})*"
"""Matches what may be between two adjacent tokens."""

RULES = f"2, Unicode {unicodedata.unidata_version}"
"""Version of these rules. An index made by other rules is rebuilt, because FTS5 deletes a text by its exact tokens."""


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in its order: `国产C919，` gives 国, 产, c919, ¶."""
    return spaced(text).split()


def spaced(text: str) -> str:
    """Return the tokens of a text with a space between each two, as the index takes them."""
    pieces = _plain_han().split(text)
    # Every second piece is a run of Han characters, each of which is a token.
    pieces[1::2] = map(" ".join, pieces[1::2])
    pieces[::2] = map(tokens_between, pieces[::2])
    return " ".join(filter(None, pieces))


def tokens_between(piece: str) -> str:
    """Return the tokens of a piece of text without common Han characters, with a space between each two."""
    return (_known if len(piece) < _SHORT else _parted)(piece)


_SHORT = 16
"""Maximum length of a piece between Han characters (mostly punctuation) whose tokens are cached."""


def _parted(piece: str) -> str:
    return " ".join(map(_token, _TOKEN.findall(fold(piece))))


@lru_cache(maxsize=1 << 15)
def _known(piece: str) -> str:
    return _parted(piece)


@cache
def _plain_han() -> re.Pattern[str]:
    """Return the pattern of a run of common Han characters."""
    return re.compile(f"([{re.escape(common_han())}]+)")


def common_han() -> str:
    """Return the common Han characters, which folding leaves unchanged; all are in the BMP.

    A text may be split before such a character, since the tokens after it do not depend on what precedes it.
    """
    folded = _folding()[2]
    common = (chr(code) for low, high in _COMMON for code in range(low, high + 1))
    return "".join(letter for letter in common if letter not in folded)


_COMMON = ((0x3400, 0x4DB5), (0x4E00, 0x9FA5))
"""Ranges of Han characters that are letters in every version of Unicode."""


def fold(text: str) -> str:
    """Return a text in the form that is searched: lower case, simplified characters, half width, without accents.

    It has the same length as the given text.
    """
    common, rare, table = _folding()
    text = common.sub(lambda match: table[match[0]], text)
    if max(text, default="") > _BMP:
        text = rare.sub(lambda match: table[match[0]], text)
    return text.lower()


_SINGLE = re.compile(rf"[{HAN}]\Z")


def is_word(token: str) -> bool:
    """Return whether a token is a word, that is, neither a single Han character nor a break."""
    return token != BREAK and _SINGLE.match(token) is None


@lru_cache(maxsize=1 << 16)
def _token(piece: str) -> str:
    """Return the token of a piece of folded text."""
    if _SINGLE.match(piece):
        return piece
    # The index's tokenizer would split a number at its point.
    return piece.replace(SKIPPED, "").replace(".", "·")[:LONGEST] if piece[0].isalnum() else BREAK


@cache
def _folding() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Return what is folded before lower-casing: a pattern for the BMP, one for the rest, and a table. Takes 30 ms.

    There are two patterns because `re` looks up a character class in constant time only if all of it is in the BMP.
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
    (0x1D400, 0x1D7FF),  # mathematical letters
    (0x2F800, 0x2FA1F),  # Han for compatibility
    (0xE0000, 0xE01EF),  # tags and variation selectors
)


def _plain(letter: str) -> str:
    """Return the character that a letter is folded to."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return SKIPPED
    plain = unicodedata.normalize("NFKC", letter)
    if letter < "\u2000" or letter >= "\uff00":
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain if len(plain) == 1 and not plain.isspace() else letter
