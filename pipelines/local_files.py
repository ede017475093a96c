"""Saved pages and text dumps from a disk, as the record that a fetched page is."""

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kepu.records import Capture, Page, Visit

ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml", ".txt", ".text"})
"""What is read of a folder; a file that is named is read whatever its name."""

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no saved page."""


def read(path: Path, *, run: int | None = None, url: str | None = None) -> Iterator[Page | Visit]:
    """Yield the files at a path as pages, in the order of their names; what cannot be read, as a Visit."""
    try:
        found = sorted(files(path)) if path.is_dir() else [path]
        for file in found:
            yield page_from(file, run=run, url=url)
        if not found:
            endings = " ".join(sorted(ENDINGS))
            yield unreadable(path, f"no saved page or dump in this folder (looked for {endings})")
    except OSError as error:
        yield unreadable(path, error.strerror or str(error))


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, and of the folders in it, that may be pages or dumps."""

    def refuse(error: OSError) -> None:
        raise error

    for here, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(here, name) for name in names if Path(name).suffix.lower() in ENDINGS)


def page_of(file: Path, *, run: int | None = None, url: str | None = None) -> Page:
    """Return a file as a page. Raises OSError where it cannot be read; its errno is EFBIG over `MAX_BYTES`."""
    if file.stat().st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MAX_BYTES // 1024 // 1024} MB: no saved page", str(file))
    body = file.read_bytes()
    now = _now()
    capture = Capture(
        url or file.absolute().as_uri(), now, body, payload_sha256=hashlib.sha256(body).hexdigest()
    )
    return Page(body=body, url=url, path=str(file), fetched_at=now, run=run, capture=capture)


def page_from(file: Path, *, run: int | None, url: str | None) -> Page | Visit:
    """Return a file as a page; one that cannot be read, as a Visit."""
    try:
        return page_of(file, run=run, url=url)
    except OSError as error:
        code = "too_large" if error.errno == errno.EFBIG else "unreadable"
        return unreadable(file, error.strerror or str(error), code)


def unreadable(path: Path, why: str, code: str = "unreadable") -> Visit:
    """Return what came of a path that could not be read."""
    return Visit(str(path), "failed", _now(), "file", code=code, message=why, path=str(path))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
