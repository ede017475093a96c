"""Count the habits of a page: its certain gaps, its tokens, and how well its style explains it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.segmentation.dumps.certificates.habit_votes import Votes
from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT, OpenGap
from pipelines.segmentation.dumps.readings.page_style import Style

PREFERRED = 4.0
"""The log-odds by which THULAC's preference must exceed that of the rules to count."""

_RUNS = re.compile("[A-Za-z\u00aa-\u02af\u0370-\u052f]+|[0-9]+|\\S")
_MIXED = re.compile("[\u4e00-\u9fff]*[^\\s\u4e00-\u9fff]\\S*")
"""A token with more than Han."""
_HALF_MARK = re.compile("(?<=[\u4e00-\u9fff]) ?[,;:.]")
_FULL_MARK = re.compile("[，；：。]")


@dataclass(slots=True)
class Habits:
    """The counts of a page for each kind of gap and for each pair of neighbours."""

    style: Style = field(default_factory=Style)
    """The style of the page."""
    margins: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """For letters, digits and dates beside Han: by how much the other habit explains the page worse (log-odds)."""
    votes: Votes = field(default_factory=Votes)
    """How many paragraphs of the page show each habit beside Han."""
    tight: bool = False
    """Whether the site is known to put no spaces beside Han."""
    half_share: float = 0.0
    """The share of half-width marks among the commas, colons and stops behind Han."""
    spaced_kinds: Counter[str] = field(default_factory=Counter)
    """For each kind of gap, the number of certain gaps of the page with a space."""
    tight_kinds: Counter[str] = field(default_factory=Counter)
    """The same for certain gaps without a space; mixed tokens count as gaps beside Han."""
    spaced_pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """For each pair of neighbours, the number of certain gaps with a space."""
    tight_pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """For each pair of neighbours, the number of certain gaps without a space."""
    joined: Counter[tuple[str, str]] = field(default_factory=Counter)
    """For each pair of neighbours, the number of the page's tokens that contain both."""

    def add(self, gaps: Iterable[OpenGap]) -> None:
        """Add the certain gaps among these to the counts."""
        for gap in gaps:
            if gap.forced or is_preferred(gap):
                (self.spaced_kinds if gap.space else self.tight_kinds)[gap.kind] += 1
                (self.spaced_pairs if gap.space else self.tight_pairs)[gap.left, gap.right] += 1

    def add_marks(self, lines: Iterable[str]) -> None:
        """Compute the share of half-width marks from all lines of the page."""
        text = "\n".join(lines)
        half, full = len(_HALF_MARK.findall(text)), len(_FULL_MARK.findall(text))
        self.half_share = half / (half + full + 2)

    def add_tokens(self, lines: Iterable[str], mixed: Iterable[int]) -> None:
        """Count the neighbours inside the tokens of a segmented dump's lines.

        `mixed` are the numbers of tokens with Han beside letters, beside digits, and in dates.
        """
        self.tight_kinds.update(dict(zip(BY_HABIT, mixed, strict=True)))
        # Gaps between two Han characters are never read.
        tokens = [token for token in _MIXED.findall("\n".join(lines)) if len(token) > 1]
        self.joined.update(pair for token in tokens for pair in pairwise(_RUNS.findall(token)))


def is_preferred(gap: OpenGap) -> bool:
    """Return whether THULAC's tokens prefer the reading of the gap more than the rules do."""
    return gap.margin is not None and min(gap.margin, 40.0) - abs(gap.score) >= PREFERRED
