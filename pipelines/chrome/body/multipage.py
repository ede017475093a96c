"""Join the parts of a long article in order, without duplicates and without the head and foot that they repeat."""

import re

from kepu import urls
from kepu.records import Page
from pipelines.chrome.body.blocks import Piece

_NUMBER = re.compile(r"(\d{1,3})\.html")
"""Matches the number of a part after the content id and a hyphen."""


def number_of(page: Page) -> int:
    """Return the number of the part that a page is, from 1, by its URL or else by `Page.part`."""
    parsed = urls.parse(page.url) if page.url else None
    return parsed.part if parsed and parsed.part > 1 else page.part


def linked_parts(text: str, content_id: str | None) -> set[int]:
    """Return the numbers of the parts that a page links to, from every `…<content id>-<n>.html` in its source."""
    if content_id is None or f"{content_id}-" not in text:
        return set()
    found = (_NUMBER.match(behind) for behind in text.split(f"{content_id}-")[1:])
    return {int(each[1]) for each in found if each and 2 <= int(each[1]) <= urls.MAX_PART}


def in_order(first: Page) -> list[tuple[int, Page]]:
    """Return (number, page) of each part, in order; pages with the same number or the same bytes occur once."""
    numbered = sorted(((number_of(part), part) for part in first.parts), key=lambda each: each[0])
    own = number_of(first)
    kept: dict[int, Page] = {own: first}
    bodies = {first.body}
    for n, part in numbered:
        if n not in kept and part.body not in bodies:
            kept[n] = part
            bodies.add(part.body)
    return sorted(kept.items())


def join(parts: list[list[Piece]]) -> list[Piece]:
    """Return the blocks of all parts in order, each with the links in its text.

    Blocks at the beginning of a later part that equal those of the first part are left out, and so are blocks at the
    end of an earlier part that equal those of the last part. A part that would become empty is kept whole.
    """
    if len(parts) < 2:
        return parts[0] if parts else []
    heads = [0] + [_same(parts[0], part) for part in parts[1:]]
    feet = [_same(parts[-1][::-1], part[::-1]) for part in parts[:-1]] + [0]
    joined: list[Piece] = []
    for part, head, foot in zip(parts, heads, feet, strict=True):
        whole = head >= len(part) or foot >= len(part)
        joined += part if whole else part[head : max(head, len(part) - foot)]
    return joined


def _same(one: list[Piece], other: list[Piece]) -> int:
    """Return the number of blocks with which both parts begin."""
    n = 0
    while n < min(len(one), len(other)) and _key(one[n]) == _key(other[n]):
        n += 1
    return n


def _key(piece: Piece) -> tuple[str, str, str | None]:
    """Return what makes a block equal to one of another part: its type, its text and the URL of its picture."""
    return piece[0].type, piece[0].text, piece[0].content_url
