"""The folder that all machines of a sharded crawl share, on a common disk or in an object store.

Its safety depends on two operations: `create` succeeds for only one of several writers, and `write` replaces a file in
one step. On a local disk and NFS, `create` is a hard link (`link(2)` is atomic on NFS, `O_EXCL` was not always); on S3
it is a PUT with `If-None-Match: *`. fsspec has no such operation, so its other stores need --single-scheduler.
"""

import importlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from kepu.atomic_files import sync, write_synced
from kepu.errors import ArchiveError
from kepu.missing_extra import missing_extra

MARK = "kepu-shards.json"
"""File that marks a shared folder, so that the empty mount point of an unmounted disk is not taken for one."""


class Away(ArchiveError):
    """The shared folder cannot be read or written now; it may come back."""

    code = "away"


class NotShared(ArchiveError):
    """An address that cannot be a shared folder."""

    code = "usage"


class SharedFolder(Protocol):
    """The interface of a shared folder. Files have names such as `shard-0003/rounds/000017.json`.

    Every method raises Away while the folder cannot be reached.
    """

    address: str

    def create(self, name: str, body: bytes) -> bool:
        """Create a file and return True; if it exists, change nothing and return False."""
        ...

    def write(self, name: str, body: bytes) -> None:
        """Write or replace a file in one step."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it does not exist."""
        ...

    def names(self, folder: str) -> list[str]:
        """Return the sorted names of the files directly in a subfolder, without its path."""
        ...

    def push(self, source: Path, name: str) -> None:
        """Copy a local file into the folder in one step."""
        ...

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a local path in one step."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        ...


def opened(address: str, *, single_scheduler: bool = False, new: bool = False) -> SharedFolder:
    """Return the shared folder at a path, `s3://bucket/prefix` or another URL of fsspec; with `new`, create it.

    Raises NotShared for a store without exclusive create, unless the caller guarantees with `single_scheduler` that
    only one scheduler distributes rounds. Raises Away if the folder cannot be reached or is not a shared folder.
    """
    folder: SharedFolder
    if address.startswith("s3://"):
        folder = S3Folder(address)
    elif "://" not in address or address.startswith("file://"):
        folder = LocalFolder(Path(address.removeprefix("file://")).absolute(), new=new)
    elif single_scheduler:
        folder = FsspecFolder(address)
    else:
        raise NotShared(
            "{address}: this store has no exclusive create, so two machines could crawl the same shard. "
            "Use a folder or s3://, or --single-scheduler if there is only one scheduler.",
            address=address,
        )
    if new:
        folder.create(MARK, b'{"version": 1}\n')
    if folder.read(MARK) is None:
        raise Away(
            "{address} is not a shared folder of shards; kepu shards run creates one.", address=address
        )
    return folder


@contextmanager
def _reached(address: object) -> Iterator[None]:
    """Raise Away for any OSError in the block."""
    try:
        yield
    except OSError as error:
        raise Away("{address}: {why}.", address=address, why=error.strerror or error) from error


class LocalFolder:
    """A shared folder on a disk or NFS."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """Open an existing shared folder; with `new`, create it if it is missing or empty.

        Raises Away if it cannot be created, and NotShared if it contains other files.
        """
        self.address = str(path)
        self._path = path
        if new:
            with _reached(path):
                path.mkdir(parents=True, exist_ok=True)
                if any(path.iterdir()) and not (path / MARK).exists():
                    raise NotShared("{path} contains other files; name an empty folder with --to.", path=path)

    @contextmanager
    def _new_file(self, name: str) -> Iterator[tuple[Path, Path]]:
        """Yield a temporary path to write to, and the final path of a file, whose folder is created."""
        with _reached(self.address):
            if name != MARK:
                self._check()
            target = self._path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
            try:
                yield fresh, target
            finally:
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)

    def create(self, name: str, body: bytes) -> bool:
        """Create a file by a hard link; return False if it exists."""
        with self._new_file(name) as (fresh, target):
            write_synced(fresh, body)
            try:
                os.link(fresh, target)
            except FileExistsError:
                return False
            sync(target.parent)
            return True

    def write(self, name: str, body: bytes) -> None:
        """Write or replace a file in one step."""
        with self._new_file(name) as (fresh, target):
            write_synced(fresh, body)
            fresh.replace(target)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it does not exist; raise Away if the shared folder is missing."""
        with _reached(self.address):
            try:
                return (self._path / name).read_bytes()
            except FileNotFoundError:
                self._check()
                return None

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder."""
        with _reached(self.address):
            try:
                return sorted(path.name for path in (self._path / folder).iterdir() if path.name[0] != ".")
            except FileNotFoundError:
                self._check()
                return []

    def _check(self) -> None:
        if not (self._path / MARK).exists():
            raise Away("{address} does not exist; check that its disk is mounted.", address=self.address)

    def push(self, source: Path, name: str) -> None:
        """Copy a local file into the folder in one step."""
        with self._new_file(name) as (fresh, target):
            shutil.copyfile(source, fresh)
            sync(fresh)
            fresh.replace(target)
            sync(target.parent)

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a local path."""
        with _reached(self.address):
            shutil.copyfile(self._path / name, target)

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        with _reached(self.address):
            (self._path / name).unlink(missing_ok=True)


class S3Folder:
    """A shared folder in a bucket of S3 or a compatible store, by boto3, which reads AWS_ENDPOINT_URL."""

    def __init__(self, address: str) -> None:
        """Open `s3://bucket/prefix`. Raises MissingExtra if boto3 is not installed."""
        try:
            boto3 = importlib.import_module("boto3")
            self._errors = importlib.import_module("botocore.exceptions")
        except ImportError as error:
            raise missing_extra("s3://", "boto3") from error
        self.address = address
        self._bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._client: Any = boto3.client("s3")

    def _call(self, work: Callable[[], Any], *absent: str) -> Any:
        """Return the result of a call, or None if it fails with one of the codes `absent`; else raise Away."""
        try:
            return work()
        except self._errors.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in absent:
                return None
            raise Away("{address}: {why}.", address=self.address, why=error) from error
        except self._errors.BotoCoreError as error:
            raise Away("{address}: {why}.", address=self.address, why=error) from error

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    def create(self, name: str, body: bytes) -> bool:
        """Create a file by a PUT with `If-None-Match: *`; return False if it exists."""
        put = lambda: self._client.put_object(**self._place(name), Body=body, IfNoneMatch="*")  # noqa: E731
        conflicts = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409")
        if self._call(put, *conflicts) is not None:
            return True
        return (
            self.read(name) == body and body != b""
        )  # our own PUT succeeded, but its response was lost and boto3 sent it again

    def write(self, name: str, body: bytes) -> None:
        """Write or replace a file."""
        self._call(lambda: self._client.put_object(**self._place(name), Body=body))

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it does not exist."""
        found = self._call(
            lambda: self._client.get_object(**self._place(name))["Body"].read(), "NoSuchKey", "404"
        )
        return None if found is None else bytes(found)

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder."""
        prefix = f"{self._prefix}{folder}/"
        pages = self._client.get_paginator("list_objects_v2")
        found: list[str] = self._call(
            lambda: [
                entry["Key"].removeprefix(prefix)
                for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
                for entry in page.get("Contents", ())
            ]
        )
        return sorted(found)

    def push(self, source: Path, name: str) -> None:
        """Copy a local file to the bucket."""
        self._call(lambda: self._client.upload_file(str(source), **self._place(name)))

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a local path."""
        self._call(lambda: self._client.download_file(**self._place(name), Filename=str(target)))

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        self._call(lambda: self._client.delete_object(**self._place(name)))


class FsspecFolder:
    """A shared folder in any other store that fsspec supports. `create` is not atomic: it is safe for one scheduler."""

    def __init__(self, address: str) -> None:
        """Open a URL of fsspec, such as `gs://bucket/prefix`. Raises NotShared if fsspec or its driver is missing."""
        try:
            fsspec = importlib.import_module("fsspec")
            self._fs, self._root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise NotShared("{address}: {why}.", address=address, why=error) from error
        self.address = address

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def create(self, name: str, body: bytes) -> bool:
        """Create a file, and return False if it exists; another writer may create it between check and write."""
        with _reached(self.address):
            if self._fs.exists(self._at(name)):
                return False
            self.write(name, body)
            return True

    def write(self, name: str, body: bytes) -> None:
        """Write or replace a file."""
        with _reached(self.address):
            self._fs.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(self._at(name), body)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it does not exist."""
        with _reached(self.address):
            try:
                return bytes(self._fs.cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder."""
        with _reached(self.address):
            self._fs.invalidate_cache()
            try:
                found = self._fs.ls(self._at(folder), detail=False)
            except FileNotFoundError:
                return []
            return sorted(str(path).rpartition("/")[2] for path in found)

    def push(self, source: Path, name: str) -> None:
        """Copy a local file to the store."""
        with _reached(self.address):
            self._fs.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._fs.put_file(str(source), self._at(name))

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a local path."""
        with _reached(self.address):
            self._fs.get_file(self._at(name), str(target))

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        with _reached(self.address), suppress(FileNotFoundError):
            self._fs.rm_file(self._at(name))
