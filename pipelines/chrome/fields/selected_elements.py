"""Find the elements that a layout's selectors name, in the head of the article first, and read their text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.chrome.inline_text import plain_text
from pipelines.chrome.layouts.layout_base import Layout, find_first, frame_of
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.whitespace import field

LARGEST_FIELD, LONGEST_FIELD, MOST_TRIED = 200, 2_000, 50
"""Maximum numbers of elements and characters within the element of a field, and of elements tried for a field."""

_LONE_TAG = re.compile(r"(?:^|[\s>])[a-z]+\d?$")
"""Matches selectors that end with a tag without id or class: `h3`, `.articleCont > h3`."""

MOST_HEADS = 5
"""Maximum number of elements tried for the head of the article: channels have a `.title` of their own before it."""


@dataclass(frozen=True, slots=True)
class FieldText:
    """The text of a field, and the element that contains it."""

    text: str
    """The text."""
    element: Element
    """The element."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The elements in which the fields of a page are searched."""

    page: PageTree
    """The whole page."""
    near: tuple[Element, ...]
    """The elements nearest to the body."""
    all: tuple[Element, ...]
    """All elements, the nearest first."""


def scopes_of(page: PageTree, body: Element, layout: Layout) -> Scopes:
    """Return the elements in which the fields are searched: the head of the article, its frame, and the whole page."""
    frame = frame_of(layout, page, body)
    heads = page.find_all(layout.head, frame if frame is not None else page.root) if layout.head else []
    titled = next(
        (head for head in heads[:MOST_HEADS] if find_first(page, head, layout.headline) is not None), None
    )
    scopes = [scope for scope in (titled, frame, page.root) if scope is not None]
    return Scopes(page, tuple(scopes[:1]), tuple(scopes))


def words_in(
    page: PageTree, scopes: Sequence[Element], selectors: Sequence[str], fits: Callable[[str], object] = bool
) -> FieldText | None:
    """Return the first element with text that `fits`, by scope (nearest first), then by selector; else None."""
    for scope in scopes:
        for selector in selectors:
            for element in page.find_all(selector, scope)[:MOST_TRIED]:
                text = text_of_field(element)
                if text and fits(text):
                    return FieldText(text, element)
    return None


def words_beside(
    scopes: Scopes,
    selectors: Sequence[str],
    body: Element,
    fits: Callable[[str], object],
    in_place: Callable[[Element], bool] = lambda _: True,
) -> FieldText | None:
    """Return what `words_in` returns, but only elements outside the body.

    Selectors with an id or a class are searched in all scopes, plain tags only in the nearest one. Elements that only
    their tag names must be `in_place`, because not every `h3` of a page is the line below its headline.
    """
    for scope in scopes.all:
        tried = selectors if scope is scopes.all[0] else [each for each in selectors if not each.isalnum()]
        for selector in tried:
            for element in scopes.page.find_all(selector, scope)[:MOST_TRIED]:
                text = text_of_field(element)
                if not text or not fits(text) or body in element.iterancestors():
                    continue
                if not _LONE_TAG.search(selector) or in_place(element):
                    return FieldText(text, element)
    return None


def text_of_field(element: Element) -> str:
    """Return the text of an element, or an empty string if it is too large for the element of a field."""
    if len(element) == 0:
        return field(element.text[:LONGEST_FIELD]) if element.text else ""
    if next(islice(element.iter(), LARGEST_FIELD, None), None) is not None:
        return ""
    text = plain_text(element)
    return field(text) if len(text) <= LONGEST_FIELD else ""
