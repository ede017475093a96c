"""The results of a search."""

from dataclasses import dataclass, field

FACETS = ("year", "section", "source", "layout")
"""The facets by which the matching articles are counted."""

Marks = list[tuple[int, int]]
"""(start, end) of each stretch to highlight, in characters, end exclusive; sorted, with a gap between any two."""


@dataclass(slots=True)
class Snippet:
    """An excerpt of a field of an article."""

    where: str
    """The field: `text`, `headline`, `kicker`, `byline`, `source.name`, `image[2].caption` …"""
    start: int
    """Offset of the excerpt in the field, in characters."""
    end: int
    """Offset of its end, exclusive."""
    text: str
    """The field from `start` to `end`, unchanged."""
    marks: Marks = field(default_factory=list)
    """The matches, as offsets in this `text` (add `start` for offsets in the field)."""


@dataclass(slots=True)
class Hit:
    """A matching article."""

    id: str
    """Id of the article."""
    seq: int
    """Number of its row in `articles`."""
    url: str | None
    """Canonical URL, or None."""
    headline: str | None
    """The headline, or None."""
    date_published: str | None
    """Day of publication in Beijing (2024-05-10), or None."""
    source: str | None
    """Name of the source (来源), or None."""
    section: str | None
    """Title of the section, or None."""
    layout: str | None
    """Name of the layout of its page, or None."""
    duplicate_of: str | None
    """Id of the article with the same text that was seen first; None if there is no other."""
    char_count: int
    """Number of characters of the text, without white space."""
    score: float | None
    """Relevance, greater is better; None if the results are ordered by date, or are too many to be scored."""
    headline_marks: Marks
    """The matches in `headline`."""
    snippets: list[Snippet]
    """The first is from the text (from its beginning, if nothing in it matches), then one for each other field that
    matches.
    """


@dataclass(slots=True)
class Results:
    """One page of matching articles, and their total number."""

    query: str
    """The query as it was parsed; parsing it again gives the same."""
    total: int
    """The exact number of matching articles."""
    offset: int
    """Number of matching articles before this page."""
    order: str
    """`relevance`, `title` (matches in the headline first, each newest first; used for very frequent words) or `date`.
    """
    hits: list[Hit]
    """The matching articles of this page, in order."""
    facets: dict[str, list[tuple[str | None, int]]]
    """Facet (year, section, source, layout) → (value, number of all matching articles with it), most frequent first,
    years latest first. None stands for articles without a value.
    """
    ignored: list[str]
    """Parts of the query that contain nothing to search for, such as `，`."""
    behind: int
    """Number of new or changed articles that are not in the index yet, while a crawl runs."""
