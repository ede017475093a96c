"""What the archive tells workers through Redis: the run, what is pending, and what was seen before."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson

from archive.errors import ArchiveError
from archive.language import say
from archive.memory import Known, Walk, parse_time
from archive.memory.urls import COLUMNS
from archive.store import Store
from archive.worker import hosts
from crawler import channel as channels
from crawler import sources, urls
from crawler.plan import Plan

AT_ONCE = 1000


class WrongRun(ArchiveError):
    """Redis holds what is not this archive's."""

    code = "redis"


class Feed:
    """A run's beginning and end in Redis."""

    def __init__(
        self, archive: Store, server: Any, prefix: str, channel: str, plan: dict[str, Any] | None = None
    ) -> None:
        from crawler.distributed import scripts

        self.archive, self.server, self.prefix = archive, server, prefix
        self._arguments = {name: value for name, value in (plan or {}).items() if value}
        self.plan = Plan.parse(self._arguments)
        self.channel = channels.load(channel)
        self.name = str(archive.db.conn.execute("SELECT archive FROM streams").fetchone()[0])
        self._left, self._push, self._feed, self._in_flight, self._first_due = (
            server.register_script(script)
            for script in (scripts.LEFT, scripts.PUSH, scripts.FEED, scripts.IN_FLIGHT, scripts.FIRST_DUE)
        )
        self.token = ""
        self.run = 0
        self._began = archive.now()
        self._counts: dict[str, int] = {}
        self._allowed: dict[str, Any] = {}

    def key(self, name: str) -> str:
        """Return the name of a key."""
        return f"{self.prefix}:{name}"

    def start(self) -> str:
        """Begin a run, or take up the one that an archiver left; raise WrongRun for keys of another archive."""
        about = {k.decode(): v.decode() for k, v in self.server.hgetall(self.key("about")).items()}
        if about and about.get("archive") != self.name:
            raise WrongRun(
                "{key} is the run of another archive ({path}): give --prefix another name, or the URL "
                "another database number.",
                key=self.key("about"),
                path=about.get("path", "?"),
            )
        if about.get("state") in {"running", "ending"}:
            self._go_on(about)
            return say("run {run} goes on", run=self.run)
        self.begin(resumed=False)
        return say("run {run} begins", run=self.run)

    def _go_on(self, about: dict[str, str]) -> None:
        """Take up the run in Redis, with its plan: what is given now holds for the next."""
        self.run, self.token, self._began = int(about["run"]), about["token"], about["began"]
        self._arguments = orjson.loads(about["plan"])
        self.plan = Plan.parse(self._arguments)
        self.archive.go_on(self.run)
        if self.plan.mode == "recheck":
            with self.archive.remembering() as memory:
                sources.only_rechecked(memory, self.plan, now=self.archive.now())
        self.server.hset(self.key("about"), "state", "running")

    def begin(self, *, resumed: bool) -> None:
        """Fill an empty Redis: what is known, then what is pending, and in a new run its sources."""
        for name in self.server.scan_iter(f"{self.prefix}:*", count=1000):
            # Entries that no archiver has read are kept: nothing is lost by beginning anew.
            if name != self.key("items").encode():
                self.server.delete(name)
        archive = self.archive
        self.run = archive.run("channel", self.plan.mode)
        if not resumed:
            self.token = secrets.token_hex(8)  # resumed, it is the run of the workers that are there
            self._plan_run()
        self._allowed = {}
        cycle = sources.Cycle.of(archive.memory, self.plan, self.run, datetime.now(UTC))
        self._tell_known(cycle)
        hosts.tell(archive, self.server, self.prefix)
        self.pending()
        if self._counts:
            self.server.hset(self.key("counts"), mapping=self._counts)
        self._tell_sections()
        if not resumed or not archive.memory.of_kind("home", "section"):
            self._push_sources(cycle)
        about = {
            "archive": self.name, "path": str(archive.path), "run": self.run, "token": self.token,
            "plan": orjson.dumps(self._arguments), "channel": self.channel.name, "began": self._began,
            "state": "running",
        }  # fmt: skip
        self.server.hset(self.key("about"), mapping=about)

    def _plan_run(self) -> None:
        """Make pending what this run is to ask for again."""
        archive = self.archive
        if self.plan.mode == "recheck":
            with archive.remembering() as memory:
                sources.plan_recheck(memory, self.plan, now=archive.now())
        else:
            archive.plan()
        archive.commit()

    def _tell_sections(self) -> None:
        """Let workers know the sections of the channel's facts."""
        now = self.archive.now()
        for section in self.channel.sections:
            with self.archive.remembering() as memory:
                memory.section(section.url, node=section.node, title=section.title, now=now)
            self.server.sadd(self.key("sections"), section.url)
        self.archive.commit()

    def _push_sources(self, cycle: sources.Cycle) -> None:
        """Put into the queue what the run asks first, but for what the cycle has read already."""
        from crawler.distributed.session import finding

        memory, now = self.archive.memory, self.archive.now()
        for url, kind, via in sources.start(self.channel, self.plan, memory, datetime.now(UTC)):
            url = url if kind == "search" else urls.canonical(url)
            earlier = memory.known(url)
            if earlier is None or not cycle.has_read(earlier):
                found = finding(url, kind, None, via, sources.FIRST_PAGES, now, earlier, again=True)
                self._push(keys=[self.prefix], args=[found])

    def _tell_known(self, cycle: sources.Cycle) -> None:
        from crawler.distributed import messages
        from crawler.distributed.session import digest

        conn = self.archive.db.conn
        lists = {known.url: messages.dumps(messages.message(known)) for known in self._lists(cycle)}
        if lists:
            self.server.hset(self.key("lists"), mapping=lists)
        rows = iter(conn.execute("SELECT url, article, fetched_at, state, kind FROM urls"))
        while some := list(islice(rows, AT_ONCE)):
            with self.server.pipeline(transaction=False) as pipe:
                for url, article, fetched_at, state, kind in some:
                    pipe.sadd(self.key("seen"), digest(url))
                    if fetched_at is not None or state == "excluded":
                        pipe.sadd(self.key("had"), digest(url))
                    if kind == "article" and article and state != "excluded":
                        pipe.hset(self.key("ids"), article, url)
                pipe.execute()
        for url, page, step, stale, digest_, ended in conn.execute(
            "SELECT url, page, step, stale, digest, ended_at FROM sections"
        ):
            self.server.sadd(self.key("sections"), url)
            self.server.hset(
                self.key("walks"), url, orjson.dumps(Walk(url, page, step, stale, digest_, ended))
            )

    def _lists(self, cycle: sources.Cycle) -> Iterator[Known]:
        """Yield the lists that are to be read anew where something names them."""
        for row in self.archive.db.conn.execute(f"SELECT {COLUMNS} FROM urls WHERE kind <> 'article'"):
            known = Known(*row)
            if known.state != "pending" and not cycle.has_read(known):
                yield known

    def pending(self) -> int:
        """Put into the queue what the archive has pending; return how many URLs."""
        from crawler.distributed import messages

        n = 0
        rows = self.archive.memory.all_pending()
        while some := list(islice(rows, AT_ONCE)):
            told: list[Any] = []
            for known in some:
                message = messages.dumps(messages.message(known))
                told += [known.host, known.url, known.priority, message, known.article or ""]
            self._feed(keys=[self.prefix], args=told)
            n += len(some)
        return n

    def is_ours(self) -> bool:
        """Whether Redis still holds this run."""
        return bool(self.server.hget(self.key("about"), "token") == self.token.encode())

    def left(self) -> int:
        """Return how many requests are queued or being asked."""
        return int(self._left(keys=[self.prefix]))

    def in_flight(self) -> int:
        """Return how many requests are being asked by workers that live."""
        return int(self._in_flight(keys=[self.prefix]))

    def first_due(self) -> float | None:
        """Return the seconds until the first host may be asked; None where none waits."""
        told = self._first_due(keys=[self.prefix])
        return float(told) if told else None

    def counts(self) -> dict[str, int]:
        """Return how many requests, bytes and pages all workers had so far."""
        told = {name.decode(): int(n) for name, n in self.server.hgetall(self.key("counts")).items()}
        self._counts = {name: max(n, told.get(name, 0)) for name, n in (self._counts | told).items()}
        return {"requests": 0, "bytes": 0, "pages": 0} | self._counts

    def seconds(self) -> float:
        """Return how long ago the run began."""
        began = parse_time(self._began)
        return (datetime.now(UTC) - began).total_seconds() if began else 0.0

    def allow(self, requests: int | None, shut_for: float) -> None:
        """Let workers make so many requests in this run, or any number, and none for so many seconds."""
        told = {"budget": "" if requests is None else requests, "shut": shut_for > 0}
        if told != self._allowed:
            until = time.time() + shut_for if shut_for else 0
            self.server.hset(self.key("about"), mapping={"budget": told["budget"], "shut_until": until})
            self._allowed = told

    def hold(self) -> None:
        """Let workers finish what they are asking, and hand out nothing more."""
        self.server.hset(self.key("about"), "state", "ending")

    def end(self) -> None:
        """Tell workers that the run is over."""
        self.server.hset(self.key("about"), "state", "finished")
