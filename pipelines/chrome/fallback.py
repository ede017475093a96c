"""generic: what is looked for on a page of no known layout. The article is marked `layout_fallback`.

Fields are looked for by the names that the site's layouts share, then by the metas; the body by what elements hold
(fallback_body.py). A page without a contentid, an article's URL or a time is taken for a list.
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
"""Names that several layouts share, and the plainest tags last."""


def is_candidate(metas: Metas, own: urls.ArticleUrl | None, text: str) -> bool:
    """Tell whether a page of no known layout may be an article at all."""
    told = metas.get("pagetype") == "1" or metas.get("contentid") is not None
    return told or own is not None or metas.get("publishdate") is not None or "来源：" in text
