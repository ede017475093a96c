"""What the archive knows of URLs: the table `urls` is the crawl's frontier, its seen-set and its resume point.

It is written in the same transactions as the articles, so that what is known of a URL and what is kept of its
article never part. A URL is `pending` until something came of it; what came of it stays beside the next plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler.items import Discovery, Visit

REVISIT_FIRST = timedelta(days=1)
REVISIT_LAST = timedelta(days=180)
"""An article is asked for again when half its age has gone by, but within these bounds: edits come early."""

RETRY_FIRST = timedelta(hours=1)
RETRY_LAST = timedelta(days=30)
"""What failed is asked for again after this long, doubled with each failure up to the last."""

REVISIT_PRIORITY = -10
AGAIN_PRIORITY = -20
"""What is new comes before what was had already, and that before what failed a moment ago."""

WHOLE_CYCLE = ("finished", "nothing_new", "degraded")
"""Outcomes of runs that came to their own end; after any other, the next run goes on with the same cycle."""

_COLUMNS = (
    "url, host, kind, article, state, code, priority, found_kind, found_at, title, section, tries, "
    "etag, last_modified, payload_sha256, fetched_at, run"
)


@dataclass(slots=True)
class Known:
    """What is known of one URL."""

    url: str
    host: str
    kind: str
    article: str | None
    state: str
    code: str | None
    """Why the last answer was of no use; None where it was."""
    priority: int
    found_kind: str | None
    found_at: str | None
    title: str | None
    section: str | None
    tries: int
    etag: str | None
    last_modified: str | None
    payload_sha256: str | None
    fetched_at: str | None
    run: int | None
    """The run that asked for it last."""

    @property
    def had(self) -> bool:
        """Whether the last answer was good, so that the same answer again needs no second look."""
        return self.fetched_at is not None and self.code is None


@dataclass(slots=True)
class Walk:
    """How far the list of a section was walked."""

    url: str
    """Of its first page."""
    page: int = 0
    """The page that was looked at last, of those furthest in."""
    step: int = 1
    """How many pages on the next look goes."""
    stale: int = 0
    """Pages in a row that named nothing new."""
    digest: str | None = None
    """Of the articles that the last page named."""
    ended_at: str | None = None
    """When its last page was reached; None: never yet."""


@dataclass(slots=True)
class HostRow:
    """What is kept of a host from run to run; times are seconds since 1970."""

    host: str
    asked_at: float | None = None
    rest_until: float | None = None
    refusals: int = 0
    robots_at: float | None = None
    robots_status: int | None = None
    robots: bytes | None = None


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


def host_in(url: str) -> str:
    """Return the host of a URL, or an empty text."""
    return urlsplit(url).hostname or ""


class Memory:
    """The one object through which the crawler knows the archive."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._only = ""
        """A further condition on what is pending."""

    # --- URLs ----------------------------------------------------------------------------------------------

    def known(self, url: str) -> Known | None:
        """Return what is known of a canonical URL, or None where it was never seen."""
        row = self._db.conn.execute(f"SELECT {_COLUMNS} FROM urls WHERE url = ?", (url,)).fetchone()
        return Known(*row) if row else None

    def of_kind(self, *kinds: str) -> list[Known]:
        """Return what is known of the URLs of some kinds of list, in the order in which they were found."""
        marks = ", ".join("?" * len(kinds))
        rows = self._db.conn.execute(
            f"SELECT {_COLUMNS} FROM urls WHERE kind IN ({marks}) ORDER BY seq", kinds
        )
        return [Known(*row) for row in rows]

    def urls_of(self, article: str) -> list[str]:
        """Return the URLs under which an article was asked for, by its id."""
        rows = self._db.conn.execute(
            "SELECT url FROM urls WHERE article = ? AND state <> 'excluded' ORDER BY seq", (article,)
        )
        return [url for (url,) in rows]

    def was_had(self, url: str) -> bool:
        """Return whether something came of a canonical URL before, or it is never to be asked for."""
        row = self._db.conn.execute(
            "SELECT 1 FROM urls WHERE url = ? AND (fetched_at IS NOT NULL OR state = 'excluded')", (url,)
        ).fetchone()
        return row is not None

    def found(
        self, url: str, kind: str, *, article: str | None, via: Discovery, now: str, priority: int = 0
    ) -> tuple[Literal["new", "known", "elsewhere"], str | None]:
        """Write down that `url` was found; return whether it is new, known, or shows an article found elsewhere.

        An article is asked for under one of its URLs; the others become appearances of it, and a row of `duplicates`
        says so. Which one, does not depend on the order in which they are found while none was asked for yet: the
        first by the alphabet. With `elsewhere` comes the URL that is not asked for.
        """
        updated = self._db.conn.execute(
            "UPDATE urls SET last_seen = ?, section = coalesce(section, ?), title = coalesce(title, ?) WHERE url = ?",
            (now, via.section, via.title, url),
        )
        if updated.rowcount:
            return "known", None
        twin = self._twin(article, url) if article else None
        aside = None
        if twin is not None:
            other, is_waiting = twin
            aside = other if is_waiting and url < other else url
        if aside is not None and aside != url:
            self._db.conn.execute(
                "UPDATE urls SET state = 'excluded', code = 'same_content_id' WHERE url = ?", (aside,)
            )
        state, code = ("excluded", "same_content_id") if aside == url else ("pending", None)
        origin = (via.kind, via.url, via.title, via.section, now, now)
        self._db.conn.execute(
            "INSERT INTO urls (url, host, kind, article, state, code, priority, found_kind, found_at, title, "
            "section, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (url, host_in(url), kind, article, state, code, priority, *origin),
        )
        return ("elsewhere" if aside else "new"), aside

    def _twin(self, article: str, url: str) -> tuple[str, bool] | None:
        """Return the URL under which an article is asked for, and whether it waits for its first time; None: none."""
        row = self._db.conn.execute(
            "SELECT url, state = 'pending' AND fetched_at IS NULL AND run IS NULL FROM urls "
            "WHERE article = ? AND state <> 'excluded' "
            "UNION ALL SELECT url, 0 FROM articles WHERE id = ? AND url <> ? LIMIT 1",
            (article, article, url),
        ).fetchone()
        return (str(row[0]), bool(row[1])) if row else None

    def exclude(self, url: str, kind: str, code: str, *, via: Discovery, now: str) -> None:
        """Write down a URL that is never to be asked for, and why."""
        self._db.conn.execute(
            "INSERT INTO urls (url, host, kind, state, code, found_kind, found_at, title, section, first_seen, "
            "last_seen) VALUES (?, ?, ?, 'excluded', ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (url) DO UPDATE SET last_seen = excluded.last_seen",
            (url, host_in(url), kind, code, via.kind, via.url, via.title, via.section, now, now),
        )

    # --- what is to be asked for ---------------------------------------------------------------------------

    def plan(self, url: str, priority: int | None = None) -> None:
        """Make a known URL pending again, unless it is excluded."""
        self._db.conn.execute(
            "UPDATE urls SET state = 'pending', due_at = NULL, priority = coalesce(?, priority) "
            "WHERE url = ? AND state <> 'excluded'",
            (priority, url),
        )

    def plan_due(self, now: str) -> int:
        """Make pending every URL whose time has come; return how many there are."""
        return self._db.conn.execute(
            "UPDATE urls SET state = 'pending', due_at = NULL, "
            f"priority = CASE kind WHEN 'article' THEN {REVISIT_PRIORITY} ELSE priority END WHERE due_at <= ?",
            (now,),
        ).rowcount

    def plan_again(self, run: int) -> int:
        """Make pending once more what failed in this run and may yet come right; return how many there are."""
        return self._db.conn.execute(
            f"UPDATE urls SET state = 'pending', due_at = NULL, run = NULL, priority = {AGAIN_PRIORITY} "
            "WHERE run = ? AND due_at IS NOT NULL AND (state = 'failed' OR code IN ('incomplete', 'lossy_decode'))",
            (run,),
        ).rowcount

    def try_elsewhere(self, article: str) -> None:
        """Make pending another URL of an article that is gone from where it was asked for, if one is known."""
        self._db.conn.execute(
            "UPDATE urls SET state = 'pending', code = NULL WHERE seq = (SELECT seq FROM urls "
            "WHERE article = ? AND state = 'excluded' AND code = 'same_content_id' ORDER BY seq LIMIT 1)",
            (article,),
        )

    def only(self, urls: Iterable[str]) -> None:
        """From now on, count as pending these URLs alone (until the archive is closed)."""
        self._db.conn.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (url TEXT PRIMARY KEY)")
        self._db.conn.executemany("INSERT OR IGNORE INTO temp.wanted VALUES (?)", [(url,) for url in urls])
        self._only = "AND url IN (SELECT url FROM temp.wanted)"

    def pending(self, limit: int, *, host: str, not_in_run: int) -> list[Known]:
        """Return the next `limit` URLs of a host, the most urgent first, but for those this run has asked for.

        Among equals the newest article comes first, as its URL has the date; the order in which they were found, which
        depends on the pace of hosts, does not matter.
        """
        rows = self._db.conn.execute(
            f"SELECT {_COLUMNS} FROM urls WHERE state = 'pending' AND host = ? AND run IS NOT ? {self._only} "
            "ORDER BY priority DESC, url DESC LIMIT ?",
            (host, not_in_run, limit),
        )
        return [Known(*row) for row in rows]

    def handed_out(self, url: str, run: int) -> None:
        """Write down that a run asks for a URL now: it stays pending until something has come of it."""
        self._db.conn.execute("UPDATE urls SET run = ? WHERE url = ?", (run, url))

    def count_pending(self) -> int:
        """Return how many URLs are to be asked for."""
        query = f"SELECT count(*) FROM urls WHERE state = 'pending' {self._only}"
        return int(self._db.conn.execute(query).fetchone()[0])

    def count_states(self) -> dict[str, int]:
        """Return how many article URLs are in each state."""
        return dict(
            self._db.conn.execute("SELECT state, count(*) FROM urls WHERE kind = 'article' GROUP BY state")
        )

    def is_complete(self) -> bool:
        """Return whether all that was found is stored, gone, failed or excluded, and every list was read.

        That is: nothing is pending, no list of the channel failed, and what is said to be stored is there.
        """
        unfinished = (
            "SELECT 1 FROM urls u WHERE state = 'pending' "
            "OR (kind IN ('home', 'section') AND state IN ('failed', 'refused')) "
            "OR (kind = 'article' AND state IN ('fetched', 'unchanged') "
            "    AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = u.article)) LIMIT 1"
        )
        return self._db.conn.execute(unfinished).fetchone() is None

    # --- what came of it -----------------------------------------------------------------------------------

    def visited(self, visit: Visit, *, due_at: str | None = None) -> None:
        """Write down what came of asking for a URL, and when it is due again (`due_at`, or by its state)."""
        tries = 0
        if visit.state in {"failed", "refused"} or visit.code in {"incomplete", "lossy_decode"}:
            known = self.known(visit.url)
            tries = (known.tries if known else 0) + 1
            if due_at is None and (visit.again or visit.state == "refused"):
                due_at = retry_at(visit.at, tries)
        values: dict[str, Any] = {
            "url": visit.url,
            "host": host_in(visit.url),
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

    # --- sections ------------------------------------------------------------------------------------------

    def section(self, url: str, *, node: str | None, title: str | None, now: str) -> bool:
        """Write down a section by the URL of its first page; return whether it is new."""
        added = self._db.conn.execute(
            "INSERT OR IGNORE INTO sections (url, node, title, first_seen) VALUES (?, ?, ?, ?)",
            (url, node, title, now),
        )
        return added.rowcount > 0

    def sections(self) -> list[tuple[str, str | None]]:
        """Return (URL of the first page, title) of the sections that are known."""
        return self._db.conn.execute("SELECT url, title FROM sections ORDER BY first_seen, url").fetchall()

    def published(self, since: date | None, until: date | None) -> list[str]:
        """Return the URLs of the articles published from one day on, before another, in order of their ids."""
        rows = self._db.conn.execute(
            "SELECT u.url FROM articles a JOIN urls u ON u.article = a.id AND u.state <> 'excluded' "
            "WHERE a.date_published >= ? AND a.date_published < ? ORDER BY a.seq",
            (str(since or ""), str(until or "9999")),
        )
        return [url for (url,) in rows]

    def waiting(self, now: str) -> list[tuple[str, str]]:
        """Return (`pending` or `due`, URL) of all that a run would ask for beside its sources, in its order."""
        return self._db.conn.execute(
            "SELECT CASE WHEN state = 'pending' THEN 'pending' ELSE 'due' END, url FROM urls "
            "WHERE state = 'pending' OR due_at <= ? ORDER BY state <> 'pending', priority DESC, seq",
            (now,),
        ).fetchall()

    def count_published(self, since: date, until: date) -> int:
        """Return how many articles the archive has that were published from one day on, before another."""
        query = "SELECT count(*) FROM articles WHERE date_published >= ? AND date_published < ?"
        return int(self._db.conn.execute(query, (str(since), str(until))).fetchone()[0])

    def count_sections(self) -> int:
        """Return how many sections are known."""
        return int(self._db.conn.execute("SELECT count(*) FROM sections").fetchone()[0])

    def walk(self, url: str) -> Walk:
        """Return how far the section with this first page was walked."""
        row = self._db.conn.execute(
            "SELECT url, page, step, stale, digest, ended_at FROM sections WHERE url = ?", (url,)
        ).fetchone()
        return Walk(*row) if row else Walk(url)

    def walked(self, walk: Walk) -> None:
        """Write down how far a section was walked."""
        self._db.conn.execute(
            "UPDATE sections SET page = ?, step = ?, stale = ?, digest = ?, ended_at = ? WHERE url = ?",
            (walk.page, walk.step, walk.stale, walk.digest, walk.ended_at, walk.url),
        )

    # --- hosts and runs ------------------------------------------------------------------------------------

    def hosts(self) -> dict[str, HostRow]:
        """Return what is kept of each host, by its name."""
        rows = self._db.conn.execute(
            "SELECT host, asked_at, rest_until, refusals, robots_at, robots_status, robots FROM hosts"
        )
        return {row[0]: HostRow(*row) for row in rows}

    def keep_host(self, row: HostRow) -> None:
        """Write down what is known of a host now."""
        self._db.conn.execute(
            "INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                row.host,
                row.asked_at,
                row.rest_until,
                row.refusals,
                row.robots_at,
                row.robots_status,
                row.robots,
            ),
        )

    def count_requests(self, run: int, requests: int) -> None:
        """Write down how many requests a run has made so far."""
        self._db.conn.execute("UPDATE runs SET requests = ? WHERE id = ?", (requests, run))

    def requests_since(self, moment: str, *, before: int) -> int:
        """Return how many requests were made by runs that began at a moment or later, but for run `before`."""
        row = self._db.conn.execute(
            "SELECT coalesce(sum(requests), 0) FROM runs WHERE started_at >= ? AND id <> ?", (moment, before)
        ).fetchone()
        return int(row[0])

    def lengths_before(self, run: int, limit: int = 500) -> list[int]:
        """Return how many characters the articles have that came last before a run."""
        rows = self._db.conn.execute(
            "SELECT char_count FROM articles WHERE json_extract(provenance, '$.run') < ? ORDER BY seq DESC LIMIT ?",
            (run, limit),
        )
        return [int(row[0] or 0) for row in rows]

    def newest_article(self) -> str | None:
        """Return when the newest article was published, or None where none has a date."""
        row = self._db.conn.execute("SELECT max(date_published) FROM articles").fetchone()
        return str(row[0]) if row[0] else None

    def cycle(self, mode: str, before: int) -> int:
        """Return the first run of the present cycle: run `before`, or the first of those that it goes on from.

        A run that was killed, interrupted or out of budget has not come to its end: the next run of its mode goes
        on from there and asks no list twice.
        """
        first = before
        rows = self._db.conn.execute(
            "SELECT id, outcome, mode FROM runs WHERE id < ? AND spider = 'channel' ORDER BY id DESC",
            (before,),
        )
        for run, outcome, its_mode in rows:
            if outcome in WHOLE_CYCLE or its_mode != mode:
                break
            first = run
        return first


_VISITED = """
INSERT INTO urls (url, host, kind, article, state, code, message, tries, status, fetched_at, due_at, run,
                  etag, last_modified, payload_sha256, first_seen, last_seen)
VALUES (:url, :host, :kind, :article, :state, :code, :message, :tries, :status, :fetched_at, :due_at, :run,
        :etag, :last_modified, :payload_sha256, :fetched_at, :fetched_at)
ON CONFLICT (url) DO UPDATE SET
  state = excluded.state, code = excluded.code, message = excluded.message, tries = excluded.tries,
  article = coalesce(excluded.article, article),
  status = excluded.status, fetched_at = excluded.fetched_at, due_at = excluded.due_at, run = excluded.run,
  etag = coalesce(excluded.etag, etag), last_modified = coalesce(excluded.last_modified, last_modified),
  payload_sha256 = coalesce(excluded.payload_sha256, payload_sha256)
"""
