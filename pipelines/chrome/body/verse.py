"""Recognise verse: consecutive short lines that form a poem."""

from pipelines.chrome.body.body_line import BodyLine

LONGEST_CENTRED, LONGEST = 40, 24
"""Maximum number of characters of a line of verse: of a centred one, and of any other."""

_FIRST_OF_LISTS = "（(·•●■◆-—①②③④⑤⑥⑦⑧⑨一二三四五六七八九十"
"""First characters of lines that are an item of a list rather than a line of verse."""


def verse_lengths(lines: list[BodyLine]) -> list[int]:
    """Return for each line how many lines of verse follow from there, itself included, or 0.

    Three forms are recognised: three or more short centred lines, as the site prints verse, or two that are equally
    long with at least five characters; a paragraph that ends in four or more short lines separated by `<br>`; and
    consecutive short paragraphs, some of which end in commas, unlike prose. In the first two forms, each line counts
    the lines that remain, and the last ones may be 0; in the third, only the first line counts. A caller that takes a
    verse must therefore skip all its lines.
    """
    lengths = [0] * len(lines)
    centred = broken = 0
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        last = at + 1 == len(lines) or lines[at + 1].paragraph != line.paragraph
        centred = centred + 1 if is_centred(line) else 0
        broken = (1 if last else broken and broken + 1) if _is_short(line) else 0
        if centred >= 3 or (centred == 2 and len(line.text) == len(lines[at + 1].text) >= 5):
            lengths[at] = centred
        elif broken >= 4 and not line.bare:
            lengths[at] = broken
    for start, end in _runs_of_paragraphs(lines):
        lengths[start] = lengths[start] or end - start
    return lengths


def is_centred(line: BodyLine) -> bool:
    """Return whether a line is short and centred, as a line of verse may be; bold lines and headings are not."""
    fits = line.kind == "text" and line.align == "center" and not line.bold and not line.level
    return fits and len(line.text) <= LONGEST_CENTRED


def _runs_of_paragraphs(lines: list[BodyLine]) -> list[tuple[int, int]]:
    """Return (start, end) of each poem that consists of four or more consecutive short paragraphs, one per line.

    Paragraphs of prose do not end in a comma; in a poem, at least two and at least a third of them do. The poem begins
    with the first that does, or earlier if two or more lines that end without punctuation precede it (a single one
    would be its title). It ends with the short paragraph after the last that does, or with that one if none follows.
    """
    found = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _is_short(lines[end]) and _is_alone(lines, end):
            end += 1
        commas = [n for n in range(at, end) if lines[n].text.endswith(("，", ","))]
        if len(commas) >= 2:
            start, stop = commas[0], min(commas[-1] + 2, end)
            while start > at and lines[start - 1].text[-1].isalnum():
                start -= 1
            start = commas[0] if commas[0] - start == 1 else start
            if stop - start >= 4 and 3 * len(commas) >= stop - start:
                found.append((start, stop))
        at = end + 1
    return found


def _is_alone(lines: list[BodyLine], at: int) -> bool:
    """Return whether a line is a paragraph of its own, and not directly in the container (`bare`)."""
    number = lines[at].paragraph
    above, below = at and lines[at - 1].paragraph, at + 1 < len(lines) and lines[at + 1].paragraph
    return not lines[at].bare and number != above and number != below


def _is_short(line: BodyLine) -> bool:
    """Return whether a line can be one of a poem: short, not bold, without a colon, and no item of a list."""
    text = line.text
    return (
        line.kind == "text"
        and len(text) <= LONGEST
        and not line.bold
        and "：" not in text
        and not (text[:1].isdigit() or text[:1] in _FIRST_OF_LISTS)
    )
