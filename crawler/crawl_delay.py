"""How many seconds to leave between two requests to a host: its Crawl-delay, our own delay, and slow answers."""

FLOOR = 1.0
"""Seconds: no host out in the world is asked more often, whatever a setting says."""

CEILING = 3600.0
"""Seconds: a longer Crawl-delay than an hour is taken for a mistake, and kept as an hour."""


def delay_to_keep(asked: float | None, *, usual: float, scale: float, on_replica: bool) -> float:
    """Return the seconds to leave between two requests to a host.

    `asked` is its Crawl-delay, `usual` our own delay; `scale` shortens both, on the live site never below FLOOR.
    """
    delay = max(min(asked, CEILING), usual) if asked and asked > 0 else usual
    return delay * scale if on_replica else max(delay * scale, FLOOR)


def adapted(delay: float, latency: float, *, least: float) -> float:
    """Return the next delay after an answer that took `latency` seconds: half way there, from `least` to CEILING.

    As AutoThrottle has it for one request at a time: as long between requests as the host takes for one.
    """
    return max(least, min((delay + latency) / 2, CEILING))
