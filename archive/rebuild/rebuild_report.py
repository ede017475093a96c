"""The report of a rebuild: its counts, and the lines that describe them."""

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kepu.messages import say

SHOWN = 20
"""Articles that are named, of those that keep their row."""


@dataclass(slots=True)
class SkippedVersion:
    """A version of an article that keeps its row, and why."""

    article: str
    n: int
    code: str
    """worse, other_id, unreadable, unstorable, extractor_failed, or the code of the refusal (pipelines/refusals.py)."""
    message: str


@dataclass(slots=True)
class RebuildReport:
    """What a rebuild did."""

    versions: int = 0
    """Versions of articles that were looked at, the earlier ones included."""
    same: int = 0
    changed: int = 0
    added: list[str] = field(default_factory=list)
    """Ids of articles that the extractor had refused before."""
    no_capture: int = 0
    """Versions that nobody kept as they were sent: they are left alone."""
    left: list[SkippedVersion] = field(default_factory=list)
    """Versions that had a capture and keep their row all the same."""
    fields: Counter[str] = field(default_factory=Counter)
    """How many versions changed in each field."""
    dry_run: bool = False
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        left = [asdict(each) for each in self.left]
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return told | {"left": left, "fields": dict(self.fields.most_common())}

    def lines(self) -> list[str]:
        """Return it for a person."""
        told = {"n": self.versions, "changed": self.changed, "same": self.same}
        if self.dry_run:
            lines = [say("{n} versions of articles: {changed} would change, {same} are the same", **told)]
        else:
            lines = [say("{n} versions of articles: {changed} changed, {same} are the same", **told)]
        if self.added:
            n = len(self.added)
            lines.append("  " + say("{n} pages that were refused before give an article now", n=n))
        lines += [f"  {name}: {n}" for name, n in self.fields.most_common()]
        if self.no_capture:
            lines.append("  " + say("{n} have no capture and are left as they are", n=self.no_capture))
        lines += [
            "  " + say("kept as it is: {article} version {n}: {message}", **asdict(each))
            for each in self.left[:SHOWN]
        ]
        if len(self.left) > SHOWN:
            more = len(self.left) - SHOWN
            lines.append("  " + say("kept as they are: {n} more; --json names them all", n=more))
        return lines
