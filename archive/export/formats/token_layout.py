"""A text as lines, sentences and tokens with the white space before each, for the formats of corpus tools."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Token:
    """A token of a text."""

    text: str
    """Its characters."""
    start: int
    """Offset in the text."""
    gap: str
    """The white space before it within its line."""
    tag: str = "x"
    """Its part of speech as a tag of jieba; `x` if the record has none."""

    @property
    def end(self) -> int:
        """Offset of its end, exclusive."""
        return self.start + len(self.text)


@dataclass(slots=True)
class TokenLine:
    """A line of a text: a paragraph."""

    sentences: list[list[Token]] = field(default_factory=list)
    """The sentences of the line, each as its tokens."""
    tail: str = ""
    """White space after its last token."""


def lines(record: dict[str, Any]) -> Iterator[TokenLine]:
    """Yield the lines of a record's text, split at `\n` only. Joined by `\n`, with gaps and tails, they are the text.

    A token belongs to the sentence in which it begins. Its tag is from the record's `pos`.
    """
    text: str = record["text"] or ""
    words = iter(record["words"] or [])
    tags = iter(record.get("pos") or [])
    ends = iter([end for _, end in record["sentences"] or []] + [len(text) + 1])
    word, sentence_end = next(words, None), next(ends)
    at = 0
    for piece in text.split("\n"):
        line, stop, is_new = TokenLine(), at + len(piece), True
        while word is not None and word[0] < stop:
            start, end = word
            while start >= sentence_end:
                sentence_end, is_new = next(ends), True
            if is_new:
                line.sentences.append([])
                is_new = False
            line.sentences[-1].append(Token(text[start:end], start, text[at:start], next(tags, "x")))
            at, word = end, next(words, None)
        line.tail = text[at:stop]
        at = stop + 1
        yield line


def safe_id(id_: str) -> str:
    """Return an id of ASCII letters, digits and `_` that begins with a letter: `n1_40148467` for `n1/40148467`."""
    return re.sub("[^A-Za-z0-9_]", "_", id_)


def handle(kind: str, label: str | None) -> str:
    """Return an ASCII handle for a label, as CQPweb requires: the same label always has the same handle."""
    return f"{kind}_{hashlib.sha256(label.encode()).hexdigest()[:8]}" if label else f"{kind}_none"


def classes(record: dict[str, Any]) -> dict[str, str | None]:
    """Return class → label of an article, for section and source."""
    source = record.get("source") or {}
    return {"section": record.get("article_section"), "source": source.get("name")}


def authors(record: dict[str, Any]) -> list[str]:
    """Return the names of an article's authors."""
    return [author["name"] for author in record.get("author") or [] if author.get("name")]
