"""Leaving the site's menu and footer unparsed: more than half of a page from 2016 on, and nothing of it is read."""

CRUMBS = 'id="rwb_navpath"'
"""The way to the article, the first thing after the menu in all pages from 2016 on."""

BEFORE = ("</head>", "<body")
"""What must stand before it, in this order, once each."""

FOOTERS = ('<div class="rm_footer', '<div class="copyright_nav')
"""How the footer begins: licences, addresses, share bars, and the page's scripts behind it."""

PAIRS = (("<!--", "-->"), ("<script", "</script>"))
"""What swallows all that follows while it is open."""

BEHIND = "<hr></body></html>"
"""What stands for the footer: something behind the article, and the page's end if it had one."""


def without_menu(source: str) -> str:
    """Return a page's source without its menu and footer: see `trimmed`."""
    return trimmed(source)[0]


def trimmed(source: str) -> tuple[str, tuple[str, ...]]:
    """Return a page's source without its footer and what stands between `<body>` and the way to the article, and these.

    It is returned whole where there is any doubt: where it names the way more than once, is not opened as usual, or has
    a script or a comment open where the way begins. What is left is parsed as it would have been, for all that is
    missing are elements that end before it, or begin behind it. Who finds no article in what is left has to look at
    the whole.
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
    """Return where the footer begins behind `start`, or the page's end where that is in doubt."""
    for mark in FOOTERS:
        at = source.find(mark, start)
        if at >= 0 and source.find(mark, at + 1) < 0 and _is_closed(source[start:at]):
            return at
    return len(source)


def _is_closed(piece: str) -> bool:
    return all(piece.rfind(start) <= piece.rfind(end) for start, end in PAIRS)
