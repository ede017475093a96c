"""The lines of a dump and what w3m puts beside the text: list marks, image marks, form fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LIST_MARKS = frozenset("•□●○■◦▪◆◇‣")
"""What w3m draws before the items of a list, by depth and charset."""

INDENT = ("\u3000\u3000", "\u3000 ")
"""Two full-width spaces, with which Chinese paragraphs begin, and what THULAC leaves of them."""

ASIDE = " " * 12
"""So far in begins a line that is centred or set to the right: it stands alone."""

FRAMES = frozenset("┌├└│┏┣┗┃")
"""What the lines of a table begin with: w3m frames them, and each is one line whatever its width."""

_NUMBER = re.compile(r" {1,6}\d{1,2}\. \S|(\d{1,2}) ?\. (?![0-9])")
"""How w3m begins an item of a numbered list; a segmenter takes the indent away."""

_OWN_LINE = re.compile(
    r"\s*(?:[（(]\s*责\s*任?\s*编\s*辑?\s*[：:]"
    r"|[12]\d{3}\s*年\s*\d\d?\s*月\s*\d\d?\s*日\s*\d\d?\s*[：:]\s*\d\d\s*[|｜]?\s*来\s*源\s*[：:])"
)
"""How the line with the editors begins, and that with the time and the source: templates set both apart by style alone,
and no paragraph of a text begins so."""

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_IMAGE = re.compile(r"\s*\[\s[^\[\]]*\s\]\s*|\s*\[[^\s\[\]]+\]\s*")
"""`[ name ]`, or `[name]` where no segmenter went over it: a picture's alt text or the stem of its file."""


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A line of the dump, its mark set apart."""

    number: int
    """From 1."""
    raw: str
    mark: str
    """One of LIST_MARKS, or nothing."""
    start: int
    """The column (a character index from 0) at which what follows the mark begins."""

    @property
    def text(self) -> str:
        """What follows the mark."""
        return self.raw[self.start :]


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines that stand together: between blank lines, from a mark to the next, or one image mark."""

    rows: list[TerminalRow]
    image: bool = False
    """Whether it is an image mark."""
    frame: bool = False
    """Whether it is a line of a framed table."""

    @property
    def mark(self) -> str:
        """The mark of its first line."""
        return self.rows[0].mark


def rows(dump: str) -> Iterator[TerminalRow | None]:
    """The lines of a dump, whatever ends them; None for a blank one."""
    for number, raw in enumerate(_LINE_END.split(dump), 1):
        body = raw.lstrip()
        if not body:
            yield None
        elif body[0] in LIST_MARKS and not body[1:2].strip():
            yield TerminalRow(number, raw, body[0], len(raw) - len(body) + 1)
        else:
            yield TerminalRow(number, raw, "", 0)


def _goes_on(item: TerminalRow, row: TerminalRow) -> bool:
    """Whether the row is as far in as the text behind the item's mark: deep lists are as far in as centred lines."""
    return bool(item.mark) and len(row.raw) - len(row.raw.lstrip(" ")) == item.start + 1


def _steps_in(current: list[TerminalRow], row: TerminalRow) -> bool:
    """Whether the row is indented by no-break spaces, unlike the ones above it: a paragraph begins there."""
    if current[0].mark or _NUMBER.match(current[0].raw):
        return False
    return (
        _left_free(row) == PADDED and _left_free(current[-1]) == 0 and "\u2e80" < row.raw[PADDED] < "\uff00"
    )


def _left_free(row: TerminalRow) -> int:
    return len(row.raw) - len(row.raw.lstrip(" "))


PADDED = 4
"""Columns of the two full-width spaces in whose place a page may have no-break spaces."""


def groups(dump: str) -> list[LineGroup]:
    """The groups of a dump, in order; every letter of the dump is in one of them."""
    found: list[LineGroup] = []
    current: list[TerminalRow] = []

    def close() -> None:
        if current:
            found.append(LineGroup(list(current)))
            current.clear()

    number = 0
    for row in rows(dump):
        if row is None:
            close()
            number = 0
        elif not row.mark and _IMAGE.fullmatch(row.raw):
            close()
            found.append(LineGroup([row], image=True))
        elif row.raw.lstrip()[0] in FRAMES:
            close()
            found.append(LineGroup([row], frame=True))
        else:
            numbered = _NUMBER.match(row.raw)
            if numbered and numbered[1]:
                numbered = numbered if int(numbered[1]) == number + 1 else None
                number += numbered is not None
            own = _OWN_LINE.match(row.raw) is not None
            aside = row.raw.startswith(ASIDE) and not (current and _goes_on(current[0], row))
            indented = row.raw.startswith(INDENT) or (bool(current) and _steps_in(current, row))
            if row.mark or numbered or own or aside or indented:
                close()
            current.append(row)
            if not row.mark and aside:
                close()
    close()
    return found
