"""What a layout is: the years it was in use, the evidence by which a page shows it, and where its fields stand.

Every selector is CSS, which parsel translates (pipelines/chrome/page_selectors.py). Each field has a tuple of them,
tried in order; the first that finds words is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.chrome.page_selectors import Element, PageTree


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of the site's article pages."""

    name: str
    years: tuple[int, int | None]
    """The first and the last year it was seen in, None where it is in use. For people: no page is chosen by it."""
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
    """引题, the line above the headline."""
    alternative_headline: tuple[str, ...] = ()
    """副题, the line below it."""
    time: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    """What holds `来源：` or the source's link."""
    byline: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    not_body: tuple[str, ...] = ()
    """What stands inside the body and is not of it."""
    boxes: bool = True
    """Whether a table within the body that only places things may hold words of the article."""
    loose: bool = False
    """Whether a time is looked for anywhere on the page."""
    gallery: bool = False
    """Whether its text is of pictures: then only its words make a line a caption, never its length or its place."""
    enlarged: str = ""
    """The id of the link round the picture of a page that has one, looked for if the body has no picture."""
    pictures: tuple[str, ...] = ()
    """Where else pictures stand, looked at only if the body has none of text or picture."""


def find_first(page: PageTree, scope: Element, selectors: Iterable[str]) -> Element | None:
    """Return the first descendant of `scope` that the first matching selector finds, or None."""
    for selector in selectors:
        found = page.find_all(selector, scope)
        if found:
            return found[0]
    return None


def shows(layout: Layout, page: PageTree) -> bool:
    """Tell whether a page shows a layout's evidence and nothing against it."""
    if not any(page.may_find(selector) for selector in layout.body):
        return False
    if not all(page.find_all(selector) for selector in layout.evidence):
        return False
    return not any(page.find_all(selector) for selector in layout.against)


def frame_of(layout: Layout, page: PageTree, body: Element) -> Element | None:
    """Return the nearest frame round a body element, or None where the page has none."""
    if not layout.frame:
        return None
    return next((above for above in body.iterancestors() if page.matches(above, layout.frame)), None)


def bodies(layout: Layout, page: PageTree) -> list[Element]:
    """Return the containers of the text by the first selector that finds any."""
    for selector in layout.body:
        found = page.find_all(selector)
        if found:
            return found
    return []
