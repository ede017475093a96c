"""The archive of a shard on a machine's disk, and on its way to and from the shared folder.

In the shared folder a shard has `archives/NUMBER.db`, one database for each round that was published, and `captures/`,
WARC files named by their SHA-256 and name. `rounds/NUMBER.json` names what belongs together: it is the one pointer,
and the last of them that was published counts.
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
COUNT = "shards.json"
"""In the shared folder: how many shards the largest plan has that was run."""

GOES_ON = frozenset({"budget", "lease_lost", "shutdown"})
"""Ends of a crawl after which another round of the shard follows."""

STATE = "round.json"
"""Beside a local archive: which round it goes on from, and which round it is."""


@dataclass(frozen=True, slots=True)
class Base:
    """The last round of a shard that was published: number 0, and nothing in it, where there is none."""

    number: int
    body: dict[str, Any]

    @classmethod
    def of(cls, folder: SharedFolder, key: str) -> "Base":
        """Return the base of a shard."""
        return cls(*leases.last_published(folder, key))

    @property
    def captures(self) -> list[dict[str, Any]]:
        """The WARC files that belong to it: name, bytes, sha256."""
        return list(self.body.get("captures", ()))


def key_of(shard: int) -> str:
    """Return the folder of a shard in the shared folder."""
    return f"shard-{shard:04}"


def count_shards(folder: SharedFolder) -> int:
    """Return how many shards there are at most, by the plans that were run."""
    body = folder.read(COUNT)
    return int(orjson.loads(body)["shards"]) if body else 0


def here(path: Path) -> str:
    """Return the place of a local file as other machines read it."""
    return f"{socket.gethostname()}:{path}"


# --- before a round ----------------------------------------------------------------------------------------


def prepare(folder: SharedFolder, key: str, number: int, work: Path) -> tuple[Path, Base]:
    """Return the local archive that round `number` continues, and the number of the round it continues from.

    An archive that a round of this machine left behind is taken if it goes on from the same one; else that is fetched.
    One that goes on from another round is kept where it is, and named in the shared folder.
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
    """Return whether no process writes to a local archive: one that was only paused may still hold it."""
    try:
        lock.release(lock.take(database))
    except Locked:
        return False
    return True


def keep(folder: SharedFolder, key: str, there: Path, state: dict[str, Any]) -> str:
    """Keep a local archive whose round was not published, and name it in the shared folder; return where it is."""
    _write_state(there, state | {"kept": True})
    place = here(there / NAME)
    folder.write(
        f"{key}/kept/{state['number']:08}.json", orjson.dumps({"archive": place, "base": state["base"]})
    )
    return place


def fetch_database(folder: SharedFolder, body: dict[str, Any], target: Path) -> None:
    """Copy the database of a published round to a local path; raise Damaged where it is not what was pushed."""
    fresh = target.with_name(target.name + ".new")
    folder.fetch(body["database"]["at"], fresh)
    if sha256_of(fresh) != body["database"]["sha256"]:
        raise Damaged(
            "{name} of {folder} is not what was pushed.", name=body["database"]["at"], folder=folder.address
        )
    fresh.replace(target)


def fetch_captures(folder: SharedFolder, body: dict[str, Any], database: Path) -> int:
    """Copy the WARC files of a published round beside a local database; return how many."""
    there = folder_for(database)
    there.mkdir(parents=True, exist_ok=True)
    for each in body["captures"]:
        target = there / each["name"]
        if not target.exists() or sha256_of(target) != each["sha256"]:
            folder.fetch(each["at"], target)
    return len(body["captures"])


def inherit(database: Path, hosts: list[str], before: HostFacts | None) -> None:
    """Write into an archive what a successor must know: every host counts as just asked, and rests go on.

    `before` is what a holder that died left behind. Its hosts may have been asked after its archive was pushed, so that
    each is left alone for the delay that it asks for.
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
    """Push the database, and the WARC files that are not in the shared folder; return what names them.

    Nothing there is changed. Raises Away, DiskFull and what `backup` raises.
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
    """Note locally that the round is published, free the disk of WARC files that are pushed, and tidy the folder.

    Of earlier rounds the last one stays whole, for whoever is reading it.
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
