"""What a check found, for people and for scripts."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Findings:
    """What a check found."""

    database: str
    articles: int = 0
    problems: list[str] = field(default_factory=list)
    """What is wrong still, each with what to do."""
    repaired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def lines(self) -> list[str]:
        """Return the findings for a person."""
        found = [f"repaired: {text}" for text in self.repaired] + self.notes
        found += [f"problem: {text}" for text in self.problems]
        state = "whole" if self.whole else "NOT whole"
        return [*found, f"{self.database}: {self.articles} articles, {state}"]
