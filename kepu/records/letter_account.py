"""The account of a page's letters: in which block, field or rule each of them ended. It is no part of the record."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Excluded:
    """A run of the page that stood in the article and is in no block and no field of it."""

    part: int
    """The part of a multi-page article in which it stands."""
    rule: str
    """The rule that left it out: `promotion`, `related_list`, `share_bar`, `repeated_head`, `hidden`, `script` …"""
    text: str | None
    """Its first letters, at most 200; None for scripts and style sheets, of which only the number counts."""
    letters: int
    """How many letters it has: code points that are no white space."""


@dataclass(slots=True)
class Added:
    """What the program wrote into a block that is not in the page: TeX, a repeated cell, the braces of `^{…}`."""

    part: int
    kind: str
    text: str


@dataclass(slots=True)
class PageLine:
    """A run of letters in the order of the page, and what became of it."""

    part: int
    fate: str
    """`block`, `field`, `excluded` or `outside`."""
    name: str
    """Of a block its type (`paragraph`, `list` …), of what was left out the rule; else the fate once more."""
    text: str
    """White space folded; of the first run of a block the block's text; empty for scripts and style sheets."""
    letters: int
    piece: int = 0
    """Of a block: its number among the pieces of the part."""


@dataclass(slots=True)
class Account:
    """Where the letters of an article's pages went. `letters` is the sum of the other four numbers."""

    letters: int = 0
    """All letters of all text nodes below `<body>`."""
    blocks: int = 0
    """Those in the blocks of the article."""
    fields: int = 0
    """Those in the elements of its other fields: titles, time, source, people, breadcrumb."""
    outside: int = 0
    """Those that do not stand in the article."""
    excluded: list[Excluded] = field(default_factory=list)
    """Those that do and were left out, in the page's order."""
    added: list[Added] = field(default_factory=list)
    outside_runs: list[str] = field(default_factory=list)
    """Runs of 30 letters and more, not linked, outside the article: it may have begun or ended elsewhere."""
    lines: list[PageLine] = field(default_factory=list, compare=False, repr=False)
    """The whole page in its order; made only where `pipelines.explain` asks for it, and never stored."""

    @property
    def excluded_letters(self) -> int:
        """Letters that were left out."""
        return sum(each.letters for each in self.excluded)
