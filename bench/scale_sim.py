"""`python -m bench.scale_sim`: how a frontier grows and empties under delays per host and a number of workers.

A discrete-event simulation. A host lets one request through in each delay, whoever asks (the delay holds for the whole
cluster); a worker is busy for as long as a request takes. Each page of a list names articles, some of them known
already. Hosts are of unlike sizes (Zipf), so that the greatest decides when the crawl ends. Large sites are simulated
with pages in bundles: a bundle of k pages keeps its host for k delays and its worker for k services. The same seed
gives the same table.
"""

import argparse
import heapq
import random
from collections import deque
from dataclasses import dataclass, field

LIST_SIZE = 20
"""Articles that a page of a list names: the site's own lists, as far as they are known."""

KNOWN = 0.3
"""Of the articles that a list names, those that another list named before. An assumption."""

SERVICE = 0.5
"""Seconds that a worker has to do with a request: mostly the site's answer. An assumption."""

CONCURRENT = 16
"""Requests that a worker has under way at once. An assumption: twice CONCURRENT_REQUESTS of crawler/settings.py."""

EVENTS = 200_000
"""Events of one simulation, about: what is larger comes in bundles."""


LEAST = 40
"""Bundles of a host, so that a small one is a host still."""


@dataclass(slots=True)
class Case:
    """What is simulated."""

    name: str
    articles: int
    hosts: int
    delay: float
    """Seconds between two requests to a host."""
    workers: int


@dataclass(slots=True)
class Host:
    """A host: what is still unseen of it, and its part of the frontier, counted in bundles."""

    bundle: int
    """Pages that are asked for as one."""
    lists: int
    articles: int
    waiting: deque[str] = field(default_factory=deque)


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    seconds: float = 0.0
    requests: int = 0
    peak: int = 0
    """Articles in the frontier at its fullest."""
    peak_at: float = 0.0
    busy: float = 0.0
    """Of all the workers' time, the share in which they had something to do."""
    half: float = 0.0
    """When half of the requests were done."""


def sizes(articles: int, hosts: int) -> list[int]:
    """Return how many articles each host has: the n-th has about 1/n of what the first has."""
    whole = sum(1 / n for n in range(1, hosts + 1))
    return [max(1, round(articles / n / whole)) for n in range(1, hosts + 1)]


def simulate(case: Case, seed: int = 0) -> Outcome:
    """Run one case to its end."""
    chance = random.Random(seed)
    hosts = [_host(size, EVENTS / case.articles) for size in sizes(case.articles, case.hosts)]
    free = case.workers * CONCURRENT
    events: list[tuple[float, int, str]] = [
        (chance.random() * case.delay, n, "free") for n in range(len(hosts))
    ]
    heapq.heapify(events)
    ready: deque[int] = deque()
    out, frontier, busy, now = Outcome(), 0, 0.0, 0.0
    done: list[tuple[float, int]] = []
    while events:
        now, number, what = heapq.heappop(events)
        if what == "done":
            free += 1
            out.requests += hosts[number].bundle
            done.append((now, out.requests))
        else:
            ready.append(number)
        while free and ready:
            number = ready.popleft()
            host = hosts[number]
            named = _next(host, chance)
            if named is None:
                continue
            free -= 1
            frontier += named * host.bundle
            if frontier > out.peak:
                out.peak, out.peak_at = frontier, now
            service = SERVICE * host.bundle * chance.uniform(0.5, 1.5)
            busy += service
            heapq.heappush(events, (now + service, number, "done"))
            heapq.heappush(events, (now + max(case.delay * host.bundle, service), number, "free"))
    out.seconds = now
    out.half = next(at for at, requests in done if 2 * requests >= out.requests)
    out.busy = busy / (now * case.workers * CONCURRENT)
    return out


def _host(size: int, events: float) -> Host:
    """Return a host of so many articles; `events` is how many of them there may be for an article, at most 1."""
    bundle = max(1, size // max(LEAST, round(size * events)))
    articles = max(1, size // bundle)
    return Host(bundle, lists=max(1, round(articles / LIST_SIZE / (1 - KNOWN))), articles=articles)


def _next(host: Host, chance: random.Random) -> int | None:
    """Do the next thing of a host: an article if one waits, else a list; return by how much the frontier changes.

    Every third turn goes to a list while there are any, so that what is new is found while the rest is fetched.
    """
    if host.lists and (not host.waiting or chance.random() < 1 / 3):
        host.lists -= 1
        named = sum(chance.random() >= KNOWN for _ in range(LIST_SIZE))
        named = min(named, host.articles) if host.lists else host.articles
        host.articles -= named
        host.waiting.extend("a" * named)
        return named
    if host.waiting:
        host.waiting.popleft()
        return -1
    return None


CASES = (
    Case("channel, backfill", 20_000, 1, 120, 1),
    Case("channel, delay 1 s by permission", 20_000, 1, 1, 1),
    Case("whole site", 10_000_000, 60, 120, 1),
    Case("whole site, delay 1 s by permission", 10_000_000, 60, 1, 1),
    Case("whole site, the same, 4 workers", 10_000_000, 60, 1, 4),
    Case("1 billion pages", 1_000_000_000, 10_000, 120, 16),
    Case("1 billion pages, 64 workers", 1_000_000_000, 10_000, 120, 64),
    Case("1 billion pages, delay 1 s", 1_000_000_000, 10_000, 1, 64),
    Case("1 billion pages, delay 1 s, 256 workers", 1_000_000_000, 10_000, 1, 256),
)


def table(seed: int = 0) -> list[str]:
    """Return the table that docs/scale.md shows."""
    lines = [
        "| case | articles | hosts | delay | workers | requests | half done | done | fullest frontier | workers busy |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for case in CASES:
        out = simulate(case, seed)
        lines.append(
            f"| {case.name} | {case.articles:,} | {case.hosts:,} | {case.delay:g} s | {case.workers} "
            f"| {out.requests:,} | {_time(out.half)} | {_time(out.seconds)} | {out.peak:,} | {out.busy:.1%} |"
        )
    return lines


def _time(seconds: float) -> str:
    days = seconds / 86_400
    if days < 1:
        return f"{seconds / 3600:.1f} h"
    return f"{days:.0f} days" if days < 730 else f"{days / 365.25:,.1f} years"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    print("\n".join(table(parser.parse_args().seed)))


if __name__ == "__main__":
    main()
