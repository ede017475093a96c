"""The positions of all matches of a query in an article's text, for showing the whole text with marks."""

from typing import Any

from archive.search.query_parser import parse
from archive.search.search_results import Marks
from archive.search.snippets import merged, origin, pattern, places_of


def marks(record: dict[str, Any], query: str) -> Marks:
    """Return where a query's words stand in the `text` of an article's record; raises BadQuery as `search` does.

    They are looked for in `text_canonical`, which is what was indexed, and led back.
    """
    patterns = [(term.column, pattern(term)) for term in parse(query).terms]
    offsets = record["text_canonical_offsets"] or []
    return merged(
        (origin(start, offsets), origin(end - 1, offsets) + 1, term)
        for start, end, term in places_of(record["text_canonical"] or "", "text", patterns)
    )
