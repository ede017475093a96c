"""Weigh elements by the names of their classes and ids, and by their tags, which on any site suggest menus, comments …

A name is only a hint: `newslist_content` and `page-no-sidebar` contain articles. fallback_body.py weighs it against the
contents of the element.
"""

import re
from functools import lru_cache

from pipelines.chrome.page_selectors import Element

STRONG = frozenset({
    "comment", "cmt", "reply", "pinglun", "guestbook", "disqus", "recommend", "recommendation", "recom", "tuijian",
    "related", "relate", "relevant", "relation", "xiangguan", "copyright", "disclaimer", "mianze", "shengming",
    "footer",
    "path", "route", "breadcrumb", "crumb", "menu", "share", "sharing", "bdshare", "sns", "login",
    "popup", "modal", "cookie", "toolbar", "qrcode", "ewm", "erweima", "advert", "advertisement", "ads", "navbox",
    "pagination", "pager", "prevnext", "toc", "sponsor", "subscribe", "feedback", "guess", "editsection", "references",
    "reflist", "catlinks", "printfooter", "noprint", "player", "danmu",
})  # fmt: skip
"""Words in names that are nearly always those of menus, comments, notices and the like."""

WEAK = frozenset({
    "side", "sidebar", "aside", "list", "rank", "ranking", "hot", "tag", "ad", "banner", "head", "header", "foot",
    "top", "bottom", "right", "tool", "follow", "more", "widget", "topic", "link", "prev", "next", "like", "copy",
    "statement", "bio",
})  # fmt: skip
"""Words that suggest the same, but are also in names of bodies."""

TEXT = frozenset(
    {"article", "content", "text", "txt", "detail", "entry", "zoom", "body", "main", "editor", "zhengwen"}
)
"""Words in names of bodies. Such a word outweighs a weak hint in the same name, as in `newslist_content`."""

LEAD = frozenset(
    {"lead", "summary", "abstract", "digest", "intro", "daodu", "zhaiyao", "excerpt", "standfirst"}
)
"""Words in names of the paragraph between headline and text."""

_TAGS: dict[object, float] = {"nav": 0.1, "footer": 0.1, "aside": 0.3, "header": 0.5}
"""Maximum weight of an element with this tag."""

_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def _weight_of_names(names: str) -> float:
    words = {word.lower() for word in _WORD.findall(names)}
    words |= {word[:-1] for word in words if word.endswith("s")}
    if words & STRONG or any(word.startswith("nav") for word in words):
        return 0.1
    return 0.5 if words & WEAK and not words & TEXT else 1.0


def weight_of_name(element: Element) -> float:
    """Return the weight of an element, from 0.1 (named like a menu, a footer …) over 0.5 (perhaps) to 1 (not).

    The tags nav, footer, aside and header limit it to 0.1, 0.1, 0.3 and 0.5.
    """
    class_, id_ = element.get("class"), element.get("id")
    weight = _weight_of_names(f"{class_ or ''} {id_ or ''}") if class_ or id_ else 1.0
    return min(weight, _TAGS.get(element.tag, 1.0))


def is_lead(element: Element) -> bool:
    """Return whether the name of an element is that of a summary before the text."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return any(word.lower() in LEAD for word in _WORD.findall(names))
