"""What the machines of a sharded crawl share: a folder of files, on a disk that all see or in an object store.

Two operations carry all safety: `create` succeeds for one of several writers only, and `write` replaces a file whole.
A local disk and NFS create by a hard link (`link(2)` is atomic on NFS, where `O_EXCL` was not always), S3 by a PUT with
`If-None-Match: *`. fsspec has no such operation, so its other stores need --single-scheduler.
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
"""The file that says that a folder is the one: a disk that is not mounted has an empty folder in its place."""


class Away(ArchiveError):
    """The shared folder cannot be read or written now; it may come back."""

    code = "away"


class NotShared(ArchiveError):
    """An address that cannot be a shared folder."""

    code = "usage"


class SharedFolder(Protocol):
    """Files by name (`shard-0003/rounds/000017.json`). Every method raises Away while the folder cannot be reached."""

    address: str

    def create(self, name: str, body: bytes) -> bool:
        """Write a file that is not there yet; return False, and change nothing, where it is."""
        ...

    def write(self, name: str, body: bytes) -> None:
        """Write a file, or replace it, whole."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
        ...

    def names(self, folder: str) -> list[str]:
        """Return the sorted names of the files right in a folder, without it."""
        ...

    def push(self, source: Path, name: str) -> None:
        """Copy a local file into the folder, whole."""
        ...

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a local path, whole."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...


def opened(address: str, *, single_scheduler: bool = False, new: bool = False) -> SharedFolder:
    """Return the shared folder at a path or `s3://bucket/prefix`; `new` makes it one where it is empty.

    Raises NotShared for a store without exclusive create, unless `single_scheduler`: then the caller makes sure that
    one scheduler at a time hands rounds out. Raises Away where it cannot be reached or is no shared folder.
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
            "{address}: this store cannot create a file for one of several writers only, so two machines could crawl "
            "one shard. Use a folder or s3://, or --single-scheduler where only one scheduler is ever used.",
            address=address,
        )
    if new:
        folder.create(MARK, b'{"version": 1}\n')
    if folder.read(MARK) is None:
        raise Away("{address} holds no shards: kepu shards run makes it.", address=address)
    return folder


@contextmanager
def _reached(address: object) -> Iterator[None]:
    """Raise Away for what the file system says."""
    try:
        yield
    except OSError as error:
        raise Away("{address}: {why}.", address=address, why=error.strerror or error) from error


class LocalFolder:
    """A folder on a disk or NFS."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """Take a folder that is there, or make it if it is to be `new`."""
        self.address = str(path)
        self._path = path
        if new:
            with _reached(path):
                path.mkdir(parents=True, exist_ok=True)
                if any(path.iterdir()) and not (path / MARK).exists():
                    raise NotShared("{path} holds other files: name an empty folder by --to.", path=path)

    @contextmanager
    def _new_file(self, name: str) -> Iterator[tuple[Path, Path]]:
        """Give a temporary path to write and the path of a name, whose folder is there."""
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
        """Write a file that is not there yet, by a hard link."""
        with self._new_file(name) as (fresh, target):
            write_synced(fresh, body)
            try:
                os.link(fresh, target)
            except FileExistsError:
                return False
            sync(target.parent)
            return True

    def write(self, name: str, body: bytes) -> None:
        """Write a file, or replace it, whole."""
        with self._new_file(name) as (fresh, target):
            write_synced(fresh, body)
            fresh.replace(target)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none; Away where the whole folder is not there."""
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
            raise Away("{address} is not there: is its disk mounted?", address=self.address)

    def push(self, source: Path, name: str) -> None:
        """Copy a local file into the folder, whole."""
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
        """Remove a file, if it is there."""
        with _reached(self.address):
            (self._path / name).unlink(missing_ok=True)


class S3Folder:
    """A prefix of a bucket, by boto3; an endpoint of one's own is AWS_ENDPOINT_URL, as for all of boto3."""

    def __init__(self, address: str) -> None:
        """Take `s3://bucket/prefix`."""
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
        """Return what a call gives, or None where it fails with one of the codes `absent`; else raise Away."""
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
        """Write a file that is not there yet, by `If-None-Match: *`."""
        put = lambda: self._client.put_object(**self._place(name), Body=body, IfNoneMatch="*")  # noqa: E731
        conflicts = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409")
        if self._call(put, *conflicts) is not None:
            return True
        return (
            self.read(name) == body and body != b""
        )  # our own PUT, whose answer was lost and which boto3 repeated

    def write(self, name: str, body: bytes) -> None:
        """Write a file, or replace it."""
        self._call(lambda: self._client.put_object(**self._place(name), Body=body))

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
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
        """Remove a file, if it is there."""
        self._call(lambda: self._client.delete_object(**self._place(name)))


class FsspecFolder:
    """Any other store that fsspec knows. Its `create` looks first and then writes: safe for one scheduler only."""

    def __init__(self, address: str) -> None:
        """Take a URL of fsspec, such as `gs://bucket/prefix`."""
        try:
            fsspec = importlib.import_module("fsspec")
            self._fs, self._root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise NotShared("{address}: {why}.", address=address, why=error) from error
        self.address = address

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def create(self, name: str, body: bytes) -> bool:
        """Write a file unless it is there."""
        with _reached(self.address):
            if self._fs.exists(self._at(name)):
                return False
            self.write(name, body)
            return True

    def write(self, name: str, body: bytes) -> None:
        """Write a file, or replace it."""
        with _reached(self.address):
            self._fs.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(self._at(name), body)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
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
        """Remove a file, if it is there."""
        with _reached(self.address), suppress(FileNotFoundError):
            self._fs.rm_file(self._at(name))
