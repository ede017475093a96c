"""Which bracket or quotation mark closes which in a line: typographic pairs, and ASCII quotes."""

import re
from dataclasses import dataclass, field

BRACKETS = {"（": "）", "(": ")", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "［": "］", "[": "]"}
QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "〝": "〞"}
_PAIRS = BRACKETS | QUOTES
_CLOSING = {closes: opens for opens, closes in _PAIRS.items()}
_ASCII_QUOTES = "\"'"
_MARK = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSING, *_ASCII_QUOTES])) + "]")

LONGEST_PAIR = 400
"""A bracket that is not closed within this many letters is taken to be a slip, and encloses nothing."""


@dataclass(slots=True)
class Pairs:
    """The pairs of a line, each found from either end."""

    closes_at: dict[int, int] = field(default_factory=dict)
    """Offset of an opening mark → offset of the mark that closes it."""
    opens_at: dict[int, int] = field(default_factory=dict)
    """The same, the other way round."""

    def add(self, start: int, end: int) -> None:
        """Note a pair, unless it is too long to be one."""
        if end - start <= LONGEST_PAIR:
            self.closes_at[start] = end
            self.opens_at[end] = start


def pairs_of(line: str) -> Pairs:
    """Return the pairs of brackets and quotation marks in a line; a mark without its partner is in none.

    An ASCII quotation mark opens where none is open. `'` is a quotation mark only where no Latin letter or digit
    stands on its outer side, so that an apostrophe is none.
    """
    found = Pairs()
    opened: list[int] = []
    for mark in _MARK.finditer(line):
        at, char = mark.start(), mark[0]
        if char in _PAIRS or (char in _ASCII_QUOTES and _opens(line, at, opened)):
            opened.append(at)
        else:
            _close(line, at, opened, found)
    return found


def is_quote(char: str) -> bool:
    """Return whether a mark that opens a pair opens a quotation."""
    return char in QUOTES or char in _ASCII_QUOTES


def _opens(line: str, at: int, opened: list[int]) -> bool:
    char, before = line[at], line[at - 1 : at]
    if char == "'" and before.isascii() and before.isalnum():
        return False
    return all(line[other] != char for other in opened)


_LOOKS_BACK = 40
"""Marks left open that are looked through for a partner: a line of nothing but brackets stays linear."""


def _close(line: str, at: int, opened: list[int], found: Pairs) -> None:
    char, after = line[at], line[at + 1 : at + 2]
    if char == "'" and after.isascii() and after.isalnum():
        return
    wanted = _CLOSING.get(char, char)
    for i in range(len(opened) - 1, max(-1, len(opened) - 1 - _LOOKS_BACK), -1):
        if line[opened[i]] == wanted:
            found.add(opened[i], at)
            del opened[i:]
            return
