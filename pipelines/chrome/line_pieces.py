"""Collect the pieces of a line with its links and its marked runs (raised, lowered, struck through, formulas)."""

import re
from dataclasses import dataclass, field

from kepu.records.article import MarkKind
from pipelines.chrome.formulas import formula_in_picture, formula_of, letters_of
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.raised_letters import shown
from pipelines.chrome.whitespace import Spans, tidy

Marks = list[tuple[int, int, MarkKind, str]]
"""(start, end, kind, characters on the page) of each marked run of a line: see kepu.records.Mark."""

MARKED: dict[object, MarkKind] = {
    "sup": "sup",
    "sub": "sub",
    "del": "del",
    "s": "del",
    "strike": "del",
    "ruby": "ruby",
}
"""Map the tag of an element whose text is marked to the kind of mark."""

_HEIGHT = re.compile(r"vertical-align\s*+:\s*(super|sub)\b", re.IGNORECASE)


def mark_of(node: Element) -> MarkKind | None:
    """Return the kind of mark for the text of an element, or None."""
    kind = MARKED.get(node.tag)
    if kind is not None or node.tag not in ("span", "font"):
        return kind
    style = node.get("style")
    match = _HEIGHT.search(style) if style else None
    return None if match is None else "sup" if match[1].lower() == "super" else "sub"


@dataclass(slots=True)
class Pieces:
    """The pieces of one line."""

    pieces: list[str] = field(default_factory=list)
    """Pieces of its text, in order."""
    size: int = 0
    """Number of characters of the pieces."""
    links: Spans = field(default_factory=list)
    """(start, end, URL) of each link, as offsets in the joined pieces."""
    marks: Marks = field(default_factory=list)
    """The marks, with offsets in the joined pieces."""
    opened: list[tuple[Element, MarkKind, int, int]] = field(default_factory=list)
    """Open marks: (element, kind, number of pieces before it, number of characters before it)."""
    readings: dict[Element, str] = field(default_factory=dict)
    """Map each open `<ruby>` to its reading so far."""
    added: list[tuple[str, str]] = field(default_factory=list)
    """(kind, text) of each addition by the program that is not on the page."""

    def add(self, text: str) -> None:
        """Add text."""
        self.pieces.append(text)
        self.size += len(text)

    def open_mark(self, node: Element, kind: MarkKind) -> None:
        """Begin a marked run."""
        self.opened.append((node, kind, len(self.pieces), self.size))

    def close_mark(self, node: Element) -> int:
        """End the run that an element began; return the number of characters by which the line became longer."""
        if not self.opened or self.opened[-1][0] is not node:
            return 0
        _, kind, first, start = self.opened.pop()
        run = "".join(self.pieces[first:])
        if not run.strip():
            return 0
        if kind in ("sup", "sub"):
            return self._raise(run, kind, first, start)
        source = self.readings.pop(node, run.strip()) if kind == "ruby" else run.strip()
        self.marks.append((start, self.size, kind, source))
        return 0

    def _raise(self, run: str, kind: MarkKind, first: int, start: int) -> int:
        written = shown(run, "sup" if kind == "sup" else "sub")
        shift = 2 if written[:2] in ("^{", "_{") and not run.startswith(written[:2]) else 0
        if shift:
            self.links = [
                (a + shift, b + shift, url) if a >= start else (a, b, url) for a, b, url in self.links
            ]
            self.marks = [
                (a + shift, b + shift, k, s) if a >= start else (a, b, k, s) for a, b, k, s in self.marks
            ]
            self.added.append((kind, written[:2] + "}"))
        self.pieces[first:] = [written]
        self.size += len(written) - len(run)
        self.marks.append((start, self.size, kind, run.strip()))
        return len(written) - len(run)

    def reading(self, text: str) -> None:
        """Add text to the reading of the innermost open `<ruby>`."""
        for node, kind, *_ in reversed(self.opened):
            if kind == "ruby":
                self.readings[node] = self.readings.get(node, "") + text.strip()
                return

    def formula(self, math: Element) -> None:
        """Add the text of a `<math>`, in TeX, with a mark."""
        text = formula_of(math)
        source = letters_of(math)
        self.marks.append((self.size, self.size + len(text), "tex", source))
        if text != source:
            self.added.append(("tex", text))
        self.add(text)

    def formula_picture(self, image: Element) -> bool:
        """If a picture shows a formula, add it with a mark; return whether it does."""
        text = formula_in_picture(image)
        if text is None:
            return False
        kind: MarkKind = "tex" if text.startswith("$") else "alt"
        self.marks.append((self.size, self.size + len(text), kind, image.get("alt") or ""))
        self.added.append((kind, text))
        self.add(text)
        return True

    def finish(self) -> tuple[str, Spans, Marks]:
        """Return the exact text of the line, its links and its marks, and begin a new line."""
        raw, links, marks = "".join(self.pieces), self.links, self.marks
        self.pieces, self.size, self.links, self.marks, self.opened = [], 0, [], [], []
        if not links and not marks:
            return tidy(raw, links)[0], [], []
        spans = links + [(start, end, "") for start, end, _, _ in marks]
        text, moved = tidy(raw, spans)
        kept = [link for link in moved[: len(links)] if link[0] < link[1]]
        made = [
            (start, end, kind, source)
            for (start, end, _), (_, _, kind, source) in zip(moved[len(links) :], marks, strict=True)
            if start < end
        ]
        return text, kept, sorted(made)
