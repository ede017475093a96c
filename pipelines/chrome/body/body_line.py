"""A line of the body: text, a picture, a list or a table, and how the page shows it."""

from dataclasses import dataclass, field
from typing import Literal

from pipelines.chrome.element_style import Align
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import Spans

Source = tuple[Element, Literal["text", "tail", "whole"]]
"""A piece of the page's text: an element, and whether its text before the first child, its tail, or all of it is
meant.
"""

Kind = Literal["text", "figure", "list", "table"]
"""What a line shows: running text, a picture or video, a whole list, or a whole table."""


@dataclass(slots=True)
class BodyLine:
    """One line of the body as the page shows it."""

    kind: Kind
    """Text, or one of the elements that are a line as a whole. A list is one line with all its items."""
    text: str = ""
    """Its text; of a list, the items joined by line ends."""
    links: Spans = field(default_factory=list)
    """Links in `text`: (start, end, URL as written)."""
    marks: Marks = field(default_factory=list)
    """Marks in `text`."""
    paragraph: int = 0
    """Number of the block element that contains the line; lines separated by `<br>` have the same."""
    align: Align = ""
    """Alignment; empty for left or justified."""
    bold: bool = False
    """Whether all of its text is bold."""
    level: int | None = None
    """Level of a heading element (1 for `<h1>`), or None."""
    quote: bool = False
    """Whether it is in a `<blockquote>`."""
    bare: bool = False
    """Whether its text is directly in the container, outside any paragraph or cell."""
    items: list[str] | None = None
    """For a list, its items; None for other lines."""
    ordered: bool | None = None
    """For a list, whether it is an `<ol>`; None for other lines."""
    rows: list[list[str]] | None = None
    """For a table, its rows of cells; None for other lines."""
    url: str | None = None
    """For a figure, the URL as written in the page."""
    alt: str = ""
    """For a figure, its alternative text."""
    href: str | None = None
    """For a figure that is a link, its target."""
    video: bool = False
    """Whether a figure is a video."""
    caption: str | None = None
    """For a table, its `<caption>`."""
    is_caption: bool = False
    """Whether the page marks it as the caption of a picture (`<figcaption>`)."""
    in_gallery: bool = False
    """Whether it is in a gallery, in which only the wording makes a line a caption."""
    sources: list[Source] = field(default_factory=list)
    """The pieces of the page that its text comes from."""
    added: list[tuple[str, str]] = field(default_factory=list)
    """(kind, text) of each addition by the program that is not on the page."""
    rule: str | None = None
    """Name of the rule that left it out of the article; None if it is kept."""
