"""Format search results for a terminal, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from archive.search.search_results import FACETS, Hit, Marks, Results
from kepu.messages import right, say

Marker = tuple[str, str]
"""The strings before and after a match."""

COLOUR: Marker = ("\033[1;31m", "\033[0m")
"""Used on a terminal: bold red."""
PLAIN: Marker = ("【", "】")
"""Used if the output is not a terminal. The brackets occur only in headlines of 人民网, not within sentences."""

SHOWN_VALUES = 6
"""Maximum number of values shown per facet."""


def lines(results: Results, marker: Marker) -> Iterator[str]:
    """Yield the lines to print: two for each hit, then the counts."""
    for number, hit in enumerate(results.hits, results.offset + 1):
        yield f"{number:>3}. {_line(marked(hit.headline or '', hit.headline_marks, marker))}"
        about = (hit.id, (hit.date_published or "")[:10], hit.source, hit.section)
        yield "     " + "  ".join(part for part in about if part) + _copy(hit)
        for snippet in hit.snippets[:1] if hit.snippets[0].marks else (hit.snippets[1:2] or hit.snippets[:1]):
            before = "…" if snippet.start else ""
            behind = "…" if snippet.where == "text" and snippet.end - snippet.start < hit.char_count else ""
            where = "" if snippet.where == "text" else f"{snippet.where}: "
            yield f"     {where}{before}{_line(marked(snippet.text, snippet.marks, marker))}{behind}"
        yield ""
    yield from summary(results)


def summary(results: Results) -> Iterator[str]:
    """Yield lines with the number of matching articles, in all and by year, section, source and layout."""
    last = results.offset + len(results.hits)
    first, many = results.offset + 1, results.total > 1
    heading = say("{n} articles", n=results.total) if results.total != 1 else say("1 article")
    if 0 < len(results.hits) < results.total:
        heading += say(", {first} to {last} here", first=first, last=last)
    if many:
        heading += {
            "relevance": say(", the most relevant first"),
            "title": say(", too many to rank: matches in the headline first, each newest first"),
            "date": say(", the newest first"),
        }[results.order]
    yield heading
    names = {
        "year": say("year"), "section": say("section"), "source": say("source"), "layout": say("layout")
    }  # fmt: skip
    for name in FACETS if many else ():
        values = results.facets[name]
        counts = ", ".join(f"{value or say('not given')} {count}" for value, count in values[:SHOWN_VALUES])
        yield f"{right(names[name], 8)}  {counts}{' …' * (len(values) > SHOWN_VALUES)}"


def marked(text: str, marks: Marks, marker: Marker) -> str:
    """Return a text with its matches marked. Control characters, which could steer a terminal, are removed."""
    pieces, place = [], 0
    for start, end in marks:
        pieces += [_harmless(text[place:start]), marker[0], _harmless(text[start:end]), marker[1]]
        place = end
    return "".join([*pieces, _harmless(text[place:])])


def as_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as `kepu search --json` prints it."""
    return asdict(hit)


def _harmless(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter.isspace() else "\ufffd" for letter in text)


def _line(text: str) -> str:
    """Return a text as one line, with white space collapsed."""
    return " ".join(text.split())


def _copy(hit: Hit) -> str:
    return say("  (the same text as {id})", id=hit.duplicate_of) if hit.duplicate_of else ""
