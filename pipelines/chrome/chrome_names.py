"""What the names of classes and ids, and the tags, say of an element on any site: comments, related articles, menus.

A name is a hint and no proof: `newslist_content` and `page-no-sidebar` hold articles. It is weighed against what the
element holds (fallback_body.py).
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
WEAK = frozenset({
    "side", "sidebar", "aside", "list", "rank", "ranking", "hot", "tag", "ad", "banner", "head", "header", "foot",
    "top", "bottom", "right", "tool", "follow", "more", "widget", "topic", "link", "prev", "next", "like", "copy",
    "statement", "bio",
})  # fmt: skip
TEXT = frozenset(
    {"article", "content", "text", "txt", "detail", "entry", "zoom", "body", "main", "editor", "zhengwen"}
)
"""What bodies are called: such a name undoes a weak one beside it, as in `newslist_content`."""

LEAD = frozenset(
    {"lead", "summary", "abstract", "digest", "intro", "daodu", "zhaiyao", "excerpt", "standfirst"}
)
"""What the paragraph between headline and text is called."""

_TAGS: dict[object, float] = {"nav": 0.1, "footer": 0.1, "aside": 0.3, "header": 0.5}

_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def _weight_of_names(names: str) -> float:
    words = {word.lower() for word in _WORD.findall(names)}
    words |= {word[:-1] for word in words if word.endswith("s")}
    if words & STRONG or any(word.startswith("nav") for word in words):
        return 0.1
    return 0.5 if words & WEAK and not words & TEXT else 1.0


def weight_of_name(element: Element) -> float:
    """Return 1 where nothing is said, .5 where the name may be that of chrome, .1 where it is."""
    name, word = element.get("class"), element.get("id")
    said = _weight_of_names(f"{name or ''} {word or ''}") if name or word else 1.0
    return min(said, _TAGS.get(element.tag, 1.0))


def is_lead(element: Element) -> bool:
    """Tell whether an element is named as a summary of the article that stands before it."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return any(word.lower() in LEAD for word in _WORD.findall(names))
