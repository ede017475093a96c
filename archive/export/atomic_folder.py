"""The folder of an export: it is written under a temporary name and renamed when it is complete."""

import ctypes
import fcntl
import filecmp
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kepu.atomic_files import sync
from kepu.errors import ArchiveError, Locked

SUMS = "SHA256SUMS"
"""The list of files in the format of `sha256sum --check`; the first line is a comment with the query."""


class InTheWay(ArchiveError):
    """The target of an export exists and must not be overwritten."""

    code = "usage"


def check(folder: Path, query: str, *, force: bool, update: bool) -> None:
    """Raise InTheWay unless `folder` does not exist, is empty, or is an export that may be replaced.

    An export may be replaced if `force` is set or, with `update`, if it was made by the same `query`; never if it has
    files that the export did not write.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InTheWay("{folder} is a file: give the name of a folder.", folder=folder)
    there = set(files(folder))
    if not there:
        return
    if SUMS not in there:
        raise InTheWay(
            "{folder} holds other files ({name}) and is no export: choose another folder.",
            folder=folder,
            name=min(there),
        )
    if not (force or update):
        raise InTheWay(
            "{folder} holds an export: --force replaces it, --update (of exports with --files month or year) "
            "brings it up to date, or choose another folder.",
            folder=folder,
        )
    earlier_query, listed = read_sums(folder)
    if foreign := there - listed - {SUMS}:
        raise InTheWay(
            "{folder} holds {name}, which the export did not write: move it away first.",
            folder=folder,
            name=min(foreign),
        )
    if update and earlier_query != query:
        raise InTheWay(
            "{folder} was exported with other options: give the same ones, or --force to replace it. They "
            "were: {said}",
            folder=folder,
            said=earlier_query,
        )


def files(folder: Path) -> Iterator[str]:
    """Yield the names of all files in and below a folder, with `/`, sorted."""
    for path in sorted(folder.rglob("*")):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()


def read_sums(folder: Path) -> tuple[str, set[str]]:
    """Return the query of an export and the names of its files. Raises OSError if its checksum list cannot be read."""
    first, *lines = (folder / SUMS).read_text(encoding="utf-8").splitlines() or [""]
    return first.removeprefix("# kepu export "), {line.partition("  ")[2] for line in lines}


def write_sums(folder: Path, query: str, known: dict[str, str]) -> None:
    """Write the checksum list of a folder. Files whose digest is in `known` are not read."""
    lines = [f"{known.get(name) or _digest(folder / name)}  {name}\n" for name in files(folder)]
    (folder / SUMS).write_text("".join([f"# kepu export {query}\n", *lines]), encoding="utf-8", newline="\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `folder`. It replaces `folder` at the end, and is deleted if the block raises.

    What a killed export left is deleted first. Raises Locked while another export writes to the same folder.
    """
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    _restore(folder)
    _clean(parent, f"{folder.name}.partial-")
    made = parent / f"{folder.name}.partial-{os.getpid()}"
    made.mkdir()
    descriptor = os.open(made, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield made
        _keep_what_is_the_same(folder, made)
        _sync(made)
        _put(made, folder)
        sync(parent)
    finally:
        # After the exchange, this is the old export.
        shutil.rmtree(made, ignore_errors=True)
        os.close(descriptor)


def _clean(parent: Path, beginning: str) -> None:
    for path in sorted(parent.iterdir()):
        if not path.name.startswith(beginning) or not path.is_dir():
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path)
        except BlockingIOError as error:
            raise Locked(
                "{path} is being written by another export: wait until it ends.", path=path
            ) from error
        finally:
            os.close(descriptor)


def _keep_what_is_the_same(old: Path, new: Path) -> None:
    """Replace each new file by the old one if their bytes are equal, so that it keeps its modification time."""
    for name in files(new):
        before, after = old / name, new / name
        if not before.is_file() or not filecmp.cmp(before, after, shallow=False):
            continue
        linked = after.with_name(after.name + ".kept")
        try:
            os.link(before, linked)
        except OSError:  # This file system has no hard links.
            shutil.copystat(before, after)
        else:
            linked.replace(after)


def _sync(folder: Path) -> None:
    for name in files(folder):
        sync(folder / name)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync(path)


def _put(made: Path, folder: Path) -> None:
    """Replace the old folder by the new one, in one step if the system can exchange two names."""
    if not folder.exists() or not any(folder.iterdir()):
        made.rename(folder)
        return
    if _exchange(made, folder):
        return
    aside = _aside(folder)
    folder.rename(aside)
    made.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(folder.name + ".replaced")


def _restore(folder: Path) -> None:
    """Undo the first half of an exchange in two steps that was interrupted by a kill."""
    aside = _aside(folder)
    if aside.is_dir() and (aside / SUMS).is_file():
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically (Linux, renameat2); return whether that was possible."""
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
    return False
