"""Convert formulas to text: MathML to TeX or to one line, and pictures of formulas to their alternative text."""

import re

from pipelines.chrome.page_selectors import Element
from pipelines.chrome.raised_letters import shown

UNREADABLE = "[公式]"
"""Placeholder for a formula without text on the page."""

_TEX = ("application/x-tex", "tex", "latex")
_DEEPEST = 40
"""Maximum depth of nested MathML that is interpreted; deeper elements contribute only their characters."""

_NAMES = re.compile(
    r"formula|equation|latex|mathjax|katex|\bmath\b|math-|codecogs|/tex\b|gif\.latex", re.IGNORECASE
)
_TEX_ATTRIBUTES = ("data-latex", "data-tex", "data-formula", "data-equation")


def formula_of(math: Element) -> str:
    """Return a `<math>` as text: `$…$` if it has TeX, otherwise in one line, otherwise its alternative text."""
    for note in math.iter("annotation"):
        if (note.get("encoding") or "").lower() in _TEX and (note.text or "").strip():
            return f"${' '.join((note.text or '').split())}$"
    line = _line(math, 0)
    return line or " ".join((math.get("alttext") or "").split()) or UNREADABLE


def formula_in_picture(image: Element) -> str | None:
    """Return the formula that a picture shows, as text, or None for any other picture.

    A picture is a formula if it has an attribute with TeX, or if its class, id or URL names formulas or a service that
    draws them. Without an alternative text it becomes UNREADABLE.
    """
    for name in _TEX_ATTRIBUTES:
        if (image.get(name) or "").strip():
            return f"${' '.join((image.get(name) or '').split()).strip('$')}$"
    attributes = " ".join(image.get(name) or "" for name in ("class", "id", "src", "data-type"))
    if not _NAMES.search(attributes):
        return None
    alt = " ".join((image.get("alt") or image.get("title") or "").split())
    return alt or UNREADABLE


def letters_of(math: Element) -> str:
    """Return the characters shown by a `<math>`, without its annotations."""
    return "".join(_plain(math))


def _plain(node: Element) -> list[str]:
    pieces: list[str] = []
    for each in node.iter():
        if isinstance(each.tag, str) and not each.tag.startswith("annotation"):
            pieces += ["".join((each.text or "").split())]
    return pieces


def _line(node: Element, depth: int) -> str:
    """Return MathML as one line of text: `a²+b²=c²`, `(a+b)/2`, `√(x)`."""
    if not isinstance(node.tag, str) or node.tag.startswith("annotation"):
        return ""
    if depth > _DEEPEST:
        return letters_of(node)
    parts = [_line(child, depth + 1) for child in node]
    parts = [part for part in parts if part]
    if not parts:
        return "".join((node.text or "").split())
    make = _MADE.get(node.tag)
    return make(parts) if make else "".join(parts)


def _grouped(part: str) -> str:
    return part if len(part) == 1 or part.isalnum() else f"({part})"


def _fraction(parts: list[str]) -> str:
    return "/".join(map(_grouped, parts))


def _root(parts: list[str]) -> str:
    return f"√{_grouped(''.join(parts))}"


def _raised(parts: list[str]) -> str:
    return parts[0] + "".join(shown(part, "sup") for part in parts[1:])


def _lowered(parts: list[str]) -> str:
    return parts[0] + "".join(shown(part, "sub") for part in parts[1:])


def _both(parts: list[str]) -> str:
    return (
        parts[0]
        + "".join(shown(part, "sub") for part in parts[1:2])
        + "".join(shown(p, "sup") for p in parts[2:])
    )


def _fenced(parts: list[str]) -> str:
    return f"({','.join(parts)})"


_MADE = {
    "mfrac": _fraction,
    "msqrt": _root,
    "msup": _raised,
    "mover": _raised,
    "msub": _lowered,
    "munder": _lowered,
    "msubsup": _both,
    "munderover": _both,
    "mfenced": _fenced,
}
