"""Cut a file of several dumps where the first lines of a page come again, and at error pages between the pages.

A page without a time is cut off too, such as one of which the connection brought only the menus: it is refused by
itself, instead of being lost between its neighbours. A list of links, as lynx and elinks write it, ends a page too. The
text is read line by line, so that a long one needs little more memory than its own.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from pipelines.chrome.error_pages import MISSING, WALL

TIME = re.compile(
    r"[12]\d{3}[^\d，。]{1,6}\d{1,2}[^\d，。]{1,6}\d{1,2}[^\d，。]{0,8}\d{1,2}[^\d，。]{0,4}[:：][^\d，。]{0,4}\d{2}"
)
"""A date with a time, in text without white space; the words of it may have tags."""
RIGHTS = re.compile("(?i)版权所有|copyright|allrightsreserved")
"""Words of the notice at the foot of a page, in text without white space."""
SHOWS, PROVES = 3, 10
"""The fewest of the first lines of a page that must come again, before a page with a time and before one without."""
FEWEST_LETTERS = 12
"""The fewest letters of the lines that must come again before a page with a time."""
ABOVE_TEXT = 80
"""The fewest letters above the time on a page that begins with menus."""
LONGEST_ERROR = 60
"""The most characters of a line of an error page."""
BLOCK, LONGEST_TIME = 1 << 16, 64
"""The characters of a text in which times are searched for at once, and the most letters of a time."""
_STATUS = re.compile(r"(?:HTTP(?:/[\d.]+)?\s+)?[45]\d\d\s+[A-Z][A-Za-z ]+")
_CHROME = re.compile(r"\s*(?:\[|[•□●○*+]\s|人民网\s*>)")
"""The first line of a page below an error page: a picture, an item of a menu or the breadcrumb."""


def cut_at_starts(text: str) -> Iterator[str]:
    """Yield the pages of a text in order; the text itself if it shows no second page."""
    first = _end_of_error(text)
    if first:
        yield text[: first - 1]
    for start, stop in pairwise([first, *_starts_again(text, first), len(text) + 1]):
        error = _error_below(text, start, stop)
        if error is not None:
            yield text[start : error - 1]
        yield text[start if error is None else error : stop - 1]


def cut_below_links(text: str) -> Iterator[str]:
    """Yield the pages of a text of lynx or elinks, cut below the lists of links that stand between two times."""
    start = above = 0
    told = False
    for stop in [*(found.end() for found in _LINKS.finditer(text) if _ADDRESS.search(found[1])), len(text)]:
        tells = times_in(text, above, stop, most=1) > 0
        if told and tells:
            yield text[start:above].removesuffix("\n")
            start = above
        told, above = told or tells, stop
    yield text[start:]


_LINKS = re.compile(
    r"^ *References\n((?:[ \t]*\n|[ \t]*(?:Visible|Hidden) links:?.*\n|[ \t]*\d+\..*\n?|\t\S.*\n?)+)",
    re.MULTILINE,
)
"""A list of links; group 1 is its lines."""
_ADDRESS = re.compile(r"(?:\d+\. |\t)[a-z]{2,10}:/")
"""Matches an address in a list of links, with or without a number."""


def times_in(text: str, start: int, stop: int, most: int) -> int:
    """Return how many dates with a time stand in a part of a text, with or without white space; at most `most`."""
    count, rest = 0, ""
    for at in range(start, stop, BLOCK):
        rest += "".join(text[at : min(at + BLOCK, stop)].split())
        last = 0
        for found in TIME.finditer(rest):
            count += 1
            if count == most:
                return count
            last = found.end()
        rest = rest[max(last, len(rest) - LONGEST_TIME) :]
    return count


def _lines(text: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of a part of a text that have letters, each with the place where it begins."""
    while start < stop:
        end = text.find("\n", start, stop)
        end = stop if end < 0 else end
        line = text[start:end]
        if line and not line.isspace():
            yield start, line
        start = end + 1


def _bare(text: str, start: int, most: int) -> list[str]:
    """Return the first lines with letters of a part of a text, without white space."""
    return ["".join(line.split()) for _, line in islice(_lines(text, start, len(text)), most)]


def _starts_again(text: str, first: int) -> list[int]:
    """Return the places of the lines at which the first lines of the page at `first` come again."""
    opening = _bare(text, first, ABOVE_TEXT)
    shows = next((n for n in range(SHOWS, PROVES) if len("".join(opening[:n])) >= FEWEST_LETTERS), PROVES)
    head, begins = opening[:PROVES], opening[:shows]
    # A text that begins with an article has no lines that all pages have in common.
    if len(head) < shows or TIME.search("".join(opening)[:ABOVE_TEXT]):
        return []
    below = islice(_lines(text, first, len(text)), shows, None)
    alike = (at for at, line in below if "".join(line.split()) == begins[0])
    again = [at for at in alike if _bare(text, at, shows) == begins]
    # The menus of a page may come again at its foot.
    return [
        at
        for at, stop in pairwise([*again, len(text)])
        if _bare(text, at, PROVES) == head or times_in(text, at, stop, most=1)
    ]


def _is_error(line: str) -> bool:
    bare = line.strip()
    return 0 < len(bare) <= LONGEST_ERROR and (
        _STATUS.fullmatch(bare) is not None
        or MISSING.search(bare) is not None
        or WALL.search(bare) is not None
    )


def _error_below(text: str, start: int, stop: int) -> int | None:
    """Return where an error page begins below the last notice of rights of a page; None if there is none."""
    noticed, error = False, None
    for at, line in _lines(text, start, min(stop, len(text))):
        if RIGHTS.search("".join(line.split())):
            noticed, error = True, None
        elif noticed and error is None and _is_error(line):
            error = at
    return error


def _end_of_error(text: str) -> int:
    """Return where the page below an error page at the start of a text begins; 0 if there is no error page."""
    lines = _lines(text, 0, len(text))
    errors = [at for at, line in islice(lines, SHOWS) if _is_error(line)]
    if not errors:
        return 0
    below = islice(_lines(text, errors[-1], len(text)), 1, None)
    return next((at for at, line in below if _CHROME.match(line)), 0)
