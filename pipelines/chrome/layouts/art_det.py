"""artDet: pages of the health channel since 2016. Selectors written from a saved page."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="artDet",
    years=(2016, None),
    evidence=(".artDet",),
    frame=".articleCont",
    head=".title",
    headline=("h2", "h1"),
    kicker=("h4", ".articleCont > h4"),
    alternative_headline=("h3", ".articleCont > h3"),
    time=(".artOri",),
    source=(".artOri",),
    body=("div.artDet", ".artDet"),
    editors=("div.editor", ".editor", ".edit"),
    paper=("#paper_num",),
    not_body=(
        ".share",
        ".editor",
        ".edit",
        ".zdfy",
        ".zdfy ~ center",
        ".box_pic",
        ".paper_num",
        ".tjewm",
        ".artOri",
    ),
    pictures=(".box_pic",),
)
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
