"""A worker's side of a run: what Session is to a crawl with its archive, over Redis, without any archive."""

import base64
import hashlib
import logging
import os
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import orjson
import redis
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.httpobj import urlparse_cached

from archive.errors import ArchiveError
from archive.language import Text
from archive.memory import HostRow, Known, Walk, host_in
from crawler import urls
from crawler.discovery import lists
from crawler.distributed import bridge, messages, scripts
from crawler.distributed.connection import RedisTrouble, check_plan, connect, explain, where
from crawler.items import Article, Capture, Discovery, Visit
from crawler.plan import Plan
from crawler.session import Session

logger = logging.getLogger(__name__)

RENEW_SECONDS = 5.0
HEARTBEAT_TTL = 20
WAKE_SECONDS = 0.1
RETURNED = Text("interrupted: what was being asked for returns to the queue")

TRAFFIC = {
    "requests": "downloader/request_count",
    "bytes": "downloader/response_bytes",
    "pages": "response_received_count",
}
"""What workers count for the whole run, by Scrapy's names."""


def digest(url: str) -> str:
    """Return by what a URL stands in the sets of those seen: 72 bits, of which 10⁹ URLs share one with chance 10⁻⁴."""
    return base64.b85encode(hashlib.blake2b(url.encode(), digest_size=9).digest()).decode()


def finding(
    url: str,
    kind: str,
    article: str | None,
    via: Discovery,
    priority: int,
    now: str,
    earlier: Known | None = None,
    *,
    again: bool = False,
) -> bytes:
    """Return a URL that was found, as the scripts take it; `earlier` is what is known of a list that is asked again."""
    known = earlier or Known(
        url, host_in(url), kind, article, "pending", None, priority, via.kind, via.url, via.title, via.section,
        0, None, None, None, None, None,
    )  # fmt: skip
    known.priority = priority
    event = {"url": url, "kind": kind, "article": article, "via": via, "priority": priority, "now": now}
    return orjson.dumps(
        {
            "url": url,
            "digest": digest(url),
            "article": article or "",
            "host": known.host,
            "priority": priority,
            "message": messages.dumps(messages.message(known)).decode(),
            "event": orjson.dumps(event).decode(),
            "again": again,
            "tell": via.kind != "link",
        }
    )


class RemoteMemory:
    """The questions of a spider to the archive's memory, answered by Redis."""

    def __init__(self, session: "RemoteSession") -> None:
        self._session = session

    def was_had(self, url: str) -> bool:
        """Return whether something came of a URL before, or it is never to be asked for."""
        return bool(self._session.server.sismember(self._session.key("had"), digest(url)))

    def count_sections(self) -> int:
        """Return how many sections are known."""
        return int(self._session.server.scard(self._session.key("sections")))

    def section(self, url: str, *, node: str | None, title: str | None, now: str) -> bool:
        """Write down a section; return whether it is new."""
        session = self._session
        if not session.server.sadd(session.key("sections"), url):
            return False
        told = orjson.dumps({"url": url, "node": node, "title": title, "now": now})
        session.server.xadd(session.key("items"), {"k": "section", "d": told})
        return True

    def walk(self, url: str) -> Walk:
        """Return how far a section was walked."""
        told = self._session.server.hget(self._session.key("walks"), url)
        return Walk(**orjson.loads(told)) if told else Walk(url)

    def walked(self, walk: Walk) -> None:
        """Hold how far a section was walked, until its page is settled."""
        self._session.walks[walk.url] = walk

    def count_pending(self) -> int:
        """Return how many requests are queued or being asked."""
        return self._session.count_left()

    def hosts(self) -> dict[str, HostRow]:
        """Return nothing: what is known of a host comes with each of its requests."""
        return {}


class RemoteArchive:
    """What a spider does to the archive, written into Redis."""

    def __init__(self, session: "RemoteSession") -> None:
        self._session = session
        self.memory = RemoteMemory(session)
        self.kept: Counter[str] = Counter()

    def run(self, spider: str, mode: str | None = None) -> int:
        """Return the number of the run, which the archiver has begun."""
        return self._session.run_number

    def exclude(self, url: str, kind: str, code: str, via: Discovery) -> None:
        """Write down a URL that is never to be asked for."""
        told = {"url": url, "kind": kind, "code": code, "via": via, "now": self._session.now()}
        self._session.events.setdefault(via.url or "", []).append(("exclude", orjson.dumps(told).decode()))

    @contextmanager
    def remembering(self) -> Iterator[RemoteMemory]:
        """Give the memory to write to."""
        yield self.memory

    def clean_texts(self, limit: int) -> Iterator[str]:
        """Yield nothing: a worker meets no dumps."""
        return iter(())


class RemoteSession(Session):
    """The extension of a worker."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.url: str = settings["REDIS_URL"]
        self.report.archive = where(self.url)
        self.name: str = settings["KEPU_WORKER"] or f"{socket.gethostname()}-{os.getpid()}"
        self.run_number = 0
        self.is_over = False
        self.walks: dict[str, Walk] = {}
        self.events: dict[str, list[tuple[str, str]]] = {}
        """What to exclude, by the URL that named it."""
        self._named: dict[str, list[bytes]] = {}
        """What was found, by the URL that named it, until that is settled."""
        self._leases: dict[str, str] = {}
        """URL → host."""
        self._unsent: list[tuple[str, bytes, list[bytes]]] = []
        self._remote: RemoteArchive | None = None
        self._prefix: str = settings["KEPU_REDIS_PREFIX"]
        self._lease_seconds = settings.getfloat("KEPU_LEASE")
        self._plan = Plan()
        self._traffic: Counter[str] = Counter()
        """Requests, bytes and pages that were told."""
        self._beat_at = self._trouble_since = 0.0
        self.quiet_until = 0.0
        """When Redis, which had nothing to hand out, may be asked again."""
        crawler.signals.connect(self._broke, signals.spider_error)

    def key(self, name: str) -> str:
        """Return the name of a key of this run."""
        return f"{self._prefix}:{name}"

    @property
    def plan(self) -> Plan:
        """What the archiver's run is to do."""
        return self._plan

    # --- the run -------------------------------------------------------------------------------------------

    def open(self) -> Any:
        """Return what stands for the archive, waiting a while for a run to begin."""
        if self._remote is None:
            try:
                self._join()
            except ArchiveError as error:
                self.tally.end(error.code, error.text)
                raise CloseSpider(error.code) from error
            self._remote = RemoteArchive(self)
        return self._remote

    def _join(self) -> None:
        spider: Any = self.crawler.spider
        check_plan(spider.plan)
        self.server = connect(self.url)
        until = monotonic() + self.crawler.settings.getfloat("KEPU_REDIS_WAIT")
        try:
            while not (about := self.server.hgetall(self.key("about"))) or about.get(b"state") != b"running":
                if monotonic() > until:
                    raise RedisTrouble(
                        "{at} has no run for workers: start `kepu archive-worker`.", at=where(self.url)
                    )
                sleep(0.2)
        except redis.RedisError as error:
            raise explain(error, self.url) from error
        channel = spider.channel.name
        if about[b"channel"].decode() != channel:
            raise RedisTrouble(
                "{at} has a run of channel {other}, this worker is for {channel}: give it another "
                "--channel, or another KEPU_REDIS_PREFIX.",
                at=where(self.url),
                other=about[b"channel"].decode(),
                channel=channel,
            )
        self.run_number, self._token = int(about[b"run"]), about[b"token"]
        self._plan = spider.plan = Plan.parse(messages.loads(about[b"plan"]))
        self._pop, self._settle, self._renew, self._left = (
            self.server.register_script(script)
            for script in (scripts.POP, scripts.SETTLE, scripts.RENEW, scripts.LEFT)
        )
        self._beat()

    def count_left(self) -> int:
        """Return how many requests are queued or being asked."""
        return int(self._left(keys=[self._prefix]))

    def trouble(self, error: Exception) -> None:
        """Redis failed: say so once, and go on trying as long as for a host that rests."""
        if not self._trouble_since:
            self._trouble_since = monotonic()
            logger.warning("%s", explain(error, self.url))
        elif monotonic() - self._trouble_since > self.crawler.settings.getfloat("KEPU_PATIENCE"):
            self.stop("redis", str(explain(error, self.url)))

    # --- requests ------------------------------------------------------------------------------------------

    def lease(self) -> dict[str, Any] | None:
        """Return the message of a request whose host's turn this worker now has, or None."""
        if self._unsent:
            return None  # first what is done, then what is new
        answer = self._pop(keys=[self._prefix], args=[self.name, self._lease_seconds])
        self._trouble_since = 0.0
        if not answer:
            return None
        url, told, row = answer
        message: dict[str, Any] = messages.loads(told)
        host = host_in(message.get("to") or message["url"])
        if row:
            self.hosts.take(messages.host_of(row))
        self._leases[url.decode()] = host
        return message

    def named(self, request: Request) -> None:
        """Hold a URL that a response named, until that is settled."""
        kind, via = request.meta["kind"], request.meta["via"]
        url = request.url if kind == "search" else urls.canonical(request.url)
        article = urls.parse(url) if kind == "article" else None
        earlier, again = None, False
        if kind != "article" and (told := self.server.hget(self.key("lists"), url)):
            earlier = messages.known_of(messages.loads(told))
            again = bool(self.server.hdel(self.key("lists"), url))
        elif not self.server.sismember(self.key("seen"), digest(url)):
            self.led_on(via.url)
        key = article.key if article else None
        found = finding(url, kind, key, via, request.priority, self.now(), earlier, again=again)
        self._named.setdefault(via.url or "", []).append(found)

    def moved(self, request: Request) -> None:
        """A redirect: it waits for the turn of the host that it leads to."""
        known: Known = request.meta["known"]
        told = messages.message(known, to=request.url, redirects=request.meta.get("redirect_times", 1))
        host = urlparse_cached(request).hostname or ""
        self._done(known.url, b"", moved=host, message=messages.dumps(told).decode())

    def keep(self, item: Article | Visit) -> None:
        """Send an article, or what came of a URL instead, and let its request go: both or neither."""
        archive: RemoteArchive = self.open()
        captures: Sequence[Capture]
        if isinstance(item, Article):
            url = item.url_requested or item.url or ""
            self.hosts.answered(url)
            self.tally.article(item)
            self._leads.discard(url)
            captures = self._held.pop(url, [])
            archive.kept["new"] += 1
        else:
            url = item.url
            self._count_visit(item)
            captures = self._captures_of(item)
        had = (
            digest(url) if isinstance(item, Article) or item.state in {"fetched", "unchanged", "gone"} else ""
        )
        self._done(url, messages.pack(item, captures), had=had)

    def _failed_before(self, visit: Visit) -> bool:
        return False

    def give_back(self, url: str) -> None:
        """Give a request back unanswered, for any worker."""
        self._named.pop(url, None)
        self.events.pop(url, None)
        self._done(url, b"", back=True)

    def _done(self, url: str, frame: bytes, **more: Any) -> None:
        host = self._leases.pop(url, None)
        findings = self._named.pop(url, [])
        events = self.events.pop(url, [])
        if host is None:
            return  # another worker's by now
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(host) if engine is not None else None
        row = self.hosts._rows.get(host)
        here = lists.parse_list(url)
        walk = self.walks.pop(here.first, None) if here and frame else None
        told = {
            "url": url,
            "worker": self.name,
            "delay": slot.delay if slot is not None else 0.0,
            "row": messages.pack_host(row) if row else "",
            "rest_until": (row.rest_until or 0.0) if row else 0.0,
            "events": events,
            "walks": [(walk.url, orjson.dumps(walk).decode())] if walk else [],
            "closed": self.hosts.closed.get(host, ""),
            "had": "",
            "moved": "",
            "back": False,
            "traffic": self._new_traffic(),
        }
        self._unsent.append((url, frame, [orjson.dumps(told | more), *findings]))
        self._send()

    def _new_traffic(self) -> dict[str, int]:
        """Return what was asked and received since this was called before."""
        stats = self.crawler.stats
        assert stats is not None
        now = Counter({name: int(stats.get_value(stat, 0)) for name, stat in TRAFFIC.items()})
        new, self._traffic = now - self._traffic, now
        return dict(new)

    def _send(self) -> None:
        """Settle what is done, in order; what Redis cannot take now is kept here."""
        while self._unsent:
            url, frame, (told, *findings) = self._unsent[0]
            try:
                taken = self._settle(keys=[self._prefix], args=[told, frame, *findings])
            except redis.RedisError as error:
                self.trouble(error)
                return
            self._unsent.pop(0)
            self.quiet_until = 0.0
            bridge.wake(self.crawler)
            self._trouble_since = 0.0
            if not taken:
                logger.info("%s: its lease was over, another worker asks for it", url)

    def _broke(self, failure: Any, response: Any, spider: Any) -> None:
        known = response.meta.get("known")
        if known is not None:
            message = f"{type(failure.value).__name__}: {failure.value}"
            self.keep(
                Visit(known.url, "failed", self.now(), known.kind, known.article, "spider_failed", message)
            )

    # --- the clock -----------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Once a second: send what waits, say that this worker lives, and give back what hosts that closed have."""
        if self._remote is None:
            return
        self._send()
        for url, host in list(self._leases.items()):
            if host in self.hosts.closed:
                self.give_back(url)
        try:
            self._beat()
        except redis.RedisError as error:
            self.trouble(error)

    def _beat(self) -> None:
        about = self.server.hmget(self.key("about"), "state", "token")
        self.is_over = about == [b"finished", self._token] or (about[1] not in (None, self._token))
        if monotonic() - self._beat_at < RENEW_SECONDS and self._beat_at:
            return
        self._beat_at = monotonic()
        stats = self.crawler.stats
        pages = int(stats.get_value("response_received_count", 0)) if stats is not None else 0
        seconds = round(monotonic() - self._started, 1)
        name = self.key(f"worker:{self.name}")
        told = {"pages": pages, "seconds": seconds, "at": self.now(), "asking": len(self._leases)}
        self.server.hset(name, mapping=told)
        self.server.expire(name, HEARTBEAT_TTL)
        if self._leases:
            for url in self._renew(keys=[self._prefix], args=[self.name, self._lease_seconds, *self._leases]):
                self._leases.pop(url.decode(), None)

    def _spider_opened(self, spider: Any) -> None:
        super()._spider_opened(spider)
        from scrapy.utils.asyncio import AsyncioLoopingCall

        self._waking = AsyncioLoopingCall(bridge.wake, self.crawler)
        self._waking.start(WAKE_SECONDS, now=False)

    def why_stop(self) -> str | None:
        """Return None: the archiver ends a run of workers (archive/worker/limits.py)."""
        return None

    def _spider_closed(self, spider: Any, reason: str) -> None:
        if self._ticks.running:
            self._ticks.stop()
        if getattr(self, "_waking", None) is not None and self._waking.running:
            self._waking.stop()
        if reason != "finished":
            self.tally.end(reason, RETURNED)
        self.closed = True
        self._count_traffic()
        if self._remote is None:
            return
        for url in list(self._leases):
            self.give_back(url)
        self._send()
        self.tally.complete({})
        self.report.sent = self._remote.kept["new"]
        try:
            for name, n in self._new_traffic().items():
                self.server.hincrby(self.key("counts"), name, n)
            self.server.delete(self.key(f"worker:{self.name}"))
        except redis.RedisError:
            logger.warning(
                "%s", RedisTrouble("{at} does not answer at the end of this worker", at=where(self.url))
            )
