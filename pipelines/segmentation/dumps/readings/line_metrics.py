"""Measure widths, gaps and units of a block of lines, which depend neither on the style nor on the limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from pipelines.segmentation.dumps.readings.gap_cache import Reader, ZoneParts, Zones
from pipelines.segmentation.dumps.readings.page_style import (
    DATE,
    DEGREE,
    DEGREES,
    GREEK,
    HAN,
    MARK,
    MICRO,
    ORDINAL,
)
from pipelines.segmentation.dumps.w3m import (
    WORD_CHARACTERS,
    Ambiguous,
    Terminal,
    breakable,
    columns_of,
    narrow_runs,
    wide_class,
)

INDENT = 4
"""Columns of the two full-width spaces that open a paragraph."""

_SPACE = re.compile(" ")
_WHITE = re.compile(r"[^\S\u3000]+")
"""White space between the tokens of a segmenter; the full-width space is a token itself."""
FULL_WIDTH_SPACE = "\u3000"
"""U+3000, which indents Chinese paragraphs."""
_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(slots=True)
class DumpLine:
    """The measurements of a line of a block that depend neither on the style nor on the limit."""

    start: int
    """Its offset in the block's folded text."""
    stop: int
    """Offset of its end in the block's folded text, where a newline follows."""
    width: int
    """The columns of its letters, without gaps."""
    units: tuple[tuple[int, int], ...]
    """Ways to divide its first unit: (columns, number of gaps inside it that then hold no space).

    In every way but the last, the gap right after those holds a space.
    """
    gaps: list[int]
    """The offsets of its gaps in the folded text."""
    may_break: bool
    """Whether w3m may break after it without a space."""
    may_space: bool
    """Whether a space between it and the next line is kept."""


@dataclass(slots=True, eq=False)
class Measured:
    """A block, folded and measured for one width of the ambiguous characters; instances compare by identity."""

    text: str
    """Its lines, separated by newlines, with one space for each gap that may be a space."""
    lines: list[DumpLine]
    """The measurements of its lines."""
    zones: Zones
    """The stretches with gaps, as `gap_cache.scorer` reads them."""
    lost: int
    """Columns of indent that its first line may have lost to a segmenter."""
    indent: int = 0
    """The columns by which its first line is indented; the indent is not in `text`."""
    parts: dict[Reader, ZoneParts] = field(default_factory=dict)
    """The analysed zones, for each reader of them."""


@cache
def _narrow_stretches(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Matches a run of narrow characters and gaps that begins with a narrow character, as a group."""
    wide = wide_class(ambiguous)
    return re.compile(f"([^{wide} \n][^{wide}]*)")


def measure(lines: list[str], *, ambiguous: Ambiguous, literal: bool = False, lead: int = 0) -> Measured:
    """Return the lines of one block, folded and measured. Between two wide characters w3m keeps no space.

    `lead` is how many columns before the first line its mark takes. A segmenter takes all of them away, and the
    indent of the other lines, too.
    With `literal` the white space within a line is the author's: it stays as it is, and only line ends are gaps.
    A full-width space is a letter but where it indents the first line. THULAC leaves one of two there.
    """
    if len(lines) > 1 or len(lines[0]) > LONGEST_MENU:
        return _measured(lines, ambiguous, literal=literal, lead=lead)
    found = _measured_line(lines[0], ambiguous, literal=literal, lead=lead)
    return replace(found, parts={}) if found.zones else found


LONGEST_MENU = 60
"""The most characters of a line that is remembered, because the pages of a site have the same menus."""


@lru_cache(maxsize=4096)
def _measured_line(line: str, ambiguous: Ambiguous, *, literal: bool, lead: int) -> Measured:
    return _measured([line], ambiguous, literal=literal, lead=lead)


def _measured(lines: list[str], ambiguous: Ambiguous, *, literal: bool, lead: int) -> Measured:
    kept = [_trimmed(line, first=not i, last=i == len(lines) - 1) for i, line in enumerate(lines)]
    indent = 0
    if not literal:
        indent = INDENT * lines[0].lstrip(" ").startswith(FULL_WIDTH_SPACE)
        kept = list(map(_folded, kept))
    text, zones = _zones_of("\n".join(kept), ambiguous, folded=not literal)
    # For each line, its characters that are not wide: the first of them shows whether the line begins with one.
    narrow = "".join(narrow_runs(ambiguous).findall(text)).split("\n")
    columns = Terminal(0, ambiguous).width
    measured: list[DumpLine] = []
    at = 0
    for line, raw, own, following in zip(text.split("\n"), lines, narrow, [*narrow[1:], ""], strict=True):
        stop = at + len(line)
        gaps: list[int] = []
        if own and not literal and " " in own:
            gaps = [space.start() for space in _SPACE.finditer(text, at, stop)]
        if len(line) > 1 and own[:1] not in (line[0], line[1]):
            units: tuple[tuple[int, int], ...] = ((2, 0),)
        else:
            units = _first_units(line.split(" ")[0] if literal else line, ambiguous)
        width = columns_of(len(line), own) - len(gaps) if not literal else columns(raw.rstrip())
        may_break = may_space = True
        if stop < len(text):
            may_space = own[-1:] == line[-1] or following[:1] == text[stop + 1]
            # w3m may break between any two wide characters.
            may_break = not may_space or breakable(line[-1], text[stop + 1], ambiguous=ambiguous)
        measured.append(DumpLine(at, stop, width, units, gaps, may_break, may_space))
        at = stop + 1
    measured[0].width += indent + lead
    return Measured(text, measured, zones, 0 if literal or indent else INDENT, indent)


def _zones_of(text: str, ambiguous: Ambiguous, *, folded: bool) -> tuple[str, Zones]:
    """Return the text and its zones; if it is folded, without the spaces between two wide characters.

    A zone is a run of narrow characters and gaps with at most one gap on either side and at least one in all, and a
    stand-in for the character before and after it.
    """
    zones: Zones = []
    kept: list[str] = []
    at = 0
    pieces = _narrow_stretches(ambiguous).split(text)
    if len(pieces) == 1:
        return text.replace(" ", "") if folded else text, zones
    for wide, run, following in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
        gap = wide[-1:] if wide.endswith(_GAPS) else ""
        wide = wide[: len(wide) - len(gap)]
        if folded:
            # All spaces outside the zones are between two wide characters.
            wide = wide.replace(" ", "")
        kept += (wide, gap, run)
        at += len(wide)
        size = len(run.rstrip(" \n"))
        if gap or size < len(run) or " " in run or "\n" in run:
            before, after = _stand_in(wide[-1:]), _stand_in(run[size + 1 : size + 2] or following[:1])
            zones.append((at - len(before), before + gap + run[: size + 1] + after))
        at += len(gap) + len(run)
    kept.append(pieces[-1].replace(" ", "") if folded else pieces[-1])
    return "".join(kept), zones


_GAPS = (" ", "\n")


def _folded(line: str) -> str:
    """Return a trimmed line with one space for each stretch of white space."""
    if "  " not in line and line.isprintable():
        return line  # Of all white space, only U+0020 counts as printable.
    return _WHITE.sub(" ", line) if FULL_WIDTH_SPACE in line else " ".join(line.split())


_NARROW_WHITE = "".join(filter(str.isspace, map(chr, range(0x3000))))


def _trimmed(line: str, *, first: bool, last: bool) -> str:
    """Return the line without white space at its ends; full-width spaces go only at the two ends of the block."""
    whole = line.strip()
    if FULL_WIDTH_SPACE not in line or not whole:
        return whole
    start = line.find(whole) if first else 0
    stop = line.rfind(whole) + len(whole) if last else len(line)
    return line[start:stop].strip(_NARROW_WHITE)


READINGS = 12
"""The most readings of a first unit that are considered, because a line of Latin words could have any number."""


_WORD = re.compile(f"[{re.escape(''.join(sorted(WORD_CHARACTERS)))}]+")


def _first_units(line: str, ambiguous: Ambiguous) -> tuple[tuple[int, int], ...]:
    columns = Terminal(0, ambiguous).width
    found: list[tuple[int, int]] = []
    width = skipped = at = 0
    while True:
        # w3m never breaks a line between the characters of a word.
        word = _WORD.match(line, at) if len(found) < READINGS else None
        width += word.end() - at if word else columns(line[at])
        at = word.end() if word else at + 1
        if at == len(line) or len(found) == READINGS:
            return (*found, (width, skipped))
        gap = line[at] == " "
        if breakable(line[at - 1], line[at + gap], ambiguous=ambiguous):
            return (*found, (width, skipped))
        if gap:
            found.append((width, skipped))
            skipped += 1
            at += 1


_STANDS_FOR = {
    **dict.fromkeys("年月日", DATE),
    ORDINAL: ORDINAL,
    "\u03bc": MICRO,
    "\u03a9": MICRO,
    "\u2126": MICRO,
    **dict.fromkeys(DEGREES, DEGREE),
}


@lru_cache(maxsize=1024)
def _stand_in(char: str) -> str:
    if not char:
        return ""
    if char in _STANDS_FOR:
        return _STANDS_FOR[char]
    if _HAN.match(char):
        return HAN
    return GREEK if "\u0370" <= char <= "\u052f" else MARK


Score = Callable[[Zones, dict[Reader, ZoneParts]], dict[int, float]]
"""A scorer of `gap_cache`."""


def score_gaps(block: Measured, score: Score) -> dict[int, float]:
    """Return the log-odds of a space for each gap and line end beside a narrow character, by the scorer of a style.

    Styles that score all of them alike get the same dictionary, which must not be changed.
    """
    return score(block.zones, block.parts)
