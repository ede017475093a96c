"""What is known at a point of the walk through a body: the line being read, and the elements round it."""

from collections.abc import Collection

from pipelines.chrome.body.body_line import Line
from pipelines.chrome.body.html_lists import is_list, read_list
from pipelines.chrome.body.html_tables import LEAST, is_data_table, is_dead_table, read_table
from pipelines.chrome.body.videos import is_video, video_in
from pipelines.chrome.css_index import Element
from pipelines.chrome.element_style import BOLD, Align, align_of, is_heavy, is_hidden
from pipelines.chrome.inline_text import BLOCKS, SILENT
from pipelines.chrome.text_density import Weights, weigh
from pipelines.chrome.whitespace import PADDING, Spans, tidy

HEADINGS = {"h1": 2, "h2": 2, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
"""Headings in a body, and their level: 2 is the first below the headline."""


class Reader:
    """What is known at a point of the walk: the line being read and the elements round it."""

    def __init__(self, container: Element, skipped: Collection[Element], boxes: bool) -> None:
        self.lines: list[Line] = []
        self.skipped = skipped
        self.boxes = boxes
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
        self.weights: Weights | None = None
        """Of all below the container, once a table asks for them."""

    def start(self, node: Element) -> bool:
        """Open an element; True where its subtree is not to be walked."""
        tag = node.tag
        if node is not self.container and (tag in SILENT or node in self.skipped or is_hidden(node)):
            if node not in self.skipped:
                self._picture(video_in(node), True)
            if tag in BLOCKS:
                self.flush()
            self.silenced = node
            return True
        if tag in BLOCKS and node is not self.container:
            return self._start_block(node, tag)
        self._start_inline(node)
        if tag in BOLD or is_heavy(node):
            self.bold += 1
        return False

    def _start_inline(self, node: Element) -> None:
        tag = node.tag
        if tag == "br":
            self.flush()
        elif tag == "img":
            self._picture(node.get("src") or node.get("data-src"), False, node.get("alt") or "")
        elif tag in ("video", "source", "embed"):
            if is_video(node.get("src")):
                self._picture(node.get("src"), True)
        elif tag == "a" and node.get("href"):
            self.anchor = (self.size, node.get("href") or "")

    def _start_block(self, node: Element, tag: str) -> bool:
        self.flush()
        self.paragraph += 1
        if tag in ("ul", "ol") and is_list(node):
            self._list(node)
        elif tag == "table" and is_data_table(node, self._weights()):
            self._table(node)
        elif tag == "table" and is_dead_table(node, self._weights(), self._least()):
            pass
        else:
            self.depth += 1
            self.aligns.append(align_of(node, self.aligns[-1]))
            self.quotes += tag == "blockquote"
            self.bold += tag in BOLD or is_heavy(node)
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
        if tag in BOLD or is_heavy(node):
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
            heavy = is_heavy(node)
            self.bold += heavy
            self.aligns.append(align_of(node, self.aligns[-1]))
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

    def _list(self, node: Element) -> None:
        for image in node.iter("img"):
            self._picture(image.get("src"), False)
        items, links = read_list(node)
        if items:
            line = self._line("\n".join(items), links)
            line.kind, line.items, line.ordered = "list", items, node.tag == "ol"
            self.lines.append(line)

    def _table(self, node: Element) -> None:
        rows, links = read_table(node)
        line = self._line("\n".join(map("\t".join, rows)), links)
        line.kind, line.rows = "table", rows
        self.lines.append(line)

    def _least(self) -> int:
        """Return how many letters a table must hold: where none is of the text, more than a table beside it has."""
        return LEAST if self.boxes else max(LEAST, self._weights()[self.container].letters // 2)

    def _weights(self) -> Weights:
        if self.weights is None:
            self.weights = weigh(self.container)
        return self.weights
