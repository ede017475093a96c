"""Invert the channel: turn a dump into its paragraphs, each with a certificate and its positions in the dump."""

import math
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipelines.segmentation.dumps.best_reading import (
    END,
    EndScore,
    Reading,
    decode,
    most_of,
    overflow,
    score_titles,
)
from pipelines.segmentation.dumps.certificates import (
    Certificate,
    certificate,
    ends_are_open,
    is_broken,
    paragraphs_of,
    text_of,
    wraps_into,
)
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.dump_lines import LineGroup, TerminalRow, groups
from pipelines.segmentation.dumps.dump_width import LARGEST_LIMIT
from pipelines.segmentation.dumps.estimate_style import DumpPage, infer
from pipelines.segmentation.dumps.gap_cache import scorer
from pipelines.segmentation.dumps.habit_votes import Shown, shown_by, visible
from pipelines.segmentation.dumps.lexicon import Lexicon, builtin
from pipelines.segmentation.dumps.line_metrics import INDENT, Measured, Score, measure, score_gaps
from pipelines.segmentation.dumps.open_gaps import BY_HABIT, OpenGap, gaps_of
from pipelines.segmentation.dumps.page_habits import Habits
from pipelines.segmentation.dumps.page_style import House
from pipelines.segmentation.dumps.style_evidence import mixed_tokens
from pipelines.segmentation.dumps.thulac_ties import Ties
from pipelines.segmentation.dumps.unit_spacing_habit import has_units, unit_readings
from pipelines.segmentation.dumps.w3m import LIST_INDENT, Ambiguous, Terminal
from pipelines.segmentation.dumps.wrap_likelihood import INDENT_COST, end_score

VERSION = "8"
"""The version of the normaliser, which rises when the result for a dump may change."""

ANY = House()
"""A site about which nothing is known."""

STRAIN = 1.0
"""Other shapes of a block are tried if a reading without the line widths is likelier by this, in log-odds."""
REFERENCES = 3.0
"""The negative log prior of a GB2312 page that writes a block's symbols as character references."""
NARROWER = 3.0
"""The negative log prior of a block in the narrower column."""

CERTIFICATES: tuple[Certificate, ...] = ("trivial", "unique", "likely", "consistent", "unresolved")
"""The certificates, the most certain first."""

EARLY = 48
"""The columns up to which a line is short on every usual terminal."""

Role = Literal["paragraph", "heading", "caption", "list_item", "image"]
"""What a block is on its page."""


@dataclass(slots=True)
class Undecided:
    """A gap that neither the rules nor the geometry decide."""

    offset: int
    """The offset of the gap in the block's text."""
    space: bool
    """Whether a space was chosen."""
    log_odds: float
    """The log-odds of a space."""
    alternatives: tuple[str, str]
    """The text around the gap without and with a space."""


@dataclass(slots=True)
class DumpBlock:
    """A block of a dump with its white space undone."""

    text: str
    """The text without the list mark; its letters are those of the dump."""
    role: Role
    certificate: Certificate
    """How certain its white space is."""
    mark: str = ""
    """The list mark before it."""
    undecided: list[Undecided] = field(default_factory=list)
    """Its gaps that neither the rules nor the geometry decide; only if the certificate is `consistent`."""
    group: int = 0
    """The number of its group of lines; blank lines and marks separate the groups."""
    ragged: bool = False
    """Whether a line of that group, other than its last, is short, which a wrapped title never has."""
    padded: bool = False
    """Whether its only line ends with white space, which comes from no-break spaces of the page."""
    indented: bool = False
    """Whether its first line begins with a full-width space, as the paragraphs of many pages do."""
    thulac: bool = False
    """Whether THULAC decided between readings of its lines."""
    runs: list[tuple[int, int, int]] = field(default_factory=list)
    """(offset in the text, line, column) of each place from which text and dump have the same characters."""

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line (from 1) and the column (in characters, from 0) of the dump for an offset into the text."""
        run = self.runs[max(0, bisect_right(self.runs, (offset, 1 << 60, 0)) - 1)]
        return run[1], run[2] + offset - run[0]


@dataclass(slots=True)
class RestoredRows:
    """A group of lines and how it was read."""

    group: LineGroup
    """The group of lines."""
    rows: list[TerminalRow]
    """The rows of the group that contain text."""
    habits: Habits
    """The habits of the page."""
    block: Measured | None = None
    """The measured lines; None for a group without text."""
    scores: dict[int, float] = field(default_factory=dict)
    """For each gap and line end, the log-odds of a space."""
    reading: Reading = field(default_factory=lambda: Reading(0.0, [], [], []))
    """The best reading."""
    terminal: Terminal = Terminal(79, ambiguous=Ambiguous.WIDE)  # noqa: RUF009
    """The terminal for which the group was formatted."""
    literal: bool = False
    """Whether there was no segmenter, so that white space within a line is the author's."""
    loose: bool = False
    """Whether only short lines separate the page's paragraphs."""
    decided: dict[int, float] = field(default_factory=dict)
    """For gaps that were decided by the segmenter, the cost of the other reading in log-odds."""
    gaps: dict[int, list[OpenGap]] = field(default_factory=dict)
    """For each paragraph, by the number of its first line, the gaps with two readings."""
    narrowed: bool = False
    """Whether its lines fit only a narrower limit than the page's, although it is no list item."""
    guessed: bool = False
    """Whether no line end of the page supports its width, though some of its blocks have several lines."""
    unsure: set[tuple[int, int]] = field(default_factory=set)
    """The paragraphs, by their first and last line, that another width of the terminal reads differently."""

    shown: dict[int, Shown] = field(default_factory=dict)
    """For each paragraph, by the number of its first line, the habits of the typist that it shows."""

    def text(self, first: int, last: int) -> str:
        """Return the text of the paragraph that these lines make."""
        assert self.block is not None
        return text_of(self.block, self.reading, first, last)

    def wraps(self, first: int, last: int, reading: Reading | None = None) -> bool:
        """Return whether the paragraph of these lines wraps into them again, also with another reading."""
        assert self.block is not None
        reading = reading or self.reading
        indent = 0 if first or self.literal else reading.indent + self.block.indent
        text = "\u3000" * (indent // 2) + text_of(self.block, reading, first, last)
        lines = [row.text for row in self.rows[first : last + 1]]
        if self.literal and self.group.mark:
            # The lines of an item have the same indent; the indent of a single line does not matter.
            inside = len(lines[-1]) - len(lines[-1].lstrip()) if last else 0
            terminal = Terminal(self.terminal.limit - inside, self.terminal.ambiguous)
            return wraps_into(text, [line.strip() for line in lines], terminal, literal=True)
        return wraps_into(text, lines, self.terminal, literal=self.literal)


def paragraphs(dump: str, lexicon: Lexicon | None = None) -> list[str]:
    """Return the paragraphs of a dump, with their list marks. Only white space differs from the dump, never a letter.

    `lexicon` is the result of `lexicon.learn` on clean texts; by default the built-in one is used.
    """
    found: list[str] = []
    for read in read_dump(dump, lexicon, certify=False):
        texts = [""]
        if block := read.block:
            texts = [text_of(block, read.reading, *lines) for lines in paragraphs_of(block, read.reading)]
        if read.group.mark:
            texts[0] = f"{read.group.mark} {texts[0]}".rstrip()
        found += texts
    return found


def normalize(dump: str, lexicon: Lexicon | None = None, house: House = ANY) -> list[DumpBlock]:
    """Return the blocks of a dump in order; the letters of their marks and texts are those of the dump.

    `house` is what is known of the dump's site.

    It raises no error for any string: lines that cannot be explained are returned unchanged, as unresolved.
    """
    found: list[DumpBlock] = []
    for number, read in enumerate(read_dump(dump, lexicon, house)):
        if read.block is None:
            found.append(DumpBlock("", "list_item", "trivial", read.group.mark, group=number))
            continue
        for first, last in paragraphs_of(read.block, read.reading):
            found.append(_dump_block(read, read.block, first, last, read.group.mark if first == 0 else ""))
            found[-1].group, found[-1].thulac = number, bool(read.decided)
            found[-1].ragged = any(line.width <= EARLY for line in read.block.lines[:-1])
    _assign_roles(found)
    return found


def worst_certificate(blocks: list[DumpBlock]) -> Certificate:
    """Return the least certain certificate of the blocks; trivial if there are none."""
    return max((block.certificate for block in blocks), key=CERTIFICATES.index, default="trivial")


def shares_of_certificates(blocks: list[DumpBlock]) -> dict[str, float]:
    """Return the share of the blocks' letters at each certificate that occurs, the most certain first."""
    letters = Counter[str]()
    for block in blocks:
        letters[block.certificate] += len("".join(block.text.split()))
    total = sum(letters.values())
    return {name: round(letters[name] / total, 3) for name in CERTIFICATES if letters[name]}


def read_dump(
    dump: str, lexicon: Lexicon | None = None, house: House = ANY, *, certify: bool = True
) -> list[RestoredRows]:
    """Return the groups of lines of a dump with their best readings and, if `certify`, their gaps with two readings."""
    none_yet = Habits()
    found = [
        RestoredRows(group, [row for row in group.rows if row.text.strip()], none_yet)
        for group in groups(dump)
    ]
    filled = [read for read in found if read.rows]
    # Marks and pictures say little about the page, and the lines of a list are narrower.
    plain = [read for read in filled if not (read.group.mark or read.group.image or read.group.frame)]
    if not any(len(read.rows) > 1 for read in plain):
        plain = filled
    if not plain:
        return found
    lines = [[row.raw if read.group.mark else row.text for row in read.rows] for read in plain]
    page, measured = infer(lines, lexicon or builtin(), house, certify=certify)
    for read, block in zip(plain, measured, strict=True):
        read.block = None if read.group.mark else block
    score, ends = scorer(page.style), end_score(density=page.density)
    for read in filled:
        _read_group(read, page, score, ends)
        if certify and page.rivals:
            _compare_widths(read, page)
        if page.cut and read.block and read.block.zones:
            shown = [row.text for row in read.rows]
            ties = Ties(read.block, shown, read.scores, read.terminal.limit, page.cut)
            read.decided = ties.decide(read.reading)
    if certify:
        habits = Habits(page.style, page.margins, tight=house.spaced <= KNOWN_TIGHT)
        if page.style.segmented:
            shown_lines = [line for block in lines for line in block]
            habits.add_tokens(shown_lines, [joined for joined, _ in mixed_tokens("\n".join(shown_lines))])
        _find_gaps(filled, habits)
    return found


KNOWN_TIGHT = -6.0
"""A house with log-odds of spaces beside Han up to this is known to have none."""


def _find_gaps(reads: list[RestoredRows], habits: Habits) -> None:
    """Find the gaps with two readings, and count what the page's certain gaps show of its habits."""
    for read in reads:
        read.habits = habits
        if read.block and read.scores:
            limit = read.terminal.limit
            for first, last in paragraphs_of(read.block, read.reading):
                gaps = list(gaps_of(read.block, read.scores, read.reading, limit, first, last, read.decided))
                read.gaps[first] = gaps
                habits.add(gaps)
        if read.block and read.narrowed and not read.literal:
            # Lines that fit no width of the page with the page's habit may have been typed with the other one.
            kinds = {gap.kind for gaps in read.gaps.values() for gap in gaps if gap.kind in BY_HABIT}
            habits.votes.add((kind, space) for kind in kinds for space in (False, True))
        elif read.block:
            for first, last in paragraphs_of(read.block, read.reading):
                read.shown[first] = _shown(read, read.block, first, last)
                habits.votes.add(read.shown[first])


def _shown(read: RestoredRows, block: Measured, first: int, last: int) -> Shown:
    """Return the typist's habits that the paragraph of these lines shows."""
    lines = [read.rows[i].text for i in range(first, last + 1)]
    if read.literal:
        return visible(lines)
    stops = {block.lines[i].stop: i for i in range(first, last + 1)}
    gaps = read.gaps.get(first, [])
    return shown_by(gaps, read.reading, stops, lines, lambda other: read.wraps(first, last, other))


def _read_group(read: RestoredRows, page: DumpPage, score: Score, ends: EndScore) -> None:
    """Read a group of lines; `score` and `ends` are those of the page's style and density."""
    read.literal = not page.style.segmented
    read.loose = page.density > 0
    read.guessed = not page.wraps and page.terminal.limit < LARGEST_LIMIT
    lines = [row.text for row in read.rows]
    lead = read.group.rows[0].start if read.literal and read.group.mark else 0
    block = None if lead else read.block
    block = block or measure(lines, ambiguous=page.terminal.ambiguous, literal=read.literal, lead=lead)
    read.block = block
    limit = page.terminal.limit
    read.terminal = Terminal(limit, page.terminal.ambiguous)
    if len(lines) == 1 and not block.lines[0].gaps:
        read.reading = Reading(0.0, [], [END], [len(block.lines[0].units) - 1])
        return
    read.scores = score_gaps(block, score)
    read.reading = decode(block, read.scores, limit, ends)
    if page.style.half and has_units(block.text):
        _choose_units(read, block, page, ends)
    if len(lines) > 1 and _strained(block, read, limit):
        limit = _reshape(read, page, ends)
        block = read.block
    spans = [(block.lines[a].start, block.lines[b].stop) for a, b in paragraphs_of(block, read.reading)]
    if not read.literal and (titles := score_titles(block.text, spans, read.scores)):
        read.scores = read.scores | titles
        read.reading = decode(block, read.scores, limit, ends, read.reading.indent)
    read.terminal = Terminal(limit, read.terminal.ambiguous)
    read.narrowed = not (read.group.mark or read.literal) and limit not in (
        page.terminal.limit,
        page.narrower,
    )


def _compare_widths(read: RestoredRows, page: DumpPage) -> None:
    """Find the paragraphs that another likely width of the terminal reads differently."""
    block, limit = read.block, read.terminal.limit
    if block is None or len(block.lines) == 1:
        return
    own = {lines: read.text(*lines) for lines in paragraphs_of(block, read.reading)}
    ends = end_score(density=page.density)
    widest = max(line.width for line in block.lines)
    for rival, style in page.rivals:
        if widest > limit + rival - page.terminal.limit:
            continue
        scores = read.scores
        if style != page.style and block.zones:
            scores = score_gaps(block, scorer(style))
        reading = decode(block, scores, limit + rival - page.terminal.limit, ends, read.reading.indent)
        theirs = {lines: text_of(block, reading, *lines) for lines in paragraphs_of(block, reading)}
        read.unsure |= {lines for lines, text in own.items() if theirs.get(lines) != text}


def _strained(block: Measured, read: RestoredRows, limit: int) -> bool:
    """Return whether the block fits the page's width badly: lines too short or wide, or spaces against the rules."""
    if END in read.reading.ends[:-1] or any(line.width > limit for line in block.lines):
        return True
    return read.reading.total < sum([value for value in read.scores.values() if value > 0]) - STRAIN


def _reshape(read: RestoredRows, page: DumpPage, ends: EndScore) -> int:
    """Read the block in the shape that explains it best, and return the limit of that shape."""
    block, limit = read.block, page.terminal.limit
    assert block is not None
    best, most = read.reading.total, most_of(block, read.scores, ends)
    for other, indent, penalty in _other_shapes(read, page):
        if most + overflow(block, other, indent) - penalty <= best:
            continue
        reading = decode(block, read.scores, other, ends, indent)
        if reading.total - penalty > best:
            best, read.reading, limit = reading.total - penalty, reading, other
    if page.terminal.ambiguous:
        # Characters that a GB2312 page writes as references (`&#8451;`) are narrow, as on UTF-8 pages.
        narrow = measure([row.text for row in read.rows], ambiguous=Ambiguous.NARROW, literal=read.literal)
        if [line.width for line in narrow.lines] != [line.width for line in block.lines]:
            scores = score_gaps(narrow, scorer(page.style))
            most = most_of(narrow, scores, ends)
            for other, indent, cost in [(page.terminal.limit, 0, 0.0), *_other_shapes(read, page)[:1]]:
                penalty = cost + REFERENCES
                if most + overflow(narrow, other, indent) - penalty <= best:
                    continue
                reading = decode(narrow, scores, other, ends, indent)
                if reading.total - penalty > best:
                    best, read.reading, limit = reading.total - penalty, reading, other
                    read.block, read.scores = narrow, scores
                    read.terminal = Terminal(limit, Ambiguous.NARROW)
    return limit


def _choose_units(read: RestoredRows, block: Measured, page: DumpPage, ends: EndScore) -> None:
    """Read the block with the habit for units that explains it best, because a page of abstracts has many authors."""
    best = -math.inf
    for scores, reading, total in unit_readings(block, page.style, page.terminal.limit, ends):
        if total > best + 0.01:
            best, read.scores, read.reading = total, scores, reading


def _other_shapes(read: RestoredRows, page: DumpPage) -> list[tuple[int, int, float]]:
    """Return other possible shapes of the group: (limit, indent of its first line, negative log prior).

    Lines inside a list are narrower; a list that lost its marks has only short lines.
    """
    limit = page.terminal.limit
    found: list[tuple[int, int, float]] = []
    if not read.literal:
        cost = 0.0 if read.group.mark else 2.0
        found = (
            [(limit, INDENT, INDENT_COST if page.indented else -INDENT_COST)]
            if not read.group.mark and not (read.block and read.block.indent)
            else []
        )
        found += [(limit - depth * LIST_INDENT, 0, cost * depth) for depth in (1, 2, 3)]
    if page.narrower:
        found.append((page.narrower, 0, NARROWER))
        if not read.literal and not read.group.mark:
            found.append((page.narrower, INDENT, NARROWER + (INDENT_COST if page.indented else -INDENT_COST)))
    return found


def _dump_block(read: RestoredRows, block: Measured, first: int, last: int, mark: str) -> DumpBlock:
    reading, limit = read.reading, read.terminal.limit
    text = read.text(first, last)
    runs, offsets = _runs(read, block, first, last)
    gaps = read.gaps.get(first, [])
    certified = certificate(
        gaps,
        read.habits,
        read.shown.get(first, frozenset()),
        wraps=read.wraps(first, last),
        ends=(first, last) in read.unsure
        or (bool(gaps) and (read.guessed or read.narrowed))
        or _hides_space(read, text, [row.text.strip() for row in read.rows[first : last + 1]])
        or ends_are_open(block, reading, limit, first, last, loose=read.loose),
        broken=is_broken(block, reading, limit, first, last, loose=read.loose),
    )
    role: Role = "image" if read.group.image else "list_item" if mark else "paragraph"
    opened = sorted((gap for gap in gaps if not gap.forced), key=lambda gap: gap.at)
    undecided = [_undecided(text, offsets[gap.at], gap.score) for gap in opened]
    if certified != "consistent":
        undecided = []
    if certified in ("trivial", "unique", "likely") and undo(text)[2]:
        certified = "consistent"
    padded = first == last and read.rows[first].raw.endswith("  ")
    indented = read.rows[first].raw.lstrip(" ").startswith("\u3000")
    return DumpBlock(text, role, certified, mark, undecided, padded=padded, indented=indented, runs=runs)


def _hides_space(read: RestoredRows, text: str, lines: list[str]) -> bool:
    """Return whether w3m may have deleted a space of an author who types spaces beside Han.

    It does so between Han and a unit such as `℃` that is wide on pages in GB2312, and on all pages at a line end. The
    habit for such a unit is seldom that for digits, so that it decides nothing.
    """
    counts = read.habits.votes.counts
    if not any(counts[kind, True] for kind in BY_HABIT):
        return False
    at_end = any(_ENDS_WITH_UNIT.search(f"{above}{below[:1]}") for above, below in pairwise(lines))
    return at_end or (bool(read.terminal.ambiguous) and _WIDE_UNIT.search(text) is not None)


_WIDE_UNIT = re.compile("(?<=[0-9 ])[℃℉‰°′″](?=[\u4e00-\u9fff])")
_ENDS_WITH_UNIT = re.compile("[0-9] ?[℃℉‰°′″Ω][\u4e00-\u9fff]$")


def _undecided(text: str, offset: int, log_odds: float) -> Undecided:
    space = text[offset : offset + 1] == " "
    before, after = text[max(0, offset - 8) : offset], text[offset + space : offset + space + 8]
    return Undecided(offset, space, log_odds, (before + after, f"{before} {after}"))


def _runs(
    read: RestoredRows, block: Measured, first: int, last: int
) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """Return the runs of a paragraph, and for each gap of its lines its offset in the text."""
    spaces = set(read.reading.spaces)
    runs: list[tuple[int, int, int]] = []
    offsets: dict[int, int] = {}
    offset = 0
    for i in range(first, last + 1):
        line, row = block.lines[i], read.rows[i]
        column, at = row.start, line.start
        while at < line.stop:
            if block.text[at] == " " and not read.literal:
                offsets[at] = offset
                offset += at in spaces
                at += 1
                continue
            column = row.raw.index(block.text[at], column)
            if not runs or runs[-1][1] != row.number or column - runs[-1][2] != offset - runs[-1][0]:
                runs.append((offset, row.number, column))
            token = _TOKEN.match(row.raw, column)
            size = token.end() - column if token and block.text.startswith(token[0], at) else 1
            column, offset, at = column + size, offset + size, at + size
        offsets[line.stop] = offset
        offset += read.reading.ends[i] == 1
    return runs, offsets


_TOKEN = re.compile("\\S+")
"""A token of the dump, whose letters stand together in the text too."""


_CAPTION = re.compile("摄(?:（[^）]*）)?$|[发供]图?$|资料图片?$|^图为|^图[一二三四五六七八九十0-9]*[：:]")
_ENDS = frozenset("。！？…；：，、”’.!?;:,)）|*")
HEADING = 30
"""The most letters of a heading."""


def _assign_roles(blocks: list[DumpBlock]) -> None:
    for i, block in enumerate(blocks):
        if block.role != "paragraph":
            continue
        before = blocks[i - 1].role if i else None
        after = blocks[i + 1] if i + 1 < len(blocks) else None
        if before in ("image", "caption") and len(block.text) <= 80 and _CAPTION.search(block.text):
            block.role = "caption"
        elif _could_head(block.text) and after and (after.role != "paragraph" or _is_prose(after.text)):
            block.role = "heading"


def _could_head(text: str) -> bool:
    if len(text) <= HEADING // 2 and text[-1] in "”？！）":
        return True
    return len(text) <= HEADING and text[-1] not in _ENDS


def _is_prose(text: str) -> bool:
    return len(text) > HEADING or text[-1] in "。！？”…"
