"""The sentences of an article, each with its words."""

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.web.pages.page_helpers import html, record_of

LONGEST = 60_000
"""Maximum number of characters that are segmented for a page, about a hundred times an average article."""


@dataclass(slots=True)
class Sentence:
    """A sentence with its words."""

    n: int
    """Number of the sentence, from 1."""
    start: int
    """Offset in `text`."""
    end: int
    """Offset of its end in `text`, exclusive."""
    words: list[str]
    """Its words in order, without white space."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the sentences of an article and their words."""
    article = await record_of(request, datasette)
    found = await datasette.room.readers.run(segmented, article["text"] or "")
    context = {
        "article": article,
        "sentences": found,
        "words": sum(len(sentence.words) for sentence in found),
        "cut": len(article["text"] or "") > LONGEST,
    }
    return await html(request, datasette, "words.html", context)


def segmented(_: Database, text: str) -> list[Sentence]:
    """Return the sentences of the first LONGEST characters of a text, with their words."""
    from pipelines.segmentation.text.sentences import sentences
    from pipelines.segmentation.text.words import words

    text = text[:LONGEST]
    spans = words(text)
    found, at = [], 0
    for n, (start, end) in enumerate(sentences(text), 1):
        inside = []
        while at < len(spans) and spans[at][0] < end:
            inside.append(text[slice(*spans[at])])
            at += 1
        found.append(Sentence(n, start, end, [word for word in inside if word.strip()]))
    return found
