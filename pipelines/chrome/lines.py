"""The body's tree to its lines: text, pictures, lists and tables, in reading order, and how each of them is shown."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from .select import Element
from .spaces import PADDING, Spans, tidy
from .tables import Cells, is_data_table, is_dead_table, rows_of
from .words import BLOCKS, SILENT, inline_text, is_hidden

HEADINGS = {"h1": 2, "h2": 2, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
"""Headings in a body, and their level: 2 is the first below the headline."""

BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"}

Kind = Literal["text", "figure", "list", "table"]
Align = Literal["", "center", "right"]

_ALIGN = re.compile(r"text-align\s*:\s*(\w+)", re.IGNORECASE)
_HEAVY = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_PLAYER = re.compile(
    r"""["']?\b(?:src|file|url|videoUrl)\b["']?\s*[:=]\s*["']([^"'\s]+\.(?:mp4|m3u8|flv|mov|webm)[^"'\s]*)["']"""
)
_VIDEO = re.compile(r"\.(?:mp4|m3u8|flv|mov|webm|swf|wmv)(?:\?|$)", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One line of the body as the page shows it."""

    kind: Kind
    text: str = ""
    links: Spans = field(default_factory=list)
    paragraph: int = 0
    """The number of the block element it stands in: lines parted by `<br>` share it."""
    align: Align = ""
    bold: bool = False
    """Whether every letter of it is bold."""
    level: int | None = None
    quote: bool = False
    bare: bool = False
    """Whether it stands in the container itself, in no paragraph or cell of its own."""
    items: list[str] | None = None
    ordered: bool | None = None
    rows: list[list[str]] | None = None
    url: str | None = None
    """Of a figure, as the page writes it."""
    alt: str = ""
    href: str | None = None
    """Where a picture leads, if it is a link."""
    video: bool = False


def lines_of(container: Element, skipped: Collection[Element] = ()) -> list[Line]:
    """Return the lines of a body in reading order, `skipped` subtrees left out. No recursion, whatever the nesting."""
    reader = _Reader(container, skipped)
    if container.text:
        reader.text(container.text)
    for child in container:
        if child.tag == "p" and len(child) == 0 and child not in skipped:
            reader.plain_paragraph(child)
            if child.tail:
                reader.text(child.tail)
        else:
            _walk(reader, child)
    reader.flush()
    return reader.lines


def _walk(reader: "_Reader", top: Element) -> None:
    """Read an element and what is in it. A stack of one's own costs half of what `etree.iterwalk` does."""
    opened: list[Element] = []
    ahead: list[Iterator[Element]] = [iter((top,))]
    while ahead:
        node = next(ahead[-1], None)
        if node is None:
            ahead.pop()
            if not opened:
                return
            node = opened.pop()
        elif not reader.start(node):
            if node.text:
                reader.text(node.text)
            if len(node):
                opened.append(node)
                ahead.append(iter(node))
                continue
        reader.end(node)
        if node.tail:
            reader.text(node.tail)


class _Reader:
    """What is known at a point of the walk: the line being read and the elements round it."""

    def __init__(self, container: Element, skipped: Collection[Element]) -> None:
        self.lines: list[Line] = []
        self.skipped = skipped
        self.container = container
        self.pieces: list[str] = []
        self.size = 0
        self.heavy = 0
        """Letters of the line that are bold."""
        self.bold = 0
        """How many bold elements are open."""
        self.links: Spans = []
        self.anchor: tuple[int, str] | None = None
        self.behind: list[Line] = []
        """Pictures that stand within or after the line's text: they follow it."""
        self.aligns: list[Align] = [""]
        self.paragraph = 0
        self.level: int | None = None
        self.quotes = 0
        self.depth = 0
        """How many block elements are open below the container."""
        self.silenced: Element | None = None

    def start(self, node: Element) -> bool:
        """Open an element; True where its subtree is not to be walked."""
        tag = node.tag
        if node is not self.container and (tag in SILENT or node in self.skipped or is_hidden(node)):
            if node not in self.skipped:
                self._player(node)
            if tag in BLOCKS:
                self.flush()
            self.silenced = node
            return True
        if tag in BLOCKS and node is not self.container:
            return self._start_block(node, tag)
        if tag == "br":
            self.flush()
        elif tag == "img":
            self._picture(node.get("src") or node.get("data-src"), False, node.get("alt") or "")
        elif tag in ("video", "source", "embed"):
            self._video(node.get("src"))
        elif tag == "a" and node.get("href"):
            self.anchor = (self.size, node.get("href") or "")
        if tag in BOLD or _is_heavy(node):
            self.bold += 1
        return False

    def _start_block(self, node: Element, tag: str) -> bool:
        self.flush()
        self.paragraph += 1
        if tag in ("ul", "ol"):
            self._list(node, tag)
        elif tag == "table" and is_data_table(node):
            self._table(rows_of(node))
        elif tag == "table" and is_dead_table(node):
            pass
        else:
            self.depth += 1
            self.aligns.append(_align_of(node, self.aligns[-1]))
            self.quotes += tag == "blockquote"
            self.bold += tag in BOLD or _is_heavy(node)
            self.level = HEADINGS.get(tag, self.level)
            return False
        self.silenced = node
        return True

    def end(self, node: Element) -> None:
        """Close an element."""
        if node is self.silenced:
            self.silenced = None
            return
        tag = node.tag
        if node is self.container:
            return
        if tag == "a" and self.anchor:
            self._close_anchor()
        if tag in BLOCKS:
            self.flush()
            self.paragraph += 1
            self.depth -= 1
            self.aligns.pop()
            self.quotes -= tag == "blockquote"
            if tag in HEADINGS:
                self.level = None
        if tag in BOLD or _is_heavy(node):
            self.bold -= 1

    def plain_paragraph(self, node: Element) -> None:
        """Add a paragraph without elements in it, as most are."""
        self.flush()
        self.paragraph += 1
        text = node.text
        if not text:
            return
        if not node.keys():
            self._paragraph_of(text)
        elif not is_hidden(node):
            heavy = _is_heavy(node)
            self.bold += heavy
            self.aligns.append(_align_of(node, self.aligns[-1]))
            self._paragraph_of(text)
            self.aligns.pop()
            self.bold -= heavy

    def _paragraph_of(self, text: str) -> None:
        self.depth += 1
        self.text(text)
        self.flush()
        self.depth -= 1

    def text(self, text: str) -> None:
        """Add letters to the line."""
        if not self.pieces and text.isspace():
            return
        self.pieces.append(text)
        self.size += len(text)
        if self.bold:
            self.heavy += len(text.strip(PADDING))

    def flush(self) -> None:
        """End the line."""
        href = None
        if self.anchor:
            href = self.anchor[1]
            self._close_anchor()
        if self.pieces:
            text, links = tidy("".join(self.pieces), self.links)
            if text:
                self.lines.append(self._line(text, [link for link in links if link[0] < link[1]]))
            self.pieces, self.links, self.size, self.heavy = [], [], 0, 0
        if self.behind:
            self.lines += self.behind
            self.behind = []
        if href:
            self.anchor = (0, href)

    def _line(self, text: str, links: Spans) -> Line:
        return Line(
            "text",
            text,
            links,
            paragraph=self.paragraph,
            align=self.aligns[-1],
            bold=self.heavy > 0 and self.heavy >= len(text.replace(" ", "")) > 0,
            level=self.level,
            quote=self.quotes > 0,
            bare=self.depth == 0,
        )

    def _close_anchor(self) -> None:
        if self.anchor and self.size > self.anchor[0]:
            self.links.append((self.anchor[0], self.size, self.anchor[1]))
        self.anchor = None

    def _picture(self, src: str | None, video: bool, alt: str = "") -> None:
        url = (src or "").strip()
        if not url:
            return
        line = Line(
            "figure",
            url=url,
            alt=alt.strip(),
            video=video,
            href=self.anchor[1] if self.anchor else None,
            paragraph=self.paragraph,
            align=self.aligns[-1],
            bare=self.depth == 0,
        )
        written = any(piece.strip(PADDING) for piece in self.pieces)
        (self.behind if written else self.lines).append(line)

    def _video(self, src: str | None) -> None:
        if src and _VIDEO.search(src):
            self._picture(src, True)

    def _player(self, node: Element) -> None:
        """A video in a script of the site's player, or in an embedded object, is a figure all the same."""
        if node.tag == "script" and node.text and "layer" in node.text:
            match = _PLAYER.search(node.text)
            self._video(match[1] if match else None)
        elif node.tag in ("object", "iframe"):
            inner = [
                node.get("src"),
                node.get("data"),
                *(e.get("src") or e.get("value") for e in node.iter("embed", "param")),
            ]
            self._video(next((each for each in inner if each and _VIDEO.search(each)), None))

    def _list(self, node: Element, tag: str) -> None:
        items: list[str] = []
        links: Spans = []
        at = 0
        for item in node.iter("li"):
            if next(item.iter("ul", "ol"), None) is not None:
                continue
            text, found = inline_text(item)
            for image in item.iter("img"):
                self._picture(image.get("src"), False)
            if text:
                links += [(at + start, at + end, url) for start, end, url in found if start < end]
                items.append(text)
                at += len(text) + 1
        if items:
            line = self._line("\n".join(items), links)
            line.kind, line.items, line.ordered = "list", items, tag == "ol"
            self.lines.append(line)

    def _table(self, cells: Cells) -> None:
        rows = [[inline_text(cell) for cell in row] for row in cells]
        links: Spans = []
        at = 0
        for row in rows:
            for text, found in row:
                links += [(at + start, at + end, url) for start, end, url in found if start < end]
                at += len(text) + 1
        line = self._line("\n".join("\t".join(text for text, _ in row) for row in rows), links)
        line.kind, line.rows = "table", [[text for text, _ in row] for row in rows]
        self.lines.append(line)


def _align_of(node: Element, outer: Align) -> Align:
    if node.tag == "center":
        return "center"
    style = node.get("style")
    match = _ALIGN.search(style) if style else None
    word = (match[1] if match else node.get("align") or "").lower()
    if word in ("left", "justify", "start"):
        return ""
    return (
        "center"
        if word == "center" and node.tag != "table"
        else "right"
        if word == "right" and node.tag != "table"
        else outer
    )


def _is_heavy(node: Element) -> bool:
    style = node.get("style")
    return style is not None and _HEAVY.search(style) is not None
