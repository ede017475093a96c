"""How an element is shown according to its own attributes: hidden, centred, bold."""

import re
from typing import Literal

from pipelines.chrome.page_selectors import Element

Align = Literal["", "center", "right"]

BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"}

_HIDDEN = re.compile(r"display\s*+:\s*none|visibility\s*+:\s*hidden", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*+:\s*(\w+)", re.IGNORECASE)
_HEAVY = re.compile(r"font-weight\s*+:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def is_hidden(node: Element) -> bool:
    """Tell whether an element is not shown."""
    style = node.get("style")
    return node.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def is_heavy(node: Element) -> bool:
    """Tell whether an element's style makes its letters bold."""
    style = node.get("style")
    return style is not None and _HEAVY.search(style) is not None


def align_of(node: Element, outer: Align) -> Align:
    """Return how the lines of a block are aligned; `outer` is how those round it are. Left is the empty word.

    A table with `align` stands there itself, and its lines are aligned as before.
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
