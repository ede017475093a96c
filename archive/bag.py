"""A backup as a bag (RFC 8493): the database, the JSONL, the captures and the tombstones, each with its SHA-256."""

import shutil
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from archive import tombstone_file
from archive.backup import BackupContents, Exists, backup
from archive.captures.manifest_sha256 import sha256_of
from archive.jsonl_lines import lines, path_for
from archive.readonly import home, reading
from archive.sqlite_errors import explained
from kepu.atomic_files import sync
from kepu.progress import Tell, nobody


def bag(path: Path, folder: Path, *, progress: Tell = nobody) -> BackupContents:
    """Copy the archive at `path` into a new bag, the folder `folder`, and return what it contains.

    The folder appears complete or not at all. The copy shows one moment, even while a crawl writes. `kepu restore
    FOLDER` restores the archive. Raises Exists if the folder exists, and whatever `backup` raises.
    """
    path = home(path)
    if folder.exists():
        raise Exists("{folder} is there already: choose another name.", folder=folder)
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
        try:
            data = fresh / "data"
            data.mkdir()
            copied = backup(path, data / path.name, with_captures=True, progress=progress)
            with reading(data / path.name) as db, path_for(data / path.name).open("wb") as out:
                out.writelines(line for _, line in lines(db))
            if (tombstones := tombstone_file.path_for(path)).exists():
                shutil.copyfile(tombstones, data / tombstones.name)
            _write_tags(fresh, data)
            fresh.chmod(0o755)
            fresh.rename(folder)
            sync(folder.parent)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    copied.path = str(folder)
    return copied


def _write_tags(fresh: Path, data: Path) -> None:
    files = sorted(file for file in data.rglob("*") if file.is_file())
    size = sum(file.stat().st_size for file in files)
    manifest = "".join(f"{sha256_of(file)}  {file.relative_to(fresh).as_posix()}\n" for file in files)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Bag-Software-Agent: kepu-archive {version('kepu-archive')}\n"
        f"Bagging-Date: {datetime.now(UTC):%Y-%m-%d}\nPayload-Oxum: {size}.{len(files)}\n",
        "manifest-sha256.txt": manifest,
    }
    for name, text in tags.items():
        (fresh / name).write_text(text, encoding="utf-8", newline="\n")
    sums = "".join(f"{sha256_of(fresh / name)}  {name}\n" for name in sorted(tags))
    (fresh / "tagmanifest-sha256.txt").write_text(sums, encoding="utf-8", newline="\n")
