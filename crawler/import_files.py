"""Find the files of an import: pages and dumps, and WARC files, each in the order in which they are read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.captures.foreign_index import ForeignIndex
from archive.captures.foreign_warc import is_foreign, is_index
from kepu.records import Visit
from pipelines.local_files import Seen, files_at, nobody, saved_at


@dataclass(slots=True)
class ImportFiles:
    """The files of an import."""

    files: list[Path | Visit] = field(default_factory=list)
    """Files to read as pages or dumps; a Visit for a path that could not be read."""
    warcs: list[Path] = field(default_factory=list)
    """WARC and WACZ files, in the order in which they are read."""


def find_files(paths: Sequence[Path], *, skipped: Seen = nobody, by_time: bool = False) -> ImportFiles:
    """Return the files at these paths; `skipped` is called with each ignored file of a folder, and the reason.

    With `by_time`, files that contain the time when they were saved come first, the earliest of them first.
    """
    found = ImportFiles(warcs=[path for path in paths if is_foreign(path) and path.is_file()])

    def take_or_skip(path: str, why: str) -> None:
        """Add a WARC file of a folder; report any other file as skipped."""
        if is_foreign(Path(path)):
            found.warcs.append(Path(path))
        elif is_index(Path(path)):
            skipped(path, "an index of WARC files, which are read themselves")
        else:
            skipped(path, why)

    for path in sorted(paths, key=_saved_at) if by_time else paths:
        if path in found.warcs:
            continue
        before = len(found.warcs)
        here = files_at(path, skipped=take_or_skip, by_time=by_time)
        if len(found.warcs) > before and [getattr(each, "path", None) for each in here] == [str(path)]:
            continue  # the folder contains WARC files only
        found.files += here
    return found


def _saved_at(path: Path) -> str:
    """Return when a file was saved, or an empty string for a folder, which sorts first and is not reordered."""
    return saved_at(path) if path.is_file() else ""


def fingerprint(files: Sequence[Path | Visit], index: ForeignIndex) -> str:
    """Return a hash that identifies a set of files: over the path, size and modification time of each."""
    digest = hashlib.sha256(index.fingerprint.encode())
    for file in files:
        if isinstance(file, Path) and file.exists():
            status = file.stat()
            line = f"{file.resolve()} {status.st_size} {status.st_mtime_ns}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
