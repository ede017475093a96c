"""Strict reader of our verticalised text (VRT): returns the texts and rejects everything that CWB cannot read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

COLUMNS = ("word", "pos", "norm", "gap")
"""The columns of a token line: word, part of speech, normal form, white space before the word as code points."""
ATTRIBUTES = (
    "id", "date", "year", "month", "section", "section_label", "source", "source_label", "author", "headline", "url",
    "characters",
)  # fmt: skip
"""The attributes of `<text>`; each text must have exactly these."""

_OPEN = re.compile(r'<(?P<name>[a-z]+)(?P<attributes>(?: [a-z0-9_]+="[^"<>]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z0-9_]+)="([^"<>]*)"')
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|#[0-9]+);)|[<>]")
_ID = re.compile("[A-Za-z][A-Za-z0-9_]*")
_GAP = re.compile(r"_|(?:0?[0-9a-f]{4,5}|10[0-9a-f]{4})(?:\.(?:0?[0-9a-f]{4,5}|10[0-9a-f]{4}))*")
_WITHIN = {"text": "", "p": "text", "s": "p"}
_EXPECTED = {"text": set(ATTRIBUTES), "p": {"tail"}, "s": set[str]()}


class BadVrt(ValueError):
    """Malformed VRT."""


@dataclass(slots=True)
class VrtText:
    """One text of a VRT file: its attributes, running text, tokens and number of sentences."""

    attributes: dict[str, str]
    """Attributes of `<text>`: name to value."""
    text: str = ""
    """The running text: the words with the white space before each, and lines joined by newlines."""
    tokens: list[tuple[str, str, str]] = field(default_factory=list)
    """word, pos and norm of each token."""
    sentences: int = 0
    """Number of sentences."""


_NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
_ESCAPED = re.compile("&(?:#([0-9]+)|(amp|lt|gt|quot));")


def unescaped(text: str) -> str:
    """Return a text with its four named references and its decimal references replaced by characters.

    Raises BadVrt for a code point that does not exist.
    """
    try:
        return _ESCAPED.sub(lambda found: chr(int(found[1])) if found[1] else _NAMES[found[2]], text)
    except (ValueError, OverflowError):
        raise BadVrt(f"reference to a character that does not exist: {text!r}") from None


def codes(space: str) -> str:
    """Return white space as hexadecimal code points joined by full stops, or `_` for none."""
    return ".".join(f"{ord(char):04x}" for char in space) or "_"


def _space(value: str) -> str:
    if not _GAP.fullmatch(value):
        raise BadVrt(f"malformed code points of white space: {value}")
    return "" if value == "_" else "".join(chr(int(code, 16)) for code in value.split("."))


class _Reader:
    def __init__(self) -> None:
        self.text: VrtText | None = None
        self.open: list[str] = []
        self.lines: list[str] = []
        self.tail = ""
        self.ids: set[str] = set()

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        inside = self.open[-1] if self.open else ""
        if _WITHIN.get(name) != inside:
            raise BadVrt(f"<{name}> within <{inside}>")
        if set(attributes) != _EXPECTED[name]:
            raise BadVrt(
                f"<{name}> has the attributes {sorted(attributes)} instead of {sorted(_EXPECTED[name])}"
            )
        self.open.append(name)
        if name == "text":
            if not _ID.fullmatch(attributes["id"]):
                raise BadVrt(f"malformed text id {attributes['id']!r}")
            if attributes["id"] in self.ids:
                raise BadVrt(f"duplicate text id {attributes['id']}")
            self.ids.add(attributes["id"])
            self.text, self.lines = VrtText(attributes), []
        elif name == "p":
            self.lines.append("")
            self.tail = _space(attributes["tail"])
        elif self.text is not None:
            self.text.sentences += 1

    def end(self, name: str) -> VrtText | None:
        if not self.open or self.open.pop() != name:
            raise BadVrt(f"</{name}> without a matching <{name}>")
        if name == "p":
            self.lines[-1] += self.tail
        if name != "text":
            return None
        assert self.text is not None
        self.text.text = "\n".join(self.lines)
        return self.text

    def token(self, line: str) -> None:
        cells = line.split("\t")
        if (
            len(cells) != len(COLUMNS)
            or not all(cells)
            or self.open != ["text", "p", "s"]
            or self.text is None
        ):
            raise BadVrt(f"malformed token line: {line!r}")
        word, pos, norm, gap = cells
        if any(map(_REFERENCE.search, cells)):
            raise BadVrt(f"unescaped or unknown reference: {line!r}")
        self.text.tokens.append((unescaped(word), pos, unescaped(norm)))
        self.lines[-1] += _space(gap) + unescaped(word)


def texts(lines: Iterable[str]) -> Iterator[VrtText]:
    r"""Yield the texts of lines that end with `\n`.

    Raises BadVrt, with the line number, at the first line that is malformed, that has an unexpected element or
    attribute, or that repeats an id, and at the end if an element is not closed.
    """
    reader = _Reader()
    n = 0
    for n, line in enumerate(lines, 1):
        try:
            found = _read(reader, line)
        except BadVrt as error:
            raise BadVrt(f"line {n}: {error}") from None
        if found is not None:
            yield found
    if reader.open:
        raise BadVrt(f"line {n}: elements that are not closed: {', '.join(reader.open)}")


def _attributes(line: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(line)
    if len({name for name, _ in found}) < len(found):
        raise BadVrt(f"an attribute is given twice: {line!r}")
    if any(_REFERENCE.search(value) for _, value in found):
        raise BadVrt(f"unescaped or unknown reference: {line!r}")
    return {name: unescaped(value) for name, value in found}


def _read(reader: _Reader, line: str) -> VrtText | None:
    if not line.endswith("\n"):
        raise BadVrt("the line does not end with a newline")
    line = line[:-1]
    if line.startswith("</") and line.endswith(">"):
        return reader.end(line[2:-1])
    if line.startswith("<"):
        opened = _OPEN.fullmatch(line)
        if opened is None:
            raise BadVrt(f"malformed tag: {line!r}")
        reader.begin(opened["name"], _attributes(line))
    else:
        reader.token(line)
    return None
