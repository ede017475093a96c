"""Differences between two texts, or two records of one article, as rows that a page or a terminal can show.

The web reader uses them for revisions and for near duplicates side by side.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

import orjson

from archive.record_hash import HOW_IT_WAS_HAD
from kepu.records import Article

__all__ = ["FieldChange", "LinePair", "LinePart", "changed_fields", "differences", "marked"]


@dataclass(frozen=True, slots=True)
class LinePart:
    """A run of characters of a line, either common to both texts or changed."""

    text: str
    """Its characters."""
    changed: bool = False
    """Whether the other line lacks it."""


@dataclass(slots=True)
class LinePair:
    """A line of the old text beside the line of the new text that replaces it."""

    kind: Literal["same", "changed", "removed", "added"]
    """`same` in both texts, `changed`, only in the old text (`removed`), or only in the new one (`added`)."""
    old: list[LinePart] = field(default_factory=list)
    """The parts of the old line; empty if the line was added."""
    new: list[LinePart] = field(default_factory=list)
    """The parts of the new line; empty if the line was removed."""


@dataclass(slots=True)
class FieldChange:
    """A field whose value differs between two records."""

    name: str
    """Name of the field."""
    row: LinePair
    """Its values as text, with the changed parts marked."""


_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
"""A token that changes as a whole: a Latin word or number, or a single character."""

MOST_WORK = 4_000_000
"""Maximum number of pairs of tokens, or of lines, to compare. Beyond it, the texts are shown as changed completely."""

MOST_PAIRS = 10_000
"""Maximum number of pairs of lines that are tested for being versions of one line, at about 50 µs each."""

ALIKE = 0.4
"""Minimum share of common characters for two lines to count as versions of one line. A choice, not a measurement."""

ISLAND = 2
"""Minimum number of common tokens between two changes; a shorter run counts as changed, since it matches by chance."""


def differences(old: str, new: str) -> list[LinePair]:
    """Return the lines of two texts side by side, in order, with the changed parts marked.

    Unchanged lines are included, with the kind `same`.
    """
    a, b = old.split("\n"), new.split("\n")
    rows: list[LinePair] = []
    for kind, a1, a2, b1, b2 in _opcodes(a, b):
        if kind == "equal":
            rows += [LinePair("same", [LinePart(line)], [LinePart(line)]) for line in a[a1:a2]]
        else:
            rows += _paired(a[a1:a2], b[b1:b2])
    return rows


def marked(old: str, new: str) -> LinePair:
    """Return two versions of one line as a row, with the parts marked that only one of them has."""
    if old == new:
        return LinePair("same", [LinePart(old)], [LinePart(new)])
    if not old or not new:
        return (
            LinePair("added", [], [LinePart(new, True)])
            if new
            else LinePair("removed", [LinePart(old, True)], [])
        )
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    row = LinePair("changed")
    codes = _opcodes(a, b)
    for n, (kind, a1, a2, b1, b2) in enumerate(codes):
        is_island = kind == "equal" and 0 < n < len(codes) - 1 and a2 - a1 < ISLAND
        changed = kind != "equal" or is_island
        _extend(row.old, "".join(a[a1:a2]), changed)
        _extend(row.new, "".join(b[b1:b2]), changed)
    return row


def changed_fields(old: dict[str, Any], new: dict[str, Any]) -> list[FieldChange]:
    """Return the fields that differ between two records of one article, except its text and what is derived from it."""
    found = []
    for name in Article.__slots__:
        before, after = _shown(old.get(name)), _shown(new.get(name))
        if name not in _ASIDE and before != after:
            found.append(FieldChange(name, marked(before, after)))
    return found


_ASIDE = (HOW_IT_WAS_HAD - {"url"}) | {
    "schema_version",
    "blocks",
    "text",
    "text_canonical",
    "text_canonical_offsets",
    "char_count",
    "links",
    "content_sha256",
    "parts",
}
"""Fields that describe how the page was fetched, or that repeat the text."""


def _opcodes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return difflib's opcodes from `a` to `b`, or one replacement of everything if that would take too long."""
    first = 0
    while first < min(len(a), len(b)) and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] == b[-1 - last]:
        last += 1
    rest_a, rest_b = a[first : len(a) - last], b[first : len(b) - last]
    codes: list[tuple[str, int, int, int, int]] = []
    if first:
        codes.append(("equal", 0, first, 0, first))
    if len(rest_a) * len(rest_b) > MOST_WORK:
        codes.append(("replace", first, first + len(rest_a), first, first + len(rest_b)))
    else:
        for kind, a1, a2, b1, b2 in SequenceMatcher(None, rest_a, rest_b, autojunk=False).get_opcodes():
            codes.append((kind, a1 + first, a2 + first, b1 + first, b2 + first))
    if last:
        codes.append(("equal", len(a) - last, len(a), len(b) - last, len(b)))
    return codes


def _paired(old: list[str], new: list[str]) -> Iterator[LinePair]:
    """Yield the rows of lines that differ, each new line beside the first old line that it is a version of."""
    at = 0
    added: list[LinePair] = []
    last = len(old) if len(old) * len(new) <= MOST_PAIRS else 0
    for line in new:
        partner = next((n for n in range(at, last) if _alike(old[n], line)), None)
        if partner is None:
            added.append(LinePair("added", [], [LinePart(line, True)]))
            continue
        yield from (LinePair("removed", [LinePart(gone, True)], []) for gone in old[at:partner])
        yield from added
        yield marked(old[partner], line)
        at, added = partner + 1, []
    yield from (LinePair("removed", [LinePart(gone, True)], []) for gone in old[at:])
    yield from added


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old, new, autojunk=True)
    return (
        matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and _ratio(matcher, old, new)
    )


def _ratio(matcher: "SequenceMatcher[str]", old: str, new: str) -> bool:
    return len(old) * len(new) <= MOST_WORK and matcher.ratio() >= ALIKE


def _extend(parts: list[LinePart], text: str, changed: bool) -> None:
    if not text:
        return
    if parts and parts[-1].changed == changed:
        text = parts.pop().text + text
    parts.append(LinePart(text, changed))


def _shown(value: Any) -> str:
    """Return the value of a field as text for people."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_shown(each) for each in value)
    if isinstance(value, dict):
        parts = [_shown(each) for each in value.values() if each not in (None, "", [])]
        return " · ".join(parts) if parts else ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
