"""Compute the seconds between two requests to a host from its Crawl-delay, our own delay, and its response times."""

FLOOR = 1.0
"""Minimum number of seconds between two requests to a live host, whatever the settings say."""

CEILING = 3600.0
"""Longest Crawl-delay in seconds. A longer one is probably a mistake, and is reduced to an hour."""


def delay_to_keep(crawl_delay: float | None, *, usual: float, scale: float, on_replica: bool) -> float:
    """Return the seconds to leave between two requests to a host.

    `crawl_delay` is its Crawl-delay in seconds (None: robots.txt has none), `usual` our own delay. `scale` multiplies
    both; the result is at least FLOOR, except for a replica on this machine.
    """
    delay = max(min(crawl_delay, CEILING), usual) if crawl_delay and crawl_delay > 0 else usual
    return delay * scale if on_replica else max(delay * scale, FLOOR)


def adapted(delay: float, latency: float, *, least: float) -> float:
    """Return the next delay after a response that took `latency` seconds: their mean, from `least` to CEILING.

    This is the rule of Scrapy's AutoThrottle for one request at a time: the delay approaches the response time.
    """
    return max(least, min((delay + latency) / 2, CEILING))
