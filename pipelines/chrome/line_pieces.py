"""A line that is being read, piece by piece, with its links and the runs that are shown in another way."""

import re
from dataclasses import dataclass, field

from kepu.records.article import MarkKind
from pipelines.chrome.formulas import formula_in_picture, formula_of, letters_of
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.raised_letters import shown
from pipelines.chrome.whitespace import Spans, tidy

Marks = list[tuple[int, int, MarkKind, str]]
"""(start, end, kind, the page's own letters) of each run of a line: see kepu.records.Mark."""

MARKED: dict[object, MarkKind] = {
    "sup": "sup",
    "sub": "sub",
    "del": "del",
    "s": "del",
    "strike": "del",
    "ruby": "ruby",
}
"""Elements whose letters are marked, and the kind of mark."""

_HEIGHT = re.compile(r"vertical-align\s*+:\s*(super|sub)\b", re.IGNORECASE)


def mark_of(node: Element) -> MarkKind | None:
    """Return the kind of mark that an element makes, or None."""
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
    size: int = 0
    links: Spans = field(default_factory=list)
    marks: Marks = field(default_factory=list)
    opened: list[tuple[Element, MarkKind, int, int]] = field(default_factory=list)
    """Marks that are open: (element, kind, how many pieces and how many letters stood before it)."""
    readings: dict[Element, str] = field(default_factory=dict)
    """What stands beside the letters of an open `<ruby>`."""
    added: list[tuple[str, str]] = field(default_factory=list)
    """(kind, text) of what the program wrote that is not in the page."""

    def add(self, text: str) -> None:
        """Add letters."""
        self.pieces.append(text)
        self.size += len(text)

    def open_mark(self, node: Element, kind: MarkKind) -> None:
        """Begin a marked run."""
        self.opened.append((node, kind, len(self.pieces), self.size))

    def close_mark(self, node: Element) -> int:
        """End the run that an element began; return by how many letters that made the line longer."""
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
        """Add to the reading of the letters in the nearest open `<ruby>`."""
        for node, kind, *_ in reversed(self.opened):
            if kind == "ruby":
                self.readings[node] = self.readings.get(node, "") + text.strip()
                return

    def formula(self, math: Element) -> None:
        """Add a `<math>`."""
        text = formula_of(math)
        source = letters_of(math)
        self.marks.append((self.size, self.size + len(text), "tex", source))
        if text != source:
            self.added.append(("tex", text))
        self.add(text)

    def formula_picture(self, image: Element) -> bool:
        """Add the formula that a picture within a sentence shows; return whether the picture shows one."""
        text = formula_in_picture(image)
        if text is None:
            return False
        kind: MarkKind = "tex" if text.startswith("$") else "alt"
        self.marks.append((self.size, self.size + len(text), kind, image.get("alt") or ""))
        self.added.append((kind, text))
        self.add(text)
        return True

    def finish(self) -> tuple[str, Spans, Marks]:
        """Return the line's exact text, its links and its marks, and begin another one."""
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
