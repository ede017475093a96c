"""The body of a page of no known layout that has no text: the element that holds its film or its pictures."""

from itertools import islice

from pipelines.chrome.body.videos import is_video, video_in
from pipelines.chrome.css_index import Element
from pipelines.chrome.element_worth import Worths

MOST = 200
"""Films and pictures that are looked at."""

NAMED = 0.5
"""Weights below this are of elements that are named as chrome."""


def media_block(page: Element, known: Worths) -> Element | None:
    """Return the innermost element round the page's films, else round its pictures, or None where it has none.

    Where much else stands between them, it is the one round the first of them.
    """
    for shown in (_films(page), _pictures(page)):
        parents = (node.getparent() for node in islice(shown, MOST))
        holders = [each for each in parents if each is not None and known.weights.get(each, 0.0) >= NAMED]
        if holders:
            whole = _common(holders)
            content = known.contents.get(whole) if whole is not None else None
            if whole is not None and content is not None and content.linked <= 2 * content.prose + 60:
                return whole
            return holders[0]
    return None


def _films(page: Element) -> list[Element]:
    tags = page.iter("script", "object", "iframe", "video", "embed", "source")
    return [node for node in islice(tags, MOST) if video_in(node) or is_video(node.get("src"))]


def _pictures(page: Element) -> list[Element]:
    """Return the pictures that are no decoration and lead nowhere else."""
    found = []
    for image in page.iter("img"):
        parent = image.getparent()
        src = image.get("src") or image.get("data-src") or ""
        if src and "/img/" not in src and (parent is None or parent.tag != "a"):
            found.append(image)
    return found


def _common(elements: list[Element]) -> Element | None:
    """Return the innermost element that holds them all, itself counted."""
    common = [elements[0], *elements[0].iterancestors()]
    for each in elements[1:]:
        chain = {each, *each.iterancestors()}
        common = [above for above in common if above in chain]
    return common[0] if common else None
