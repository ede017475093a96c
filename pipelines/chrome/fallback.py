"""generic: what is done with a page of no known layout. Blocks are scored, and the article is marked `layout_fallback`.

A container's score is the letters of its own paragraphs (`<p>` right below it, or text parted by `<br>`), those with a
full stop counting double, less twice the letters in links. The best container is the body; fields are looked for by
the names that the site's layouts share, then by the metas. A page without a contentid, an article's URL or a time is
taken for a list.
"""

import re

from kepu import urls
from pipelines.chrome.css_index import Element
from pipelines.chrome.fields.meta_tags import Metas
from pipelines.chrome.layouts.layout_base import Layout
from pipelines.chrome.text_density import STOPS, Weights, weigh

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

PARAGRAPHS = ("p", "blockquote", "h2", "h3", "ul", "ol", "table")
"""What counts for the container right above it."""


def is_candidate(metas: Metas, own: urls.ArticleUrl | None, text: str) -> bool:
    """Tell whether a page of no known layout may be an article at all."""
    told = metas.get("pagetype") == "1" or metas.get("contentid") is not None
    return told or own is not None or metas.get("publishdate") is not None or "来源：" in text


def best_block(page: Element) -> Element | None:
    """Return the container that reads most like an article's text, or None where none has `LEAST` letters of it."""
    weights = weigh(page)
    best: Element | None = None
    best_score = LEAST
    for element in page.iter(*CONTAINERS):
        if NOT_CONTAINERS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            continue
        score = _score(element, weights)
        if score > best_score:
            best, best_score = element, score
    return best


def _score(element: Element, weights: Weights) -> int:
    score = _worth(element.text)
    for child in element:
        weight = weights[child]
        if child.tag in PARAGRAPHS:
            score += (2 * weight.letters if weight.stops else weight.letters // 2) - 2 * weight.linked
        elif child.tag == "a":
            score -= weight.letters
        score += _worth(child.tail)
    return score


def _worth(text: str | None) -> int:
    letters = len(text.strip()) if text else 0
    return 2 * letters if text and any(stop in text for stop in STOPS) else letters // 2
