"""What exports of captures read: the WARC files beside the database, and how their runs identified themselves."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.captures.read_captures import CaptureReader
from archive.captures.warc_records import FIRST_RECORD, Unreadable, first_record
from archive.captures.warc_writer import folder_for
from archive.readonly import home

_OF_RUNS = ("operator", "http-header-user-agent")


@dataclass(slots=True)
class CaptureSource:
    """The captures of the archive that is exported."""

    reader: CaptureReader
    """Reads the records of the captures."""
    withheld: Counter[str]
    """Number of captures, or parts of them, that are not exported, by reason: part of the export's facts."""
    newest: str = ""
    """The time of the last capture, which exports use as their own, so that one archive gives the same bytes each time;
    empty if there is no capture.
    """
    about: dict[str, str] = field(default_factory=dict)
    """Operators and user agents of the runs, from the `warcinfo` records of their files."""

    @contextmanager
    def as_text(self) -> Iterator[CaptureReader]:
        """Yield the reader; in the block, the database returns texts as `str`, in the rest of an export as bytes."""
        conn = self.reader.db.conn
        before, conn.text_factory = conn.text_factory, str
        try:
            yield self.reader
        finally:
            conn.text_factory = before


@contextmanager
def capture_source(db: Database, path: Path, withheld: Counter[str]) -> Iterator[CaptureSource]:
    """Yield the captures of the archive at `path`, whose database is open as `db`."""
    with CaptureReader(db, folder_for(home(path))) as reader:
        source = CaptureSource(reader, withheld)
        with source.as_text():
            source.newest = db.execute("SELECT max(at) FROM captures").fetchone()[0] or ""
            files = [file for (file,) in db.execute("SELECT file FROM internal_capture_files ORDER BY n")]
        source.about = _about(reader, files)
        yield source


def _about(reader: CaptureReader, files: list[str]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {name: {} for name in _OF_RUNS}
    for file in files:
        try:
            record = first_record(reader.bytes_at(file, 0, FIRST_RECORD))
        except Unreadable:
            continue
        for line in record.block.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name in found and value.strip():
                found[name][value.strip()] = None
    return {name: "; ".join(values) for name, values in found.items() if values}
