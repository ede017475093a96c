"""Make a captured page safe to display: no scripts, and no requests except for captured resources."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

from lxml import etree, html

Kept = Callable[[str], str | None]
"""Returns the URL of the stored copy of a picture or style sheet, given its absolute URL; None if there is no copy."""

_DROPPED = (
    *(
        "script",
        "noscript",
        "template",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "portal",
        "base",
    ),
    *("meta", "audio", "video", "source", "track", "input", "button", "select", "textarea", "svg", "math"),
)
"""Elements that run code, load resources or lead elsewhere; they are removed with their contents."""

_LOADING = frozenset({"srcset", "background", "poster", "action", "formaction", "ping", "data", "manifest"})
_URL_IN_STYLE = re.compile(
    r"url\(\s*[\"']?([^\"')]*)[\"']?\s*\)|@import\s+[\"']([^\"']*)[\"']", re.IGNORECASE
)


def replayable(body: bytes, url: str, charset: str, kept: Kept) -> bytes:
    """Return a page in UTF-8 without scripts, frames, forms and event handlers, with pictures from stored copies.

    `body` is in `charset`, and `url` is the base of relative URLs. A picture or style sheet without a copy loses its
    URL; links lose their target but show it. A page that cannot be parsed becomes an empty page.
    """
    text = body.decode(charset, "replace")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False))
    except (etree.LxmlError, ValueError, AssertionError):
        return b"<!doctype html><meta charset=utf-8>"
    for element in list(root.iter(etree.Comment, etree.ProcessingInstruction, *_DROPPED)):
        if element.getparent() is not None:
            element.drop_tree()
    for form in list(root.iter("form")):
        form.drop_tag()  # on old pages, a form encloses the whole page
    for element in root.iter(etree.Element):
        _clean(element, url, kept)
    made: bytes = html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return made


def _clean(element: etree._Element, url: str, kept: Kept) -> None:
    for name in list(element.attrib):
        plain = str(name).lower()
        if plain.startswith("on") or plain in _LOADING or ":" in plain:
            del element.attrib[name]
    if (style := element.get("style")) is not None:
        element.set("style", replayable_style(style, url, kept))
    if element.tag == "style":
        element.text = replayable_style(element.text or "", url, kept)
    elif element.tag == "link":
        _point(element, "href", url, kept if "stylesheet" in (element.get("rel") or "").lower() else _nowhere)
    elif element.tag == "img":
        _point(element, "src", url, kept)
    elif "src" in element.attrib:
        del element.attrib["src"]
    elif element.tag in {"a", "area"}:
        _link(element, url)


def _nowhere(_: str) -> None:
    return None


def _point(element: etree._Element, name: str, url: str, kept: Kept) -> None:
    """Replace the URL in an attribute by that of the stored copy, or remove it if there is none."""
    there = kept(absolute) if (absolute := _absolute(element.get(name), url)) else None
    if there is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, there)


def _link(element: etree._Element, url: str) -> None:
    """Turn a link into text that shows its URL."""
    address = _absolute(element.attrib.pop("href", None), url)
    element.attrib.pop("target", None)
    if address is not None:
        element.set("title", address)


def replayable_style(style: str, url: str, kept: Kept) -> str:
    """Return a style sheet with the URLs of stored copies; other URLs are replaced by `none`."""

    def point(match: re.Match[str]) -> str:
        absolute = _absolute(match[1] or match[2], url)
        there = kept(absolute) if absolute else None
        if match[2] is not None:
            return f'@import "{there}"' if there else "@media not all"
        return f'url("{there}")' if there else "none"

    return _URL_IN_STYLE.sub(point, style)


def _absolute(address: str | None, url: str) -> str | None:
    try:
        absolute = urljoin(url, (address or "").strip()).partition("#")[0]
    except ValueError:
        return None
    return absolute if absolute.startswith(("http://", "https://")) and address else None
