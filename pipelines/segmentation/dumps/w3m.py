"""Model the first half of the channel: how w3m counts columns and wraps a paragraph.

The rules were measured on w3m 0.5.3; tests/pipelines/segmentation/test_channel.py compares the model with it.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from itertools import zip_longest

NO_BREAK_BEFORE = frozenset(",.:;?!)]}>")
"""Characters before which w3m never breaks a line without a space."""
NO_BREAK_AFTER = frozenset("([{`<")
"""Characters after which w3m never breaks a line without a space."""
WORD_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + ",.:\"'$%*+-@~_"
)
"""ASCII characters between which w3m never breaks a line."""
LIST_INDENT = 4
"""The columns by which a line inside a list is narrower."""


class Ambiguous(IntEnum):
    """The width of the symbols and the Greek, Cyrillic and accented letters of GB2312."""

    NARROW = 0
    """One column, as on pages in UTF-8."""
    WIDE = 1
    """Two columns, as on pages served as GB2312, where they have two bytes."""

    __hash__ = int.__hash__  # The hash of an Enum is slow, and patterns are cached by it.


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal for which w3m formatted the page: the columns of a line, and the width of characters."""

    limit: int
    """The usable columns: `-cols` minus 1."""
    ambiguous: Ambiguous
    """The width of ambiguous characters."""

    def width(self, text: str) -> int:
        """Return the columns that the text takes."""
        if text.isascii():
            return len(text)
        return columns_of(len(text), "".join(narrow_runs(self.ambiguous).findall(text)))


def columns_of(length: int, narrow: str) -> int:
    """Return the columns of a text with this many characters, of which those in `narrow` are not wide."""
    columns = 2 * length - len(narrow)
    return columns if narrow.isascii() else columns - len(_zero_width().findall(narrow))


_TABLE = "character_widths.toml"
"""Which characters take no column, two, or two on GB2312 pages only, measured by
bench/segmentation/character_widths.py."""


@cache
def _classes() -> dict[str, str]:
    """Return for each kind in the table the content of a regular expression's character class that matches it."""
    table = tomllib.loads(files("pipelines.segmentation.dumps").joinpath(_TABLE).read_text("utf-8"))
    return {kind: "".join(map(_range, ranges.split())) for kind, ranges in table.items()}


def _range(codes: str) -> str:
    first, _, last = codes.partition("-")
    return f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"


@cache
def wide_class(ambiguous: Ambiguous) -> str:
    """Return the content of a regular expression's character class for characters of two columns."""
    return _classes()["two"] + _classes()["two_on_gb2312"] * bool(ambiguous)


@cache
def narrow_runs(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Return a pattern for maximal runs of characters that are not wide, which are few in Chinese."""
    return re.compile(f"[^{wide_class(ambiguous)}]+")


@cache
def _zero_width() -> re.Pattern[str]:
    return re.compile(f"[{_classes()['zero']}]")


def breakable(before: str, after: str, *, ambiguous: Ambiguous) -> bool:
    """Return whether w3m may break a line between two characters without a space between them."""
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
    """Return the text as w3m shows it on one endless line: white space folded, and removed between wide characters."""
    return _between_wide(ambiguous).sub("", _SPACES.sub(" ", text)).strip(" ")


_SPACES = re.compile("  +")


@cache
def _between_wide(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Matches a space between two wide characters."""
    wide = wide_class(ambiguous)
    # The pattern begins with the space, so that the engine can jump from space to space.
    return re.compile(f" (?=[{wide}])(?<=[{wide}] )")


def wrap(text: str, terminal: Terminal) -> list[str]:
    """Return the lines into which w3m breaks one paragraph; a unit that does not fit begins the next line.

    White space is normalised first (see `displayed`). A unit wider than the terminal is a line of its own.
    """
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


_OTHER_WHITE = re.compile(r"[^\S ]")
_INDENT = "\u3000"


def wraps_as(text: str, lines: list[str], terminal: Terminal) -> bool:
    """Return whether `wrap` breaks the text into these lines, white space aside. No line may be blank.

    The first unit of each line must not fit on the line before, and all of a line must fit on it.
    """
    ambiguous = terminal.ambiguous
    shown = displayed(text, ambiguous=ambiguous)
    body = shown.lstrip(_INDENT)
    letters = ["".join(line.split()) for line in lines]
    if _OTHER_WHITE.search(body):
        return ["".join(line.split()) for line in wrap(text, terminal)] == letters
    if body.replace(" ", "") != "".join(letters):
        return False
    start, indent = 0, shown[: len(shown) - len(body)]
    for line, after in zip_longest(letters, letters[1:]):
        end, missing = start, len(line)
        while missing:
            end += missing
            missing = len(line) - (end - start - body.count(" ", start, end))
        width = terminal.width(indent + body[start:end])
        if width > terminal.limit and (indent or _unit_end(body, start, ambiguous) < end):
            return False
        if after is None:
            break
        gap = body[end] == " "
        start, indent = end + gap, ""
        if not gap and not breakable(body[end - 1], body[end], ambiguous=ambiguous):
            return False
        unit = body[start : _unit_end(body, start, ambiguous)]
        if width + gap + terminal.width(unit) <= terminal.limit:
            return False
    return True


def _unit_end(text: str, start: int, ambiguous: Ambiguous) -> int:
    """Return the offset where the unit ends that begins at `start`, which is no space."""
    for at in range(start + 1, len(text)):
        if text[at] == " " or breakable(text[at - 1], text[at], ambiguous=ambiguous):
            return at
    return len(text)


def units(text: str, *, ambiguous: Ambiguous) -> list[str]:
    """Return the pieces between which w3m may break a line, each with the space before it."""
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
