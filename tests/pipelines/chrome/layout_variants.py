"""Eleven changes of a template around the same text, applied to a page of a known layout."""

import copy
from collections.abc import Callable

from lxml import etree

from pipelines.chrome.charset import decode
from pipelines.chrome.layouts.layout_base import Layout, bodies
from pipelines.chrome.page_selectors import Element, PageTree

Variant = Callable[[Element], None]
"""Changes the element of the text in place."""


def renamed(body: Element) -> None:
    """Change class and id."""
    body.set("class", "article-main-2026")
    body.attrib.pop("id", None)
    body.set("id", "mainbox")


def doubled(body: Element) -> None:
    """Add a copy of the whole text, as for printing."""
    body.addnext(_bare(copy.deepcopy(body)))


def emptied(body: Element) -> None:
    """Move the text from the known element, which stays empty, to a new one next to it."""
    fresh = _like(body, "div", "content-v2")
    _move(body, fresh)
    body.addnext(fresh)


def split(body: Element) -> None:
    """Split the text into two sections within the element."""
    children = list(body)
    for part in (children[: len(children) // 2], children[len(children) // 2 :]):
        section = etree.SubElement(body, "section")
        section.extend(part)


def halved(body: Element) -> None:
    """Move the second half of the text to an element after the known one."""
    children = list(body)
    letters = [len("".join(each.itertext())) if isinstance(each.tag, str) else 0 for each in children]
    half = next(n for n in range(len(children) + 1) if 2 * sum(letters[:n]) >= sum(letters))
    fresh = _like(body, "div", "part-two")
    fresh.tail, body.tail = body.tail, None
    fresh.extend(children[half:])
    body.addnext(fresh)


def wrapped_paragraphs(body: Element) -> None:
    """Put each paragraph into a div."""
    for paragraph in list(body.iter("p")):
        parent = paragraph.getparent()
        if parent is not None:
            wrapper = etree.Element("div", {"class": "para"})
            wrapper.tail, paragraph.tail = paragraph.tail, None
            parent.replace(paragraph, wrapper)
            wrapper.append(paragraph)


def wrapped(body: Element) -> None:
    """Put the element into three nested new ones."""
    for name in ("in", "mid", "out"):
        wrapper = _like(body, "div", name)
        parent = body.getparent()
        assert parent is not None
        wrapper.tail, body.tail = body.tail, None
        parent.replace(body, wrapper)
        wrapper.append(body)
        body = wrapper


def more_classes(body: Element) -> None:
    """Add words before and after the class."""
    body.set("class", f"pc-only {body.get('class') or ''} clearfix sidebar-off list")


def without_ids(body: Element) -> None:
    """Remove all ids from the page's body."""
    top = next(body.getroottree().getroot().iter("body"))
    for element in top.iter("*"):
        element.attrib.pop("id", None)


def lines_for_paragraphs(body: Element) -> None:
    """Replace paragraphs by divs with line breaks."""
    for paragraph in list(body.iter("p")):
        paragraph.tag = "div"
        paragraph.append(etree.Element("br"))


def article_element(body: Element) -> None:
    """Replace the element by an `<article>` without class and id."""
    body.tag = "article"
    for name in ("class", "id"):
        body.attrib.pop(name, None)


VARIANTS: tuple[Variant, ...] = (
    renamed, doubled, emptied, split, halved, wrapped_paragraphs, wrapped, more_classes, without_ids,
    lines_for_paragraphs, article_element,
)  # fmt: skip


def changed(page: bytes, content_type: str | None, layout: Layout, variant: Variant | None) -> bytes:
    """Return a page in UTF-8 with one variant applied; with None, only parsed and serialised."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = etree.fromstring(decode(page, content_type).text.encode(), parser)
    assert root is not None
    for meta in list(root.iter("meta")):
        if "charset" in (meta.get("content") or "") or meta.get("charset"):
            meta.attrib.clear()
    found = bodies(layout, PageTree(root))
    if variant:
        variant(found[0])
    return b"\xef\xbb\xbf" + etree.tostring(root, encoding="utf-8", method="html")


def _bare(element: Element) -> Element:
    element.attrib.pop("id", None)
    return element


def _like(body: Element, tag: str, name: str) -> Element:
    """Return a new element that is allowed in the place of the body."""
    return etree.Element(tag if body.tag != "td" else "td", {"class": name})


def _move(old: Element, new: Element) -> None:
    new.text, old.text = old.text, None
    new.extend(list(old))
