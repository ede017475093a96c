"""Parse a dump into lines and groups of lines, with the list marks, picture marks and frames that w3m adds."""

import re
from collections.abc import Iterator
from typing import NamedTuple

LIST_MARKS = frozenset("•□●○■◦▪◆◇‣")
"""The marks that w3m draws before list items, by depth and charset."""

INDENT = ("\u3000\u3000", "\u3000 ")
"""The indent of Chinese paragraphs, two full-width spaces, and what THULAC makes of it."""

ASIDE = " " * 12
"""The indent from which on a line counts as centred or right-aligned, and forms a group of its own."""

FRAMES = frozenset("┌├└│┏┣┗┃")
"""The first characters of the lines of a framed table, which w3m never wraps."""

_NUMBER = re.compile(r" {1,6}\d{1,2}\. \S|(\d{1,2}) ?\. (?![0-9])")
"""The beginning of an item of a numbered list in w3m's dumps; a segmenter removes the indent."""

_OWN_LINE = re.compile(
    r"\s*(?:[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]"
    r"|[12]\d{3}\s*年\s*\d\d?\s*月\s*\d\d?\s*日\s*\d\d?\s*[：:]\s*\d\d\s*[|｜]?\s*来\s*源\s*[：:])"
)
"""The beginnings of the editors' line and of the line with time and source. They are groups of their own, because
templates separate them only by style, and no paragraph of a text begins like this."""

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_IMAGE = re.compile(r"(?!\u3000.*。)\s*(?!\[ ?(?:DEL|S|INS) ?:)(?:\[\s[^\[\]]*\s\]|\[[^\s\[\]]+\])\s*")
"""`[name]`, or `[ name ]` after a segmenter: the alternative text of a picture or the stem of its file name.

`[DEL:…:DEL]` is a paragraph that is deleted or inserted as a whole, and an indented sentence in brackets is one, too.
"""


class TerminalRow(NamedTuple):
    """A line of the dump, with its list mark separated."""

    number: int
    """Number of the line in the dump, from 1."""
    raw: str
    """The line as it is in the dump."""
    mark: str
    """One of LIST_MARKS, or nothing."""
    start: int
    """The index (in characters, from 0) at which the text after the mark begins."""

    @property
    def text(self) -> str:
        """The text after the mark."""
        return self.raw[self.start :]


class LineGroup(NamedTuple):
    """Lines that belong together: those between blank lines, from one list mark to the next, or one picture mark."""

    rows: list[TerminalRow]
    """Its lines, in order; at least one."""
    image: bool = False
    """Whether it is an image mark."""
    frame: bool = False
    """Whether it is a line of a framed table."""

    @property
    def mark(self) -> str:
        """The mark of its first line."""
        return self.rows[0].mark


def lines_of(dump: str) -> list[str]:
    """Return the lines of a dump, with any kind of line end."""
    return _LINE_END.split(dump)


def rows(dump: str) -> Iterator[TerminalRow | None]:
    """Yield the lines of a dump, with any kind of line end; None for a blank line."""
    for number, raw in enumerate(lines_of(dump), 1):
        body = raw.lstrip()
        if not body:
            yield None
        elif body[0] in LIST_MARKS and not body[1:2].strip() and not _is_typed(raw, body):
            yield TerminalRow(number, raw, body[0], len(raw) - len(body) + 1)
        else:
            yield TerminalRow(number, raw, "", 0)


def _is_typed(raw: str, body: str) -> bool:
    """Return whether a full-width space stands beside the mark of a line, as only authors type it."""
    return body[1:2] == "\u3000" or "\u3000" in raw[: len(raw) - len(body)]


def _goes_on(item: TerminalRow, row: TerminalRow) -> bool:
    """Return whether the row has the indent of the item's text; in deep lists, that is the indent of centred lines."""
    return bool(item.mark) and len(row.raw) - len(row.raw.lstrip(" ")) == item.start + 1


def _steps_in(current: list[TerminalRow], row: TerminalRow) -> bool:
    """Return whether a paragraph begins with the row: it is indented by no-break spaces, and the rows above are not."""
    if _left_free(row) != PADDED or current[0].mark or _NUMBER.match(current[0].raw):
        return False
    return _left_free(current[-1]) == 0 and "\u2e80" < row.raw[PADDED] < "\uff00"


def _left_free(row: TerminalRow) -> int:
    return len(row.raw) - len(row.raw.lstrip(" "))


PADDED = 4
"""The columns of a paragraph indent that a page writes as no-break spaces instead of two full-width spaces."""


def groups(dump: str) -> list[LineGroup]:
    """Return the groups of a dump, in order; every letter of the dump is in one of them."""
    found: list[LineGroup] = []
    current: list[TerminalRow] = []

    def close() -> None:
        nonlocal current
        if current:
            found.append(LineGroup(current))
            current = []

    number = 0
    for row in rows(dump):
        first = row.raw.lstrip()[0] if row else ""
        if row is None:
            close()
            number = 0
        elif first == "[" and _IMAGE.fullmatch(row.raw):
            close()
            found.append(LineGroup([row], image=True))
        elif first in FRAMES:
            close()
            found.append(LineGroup([row], frame=True))
        else:
            numbered = _NUMBER.match(row.raw) if first.isdecimal() else None
            if numbered and numbered[1]:
                numbered = numbered if int(numbered[1]) == number + 1 else None
                number += numbered is not None
            own = first in "（(12" and _OWN_LINE.match(row.raw) is not None
            aside = row.raw.startswith(ASIDE) and not (current and _goes_on(current[0], row))
            indented = row.raw.startswith(INDENT) or (bool(current) and _steps_in(current, row))
            if row.mark or numbered or own or aside or indented:
                close()
            current.append(row)
            if not row.mark and aside:
                close()
    close()
    return found
