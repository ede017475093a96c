"""What a layout is: the years it was in use, the evidence by which a page shows it, and where its fields stand.

Every selector is CSS, or XPath where it begins with `./`. Each field has a tuple of them, tried in order; the first
that finds words is taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cssselect import GenericTranslator
from lxml import etree

_WORDS = re.compile(r"[#.]([\w-]+)")

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of the site's article pages."""

    name: str
    years: tuple[int, int | None]
    """The first and the last year it was seen in; None where it is still in use. For people: no page is chosen by it."""
    evidence: tuple[str, ...]
    """Selectors that must all match somewhere in the page."""
    body: tuple[str, ...]
    """Containers of the text. One selector with commas may name several, which are read in the page's order."""
    headline: tuple[str, ...]
    against: tuple[str, ...] = ()
    """Selectors of which none may match."""
    frame: str = ""
    """The ancestor of the body within which all other fields are looked for; the whole page where it is missing."""
    head: str = ""
    """What holds titles, time and source, if the layout has one element for them: looked at before the frame."""
    kicker: tuple[str, ...] = ()
    alternative_headline: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    """What holds `来源：` or the source's link."""
    byline: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    not_body: tuple[str, ...] = ()
    """What stands inside the body and is not of it."""
    pictures: tuple[str, ...] = ()
    """Where else pictures stand, looked at only if the body has none of text or picture."""
    midnight_is_day: bool = False
    """Whether 00:00 stands for a day without a time."""


@lru_cache(maxsize=512)
def compiled(selector: str, axis: str = "descendant::") -> etree.XPath:
    """Return a CSS selector as a compiled XPath from an element along an axis."""
    if selector.startswith("./"):
        return etree.XPath(selector)
    return etree.XPath(GenericTranslator().css_to_xpath(selector, prefix=axis))


def find_all(element: Element, selector: str) -> list[Element]:
    """Return the descendants that match, in the page's order."""
    found = compiled(selector)(element)
    return [node for node in found if isinstance(node, etree._Element)] if isinstance(found, list) else []


def find_first(element: Element, selectors: Iterable[str]) -> Element | None:
    """Return the first descendant that the first matching selector finds, or None."""
    for selector in selectors:
        found = find_all(element, selector)
        if found:
            return found[0]
    return None


def shows(layout: Layout, page: Element, text: str) -> bool:
    """Tell whether a page shows a layout's evidence; `text` is its source, in which the names must occur at all."""
    if not all(_may_match(selector, text) for selector in layout.evidence):
        return False
    if not all(find_all(page, selector) for selector in layout.evidence):
        return False
    return not any(find_all(page, selector) for selector in layout.against if _may_match(selector, text))


def frame_of(layout: Layout, body: Element) -> Element | None:
    """Return the frame round a body element, or None where the page has none."""
    if not layout.frame:
        return None
    found = compiled(layout.frame, "ancestor::")(body)
    return found[-1] if isinstance(found, list) and found and isinstance(found[-1], etree._Element) else None


def bodies(layout: Layout, page: Element) -> list[Element]:
    """Return the containers of the text by the first selector that finds any."""
    for selector in layout.body:
        found = find_all(page, selector)
        if found:
            return found
    return []


@lru_cache(maxsize=512)
def _alternatives(selector: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_WORDS.findall(choice)) for choice in selector.split(","))


def _may_match(selector: str, text: str) -> bool:
    return any(all(word in text for word in words) for words in _alternatives(selector))
