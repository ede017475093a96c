"""The report of a rebuild: its counts, and the lines that show them."""

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kepu.messages import say

SHOWN = 20
"""Maximum number of skipped versions that the lines list."""


@dataclass(slots=True)
class SkippedVersion:
    """A version of an article whose row was not changed, and the reason."""

    article: str
    """Id of the article."""
    n: int
    """Number of the version, from 1."""
    code: str
    """worse, other_id, unreadable, unstorable, extractor_failed, or the code of a refusal (pipelines/refusals.py)."""
    message: str
    """The reason, as a sentence."""


@dataclass(slots=True)
class RebuildReport:
    """The counts of a rebuild."""

    versions: int = 0
    """Versions that were read, earlier ones included."""
    same: int = 0
    """Versions whose record did not change."""
    changed: int = 0
    """Versions whose record changed."""
    added: list[str] = field(default_factory=list)
    """Ids of new articles, which an earlier extractor had refused."""
    no_capture: int = 0
    """Versions without a capture, which are skipped."""
    left: list[SkippedVersion] = field(default_factory=list)
    """Versions that have a capture but were not changed."""
    fields: Counter[str] = field(default_factory=Counter)
    """Field → number of versions in which it changed."""
    dry_run: bool = False
    """Whether nothing was written."""
    seconds: float = 0.0
    """Duration of the rebuild."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        left = [asdict(each) for each in self.left]
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"left": left, "fields": dict(self.fields.most_common())}

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        values = {"n": self.versions, "changed": self.changed, "same": self.same}
        if self.dry_run:
            lines = [say("{n} versions of articles: {changed} would change, {same} are the same", **values)]
        else:
            lines = [say("{n} versions of articles: {changed} changed, {same} are the same", **values)]
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
