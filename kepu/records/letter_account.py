"""The account of a page's letters, which says for each of them in which block, field or rule it ended.

A letter is any character that is not white space. The account is stored beside the record, not in it.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Excluded:
    """A run of text inside the article's element that an exclusion rule left out of its blocks and fields."""

    part: int
    """Number of the page of a multi-page article, from 1."""
    rule: str
    """Name of the rule: `promotion`, `related_list`, `share_bar`, `repeated_head`, `hidden`, `script` …"""
    text: str | None
    """The beginning of the run, at most 200 characters; None for scripts and style sheets."""
    letters: int
    """Number of letters: code points that are not white space."""


@dataclass(slots=True)
class Added:
    """Text that the program added to a block, since the page lacks it: TeX, a repeated cell, the braces of `^{…}`."""

    part: int
    """Number of the page of a multi-page article, from 1."""
    kind: str
    """`tex`, `alt`, `sup`, `sub` or `repeated_cell`."""
    text: str
    """The text that was added."""


@dataclass(slots=True)
class PageLine:
    """A run of text in page order, and where it ended."""

    part: int
    """Number of the page of a multi-page article, from 1."""
    fate: str
    """`block`, `field`, `excluded` or `outside`."""
    name: str
    """For a block, its type (`paragraph`, `list` …); for an excluded run, the rule; otherwise equal to `fate`."""
    text: str
    """The text with white space collapsed; for the first run of a block, the block's text; empty for scripts and style
    sheets.
    """
    letters: int
    """Number of its characters, without white space."""
    piece: int = 0
    """For a block, its number among the pieces of the part."""


@dataclass(slots=True)
class Account:
    """Where the letters of an article's pages ended.

    `letters` is the sum of `blocks`, `fields`, `outside` and `excluded_letters`.
    """

    letters: int = 0
    """Number of letters in all text nodes below `<body>`."""
    blocks: int = 0
    """Number of letters in the blocks of the article."""
    fields: int = 0
    """Number of letters in the elements of its other fields: titles, time, source, people, breadcrumb."""
    outside: int = 0
    """Number of letters outside the article's element."""
    excluded: list[Excluded] = field(default_factory=list)
    """Runs inside the article's element that rules left out, in page order."""
    added: list[Added] = field(default_factory=list)
    """Texts that the program added to blocks."""
    outside_runs: list[str] = field(default_factory=list)
    """Runs of 30 or more unlinked letters outside the article's element, which may be a missed part of the article."""
    lines: list[PageLine] = field(default_factory=list, compare=False, repr=False)
    """The whole page in order; computed only for `pipelines.explain`, and not stored."""

    @property
    def excluded_letters(self) -> int:
        """Number of letters in `excluded`."""
        return sum(each.letters for each in self.excluded)
