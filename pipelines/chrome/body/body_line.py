"""A line of the body: text, a picture, a list or a table, and how the page shows it."""

from dataclasses import dataclass, field
from typing import Literal

from pipelines.chrome.element_style import Align
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import Spans

Source = tuple[Element, Literal["text", "tail", "whole"]]
"""Letters of the page: those in an element before its first child, those right behind it, or all that are in it."""

Kind = Literal["text", "figure", "list", "table"]


@dataclass(slots=True)
class BodyLine:
    """One line of the body as the page shows it."""

    kind: Kind
    text: str = ""
    links: Spans = field(default_factory=list)
    marks: Marks = field(default_factory=list)
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
    caption: str | None = None
    """Of a table: its `<caption>`."""
    is_caption: bool = False
    """Whether the page itself says that it is the caption of a picture (`<figcaption>`)."""
    in_gallery: bool = False
    """Whether it stands in a gallery, whose text is not to be taken for captions."""
    sources: list[Source] = field(default_factory=list)
    """Where in the page its letters stand."""
    added: list[tuple[str, str]] = field(default_factory=list)
    """(kind, text) of what the program wrote in it that is not in the page."""
    rule: str | None = None
    """The rule by which it was left out of the article, once it was."""
