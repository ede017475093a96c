"""Count the prose and the navigation in every element of a page, in one walk and independently of the markup.

A run is the text between two block boundaries, which the browser shows on a line of its own. Its class depends only on
its characters, links and punctuation, so a paragraph counts the same in a `<p>`, in a `<div>`, between two `<br>`, or
directly in the body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.chrome.element_style import is_hidden
from pipelines.chrome.inline_text import BLOCKS, SILENT
from pipelines.chrome.page_selectors import Element

MARKS = re.compile("[，。！？；：、…”’」』]|[,.!?;:][\\s\"')\\]]|[.!?]$")
"""Matches punctuation of sentences; ASCII marks only before a space or the end, to exclude the point in 3.5."""

STOPS = re.compile("[。！？；…]|[.!?](?:\\s|$)")
"""Matches the end of a sentence."""

SENTENCE, PASSAGE = 12, 60
"""Minimum number of characters of a run of prose: with a full stop or two marks, and with one mark."""

BORDERS = BLOCKS | {"br", "body", "html", "form"}
"""Tags at which a run begins and ends."""

UNREAD = SILENT - {"form"}
"""Elements whose text is not counted. Forms are counted, because on old sites a form encloses the whole page."""


@dataclass(slots=True)
class Content:
    """The counts of an element, including its descendants, in characters."""

    prose: int = 0
    """Characters of runs of prose, in and outside links."""
    linked: int = 0
    """Characters of links outside prose."""
    other: int = 0
    """Other characters: labels, names, times."""
    runs: int = 0
    """Number of runs."""
    paragraphs: int = 0
    """Number of runs of prose."""
    own: int = 0
    """Characters of prose directly in this element, not in a block below it."""

    @property
    def letters(self) -> int:
        """Number of all characters."""
        return self.prose + self.linked + self.other

    def add(self, other: "Content") -> None:
        """Add the counts of a child element."""
        self.prose += other.prose
        self.linked += other.linked
        self.other += other.other
        self.runs += other.runs
        self.paragraphs += other.paragraphs


Contents = dict[Element, Content]
"""Maps each visible element of a page to its counts."""


class _Counter:
    """The state of the walk: the current run, and the open links."""

    def __init__(self) -> None:
        self.contents: Contents = {}
        self.free: list[str] = []
        self.linked: list[str] = []
        self.anchors = 0

    def text(self, text: str | None) -> None:
        """Add a text to the current run."""
        if text and not text.isspace():
            (self.linked if self.anchors else self.free).append(text)

    def flush(self, block: Content) -> None:
        """End the current run, and add its counts to those of `block`."""
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
    """Return the counts of `root` and of each visible element below it, in time linear in the page's length."""
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
    """Return whether a run is prose.

    `free` and `linked` are its text outside and inside links, `letters` and `in_links` their numbers of characters.
    """
    if in_links > letters:
        return False
    whole = letters + in_links
    if whole < SENTENCE:
        return False
    marks = len(MARKS.findall(free))
    if whole >= PASSAGE:
        return marks > 0
    return marks > 1 or STOPS.search(free) is not None or STOPS.search(linked) is not None
