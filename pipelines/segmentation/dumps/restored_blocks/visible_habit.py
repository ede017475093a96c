"""Score line ends between Han and letters or digits by the spaces that the same paragraph, or else the page, shows.

Without a segmenter, the spaces within the lines are those of the author.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipelines.segmentation.dumps.certificates.habit_votes import Shown, visible
from pipelines.segmentation.dumps.certificates.open_gaps import DATE, DIGIT, LETTER
from pipelines.segmentation.dumps.readings.line_metrics import Measured
from pipelines.segmentation.dumps.style.style_evidence import SENTENCE

HABIT = 6.0
"""The log-odds of a space, or of none, at a line end for which the visible habit is known."""
CLEARLY = 3
"""How many times as many paragraphs must show one habit as show the other, if the paragraph itself shows none."""
_HAN = re.compile("[\u4e00-\u9fff]")


def habit_of_page(blocks: Iterable[Sequence[str]]) -> Counter[tuple[str, bool]]:
    """Return how many blocks with sentences show each habit."""
    counts = Counter[tuple[str, bool]]()
    for lines in blocks:
        if SENTENCE.search("".join(lines)):
            counts.update(visible(lines))
    return counts


def with_visible_habit(
    block: Measured, scores: Mapping[int, float], lines: Sequence[str], page: Counter[tuple[str, bool]]
) -> dict[int, float]:
    """Return the scores of a block, with those of its line ends beside Han by the habit that is visible."""
    done = dict(scores)
    own = visible(lines)
    for i, line in enumerate(block.lines[:-1]):
        kind = _kind(block.text[line.stop - 1], block.text[block.lines[i + 1].start])
        space = _habit(kind, own, page) if kind and line.stop in done else None
        if space is not None:
            done[line.stop] = HABIT if space else -HABIT
    return done


def _kind(before: str, after: str) -> str | None:
    """Return the kind of the gap between two characters, or None if it is not between Han and a letter or digit."""
    if (_HAN.match(before) is None) == (_HAN.match(after) is None):
        return None
    other = after if _HAN.match(before) else before
    if other.isascii() and other.isalpha():
        return LETTER
    if not (other.isascii() and (other.isdigit() or other == "%")):
        return None
    return DATE if after in "年月日" else DIGIT


def _habit(kind: str, own: Shown, page: Counter[tuple[str, bool]]) -> bool | None:
    """Return whether the typist puts a space at this kind of gap, or None if that is not clear."""
    spaced, tight = (kind, True) in own, (kind, False) in own
    if spaced != tight:
        return spaced
    if spaced:
        return None
    with_space, without = page[kind, True], page[kind, False]
    if max(with_space, without) < CLEARLY * max(1, min(with_space, without)):
        return None
    return with_space > without
