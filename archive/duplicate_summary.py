"""`kepu duplicates`: bring near duplicates up to date, and say what there is."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.duplicates import update
from archive.duplicates.duplicate_queries import clusters, counts, pairs_of
from archive.duplicates.manual_decisions import join_again, stand_alone
from archive.store import Store
from kepu.messages import COMMA, Text, joined, left, said, say
from kepu.progress import Tell, nobody


def duplicates(path: Path, progress: Tell = nobody) -> dict[str, int]:
    """Bring the near duplicates of the archive at `path` up to date; return reading.counts.

    `progress` is called with how many articles are done, of how many. Raises ArchiveError: Locked, NotFound, … and
    where numpy is missing.
    """
    from archive.duplicates.update_duplicates import waiting

    with Store(path) as archive:
        done, total = 0, waiting(archive.db)

        def count(batch: int) -> None:
            nonlocal done
            done += batch
            progress(done, max(done, total))

        update(archive, count)
        return counts(archive.db)


def decide(path: Path, article: str, *, alone: bool) -> int:
    """Take an article out of its cluster for good, or take that back; return how many articles it changed."""
    with Store(path) as archive:
        changed = (stand_alone if alone else join_again)(archive.db, article)
        _tell(archive, changed)
        return len(changed)


def _tell(archive: Store, changed: list[int]) -> None:
    """Let the JSONL be written anew where lines of it are no longer what their rows are."""
    if any(seq <= archive.jsonl.seq for seq in changed):
        archive.jsonl.stale = True


def plain(db: Database, article: str | None = None) -> dict[str, Any]:
    """Return the clusters and counts, or the pairs of one article, as plain data for a script."""
    if article is not None:
        return {"article": article, "pairs": [asdict(pair) for pair in pairs_of(db, article)]}
    return {"clusters": [asdict(cluster) for cluster in clusters(db)], "counts": counts(db)}


COUNTED = {
    "clusters": Text("{n} clusters"),
    "articles canonical": Text("{n} articles that stand for theirs"),
    "articles exact": Text("{n} of the same text"),
    "articles repost": Text("{n} reposts"),
    "articles edited": Text("{n} edited versions"),
    "articles excerpt": Text("{n} excerpts"),
    "articles template": Text("{n} of one template"),
    "pairs repost": Text("{n} pairs of reposts"),
    "pairs edited": Text("{n} pairs edited"),
    "pairs excerpt": Text("{n} pairs of whole and excerpt"),
    "pairs template": Text("{n} pairs of one template"),
    "waiting": Text("{n} articles wait"),
}
"""What is counted, as `plain` names it → in words."""


def counted(found: dict[str, int]) -> Text:
    """Return the counts as one line."""
    return joined([Text(COUNTED[name].template, n=n) for name, n in found.items()], COMMA)


KINDS = {
    "canonical": Text("canonical"),
    "exact": Text("exact"),
    "repost": Text("repost"),
    "edited": Text("edited"),
    "excerpt": Text("excerpt"),
    "template": Text("template"),
}
"""What an article is to that which stands for its cluster, or to another article → in a word."""


def _kind(name: str) -> str:
    return left(said(KINDS[name]), 9)


def lines(db: Database, article: str | None = None) -> list[str]:
    """Return what to print: all clusters, or what one article has in common with others."""
    if article is not None:
        return [
            f"{_kind(pair.kind)} {pair.article}  "
            + say(
                "similarity {jaccard:.2f}, contained {contained:.2f}, in whole sentences {kept:.2f}",
                jaccard=pair.jaccard,
                contained=pair.contained,
                kept=pair.kept,
            )
            for pair in pairs_of(db, article)
        ]
    found = []
    for cluster in clusters(db):
        found += [
            f"{_kind(member.kind)} {member.similarity:.2f}  {member.article}  {(member.date_published or '')[:10]:10}  "
            f"{member.headline or ''}"
            for member in cluster.members
        ]
        found.append("")
    return found
