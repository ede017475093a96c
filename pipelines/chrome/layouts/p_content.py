"""p_content: pages of 2007 to 2011. Selectors written from a page of 2009."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="p_content",
    years=(2007, 2011),
    evidence=("#p_content", "h1 > #p_title, h1 #p_title, #zoom #p_content, #zoom, table.bianji"),
    against=(".text_c", "h1#p_title", "#rwb_zw", "#rm_txt_zw", ".rm_txt_con", ".artDet"),
    frame=".left_c_c, .left_content",
    headline=("#p_title", "h1"),
    kicker=("p.p1 + p.p1", "p.p1"),  # the second of the two lines directly above the headline
    alternative_headline=("h1 + h2",),
    time=("#p_publishtime",),
    source=("#p_origin",),
    body=("#p_content",),
    editors=("#p_editor", "table.bianji"),
    not_body=(".zdfy", "#p_editor", "table.bianji"),
)
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
