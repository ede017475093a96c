"""table: pages until 2006, made of nested tables. Selectors taken from other people's crawlers."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="table",
    years=(1997, 2006),
    evidence=("font#zoom, #zoom", "td.ftitle, td.fsubtitle, td.ly_red, td.fwriter"),
    against=("#p_content",),
    headline=("td.ftitle", ".ftitle", "h1"),
    kicker=("td.fkicker",),
    alternative_headline=("td.fsubtitle", ".fsubtitle"),
    time=("td.ly_red", ".ly_red"),
    source=("td.ly_red", ".ly_red"),
    byline=("td.fwriter", ".fwriter"),
    body=("font#zoom", "#zoom"),
    editors=("div.edit i", "div.edit"),
    not_body=("div.edit",),
    boxes=False,
)
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
