"""Export shards of records: one job per month, in which the archive's own exporter reads an archive in memory.

The describing files are made at the end from the facts and figures of all months, which can be added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.batch.archive_decisions import (
    NONE,
    TOMBSTONE_FIELDS,
    ArchiveDecisions,
    archive_with_decisions,
    without_forgotten,
)
from archive.batch.executors import Executor
from archive.batch.in_memory_archive import fill
from archive.batch.left_out_copies import FILE, left_out_copies
from archive.batch.parquet_shards import BadShard, check_records, clean, output, raise_for_bad, read
from archive.duplicates.kept_articles import place_kept
from archive.export import card
from archive.export.background_writer import BackgroundWriter
from archive.export.card.dataset_figures import DatasetFigures, figures, together
from archive.export.export_options import BadExportOptions, ExportOptions
from archive.export.export_rows import places, reader
from archive.export.export_stats import ExportFacts
from archive.export.exporter import begin, counted
from archive.export.hashed_file import HashedOutput
from archive.export.ids_file import IdsFile, join
from archive.export.pieces import BY_DATE, piece_of
from archive.export.profile_fields import fields
from archive.export.time_types import untyped
from archive.filters import month_of
from archive.schema import ARTICLE_FIELDS
from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames

COLUMNS = (*ARTICLE_FIELDS, "datetime_modified")
"""Columns of shards of records: the fields of a record, and the time from `date_modified`."""

PLACES = ("duplicate_of", "cluster", "similarity")
"""Fields that come from the shards of `batch duplicates`."""


LEFT_OUT = "left_out"
"""Column with the reason why exports leave an article out."""


@dataclass(slots=True)
class Exported:
    """The result of an export."""

    facts: ExportFacts
    """The description of the export."""
    bad: list[BadShard] = field(default_factory=list)
    """Shards that were skipped."""


def export(
    shards: Sequence[Path],
    out: Path,
    plan: ExportOptions,
    run: Executor,
    *,
    clusters: Path | None = None,
    decisions: ArchiveDecisions = NONE,
    keep_going: bool = False,
    force: bool = False,
) -> Exported:
    """Export shards of records to the folder `out`, with the same files as `kepu export`; return what was exported.

    `clusters` is a folder made by `batch duplicates`; articles get its clusters, and filters leave out copies by its
    pairs. Without it, articles have the clusters in their records. Articles forgotten by `decisions` are skipped.
    Raises BadExportOptions for options that need an archive (a split, captures, ids, a sample) or that write no file
    per month or year, and if a cluster names a forgotten article; BadShards unless `keep_going`; InTheWay if `out`
    exists unless `force`.
    """
    if plan.split is not None:
        raise BadExportOptions("a batch export has no --split: export from an archive, or split by cluster.")
    if plan.kind.from_captures is not None:
        raise BadExportOptions(
            "a batch export has no captures: export {format} from an archive.", format=plan.format
        )
    if plan.files not in BY_DATE:
        raise BadExportOptions(
            "a batch export writes each month or year separately: use --files month or --files year, "
            "not --files {files}.",
            files=plan.files,
        )
    if plan.selection.ids or plan.selection.sample:
        raise BadExportOptions("a batch export has no --ids and no --sample: export from an archive.")
    bad = check_records(shards)
    raise_for_bad(bad, keep_going=keep_going)
    left_out = {each.shard for each in bad}
    good = [path.absolute() for path in shards if str(path) not in left_out]
    known = None if clusters is None else clusters.absolute()
    names = _names(good, plan, decisions, run)
    copies: dict[str, str | None] = {}
    if known is not None and (known / FILE).exists():
        copies = left_out_copies(known, good, plan.selection, decisions)
    with archive_with_decisions(decisions) as db:
        facts = begin(db, plan, names)
    with output(out, plan.query(), force=force) as made:
        holding: dict[str | None, list[Path]] = {}
        for shard, months in zip(good, run(months_of, good), strict=True):
            for piece in {_piece(plan, month) for month in months}:
                holding.setdefault(piece, []).append(shard)
        todo = sorted(holding.items(), key=lambda each: (each[0] is None, each[0]))
        found = run(partial(write_piece, known, copies, plan, decisions, made.absolute(), names), todo)
        for piece_facts, _ in found:
            facts.add(piece_facts)
        join(made, [_ids_of(made, piece) for piece, _ in todo])
        if plan.kind.beside is not None:
            plan.kind.beside(made, [file.name for file in facts.files])
        clean(made)
        card.write(made, plan, facts, together([each for _, each in found], facts), out)
    return Exported(facts, bad)


def _names(
    shards: Sequence[Path], plan: ExportOptions, decisions: ArchiveDecisions, run: Executor
) -> KnownNames:
    """Return the names that the word segmenter treats as words: those of all shards, as in an archive of them."""
    if "words" not in plan.layers:
        return NO_NAMES
    return KnownNames(name for names in run(partial(names_of, decisions), list(shards)) for name in names)


def names_of(decisions: ArchiveDecisions, shard: Path) -> set[str]:
    """Return the names of authors, editors and sources in a shard, without those of forgotten articles."""
    rows = untyped(read([shard], [*TOMBSTONE_FIELDS, "author", "editor", "source"]).to_pylist())
    found: set[str] = set()
    with archive_with_decisions(decisions) as db:
        for row in without_forgotten(db, rows):
            found |= {each["name"] for each in [*(row["author"] or []), *(row["editor"] or [])]}
            found |= {row["source"]["name"]} if row["source"] else set()
    return {name for name in found if name}


def months_of(shard: Path) -> set[str | None]:
    """Return the months in which articles of a shard were published; None stands for articles without a date."""
    return {month_of(row["date_published"]) for row in untyped(read([shard], ["date_published"]).to_pylist())}


def _piece(plan: ExportOptions, month: str | None) -> str | None:
    """Return the month or year of the file for a month's articles, or None for articles without a date."""
    return None if month is None else piece_of(plan.files, month)


def _ids_of(made: Path, piece: str | None) -> Path:
    """Return the file with the ids of one month or year, which is joined with the others at the end."""
    return made / f"ids-{piece or 'undated'}.part"


def write_piece(
    clusters: Path | None,
    copies: dict[str, str | None],
    plan: ExportOptions,
    decisions: ArchiveDecisions,
    made: Path,
    names: KnownNames,
    what: tuple[str | None, list[Path]],
) -> tuple[ExportFacts, DatasetFigures]:
    """Write the file of one month or year, unless all its articles are left out; return its facts and figures.

    `copies` maps articles to the reason why they are left out, in addition to what the shards in `clusters` say. `what`
    is the month or year and its shards.
    """
    piece, shards = what
    filters = None if piece is None else _days_of(piece)
    behind, facts, target = BackgroundWriter(), ExportFacts(), None
    listed = IdsFile(_ids_of(made, piece), header=False)
    with archive_with_decisions(decisions) as db:
        for shard in shards:
            rows = untyped(read([shard], COLUMNS, filters).to_pylist())
            fill(
                db,
                without_forgotten(
                    db, (row for row in rows if _piece(plan, month_of(row["date_published"])) == piece)
                ),
            )
        if clusters is not None:
            _settle(db, clusters, copies)
        _check_places(db)
        db.conn.text_factory = bytes
        try:
            for _, row in reader(db.conn, plan, names)(places(db, plan)):
                if counted(facts, row):
                    listed.add(row)
                    target = target or HashedOutput(
                        plan, made, piece or piece_of(plan.files, None), None, facts, behind
                    )
                    target.add(row)
            if target:
                facts.end([target.close()])
        finally:
            behind.close()
            listed.close()
        db.conn.text_factory = str
        return facts, figures(db, plan, facts, fields(plan))


def _days_of(piece: str) -> Any:
    """Return the pyarrow filter for the days of a month or year."""
    first = date.fromisoformat(f"{piece}-01" if len(piece) > 4 else f"{piece}-01-01")
    behind = (first + timedelta(days=31 if len(piece) > 4 else 366)).replace(day=1)
    return [("date_published", ">=", first), ("date_published", "<", behind)]


def _settle(db: Database, clusters: Path, copies: dict[str, str | None]) -> None:
    """Set the clusters of articles to those in the shards of duplicates, or to null."""
    db.execute("UPDATE articles SET duplicate_of = NULL, cluster = NULL, similarity = NULL")
    for shard in sorted(clusters.glob("*.parquet")):
        rows = read([shard], ["article", *PLACES, LEFT_OUT]).to_pylist()
        db.conn.executemany(
            "UPDATE articles SET duplicate_of = :duplicate_of, cluster = :cluster, similarity = :similarity "
            "WHERE id = :article",
            rows,
        )
        place_kept(db.conn, {row["article"]: row[LEFT_OUT] for row in rows})
    place_kept(db.conn, copies)


def _check_places(db: Database) -> None:
    """Raise BadExportOptions if an article is a copy of a forgotten one, because its cluster is outdated."""
    row = db.execute(
        "SELECT articles.id FROM articles JOIN tombstones ON tombstones.id IN (duplicate_of, cluster) LIMIT 1"
    ).fetchone()
    if row is not None:
        raise BadExportOptions(
            "{id} is said to be a copy of an article that was forgotten since: run `kepu batch "
            "duplicates` on these records again, and give --clusters.",
            id=row[0],
        )
