"""The findings of a check, for people and for scripts: grouped by kind, counted, with some examples of each."""

from dataclasses import dataclass, field

from kepu.messages import Text, joined, said, say

SHOWN = 5
"""Maximum number of examples shown per kind."""


@dataclass(slots=True)
class FindingGroup:
    """All findings of one kind."""

    what: str
    """The kind, as a sentence without its full stop."""
    advice: str = ""
    """What to do about it."""
    remedy: str = ""
    """The part of `--repair` that repairs it (repair_archive.py), or an empty string."""
    count: int = 0
    """Number of findings."""
    examples: list[str] = field(default_factory=list)
    """Up to SHOWN places where it was found."""

    def sentence(self, done: str = "") -> Text:
        """Return the findings as one sentence with examples and advice. If `done` is given, it replaces the advice."""
        advice = done or self.advice
        more = Text(", … ({n} in all)", n=self.count) if self.count > len(self.examples) else Text("")
        text = Text("{what}", what=self.what)
        if self.examples:
            named = joined(self.examples, Text(", "))
            text = Text("{what}: {examples}{more}", what=self.what, examples=named, more=more)
        return Text("{text}; {advice}.", text=text, advice=advice) if advice else Text("{text}.", text=text)


@dataclass(slots=True)
class Findings:
    """The results of a check."""

    database: str
    """Path of the database."""
    articles: int = 0
    """Number of articles that were checked."""
    problems: list[str] = field(default_factory=list)
    """Remaining problems, one sentence per kind with advice; each is a `Text`, which `lines` translates."""
    repaired: list[str] = field(default_factory=list)
    """Problems that were repaired, with what was done."""
    notes: list[str] = field(default_factory=list)
    """Remarks that are not damage."""
    counts: dict[str, int] = field(default_factory=dict)
    """Number of findings by kind; the keys are English."""

    @property
    def whole(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return the findings as lines for people."""
        found = [say("repaired: {text}", text=said(text)) for text in self.repaired]
        found += [said(text) for text in self.notes]
        found += [say("problem: {text}", text=said(text)) for text in self.problems]
        values = {"database": self.database, "n": self.articles}
        if self.whole:
            return [*found, say("{database}: {n} articles, intact", **values)]
        return [*found, say("{database}: {n} articles, NOT intact", **values)]


class Collector:
    """Collects findings one by one and keeps some examples of each kind."""

    def __init__(self) -> None:
        self.groups: dict[str, FindingGroup] = {}
        self.notes: list[str] = []
        self.articles: int = 0

    def add(self, what: Text, example: str = "", *, advice: str = "", remedy: str = "") -> None:
        """Count a finding; `what` is the kind, `example` the place."""
        group = self.groups.setdefault(what, FindingGroup(what, advice, remedy))
        group.count += 1
        if example and len(group.examples) < SHOWN:
            group.examples.append(example)
        group.remedy = group.remedy or remedy

    def note(self, text: Text) -> None:
        """Add a remark that is not damage."""
        self.notes.append(text)

    def has(self, remedy: str) -> bool:
        """Return whether any finding has this remedy."""
        return any(group.remedy == remedy for group in self.groups.values())
