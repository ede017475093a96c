"""picture: galleries of all years, with one picture per page. Selectors taken from other people's crawlers."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="picture",
    years=(2007, None),
    evidence=(
        "#picG, .content.clear.clearfix, .text.width978",
        "#picG, .page_c, h3.jian, h3.fu, #p_editor, .editor",
    ),
    against=("#rwb_zw", ".rm_txt_con", "#p_content", ".artDet"),
    head=".title",
    headline=("h1",),
    kicker=("h3.jian", "h3.pre"),
    alternative_headline=("h3.fu", "h4.sub"),
    time=("h2", ".page_c .fr", ".page_c"),
    source=("h2", ".page_c .fr", ".page_c"),
    body=("#picG, .content.clear.clearfix, .text.width978",),
    editors=("#p_editor", ".editor", ".edit"),
    paper=("#paper_num",),
    gallery=True,
    enlarged="next",
    not_body=(
        ".zdfy",
        "#p_editor",
        ".editor",
        ".edit",
        ".page_n",
        ".page_c",
        ".share",
        ".paper_num",
    ),
)
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
