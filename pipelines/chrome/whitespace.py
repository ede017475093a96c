"""Normalise white space: remove that of the page's layout, and keep that of the author."""

import re
from bisect import bisect_right

PADDING = " \t\r\n\f\v\u00a0\u3000\u2002\u2003\u200b\ufeff"
"""Characters that are stripped from both ends of a line."""

SOFT_HYPHEN = "\u00ad"
"""U+00AD, an invisible mark at which a browser may break a word."""

_ODD = re.compile(r"[\t\r\n\f\v\u00ad]|  ")
_RUN = re.compile(r"[ \t\r\n\f\v]+|\u00ad")
_FIELD_RUN = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff“”‘’…—·]")

Spans = list[tuple[int, int, str]]
"""(start, end, URL) of each link in a line."""


def tidy(raw: str, links: Spans) -> tuple[str, Spans]:
    """Return the exact text of a line of source, and its links with adjusted offsets.

    As in browsers, a run of ASCII white space becomes one space, and a line end between two wide characters is removed.
    Indents, padding at both ends, and soft hyphens are removed. `&nbsp;` and U+3000 within the line are kept, because
    authors write them.
    """
    if not _ODD.search(raw):
        text = raw.lstrip(PADDING)
        cut = len(raw) - len(text)
        text = text.rstrip(PADDING)
        return text, [_clamp(start - cut, end - cut, url, text) for start, end, url in links] if links else []
    pieces: list[str] = []
    ends, shifts = [0], [0]
    at = shift = 0
    for match in _RUN.finditer(raw):
        stand_in = _stand_in(raw, match)
        pieces += (raw[at : match.start()], stand_in)
        at = match.end()
        shift += len(match[0]) - len(stand_in)
        ends.append(at)
        shifts.append(shift)
    pieces.append(raw[at:])
    plain = "".join(pieces)
    moved = [
        (s - shifts[bisect_right(ends, s) - 1], e - shifts[bisect_right(ends, e) - 1], u) for s, e, u in links
    ]
    text = plain.lstrip(PADDING)
    cut = len(plain) - len(text)
    text = text.rstrip(PADDING)
    return text, [_clamp(start - cut, end - cut, url, text) for start, end, url in moved]


def field(raw: str) -> str:
    """Return a field in one line: runs of blanks and `&nbsp;` become one space, padding is removed, U+3000 is kept."""
    return _FIELD_RUN.sub(" ", raw.replace(SOFT_HYPHEN, "")).strip(PADDING)


def without_spaces(text: str) -> str:
    """Return a text without any white space, as texts are compared that a program may have broken into lines."""
    return "".join(text.split())


def _stand_in(raw: str, match: re.Match[str]) -> str:
    if match[0] == SOFT_HYPHEN:
        return ""
    if "\n" not in match[0] and "\r" not in match[0]:
        return " "
    before, after = raw[match.start() - 1 : match.start()], raw[match.end() : match.end() + 1]
    return "" if _WIDE.match(before) or _WIDE.match(after) else " "


def _clamp(start: int, end: int, url: str, text: str) -> tuple[int, int, str]:
    """Limit a link to its line, without padding at its ends."""
    start, end = max(0, start), max(0, min(end, len(text)))
    while start < end and text[start] in PADDING:
        start += 1
    while end > start and text[end - 1] in PADDING:
        end -= 1
    return start, end, url
