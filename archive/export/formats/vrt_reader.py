"""Strict reader of our verticalised text (VRT): returns the texts, and rejects what our writer never writes.

It rejects what CWB cannot encode: wrong nesting, unescaped characters, missing columns. It does not check that the code
points in `gap` and `tail` are white space, and it leaves `pos` as it is written.
"""

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

_START_TAG = re.compile(r'<(?P<name>[a-z]+)(?P<attributes>(?: [a-z0-9_]+="[^"<>]*")*)>')
"""Matches a start tag with its attributes."""
_ATTRIBUTE = re.compile(r' ([a-z0-9_]+)="([^"<>]*)"')
"""Matches an attribute: name (group 1) and escaped value (group 2)."""
_UNESCAPED = re.compile(r"&(?!(?:amp|lt|gt|quot|#[0-9]+);)|[<>]")
"""Matches a character that must be escaped: `<`, `>`, or an `&` that begins no reference which `unescaped` knows."""
_ID = re.compile("[A-Za-z][A-Za-z0-9_]*")
"""Matches an id of a text, which is also a name in CQP."""
_GAP = re.compile(r"_|(?:0?[0-9a-f]{4,5}|10[0-9a-f]{4})(?:\.(?:0?[0-9a-f]{4,5}|10[0-9a-f]{4}))*")
"""Matches the column `gap` and the attribute `tail`: what `codes` returns."""
_WITHIN = {"text": "", "p": "text", "s": "p"}
"""For each element, the element that it must be directly in; empty for none."""
_EXPECTED = {"text": set(ATTRIBUTES), "p": {"tail"}, "s": set[str]()}
"""For each element, the attributes that it must have; `tail` is the white space at the end of a paragraph."""


class BadVrt(ValueError):
    """Malformed VRT."""


@dataclass(slots=True)
class VrtText:
    """One text of a VRT file: its attributes, running text, tokens and number of sentences."""

    attributes: dict[str, str]
    """Attributes of `<text>`: name to value."""
    text: str = ""
    """The running text: words with the white space before each; paragraphs, with the white space at their ends, joined
    by newlines.
    """
    tokens: list[tuple[str, str, str]] = field(default_factory=list)
    """word, pos and norm of each token; pos is as written, the others are unescaped."""
    sentences: int = 0
    """Number of sentences."""


_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
"""The named references and their characters."""
_ESCAPED = re.compile("&(?:#([0-9]+)|(amp|lt|gt|quot));")
"""Matches a reference: a decimal code point (group 1) or a name (group 2)."""


def unescaped(text: str) -> str:
    """Return a text with its four named references and its decimal references replaced by characters.

    Raises BadVrt for a code point that does not exist.
    """
    try:
        return _ESCAPED.sub(lambda found: chr(int(found[1])) if found[1] else _NAMED[found[2]], text)
    except (ValueError, OverflowError):
        raise BadVrt(f"reference to a character that does not exist: {text!r}") from None


def codes(space: str) -> str:
    """Return white space as hexadecimal code points joined by full stops, or `_` for none."""
    return ".".join(f"{ord(char):04x}" for char in space) or "_"


def _space(value: str) -> str:
    """Return the white space that `codes` wrote; raise BadVrt if the value is malformed."""
    if not _GAP.fullmatch(value):
        raise BadVrt(f"malformed code points of white space: {value}")
    return "" if value == "_" else "".join(chr(int(code, 16)) for code in value.split("."))


class _Reader:
    """The state of reading a file: the text that is being read, and the ids of all texts so far."""

    def __init__(self) -> None:
        self.text: VrtText | None = None
        """The text that is being read, or the last one."""
        self.open: list[str] = []
        """Names of the elements that are open, the outermost first."""
        self.paragraphs: list[str] = []
        """The paragraphs of the text so far."""
        self.tail = ""
        """The white space at the end of the last paragraph that began."""
        self.ids: set[str] = set()
        """The ids of all texts so far."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Read a start tag."""
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
            self.text, self.paragraphs = VrtText(attributes), []
        elif name == "p":
            self.paragraphs.append("")
            self.tail = _space(attributes["tail"])
        elif self.text is not None:
            self.text.sentences += 1

    def end(self, name: str) -> VrtText | None:
        """Read an end tag; return the text if it is complete."""
        if not self.open or self.open.pop() != name:
            raise BadVrt(f"</{name}> without a matching <{name}>")
        if name == "p":
            self.paragraphs[-1] += self.tail
        if name != "text":
            return None
        assert self.text is not None
        self.text.text = "\n".join(self.paragraphs)
        return self.text

    def token(self, line: str) -> None:
        """Read a token line."""
        cells = line.split("\t")
        if (
            len(cells) != len(COLUMNS)
            or not all(cells)
            or self.open != ["text", "p", "s"]
            or self.text is None
        ):
            raise BadVrt(f"malformed token line: {line!r}")
        word, pos, norm, gap = cells
        if any(map(_UNESCAPED.search, cells)):
            raise BadVrt(f"unescaped or unknown reference: {line!r}")
        self.text.tokens.append((unescaped(word), pos, unescaped(norm)))
        self.paragraphs[-1] += _space(gap) + unescaped(word)


def texts(lines: Iterable[str]) -> Iterator[VrtText]:
    r"""Parse the lines of a VRT file, each ending with `\n`, and yield one VrtText per `<text>`.

    Raises BadVrt, with the line number, at the first line that is malformed, that has an unexpected element or an
    unexpected or missing attribute, or that repeats an id, and at the end if an element is not closed.
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
    """Return the attributes of a start tag, unescaped; raise BadVrt for a repeated or badly escaped one."""
    found = _ATTRIBUTE.findall(line)
    if len({name for name, _ in found}) < len(found):
        raise BadVrt(f"an attribute is given twice: {line!r}")
    if any(_UNESCAPED.search(value) for _, value in found):
        raise BadVrt(f"unescaped or unknown reference: {line!r}")
    return {name: unescaped(value) for name, value in found}


def _read(reader: _Reader, line: str) -> VrtText | None:
    """Read a line; return the text that it ends, or None."""
    if not line.endswith("\n"):
        raise BadVrt("the line does not end with a newline")
    line = line[:-1]
    if line.startswith("</") and line.endswith(">"):
        return reader.end(line[2:-1])
    if line.startswith("<"):
        opened = _START_TAG.fullmatch(line)
        if opened is None:
            raise BadVrt(f"malformed tag: {line!r}")
        reader.begin(opened["name"], _attributes(line))
    else:
        reader.token(line)
    return None
