"""Convert the inline notation of stories to HTML and to plain text, and find the links and marks in it."""

import re
from dataclasses import dataclass
from html import escape, unescape

_MARK = re.compile(
    r"\[(?P<label>[^\[\]]+)\]\((?P<href>[^()\s]+)\)|\{(?P<html>[^{}]*?)(=>(?P<text>[^{}]*))?\}"
)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text and its HTML."""

    text: str
    html: str
    href: str | None = None


def spans(source: str) -> list[Span]:
    """Return the runs of a line, in order; their concatenated texts are the plain text of the line."""
    found: list[Span] = []
    end = 0
    for match in _MARK.finditer(source):
        found.append(_plain(source[end : match.start()]))
        if match["href"] is not None:
            label = escape(match["label"], quote=False)
            anchor = f'<a href="{escape(match["href"])}" target="_blank">{label}</a>'
            found.append(Span(match["label"], anchor, match["href"]))
        else:
            letters = unescape(_TAG.sub("", match["html"])) if match["text"] is None else match["text"]
            found.append(Span(letters, match["html"]))
        end = match.end()
    found.append(_plain(source[end:]))
    return [span for span in found if span.text or span.html]


def to_html(source: str) -> str:
    """Return the line as HTML."""
    return "".join(span.html for span in spans(source))


def to_text(source: str) -> str:
    """Return the line as plain text."""
    return "".join(span.text for span in spans(source))


def links(source: str) -> list[tuple[int, int, str]]:
    """Return (start, end, href) of each link, as offsets into `to_text(source)`."""
    found = []
    position = 0
    for span in spans(source):
        if span.href is not None:
            found.append((position, position + len(span.text), span.href))
        position += len(span.text)
    return found


def marks(source: str) -> list[tuple[int, int, str, str]]:
    """Return (start, end, `sup` or `sub`, characters on the page) of each raised or lowered run.

    The offsets refer to `to_text(source)`.
    """
    found = []
    position = 0
    for span in spans(source):
        if match := _HEIGHT.fullmatch(span.html):
            found.append((position, position + len(span.text), match[1], match[2]))
        position += len(span.text)
    return found


_HEIGHT = re.compile(r"<(sup|sub)>(.*)</\1>")


def _plain(text: str) -> Span:
    return Span(text, escape(text, quote=False))
