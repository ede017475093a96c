"""Determine from an element's own attributes whether it is hidden, bold, and how it is aligned."""

import re
from typing import Literal

from pipelines.chrome.page_selectors import Element

Align = Literal["", "center", "right"]
"""Alignment of a line; the empty text is left or justified."""

BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"}
"""Tags whose text browsers show in bold."""

_HIDDEN = re.compile(r"display\s*+:\s*none|visibility\s*+:\s*hidden", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*+:\s*(\w+)", re.IGNORECASE)
_HEAVY = re.compile(r"font-weight\s*+:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def is_hidden(node: Element) -> bool:
    """Return whether the attributes of an element hide it.

    That is, it has the attribute `hidden`, or `display: none` or `visibility: hidden` in `style`.
    """
    style = node.get("style")
    return node.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def is_heavy(node: Element) -> bool:
    """Return whether the style of an element makes its text bold."""
    style = node.get("style")
    return style is not None and _HEAVY.search(style) is not None


def align_of(node: Element, outer: Align) -> Align:
    """Return the alignment of the lines in a block (an empty string for left), given the alignment of its parent.

    `align` on a table positions the table itself, so its lines keep the outer alignment.
    """
    if node.tag == "center":
        return "center"
    style = node.get("style")
    match = _ALIGN.search(style) if style else None
    word = (match[1] if match else node.get("align") or "").lower()
    if word in ("left", "justify", "start"):
        return ""
    if node.tag == "table":
        return outer
    return "center" if word == "center" else "right" if word == "right" else outer
