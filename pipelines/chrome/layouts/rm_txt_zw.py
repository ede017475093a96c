"""rm_txt_zw: pages since 2025, also of the theory channel. Selectors written from descriptions of the site."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="rm_txt_zw",
    years=(2025, None),
    evidence=("#rm_txt_zw",),
    frame=".rm_txt",
    headline=("h1",),
    kicker=("h3.pre",),
    alternative_headline=("h4.sub",),
    time=("#newstime", ".channel .col-1-1", ".col-1-1", "p.sou", ".sou"),
    source=(".channel .col-1-1", ".col-1-1", "p.sou", ".sou", ".channel"),
    byline=("div.author", ".author"),
    body=("#rm_txt_zw",),
    editors=("#rm_txt_zw .edit", ".rm_txt_con .edit", ".edit"),
    paper=("#paper_num",),
    not_body=(
        ".bza", ".box_pic", ".tjewm", ".paper_num", "#paper_num", "#rwb_tjyd", ".zdfy", ".zdfy ~ center", ".edit",
        ".rm_relevant", ".rm_bobao", ".section-common-share-wrap",
    ),
    pictures=(".box_pic",),
)  # fmt: skip
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
