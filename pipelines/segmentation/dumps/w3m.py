"""The channel's first half: how w3m counts columns and wraps a paragraph, as a model that can be run forwards.

The rules were measured on w3m 0.5.3 (tests/pipelines/segmentation/test_channel.py runs the model
beside the real one).
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import groupby

NO_BREAK_BEFORE = frozenset(",.:;?!)]}>")
NO_BREAK_AFTER = frozenset("([{`<")
WORD_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + ",.:\"'$%*+-@~_"
)
DASH = "\u2014"
LIST_INDENT = 4
"""Columns that a line inside a list is narrower."""


class Ambiguous(IntEnum):
    """How wide the characters are that Unicode calls ambiguous: it depends on the page's charset."""

    NARROW = 0
    """One column, as on pages in UTF-8."""
    WIDE = 1
    """Two, those that GB2312 encodes: pages served as GB2312. The dash U+2014 is written as a reference, and narrow."""
    WIDE_DASH = 2
    """The same, and the dash too: GBK and GB18030 encode it where strict GB2312 has U+2015."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What w3m laid the page out for: how many columns a line holds, and how wide a character is."""

    limit: int
    """Usable columns: `-cols` less 1."""
    ambiguous: Ambiguous
    """How wide ambiguous characters are."""

    def width(self, text: str) -> int:
        """Columns that the text takes."""
        narrow = "".join(narrow_runs(self.ambiguous).findall(text))
        columns = 2 * len(text) - len(narrow)
        return columns if narrow.isascii() else columns - len(_zero_width().findall(narrow))


_WIDE_BLOCKS = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003fffd"
_MIXED_BLOCKS = (
    (0x80, 0x3400), (0x4DC0, 0x4E00), (0xA000, 0xAC00), (0xD7A4, 0xD800), (0xF900, 0x11000),
    (0x16F00, 0x1B300), (0x1D100, 0x1D200), (0x1F000, 0x1FB00), (0xE0000, 0xE0200),
)  # fmt: skip
"""Where characters of all widths stand; beyond these and the wide blocks they take one column."""


def _kind(code: int) -> str:
    """`0`, `1` or `2` columns; `A` if they depend on the charset."""
    char = chr(code)
    kind = unicodedata.east_asian_width(char)
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return "0"
    if kind == "A":
        return "A" if _in_gb2312(char) and char != DASH else "1"
    return "2" if kind in "WF" else "1"


def _in_gb2312(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


@cache
def _ranges() -> dict[str, str]:
    """For each kind, the inside of a character class that matches it."""
    found: dict[str, list[str]] = {"0": [], "1": [], "2": [_WIDE_BLOCKS], "A": []}
    for first, stop in _MIXED_BLOCKS:
        for kind, run in groupby(range(first, stop), key=_kind):
            codes = list(run)
            found[kind].append(f"{chr(codes[0])}-{chr(codes[-1])}")
    return {kind: "".join(ranges) for kind, ranges in found.items()}


@cache
def wide_class(ambiguous: Ambiguous) -> str:
    """The inside of a character class that matches what takes two columns."""
    dash = DASH if ambiguous == Ambiguous.WIDE_DASH else ""
    return _ranges()["2"] + (_ranges()["A"] if ambiguous else "") + dash


@cache
def narrow_runs(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Matches longest runs of what is not wide: in Chinese they are few."""
    return re.compile(f"[^{wide_class(ambiguous)}]+")


@cache
def _zero_width() -> re.Pattern[str]:
    return re.compile(f"[{_ranges()['0']}]")


def breakable(before: str, after: str, *, ambiguous: Ambiguous) -> bool:
    """Whether w3m may break a line between two neighbours that no space parts."""
    if (
        after in NO_BREAK_BEFORE
        or before in NO_BREAK_AFTER
        or (after > "\x7f" and _zero_width().match(after))
    ):
        return False
    return not (_in_word(before, ambiguous) and _in_word(after, ambiguous))


def _in_word(char: str, ambiguous: Ambiguous) -> bool:
    if char.isascii():
        return char in WORD_CHARACTERS
    return not ambiguous and narrow_runs(Ambiguous.NARROW).match(char) is not None


def displayed(text: str, *, ambiguous: Ambiguous) -> str:
    """The text as w3m shows it on one endless line: white space folded, none between two wide characters."""
    folded = " ".join(text.split(" "))
    wide = wide_class(ambiguous)
    return re.sub(f"(?<=[{wide}]) +(?=[{wide}])", "", re.sub(" +", " ", folded)).strip(" ")


def wrap(text: str, terminal: Terminal) -> list[str]:
    """The lines into which w3m breaks one paragraph; a unit that does not fit starts the next line."""
    ambiguous = terminal.ambiguous
    lines: list[str] = []
    line, room = "", terminal.limit
    for unit in units(displayed(text, ambiguous=ambiguous), ambiguous=ambiguous):
        word = unit.strip(" ")
        width = terminal.width(word)
        lead = unit.startswith(" ") and bool(line)
        if line and lead + width > room:
            lines.append(line)
            line, room, lead = "", terminal.limit, False
        line += " " * lead + word
        room -= lead + width
    return [*lines, line] if line else lines


def units(text: str, *, ambiguous: Ambiguous) -> list[str]:
    """The pieces between which w3m may break, each with the space before it."""
    found: list[str] = []
    start = 0
    for i in range(1, len(text)):
        if text[i] == " ":
            cut = True
        elif text[i - 1] == " ":
            cut = False
        else:
            cut = breakable(text[i - 1], text[i], ambiguous=ambiguous)
        if cut:
            found.append(text[start:i])
            start = i
    return [*found, text[start:]] if text else found
