"""rm_txt: pages of 2021 to 2025. Selectors written from pages of 2024."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="rm_txt",
    years=(2021, 2025),
    evidence=(".rm_txt_con",),
    against=("#rm_txt_zw",),
    frame=".rm_txt",
    headline=("h1",),
    kicker=("h3.pre",),
    alternative_headline=("h4.sub",),
    # One line above the text has both the time and the source.
    time=(".channel .col-1-1", ".col-1-1", ".channel"),
    source=(".channel .col-1-1", ".col-1-1", ".channel"),
    byline=("div.author", ".author"),
    body=("div.rm_txt_con", ".rm_txt_con"),
    editors=(".rm_txt_con .edit", ".edit"),
    paper=("#paper_num",),
    not_body=(
        ".bza", ".box_pic", ".tjewm", ".paper_num", "#paper_num", "#rwb_tjyd", ".zdfy", ".zdfy ~ center", ".edit",
        ".rm_relevant", ".rm_bobao", ".section-common-share-wrap",
    ),
    pictures=(".box_pic",),
)  # fmt: skip
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
