"""Match opening and closing brackets and quotation marks in a line, including ASCII quotes."""

import re
from dataclasses import dataclass, field

BRACKETS = {"（": "）", "(": ")", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "［": "］", "[": "]"}
"""Map each opening bracket or title mark to its closing one."""
QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "〝": "〞"}
"""Map each opening quotation mark to its closing one; ASCII quotation marks are not included."""
_PAIRS = BRACKETS | QUOTES
_CLOSING = {closes: opens for opens, closes in _PAIRS.items()}
_ASCII_QUOTES = "\"'"
_MARK = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSING, *_ASCII_QUOTES])) + "]")

LONGEST_PAIR = 400
"""Maximum length of a pair in characters; a bracket that is closed later is probably a mistake, and is ignored."""


@dataclass(slots=True)
class Pairs:
    """The pairs of a line, by both ends."""

    closes_at: dict[int, int] = field(default_factory=dict)
    """Map the offset of each opening mark to that of its closing mark."""
    opens_at: dict[int, int] = field(default_factory=dict)
    """Map the offset of each closing mark to that of its opening mark."""

    def add(self, start: int, end: int) -> None:
        """Add a pair unless it is longer than LONGEST_PAIR."""
        if end - start <= LONGEST_PAIR:
            self.closes_at[start] = end
            self.opens_at[end] = start


def pairs_of(line: str) -> Pairs:
    """Return the pairs of brackets and quotation marks in a line; unmatched marks are ignored.

    An ASCII quotation mark opens a pair if none is open. `'` counts as a quotation mark only if there is no Latin
    letter or digit on its outer side, which excludes apostrophes.
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
    """Return whether an opening mark is a quotation mark (ASCII ones included), not a bracket or title mark."""
    return char in QUOTES or char in _ASCII_QUOTES


def _opens(line: str, at: int, opened: list[int]) -> bool:
    char, before = line[at], line[at - 1 : at]
    if char == "'" and before.isascii() and before.isalnum():
        return False
    return all(line[other] != char for other in opened)


_LOOKS_BACK = 40
"""Maximum number of open marks that are searched for a partner, so that a line of brackets takes linear time."""


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
