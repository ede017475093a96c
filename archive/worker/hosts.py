"""What hosts ask for, from run to run: their rests, refusals and robots.txt go into Redis, and come back from it."""

import time
from typing import Any

from archive.store import Store
from crawler import manners
from crawler.distributed import messages

SAVE_SECONDS = 60.0
"""An archiver that is killed may know the rests of so long ago, if Redis is lost with it."""


def tell(archive: Store, server: Any, prefix: str) -> None:
    """Let workers know what the archive knows of hosts; one that rests is handed out when its rest is over."""
    now = time.time()
    for host, row in archive.memory.hosts().items():
        server.hset(f"{prefix}:rows", host, messages.pack_host(row))
        if row.rest_until and row.rest_until > now:
            # A clock that was put back must not make a rest longer than the longest.
            server.hset(f"{prefix}:next", host, min(row.rest_until, now + manners.REST_LAST))


class Keeper:
    """Writes down in the archive what workers learn of hosts."""

    def __init__(self, archive: Store, server: Any, prefix: str) -> None:
        self._archive, self._server, self._key = archive, server, f"{prefix}:rows"
        self._kept: dict[bytes, bytes] = {}
        self._next = 0.0

    def is_due(self) -> bool:
        """Whether the last look was long enough ago."""
        return time.monotonic() >= self._next

    def save(self) -> None:
        """Write down what has changed since the last look; what Redis does not have stays as it is."""
        self._next = time.monotonic() + SAVE_SECONDS
        rows: dict[bytes, bytes] = self._server.hgetall(self._key)
        changed = {host: row for host, row in rows.items() if self._kept.get(host) != row}
        if not changed:
            return
        with self._archive.remembering() as memory:
            for row in changed.values():
                memory.keep_host(messages.host_of(row))
        self._archive.commit()
        self._kept |= changed
