"""The expected record of a story's pages, derived from the story alone.

Conventions for cases in which the pages allow more than one reading:
- the characters are those of the DOM's text, with raised and lowered ones converted: H₂O written with `<sub>` is `H₂O`,
  and its mark has the `2` of the page; a soft hyphen is layout and is removed, white space between characters (U+00A0,
  U+2009, U+3000) is kept;
- a byline in the text is the text inside its brackets (`记者宋晨、田中全`); the paragraph keeps the brackets;
- a dateline ends in 电 (`人民网南宁1月6日电`), and stays in its paragraph;
- roles are 记者 (also for 本报记者, 新华社记者 …), 通讯员, 作者 (also for 文/), or None if none is printed;
- a credit in a paragraph of its own (`（作者：程禾）`, `本报记者　林　禾`) is a block of type `credit`,
  a line without a name (`（作者为某大学教授）`) is a paragraph;
- the text of a figure is its caption and credit as printed; `credit_text` is the part after the caption's full stop;
- a video is a figure whose `content_url` is the file in its player; `image` has pictures only;
- `node` is the last one in the URL, `breadcrumb` the names from the site down to the section;
- `keywords` are those of the meta tag; until 2011 it has only the title, which is not a keyword.
"""

from typing import Any
from urllib.parse import urljoin

from demo import inline
from demo.channel import breadcrumb, section_of
from demo.stories import Piece, Story

Record = dict[str, Any]


def truth(story: Story) -> Record:
    """Return the record of a story as a dict with the fields of `kepu.records.Article`.

    It has only the fields that follow from the pages; `parts` is a list of {n, url}, and `layout` is at the top level.
    """
    blocks = [
        block(piece, n, story)
        for n, part in enumerate(story.parts, 1)
        for piece in part
        if piece.kind != "chrome"
    ]
    text, links = _text(story)
    minute = "T" in story.published
    return {
        "id": story.id,
        "url": story.url,
        "appearances": [
            {"url": url, "node": section_of(url).node, "section": section_of(url).name} for url in story.urls
        ],
        "headline": story.headline,
        "kicker": story.kicker or None,
        "alternative_headline": story.alternative_headline or None,
        "date_published": story.published[:10],
        "datetime_published": f"{story.published}:00+08:00" if minute else None,
        "date_published_raw": printed_time(story.published),
        "date_precision": "minute" if minute else "day",
        "byline": story.byline or None,
        "author": [{"name": name, "role": role} for name, role in story.authors],
        "editor": [{"name": "".join(name.split())} for name in story.editors],
        "source": {"name": story.source[0], "url": story.source[1]} if story.source else None,
        "article_section": story.section.name,
        "breadcrumb": [name for name, _ in breadcrumb(story.section)],
        "node": story.section.node,
        "keywords": list(story.keywords),
        "dateline": story.dateline or None,
        "paper": dict(zip(("name", "date", "page"), story.paper, strict=True)) if story.paper else None,
        "blocks": blocks,
        "text": text,
        "char_count": len("".join(text.split())),
        "links": [{"start": start, "end": end, "url": url} for start, end, url in links],
        "image": [
            {
                "content_url": each["content_url"],
                "caption": each["caption"],
                "credit_text": each["credit_text"],
                "alt": each["alt"],
                "position": position,
            }
            for position, each in enumerate(blocks)
            if each["type"] == "figure" and not each["content_url"].endswith(".mp4")
        ],
        "parts": [{"n": n, "url": story.part_url(n)} for n in range(1, len(story.parts) + 1)],
        "layout": story.layout,
    }


def printed_time(published: str) -> str:
    """Return a time as the site prints it: `2024年05月10日06:58`; a day without a time has 00:00."""
    day, _, minute = published.partition("T")
    year, month, date = day.split("-")
    return f"{year}年{month}月{date}日{minute or '00:00'}"


def block(piece: Piece, part: int, story: Story) -> Record:
    """Return a block as a dict with all the fields of `kepu.records.Block`."""
    figure = piece.kind in {"figure", "video"}
    record: Record = {
        "type": "figure" if figure else piece.kind,
        "text": _block_text(piece),
        "part": part,
        "marks": [
            dict(zip(("start", "end", "kind", "source"), mark, strict=True))
            for mark in inline.marks(_source(piece))
        ]
        if not figure
        else [],
        "level": 2 if piece.kind == "heading" else None,
        "items": [inline.to_text(item) for item in piece.items] if piece.kind == "list" else None,
        "ordered": piece.ordered if piece.kind == "list" else None,
        "rows": [[inline.to_text(cell) for cell in row] for row in piece.rows] or None,
        "content_url": urljoin(story.url, piece.url) if figure else None,
        "caption": inline.to_text(piece.caption) or None,
        "credit_text": inline.to_text(piece.credit) or None,
        "alt": None,
    }
    return record


def _block_text(piece: Piece) -> str:
    if piece.kind in {"figure", "video"}:
        return inline.to_text(piece.caption + piece.credit)
    return inline.to_text(_source(piece))


def _source(piece: Piece) -> str:
    """Return the whole block in the inline notation, with lines and cells separated as in `Block.text`."""
    if piece.rows:
        return "\n".join("\t".join(row) for row in piece.rows)
    if piece.items:
        return "\n".join(piece.items)
    return piece.source


def _text(story: Story) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text of the article, and its links as (start, end, absolute URL)."""
    text = ""
    links: list[tuple[int, int, str]] = []
    for piece in (piece for part in story.parts for piece in part):
        if piece.kind in {"chrome", "figure", "video", "credit"}:
            continue
        source = _source(piece)
        offset = len(text) + 1 if text else 0
        links += [
            (offset + start, offset + end, urljoin(story.url, href))
            for start, end, href in inline.links(source)
        ]
        text = f"{text}\n{inline.to_text(source)}" if text else inline.to_text(source)
    return text, links
