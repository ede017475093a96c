"""`manifest-sha256.txt` beside the WARC files: the SHA-256 of each closed file, in the format of `sha256sum -c`.

The file being written is not in it. Erasing a capture changes a file, whose line is then updated.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from kepu.atomic_files import write_whole
from kepu.messages import Text

NAME = "manifest-sha256.txt"
"""Name of the file in the folder of captures."""

_LINE = re.compile(rb"[0-9a-f]{64}  [^\0/]+\.warc\.gz")
"""Matches a line of the manifest."""


def read(folder: Path) -> dict[str, str]:
    """Map each file name in the manifest to its hash."""
    path = folder / NAME
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def update(db: Database, folder: Path) -> None:
    """Add the files that are closed and not in it yet, hashing each; the file with the highest number is still open."""
    names = [name for (name,) in db.execute(_CLOSED)]
    known = read(folder)
    new = [name for name in names if name not in known and (folder / name).exists()]
    if new:
        _write(folder, known | {name: sha256_of(folder / name) for name in new})


_CLOSED = (
    "SELECT file FROM internal_capture_files WHERE n < (SELECT max(n) FROM internal_capture_files) ORDER BY n"
)
"""The files that are closed, that is, all but the one with the highest number."""


def drop(folder: Path, names: Iterable[str]) -> None:
    """Remove files that are about to change; `update` hashes them again."""
    known = read(folder)
    kept = {name: digest for name, digest in known.items() if name not in set(names)}
    if len(kept) < len(known):
        _write(folder, kept)


def _write(folder: Path, known: dict[str, str]) -> None:
    """Replace the manifest, with its lines sorted by file name."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
    write_whole(folder / NAME, lines.encode())


def problems(folder: Path) -> list[Text]:
    """Return the closed files that do not match the manifest, and its malformed lines; reads all files.

    A file that is missing in the manifest was closed by a run that was killed: the next run adds it.
    """
    path = folder / NAME
    lines = path.read_bytes().splitlines() if path.exists() else []
    broken = [n for n, line in enumerate(lines, 1) if not _LINE.fullmatch(line)]
    found = [Text("{path}: line {n} cannot be read", path=path, n=n) for n in broken]
    for name, digest in read(folder).items():
        path = folder / name
        if not path.exists():
            found.append(Text("{path}: {manifest} names it, and it is not there", path=path, manifest=NAME))
        elif sha256_of(path) != digest:
            found.append(Text("{path}: it is not what {manifest} says", path=path, manifest=NAME))
    return found
