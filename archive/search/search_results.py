"""What a search gives back."""

from dataclasses import dataclass, field

FACETS = ("year", "section", "source", "layout")
"""By what the articles that a search found are counted."""

Marks = list[tuple[int, int]]
"""Stretches to highlight, as offsets in characters, end exclusive, in order, none touching the next."""


@dataclass(slots=True)
class Snippet:
    """A stretch of an article as it stands there, with what was searched for."""

    where: str
    """Where it is from: `text`, `headline`, `kicker`, `byline`, `source.name`, `image[2].caption` …"""
    start: int
    """Offset of its first character there."""
    end: int
    """Offset behind its last."""
    text: str
    """The field `where` from `start` to `end`, letter for letter."""
    marks: Marks = field(default_factory=list)
    """What was searched for, as offsets into this `text` (add `start` for offsets into the field)."""


@dataclass(slots=True)
class Hit:
    """An article that was found."""

    id: str
    seq: int
    url: str | None
    headline: str | None
    date_published: str | None
    source: str | None
    section: str | None
    layout: str | None
    duplicate_of: str | None
    char_count: int
    score: float | None
    """How well it fits, greater is better; None where results are in order of date or too many to be scored."""
    headline_marks: Marks
    """What was searched for, in `headline`."""
    snippets: list[Snippet]
    """The first is from the text (its beginning where nothing in it was searched for); then other fields' places."""


@dataclass(slots=True)
class Results:
    """One page of what was found, and how much there is in all."""

    query: str
    """As it was understood: typed in again, it gives the same."""
    total: int
    """How many articles were found, exactly."""
    offset: int
    """How many of them stand before this page."""
    order: str
    """`relevance`, `title` (those whose headline fits first, each newest first: where very many fit) or `date`."""
    hits: list[Hit]
    facets: dict[str, list[tuple[str | None, int]]]
    """year, section, source, layout → values with how many of all that was found have them, most first (years:
    latest first); None is the value of those that have none."""
    ignored: list[str]
    """Parts of the query in which there is nothing to search for, such as `，`."""
    behind: int
    """How many new or changed articles are not in the index yet: a crawl is writing."""
