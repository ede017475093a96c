"""The positions of all matches of a query in an article's text, to highlight them in the whole text."""

from typing import Any

from archive.search.query_parser import parse
from archive.search.search_results import Marks
from archive.search.snippets import merged, origin, pattern, places_of


def marks(record: dict[str, Any], query: str) -> Marks:
    """Return the (start, end) of each match in the `text` of an article's record. Raises BadQuery as `search` does.

    The query is matched with `text_canonical`, which is what the index has; the positions are converted to `text`.
    """
    patterns = [(term.column, pattern(term)) for term in parse(query).terms]
    offsets = record["text_canonical_offsets"] or []
    return merged(
        (origin(start, offsets), origin(end - 1, offsets) + 1, term)
        for start, end, term in places_of(record["text_canonical"] or "", "text", patterns)
    )
