"""What to do about each damaged article: its capture comes before the network."""

from pathlib import Path

import orjson
from sqlite_utils import Database

from archive import captures, row_hash
from archive.captures import CaptureReader
from archive.rebuild.reextract import ReextractedVersion, StoredVersion, remake
from archive.verify.check_rows import Rows
from archive.verify.findings import Collector
from kepu.messages import Text
from pipelines.segmentation.dumps.lexicon import builtin

MOST = 20
"""Damaged articles whose captures are read."""


def advise(db: Database, path: Path, found: Collector, rows: Rows) -> None:
    """Say of damaged articles whether `kepu rebuild` makes them from their captures, or a crawl has to fetch them."""
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
    group.advice = Text("{one}; {other}", one=ways[0], other=ways[1]) if len(ways) > 1 else ways[0]


def _can_be_made(db: Database, reader: CaptureReader, seq: int) -> bool:
    """Whether the pipelines make an article from its capture, so that `kepu rebuild` mends its row."""
    values = next(row_hash.rows(db, "articles", "seq = ?", (seq,)))
    try:
        stored = StoredVersion(values["id"], orjson.loads(values["revision"])["n"], values)
        return isinstance(remake(db, reader, stored, builtin), ReextractedVersion)
    except (ValueError, TypeError, KeyError):
        return False
