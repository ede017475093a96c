r"""CoNLL-U with tokens, offsets and parts of speech; there is no syntactic annotation.

Each document begins with comments on its date, headline, section and source. XPOS has the tags of rjieba's
dictionary; LEMMA, UPOS, FEATS, HEAD, DEPREL and DEPS are `_`. `TokenRange` has offsets into the text. White space
after a token is encoded as UDPipe does: `SpaceAfter=No` for none, nothing for one space, `SpacesAfter=\s\n` for
others, with `\u3000` for characters without an escape; `SpacesBefore` has that before the first token.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from archive.export.background_writer import BackgroundWriter
from archive.export.formats.companion_tables import one_line
from archive.export.formats.format_base import ByteSink, Format, Rendered
from archive.export.formats.token_layout import Token, classes, lines, safe_id

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

_BREAK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
"""Matches a character that would end the line of `# text`; it becomes a space, and all others stay, U+3000 too."""
_SPACES = {" ": "\\s", "\t": "\\t", "\r": "\\r", "\n": "\\n"}


def spaces(text: str) -> str:
    r"""Return white space as MISC encodes it: `\s` for a space, `\u3000` for others."""
    return "".join(_SPACES.get(char) or f"\\u{ord(char):04x}" for char in text)


def render(record: dict[str, Any]) -> str:
    """Return an article as a CoNLL-U document; an empty string if it has no sentences."""
    id_, text = safe_id(record["id"]), record["text"] or ""
    found = [
        (number, sentence) for number, line in enumerate(lines(record), 1) for sentence in line.sentences
    ]
    starts = [sentence[0].start for _, sentence in found[1:]] + [len(text)]
    out: list[str] = []
    paragraph = 0
    if not found:
        return ""
    for n, ((number, sentence), behind) in enumerate(zip(found, starts, strict=True), 1):
        if n == 1:
            out.append(f"# newdoc id = {id_}\n")
            out += (f"# {name} = {value}\n" for name, value in _about(record).items() if value)
        if number != paragraph:
            paragraph = number
            out.append(f"# newpar id = {id_}-p{number}\n")
        shown = _BREAK.sub(" ", text[sentence[0].start : sentence[-1].end])
        out.append(f"# sent_id = {id_}-s{n}\n# text = {shown}\n")
        before = text[: sentence[0].start] if n == 1 else ""
        out += _rows(text, sentence, behind, before)
        out.append("\n")
    return "".join(out)


def _about(record: dict[str, Any]) -> dict[str, str]:
    """Return what the comments at the beginning of a document say about it."""
    about = {name: record.get(name) or "" for name in ("date_published", "headline")} | classes(record)
    return {name: one_line(value or "") for name, value in about.items()}


def _rows(text: str, sentence: list[Token], behind: int, before: str) -> list[str]:
    nexts = [token.start for token in sentence[1:]] + [behind]
    rows = []
    for n, (token, following) in enumerate(zip(sentence, nexts, strict=True), 1):
        gap = text[token.end : following]
        misc = [f"SpacesBefore={spaces(before)}"] if n == 1 and before else []
        if gap != " ":
            misc.append(f"SpacesAfter={spaces(gap)}" if gap else "SpaceAfter=No")
        misc.append(f"TokenRange={token.start}:{token.end}")
        rows.append(f"{n}\t{token.text}\t_\t_\t{token.tag}\t_\t_\t_\t_\t{'|'.join(misc)}\n")
    return rows


def _writer(
    plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
) -> Rendered:
    return Rendered(render, sink, counter, behind)


CONLLU = Format(
    name="conllu",
    sentence="CoNLL-U: tokens, tags and offsets; not a treebank",
    suffix="conllu",
    media_type="text/plain",
    writer=_writer,
    is_table=False,
    needs_text=True,
    layers=("sentences", "words"),
    tags=True,
)
"""The format `conllu` of `kepu export`."""
