"""What a check found, for people and for scripts."""

from dataclasses import dataclass, field

from kepu.messages import said, say


@dataclass(slots=True)
class Findings:
    """What a check found."""

    database: str
    articles: int = 0
    problems: list[str] = field(default_factory=list)
    """What is wrong still, each with what to do: in English, as a `Text`, which `lines` says in Chinese."""
    repaired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return the findings for a person."""
        found = [say("repaired: {text}", text=said(text)) for text in self.repaired]
        found += [said(text) for text in self.notes]
        found += [say("problem: {text}", text=said(text)) for text in self.problems]
        told = {"database": self.database, "n": self.articles}
        if self.whole:
            return [*found, say("{database}: {n} articles, whole", **told)]
        return [*found, say("{database}: {n} articles, NOT whole", **told)]
