"""What the archive knows of URLs: the table `urls` is the crawl's frontier, its seen-set and its resume point.

It is written in the same transactions as the articles, so that what is known of a URL and what is kept of its
article never part. A URL is `pending` until something came of it; what came of it stays beside the next plan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from crawler.items import Discovery, Visit

REVISIT_FIRST = timedelta(days=1)
REVISIT_LAST = timedelta(days=180)
"""An article is asked for again when half its age has gone by, but within these bounds: edits come early."""

RETRY_FIRST = timedelta(hours=1)
RETRY_LAST = timedelta(days=30)
"""What failed is asked for again after this long, doubled with each failure up to the last."""

_COLUMNS = (
    "url, kind, article, state, priority, found_kind, found_at, title, section, tries, "
    "etag, last_modified, payload_sha256, run"
)


@dataclass(slots=True)
class Known:
    """What is known of one URL."""

    url: str
    kind: str
    article: str | None
    state: str
    priority: int
    found_kind: str | None
    found_at: str | None
    title: str | None
    section: str | None
    tries: int
    etag: str | None
    last_modified: str | None
    payload_sha256: str | None
    run: int | None
    """The run that asked for it last."""


def parse_time(text: str) -> datetime:
    """Return the moment of an ISO 8601 text in UTC, as this archive writes them (`…Z`)."""
    return datetime.fromisoformat(text)


def format_time(moment: datetime) -> str:
    """Return a moment as this archive writes it: `2026-11-23T18:07:48Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def revisit_at(fetched_at: str, published: str | None) -> str:
    """Return when an article is to be asked for again, given when it was fetched and when it was published."""
    fetched = parse_time(fetched_at)
    age = REVISIT_FIRST
    if published is not None:
        born = datetime.fromisoformat(published)
        age = fetched - (born if born.tzinfo else born.replace(tzinfo=fetched.tzinfo))
    return format_time(fetched + min(max(age / 2, REVISIT_FIRST), REVISIT_LAST))


def retry_at(failed_at: str, tries: int) -> str:
    """Return when a URL that failed for the `tries`-th time in a row is to be asked for again."""
    pause = min(RETRY_FIRST * 2 ** min(tries - 1, 20), RETRY_LAST)
    return format_time(parse_time(failed_at) + pause)


class Memory:
    """The one object through which the crawler knows the archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known(self, url: str) -> Known | None:
        """Return what is known of a canonical URL, or None where it was never seen."""
        row = self._db.conn.execute(f"SELECT {_COLUMNS} FROM urls WHERE url = ?", (url,)).fetchone()
        return Known(*row) if row else None

    def found(
        self, url: str, kind: str, *, article: str | None, via: Discovery, now: str, priority: int = 0
    ) -> Literal["new", "known", "elsewhere"]:
        """Write down that `url` was found; return whether it is new, known, or shows an article had elsewhere.

        A second URL of an article that is already planned or kept under another is not asked for: it becomes an
        appearance of that article, and a row of `duplicates` says so.
        """
        updated = self._db.conn.execute(
            "UPDATE urls SET last_seen = ?, section = coalesce(section, ?), title = coalesce(title, ?) WHERE url = ?",
            (now, via.section, via.title, url),
        )
        if updated.rowcount:
            return "known"
        twin = (
            article
            and self._db.conn.execute(
                "SELECT 1 FROM urls WHERE article = ? AND state <> 'excluded' "
                "UNION ALL SELECT 1 FROM articles WHERE id = ? AND url <> ? LIMIT 1",
                (article, article, url),
            ).fetchone()
        )
        state, code = ("excluded", "same_content_id") if twin else ("pending", None)
        self._db.conn.execute(
            "INSERT INTO urls (url, kind, article, state, code, priority, found_kind, found_at, title, section, "
            "first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (url, kind, article, state, code, priority, via.kind, via.url, via.title, via.section, now, now),
        )
        return "elsewhere" if twin else "new"

    def exclude(self, url: str, kind: str, code: str, *, via: Discovery, now: str) -> None:
        """Write down a URL that is never to be asked for, and why."""
        self._db.conn.execute(
            "INSERT INTO urls (url, kind, state, code, found_kind, found_at, title, section, first_seen, last_seen) "
            "VALUES (?, ?, 'excluded', ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (url) DO UPDATE SET last_seen = excluded.last_seen",
            (url, kind, code, via.kind, via.url, via.title, via.section, now, now),
        )

    def plan(self, url: str) -> None:
        """Make a known URL pending again."""
        self._db.conn.execute("UPDATE urls SET state = 'pending' WHERE url = ?", (url,))

    def plan_due(self, now: str) -> int:
        """Make pending every URL whose time has come; return how many there are."""
        return self._db.conn.execute(
            "UPDATE urls SET state = 'pending', due_at = NULL WHERE due_at <= ?", (now,)
        ).rowcount

    def pending(self, limit: int, *, not_in_run: int) -> list[Known]:
        """Return the next `limit` URLs to ask for, the most urgent first, but for those this run has asked for."""
        rows = self._db.conn.execute(
            f"SELECT {_COLUMNS} FROM urls WHERE state = 'pending' AND run IS NOT ? "
            "ORDER BY priority DESC, seq LIMIT ?",
            (not_in_run, limit),
        )
        return [Known(*row) for row in rows]

    def handed_out(self, url: str, run: int) -> None:
        """Write down that a run asks for a URL now: it stays pending until something has come of it."""
        self._db.conn.execute("UPDATE urls SET run = ? WHERE url = ?", (run, url))

    def count_pending(self) -> int:
        """Return how many URLs are to be asked for."""
        return int(self._db.conn.execute("SELECT count(*) FROM urls WHERE state = 'pending'").fetchone()[0])

    def count_states(self) -> dict[str, int]:
        """Return how many article URLs are in each state."""
        return dict(
            self._db.conn.execute("SELECT state, count(*) FROM urls WHERE kind = 'article' GROUP BY state")
        )

    def visited(self, visit: Visit, *, due_at: str | None = None) -> None:
        """Write down what came of asking for a URL, and when it is due again (`due_at`, or by its state)."""
        known = self.known(visit.url)
        tries = (known.tries if known else 0) + 1 if visit.state in {"failed", "refused"} else 0
        if (
            due_at is None
            and visit.state in {"failed", "refused"}
            and (visit.again or visit.state == "refused")
        ):
            due_at = retry_at(visit.at, tries)
        values: dict[str, Any] = {
            "url": visit.url,
            "kind": visit.kind,
            "article": visit.article,
            "state": visit.state,
            "code": visit.code,
            "message": visit.message,
            "tries": tries,
            "status": visit.status,
            "fetched_at": visit.at,
            "due_at": due_at,
            "run": visit.run,
            "etag": visit.etag,
            "last_modified": visit.last_modified,
            "payload_sha256": visit.payload_sha256,
        }
        self._db.conn.execute(_VISITED, values)


_VISITED = """
INSERT INTO urls (url, kind, article, state, code, message, tries, status, fetched_at, due_at, run,
                  etag, last_modified, payload_sha256, first_seen, last_seen)
VALUES (:url, :kind, :article, :state, :code, :message, :tries, :status, :fetched_at, :due_at, :run,
        :etag, :last_modified, :payload_sha256, :fetched_at, :fetched_at)
ON CONFLICT (url) DO UPDATE SET
  state = excluded.state, code = excluded.code, message = excluded.message, tries = excluded.tries,
  article = coalesce(excluded.article, article),
  status = excluded.status, fetched_at = excluded.fetched_at, due_at = excluded.due_at, run = excluded.run,
  etag = coalesce(excluded.etag, etag), last_modified = coalesce(excluded.last_modified, last_modified),
  payload_sha256 = coalesce(excluded.payload_sha256, payload_sha256)
"""
