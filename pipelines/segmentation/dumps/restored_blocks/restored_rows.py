"""A group of lines of a dump, and how it was read."""

from dataclasses import dataclass, field

from pipelines.segmentation.dumps.certificates.habit_votes import Shown
from pipelines.segmentation.dumps.certificates.open_gaps import OpenGap
from pipelines.segmentation.dumps.certificates.page_habits import Habits
from pipelines.segmentation.dumps.dump_lines import LineGroup, TerminalRow
from pipelines.segmentation.dumps.readings.best_reading import Reading
from pipelines.segmentation.dumps.readings.line_metrics import Measured
from pipelines.segmentation.dumps.readings.reading_text import text_of, wraps_into
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal


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
    reading: Reading = field(default_factory=lambda: Reading(0.0, set(), [], []))
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
    alone_indented: bool = False
    """Whether its lines fit the page's width best with an indent of the first, which the page does not have."""
    guessed: bool = False
    """Whether no line end of the page supports its width, though some of its blocks have several lines."""
    unsure: set[tuple[int, int]] = field(default_factory=set)
    """The paragraphs, by their first and last line, that another width of the terminal reads differently."""

    shown: dict[int, Shown] = field(default_factory=dict)
    """For each paragraph, by the number of its first line, the habits of the typist that it shows."""

    wrapped: dict[int, bool] = field(default_factory=dict)
    """For each paragraph, by the number of its first line, whether it wraps into its lines, once this is known."""

    @property
    def lead(self) -> int:
        """The columns before the first line that its mark takes; a segmenter removes them."""
        return self.group.rows[0].start if self.literal and self.group.mark else 0

    def text(self, first: int, last: int) -> str:
        """Return the text of the paragraph that these lines make."""
        assert self.block is not None
        return text_of(self.block, self.reading, first, last)

    def wraps(self, first: int, last: int, reading: Reading | None = None) -> bool:
        """Return whether the paragraph of these lines wraps into them again, also with another reading."""
        if reading is None or reading is self.reading:
            if first not in self.wrapped:
                self.wrapped[first] = self._wraps(first, last, self.reading)
            return self.wrapped[first]
        return self._wraps(first, last, reading)

    def _wraps(self, first: int, last: int, reading: Reading) -> bool:
        assert self.block is not None
        if first == last and not (self.literal or self.block.lines[first].gaps):
            width = self.block.lines[first].width + (0 if first else reading.indent)
            if width <= self.terminal.limit:
                return True
        indent = 0 if first or self.literal else reading.indent + self.block.indent
        text = "\u3000" * (indent // 2) + text_of(self.block, reading, first, last)
        lines = [row.text for row in self.rows[first : last + 1]]
        if self.literal and self.group.mark:
            # The lines of an item have the same indent; the indent of a single line does not matter.
            inside = len(lines[-1]) - len(lines[-1].lstrip()) if last else 0
            terminal = Terminal(self.terminal.limit - inside, self.terminal.ambiguous)
            return wraps_into(text, [line.strip() for line in lines], terminal, literal=True)
        return wraps_into(text, lines, self.terminal, literal=self.literal)
