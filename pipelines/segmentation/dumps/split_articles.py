"""Divide a dump of several articles into one dump per article."""

import re
from itertools import islice, pairwise

from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.dump_region import body_end
from pipelines.segmentation.dumps.header_extent import header_start
from pipelines.segmentation.dumps.joined_pages import RIGHTS, TIME, cut_at_starts
from pipelines.segmentation.dumps.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.time_line import time_of

SHORTEST = 20
"""The fewest letters of the text of an article that follows another."""


def split(text: str) -> list[str]:
    """Return the dump of each page in a dump, in order; a dump with at most one page is returned unchanged."""
    return [article for page in cut_at_starts(text) for article in _at_times(page)]


def _at_times(text: str) -> list[str]:
    """Return the parts of a text with a time each, cut between the text of one article and the header of the next."""
    if len(TIME.findall(_WHITE.sub("", text))) < 2:
        return [text]
    lines = plain_form(text).text.split("\n")
    edges, size = [0], MOST_LINES
    while edges[-1] < len(lines):
        start, beyond = edges[-1], edges[-1] + size
        cuts = [start + cut for cut in _cuts("\n".join(lines[start:beyond]))]
        edges += cuts
        if beyond >= len(lines):
            edges.append(len(lines))
        # The last article may go on, so it is read again with what follows.
        size = MOST_LINES if cuts else 2 * size
    if len(edges) == 2:
        return [text]
    own, at = text.split("\n"), edges[1:-1]
    # A list of links stands at the end of its page, below the place where its plain form is cut.
    places = [] if "References\n" in text else _same_lines(own, lines, at)
    # The form of the whole is also that of its parts, if the parts are of the text itself.
    lines, at = (own, places) if len(places) == len(at) else (lines, at)
    return ["\n".join(lines[a:b]) for a, b in pairwise([0, *at, len(lines)])]


MOST_LINES = 3000
"""The most lines that are read at once; what they need of memory is many times their length."""
_WHITE = re.compile(r"\s+")


def _same_lines(own: list[str], plain: list[str], cuts: list[int]) -> list[int]:
    """Return the lines of a dump that the lines at `cuts` of its plain form were made from; none if one is not found.

    Each is found by its letters and digits and those of the next two lines that have some.
    """
    filled = [(n, letters) for n, line in enumerate(own) if (letters := _letters(line))]
    texts = [letters for _, letters in filled]
    found: list[int] = []
    at = 0
    for cut in cuts:
        sought = list(islice(filter(None, map(_letters, plain[cut : cut + NEAR])), ALIKE))
        places = (
            i
            for i in range(at, len(texts) - len(sought) + 1)
            if all(map(str.endswith, texts[i : i + ALIKE], sought))
        )
        if (place := next(places, None)) is None:
            return []
        found.append(filled[place][0])
        at = place + 1
    return found


def _letters(line: str) -> str:
    return "".join(re.findall(r"\w+", line))


ALIKE, NEAR = 3, 40
"""The lines by which a line of a dump is found again, and among how many lines they are."""


def _cuts(plain: str) -> list[int]:
    """Return the numbers of the lines, from 0, at which an article begins that is not the first of the text."""
    found = normalize(plain, None, HOUSE)
    times = [i for i, block in enumerate(found) if time_of(block)]
    headers = [header_start(found, i) for i in times]
    cuts: list[int] = []
    for n in range(1, len(times)):
        begins, stop = headers[n], headers[n + 1] if n + 1 < len(times) else len(found)
        body = sum(len(block.text) for block in found[times[n] + 1 : stop])
        if begins == times[n] or body < SHORTEST:
            continue
        line = _line_of(found[_cut(found, times[n - 1] + 1, begins)])
        cuts += [line - 1] if line > 1 else []
    return cuts


def _cut(found: list[DumpBlock], start: int, begins: int) -> int:
    """Return where the page with the text at `start` ends: below its copyright notice, or before the next chrome."""
    last = body_end(found, start, begins)
    while last < begins and is_editor_line(found[last].text.strip()):
        last += 1
    notices = [i for i in range(last, begins) if RIGHTS.search("".join(found[i].text.split()))]
    last = notices[-1] + 1 if notices and notices[-1] + 1 < len(found) else last
    while last < begins and re.search(r"\w", found[last].text) is None:
        # The mark of a field of a form at the end of a page.
        last += 1
    return last


def _line_of(block: DumpBlock) -> int:
    return block.position(0)[0] if block.runs else 0
