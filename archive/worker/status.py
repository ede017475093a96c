"""What Redis says of workers, hosts and the queue."""

import time
from typing import Any

from archive.language import say


def status(server: Any, prefix: str) -> dict[str, Any]:
    """Return the run, the workers with their pages and pages a second, and how much waits where, as plain data."""
    from crawler.distributed import scripts

    workers = []
    for name in sorted(server.scan_iter(f"{prefix}:worker:*", count=1000)):
        told = {k.decode(): v.decode() for k, v in server.hgetall(name).items()}
        if told:
            pages, seconds = int(told["pages"]), float(told["seconds"])
            rate = round(pages / seconds, 2) if seconds else 0.0
            short = name.decode().removeprefix(f"{prefix}:worker:")
            workers.append({"name": short, "pages": pages, "pages_a_second": rate, "last_seen": told["at"]})
    about = {k.decode(): v.decode() for k, v in server.hgetall(f"{prefix}:about").items()}
    now = time.time()
    return {
        "run": int(about["run"]) if about else None,
        "state": about.get("state"),
        "workers": workers,
        "hosts_due": server.zcount(f"{prefix}:due", "-inf", now),
        "hosts_waiting": server.zcount(f"{prefix}:due", f"({now}", "+inf"),
        "hosts_closed": server.hlen(f"{prefix}:closed"),
        "queued_or_asked": int(server.eval(scripts.LEFT, 1, prefix)),
        "in_flight": server.zcard(f"{prefix}:leases"),
        "returned_by_dead_workers": int(about.get("returned", 0)),
        "items_waiting": server.xlen(f"{prefix}:items"),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """Return the same for a person."""
    told = [
        say("run {run}: {state}", run=found["run"], state=found["state"])
        if found["run"]
        else say("no run in Redis")
    ]
    told += [
        "  " + say("{name}: {pages} pages, {pages_a_second} a second, last seen {last_seen}", **one)
        for one in found["workers"]
    ]
    told.append(
        say("hosts: {hosts_due} due, {hosts_waiting} waiting, {hosts_closed} closed", **found)
        + "; "
        + say("requests: {queued_or_asked} left, {in_flight} in flight", **found)
        + "; "
        + say("entries for the archiver: {items_waiting}", **found)
    )
    return told
