"""Find the WARC files among given files, and extract members of WACZ files next to the archive.

The name of a member is never used as a path, because it may lead out of the folder. A member is not extracted if it is
far larger than its compressed size suggests, or larger than the free disk space.
"""

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from fastwarc.warc import ArchiveIterator

LeftOut = Callable[[str], object]
"""Called with the reason for each file, or part of one, that is skipped."""

MOST_PACKED = 100
"""A member is a bomb if it unpacks to more than this many times its size plus ANY_SIZE. WARC text packs 5 to 20 times.
"""
ANY_SIZE = 16 * 2**20
"""Bytes that any member may unpack to, however small it is."""
RESERVE = 256 * 2**20
"""Bytes of disk space that must stay free."""

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
"""First bytes of a gzip file and of a ZIP file."""
_PIECE = 2**20
"""Number of bytes that are copied at a time."""
_BROKEN = (OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zipfile.BadZipFile, zlib.error)
"""Errors of a ZIP or gzip file that is damaged or of an unknown form."""


def warc_files(paths: Sequence[Path], scratch: Path, left_out: LeftOut) -> Iterator[Path]:
    """Yield each file in a form with random access to its records.

    WACZ members are extracted, and WARC files in a single gzip member decompressed, into `scratch`. The contents are
    not checked. `left_out` is called with the reason for every file, or part of one, that is skipped.
    """
    for n, path in enumerate(paths):
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            left_out(f"{path.name}: an empty file")
        elif zipfile.is_zipfile(path) and start[:2] != GZIP:
            yield from _members(path, scratch / str(n), left_out)
        elif start == ZIP:
            left_out(f"{path.name}: a ZIP file that is cut short")
        elif start[:2] == GZIP and _is_one_member(path):
            if (unpacked := _unpacked(path, scratch / f"{n}.warc", left_out)) is not None:
                yield unpacked
        else:
            yield path


def _members(path: Path, beside: Path, left_out: LeftOut) -> Iterator[Path]:
    """Extract the WARC files of a ZIP file beside `beside`, and yield them as `warc_files` does."""
    found = False
    beside.parent.mkdir(exist_ok=True)
    try:
        bundle = zipfile.ZipFile(path)
    except _BROKEN as error:
        left_out(f"{path.name}: a ZIP file that cannot be read ({error})")
        return
    with bundle:
        for m, member in enumerate(bundle.infolist()):
            name = PurePosixPath(member.filename.replace("\\", "/")).name.lower()
            if name.endswith(".wacz"):
                left_out(f"{path.name}: a WACZ within a WACZ: import it by itself")
                found = True
            if not name.endswith((".warc", ".warc.gz")):
                continue
            found = True
            inside = beside.with_name(f"{beside.name}-{m}{'.warc.gz' if name.endswith('.gz') else '.warc'}")
            where = f"{path.name}: member {m + 1}"
            if _extract(bundle, member, inside, where, left_out):
                named = partial(_named, left_out, inside.name, where)
                yield from warc_files([inside], inside.with_name(f"{inside.name}.d"), named)
    if not found:
        left_out(f"{path.name}: a ZIP file without a WARC file")


def _named(left_out: LeftOut, file: str, where: str, why: str) -> None:
    """Report a skipped member under the name of the file that the user gave."""
    left_out(f"{where}{why.removeprefix(file)}" if why.startswith(file) else why)


def _extract(
    bundle: zipfile.ZipFile, member: zipfile.ZipInfo, inside: Path, where: str, left_out: LeftOut
) -> bool:
    """Extract a member of a ZIP file to the path `inside`; return whether that was possible."""
    if member.file_size > MOST_PACKED * member.compress_size + ANY_SIZE:
        left_out(f"{where} unpacks to {member.file_size:,} bytes, over {MOST_PACKED} times its size")
        return False
    if member.file_size + RESERVE > shutil.disk_usage(inside.parent).free:
        left_out(f"{where} has {member.file_size:,} bytes, for which the disk has no room")
        return False
    try:
        with bundle.open(member) as packed, inside.open("wb") as out:
            shutil.copyfileobj(packed, out, _PIECE)
    except _BROKEN as error:
        inside.unlink(missing_ok=True)
        left_out(f"{where} cannot be read ({error})")
        return False
    return True


def _is_one_member(path: Path) -> bool:
    """Return whether the first gzip member of a file has several records, so that none can be read by its offset."""
    try:
        with path.open("rb") as file:
            records = iter(ArchiveIterator(file, parse_http=False))
            next(records)
            second = next(records).stream_pos
        with path.open("rb") as file:
            file.seek(second)
            return file.read(2) != GZIP
    except (StopIteration, *_BROKEN):
        return False


def _unpacked(path: Path, out: Path, left_out: LeftOut) -> Path | None:
    """Decompress a file, up to the point where it is damaged; return None if it is too large."""
    out.parent.mkdir(exist_ok=True)
    limit = min(MOST_PACKED * path.stat().st_size + ANY_SIZE, shutil.disk_usage(out.parent).free - RESERVE)
    size, unpacker = 0, zlib.decompressobj(31)
    with path.open("rb") as packed, out.open("wb") as target:
        while data := packed.read(_PIECE):
            try:
                while data:
                    piece = unpacker.decompress(data, _PIECE)
                    target.write(piece)
                    size += len(piece)
                    data = unpacker.unconsumed_tail
                    if unpacker.eof:
                        data, unpacker = unpacker.unused_data, zlib.decompressobj(31)
                    if size > limit:
                        left_out(f"{path.name} unpacks to over {limit:,} bytes")
                        out.unlink()
                        return None
            except zlib.error as error:
                left_out(f"{path.name}: what comes after {size:,} bytes cannot be read ({error})")
                break
    return out
