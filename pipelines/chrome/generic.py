"""generic: what is done with a page of no known layout. Blocks are scored, and the article is marked `layout_fallback`.

A container's score is the letters of its own paragraphs (`<p>` right below it, or text parted by `<br>`), those with a
full stop counting double, less twice the letters in links. The best container is the body; fields are looked for by
the names that the site's layouts share, then by the metas. A page without a contentid, an article's URL or a time is
taken for a list.
"""

import re

from crawler import urls

from .layout import Layout
from .metas import Metas
from .select import Element

LAYOUT = Layout(
    name="generic",
    years=(1997, None),
    evidence=(),
    body=(),
    headline=("h1", "#p_title", ".title h2", "td.ftitle", "h2"),
    kicker=("h3.pre", "#jtitle"),
    alternative_headline=("h4.sub", "#ftitle"),
    time=("#newstime", "#p_publishtime", ".col-1-1", ".box01", ".artOri", ".sou", ".time", ".date", ".info"),
    loose=True,
    source=("#p_origin", ".col-1-1", ".box01", ".artOri", ".sou", ".source", ".info", "h5"),
    byline=(".author", ".zz", ".byline"),
    editors=(".edit", "#p_editor", ".editor"),
    paper=("#paper_num",),
    not_body=(
        ".edit", "#p_editor", ".editor", ".share", ".zdfy", ".paper_num", ".bza", ".tjewm", "h1", ".author", ".col-1-1",
        ".sou", "#newstime", ".box01", "#rwb_tjyd",
    ),
)  # fmt: skip
"""Names that several layouts share, and the plainest tags last."""

CONTAINERS = ("div", "td", "article", "section", "font", "center", "main")
NOT_CONTAINERS = re.compile(
    r"nav|menu|head|foot|copy|rank|relate|recommend|comment|side|share|login|list|crumb|path", re.IGNORECASE
)
LEAST = 60
"""Letters under which a block is no article."""

_STOPS = "。！？；"


def is_candidate(metas: Metas, own: urls.ArticleUrl | None, text: str) -> bool:
    """Tell whether a page of no known layout may be an article at all."""
    told = metas.get("pagetype") == "1" or metas.get("contentid") is not None
    return told or own is not None or metas.get("publishdate") is not None or "来源：" in text


def best_block(page: Element) -> Element | None:
    """Return the container that reads most like an article's text, or None where none has `LEAST` letters of it."""
    best: Element | None = None
    best_score = LEAST
    for element in page.iter(*CONTAINERS):
        if NOT_CONTAINERS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        score = _score(element)
        if score > best_score:
            best, best_score = element, score
    return best


def _score(element: Element) -> int:
    own = [element.text or "", *(child.tail or "" for child in element)]
    score = sum(_worth(text) for text in own)
    for child in element:
        if child.tag in ("p", "blockquote", "h2", "h3", "ul", "ol", "table"):
            score += _worth("".join(child.itertext("*"))) - 2 * _linked(child)
        elif child.tag == "a":
            score -= len("".join(child.itertext("*")).strip())
    return score


def _worth(text: str) -> int:
    letters = len(text.strip())
    return 2 * letters if any(stop in text for stop in _STOPS) else letters // 2


def _linked(child: Element) -> int:
    return sum(len("".join(anchor.itertext("*"))) for anchor in child.iter("a"))
