"""Serve the replica: an HTTP proxy on loopback that answers for the channel's hosts and refuses all others.

    python -m demo.server --port 0 --log FILE

prints `replica ready on http://127.0.0.1:PORT`, and serves until it gets SIGINT or SIGTERM. Its date and its faults are
changed by requests to the host `replica.invalid`.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from demo import endless_sections, faults, list_faults
from demo.answer import Answer
from demo.channel import KPZG, SEARCH
from demo.hostile import baited
from demo.site import Site
from demo.spread import SpreadSite
from demo.stages import FULL_PAGE, first_day, site_at

CONTROL = "replica.invalid"
SEARCH_PATH = "/search-platform/front/search"
COMPRESSED = ("text/", "application/json", "application/x-javascript")


@dataclass(slots=True)
class Replica:
    """The state of a replica: its site, its log, and its faults."""

    site: Site | SpreadSite
    log: IO[str]
    size: int = 0
    seed: int = 0
    plan: faults.Plan = field(default_factory=faults.Plan)
    attempts: Counter[str] = field(default_factory=Counter)
    """Number of requests for each URL so far."""


def main() -> None:
    """Parse the options, and serve until a signal or, with `--with-parent`, until standard input ends."""
    options = _options().parse_args()
    with Path(options.log).open("a", buffering=1, encoding="utf-8") as log:
        site = _site(options)
        if options.prerender:
            site.render_all()
        plan = faults.parse(options.faults)
        replica = Replica(site, log, options.size, options.seed, plan)
        asyncio.run(_serve(replica, options.port, options.with_parent))


def _site(options: argparse.Namespace) -> Site | SpreadSite:
    if options.hosts:
        stories = first_day(options.size, options.seed)
        per_page = options.per_page or FULL_PAGE
        return SpreadSite.of(stories, options.hosts, options.sites, options.crawl_delay, per_page)
    return site_at(options.stage, options.size, options.seed, options.crawl_delay, options.per_page)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.server", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0: any free one")
    parser.add_argument("--log", default="/dev/null", help="file for the log, one line of JSON per request")
    parser.add_argument("--size", type=int, default=0, help="number of articles; 0: the hand-written ones")
    parser.add_argument("--seed", type=int, default=0, help="seed of the generated articles")
    parser.add_argument("--stage", type=int, default=0, help="days since the replica's first day")
    parser.add_argument(
        "--crawl-delay", type=float, default=120, help="Crawl-delay in robots.txt, in seconds"
    )
    parser.add_argument("--per-page", type=int, help="items per list page; default: 20 with --size, else 8")
    parser.add_argument("--hosts", type=int, default=0, help="spread the articles over this number of hosts")
    parser.add_argument("--sites", type=int, default=1, help="number of sites of those hosts")
    parser.add_argument("--faults", default="{}", help="plan of faults, as JSON (see demo/faults.py)")
    parser.add_argument("--prerender", action="store_true", help="render all pages before the first request")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    return parser


async def _serve(replica: Replica, port: int, with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), _end_of_input, stop)
    server = web.Server(partial(_respond, replica), access_log=None, keepalive_timeout=75)
    listener = await loop.create_server(server, "127.0.0.1", port)
    print(f"replica ready on http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    listener.close()
    await server.shutdown(timeout=1)


def _end_of_input(stop: asyncio.Event) -> None:
    if not sys.stdin.buffer.read1(4096):  # type: ignore[union-attr]
        stop.set()


async def _respond(replica: Replica, request: web.BaseRequest) -> web.StreamResponse:
    address = urlsplit(request.message.path)
    host = address.hostname or ""
    if host == CONTROL:
        return _control(replica, address.path, parse_qs(address.query))
    url = request.message.path
    replica.attempts[url] += 1
    fault = replica.plan.kind(url, replica.attempts[url])
    answer = await _answer(replica, request, host, address.path or "/", address.query)
    if fault in faults.WIRES:
        _log(replica, request, 0, 0, fault)
        return await faults.WIRES[fault](request, answer.body, replica.plan.seconds)
    if fault is not None and fault.startswith(faults.AS):
        other = urlsplit(fault.removeprefix(faults.AS))
        answer = replica.site.answer(other.hostname or "", other.path)
    elif fault is not None and fault.startswith(list_faults.NODE):
        answer = list_faults.with_node(answer, fault.removeprefix(list_faults.NODE))
    elif fault in list_faults.OF_SITE:
        if isinstance(replica.site, Site):
            answer = replica.site.listing_as(host, address.path, str(fault)) or answer
    elif fault is not None:
        answer = faults.ANSWERS[fault](answer, url)
    response = _response(replica, request, answer)
    size = len(response.body) if isinstance(response.body, bytes) else 0
    _log(replica, request, response.status, size, fault)
    return response


async def _answer(replica: Replica, request: web.BaseRequest, host: str, path: str, query: str) -> Answer:
    """Return the answer of the site, or the one in the plan of faults."""
    if host not in replica.site.hosts or request.method == "CONNECT":
        return Answer(403, b"The replica does not answer for this host.\n", "text/plain")
    if request.method == "POST" and host == SEARCH and path == SEARCH_PATH:
        return replica.site.search(await request.read())
    if request.method not in {"GET", "HEAD"}:
        return Answer(405, b"", "text/plain")
    hostile = faults.instead(replica.plan, host, path, query, replica.site.newest)
    answer = hostile or replica.site.answer(host, path)
    if replica.plan.endless and hostile is None and host == KPZG:
        answer = endless_sections.baited(replica.plan.endless, path, answer)
    return baited(path, answer) if replica.plan.traps else answer


def _response(replica: Replica, request: web.BaseRequest, answer: Answer) -> web.Response:
    """Return the HTTP response: 304 if the request's conditions allow it, compressed if the client accepts gzip."""
    headers = {"Content-Type": answer.content_type, "Server": "nginx", **answer.headers}
    if answer.etag:
        headers["ETag"] = answer.etag
    if answer.modified is not None:
        headers["Last-Modified"] = formatdate(answer.modified, usegmt=True)
    if _unchanged(request, answer):
        return web.Response(status=304, headers=headers)
    if _compressible(answer) and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return web.Response(status=answer.status, headers=headers, body=answer.gzipped)
    return web.Response(status=answer.status, headers=headers, body=answer.body)


def _compressible(answer: Answer) -> bool:
    done = "Content-Encoding" in answer.headers
    return bool(answer.content) and not done and answer.content_type.startswith(COMPRESSED)


def _unchanged(request: web.BaseRequest, answer: Answer) -> bool:
    """Return whether the client already has this page (RFC 9110: If-None-Match precedes If-Modified-Since)."""
    if answer.status != 200:
        return False
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return answer.etag is not None and answer.etag in tags
    since = request.headers.get("If-Modified-Since")
    if since is None or answer.modified is None:
        return False
    try:
        return int(answer.modified) <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


def _control(replica: Replica, path: str, query: dict[str, list[str]]) -> web.Response:
    """Handle a control request: `/stage?n=1` changes the day, `/faults?plan=JSON` the plan of faults."""
    if path == "/stage":
        replica.site = site_at(
            int(query["n"][0]), replica.size, replica.seed, replica.site.crawl_delay, replica.site.per_page
        )
    elif path == "/faults":
        try:
            replica.plan = faults.parse(query["plan"][0])
        except ValueError as error:
            return web.Response(status=400, text=str(error))
    return web.Response(text=f"stage {replica.site.stage}, {len(replica.site.stories)} articles\n")


def _log(replica: Replica, request: web.BaseRequest, status: int, size: int, fault: str | None) -> None:
    """Write a line of the log. `bytes` is the size of the body as sent; `status` is 0 for a fault of the connection."""
    address = urlsplit(request.message.path)
    line = {
        "wall": round(time.time(), 4),
        "monotonic": round(time.monotonic(), 6),
        "method": request.method,
        "host": address.hostname,
        "path": address.path + (f"?{address.query}" if address.query else ""),
        "status": status,
        "if_none_match": request.headers.get("If-None-Match"),
        "if_modified_since": request.headers.get("If-Modified-Since"),
        "user_agent": request.headers.get("User-Agent"),
        "bytes": size,
        "fault": fault,
    }
    replica.log.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
