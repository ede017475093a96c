"""Render the pages of a story in its layout, as HTML and as the bytes that the site would send."""

import zlib
from collections.abc import Callable, Mapping
from html import escape

from demo import inline
from demo.channel import breadcrumb, section_of
from demo.chrome import anchors, insert, others, template
from demo.stories import Piece, Story
from demo.truth import printed_time

CENTRED = '<p style="text-align: center;">'
INDENTS = {
    "u3000": ("<p>", "　　"),
    "nbsp": ("<p>", "&nbsp;&nbsp;&nbsp;&nbsp;"),
    "css": ('<p style="text-indent: 2em;">', ""),
    "newline": ("<p>", "\r\n\t　　"),
}
"""Map each kind of indent to the tag of a paragraph and the white space at its beginning."""

STEP = '<td width="50%"><a href="{href}"><img src="/img/page_turn.jpg" border="0" alt="{word}" /></a></td>'
"""Link to the previous or next part, below the text of a long article."""


def page(story: Story, n: int = 1, url: str | None = None) -> bytes:
    """Return part `n` of a story as bytes in its charset, at `url` (default: its canonical URL).

    As on the site, pages that declare GB2312 are encoded as GB18030, because GB2312 lacks some characters. Pages of the
    oldest templates have CRLF line ends, like a real one of 2009.
    """
    text = html(story, n, url)
    if story.layout in {"table", "p_content"}:
        text = text.replace("\n", "\r\n")
    return text.encode("gb18030" if story.charset == "GB2312" else "utf-8")


def html(story: Story, n: int = 1, url: str | None = None) -> str:
    """Return part `n` of a story as HTML."""
    first = url or story.url
    name = f"{story.layout}_{story.variant}" if story.variant else story.layout
    values = _values(story, n, first)
    values |= _body(story, n, first, values)
    return template(name).substitute(values)


def _values(story: Story, n: int, first: str) -> dict[str, str]:
    """Return the values of all placeholders in the templates, except the body."""
    section = section_of(first)
    headline = escape(story.headline, quote=False)
    title = f"{headline}--{section.name}--人民网 "
    bracketed = "（{}）" if story.layout in {"p_content", "table"} else "({})"
    label = "责任编辑" if story.layout in {"p_content", "table"} else "责编"
    number = zlib.crc32(story.id.encode())
    letters = sum(len(piece.source) for piece in story.parts[n - 1])
    return {
        "charset": story.charset,
        "page_title": title,
        "headline": headline,
        "headline_js": headline.replace('"', '\\"'),
        "kicker": escape(story.kicker),
        "alternative_headline": escape(story.alternative_headline),
        "byline": "" if story.byline_in_text else story.byline,
        "time": printed_time(story.published),
        "source": _source(story),
        "editors": bracketed.format(f"{label}：{'、'.join(story.editors)}") if story.editors else "",
        "paper": _paper(story),
        "keywords": escape(" ".join(story.keywords)),
        "description": _description(story),
        "node": section.node,
        "content_id": story.content_id,
        "url": first,
        "day": story.published[:10],
        "year": story.published[:4],
        "staff": f"{100000 + number % 9973}",
        "staff_editor": "" if number % 3 else f"{200000 + number % 997}",
        "source_meta": f"来源：{story.source[0]}" if story.source else "",
        "listening": f"{letters // 280}分{letters % 60}秒",
        "trail": "&gt;&gt;".join(
            f'<a href="{link}" class="clink">{label}</a>' for label, link in breadcrumb(section)
        ),
        **_steps(story, n, first),
        **_elsewhere(story),
    }


def _source(story: Story) -> str:
    if story.source is None:
        return ""
    name, url = story.source
    return f'<a href="{url}" target="_blank">{name}</a>' if url else name


def _paper(story: Story) -> str:
    if story.paper is None:
        return ""
    name, day, number = story.paper
    return f'<span id="paper_num">《 {name} 》（ {printed_time(day)[:-5]}   {number} 版）</span>'


def _description(story: Story) -> str:
    """Return the content of the meta tag `description`: the beginning of the text with its indents, cut anywhere."""
    texts = [inline.to_text(piece.source) for piece in story.parts[0] if piece.kind == "paragraph"]
    return escape("".join(f"　　{text}" for text in texts)[:100])


def _steps(story: Story, n: int, first: str) -> dict[str, str]:
    """Return the links between the parts of a long article; for a short one, empty values."""
    count = len(story.parts)
    following = story.part_url(n + 1, first) if n < count else first
    previous = story.part_url(max(n - 1, 1), first)
    steps = {"previous_url": previous, "next_url": following, "part_links": "", "step_links": ""}
    if count > 1:
        steps["part_links"] = "".join(
            f'<a href="{story.part_url(k, first)}">【{k}】</a>' for k in range(1, count + 1)
        )
        steps["step_links"] = "".join(
            STEP.format(href=href, word=word) for word, href in (("上一页", previous), ("下一页", following))
        )
        if story.layout == "table":
            steps["step_links"] = (
                f'<table border="0" align="center"><tr>{steps["step_links"]}</tr></table>{steps["part_links"]}'
            )
    return steps


def _elsewhere(story: Story) -> dict[str, str]:
    """Return the lists of other articles on the page of this one."""
    return {
        "recommended": anchors(
            others(story, "recommended", 8), '<li><a href="{url}" target="_blank">{title}</a></li>'
        ),
        "ranking": anchors(
            others(story, "ranking", 10), '<li><a href="{url}" target="_blank">{title}</a></li>'
        ),
        "dotted": anchors(
            others(story, "dotted", 10), "·<a href='{url}' target=_blank class=aNewList>{title}</a><br>"
        ),
        "related_br": "<br><br><img src='/mediafile/200901/12/P200901120000000000000001.jpg' border='0'>"
        + anchors(
            others(story, "related", 8),
            "<br><br>　　<b><a href='{url}' target='_blank'><font color='#0000ff'>{title}&nbsp;</font></a></b>",
        ).replace("\n", ""),
        "related_p": anchors(
            others(story, "after", 4), '<p>　　<a href="{url}" target="_blank">{title}</a></p>'
        ),
    }


def _body(story: Story, n: int, first: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the body as a whole, and its pictures and its texts separately for layouts with two containers."""
    following = story.part_url(n + 1, first) if n < len(story.parts) else None
    pieces = [(piece, _piece(piece, story, following, values)) for piece in story.parts[n - 1]]
    return {
        "body": "\n".join(markup for _, markup in pieces),
        "body_figures": "\n".join(markup for piece, markup in pieces if piece.kind == "figure"),
        "body_texts": "\n".join(markup for piece, markup in pieces if piece.kind != "figure"),
    }


def _piece(piece: Piece, story: Story, following: str | None, values: Mapping[str, str]) -> str:
    if piece.kind == "chrome":
        return insert(piece.source).substitute(values)
    if piece.kind == "figure":
        return _figure(piece, following)
    return _BLOCKS[piece.kind](piece, story)


def _figure(piece: Piece, following: str | None) -> str:
    """Return a picture, which links to the next part if there is one, and its caption in a paragraph of its own."""
    image = f'<img src="{piece.url}" border="0" alt="" />'
    if following is not None:
        image = f'<a href="{following}">{image}</a>'
    caption = inline.to_html(piece.caption) + inline.to_html(piece.credit)
    return f"{CENTRED}{image}</p>" + (f"\n{CENTRED}{caption}</p>" if caption else "")


def _paragraph(piece: Piece, story: Story) -> str:
    tag, indent = INDENTS[story.indent]
    text = indent + inline.to_html(piece.source)
    match story.paragraphs:
        case "br":
            return f"{text}<br />\n<br />"
        case "unclosed":
            return f"{tag}{text}"
        case "nested":
            return f"<p>{tag}{text}</p></p>"
        case _:
            return f"{tag}{text}</p>"


def _heading(piece: Piece, story: Story) -> str:
    text = f"<strong>{inline.to_html(piece.source)}</strong>"
    return f"　　{text}<br />\n<br />" if story.paragraphs == "br" else f"{CENTRED}{text}</p>"


def _list(piece: Piece, _: Story) -> str:
    tag = "ol" if piece.ordered else "ul"
    items = "\n".join(f"<li>{inline.to_html(item)}</li>" for item in piece.items)
    return f"<{tag}>\n{items}\n</{tag}>"


def _table(piece: Piece, _: Story) -> str:
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{inline.to_html(cell)}</td>" for cell in row) + "</tr>" for row in piece.rows
    )
    return (
        f'<table border="1" cellspacing="0" cellpadding="4" align="center"><tbody>\n{rows}\n</tbody></table>'
    )


def _quote(piece: Piece, story: Story) -> str:
    return f"<blockquote>{_paragraph(piece, story)}</blockquote>"


def _verse(piece: Piece, _: Story) -> str:
    return "\n".join(f"{CENTRED}{inline.to_html(line)}</p>" for line in piece.items)


def _video(piece: Piece, _: Story) -> str:
    return (
        f'{CENTRED}<script type="text/javascript">showPlayer({{"id":"player","width":"640","height":"360",'
        f'"imgUrl":"{piece.poster}","src":"{piece.url}"}});</script></p>'
    )


_BLOCKS: dict[str, Callable[[Piece, Story], str]] = {
    "paragraph": _paragraph,
    "credit": _paragraph,
    "heading": _heading,
    "list": _list,
    "table": _table,
    "quote": _quote,
    "verse": _verse,
    "video": _video,
}
