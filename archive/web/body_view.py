"""Prepare the body of a record for the template: blocks of pieces of text, each plain, highlighted or a link."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from archive.web.web_links import safe_url

Span = tuple[int, int]
"""Start and end offset of a hit in the text, in characters; the end is not included."""


@dataclass(slots=True)
class Piece:
    """A piece of text with one appearance."""

    text: str
    """Its characters."""
    url: str | None = None
    """Target if it is a link, or None."""
    mark: bool = False
    """Whether it matches the search."""


@dataclass(slots=True)
class Shown:
    """A block for the template."""

    type: str
    """Type of the block, as in `Block.type`."""
    lines: list[list[Piece]] = field(default_factory=list)
    """The items of a list, the lines of verse, caption and credit of a figure; otherwise one line."""
    rows: list[list[list[Piece]]] = field(default_factory=list)
    """The rows of a table."""
    level: int = 2
    """Level of a heading."""
    ordered: bool = False
    """Whether a list is numbered."""
    original: str | None = None
    """For a figure, the URL of the picture or video if it can be linked."""
    part: int | None = None
    """The number of the part that begins here, from 2."""


def shown(record: dict[str, Any], found: Sequence[Span] = ()) -> list[Shown]:
    """Return the blocks of an article's record with their links; the spans `found` of its `text` are highlighted."""
    text: str = record["text"] or ""
    cuts = _Cuts(record["links"] or [], found)
    blocks: list[Shown] = []
    at, part, level = 0, 1, 1
    for block in record["blocks"] or []:
        one = Shown(block["type"])
        if block["part"] != part:
            one.part = part = block["part"]
        if block["type"] in {"figure", "credit"}:
            _of_figure(one, block)
        else:
            # Offsets are valid only if the block is in `text` at the recorded place.
            start = at if text.startswith(block["text"], at) else None
            _of_text(one, block, cuts, start)
            at += len(block["text"]) + 1
        if block["type"] == "heading":
            # Heading levels are never skipped, which users of screen readers rely on.
            level = one.level = min(max(block["level"] or 2, 2), level + 1)
        blocks.append(one)
    return blocks


def _of_figure(one: Shown, block: dict[str, Any]) -> None:
    lines = [block["caption"], block["credit_text"]] if block["type"] == "figure" else [block["text"]]
    if not any(lines):
        lines = [block["text"]]
    one.lines = [[Piece(line)] for line in lines if line]
    one.original = safe_url(block["content_url"])


def _of_text(one: Shown, block: dict[str, Any], cuts: "_Cuts", start: int | None) -> None:
    one.ordered = bool(block["ordered"])
    lines = block["text"].split("\n") if block["type"] in {"list", "verse", "table"} else [block["text"]]
    for line in lines:
        if block["type"] == "table":
            row: list[list[Piece]] = []
            for cell in line.split("\t"):
                row.append(cuts.pieces(cell, start))
                start = None if start is None else start + len(cell) + 1
            one.rows.append(row)
        else:
            one.lines.append(cuts.pieces(line, start))
            start = None if start is None else start + len(line) + 1


class _Cuts:
    """Positions in an article's text where links and highlights begin and end."""

    def __init__(self, links: list[dict[str, Any]], found: Sequence[Span]) -> None:
        self.links = [
            (link["start"], link["end"], url)
            for link in links
            if link["start"] < link["end"] and (url := safe_url(link["url"]))
        ]
        self.found = list(found)
        edges = [(start, end) for start, end, _ in self.links] + self.found
        self.at: list[int] = sorted({n for span in edges for n in span})

    def pieces(self, line: str, start: int | None) -> list[Piece]:
        """Return the pieces of a line that begins at offset `start`, or one plain piece if that is None."""
        if start is None or not line:
            return [Piece(line)]
        end = start + len(line)
        inner = self.at[bisect_right(self.at, start) : bisect_right(self.at, end - 1)]
        edges = [start, *inner, end]
        return [
            Piece(line[a - start : b - start], self._url(a), _inside(a, self.found))
            for a, b in pairwise(edges)
        ]

    def _url(self, at: int) -> str | None:
        return next((url for start, end, url in self.links if start <= at < end), None)


def _inside(at: int, spans: Iterable[Span]) -> bool:
    return any(start <= at < end for start, end in spans)
