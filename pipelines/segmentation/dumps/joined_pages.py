"""Cut a file of several dumps where the first lines of a page come again, and at error pages between the pages.

A page without a time is cut off too, such as one of which the connection brought only the menus: it is refused by
itself, instead of being lost between its neighbours.
"""

import re
from itertools import pairwise

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
_STATUS = re.compile(r"(?:HTTP(?:/[\d.]+)?\s+)?[45]\d\d\s+[A-Z][A-Za-z ]+")
_CHROME = re.compile(r"\s*(?:\[|[•□●○*+]\s|人民网\s*>)")
"""The first line of a page below an error page: a picture, an item of a menu or the breadcrumb."""


def cut_at_starts(text: str) -> list[str]:
    """Return the pages of a text in order; the text itself if it shows no second page."""
    lines = text.split("\n")
    first = _end_of_error(lines)
    starts = [first, *_starts_again(lines, first)]
    cuts = [0] if first else []
    for start, stop in pairwise([*starts, len(lines)]):
        cuts.append(start)
        error = _error_below(lines, start, stop)
        cuts += [error] if error is not None else []
    return ["\n".join(lines[a:b]) for a, b in pairwise([*cuts, len(lines)])]


def _starts_again(lines: list[str], first: int) -> list[int]:
    """Return the numbers of the lines at which the first lines of the page at `first` come again."""
    filled = [(n, bare) for n, line in enumerate(lines[first:], first) if (bare := "".join(line.split()))]
    texts = [bare for _, bare in filled]
    shows = next((n for n in range(SHOWS, PROVES) if len("".join(texts[:n])) >= FEWEST_LETTERS), PROVES)
    head, begins = texts[:PROVES], texts[:shows]
    # A text that begins with an article has no lines that all pages have in common.
    if len(head) < shows or TIME.search("".join(texts)[:ABOVE_TEXT]):
        return []
    again = [i for i in range(shows, len(texts)) if texts[i : i + shows] == begins]
    found = []
    for i, stop in pairwise([*again, len(texts)]):
        # The menus of a page may come again at its foot.
        if texts[i : i + PROVES] == head or TIME.search("".join(texts[i:stop])):
            found.append(filled[i][0])
    return found


def _is_error(line: str) -> bool:
    bare = line.strip()
    return 0 < len(bare) <= LONGEST_ERROR and (
        _STATUS.fullmatch(bare) is not None
        or MISSING.search(bare) is not None
        or WALL.search(bare) is not None
    )


def _error_below(lines: list[str], start: int, stop: int) -> int | None:
    """Return the first line of an error page below the last notice of rights of a page; None if there is none."""
    notices = [n for n in range(start, stop) if RIGHTS.search("".join(lines[n].split()))]
    if not notices:
        return None
    return next((n for n in range(notices[-1] + 1, stop) if _is_error(lines[n])), None)


def _end_of_error(lines: list[str]) -> int:
    """Return the first line of the page below an error page at the start of a text; 0 if there is no error page."""
    filled = [n for n, line in enumerate(lines) if line.strip()][:SHOWS]
    errors = [n for n in filled if _is_error(lines[n])]
    if not errors:
        return 0
    return next((n for n in range(errors[-1] + 1, len(lines)) if _CHROME.match(lines[n])), 0)
