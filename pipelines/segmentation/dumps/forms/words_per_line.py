"""Put the lines of a page together from the lists, sentences or tables into which a segmenter divided it."""

import re
from collections.abc import Sequence

from pipelines.segmentation.dumps.forms.line_end_rules import columns

NEAR_LIMIT = 12
"""The most columns by which a full line of a dump is shorter than the longest one."""
FEWEST_FULL = 3
"""The fewest full lines that end within a sentence in a text whose lines were wrapped."""
_ENDS = "。！？…”’；：:.!?）)》|］]】"
"""The last characters of lines that may end a paragraph."""


def page_of(lines: Sequence[str]) -> str:
    """Return the text of a page, given the words of each line.

    If no line is empty, the form has dropped the empty lines: then each line is a paragraph of its own, unless many end
    within a sentence near the limit of a terminal, and so are lines of a dump.
    """
    if "" in lines or _are_wrapped(lines):
        return "\n".join(lines)
    return "\n\n".join(lines)


def page_of_groups(groups: Sequence[tuple[str, int]]) -> str:
    """Return the text of a page, given the words of each line and the number of empty lines below it.

    A form with an empty line below each line of the page has more of them where the page had one itself.
    """
    below = [blank for _, blank in groups[:-1]]
    if below and min(below) < max(below) and min(below) == 1:
        lines: list[str] = []
        for words, blank in groups:
            lines += [words, ""] if blank > 1 else [words]
        return "\n".join(lines)
    return page_of([words for words, _ in groups])


def _are_wrapped(lines: Sequence[str]) -> bool:
    """Return whether many lines end within a sentence near the greatest width."""
    widths = [columns("".join(line.split(" "))) for line in lines]
    limit = max(widths, default=0) - NEAR_LIMIT
    full = [line for line, width in zip(lines, widths, strict=True) if line and width >= limit]
    return sum(line.rstrip()[-1:] not in _ENDS for line in full) >= FEWEST_FULL


def has_paragraph_lines(lines: Sequence[str]) -> bool:
    """Return whether each line of words parted by blanks is a paragraph, by the widths of the lines alone.

    Some lines are wider than a terminal of 80 columns, all of these end a sentence, and the widths of the widest
    differ more than those of full lines do.
    """
    letters = sum(map(len, "".join(lines).split()))
    gaps = sum(line.strip().count(" ") for line in lines)
    if not all(line.strip() for line in lines) or letters > MOST_LETTERS_A_WORD * gaps:
        return False
    widths = [columns("".join(line.split(" "))) for line in lines]
    wide = [line for line, width in zip(lines, widths, strict=True) if width > TERMINAL]
    ended = sum(line.rstrip()[-1:] in _ENDS for line in wide)
    longest = sorted(widths)[-3:]
    return len(wide) >= 2 and ended == len(wide) and longest[-1] - longest[0] > NEAR_LIMIT


TERMINAL = 80
"""The usual columns of a terminal."""
MOST_LETTERS_A_WORD = 4
"""The most letters for each gap of a text whose words are parted by blanks."""


def with_lost_indents(text: str) -> str:
    """Return a dump with the full-width spaces before its paragraphs, if all first lines are as much narrower.

    Programs that take text into pieces remove white space at the start of a line.
    """
    groups = _GROUP.findall(text)
    limit = max((columns(line) for group in groups for line in group.split("\n")), default=0) - INDENT
    firsts = [columns(group.split("\n", 1)[0]) for group in groups if _is_prose(group)]
    full = [width for width in firsts if width >= limit - NEAR_LIMIT]
    if len(full) < FEWEST_FULL or max(full) > limit:
        return text
    return _GROUP.sub(lambda group: "\u3000\u3000" * _is_prose(group[0]) + group[0], text)


def _is_prose(group: str) -> bool:
    """Return whether lines without an empty one between them are a paragraph of sentences."""
    return "\n" in group and "。" in group and group.rstrip()[-1:] in "。！？”）"


_GROUP = re.compile("[^\n]+(?:\n[^\n]+)*")
INDENT = 4
"""The columns of two full-width spaces."""
