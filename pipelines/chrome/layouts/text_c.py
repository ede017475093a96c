"""text_c: pages of 2012 to 2016, of several kinds. Selectors taken from other people's crawlers."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="text_c",
    years=(2012, 2016),
    evidence=("#p_content, .show_text", ".text_c, h1#p_title, p.sou, #jtitle, #ftitle, .sou1"),
    against=("#rm_txt_zw", ".rm_txt_con", "#rwb_zw", ".artDet"),
    frame=".text_c",
    headline=("h1#p_title", "h1", "#p_title"),
    kicker=("h3.pre", "#jtitle", "h3.yt", "h3"),
    alternative_headline=("h4.sub", "#ftitle", "h4.ft", "h4"),
    time=("#p_publishtime", "p.sou", "h5", ".sou"),
    source=("#p_origin", "p.sou", "h5", ".sou"),
    byline=("p.author", "p.zz", ".sou1", ".author"),
    body=("#p_content", "div.show_text", ".show_text"),
    editors=("#p_editor", "div.edit", ".editor"),
    not_body=(".zdfy", ".edit", "#p_editor", ".box_pic", ".text_t", ".text_d", ".share"),
)
"""How pages of this layout are recognised, and where each field is on them (see layout_base.Layout)."""
