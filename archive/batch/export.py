"""Exports of shards of records: a month a piece of work, read by the archive's own export from a piece in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from archive.batch.engine import Run
from archive.batch.piece import fill, piece
from archive.batch.shards import Bad, check_records, output, read, settle_bad
from archive.export.behind import Behind
from archive.export.facts import Facts, File
from archive.export.output import Output
from archive.export.plan import BadPlan, Plan
from archive.export.rows import places, reader
from archive.schema import ARTICLE_FIELDS

PLACES = ("duplicate_of", "cluster", "similarity")
"""The fields that shards of `batch duplicates` know."""


@dataclass(slots=True)
class Exported:
    """What an export turned out to be."""

    rows: int = 0
    files: list[File] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Why articles that the filters take in are not there, and how many."""
    bad: list[Bad] = field(default_factory=list)
    """Shards that were left out."""


def export(
    shards: Sequence[Path],
    out: Path,
    plan: Plan,
    run: Run,
    *,
    clusters: Path | None = None,
    keep_going: bool = False,
    force: bool = False,
) -> Exported:
    """Export shards of records to the folder `out`, a file a month, the very files of `kepu export` by that plan.

    `clusters` is a folder of `batch duplicates`, whose places the articles get; without it they have those that their
    records say. What describes an export (README, card) is not made. Raises BadPlan for a split, which
    needs an archive.
    """
    if plan.split is not None:
        raise BadPlan("a batch export has no --split: export from an archive, or split by cluster.")
    bad = check_records(shards)
    settle_bad(bad, keep_going=keep_going)
    left_out = {each.shard for each in bad}
    good = [path.absolute() for path in shards if str(path) not in left_out]
    known = None if clusters is None else clusters.absolute()
    done = Exported(bad=bad)
    with output(out, f"batch export {plan.query()}", force=force) as made:
        holding: dict[str | None, list[Path]] = {}
        for shard, months in zip(good, run(months_of, good), strict=True):
            for month in months:
                holding.setdefault(month, []).append(shard)
        todo = sorted(holding.items(), key=lambda each: (each[0] is None, each[0]))
        for file, why in run(partial(write_month, known, plan, made.absolute()), todo):
            done.left_out += why
            if file is not None:
                done.rows += file.rows
                done.files.append(file)
    return done


def months_of(shard: Path) -> set[str | None]:
    """Return the months in which articles of a shard were published, None among them for those without a date."""
    return {_month(date) for date in read([shard], ["date_published"])["date_published"].to_pylist()}


def _month(date: str | None) -> str | None:
    """Return the month of a date, as archive/selection.py cuts it."""
    is_dated = date is not None and len(date) >= 7 and date[0] in "12" and date[4] == "-" and date[5] in "01"
    return date[:7] if is_dated and date else None


def write_month(
    clusters: Path | None, plan: Plan, made: Path, what: tuple[str | None, list[Path]]
) -> tuple[File | None, Counter[str]]:
    """Write the file of one month; return what it is (None where all of it is left out), and what is left out."""
    month, shards = what
    filters: Any = (
        None if month is None else [("date_published", ">=", month), ("date_published", "<", month + "~")]
    )
    behind, facts, target = Behind(), Facts(), None
    with piece() as db:
        for shard in shards:
            rows = read([shard], ARTICLE_FIELDS, filters).to_pylist()
            fill(db, (row for row in rows if _month(row["date_published"]) == month))
        for each in [] if clusters is None else sorted(clusters.glob("*.parquet")):
            _settle(db, each)
        db.conn.text_factory = bytes
        try:
            for _, row in reader(db.conn, plan)(places(db, plan)):
                if row.why_not is not None:
                    facts.left_out[row.why_not.decode()] += 1
                    continue
                target = target or Output(plan, made, month, None, facts, behind)
                target.add(row)
            return target.close() if target else None, facts.left_out
        finally:
            behind.close()


def _settle(db: Any, shard: Path) -> None:
    """Give the articles of a piece the places that a shard of duplicates names."""
    rows = read([shard], ["article", *PLACES]).to_pylist()
    db.conn.executemany(
        "UPDATE articles SET duplicate_of = :duplicate_of, cluster = :cluster, similarity = :similarity "
        "WHERE id = :article",
        rows,
    )
