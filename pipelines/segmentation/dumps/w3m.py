"""The channel's first half: how w3m counts columns and wraps a paragraph, as a model that can be run forwards.

The rules were measured on w3m 0.5.3 (tests/pipelines/segmentation/test_channel.py runs the model
beside the real one).
"""

import re
import tomllib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

NO_BREAK_BEFORE = frozenset(",.:;?!)]}>")
NO_BREAK_AFTER = frozenset("([{`<")
WORD_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + ",.:\"'$%*+-@~_"
)
LIST_INDENT = 4
"""Columns that a line inside a list is narrower."""


class Ambiguous(IntEnum):
    """How wide the symbols, Greek, Cyrillic and accented letters are that GB2312 encodes."""

    NARROW = 0
    """One column, as on pages in UTF-8."""
    WIDE = 1
    """Two, as on pages that are served as GB2312, where they are two bytes."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What w3m laid the page out for: how many columns a line holds, and how wide a character is."""

    limit: int
    """Usable columns: `-cols` less 1."""
    ambiguous: Ambiguous
    """How wide ambiguous characters are."""

    def width(self, text: str) -> int:
        """Columns that the text takes."""
        if text.isascii():
            return len(text)
        narrow = "".join(narrow_runs(self.ambiguous).findall(text))
        columns = 2 * len(text) - len(narrow)
        return columns if narrow.isascii() else columns - len(_zero_width().findall(narrow))


_TABLE = "w3m_widths.toml"
"""Which characters take no column, two, or two on GB2312 pages only: measured, see bench/segmentation/w3m_widths.py."""


@cache
def _classes() -> dict[str, str]:
    """For each kind of the table, the inside of a character class that matches it."""
    table = tomllib.loads(files("pipelines.segmentation.dumps").joinpath(_TABLE).read_text("utf-8"))
    return {kind: "".join(map(_range, ranges.split())) for kind, ranges in table.items()}


def _range(codes: str) -> str:
    first, _, last = codes.partition("-")
    return f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"


@cache
def wide_class(ambiguous: Ambiguous) -> str:
    """Return the inside of a character class that matches what takes two columns."""
    return _classes()["two"] + _classes()["two_on_gb2312"] * bool(ambiguous)


@cache
def narrow_runs(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Matches longest runs of what is not wide: in Chinese they are few."""
    return re.compile(f"[^{wide_class(ambiguous)}]+")


@cache
def _zero_width() -> re.Pattern[str]:
    return re.compile(f"[{_classes()['zero']}]")


def breakable(before: str, after: str, *, ambiguous: Ambiguous) -> bool:
    """Return whether w3m may break a line between two neighbours that no space parts."""
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
    return narrow_runs(ambiguous).match(char) is not None and not _zero_width().match(char)


def displayed(text: str, *, ambiguous: Ambiguous) -> str:
    """Return the text as w3m shows it on one endless line: white space folded, none between two wide characters."""
    folded = " ".join(text.split(" "))
    wide = wide_class(ambiguous)
    return re.sub(f"(?<=[{wide}]) +(?=[{wide}])", "", re.sub(" +", " ", folded)).strip(" ")


def wrap(text: str, terminal: Terminal) -> list[str]:
    """Return the lines into which w3m breaks one paragraph; a unit that does not fit starts the next line."""
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
    """Return the pieces between which w3m may break, each with the space before it."""
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
