"""Check the files beside the database against it: captures, tombstones, and what a killed run left."""

from pathlib import Path

from sqlite_utils import Database

from archive import captures, tombstone_file
from archive.captures import manifest_sha256
from archive.captures.adopt_captures import ADOPTED
from archive.captures.check_captures import check_last_records
from archive.captures.check_captures import check_tables as capture_tables
from archive.jsonl_lines import path_for
from archive.verify.findings import Collector
from kepu.messages import Text

BATCH = 50
"""Maximum number of pages in captures that no row refers to which a killed run explains; with more, rows were lost."""


def check_captures(db: Database, path: Path, found: Collector, *, deep: bool) -> None:
    """Report problems of the captures. Records are only read if `deep`; otherwise sizes and positions are checked."""
    folder = captures.folder_for(path)
    known = db.execute("SELECT file, bytes FROM internal_capture_files ORDER BY n").fetchall()
    if not known and not folder.exists():
        return  # an archive restored from its JSONL refers to captures that it does not have
    if not folder.exists() and not path_for(path).exists() and known:
        found.note(
            Text("{folder} is not there, as beside a backup: the captures were not checked.", folder=folder)
        )
        return
    if deep:
        advice = Text(
            "copy a broken file back from a backup made with --captures or --bag; the articles are not affected"
        )
        for problem in captures.check(folder, db):
            found.add(Text("captures"), problem.what, advice=advice)
        for text in manifest_sha256.problems(folder):
            found.add(Text("captures"), text, advice=advice)
    else:
        _check_sizes(folder, known, found)
        for problem in (*check_last_records(folder, db), *capture_tables(db, folder)):
            found.add(Text("captures"), problem.what)
        if known:
            found.note(Text("the captures were not read, only their sizes were compared: --deep reads them."))
    _check_adopted(db, found)


def _check_sizes(folder: Path, known: list[tuple[str, int]], found: Collector) -> None:
    for name, size in known:
        path = folder / name
        there = path.stat().st_size if path.exists() else 0
        if there < size:
            found.add(
                Text("captures"),
                Text(
                    "{path}: {n} of {size} bytes are not there; restore it from a backup",
                    path=path,
                    n=size - there,
                    size=size,
                ),
            )


def _check_adopted(db: Database, found: Collector) -> None:
    (adopted,) = db.execute(
        "SELECT count(*) FROM captures WHERE code = ? AND NOT EXISTS "
        "(SELECT 1 FROM articles a WHERE a.id = captures.article)",
        (ADOPTED,),
    ).fetchone()
    if adopted > BATCH:
        found.add(
            Text("captures of articles that the database lost"),
            Text("{n} captures", n=adopted),
            advice=Text("`kepu rebuild` makes their articles"),
        )
    elif adopted:
        found.note(
            Text(
                "{n} captures of a killed run have no article yet: `kepu rebuild` or a crawl makes it.",
                n=adopted,
            )
        )


def check_tail(db: Database, path: Path, found: Collector) -> None:
    """Add a note about bytes that a killed run left at the end of the WARC files; opening the archive adopts them."""
    known = dict(db.execute("SELECT file, bytes FROM internal_capture_files").fetchall())
    for file in captures.files(captures.folder_for(path)):
        more = file.stat().st_size - known.get(file.name, 0)
        if more > 0 and file.name.startswith(f"{path.stem}-"):
            found.note(
                Text(
                    "{n} bytes of {file} are in no table yet: the next opening adopts them.",
                    n=more,
                    file=file,
                )
            )


def check_tombstones(db: Database, path: Path, found: Collector) -> None:
    """Report tombstones that only the file has, and forgotten texts that are stored under another id."""
    for n in tombstone_file.broken_lines(path):
        found.add(
            Text("lines of the file of tombstones that cannot be read"),
            Text("{path}: line {n}", path=tombstone_file.path_for(path), n=n),
        )
    for missing in tombstone_file.missing_from(db, path):
        found.note(
            Text(
                "{id} was forgotten, and only the file of tombstones knows it: the next run honours it.",
                id=missing[0],
            )
        )
    if lacking := tombstone_file.missing_in_file(db, path):
        found.note(
            Text(
                "{path} lacks {n} of the forgotten articles: the next opening writes it again.",
                path=tombstone_file.path_for(path),
                n=len(lacking),
            )
        )
    for id_, other in db.execute(_FORGOTTEN_TEXT):
        found.note(
            Text(
                "{id} has the text of {other}, which was forgotten. It stays: `kepu forget {id}` removes it too.",
                id=id_,
                other=other,
            )
        )


_FORGOTTEN_TEXT = """
  SELECT a.id, t.id FROM tombstones t, json_each(t.texts) x JOIN articles a ON a.content_sha256 = x.value
  WHERE json_valid(t.texts) ORDER BY a.seq
"""
