"""How much prose and how much navigation every element of a page holds, counted in one walk, whatever its markup.

A run is the text between two borders of blocks, as a reader sees it on a line of its own. What a run is worth depends
on its letters, its links and its punctuation alone, so a paragraph counts the same in a `<p>`, in a `<div>` of its own,
between two `<br>`, or right in the body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.chrome.element_style import is_hidden
from pipelines.chrome.inline_text import BLOCKS, SILENT
from pipelines.chrome.page_selectors import Element

MARKS = re.compile("[，。！？；：、…”’」』]|[,.!?;:][\\s\"')\\]]|[.!?]$")
"""Punctuation of sentences. Those of Latin script count where a space or the end follows, unlike the point in 3.5."""

STOPS = re.compile("[。！？；…]|[.!?](?:\\s|$)")

SENTENCE, PASSAGE = 12, 60
"""Letters from which a run with a full stop or two marks is prose, and those from which one mark is enough."""

BORDERS = BLOCKS | {"br", "body", "html", "form"}
UNREAD = SILENT - {"form"}
"""Old sites stand in a form from top to bottom, so what is in one counts."""


@dataclass(slots=True)
class Content:
    """What an element holds, with all that is in it, in letters."""

    prose: int = 0
    linked: int = 0
    """Letters of links that stand in no prose."""
    other: int = 0
    """Letters of neither: labels, names, times."""
    runs: int = 0
    paragraphs: int = 0
    """Runs of prose."""
    own: int = 0
    """Letters of prose in no block of its own below this element."""

    @property
    def letters(self) -> int:
        """All of them."""
        return self.prose + self.linked + self.other

    def add(self, other: "Content") -> None:
        """Count what stands in an element for the one round it too."""
        self.prose += other.prose
        self.linked += other.linked
        self.other += other.other
        self.runs += other.runs
        self.paragraphs += other.paragraphs


Contents = dict[Element, Content]


class _Counter:
    """The run being read, and what is open round it."""

    def __init__(self) -> None:
        self.contents: Contents = {}
        self.free: list[str] = []
        self.linked: list[str] = []
        self.anchors = 0

    def text(self, text: str | None) -> None:
        if text and not text.isspace():
            (self.linked if self.anchors else self.free).append(text)

    def flush(self, block: Content) -> None:
        if not self.free and not self.linked:
            return
        free, linked = "".join(self.free), "".join(self.linked)
        letters, in_links = (len("".join(text.split())) for text in (free, linked))
        block.runs += 1
        if _is_prose(free, linked, letters, in_links):
            block.prose += letters + in_links
            block.own += letters + in_links
            block.paragraphs += 1
        else:
            block.linked += in_links
            block.other += letters
        self.free, self.linked = [], []


def count_contents(root: Element) -> Contents:
    """Return what each shown element below `root`, and `root` itself, holds. Takes time as the page is long."""
    counter = _Counter()
    top = Content()
    counter.contents[root] = top
    opened: list[tuple[Element, Content]] = [(root, top)]
    blocks = [top]
    ahead: list[Iterator[Element]] = [iter(root)]
    counter.text(root.text)
    while ahead:
        node = next(ahead[-1], None)
        if node is None:
            ahead.pop()
            _close(counter, opened, blocks)
            continue
        if not _is_read(node):
            if node.tag in BORDERS:
                counter.flush(blocks[-1])
            counter.text(node.tail)
            continue
        content = Content()
        counter.contents[node] = content
        if node.tag in BORDERS:
            counter.flush(blocks[-1])
            blocks.append(content)
        counter.anchors += node.tag == "a"
        counter.text(node.text)
        opened.append((node, content))
        ahead.append(iter(node))
    return counter.contents


def _is_read(node: Element) -> bool:
    return isinstance(node.tag, str) and node.tag not in UNREAD and not is_hidden(node)


def _close(counter: _Counter, opened: list[tuple[Element, Content]], blocks: list[Content]) -> None:
    node, content = opened.pop()
    if node.tag in BORDERS and opened:
        counter.flush(blocks.pop())
    elif not opened:
        counter.flush(blocks[-1])
    counter.anchors -= node.tag == "a"
    if opened:
        opened[-1][1].add(content)
        counter.text(node.tail)


def _is_prose(free: str, linked: str, letters: int, in_links: int) -> bool:
    """Tell whether a run reads like a sentence: its words outside links, and inside."""
    if in_links > letters:
        return False
    whole = letters + in_links
    if whole < SENTENCE:
        return False
    marks = len(MARKS.findall(free))
    if whole >= PASSAGE:
        return marks > 0
    return marks > 1 or STOPS.search(free) is not None or STOPS.search(linked) is not None
