"""rwb: pages of 2016 to 2021. Selectors written from pages of 2019."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="rwb",
    years=(2016, 2021),
    evidence=("#rwb_zw, .box_con", "#rwb_zw, .text_title, .box01"),
    against=(".rm_txt_con", "#rm_txt_zw", ".artDet"),
    head=".text_title",
    headline=("h1",),
    kicker=("h3.pre",),
    alternative_headline=("h4.sub",),
    time=(".box01 > .fl", ".box01", ".fl"),
    source=(".box01 > .fl", ".box01", ".fl"),
    byline=("p.author", ".author"),
    body=("#rwb_zw", "div.box_con"),
    editors=("#rwb_zw .edit", ".edit"),
    paper=("#paper_num",),
    not_body=(
        ".box_pic", ".zdfy", ".zdfy ~ center", ".zdfy ~ table", ".edit", ".bza", ".tjewm", ".paper_num", "#rwb_tjyd",
        ".share", ".ewm",
    ),
    pictures=(".box_pic",),
)  # fmt: skip
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
