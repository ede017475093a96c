"""Advice for damaged articles: re-extract an article from its capture if possible, else fetch it again."""

from pathlib import Path

import orjson
from sqlite_utils import Database

from archive import captures, row_hash
from archive.captures import CaptureReader
from archive.rebuild.reextract import ReextractedVersion, StoredVersion, remake
from archive.verify.check_rows import Rows
from archive.verify.findings import Collector
from kepu.messages import Text, joined
from pipelines.segmentation.dumps.lexicon import builtin

MOST = 20
"""Maximum number of damaged articles whose captures are tried and that the advice lists."""


def advise(db: Database, path: Path, found: Collector, rows: Rows) -> None:
    """Set the advice of the finding about damaged articles, if there is one.

    The advice lists the articles that `kepu rebuild` can re-extract from their captures and those that must be fetched
    again. Only the first MOST damaged articles are tried; the advice says how many more there are.
    """
    group = found.groups.get(Text("articles whose rows are damaged"))
    if group is None:
        return
    damaged = dict(list(rows.damaged.items())[:MOST])
    ids = list(damaged.values())
    with CaptureReader(db, captures.folder_for(path)) as reader:
        kept = [id_ for seq, id_ in damaged.items() if _can_be_made(db, reader, seq)]
    lost = [id_ for id_ in ids if id_ not in kept]
    ways = []
    if kept:
        ways.append(Text("`kepu rebuild {ids}` makes them from their captures", ids=" ".join(kept)))
    if lost:
        named = " ".join(f"--id {id_}" for id_ in lost)
        ways.append(
            Text("`kepu crawl --mode recheck {ids}` fetches them again, or restore a backup", ids=named)
        )
    if more := len(rows.damaged) - len(damaged):
        ways.append(
            Text("{n} more articles are damaged: run `kepu verify` again after repairing these", n=more)
        )
    group.advice = joined(ways)


def _can_be_made(db: Database, reader: CaptureReader, seq: int) -> bool:
    """Return whether the pipelines can extract the article from its capture, so that `kepu rebuild` repairs its row."""
    values = next(row_hash.rows(db, "articles", "seq = ?", (seq,)))
    try:
        stored = StoredVersion(values["id"], orjson.loads(values["revision"])["n"], values)
        return isinstance(remake(db, reader, stored, builtin), ReextractedVersion)
    except (ValueError, TypeError, KeyError):
        return False
