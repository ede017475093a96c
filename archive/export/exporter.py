"""Write an export: rows to files, the describing files, and the finished folder to its place."""

from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from archive import id_lists
from archive.archive_names import archive_names
from archive.captures.warc_writer import folder_for
from archive.export import atomic_folder as folders
from archive.export import picture_files, pieces
from archive.export.background_writer import BackgroundWriter
from archive.export.capture_source import CaptureSource, capture_source
from archive.export.export_options import BadExportOptions, ExportOptions
from archive.export.export_rows import ExportRow, RowPlace, count, reader
from archive.export.export_stats import ExportFacts
from archive.export.formats.format_base import packages_missing
from archive.export.formats.format_registry import FORMATS, writer
from archive.export.hashed_file import HashedOutput
from archive.export.ids_file import NAME as IDS
from archive.export.ids_file import IdsFile
from archive.export.leading_rows import in_file_order
from archive.export.profile_fields import fields
from archive.export.splits import SplitSides, assign, make_ready
from archive.filters import month_of, prepare, require_rows
from archive.readonly import home, reading
from archive.schema import SCHEMA_STEPS
from archive.sqlite_errors import explained
from kepu.errors import WrongSchema
from kepu.progress import Tell, nobody
from kepu.records import SCHEMA_VERSION
from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames

EVERY = 100
"""Number of rows between two progress reports."""


def export(
    path: Path,
    folder: Path,
    plan: ExportOptions,
    *,
    force: bool = False,
    update: bool = False,
    progress: Tell = nobody,
) -> ExportFacts:
    """Export the archive at `path` to `folder` and return the facts about the export.

    All rows are from one snapshot, even while a crawl writes. The folder appears complete or not at all; with `force`
    or `update` it replaces an existing export, and files with unchanged bytes are kept. The same archive and the same
    options give the same bytes. Raises ArchiveError: InTheWay, Locked, DiskFull, BadExportOptions, ….
    """
    if update:
        plan.check_update()
    with _named(folder):
        folders.check(folder, plan.query(), force=force, update=update)
    if plan.split is not None:
        make_ready(path)
    with reading(path) as db, _snapshot(db, path), _named(folder), folders.partial(folder) as made:
        facts = begin(db, plan)
        _choose(db, plan, facts)
        with _captures(db, path, plan, facts) as source:
            _write(db, plan, made, facts, progress, source)
        if plan.pictures and plan.kind.from_captures is None:
            as_parquet = plan.kind.table == "parquet"
            picture_files.write_pictures(db, folder_for(home(path)), made, facts, as_parquet=as_parquet)
        _describe(made, plan, facts, db, folder)
        folders.write_sums(made, plan.query(), {file.name: file.sha256 for file in facts.files})
    return facts


def stream(path: Path, out: BinaryIO, plan: ExportOptions) -> ExportFacts:
    """Write the articles of the archive at `path` to `out`, one after the other, and return the facts about the export.

    The reader may take hours, so no snapshot is held: the articles and their order are fixed at the beginning, and each
    is read when its turn comes. Raises BadExportOptions for options that need a file or folder, and BrokenPipeError if
    the reader closes the pipe.
    """
    if not plan.kind.streams or plan.split is not None or (plan.pictures and not plan.kind.from_captures):
        known = ", ".join(each.name for each in FORMATS.values() if each.streams)
        raise BadExportOptions("only {known} without --split can go to standard output.", known=known)
    broken: OSError | None = None
    with reading(path) as db:
        facts = begin(db, plan)
        _choose(db, plan, facts)
        with _captures(db, path, plan, facts) as source, _bytes(db):
            try:
                _pour(db, plan, out, facts, source)
            except OSError as error:
                broken = error  # An error of the output; `reading` would report it as one of the archive.
    if broken is not None:
        with explained(Path("standard output")) if not isinstance(broken, BrokenPipeError) else nullcontext():
            raise broken
    return facts


def _captures(
    db: Database, path: Path, plan: ExportOptions, facts: ExportFacts
) -> AbstractContextManager[CaptureSource | None]:
    """Open the captures of an archive if the format needs them."""
    if plan.kind.from_captures is None:
        return nullcontext()
    return capture_source(db, path, facts.withheld)


def _pour(
    db: Database, plan: ExportOptions, out: BinaryIO, facts: ExportFacts, source: CaptureSource | None
) -> None:
    behind = BackgroundWriter()
    read = reader(db.conn, plan, _names(db, plan))
    try:
        target = writer(plan, out, facts.mended, behind, source)
        order = array("q", (place.seq for place in in_file_order(db, plan)))
        for _, row in read(RowPlace(seq, None) for seq in order):
            if counted(facts, row):
                target.add(row)
        target.close()
        out.flush()
    finally:
        behind.close()


def _names(db: Database, plan: ExportOptions) -> KnownNames:
    """Return the names that the word segmenter treats as words: those of the whole archive."""
    return archive_names(db.conn) if "words" in plan.layers else NO_NAMES


@contextmanager
def _snapshot(db: Database, path: Path) -> Iterator[None]:
    """Read from one snapshot of the archive. Writers continue; the WAL can be truncated again afterwards."""
    with explained(path):
        db.execute("BEGIN")
        try:
            yield
        finally:
            db.execute("ROLLBACK")


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Name the folder in errors of the file system; other errors concern the archive."""
    try:
        yield
    except OSError:
        with explained(folder):
            raise


@contextmanager
def _bytes(db: Database) -> Iterator[None]:
    """Read texts as the bytes that SQLite stores, so that they are not decoded and encoded again."""
    db.conn.text_factory = bytes
    try:
        yield
    finally:
        # The describing files read texts too; an invalid byte must not make them fail.
        db.conn.text_factory = lambda data: data.decode("utf-8", "replace")


def begin(db: Database, plan: ExportOptions, names: KnownNames | None = None) -> ExportFacts:
    """Return the facts that do not depend on rows. `names` replaces the archive's names for the word segmenter.

    Raises WrongSchema if the tables are those of another version of the program.
    """
    if (steps := db.execute("PRAGMA user_version").fetchone()[0]) != SCHEMA_STEPS:
        raise WrongSchema(
            "this archive has the tables of an older kepu (version {steps}): `kepu verify --repair` brings them up "
            "to date.",
            steps=steps,
        )
    facts = ExportFacts(
        query=plan.query(),
        fields=tuple(field.name for field in fields(plan)),
        tool_version=version("kepu-archive"),
        schema_version=SCHEMA_VERSION,
        tombstones=[id_ for (id_,) in db.execute("SELECT id FROM tombstones ORDER BY id")],
    )
    for library in plan.kind.libraries:
        try:
            facts.libraries[library] = version(library)
        except PackageNotFoundError as error:
            raise packages_missing(plan.kind) from error
    if "words" in plan.layers:
        from pipelines.segmentation.text.words import tokenizer_facts

        facts.tokenizer = tokenizer_facts(_names(db, plan) if names is None else names)
    return facts


def _choose(db: Database, plan: ExportOptions, facts: ExportFacts) -> None:
    """Compute the selection, and add to the facts the ids of a requested list that the archive does not have."""
    prepare(db, plan.selection)
    require_rows(db, plan.selection)
    if plan.selection.ids is not None:
        compared = id_lists.compare(db, plan.selection.ids)
        facts.missing, facts.changed = list(compared.missing), list(compared.changed)


def _write(
    db: Database,
    plan: ExportOptions,
    made: Path,
    facts: ExportFacts,
    progress: Tell,
    source: CaptureSource | None,
) -> None:
    """Write the files of the articles; at most one file per part of the split is open at a time."""
    sides = None if plan.split is None else assign(db, plan.split)
    total = count(db, plan)
    open_files: dict[str | None, HashedOutput] = {}
    behind = BackgroundWriter()
    listed = IdsFile(made / IDS)
    with _bytes(db):
        read = reader(db.conn, plan, _names(db, plan))
        try:
            for done, (place, row) in enumerate(read(in_file_order(db, plan))):
                side = _side(sides, row)
                if counted(facts, row, parted=sides is not None and side is None):
                    listed.add(row)
                    piece = pieces.piece_of(plan.files, place.month)
                    _file_for(plan, made, piece, side, facts, behind, open_files, source).add(row)
                if done % EVERY == 0:
                    progress(done, total)
            _close(open_files, facts)
        finally:
            behind.close()
            listed.close()
            for output in open_files.values():
                output.abandon()
    if plan.files == "size":
        pieces.number(made, plan, facts.files)
    if plan.kind.beside is not None:
        plan.kind.beside(made, [file.name for file in facts.files])
    facts.end(facts.files)
    progress(total, total)


def _file_for(
    plan: ExportOptions,
    made: Path,
    piece: str,
    side: str | None,
    facts: ExportFacts,
    behind: BackgroundWriter,
    open_files: dict[str | None, HashedOutput],
    source: CaptureSource | None,
) -> HashedOutput:
    """Return the open file for an article; close files that are full or whose period is over."""
    if plan.files == "size":
        done = sum(file.split == side for file in facts.files)
        if side in open_files and open_files[side].size >= (plan.kind.limit or pieces.LIMIT):
            facts.files.append(open_files.pop(side).close())
            done += 1
        piece = f"{done:05}"
    elif any(output.piece != piece for output in open_files.values()):
        _close(open_files, facts)
    if side not in open_files:
        open_files[side] = HashedOutput(plan, made, piece, side, facts, behind, source)
    return open_files[side]


def _side(sides: SplitSides | None, row: ExportRow) -> str | None:
    return None if sides is None or row.why_not is not None else sides.of(row.id.decode())


def counted(facts: ExportFacts, row: ExportRow, *, parted: bool = False) -> bool:
    """Count a row in the facts; return whether it is exported.

    If `parted` is true, it is left out because its founders are in different parts of the split.
    """
    if row.why_not is not None:
        facts.left_out[row.why_not.decode()] += 1
        return False
    if parted:
        facts.left_out["split"] += 1
        facts.left_out_of_split.append(row.id.decode())
        return False
    facts.rows += 1
    facts.extractor_versions[_text(row.extractor) or ""] += 1
    if row.normalizer is not None:
        facts.normalizer_versions[_text(row.normalizer) or ""] += 1
    date, checked = _text(row.date), _text(row.checked)
    month = month_of(date)
    if month is None:
        facts.undated += 1
    else:
        facts.months[month] += 1
    if date is not None:
        facts.earliest = min(facts.earliest or date, date)
        facts.latest = max(facts.latest or date, date)
    if checked is not None:
        facts.checked = max(facts.checked or checked, checked)
    return True


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


def _close(outputs: dict[str | None, HashedOutput], facts: ExportFacts) -> None:
    for output in outputs.values():
        facts.files.append(output.close())
    outputs.clear()


def _describe(made: Path, plan: ExportOptions, facts: ExportFacts, db: Database, folder: Path) -> None:
    """Write the describing files; the version follows from the previous export in `folder`."""
    from archive.export import card

    card.write(made, plan, facts, db, folder)
