"""Cut the site's menu and footer from a page before parsing: they are more than half of a page since 2016."""

CRUMBS = 'id="rwb_navpath"'
"""The breadcrumb, which follows the menu on all pages since 2016."""

BEFORE = ("</head>", "<body")
"""Tags that must come before the breadcrumb, in this order, once each."""

FOOTERS = ('<div class="rm_footer', '<div class="copyright_nav')
"""Beginnings of the footer, which has licences, addresses and share bars, and is followed by scripts."""

PAIRS = (("<!--", "-->"), ("<script", "</script>"))
"""Constructs in which everything is ignored until they are closed."""

BEHIND = "<hr></body></html>"
"""Replacement of the footer: an element after the article, and the end of the page."""


def without_menu(source: str) -> str:
    """Return the source of a page without its menu and footer: see `trimmed`."""
    return trimmed(source)[0]


def trimmed(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the source without its menu and footer, and the removed pieces of the source in order.

    The menu is the part between `<body>` and the breadcrumb. In case of doubt, nothing is removed: if there are several
    breadcrumbs, if the head is unusual, or if a script or a comment is open where the breadcrumb begins. The rest is
    parsed as in the whole page, because the removed elements end before it or begin after it. If no article is found in
    the rest, the caller must try the whole page.
    """
    crumbs = source.find(CRUMBS)
    if crumbs < 0 or source.find(CRUMBS, crumbs + 1) >= 0:
        return source, ()
    head_end, body = (source.find(mark, 0, crumbs) for mark in BEFORE)
    start = source.rfind("<", 0, crumbs)
    if not 0 <= head_end < body < start or source.find(BEFORE[1], body + 1, crumbs) >= 0:
        return source, ()
    opened = source.find(">", body, start) + 1
    if not opened or not _is_closed(source[opened:start]):
        return source, ()
    end = _footer(source, start)
    shorter = source[:opened] + source[start:end] + (BEHIND if end < len(source) else "")
    return shorter, (source[opened:start], source[end:])


def _footer(source: str, start: int) -> int:
    """Return the offset of the footer after `start`, or the length of the source in case of doubt."""
    for mark in FOOTERS:
        at = source.find(mark, start)
        if at >= 0 and source.find(mark, at + 1) < 0 and _is_closed(source[start:at]):
            return at
    return len(source)


def _is_closed(piece: str) -> bool:
    return all(piece.rfind(start) <= piece.rfind(end) for start, end in PAIRS)
