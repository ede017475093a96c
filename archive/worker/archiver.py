"""The one process that owns the archive of many workers: it begins a run in Redis, and keeps what comes of it.

An entry of the stream is in the archive when the transaction that holds it is: the id of the last one is written in
the same transaction (`streams`), and only what was committed is trimmed. Killed anywhere, it goes on from there.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from archive.language import Text, say
from archive.memory import Walk
from archive.store import Store
from archive.worker import limits
from archive.worker.feed import Feed
from archive.worker.hosts import Keeper
from archive.worker.limits import PATIENCE
from crawler import endings, settings
from crawler.items import Article, Discovery
from crawler.outcome import Report
from crawler.tally import Tally

BATCH = 500
WAIT_MS = 1000
ROUNDS = 3
"""How often a run asks for what fails."""

WAITING = Text(
    "interrupted: workers go on, and what they fetch waits in Redis; start it again, and it goes on"
)


class Archiver:
    """A `Store` fed from a stream."""

    def __init__(
        self, archive: Store, server: Any, feed: Feed, tell: Callable[[str], Any], *, url: str = "Redis"
    ) -> None:
        self.archive, self.server, self.feed, self.tell, self._url = archive, server, feed, tell, url
        row = archive.db.conn.execute("SELECT last FROM streams").fetchone()
        self.last = str(row[0])
        self._hosts = Keeper(archive, server, feed.prefix)
        self._rounds = 1
        self._untrimmed = False
        """Whether entries that were kept may still be in the stream."""
        self._tally = Tally("channel", str(archive.path))
        archive.kept.update(self._tally.restore(archive.report_so_far()))
        self._is_ending = False
        archive.batch = 2 * BATCH  # a step commits by itself

    def work(self) -> None:
        """Keep what comes, until all is done; wait for a Redis that is away.

        Raises what Redis raises, once it has been away for `KEPU_PATIENCE` seconds, and ArchiveError. Ctrl-C ends it
        between two transactions; the run goes on.
        """
        import redis

        from crawler.distributed.connection import explain

        away_since: float | None = None
        while True:
            try:
                is_over = self._turn()
            except KeyboardInterrupt:
                self.archive.rollback()
                self._tally.end("shutdown", WAITING)
                return
            except redis.AuthenticationError:
                raise
            except (redis.ConnectionError, redis.TimeoutError, redis.OutOfMemoryError) as error:
                now = time.monotonic()
                if away_since is None:
                    away_since = now
                    self.tell(
                        say("{trouble} The archiver waits for it.", trouble=explain(error, self._url).said())
                    )
                elif now - away_since > PATIENCE:
                    raise
                time.sleep(WAIT_MS / 1000)
                continue
            if away_since is not None:
                away_since = None
                self.tell(say("Redis is back"))
            if is_over:
                return

    def _turn(self) -> bool:
        """Do what is next; return whether the run is over. Done again from its beginning, it does no harm."""
        if not self.feed.is_ours():
            self.tell(say("Redis came back empty: what was pending is put there again from the archive"))
            self.feed.begin(resumed=True)
        requests = self.feed.counts()["requests"]
        if self._hosts.is_due():
            self._hosts.save()
            with self.archive.remembering() as memory:
                memory.count_requests(self.feed.run, requests)
        if not self._is_ending and (end := limits.heed(self.archive, self.feed, requests)):
            self._is_ending = True
            self._tally.end(*end)
            self.feed.hold()
        if self.step():
            return False
        if self._is_ending:
            is_over = not self.feed.in_flight() and not self.server.xlen(self.feed.key("items"))
        else:
            is_over = self.is_idle() and not self.another_round()
        if is_over:
            self._hosts.save()
            self.feed.end()
        return is_over

    def step(self) -> int:
        """Keep one batch; return how many entries it had."""
        answer = self.server.xread({self.feed.key("items"): self.last}, count=BATCH, block=WAIT_MS)
        entries = answer[0][1] if answer else []
        for name, fields in entries:
            with self.archive.remembering():
                self.archive.db.conn.execute("UPDATE streams SET last = ?", (name.decode(),))
            self.take(fields)
            self.last = name.decode()
        if entries:
            self.archive.note_report(self._tally.saved(self.archive.kept))
            self.archive.commit()
        if entries or self._untrimmed:
            self._untrimmed = True
            ms, _, n = self.last.partition("-")
            self.server.xtrim(self.feed.key("items"), minid=f"{ms}-{int(n) + 1}", approximate=False)
            self._untrimmed = False
        return len(entries)

    def take(self, fields: dict[bytes, bytes]) -> None:
        """Write one entry into the archive."""
        from crawler.distributed import messages

        kind, data = fields[b"k"], fields[b"d"]
        if kind == b"item":
            item, captures = messages.unpack(data)
            if isinstance(item, Article):
                self._tally.article(item)
                self._tally.kept(item, self.archive.put(item, captures))
            else:
                if self._tally.visit(item):
                    self._tally.fail(item.url, item.code or item.state, item.message or item.state)
                self.archive.note(item, captures)
            return
        told = orjson.loads(data)
        if kind == b"found":
            self._found(told, fields[b"t"].decode(), is_asked=fields[b"r"] == b"new")
        elif kind == b"exclude":
            self.archive.exclude(told["url"], told["kind"], told["code"], Discovery(**told["via"]))
        elif kind == b"section":
            with self.archive.remembering() as memory:
                memory.section(told["url"], node=told["node"], title=told["title"], now=told["now"])
        elif kind == b"walk":
            with self.archive.remembering() as memory:
                memory.walked(Walk(**told))

    def _found(self, told: dict[str, Any], asked: str, *, is_asked: bool) -> None:
        """Write down a URL, and whether it is asked; `asked` is the other URL of its article, handed out already."""
        if asked:
            self.archive.handed_out(asked)
        answer = self.archive.found(
            told["url"],
            told["kind"],
            article=told["article"],
            via=Discovery(**told["via"]),
            priority=told["priority"],
        )
        if answer == "known" and told["kind"] != "article" and is_asked:
            self.archive.plan(told["url"], priority=told["priority"])

    def is_idle(self) -> bool:
        """Whether nothing is queued, being asked, or waiting to be kept."""
        return self.feed.left() == 0 and not self.server.xlen(self.feed.key("items"))

    def another_round(self) -> bool:
        """Put into the queue once more what failed and may yet come right; return whether there is any."""
        if self._rounds >= ROUNDS:
            return False
        self.archive.plan_again()
        self.archive.commit()
        waiting = self.feed.pending()
        self._rounds += 1
        return waiting > 0

    def report(self) -> Report:
        """Complete the report of the run, write it down, and return it."""
        report, archive, feed = self._tally.report, self.archive, self.feed
        counts = feed.counts()
        report.requests, report.bytes, report.pages = counts["requests"], counts["bytes"], counts["pages"]
        report.seconds = round(feed.seconds(), 3)
        self._tally.complete(archive.kept)
        if report.outcome == "shutdown":
            return report
        if not report.pages:
            nothing = feed.plan.mode == "recheck" and not archive.memory.count_pending()
            code = (
                ("nothing_new", endings.NOTHING_TO_RECHECK)
                if nothing
                else ("unreachable", endings.UNREACHABLE)
            )
            self._tally.end(*code)
        self._tally.complete_crawl(
            archive.memory, feed.plan.mode, limits.closed(feed), run=feed.run, now=datetime.now(UTC),
            share=settings.KEPU_ALARM_SHARE, days=settings.KEPU_ALARM_DAYS,
        )  # fmt: skip
        self._tally.settle(files=False)
        with archive.remembering() as memory:
            memory.count_requests(feed.run, report.requests)
        archive.finish_run(report.outcome, report.status, report.as_dict())
        archive.commit()
        return report


def archive_worker(
    archive: Store,
    server: Any,
    *,
    url: str,
    prefix: str,
    channel: str,
    plan: dict[str, Any],
    tell: Callable[[str], Any],
) -> Report:
    """Own a run from its beginning to its end, or go on with the one in Redis; return what it did.

    Raises ValueError for a plan that is not understood.
    """
    feed = Feed(archive, server, prefix, channel, plan)
    tell(feed.start())
    archiver = Archiver(archive, server, feed, tell, url=url)
    archiver.work()
    return archiver.report()
