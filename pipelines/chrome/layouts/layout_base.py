"""The class of layouts: the years of use, the selectors that identify it, and the selectors of its fields.

Selectors are CSS, which parsel translates (pipelines/chrome/page_selectors.py). Each field has a tuple of selectors,
which are tried in order until one finds text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.chrome.page_selectors import Element, PageTree


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of the site's article pages."""

    name: str
    """Its name in the records and in docs/extraction.md."""
    years: tuple[int, int | None]
    """First and last year in which it was seen (None: still in use). For information only: it does not affect the
    choice.
    """
    evidence: tuple[str, ...]
    """Selectors all of which must match somewhere in the page."""
    body: tuple[str, ...]
    """Containers of the text. A selector with commas may match several, which are read in page order."""
    headline: tuple[str, ...]
    """Element with the headline."""
    against: tuple[str, ...] = ()
    """Selectors none of which may match."""
    frame: str = ""
    """Ancestor of the body in which all other fields are searched; the whole page if there is none."""
    head: str = ""
    """Element with titles, time and source, if the layout has one; it is searched before the frame."""
    kicker: tuple[str, ...] = ()
    """Line above the headline (引题)."""
    alternative_headline: tuple[str, ...] = ()
    """Line below the headline (副题)."""
    time: tuple[str, ...] = ()
    """Element with the time of publication."""
    source: tuple[str, ...] = ()
    """Element with `来源：` or with the link of the source."""
    byline: tuple[str, ...] = ()
    """Element with the byline."""
    editors: tuple[str, ...] = ()
    """Element with the editors (责编)."""
    paper: tuple[str, ...] = ()
    """Element with the printed edition."""
    not_body: tuple[str, ...] = ()
    """Elements inside the body that do not belong to it."""
    boxes: bool = True
    """Whether a layout table within the body may contain text of the article."""
    loose: bool = False
    """Whether the time is searched anywhere on the page."""
    gallery: bool = False
    """Whether it is a gallery, in which a line is a caption only by its wording, not by its length or position."""
    enlarged: str = ""
    """Id of the link around the picture of a page with a single one; searched if the body has no picture."""
    pictures: tuple[str, ...] = ()
    """Elements outside the body with pictures; searched only if the body has neither text nor pictures."""


def find_first(page: PageTree, scope: Element, selectors: Iterable[str]) -> Element | None:
    """Return the first descendant of `scope` that the first matching selector finds, or None."""
    for selector in selectors:
        found = page.find_all(selector, scope)
        if found:
            return found[0]
    return None


def shows(layout: Layout, page: PageTree) -> bool:
    """Return whether all selectors of a layout's evidence match a page, and none of those against it."""
    if not any(page.may_find(selector) for selector in layout.body):
        return False
    if not all(page.find_all(selector) for selector in layout.evidence):
        return False
    return not any(page.find_all(selector) for selector in layout.against)


def frame_of(layout: Layout, page: PageTree, body: Element) -> Element | None:
    """Return the nearest ancestor of a body element that is the layout's frame, or None if there is none."""
    if not layout.frame:
        return None
    return next((above for above in body.iterancestors() if page.matches(above, layout.frame)), None)


def bodies(layout: Layout, page: PageTree) -> list[Element]:
    """Return the containers of the text: all that the first matching selector of the layout finds."""
    for selector in layout.body:
        found = page.find_all(selector)
        if found:
            return found
    return []
