"""generic: the selectors for a page without a known layout. The article gets the warning `layout_fallback`.

Fields are searched by selectors that several layouts of the site share, then in the meta tags; the body is found by the
contents of elements (fallback_body.py). A page without a contentid, an article's URL and a time is taken for a list.
"""

from kepu import urls
from pipelines.chrome.fields.meta_tags import Metas
from pipelines.chrome.layouts.layout_base import Layout

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
"""Selectors that several layouts share; plain tags come last."""


def is_candidate(metas: Metas, own: urls.ArticleUrl | None, text: str) -> bool:
    """Return whether a page without a known layout may be an article.

    It may if its meta tags declare an article or a time of publication, its URL is that of an article, or its text
    names a source.
    """
    is_declared = metas.get("pagetype") == "1" or metas.get("contentid") is not None
    return is_declared or own is not None or metas.get("publishdate") is not None or "来源：" in text
