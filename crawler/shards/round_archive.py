"""Copy the archive of a shard from the shared folder to a machine's disk before a round, and back after it.

In the shared folder, a shard has one database per published round, `archives/NUMBER.db`, and the folder `captures/`
with WARC files, named by their SHA-256 and name. `rounds/NUMBER.json` lists the files that belong to a round. The last
published one is the current state of the shard.
"""

import shutil
import socket
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from archive import lock
from archive.backup import backup
from archive.captures import folder_for
from archive.captures.manifest_sha256 import sha256_of
from archive.store import Store
from archive.url_state import HostRow
from crawler.shards import lease as leases
from crawler.shards.lease import HostFacts
from crawler.shards.shared_folder import SharedFolder
from kepu.atomic_files import write_whole
from kepu.errors import Damaged, Locked

NAME = "kepu.db"
"""File name of the archive of a shard."""
COUNT = "shards.json"
"""File in the shared folder with the number of shards of the largest plan that was run."""

GOES_ON = frozenset({"budget", "lease_lost", "shutdown"})
"""Outcomes of a crawl after which another round of the shard follows."""

STATE = "round.json"
"""File beside a local archive with the number of its round, and of the round that it continues."""


@dataclass(frozen=True, slots=True)
class Base:
    """The last published round of a shard; number 0 and an empty body if there is none."""

    number: int
    """Number of the round."""
    body: dict[str, Any]
    """The content of `rounds/NUMBER.json`."""

    @classmethod
    def of(cls, folder: SharedFolder, key: str) -> "Base":
        """Return the last published round of the shard with this key."""
        return cls(*leases.last_published(folder, key))

    @property
    def captures(self) -> list[dict[str, Any]]:
        """The WARC files of the round, each a dict with name, bytes and sha256."""
        return list(self.body.get("captures", ()))


def key_of(shard: int) -> str:
    """Return the name of a shard's folder in the shared folder: `shard-0003`."""
    return f"shard-{shard:04}"


def count_shards(folder: SharedFolder) -> int:
    """Return the number of shards of the largest plan that was run with this folder; 0 if none was."""
    body = folder.read(COUNT)
    return int(orjson.loads(body)["shards"]) if body else 0


def here(path: Path) -> str:
    """Return the path of a local file with the name of this machine, for people on other machines."""
    return f"{socket.gethostname()}:{path}"


# --- before a round ----------------------------------------------------------------------------------------


def prepare(folder: SharedFolder, key: str, number: int, work: Path) -> tuple[Path, Base]:
    """Return the path of the local archive for round `number`, and the published round that it continues.

    If an interrupted round has left an archive on this machine that continues the same published round, it is used;
    otherwise the published one is fetched. A left archive that continues another round is kept and reported in the
    shared folder (see `keep`).
    """
    base = Base.of(folder, key)
    mine = work / key / f"{number:08}"
    mine.parent.mkdir(parents=True, exist_ok=True)
    for there in sorted(mine.parent.iterdir(), reverse=True):
        state = _state_of(there)
        if state is None or there == mine or state["kept"] or not _is_free(there / NAME):
            continue
        is_published = state["published"] or state["number"] == base.number
        goes_on_from = state["number"] if is_published else state["base"]
        if goes_on_from == base.number and not mine.exists():
            there.rename(mine)
        elif is_published:
            shutil.rmtree(there)
        else:
            keep(folder, key, there, state)
    if not mine.exists():
        mine.mkdir()
        if base.number:
            fetch_database(folder, base.body, mine / NAME)
    _write_state(mine, {"number": number, "base": base.number, "published": False, "kept": False})
    return mine / NAME, base


def _state_of(there: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = orjson.loads((there / STATE).read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _write_state(there: Path, state: dict[str, Any]) -> None:
    write_whole(there / STATE, orjson.dumps(state))


def _is_free(database: Path) -> bool:
    """Return whether no process has a local archive open for writing; a paused process may still have it."""
    try:
        lock.release(lock.take(database))
    except Locked:
        return False
    return True


def keep(folder: SharedFolder, key: str, there: Path, state: dict[str, Any]) -> str:
    """Set aside a local archive whose round was not published, and record it in the shared folder.

    Return where it is: the name of this machine and the path.
    """
    _write_state(there, state | {"kept": True})
    place = here(there / NAME)
    folder.write(
        f"{key}/kept/{state['number']:08}.json", orjson.dumps({"archive": place, "base": state["base"]})
    )
    return place


def fetch_database(folder: SharedFolder, body: dict[str, Any], target: Path) -> None:
    """Copy the database of a published round to a local path; raise Damaged if its SHA-256 is not the recorded one."""
    fresh = target.with_name(target.name + ".new")
    folder.fetch(body["database"]["at"], fresh)
    if sha256_of(fresh) != body["database"]["sha256"]:
        raise Damaged(
            "{name} in {folder} is damaged: its SHA-256 has changed.",
            name=body["database"]["at"],
            folder=folder.address,
        )
    fresh.replace(target)


def fetch_captures(folder: SharedFolder, body: dict[str, Any], database: Path) -> int:
    """Copy the WARC files of a published round beside a local database; return how many the round has.

    Files that are there already with the same SHA-256 are not copied.
    """
    there = folder_for(database)
    there.mkdir(parents=True, exist_ok=True)
    for each in body["captures"]:
        target = there / each["name"]
        if not target.exists() or sha256_of(target) != each["sha256"]:
            folder.fetch(each["at"], target)
    return len(body["captures"])


def inherit(database: Path, hosts: list[str], before: HostFacts | None) -> None:
    """Write the host facts of a dead holder into an archive, so that delays and rests continue.

    Every host counts as requested now, because the dead holder may have requested it after its last renewal. `before`
    has the delays and rests; None if the previous holder ended regularly.
    """
    now = time.time()
    with Store(database) as archive, archive.remembering() as memory:
        rows = memory.hosts()
        for host in hosts:
            row = rows.get(host) or HostRow(host)
            row.asked_at = now
            if before is not None:
                again = max(before.rests.get(host, 0.0), now + before.delays.get(host, 0.0))
                row.rest_until = max(row.rest_until or 0.0, again)
            memory.keep_host(row)


# --- after a round -----------------------------------------------------------------------------------------


def push(folder: SharedFolder, key: str, number: int, database: Path, base: Base) -> dict[str, Any]:
    """Copy the database and the new WARC files to the shared folder; return their part of `rounds/NUMBER.json`.

    Existing files are not changed. Raises Away, DiskFull and the errors of `backup`.
    """
    copy = database.with_name("push.db")
    try:
        backup(database, copy, force=True)
        captures = _push_captures(folder, key, copy, folder_for(database), base)
        at = f"{key}/archives/{number:08}.db"
        facts = {"at": at, "sha256": sha256_of(copy), "bytes": copy.stat().st_size}
        folder.push(copy, at)
    finally:
        copy.unlink(missing_ok=True)
    return {"database": facts, "captures": captures}


def _push_captures(
    folder: SharedFolder, key: str, copy: Path, captures: Path, base: Base
) -> list[dict[str, Any]]:
    known = {(each["name"], each["bytes"]): each for each in base.captures}
    there = set(folder.names(f"{key}/captures"))
    named = []
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        files = conn.execute(
            "SELECT file, bytes FROM internal_capture_files WHERE bytes > 0 ORDER BY n"
        ).fetchall()
    for name, size in files:
        entry = known.get((name, size))
        if entry is None:
            digest = sha256_of(captures / name)
            stored = f"{digest[:16]}-{name}"
            if stored not in there:
                folder.push(captures / name, f"{key}/captures/{stored}")
            entry = {"name": name, "bytes": size, "sha256": digest, "at": f"{key}/captures/{stored}"}
        named.append(entry)
    return named


def after_publishing(
    folder: SharedFolder, key: str, database: Path, body: dict[str, Any], base: Base
) -> None:
    """Record locally that the round is published, delete pushed WARC files from the disk, and tidy the shared folder.

    The previous round is kept there in full, because another process may be reading it.
    """
    state = _state_of(database.parent)
    assert state is not None
    _write_state(database.parent, state | {"published": True})
    for each in body["captures"]:
        (folder_for(database) / each["name"]).unlink(missing_ok=True)
    in_use = {each["at"].rpartition("/")[2] for each in (*body["captures"], *base.captures)}
    for name in folder.names(f"{key}/captures"):
        if name not in in_use:
            folder.remove(f"{key}/captures/{name}")
    for name in folder.names(f"{key}/archives"):
        if int(name.partition(".")[0]) < base.number:
            folder.remove(f"{key}/archives/{name}")
