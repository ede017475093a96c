"""Divide a dump of several articles into one dump per article."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, islice, pairwise

from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.segmentation.dumps.article_header.dump_region import body_end
from pipelines.segmentation.dumps.article_header.header_extent import header_start, is_rule
from pipelines.segmentation.dumps.article_header.time_line import time_of
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.joined_pages import RIGHTS, cut_at_starts, cut_below_links, times_in
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

SHORTEST = 20
"""The fewest letters of the text of an article that follows another."""


def split(text: str) -> Iterator[str]:
    """Yield the dump of each page in a dump, in order; a dump with at most one page is yielded unchanged.

    The text is divided piece by piece, and the form of each piece is found for itself, so that a long text needs little
    more memory than its own.
    """
    for page in cut_at_starts(text):
        for part in cut_below_links(page):
            yield from _at_times(part) if times_in(part, 0, len(part), most=2) == 2 else [part]


def _plain(text: str) -> str:
    return plain_form(text).text


def _at_times(text: str, read: Callable[[str], str] = _plain) -> Iterator[str]:
    """Yield the parts of a text with a time each, cut between the text of one article and the header of the next.

    `read` returns a piece of the text in w3m's form.
    """
    start, size, beyond = 0, MOST_LINES, 0
    while beyond <= len(text):
        beyond = _after(text, start, size)
        own = text[start : beyond - 1].split("\n")
        lines = read("\n".join(own)).split("\n")
        cuts = _cuts("\n".join(lines))
        places = cuts if lines == own else _places(own, lines, cuts)
        if places is None:
            # No line of the text begins such an article: its letters are in other lines, or parted otherwise.
            yield from _at_times(_plain(text[start:]), str)
            return
        for above, below in pairwise([0, *places]):
            piece = "\n".join(own[above:below])
            yield piece
            start += len(piece) + 1
        # The last article may go on, so it is read again with what follows.
        size = MOST_LINES if places else 2 * size
    yield text[start:]


MOST_LINES = 3000
"""The most lines that are read at once; what they need of memory is many times their length."""


def _after(text: str, start: int, lines: int) -> int:
    """Return where the line begins that is as many lines below the one at `start`; beyond the text if there is none."""
    for _ in range(lines):
        end = text.find("\n", start)
        if end < 0:
            return len(text) + 1
        start = end + 1
    return start


def _places(own: list[str], plain: list[str], cuts: list[int]) -> list[int] | None:
    """Return the lines of a dump at which the lines at `cuts` of its plain form begin; None if not all are found."""
    places = _same_lines(own, plain, cuts)
    found = places if len(places) == len(cuts) else _by_letters(own, plain, cuts)
    # A list of links stands at the end of its page, below the place where its plain form is cut.
    if found and any(line.endswith("References") for line in own[: found[-1]]):
        return None
    return found


def _by_letters(own: list[str], plain: list[str], cuts: list[int]) -> list[int] | None:
    """Return the lines of a dump that have as many Han characters above them as those at `cuts` of its plain form.

    Lines without one above the first that has some are counted. None if a form has lost characters, or if such a place
    is within a line.
    """
    above, above_plain = _sums(own), _sums(plain)
    if above[-1] != above_plain[-1]:
        return None
    found: list[int] = []
    for cut in cuts:
        place = bisect_right(above, above_plain[cut]) - 1
        first = bisect_right(above_plain, above_plain[cut]) - 1
        if place == len(own) or above[place] != above_plain[cut]:
            return None
        for _ in filter(str.strip, plain[cut:first]):
            place = next((n for n in range(place - 1, -1, -1) if own[n].strip()), 0)
        if place <= max(found, default=0):
            return None
        found.append(place)
    return found


def _sums(lines: list[str]) -> list[int]:
    """Return how many Han characters stand above each line, and at the end in all of them."""
    return [0, *accumulate(len(_HAN.findall(line)) for line in lines)]


_HAN = re.compile("[\u4e00-\u9fff]")


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
    found = normalize(plain, None, HOUSE, doubted=(), certify=False)
    times = [i for i, block in enumerate(found) if time_of(block)]
    headers = [header_start(found, i) for i in times]
    cuts: list[int] = []
    for n in range(1, len(times)):
        begins, stop = headers[n], headers[n + 1] if n + 1 < len(times) else len(found)
        body = sum(len(block.text) for block in found[times[n] + 1 : stop])
        if begins == times[n] or body < SHORTEST:
            continue
        line = _line_of(found[_cut(found, times[n - 1] + 1, begins, times[n])])
        cuts += [line - 1] if line > 1 else []
    return cuts


def _cut(found: list[DumpBlock], start: int, begins: int, time: int) -> int:
    """Return where the page with the text at `start` ends: below its copyright notice, or before the next chrome.

    A notice that seems to belong to the header of the next page, at `begins`, stands above its title and time.
    """
    last = body_end(found, start, begins)
    while last < begins and is_editor_line(found[last].text.strip()):
        last += 1
    notices = [i for i in range(last, time - 1) if RIGHTS.search("".join(found[i].text.split()))]
    last = notices[-1] + 1 if notices and notices[-1] + 1 < len(found) else last
    while last < begins and (is_rule(found[last].text) or not found[last].text.strip()):
        # The mark of a field of a form at the end of a page.
        last += 1
    return last


def _line_of(block: DumpBlock) -> int:
    return block.position(0)[0] if block.runs else 0
