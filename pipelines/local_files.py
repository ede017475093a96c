"""Read saved pages and text dumps from disk as `Page` records, like fetched pages."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kepu.messages import Text
from kepu.records import Capture, Page, Visit
from kepu.utc_text import utc_text
from pipelines.build_article import each_page
from pipelines.refusals import Refused
from pipelines.saved_pages import SavedPage, open_saved

ENDINGS = (".html", ".htm", ".shtml", ".xhtml", ".txt", ".text", ".mht", ".mhtml", ".html.gz", ".htm.gz")
"""Endings of the names of files that are read from a folder; a file given by path is read whatever its name is."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum number of bytes of a saved page."""

Seen = Callable[[str, str], object]
"""Called with the path of a file and a sentence about it."""


def nobody(path: str, what: str) -> None:
    """Ignore the message."""


def files_at(path: Path, *, skipped: Seen = nobody, by_time: bool = False) -> list[Path | Visit]:
    """Return the files at a path in order of their names; a Visit instead if there is nothing to read.

    With `by_time`, files that contain the time when they were saved come first, the earliest of them first. `skipped`
    is called with each file of a folder that is not read, and the reason.
    """
    try:
        found = sorted(files(path, skipped)) if path.is_dir() else [path]
    except OSError as error:
        return [unreadable(path, error.strerror or str(error))]
    if not found:
        endings = " ".join(ENDINGS)
        return [unreadable(path, f"no saved page or dump in this folder (looked for {endings})")]
    return [*sorted(found, key=saved_at)] if by_time and len(found) > 1 else [*found]


def read(
    path: Path,
    *,
    run: int | None = None,
    url: str | None = None,
    opened: Seen = nobody,
    skipped: Seen = nobody,
    by_time: bool = False,
) -> Iterator[Page | Visit]:
    """Yield the files at a path as pages: see `files_at` and `read_file`."""
    for file in files_at(path, skipped=skipped, by_time=by_time):
        yield from [file] if isinstance(file, Visit) else read_file(file, run=run, url=url, opened=opened)


def read_file(
    file: Path, *, run: int | None = None, url: str | None = None, opened: Seen = nobody
) -> Iterator[Page | Visit]:
    """Yield the pages in a file, or a Visit if it cannot be read.

    `run` and `url` are copied into the pages. `opened` is called with the file and its format if another program saved
    it (MHTML, SingleFile, …).
    """
    item = page_from(file, run=run, url=url, opened=opened)
    yield from each_page(item) if isinstance(item, Page) else [item]


def files(folder: Path, skipped: Seen = nobody) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders that may be pages or dumps.

    The folder `NAME_files` that a browser saves beside `NAME.html` is skipped. Raises OSError if a folder cannot be
    read.
    """

    def refuse(error: OSError) -> None:
        raise error

    for here, below, names in os.walk(folder, onerror=refuse):
        pages = {name.rpartition(".")[0] for name in names if name.lower().endswith(ENDINGS)}
        for name in [
            name for name in below if name.removesuffix("_files") in pages and name.endswith("_files")
        ]:
            below.remove(name)
            count = sum(len(inside) for _, _, inside in os.walk(Path(here, name)))
            skipped(str(Path(here, name)), Text("{n} files that belong to a saved page", n=count))
        for name in names:
            if name.lower().endswith(ENDINGS):
                yield Path(here, name)
            else:
                skipped(str(Path(here, name)), f"not read: {what_is(Path(here, name))}")


def what_is(file: Path) -> str:
    """Return a description of a file that is not a page, by its first bytes. Raises OSError if it cannot be read."""
    with file.open("rb") as opened:
        start = opened.read(512)
    try:
        open_saved(start)
    except Refused as reason:
        return str(reason)
    return "its name does not end like that of a page"


def page_of(file: Path, *, run: int | None = None, url: str | None = None, opened: Seen = nobody) -> Page:
    """Return a file as a page. Raises OSError if it cannot be read, with errno EFBIG if it exceeds `MAX_BYTES`.

    The page has the URL and the time that the saving program wrote into the file, if it did.
    """
    if file.stat().st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MAX_BYTES // 1024 // 1024} MB: no saved page", str(file))
    body = file.read_bytes()
    saved = _origin(body, url)
    if saved.form:
        opened(str(file), f"{saved.form}, {saved.url}" if saved.url else saved.form)
    if _is_future(saved.at):
        opened(str(file), f"{saved.form}: it says that it was saved in the future ({saved.at})")
    at = saved.at if saved.at and not _is_future(saved.at) else _now()
    capture = Capture(
        saved.url or file.absolute().as_uri(), at, body, payload_sha256=hashlib.sha256(body).hexdigest()
    )
    return Page(body=body, url=saved.url, path=str(file), fetched_at=at, run=run, capture=capture)


def _origin(body: bytes, url: str | None) -> SavedPage:
    """Return the page in a file, with the URL and time that the file states; for other files an empty one."""
    try:
        return open_saved(body, url)
    except Refused:
        return SavedPage(body, url=url)


def page_from(file: Path, *, run: int | None, url: str | None, opened: Seen = nobody) -> Page | Visit:
    """Read a file as a page; return a Visit if it cannot be read."""
    try:
        return page_of(file, run=run, url=url, opened=opened)
    except OSError as error:
        code = "too_large" if error.errno == errno.EFBIG else "unreadable"
        return unreadable(file, error.strerror or str(error), code)


def origin_stated_in(file: Path) -> tuple[str | None, str | None]:
    """Return the URL and the time that the saving program wrote into a file, each None if it did not."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return None, None
        saved = _origin(file.read_bytes(), None)
    except OSError:
        return None, None
    return saved.url, None if _is_future(saved.at) else saved.at


def _is_future(at: str | None) -> bool:
    return at is not None and at > utc_text(datetime.now(UTC) + timedelta(days=1))


def saved_at(file: Path) -> str:
    """Return the time at which a file was saved, as written in it; a string that sorts last if there is none."""
    return origin_stated_in(file)[1] or "9999"


def unreadable(path: Path, why: str, code: str = "unreadable") -> Visit:
    """Return the Visit for a path that cannot be read, with the reason `why`."""
    return Visit(str(path), "failed", _now(), "file", code=code, message=why, path=str(path))


def _now() -> str:
    return utc_text(datetime.now(UTC))
