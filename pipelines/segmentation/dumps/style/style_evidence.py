"""Estimate the typist's habits from the tokens of a dump, without the widths of its lines."""

import math
import re
from collections.abc import Iterable

from pipelines.segmentation.dumps.readings.page_style import Style

PARTING = (0.22, 0.1, 2.5)
"""The cost of a gap without a space, for letters, digits and dates beside Han: segmenters other than jieba join a fifth
of the letters, a tenth of the digits, and nearly all dates (measured on the shared bench)."""
MOST = 6.0
"""The greatest cost of all gaps of a kind together, because the segmenter may be one that was not measured."""


_HAN = "[\u4e00-\u9fff]"
# Each pattern begins with the rarer character, so that the engine can jump from one to the next.
_BESIDE = (
    (f"[A-Za-z](?<={_HAN}.)", f"[A-Za-z](?<={_HAN} .)", f"[A-Za-z] ?(?={_HAN})"),
    (f"[0-9](?<={_HAN}.)", f"[0-9](?<={_HAN} .)", f"[0-9] ?(?={_HAN})(?![年月日])"),
)
_LETTERS, _DIGITS = (tuple(map(re.compile, patterns)) for patterns in _BESIDE)
_DATES = re.compile("[0-9] ?(?=[年月日])")


def mixed_tokens(text: str) -> list[tuple[int, int]]:
    """Return for letters, digits and dates beside Han the number of tokens with both, and of gaps between them."""
    return [_before_and_behind(_LETTERS, text), _before_and_behind(_DIGITS, text), _behind(_DATES, text)]


SENTENCE = re.compile("[。！？]")
"""What a paragraph of the author's text has, and a menu or a title hardly ever."""


def tokens_of_prose(blocks: Iterable[str]) -> list[tuple[int, int]]:
    """Return `mixed_tokens` of the blocks with sentences; of all blocks for the kinds of gaps that those do not have.

    Menus and titles come from the page's template, whose habit may be another one than that of the text's author.
    """
    prose: list[str] = []
    others: list[str] = []
    for block in blocks:
        (prose if SENTENCE.search(block) else others).append(block)
    found = mixed_tokens("\n".join(prose))
    if all(map(any, found)):
        return found
    pairs = zip(found, mixed_tokens("\n".join(others)), strict=True)
    return [own if any(own) else other for own, other in pairs]


LEAST_WRAPS = 4
"""The fewest line ends of the author's paragraphs from which the widths and habits are estimated without other lines.
"""
SHORT_BLOCK = 6
"""The most lines of a block of the template that is no column of titles."""
_PARAGRAPH_END = re.compile("[。！？…：；][”’」』）)]*\\s*$")


def typed_blocks(blocks: list[list[str]], *, half: bool) -> list[int]:
    """Return the numbers of the blocks from which the width and the habits are estimated: the author's paragraphs.

    Menus, lists of titles and footers come from the page's template, which breaks lines in columns and puts spaces
    beside its bars. If few lines of paragraphs end with a wrap, short blocks of the template are returned too, and if
    none does or the Chinese is punctuated in half width, all blocks.
    """
    found = [i for i, lines in enumerate(blocks) if is_typed("\n".join(lines))]
    wraps = sum(len(blocks[i]) - 1 for i in found)
    if half or not wraps:
        return list(range(len(blocks)))
    if wraps < LEAST_WRAPS:
        return sorted({*found, *(i for i, lines in enumerate(blocks) if len(lines) <= SHORT_BLOCK)})
    return found


def is_typed(text: str) -> bool:
    """Return whether the text of a block is a paragraph of the author.

    It has a sentence and ends like one, or has several sentences with commas and no bars.
    """
    if not SENTENCE.search(text):
        return False
    return _PARAGRAPH_END.search(text) is not None or (
        text.count("。") >= SENTENCES and "，" in text and "|" not in text
    )


SENTENCES = 2
"""The fewest sentences of a paragraph whose end is not that of a sentence."""


def _before_and_behind(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[int, int]:
    before, gap_before, behind = patterns
    joined, parted = _behind(behind, text)
    return len(before.findall(text)) + joined, len(gap_before.findall(text)) + parted


def _behind(pattern: re.Pattern[str], text: str) -> tuple[int, int]:
    """Return the number of matches that are one character, and of those that are a character and a gap."""
    found = pattern.findall(text)
    parted = "".join(found).count(" ")
    return len(found) - parted, parted


def likelihood_of_tokens(
    habits: tuple[float, float, float], style: Style, evidence: list[tuple[int, int]]
) -> float:
    """Return the log-likelihood of the evidence of `mixed_tokens`, with these habits of the typist.

    They are those for letters, digits and dates beside Han; `style` tells of the segmenter. A mixed token proves that
    there was no space; a gap where there was none comes from the segmenter.
    """
    if not style.segmented:
        return sum(-3.0 * (n if habit > 0 else m) for habit, (n, m) in zip(habits, evidence, strict=True))
    letters, digits, dates = PARTING
    parting = (0.0, 0.0, 0.0) if style.alnum else (letters, digits, dates * (not style.dated))
    return sum(
        -joined * math.log1p(math.exp(habit)) - min(cost * parted, MOST) / (1.0 + math.exp(habit))
        for habit, cost, (joined, parted) in zip(habits, parting, evidence, strict=True)
    )


def habits_of(style: Style) -> tuple[float, float, float]:
    """Return the typist's habits: for letters, digits and dates beside Han."""
    return style.letters, style.digits, style.dates
