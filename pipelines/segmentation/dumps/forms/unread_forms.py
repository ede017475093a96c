"""Name the outputs of segmenters from which no page can be read, so that their refusal says what they are."""

import re

_FEWEST = 12
"""The fewest words of such an output."""
_SHARE = 0.8
"""The least share of lines that must have the form."""
_BYTES = re.compile("[ä-é][\u00a1-\u0143]{2}")
"""Matches a Chinese character as byte-level tokenizers print it, one letter for each byte: `æľĪ` is 月 in GPT-2's."""
_POSITION = re.compile(
    r"word .*\t ?start: ?\d+\s+end: ?\d+\s*|\(?['\"]?[^\s'\",]{1,12}['\"]?[,\t] ?\d+[,\t] ?\d+\)?,?"
)
"""A word with its first and last position, as `jieba.tokenize` gives them."""
_CELLS = re.compile(r"\"?[^\",;\t]{1,20}\"?[,;\t]\"?[A-Za-z]{1,8}\d?\"?|\"[,;]\"[,;]\"?[A-Za-z]{1,8}\"?")
"""A row of a table of words and their tags, in CSV or TSV."""
_STRUCTURE = re.compile(r"</?[A-Za-z]\w*(?: [^<>]*)?/?>")
_ATTRIBUTE_LINE = re.compile(r"[^\t<>]+(?:\t[^\t]*)+|[<>]\t.*")


def is_vertical(text: str) -> bool:
    """Return whether a text is vertical, the form of corpus workbenches: a word with its tag, or a tag, a line."""
    if "\t" not in text or not text.lstrip().startswith("<"):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    tags = sum(_STRUCTURE.fullmatch(line.strip()) is not None for line in lines)
    words = sum(_ATTRIBUTE_LINE.fullmatch(line) is not None for line in lines)
    return tags >= 2 and words >= _FEWEST and tags + words >= _SHARE * len(lines)


def without_structure(lines: list[str]) -> list[str]:
    """Return the lines of a vertical text without its structural tags; the end of a sentence is an empty line."""
    tags = [_STRUCTURE.fullmatch(line.strip()) is not None for line in lines]
    return [
        "" if tag else line
        for line, tag in zip(lines, tags, strict=True)
        if not tag or line.strip().startswith(("</s>", "</p>", "</sent"))
    ]


def unread_form(text: str) -> str | None:
    """Return the name of the form of a segmenter's output that cannot be read; None if the text has none of them."""
    if len(_BYTES.findall(text)) >= _FEWEST and not re.search("[\u4e00-\u9fff]{2}", text):
        return "pieces of bytes (byte-level BPE)"
    lines = [line.strip("\r") for line in text.split("\n") if line.strip()]
    if len(lines) < _FEWEST:
        return None
    least = _SHARE * len(lines)
    if sum(_POSITION.fullmatch(line) is not None for line in lines) >= least:
        return "words with their positions (jieba.tokenize)"
    if sum(_CELLS.fullmatch(line.strip()) is not None for line in lines) >= least:
        return "a table of words and tags (CSV or TSV)"
    return "vertical text (CWB)" if is_vertical(text) else None
