"""Find the body of a page without a known layout and with hardly any sentence: a poem, a gallery, a video.

It is the element below the headline, or else the one that contains the page's video or pictures.
"""

import re
from itertools import islice

from pipelines.chrome.body.videos import is_video, video_in
from pipelines.chrome.element_worth import Worths
from pipelines.chrome.fields.dates import names_a_time
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.text_runs import Content

_LARGER = re.compile(r"\.(?:jpe?g|png|gif|webp)$|-\d{1,3}\.html?$|^#|^javascript:", re.IGNORECASE)
"""Matches the target of a link around a picture of the article: the large picture, or the next part."""

LEAST_BODY = 20
"""Minimum number of characters of a body below the headline."""

LONGEST_META = 80
"""An element of at most this many characters that names a time is taken for the line with source and time."""

MOST = 200
"""Maximum number of videos and pictures that are examined."""

MUCH = 60
"""An element with more characters of links or labels than this is more than a frame around pictures."""

NAMED = 0.5
"""An element whose name weighs less (see chrome_names.py) is taken for a menu, a footer or the like."""


def below_headline(page: Element, known: Worths) -> Element | None:
    """Return the element with the most words after the page's first headline, or None; of several, the nearest."""
    headline = next(
        (each for each in page.iter("h1", "h2") if known.contents.get(each, _NONE).letters > 1), None
    )
    if headline is None or known.weights[headline] < NAMED:
        return None
    for inner in (headline, *headline.iterancestors()):
        following = [each for each in inner.itersiblings() if _may_be_body(each, known)]
        if following:
            return max(
                following, key=lambda each: known.contents[each].letters - 2 * known.contents[each].linked
            )
    return None


def _may_be_body(element: Element, known: Worths) -> bool:
    content = known.contents.get(element)
    if content is None or known.weights[element] < NAMED:
        return False
    if content.letters < LEAST_BODY or 2 * content.linked > content.letters:
        return False
    return content.letters > LONGEST_META or not names_a_time("".join(element.itertext()))


_NONE = Content()


def media_block(page: Element, known: Worths) -> Element | None:
    """Return the innermost element around the page's videos, or else around its pictures; None if it has neither.

    If there is much else between them, it is the element around the first of them.
    """
    for shown in (_films(page), _pictures(page)):
        parents = (node.getparent() for node in islice(shown, MOST))
        holders = [each for each in parents if each is not None and known.weights.get(each, 0.0) >= NAMED]
        holders = [each for each in holders if each.tag not in ("body", "html")]
        if holders:
            whole = _common(holders)
            content = known.contents.get(whole) if whole is not None else None
            if whole is not None and content is not None and content.linked <= MUCH and content.other <= MUCH:
                return whole
            return holders[0]
    return None


def _films(page: Element) -> list[Element]:
    tags = page.iter("script", "object", "iframe", "video", "embed", "source")
    return [node for node in islice(tags, MOST) if video_in(node) or is_video(node.get("src"))]


def _pictures(page: Element) -> list[Element]:
    """Return the pictures that are not decoration and do not link to other pages."""
    found = []
    for image in page.iter("img"):
        parent = image.getparent()
        src = image.get("src") or image.get("data-src") or ""
        if (
            src
            and "/img/" not in src
            and (parent is None or parent.tag != "a" or _LARGER.search(parent.get("href") or ""))
        ):
            found.append(image)
    return found


def _common(elements: list[Element]) -> Element | None:
    """Return the innermost element that contains all of these; a single one is its own."""
    common = [elements[0], *elements[0].iterancestors()]
    for each in elements[1:]:
        chain = {each, *each.iterancestors()}
        common = [above for above in common if above in chain]
    return common[0] if common else None
