"""Redis: opened, looked at, and its errors as one line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from crawler.plan import Plan

NEEDED = (6, 2)
"""The first version with XTRIM MINID."""

_NEEDED = ".".join(map(str, NEEDED))


class RedisTrouble(ArchiveError):
    """Redis cannot be used as asked; what it does not have is still in the archive, or returns to the queue."""

    code = "redis"


def check_plan(plan: Plan) -> None:
    """Raise RedisTrouble where a worker was given a plan of its own."""
    if plan != Plan():
        raise RedisTrouble(
            "a worker does what its run is to do: give --mode, --budget, --hours and the like to "
            "`kepu archive-worker`."
        )


def where(url: str) -> str:
    """Return a Redis URL without its password, to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def explain(error: Exception, url: str) -> RedisTrouble:
    """Return what went wrong with Redis, in one line that says what to do."""
    import redis

    text, at = str(error), where(url)
    if isinstance(error, redis.AuthenticationError) or "NOAUTH" in text or "WRONGPASS" in text:
        return RedisTrouble(
            "{at} asks for a password, or for another: write it as redis://:PASSWORD@HOST/0.", at=at
        )
    if isinstance(error, redis.exceptions.OutOfMemoryError) or "OOM" in text:
        return RedisTrouble(
            "{at} is full (maxmemory): run `kepu archive-worker`, to make room, or raise maxmemory. "
            "Nothing is lost.",
            at=at,
        )
    if "unknown command" in text:  # before 6.0 there was no HELLO, by which a client begins
        return RedisTrouble("{at} is too old: this needs Redis {needed} or newer.", at=at, needed=_NEEDED)
    if isinstance(error, redis.BusyLoadingError):
        return RedisTrouble("{at} is still reading its file: try again in a moment.", at=at)
    if isinstance(error, (redis.ConnectionError, redis.TimeoutError)):
        return RedisTrouble(
            "{at} does not answer: is redis-server running? What is unfinished returns to the queue.", at=at
        )
    return RedisTrouble(f"{at}: {text}")


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise RedisTrouble for what Redis raises within."""
    import redis

    try:
        yield
    except redis.RedisError as error:
        raise explain(error, url) from error


def connect(url: str) -> Any:
    """Return a client of a Redis that answers and is new enough; raise RedisTrouble."""
    try:
        import redis
    except ImportError as error:
        raise RedisTrouble(
            "this needs redis and scrapy-redis: pip install 'kepu-archive[distributed]'"
        ) from error
    try:
        client = redis.Redis.from_url(url, socket_timeout=30, socket_connect_timeout=5)
    except ValueError as error:
        raise RedisTrouble("{url!r} is no URL of a Redis: write redis://127.0.0.1:6379/0", url=url) from error
    with explained(url):
        version = client.info("server")["redis_version"]
    if tuple(int(n) for n in str(version).split(".")[:2]) < NEEDED:
        raise RedisTrouble(
            "{at} is Redis {version}, and this needs {needed} or newer.",
            at=where(url),
            version=version,
            needed=_NEEDED,
        )
    return client
