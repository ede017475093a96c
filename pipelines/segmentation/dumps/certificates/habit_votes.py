"""Find what each paragraph of a page shows of the typist's habits: spaces beside Han and at other gaps, or none.

A paragraph shows a habit if it wraps into its lines of the dump with that habit and not with the other, or if a token
of the segmenter has Han and a letter or digit together, which proves that there was no space. Menus and titles do not
count, because the template of the page has them and not the author of its text.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT, DATE, DIGIT, LETTER, OpenGap
from pipelines.segmentation.dumps.readings.best_reading import JOINED, SPACE, Reading
from pipelines.segmentation.dumps.readings.charset_evidence import without_times
from pipelines.segmentation.dumps.style.style_evidence import SENTENCE, mixed_tokens

ENOUGH = 4
"""The fewest paragraphs of a page that must show a habit, and none the other, for it to hold in the others too."""

Shown = frozenset[tuple[str, bool]]
"""The habits that a paragraph shows: (kind of gap, whether it has spaces)."""


@dataclass(slots=True)
class Votes:
    """How many paragraphs of a page show each habit."""

    counts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """The number of paragraphs by the kind of gap and whether it has spaces."""

    def add(self, shown: Iterable[tuple[str, bool]]) -> None:
        """Add what one paragraph shows."""
        self.counts.update(shown)

    def tells(self, kind: str, *, space: bool) -> bool:
        """Return whether the page shows for gaps of this kind that they are spaces, or that they are not.

        A typist of whom enough paragraphs show that there are no spaces beside letters or digits, and none that there
        are, has one habit for both, if at least one paragraph shows it for this kind. Dates tell less: many write them
        without spaces who put spaces elsewhere.
        """
        kinds = [DIGIT, DATE] if kind == DATE else [kind]
        alike = max(self.counts[each, space] for each in kinds)
        if alike and not space and self.only_tight:
            alike = max(alike, self.counts[LETTER, False] + self.counts[DIGIT, False])
        return alike >= ENOUGH and not any(self.counts[each, not space] for each in kinds)

    @property
    def only_tight(self) -> bool:
        """Whether paragraphs of the page show that there are no spaces beside Han, and none shows that there are."""
        spaced = any(self.counts[kind, True] for kind in BY_HABIT)
        return not spaced and any(self.counts[kind, False] for kind in BY_HABIT)


def shown_by(
    gaps: list[OpenGap],
    reading: Reading,
    stops: dict[int, int],
    lines: Iterable[str],
    wraps: Callable[[Reading], bool],
) -> Shown:
    """Return the habits that a paragraph with these gaps shows: beside Han, and for all other kinds of gaps.

    `stops` gives for the end of each line, as an offset into the folded text, the number of the line; `lines` are the
    lines of the dump; `wraps` tells whether the paragraph wraps into them with another reading.
    """
    text = "\n".join(lines)
    if not SENTENCE.search(text):
        return frozenset()
    joined = zip(BY_HABIT, mixed_tokens(without_times(text)), strict=True)
    found = {(kind, False) for kind, (mixed, _) in joined if mixed}
    kinds: dict[str, list[OpenGap]] = {}
    for gap in gaps:
        kinds.setdefault(gap.kind, []).append(gap)
    for kind, own in kinds.items():
        ways = [space for space in (False, True) if wraps(_all_read(reading, own, stops, space=space))]
        if len(ways) == 1:
            found.add((kind, ways[0]))
    return frozenset(found)


def visible(lines: Iterable[str]) -> Shown:
    """Return the habits that the lines of a paragraph show in a dump whose spaces are the author's (no segmenter)."""
    counts = mixed_tokens("\n".join(lines))
    return frozenset(
        (kind, space)
        for kind, (tight, spaced) in zip(BY_HABIT, counts, strict=True)
        for space, count in ((False, tight), (True, spaced))
        if count
    )


def agrees(shown: Shown, votes: Votes, kind: str, *, space: bool) -> bool:
    """Return whether a line end in a dump without a segmenter, of this kind and so read, agrees with what is visible.

    The paragraph decides if it shows only one habit for this kind of gap, and otherwise the page if it shows only one.
    """
    if (kind, space) in shown or (kind, not space) in shown:
        return (kind, not space) not in shown
    counts = [votes.counts[each, space] for each in BY_HABIT]
    return any(counts) and not any(votes.counts[each, not space] for each in BY_HABIT)


def _all_read(reading: Reading, gaps: list[OpenGap], stops: dict[int, int], *, space: bool) -> Reading:
    """Return the reading with all these gaps as spaces, or none; the reading itself if it has them so."""
    if all(gap.space == space for gap in gaps):
        return reading
    inside = {gap.at for gap in gaps if gap.at not in stops}
    spaces = reading.spaces | inside if space else reading.spaces - inside
    ends = list(reading.ends)
    for gap in gaps:
        if gap.at in stops:
            ends[stops[gap.at]] = SPACE if space else JOINED
    return replace(reading, spaces=spaces, ends=ends)
