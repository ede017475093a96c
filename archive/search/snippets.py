"""Build the hits of a page: excerpts with the matches marked in the article's own text."""

import re
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import orjson

from archive.search.query_parser import Term
from archive.search.search_results import Hit, Marks, Snippet
from archive.search.search_tokens import BETWEEN, BREAK, HAN, SKIPPED, fold, is_word
from archive.stored_body import CANONICAL_SQL

WIDTH = 90
"""Length of a snippet in characters."""

MOST_PLACES = 2000
"""Maximum number of matches in a text that are considered."""

Places = list[tuple[int, int, int]]
"""Matches: (start, end, index of the term) in characters, end exclusive."""

_COLUMNS_OF_HITS = f"""
  SELECT seq, id, url, headline, kicker, alternative_headline, date_published, byline, author, source ->> '$.name',
    article_section, provenance ->> '$.layout', duplicate_of, char_count, text, {CANONICAL_SQL},
    text_canonical_offsets, image
  FROM articles WHERE seq IN (SELECT value FROM json_each(?))
"""


def hits(
    conn: sqlite3.Connection, seqs: Sequence[int], scores: dict[int, float], terms: Sequence[Term]
) -> list[Hit]:
    """Return these articles as hits, in this order. `scores` has the relevance by seq."""
    patterns = [(term.column, pattern(term)) for term in terms]
    rows = conn.execute(_COLUMNS_OF_HITS, (orjson.dumps(list(seqs)).decode(),))
    made = {row[0]: _hit(row, scores.get(row[0]), patterns) for row in rows}
    return [made[seq] for seq in seqs if seq in made]


Patterns = Sequence[tuple[str | None, re.Pattern[str]]]
"""Terms as regular expressions over folded text, each with the column of the index to which it is restricted."""


def _hit(row: Sequence[object], score: float | None, patterns: Patterns) -> Hit:
    """Make a hit of a row of _COLUMNS_OF_HITS."""
    (
        seq,
        id_,
        url,
        headline,
        kicker,
        alternative,
        published,
        byline,
        author,
        source,
        section,
        layout,
        *rest,
    ) = row
    duplicate_of, char_count, text, canonical, offsets, image = rest
    others: list[tuple[str, str, object]] = [
        ("title", "kicker", kicker),
        ("title", "alternative_headline", alternative),
        ("people", "byline", byline),
        ("source", "source.name", source),
    ]
    for n, person in enumerate(orjson.loads(str(author or "[]"))):
        others.append(("people", f"author[{n}].name", person["name"]))
    for n, one in enumerate(orjson.loads(str(image or "[]"))):
        others += [("captions", f"image[{n}].{name}", one[name]) for name in ("caption", "credit_text")]
    snippets = [
        from_text(str(text or ""), str(canonical or ""), orjson.loads(str(offsets or "[]")), patterns)
    ]
    for column, name, value in others:
        if value and (marks := merged(places_of(str(value), column, patterns))):
            snippets.append(Snippet(name, 0, len(str(value)), str(value), marks))
    return Hit(
        id=str(id_),
        seq=int(str(seq)),
        url=_text(url),
        headline=_text(headline),
        date_published=_text(published),
        source=_text(source),
        section=_text(section),
        layout=_text(layout),
        duplicate_of=_text(duplicate_of),
        char_count=int(str(char_count or 0)),
        score=score,
        headline_marks=merged(places_of(str(headline or ""), "title", patterns)),
        snippets=snippets,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def from_text(text: str, canonical: str, offsets: list[list[int]], patterns: Patterns) -> Snippet:
    """Return the excerpt of an article's `text` with the most different terms, the first of several.

    Terms are matched with `canonical`, which is what the index has; its `offsets` (see Article) convert to positions in
    `text`.
    """
    places = [
        (origin(start, offsets), origin(end - 1, offsets) + 1, term)
        for start, end, term in places_of(canonical, "text", patterns)
    ]
    first, last = _window(places)
    start = max(0, min(first - (WIDTH - (last - first)) // 2, len(text) - WIDTH))
    start = min(start, first)
    end = min(len(text), max(start + WIDTH, last))
    inside = [(a - start, b - start, term) for a, b, term in places if start <= a and b <= end]
    return Snippet("text", start, end, text[start:end], merged(inside))


def pattern(term: Term) -> re.Pattern[str]:
    """Return a term as a regular expression over folded text, which matches exactly where the index does."""
    pieces = []
    for place, token in enumerate(term.tokens):
        if token == BREAK:
            pieces.append(_GAP)
        elif is_word(token):
            pieces.append(_word(token, term.is_prefix and place == len(term.tokens) - 1))
        else:
            pieces.append(re.escape(token))
    return re.compile(BETWEEN.join(pieces))


_LETTER = rf"[^\W_{HAN}]"
_GAP = rf"(?:[^\w\s{SKIPPED}]|[\n\r\v\f\x85\u2028\u2029_])[\W_]*"


def _word(token: str, is_prefix: bool) -> str:
    """Return the pattern of a word, which matches whole words only and ignores combining marks between letters."""
    letters = f"{SKIPPED}*".join(re.escape("." if letter == "·" else letter) for letter in token)
    # A point ends a word, except between the digits of a number.
    point = r"(?<![0-9]\.)" if token[0] in "0123456789" else ""
    before = rf"(?<!{_LETTER})(?<!{_LETTER}{SKIPPED}){point}"
    behind = rf"(?!{SKIPPED}*{_LETTER})(?!(?<=[0-9])\.[0-9])"
    return f"{before}{letters}" + (f"(?:{SKIPPED}*{_LETTER})*" if is_prefix else behind)


def places_of(value: str, column: str, patterns: Patterns) -> Places:
    """Return the matches of the terms in a field, in order; `column` is the column of the index that has the field."""
    folded = fold(value)
    found: Places = []
    for number, (restriction, regex) in enumerate(patterns):
        if restriction not in (None, column):
            continue
        for match in regex.finditer(folded):
            found.append((*match.span(), number))
            if len(found) > MOST_PLACES * (number + 1):
                break
    return sorted(found)


def _window(places: Places) -> tuple[int, int]:
    """Return the stretch of at most WIDTH characters with the most different terms, the first of several."""
    best, stretch = 0, (0, 0)
    for number, (start, end, _) in enumerate(places):
        terms: set[int] = set()
        last = end
        for _, until, term in places[number : number + 50]:
            if until - start > WIDTH and terms:
                break
            terms.add(term)
            last = max(last, until)
        if len(terms) > best:
            best, stretch = len(terms), (start, last)
    return stretch


def merged(places: Iterable[tuple[int, int, int]]) -> Marks:
    """Return matches as (start, end), with those that overlap or touch joined. They must be in order."""
    marks: Marks = []
    for start, end, _ in places:
        if marks and start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], end))
        else:
            marks.append((start, end))
    return marks


def origin(place: int, offsets: list[list[int]]) -> int:
    """Convert an offset in `text_canonical` to one in `text`."""
    number = bisect_right(offsets, place, key=lambda pair: pair[0]) - 1
    return place if number < 0 else offsets[number][1] + place - offsets[number][0]
