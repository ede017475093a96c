"""The URL of a picture, also if the page loads it lazily (a data attribute) or offers several sizes (srcset)."""

import re

from pipelines.chrome.page_selectors import Element

LATE = (
    "data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-lazyload", "data-lazy", "data-url",
    "data-echo", "data-backsrc", "data-realsrc", "original", "lazy-src", "_src",
)  # fmt: skip
"""Attributes with the URL of a picture that a script loads when it becomes visible (lazyload.js, lazysizes, WeChat)."""

_BLANK = re.compile(
    r"^data:|^about:|(?:^|[/_.-])(?:blank|spacer|space|transparent|placeholder|loading|lazy(?:load)?|pixel|grey|gray|1x1|"
    r"white|empty|default|none|s|t)\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)",
    re.IGNORECASE,
)
"""Matches the URLs of placeholders that are shown until a picture is loaded."""


def is_blank(address: str) -> bool:
    """Return whether a URL is that of a placeholder."""
    return not address or _BLANK.search(address) is not None


def address_of(image: Element) -> str:
    """Return the URL, as written, of the picture that an `<img>` finally shows; empty if there is none."""
    src = (image.get("src") or "").strip()
    if not is_blank(src):
        return src
    for name in LATE:
        late = (image.get(name) or "").strip()
        if not is_blank(late):
            return late
    for name in ("data-srcset", "srcset"):
        if largest := _largest(image.get(name)):
            return largest
    parent = image.getparent()
    if parent is not None and parent.tag == "picture":
        for source in parent.iter("source"):
            if largest := _largest(source.get("srcset") or source.get("data-srcset")):
                return largest
    return "" if src.startswith(("data:", "about:")) or is_blank(src) else src


def _largest(given: str | None) -> str | None:
    """Return the URL with the greatest width or density in a srcset (`a.jpg 480w, b.jpg 1200w`), or None."""
    best: tuple[float, str] | None = None
    for each in re.split(r",\s+", (given or "").strip()):
        address, _, size = each.strip().rstrip(",").partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        found = (float(number[0]) if number and number[0].strip(".") else 1.0, address)
        if not is_blank(address) and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None
