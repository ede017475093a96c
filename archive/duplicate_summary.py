"""Functions of `kepu duplicates`: update near-duplicate detection, show its results, and store manual decisions."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from archive.duplicates import update
from archive.duplicates.duplicate_queries import changes, clusters, counts, doubtful, pairs_of
from archive.store import Store
from kepu.messages import COMMA, Text, joined, left, said, say
from kepu.progress import Tell, nobody

Decision = Literal["alone", "together", "undo"]
"""`alone`: no duplicate of another article; `together`: near duplicates of each other; `undo`: withdraw the decision.
"""


@dataclass(slots=True)
class DuplicateSummary:
    """The results of `kepu duplicates`."""

    counts: dict[str, int]
    """Number of clusters, members and pairs by kind: see duplicate_queries.counts."""
    turned: dict[str, bool] = field(default_factory=dict)
    """Map the ids of articles that exports kept before and now leave out, or the reverse, to whether exports keep them
    now.
    """


def duplicates(path: Path, progress: Tell = nobody) -> DuplicateSummary:
    """Update near-duplicate detection of the archive at `path`, and return the results.

    `progress` is called with the number of processed articles and the total. Raises ArchiveError: Locked, NotFound, …
    """
    from archive.duplicates.update_duplicates import waiting

    with Store(path) as archive:
        done, total = 0, waiting(archive.db)

        def count(batch: int) -> None:
            nonlocal done
            done += batch
            progress(done, max(done, total))

        updated = update(archive, count)
        return DuplicateSummary(counts(archive.db), archive.turned | updated.turned)


def decide(path: Path, article: str, decision: Decision, other: str | None = None) -> int:
    """Store or withdraw a manual decision on one or two articles; return the number of articles that changed.

    `alone`: the article is a duplicate of no other, or not of `other`. `together`: it is a duplicate of `other`.
    `undo`: withdraw the decision on the pair or, without `other`, all decisions on the article. Raises NotFound for an
    id that the archive does not have.
    """
    from archive.duplicates.explain_pair import known
    from archive.duplicates.manual_decisions import join, stand_alone, withdraw

    with Store(path) as archive:
        for each in filter(None, (article, other)):
            known(archive.db, each)
        update(archive)
        if decision == "alone":
            done = stand_alone(archive.db, article, other)
        elif decision == "together" and other is not None:
            done = join(archive.db, article, other)
        else:
            done = withdraw(archive.db, article, other)
        return len(done.changed)


def plain(db: Database, article: str | None = None) -> dict[str, Any]:
    """Return the clusters and counts or, with `article`, its pairs and why it is kept or left out, as plain data."""
    if article is not None:
        from archive.duplicates.explain_pair import explain

        found = explain(db, article)
        pairs = [asdict(pair) for pair in pairs_of(db, article)]
        return {"article": article, "left_out": found.left_out, "pairs": pairs, "explained": asdict(found)}
    return {"clusters": [asdict(cluster) for cluster in clusters(db)], "counts": counts(db)}


def plain_review(db: Database, most: int) -> dict[str, Any]:
    """Return the doubtful pairs and the changed choices as plain data for JSON."""
    return {
        "doubtful": [asdict(each) for each in doubtful(db, most)],
        "changes": [asdict(each) for each in changes(db, most)],
    }


COUNTED = {
    "clusters": Text("{n} clusters"),
    "articles canonical": Text("{n} canonical articles"),
    "articles exact": Text("{n} exact copies"),
    "articles repost": Text("{n} reposts"),
    "articles edited": Text("{n} edited versions"),
    "articles summary": Text("{n} summaries"),
    "articles linked": Text("{n} linked by other members"),
    "pairs repost": Text("{n} pairs of reposts"),
    "pairs edited": Text("{n} pairs of edited versions"),
    "pairs excerpt": Text("{n} pairs of an article and an excerpt"),
    "pairs summary": Text("{n} pairs of an article and a summary"),
    "pairs merged": Text("{n} pairs of an article and a merged one"),
    "pairs template": Text("{n} pairs from the same template"),
    "pairs apart": Text("{n} pairs separated manually"),
    "pairs together": Text("{n} pairs joined manually"),
    "waiting": Text("{n} articles still to compare"),
}
"""Map each count of `plain` to its text."""


def counted(found: dict[str, int]) -> Text:
    """Return the counts as one line."""
    return joined([Text(COUNTED[name].template, n=n) for name, n in found.items()], COMMA)


KINDS = {
    "canonical": Text("canonical"),
    "exact": Text("exact"),
    "repost": Text("repost"),
    "edited": Text("edited"),
    "excerpt": Text("excerpt"),
    "summary": Text("summary"),
    "merged": Text("merged"),
    "template": Text("template"),
    "linked": Text("linked"),
    "apart": Text("apart"),
    "together": Text("together"),
}
"""Map each relation of an article to the canonical one, or to another article, to a word."""

IN_WORDS = {
    "exact": Text("the same text"),
    "repost": Text("the same text with small changes"),
    "edited": Text("an edited version: whole sentences differ"),
    "excerpt": Text("one is a part of the other"),
    "summary": Text("one consists of sentences of the other"),
    "merged": Text("one combines the other with another article"),
    "template": Text("the same template, filled in differently: not near duplicates"),
    "apart": Text("a person decided that they are not near duplicates"),
    "together": Text("a person decided that they are near duplicates"),
}
"""Map each kind of a pair to words."""


def _kind(name: str) -> str:
    return left(said(KINDS[name]), 9)


def lines(db: Database, article: str | None = None) -> list[str]:
    """Return the lines to print: all clusters, or the articles similar to one, and why it is kept or left out."""
    if article is not None:
        return _explained(db, article)
    found = []
    for cluster in clusters(db):
        found += [
            f"{_kind(member.kind)} {member.similarity:.2f}  {member.article}  {(member.date_published or '')[:10]:10}  "
            f"{member.headline or ''}"
            for member in cluster.members
        ]
        found.append("")
    return found


def _explained(db: Database, article: str) -> list[str]:
    from archive.duplicates.explain_pair import ComparedArticle, explain

    def of(one: ComparedArticle) -> str:
        parts = ((one.date_published or "")[:10], one.source, one.headline)
        return "  ".join([one.article, *filter(None, parts)])

    explanation = explain(db, article)
    found = [of(explanation.article), "  " + _why(explanation.left_out, explanation.because)]
    if explanation.alone:
        found.append("  " + say("A person decided that it is a duplicate of no other."))
    for one in explanation.pairs:
        pair = one.pair
        found += [
            "",
            f"{_kind(pair.kind)} {of(one.other)}",
            "  "
            + say("{kind}; first seen {seen}", kind=IN_WORDS[pair.kind], seen=one.other.first_seen or "?"),
            "  "
            + say(
                "similarity {jaccard:.2f}, contained {contained:.2f}, in whole sentences {kept:.2f}",
                jaccard=pair.jaccard,
                contained=pair.contained,
                kept=pair.kept,
            ),
        ]
        found += [
            "  " + say("here {here}, there {there}", here=here or "–", there=there or "–")
            for here, there in one.replaced[:MOST_SHOWN]
        ]
        found += [f"  − {sentence}" for sentence in one.only_here[:MOST_SHOWN]]
        found += [f"  + {sentence}" for sentence in one.only_there[:MOST_SHOWN]]
        more = sum(max(len(part) - MOST_SHOWN, 0) for part in (one.replaced, one.only_here, one.only_there))
        if more:
            found.append("  " + say("{n} further differences", n=more))
    return found


MOST_SHOWN = 8
"""Maximum number of differences of one kind that are printed per pair; --json has all."""


def _why(left_out: str | None, because: list[str]) -> str:
    """Return why an article is in exports or not, in words."""
    if left_out is None:
        return say("Exports keep it: no kept article before it is a near duplicate.")
    if left_out == "waiting":
        return say("It was not compared yet: run `kepu duplicates`.")
    others = ", ".join(because)
    if left_out == "same_text":
        return say("Exports leave it out: {others} has the same text and was seen first.", others=others)
    return say(
        "Exports leave it out: it is a near duplicate of {others}, which was seen first.", others=others
    )


def review_lines(db: Database, most: int) -> list[str]:
    """Return the lines for review: the doubtful pairs, the most doubtful first, and the changed choices."""
    found = [
        f"{each.doubt:.2f}  {_kind(each.kind)} {each.similarity:.2f}  {each.later} {each.later_headline or ''}  ↔  "
        f"{each.earlier} {each.earlier_headline or ''}"
        for each in doubtful(db, most)
    ]
    return found + [
        f"{each.changed_at}  {each.article}  " + said(KEPT_NOW if each.kept else LEFT_OUT_NOW)
        for each in changes(db, most)
    ]


KEPT_NOW = Text("exports keep it now, and left it out before")
"""What is printed of an article that exports now keep."""
LEFT_OUT_NOW = Text("exports leave it out now, and kept it before")
"""What is printed of an article that exports now leave out."""


def turned(changed: dict[str, bool]) -> list[str]:
    """Return the lines to print about articles that exports now keep and left out before, or the reverse.

    `changed` maps their ids to whether exports now keep them.
    """
    return [
        f"{article}: " + said(KEPT_NOW if kept else LEFT_OUT_NOW)
        for article, kept in list(changed.items())[:MOST_TURNED]
    ] + (
        [say("{n} further choices changed", n=len(changed) - MOST_TURNED)]
        if len(changed) > MOST_TURNED
        else []
    )


MOST_TURNED = 20
"""Maximum number of changed choices that are printed."""
