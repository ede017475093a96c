"""What the archive tells workers through Redis: the run, what is pending, and what was seen before."""

import secrets
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from archive.errors import ArchiveError
from archive.memory import Known, Walk
from archive.memory.urls import COLUMNS
from archive.store import Store
from archive.worker import hosts
from crawler.plan import Plan

AT_ONCE = 1000


class WrongRun(ArchiveError):
    """Redis holds what is not this archive's."""

    code = "redis"


class Feed:
    """A run's beginning and end in Redis."""

    def __init__(self, archive: Store, server: Any, prefix: str, channel: str, plan: Plan) -> None:
        from crawler import channel as channels
        from crawler.distributed import scripts

        self.archive, self.server, self.prefix, self.plan = archive, server, prefix, plan
        self.channel = channels.load(channel)
        self.name = str(archive.db.conn.execute("SELECT archive FROM streams").fetchone()[0])
        self._left, self._push, self._feed = (
            server.register_script(script) for script in (scripts.LEFT, scripts.PUSH, scripts.FEED)
        )
        self.token = ""

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
        if about.get("state") == "running":
            self.archive.go_on(int(about["run"]))
            self.token = about["token"]
            return f"run {about['run']} goes on"
        self.begin(resumed=False)
        return f"run {self.archive.run('channel', self.plan.mode)} begins"

    def begin(self, *, resumed: bool) -> None:
        """Fill an empty Redis: what is known, then what is pending, and in a new run its sources."""
        from crawler import sources
        from crawler.distributed.session import finding

        for name in self.server.scan_iter(f"{self.prefix}:*", count=1000):
            # Entries that no archiver has read are kept: nothing is lost by beginning anew.
            if name != self.key("items").encode():
                self.server.delete(name)
        archive = self.archive
        run = archive.run("channel", self.plan.mode)
        if not resumed:
            archive.plan()
        archive.commit()
        self._tell_known()
        hosts.tell(archive, self.server, self.prefix)
        self.pending()
        if not resumed:  # else it is the run of the workers that are there
            self.token = secrets.token_hex(8)
        about = {
            "archive": self.name, "path": str(archive.path), "run": run, "mode": self.plan.mode, "token": self.token,
            "channel": self.channel.name, "began": archive.now(), "state": "running",
        }  # fmt: skip
        now = archive.now()
        for section in self.channel.sections:
            with archive.remembering() as memory:
                memory.section(section.url, node=section.node, title=section.title, now=now)
            self.server.sadd(self.key("sections"), section.url)
        archive.commit()
        from datetime import UTC, datetime

        from crawler import urls

        if not resumed or not self.archive.memory.of_kind("home", "section"):
            for url, kind, via in sources.start(self.channel, self.plan, archive.memory, datetime.now(UTC)):
                url = url if kind == "search" else urls.canonical(url)
                earlier = archive.memory.known(url)
                found = finding(url, kind, None, via, sources.FIRST_PAGES, now, earlier, again=True)
                self._push(keys=[self.prefix], args=[found])
        self.server.hset(self.key("about"), mapping=about)

    def _tell_known(self) -> None:
        from crawler.distributed import messages
        from crawler.distributed.session import digest

        conn = self.archive.db.conn
        lists = {known.url: messages.dumps(messages.message(known)) for known in self._lists()}
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

    def _lists(self) -> Iterator[Known]:
        run = self.archive.run("channel", self.plan.mode)
        for row in self.archive.db.conn.execute(f"SELECT {COLUMNS} FROM urls WHERE kind <> 'article'"):
            known = Known(*row)
            if known.run != run and known.state != "pending":
                yield known

    def pending(self) -> int:
        """Put into the queue what the archive has pending; return how many URLs."""
        from crawler.distributed import messages

        n = 0
        rows = iter(self.archive.db.conn.execute(f"SELECT {COLUMNS} FROM urls WHERE state = 'pending'"))
        while some := [Known(*row) for row in islice(rows, AT_ONCE)]:
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

    def end(self) -> None:
        """Tell workers that the run is over."""
        self.server.hset(self.key("about"), "state", "finished")
