"""Read the groups of lines of a dump: estimate the style of the page, choose readings, find gaps with two readings."""

from collections import Counter

from pipelines.segmentation.dumps.certificates.habit_votes import Shown, shown_by, visible
from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT, gaps_of
from pipelines.segmentation.dumps.certificates.page_habits import Habits
from pipelines.segmentation.dumps.dump_lines import groups
from pipelines.segmentation.dumps.lexicon import Lexicon, builtin
from pipelines.segmentation.dumps.readings.best_reading import END, EndScore, Reading, decode
from pipelines.segmentation.dumps.readings.gap_cache import scorer
from pipelines.segmentation.dumps.readings.line_metrics import Measured, Score, measure, score_gaps
from pipelines.segmentation.dumps.readings.page_style import House
from pipelines.segmentation.dumps.readings.reading_text import paragraphs_of, text_of
from pipelines.segmentation.dumps.restored_blocks.block_shapes import choose_units, reshape, strained
from pipelines.segmentation.dumps.restored_blocks.closing_titles import score_titles
from pipelines.segmentation.dumps.restored_blocks.cut_words import with_own_cuts
from pipelines.segmentation.dumps.restored_blocks.restored_rows import RestoredRows
from pipelines.segmentation.dumps.restored_blocks.typed_number_gaps import read_numbers_alike
from pipelines.segmentation.dumps.restored_blocks.visible_habit import habit_of_page, with_visible_habit
from pipelines.segmentation.dumps.style.dump_width import LARGEST_LIMIT
from pipelines.segmentation.dumps.style.estimate_style import DumpPage, infer
from pipelines.segmentation.dumps.style.style_evidence import is_typed, mixed_tokens, typed_blocks
from pipelines.segmentation.dumps.style.thulac_ties import Ties
from pipelines.segmentation.dumps.style.unit_spacing_habit import has_units
from pipelines.segmentation.dumps.style.wrap_likelihood import end_score
from pipelines.segmentation.dumps.w3m import Terminal

ANY = House()
"""A site about which nothing is known."""


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
    visible_on_page = Counter[tuple[str, bool]]() if page.style.segmented else habit_of_page(lines)
    for read in filled:
        _read_group(read, page, score, ends, visible_on_page)
        if certify and page.rivals:
            _compare_widths(read, page)
        _decide_ties(read, page)
    if page.style.segmented:
        read_numbers_alike(filled, lambda read: _read_again(read, page, ends))
    if certify:
        habits = Habits(page.style, page.margins, tight=house.spaced <= KNOWN_TIGHT)
        habits.add_marks(line for block in lines for line in block)
        if page.style.segmented:
            shown_lines = [line for i in typed_blocks(lines, half=page.style.half) for line in lines[i]]
            habits.add_tokens(shown_lines, [joined for joined, _ in mixed_tokens("\n".join(shown_lines))])
        _find_gaps(filled, habits)
    return found


def _decide_ties(read: RestoredRows, page: DumpPage) -> None:
    """Decide the near ties of a group by THULAC if it is installed and made the dump."""
    if page.cut and read.block and read.block.zones:
        shown = [row.text for row in read.rows]
        ties = Ties(read.block, shown, read.scores, read.terminal.limit, page.cut)
        read.decided = ties.decide(read.reading)


def _read_again(read: RestoredRows, page: DumpPage, ends: EndScore) -> None:
    """Read a group once more after its scores were changed."""
    assert read.block is not None
    read.reading = decode(read.block, read.scores, read.terminal.limit, ends, read.reading.indent)
    read.wrapped.clear()
    _decide_ties(read, page)


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
            if not is_typed("\n".join([row.text for row in read.rows])):
                continue
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


def _read_group(
    read: RestoredRows,
    page: DumpPage,
    score: Score,
    ends: EndScore,
    visible_on_page: Counter[tuple[str, bool]],
) -> None:
    """Read a group of lines; `score` and `ends` are those of the page's style and density."""
    read.literal = not page.style.segmented
    read.loose = page.density > 0
    read.guessed = not page.wraps and page.terminal.limit < LARGEST_LIMIT
    lines = [row.text for row in read.rows]
    block = None if read.lead else read.block
    block = block or measure(lines, ambiguous=page.terminal.ambiguous, literal=read.literal, lead=read.lead)
    read.block = block
    limit = page.terminal.limit
    read.terminal = page.terminal
    if len(lines) == 1 and not block.lines[0].gaps:
        read.reading = Reading(0.0, set(), [END], [len(block.lines[0].units) - 1])
        return
    read.scores = score_gaps(block, score) if block.zones else {}
    if page.cut and block.zones:
        read.scores = with_own_cuts(block, read.scores, page.cut)
    if read.literal and len(lines) > 1:
        read.scores = with_visible_habit(block, read.scores, lines, visible_on_page)
    read.reading = decode(block, read.scores, limit, ends)
    if page.style.half and has_units(block.text):
        choose_units(read, block, page, ends)
    if len(lines) > 1 and strained(block, read, limit):
        limit = reshape(read, page, ends)
        block = read.block
    spans = [(block.lines[a].start, block.lines[b].stop) for a, b in paragraphs_of(block, read.reading)]
    if not read.literal and (titles := score_titles(block.text, spans, read.scores)):
        read.scores = read.scores | titles
        read.reading = decode(block, read.scores, limit, ends, read.reading.indent)
    if limit != read.terminal.limit:
        read.terminal = Terminal(limit, read.terminal.ambiguous)
    read.alone_indented = read.reading.indent > 0 and not page.indented
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
    for terminal, style in page.rivals:
        rival, scores, beyond = block, read.scores, terminal.limit - page.terminal.limit
        if terminal.ambiguous != page.terminal.ambiguous and not read.literal:
            rival = measure([row.text for row in read.rows], ambiguous=terminal.ambiguous)
        if max(line.width for line in rival.lines) > limit + beyond:
            continue
        if rival is not block or (style != page.style and block.zones):
            scores = score_gaps(rival, scorer(style))
        reading = decode(rival, scores, limit + beyond, ends, read.reading.indent)
        theirs = {lines: text_of(rival, reading, *lines) for lines in paragraphs_of(rival, reading)}
        read.unsure |= {lines for lines, text in own.items() if theirs.get(lines) != text}
