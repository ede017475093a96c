"""The state of the walk through a body: the current line, and the open elements around it."""

from collections.abc import Mapping
from typing import Any

from kepu.messages import Text
from pipelines.chrome.body.body_line import BodyLine, Source
from pipelines.chrome.body.html_lists import is_list, read_list
from pipelines.chrome.body.html_tables import LEAST, is_data_table, is_dead_table, read_table
from pipelines.chrome.body.videos import is_video, video_in
from pipelines.chrome.element_style import BOLD, Align, align_of, is_heavy, is_hidden
from pipelines.chrome.inline_text import BLOCKS, SILENT
from pipelines.chrome.line_pieces import Marks, Pieces, mark_of
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.picture_address import address_of
from pipelines.chrome.text_density import Weights, weigh
from pipelines.chrome.whitespace import PADDING, Spans
from pipelines.refusals import TooLarge

PRE = {"pre", "listing", "xmp"}
"""Elements in which the browser shows line ends."""

MAX_LINES = 60_000
"""Maximum number of lines of a body. The number of tags does not limit those of `<pre>`."""

RULES = {
    "video": "media_fallback", "audio": "media_fallback", "object": "media_fallback", "applet": "media_fallback",
    "canvas": "media_fallback", "iframe": "media_fallback", "select": "form", "textarea": "form", "button": "form",
    "input": "form", "datalist": "form", "option": "form", "optgroup": "form", "rp": "ruby_bracket",
    "noframes": "noscript", "svg": "drawing", "map": "drawing",
}  # fmt: skip
"""Map the tag of an element that is not read to the rule under which its text is counted; otherwise it is the tag."""

HEADINGS = {"h1": 2, "h2": 2, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
"""Map the tags of headings to their level: 2 is the first below the headline."""


def refuse_lines(number: int) -> None:
    """Raise TooLarge if a body has too many lines."""
    if number > MAX_LINES:
        raise TooLarge(Text("a body of more than {most:,} lines", most=MAX_LINES))


class BodyReader:
    """The state of the walk: the current line, the lines before it, and the open elements."""

    def __init__(self, container: Element, skipped: Mapping[Element, str], boxes: bool) -> None:
        self.lines: list[BodyLine] = []
        """The lines that are complete."""
        self.skipped = skipped
        """Map each element to leave out to the rule for it."""
        self.boxes = boxes
        """Whether a layout table may contain text of the article (see layout_base.Layout)."""
        self.container = container
        """The element of the body."""
        self.line = Pieces()
        """The current line."""
        self.sources: list[Source] = []
        """The pieces of the page that the text of the current line comes from."""
        self.skips: dict[Element, str] = {}
        """Map each element that is not read to the rule."""
        self.heavy = 0
        """Number of bold characters in the current line."""
        self.bold = 0
        """Number of open bold elements."""
        self.anchor: tuple[int, str] | None = None
        """The open link: (number of characters before it, its href), or None."""
        self.behind: list[BodyLine] = []
        """Pictures within or after the text of the current line, which will follow it."""
        self.aligns: list[Align] = [""]
        """Alignment of each open block element, the innermost last."""
        self.paragraph = 0
        """Number of the current paragraph."""
        self.level: int | None = None
        """Level of the open heading, or None."""
        self.quotes = 0
        """Number of open `<blockquote>`."""
        self.pre = 0
        """Number of open elements in which line ends are shown."""
        self.captions = 0
        """Number of open `<figcaption>`."""
        self.figures: list[int] = []
        """For each open `<figure>`, the number of lines before it."""
        self.depth = 0
        """Number of open block elements below the container."""
        self.silenced: Element | None = None
        """The open element that is not read, or None."""
        self.weights: Weights | None = None
        """Weights of all elements below the container; computed at the first table."""

    def start(self, node: Element) -> bool:
        """Open an element; return whether its descendants are to be skipped, unread or read already."""
        tag = node.tag
        if node is not self.container and (tag in SILENT or node in self.skipped or is_hidden(node)):
            self._skip(node, tag)
            return True
        if tag in BLOCKS and node is not self.container:
            return self._start_block(node, tag)
        if tag == "math" or tag == "rt":
            self._start_aside(node, tag)
            return True
        self._start_inline(node)
        if (kind := mark_of(node)) is not None:
            self.line.open_mark(node, kind)
        if tag in BOLD or is_heavy(node):
            self.bold += 1
        return False

    def _skip(self, node: Element, tag: Any) -> None:
        """Leave an element out, except for a video or picture in it."""
        is_chosen = node in self.skipped
        if not is_chosen:
            self._picture(video_in(node), True)
            if tag == "noscript":
                self._late_pictures(node)
        if tag in BLOCKS:
            self.flush()
        self.skips[node] = (
            self.skipped[node] if is_chosen else RULES.get(tag, tag) if tag in SILENT else "hidden"
        )
        self.silenced = node

    def _late_pictures(self, node: Element) -> None:
        """Add the pictures in a `<noscript>`, unless the picture before it is the same one, shown by a script."""
        before = node.getprevious()
        if before is not None and before.tag == "img" and address_of(before):
            return
        for image in node.iter("img"):
            self._picture(address_of(image), False, image.get("alt") or "")

    def _start_aside(self, node: Element, tag: Any) -> None:
        """Read a formula, or the reading of characters (`<rt>`)."""
        if tag == "math":
            self.line.formula(node)
        else:
            self.line.reading("".join(node.itertext()))
        self.sources.append((node, "whole"))
        self.silenced = node

    def _start_inline(self, node: Element) -> None:
        """Read the start of an inline element: a line end, a picture, a video or a link."""
        tag = node.tag
        if tag == "br":
            self.flush()
        elif tag == "img":
            if not self.line.formula_picture(node):
                self._picture(address_of(node), False, node.get("alt") or "")
        elif tag in ("source", "embed"):
            if is_video(node.get("src")):
                self._picture(node.get("src"), True)
        elif tag == "a" and node.get("href"):
            self.anchor = (self.line.size, node.get("href") or "")

    def _start_block(self, node: Element, tag: str) -> bool:
        """Open a block element; return whether its descendants were read already or must not be read."""
        self.flush()
        self.paragraph += 1
        if tag in ("ul", "ol") and is_list(node):
            self._list(node)
        elif tag == "table" and is_data_table(node, self._weights()):
            self._table(node)
        elif tag == "table" and is_dead_table(node, self._weights(), self._least()):
            self.skips[node] = "table_of_links" if self._weights()[node].letters else "empty_table"
        else:
            self.depth += 1
            self.aligns.append(align_of(node, self.aligns[-1]))
            self.quotes += tag == "blockquote"
            self.pre += tag in PRE
            self.captions += tag == "figcaption"
            if tag == "figure":
                self.figures.append(len(self.lines))
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
        if self.line.opened:
            longer = self.line.close_mark(node)
            if self.bold:
                self.heavy += longer
        if tag in BLOCKS:
            self.flush()
            self.paragraph += 1
            self.depth -= 1
            self.aligns.pop()
            self.quotes -= tag == "blockquote"
            self.pre -= tag in PRE
            self.captions -= tag == "figcaption"
            if tag == "figure" and self.figures:
                self._caption_last(self.figures.pop())
            if tag in HEADINGS:
                self.level = None
        if tag in BOLD or is_heavy(node):
            self.bold -= 1

    def plain_paragraph(self, node: Element) -> None:
        """Add a paragraph that contains no elements, as most do."""
        self.flush()
        self.paragraph += 1
        if not node.text:
            return
        if not node.keys():
            self._paragraph_of(node)
        elif is_hidden(node):
            self.skips[node] = "hidden"
        else:
            heavy = is_heavy(node)
            self.bold += heavy
            self.aligns.append(align_of(node, self.aligns[-1]))
            self._paragraph_of(node)
            self.aligns.pop()
            self.bold -= heavy

    def _paragraph_of(self, node: Element) -> None:
        """Add the text of a paragraph without elements as one line."""
        self.depth += 1
        self.text(node.text or "", (node, "text"))
        self.flush()
        self.depth -= 1

    def text(self, text: str, source: Source) -> None:
        """Add text to the current line; `source` is where it comes from."""
        if not self.line.pieces and text.isspace():
            return
        if self.pre and "\n" in text:
            self._lines_of_pre(text, source)
            return
        self.line.add(text)
        self.sources.append(source)
        if self.bold:
            self.heavy += len(text.strip(PADDING))

    def _lines_of_pre(self, text: str, source: Source) -> None:
        """Add text in which line ends are shown."""
        *lines, last = text.splitlines() + [""] * text.endswith(("\n", "\r"))
        for line in lines:
            if line:
                self.line.add(line)
                self.sources.append(source)
            self.flush()
            refuse_lines(len(self.lines))
        if last:
            self.line.add(last)
            self.sources.append(source)

    def flush(self) -> None:
        """End the current line, and begin a new one within the same link."""
        href = None
        if self.anchor:
            href = self.anchor[1]
            self._close_anchor()
        if self.line.pieces:
            text, links, marks = self.line.finish()
            if text:
                self.lines.append(self._line(text, links, marks))
            self.sources, self.heavy = [], 0
        if self.behind:
            self.lines += self.behind
            self.behind = []
        if href:
            self.anchor = (0, href)

    def _line(self, text: str, links: Spans, marks: Marks) -> BodyLine:
        """Return a line with the state of the open elements around it."""
        added, self.line.added = self.line.added, []
        return BodyLine(
            "text",
            text,
            links,
            marks,
            paragraph=self.paragraph,
            align=self.aligns[-1],
            bold=self.heavy > 0 and self.heavy >= len(text.replace(" ", "")) > 0,
            level=self.level,
            quote=self.quotes > 0,
            bare=self.depth == 0,
            is_caption=self.captions > 0,
            sources=self.sources,
            added=added,
        )

    def _close_anchor(self) -> None:
        """End the open link, if there is one; a link without characters is dropped."""
        if self.anchor and self.line.size > self.anchor[0]:
            self.line.links.append((self.anchor[0], self.line.size, self.anchor[1]))
        self.anchor = None

    def _caption_last(self, first: int) -> None:
        """Move the captions of a figure after its pictures; `first` is the figure's first line."""
        self.lines[first:] = sorted(self.lines[first:], key=lambda line: line.is_caption)

    def _picture(self, src: str | None, video: bool, alt: str = "") -> None:
        """Add a picture or video: after the current line if that has text, otherwise at once.

        An empty `src` adds nothing.
        """
        url = (src or "").strip()
        if not url:
            return
        line = BodyLine(
            "figure",
            url=url,
            alt=alt.strip(),
            video=video,
            href=self.anchor[1] if self.anchor else None,
            paragraph=self.paragraph,
            align=self.aligns[-1],
            bare=self.depth == 0,
        )
        written = any(piece.strip(PADDING) for piece in self.line.pieces)
        (self.behind if written else self.lines).append(line)

    def _list(self, node: Element) -> None:
        """Add the pictures of a list, and then its items as one line; a list without text adds no line."""
        for image in node.iter("img"):
            self._picture(address_of(image), False, image.get("alt") or "")
        items, links, marks = read_list(node)
        if items:
            line = self._line("\n".join(items), links, marks)
            line.kind, line.items, line.ordered = "list", items, node.tag == "ol"
            line.sources = [(node, "whole")]
            self.lines.append(line)

    def _table(self, node: Element) -> None:
        """Add a table of data as one line."""
        table = read_table(node)
        line = self._line("\n".join(map("\t".join, table.rows)), table.links, table.marks)
        line.kind, line.rows, line.caption = "table", table.rows, table.caption
        line.sources = [(node, "whole")]
        line.added += [("repeated_cell", text) for text in table.repeated]
        self.lines.append(line)

    def _least(self) -> int:
        """Return the value of `least` for `is_dead_table`: higher if the page arranges its text in tables."""
        return LEAST if self.boxes else max(LEAST, self._weights()[self.container].letters // 2)

    def _weights(self) -> Weights:
        """Return the weights of all elements below the container, computed on the first call."""
        if self.weights is None:
            self.weights = weigh(self.container)
        return self.weights
