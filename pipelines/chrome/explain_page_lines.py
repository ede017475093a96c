"""List the text of a page in order, each run with the block, field or rule where it ended; only on request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby
from typing import Literal

from lxml import etree

from kepu.records.letter_account import PageLine
from pipelines.chrome.page_selectors import Element

NO_TEXT = frozenset({"script", "style", "template"})
"""Rules for code, whose letters are counted but whose text is not shown."""

Place = tuple[Element, Literal["text", "tail"]]
"""A text node: the text before the first child of an element, or the text after the element."""

Fate = tuple[str, int]
"""Where a text node went, and a number that separates neighbouring runs.

The name is `block`, `field`, `outside`, or the rule that excluded the text; of a `block`, the number is that of the
block in the article.
"""

_wanted: ContextVar[bool] = ContextVar("letter_lines", default=False)


@contextmanager
def wanted() -> Iterator[None]:
    """Within the `with` block, make every account of a page include the lines of its text."""
    token = _wanted.set(True)
    try:
        yield
    finally:
        _wanted.reset(token)


def are_wanted() -> bool:
    """Return whether accounts should include the lines of their pages."""
    return _wanted.get()


def in_order(body: Element, fates: dict[Place, Fate], part: int) -> list[PageLine]:
    """Return the runs of text below an element in page order; adjacent runs that ended in the same place are joined.

    `fates` says where each text node ended; one that it lacks is outside the article. `part` is the number of the page.
    """
    found = []
    for (name, number), run in groupby(_texts(body, fates), key=lambda each: each[0]):
        text = " ".join(" ".join(each.split()) for _, each in run)
        letters = len("".join(text.split()))
        fate = name if name in {"block", "field", "outside"} else "excluded"
        shown = "" if name in NO_TEXT else text
        found.append(PageLine(part, fate, name, shown, letters, number if fate == "block" else 0))
    return found


def _texts(body: Element, fates: dict[Place, Fate]) -> Iterator[tuple[Fate, str]]:
    outside = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        kind: Literal["text", "tail"] = "text" if event == "start" else "tail"
        text = element.text if kind == "text" else element.tail
        if kind == "tail" and (element is body or _is_line(element)):
            outside += 1
        if not text or not text.strip() or (kind == "tail" and element is body):
            continue
        fate = fates.get((element, kind))
        if fate is None and element.tag in NO_TEXT and kind == "text":
            fate = (str(element.tag), -outside)
        if fate is None or fate[0] == "field":
            fate = (fate[0] if fate else "outside", outside)
        yield fate, text


_LINES = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "table", "br", "dd", "dt"}
)


def _is_line(element: Element) -> bool:
    """Return whether an element outside the article ends a line."""
    return element.tag in _LINES
