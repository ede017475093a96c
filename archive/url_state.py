"""State of URLs: the table `urls` is the crawl's frontier, its set of seen URLs and its resume point.

It is written in the same transactions as the articles, so that the state of a URL and the article stored for it never
disagree. A URL is `pending` until a request for it has an outcome; the outcome is stored with the time of the next
check.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Literal

from sqlite_utils import Database

from archive.recheck_times import format_time, parse_time, retry_at, revisit_at
from archive.revisions import find
from archive.section_lists import UNREAD
from archive.tombstones import close, is_forgotten
from archive.url_records import HostRow, KnownUrl, host_in
from kepu.records import Discovery, Visit

__all__ = [
    "HostRow",
    "KnownUrl",
    "UrlState",
    "format_time",
    "host_in",
    "parse_time",
    "retry_at",
    "revisit_at",
]

COLUMNS = (
    "url, host, kind, article, state, code, priority, found_kind, found_at, title, section, tries, "
    "etag, last_modified, payload_sha256, fetched_at, run"
)
"""The columns of a KnownUrl, in the order of its fields."""

REVISIT_PRIORITY = -10
"""Priority of articles that are re-checked. A new article has 0, so it comes before them."""
AGAIN_PRIORITY = -20
"""Priority of URLs that failed in this run and are retried, after all others."""

TRIES = 3
"""Maximum number of requests that one run makes for a URL that fails."""

STATES = ("pending", "fetched", "unchanged", "gone", "failed", "refused", "excluded")
"""The states of a URL: not requested yet (or again to be requested), stored, unchanged since the last request, missing
on the site (404, 410), failed, refused by robots.txt or the host, never to be requested.
"""

_SOON_BY_STATE = (
    f"state = 'failed' AND tries <= {TRIES} AND code IS NOT 'too_large'",
    "state = 'gone' AND tries = 1",
)
"""Conditions on URLs that the next run requests again, even before they are due."""

WHOLE_CYCLE = ("finished", "nothing_new", "degraded")
"""Outcomes of runs that completed; after any other outcome, the next run continues the same cycle."""


class UrlState:
    """The crawler's memory: URLs, sections, hosts and earlier runs, read and written through one object."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._only = ""
        """A further SQL condition on pending URLs."""

    @property
    def db(self) -> Database:
        """The database that has the tables."""
        return self._db

    # --- what is known of each URL: how it was found, the outcome of its request, or why it is never requested ---

    def known(self, url: str) -> KnownUrl | None:
        """Return what is known about a canonical URL, or None if it was never seen."""
        row = self._db.execute(f"SELECT {COLUMNS} FROM urls WHERE url = ?", (url,)).fetchone()
        return KnownUrl(*row) if row else None

    def of_kind(self, *kinds: str) -> list[KnownUrl]:
        """Return what is known about the URLs of these kinds, in the order in which they were found.

        `article` is not one of the kinds: the others are few and have an index.
        """
        marks = ", ".join("?" * len(kinds))
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM urls WHERE {_IS_LIST} AND kind IN ({marks}) ORDER BY seq", kinds
        )
        return [KnownUrl(*row) for row in rows]

    def urls_of(self, article: str) -> list[str]:
        """Return the URLs under which an article was requested, by its id."""
        rows = self._db.execute(
            "SELECT url FROM urls WHERE article = ? AND state <> 'excluded' ORDER BY seq", (article,)
        )
        return [url for (url,) in rows]

    def url_meant(self, name: str) -> list[str]:
        """Return the URL under which an article was first requested, given its id, the end of it, or any of its URLs.

        The list is empty if the article came from a file. Raises NotFound if the archive has no such article.
        """
        return (self.urls_of(name) or self.urls_of(find(self._db, name)))[:1]

    def found(
        self, url: str, kind: str, *, article: str | None, via: Discovery, now: str, priority: int = 0
    ) -> tuple[Literal["new", "known", "elsewhere"], str | None]:
        """Store a URL that was found; return whether it is new, known, or shows an article found elsewhere.

        An article is requested under one of its URLs; the others become appearances, with a row in `duplicates`. The
        URL of an article that was taken down is excluded, and counts as known. As long as none was requested, the
        alphabetically first URL is chosen, so the choice does not depend on the order in which they are found. With
        `elsewhere`, also return the URL that is not requested.
        """
        updated = self._db.execute(
            "UPDATE urls SET last_seen = ?, section = coalesce(section, ?), "
            "title = CASE WHEN code IS 'forgotten' THEN NULL ELSE coalesce(title, ?) END WHERE url = ?",
            (now, via.section, via.title, url),
        )
        if updated.rowcount:
            return "known", None
        if article and is_forgotten(self._db, article, [], None):
            close(self._db, article, url, now)
            return "known", None
        twin = self._twin(article, url) if article else None
        aside = None
        if twin is not None:
            other, is_waiting = twin
            aside = other if is_waiting and url < other else url
        if aside is not None and aside != url:
            self._db.execute(
                "UPDATE urls SET state = 'excluded', code = 'same_content_id' WHERE url = ?", (aside,)
            )
        state, code = ("excluded", "same_content_id") if aside == url else ("pending", None)
        origin = (via.kind, via.url, via.title, via.section, now, now)
        self._db.execute(
            "INSERT INTO urls (url, host, kind, article, state, code, priority, found_kind, found_at, title, "
            "section, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (url, host_in(url), kind, article, state, code, priority, *origin),
        )
        return ("elsewhere" if aside else "new"), aside

    def _twin(self, article: str, url: str) -> tuple[str, bool] | None:
        """Return the URL under which an article is requested, and whether it is pending for the first time, or None."""
        row = self._db.execute(
            "SELECT url, state = 'pending' AND fetched_at IS NULL AND run IS NULL FROM urls "
            "WHERE article = ? AND state <> 'excluded' "
            "UNION ALL SELECT url, 0 FROM articles WHERE id = ? AND url <> ? LIMIT 1",
            (article, article, url),
        ).fetchone()
        return (str(row[0]), bool(row[1])) if row else None

    def exclude(self, url: str, kind: str, code: str, *, via: Discovery, now: str) -> None:
        """Store a URL that must never be requested, with the reason code; of a known URL only `last_seen` changes."""
        self._db.execute(
            "INSERT INTO urls (url, host, kind, state, code, found_kind, found_at, title, section, first_seen, "
            "last_seen) VALUES (?, ?, ?, 'excluded', ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (url) DO UPDATE SET last_seen = excluded.last_seen",
            (url, host_in(url), kind, code, via.kind, via.url, via.title, via.section, now, now),
        )

    def visited(self, visit: Visit, *, due_at: str | None = None) -> None:
        """Store the outcome of a request, and when the URL is due again.

        That is at `due_at` or, after a failure, at `retry_at`. An article that was never stored and is missing is due
        once more. Without either time, the URL is not requested again.
        """
        tries = 0
        if visit.state in {"failed", "refused"} or visit.code in {"incomplete", "lossy_decode"}:
            known = self.known(visit.url)
            tries = (known.tries if known else 0) + 1
            if due_at is None and (visit.again or visit.state == "refused"):
                due_at = retry_at(visit.at, tries)
        elif visit.state == "gone" and visit.kind == "article" and not self._is_stored(visit.article):
            known = self.known(visit.url)  # an article that was never fetched may be missing by mistake
            tries = (known.tries if known else 0) + 1
            due_at = retry_at(visit.at, tries) if tries == 1 else None  # later re-checks find it
        came = {
            "url": visit.url,
            "state": visit.state,
            "code": visit.code,
            "message": visit.message,
            "article": visit.article,
            "tries": tries,
            "status": visit.status,
            "at": visit.at,
            "due_at": due_at,
            "run": visit.run,
            "etag": visit.etag,
            "last_modified": visit.last_modified,
            "payload_sha256": visit.payload_sha256,
        }
        # Nearly always the URL was found before.
        if not self._db.execute(_VISITED, came).rowcount:
            self._db.execute(
                "INSERT INTO urls (url, host, kind, state, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)",
                (visit.url, host_in(visit.url), visit.kind, visit.state, visit.at, visit.at),
            )
            self._db.execute(_VISITED, came)

    def _is_stored(self, article: str | None) -> bool:
        query = "SELECT 1 FROM articles WHERE id = ?"
        return article is not None and self._db.execute(query, (article,)).fetchone() is not None

    # --- the frontier: which URLs are pending, in their order, and which are due again ---

    def plan(self, url: str, priority: int | None = None) -> None:
        """Mark a known URL as pending again, also if this run has requested it, unless it is excluded."""
        self._db.execute(
            "UPDATE urls SET state = 'pending', due_at = NULL, run = NULL, priority = coalesce(?, priority) "
            "WHERE url = ? AND state <> 'excluded'",
            (priority, url),
        )

    def plan_due(self, now: str) -> int:
        """Mark every URL that is due as pending; return their number.

        URLs that failed in one run only are retried before they are due, since the next run may well succeed. The same
        holds for an article that was missing when it was first requested.
        """
        # One statement would collect the numbers of all rows that are ever due, to count none of them twice.
        return sum(
            self._db.execute(
                "UPDATE urls SET state = 'pending', due_at = NULL, "
                f"priority = CASE kind WHEN 'article' THEN {REVISIT_PRIORITY} ELSE priority END WHERE {condition}",
                values,
            ).rowcount
            for condition, values in (
                ("due_at <= ?", (now,)),
                *((f"{each} AND +due_at IS NOT NULL", ()) for each in _SOON_BY_STATE),
            )
        )

    def plan_again(self, run: int) -> int:
        """Mark URLs as pending again that failed in this run and are worth another try; return their number."""
        return sum(
            self._db.execute(
                f"UPDATE urls SET state = 'pending', due_at = NULL, run = NULL, priority = {AGAIN_PRIORITY} "
                f"WHERE run = ? AND {what} AND +due_at IS NOT NULL AND code IS NOT 'too_large' AND tries <= ?",
                (run, TRIES),
            ).rowcount
            for what in ("state = 'failed'", "code IN ('incomplete', 'lossy_decode')")
        )

    def try_elsewhere(self, article: str) -> None:
        """If an article is gone from the URL under which it was requested, mark another known URL of it as pending."""
        self._db.execute(
            "UPDATE urls SET state = 'pending', code = NULL WHERE seq = (SELECT seq FROM urls "
            "WHERE article = ? AND state = 'excluded' AND code = 'same_content_id' ORDER BY seq LIMIT 1)",
            (article,),
        )

    def only(self, urls: Iterable[str]) -> None:
        """From now on, treat only these URLs as pending, until the archive is closed."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (url TEXT PRIMARY KEY)")
        self._db.conn.executemany("INSERT OR IGNORE INTO temp.wanted VALUES (?)", [(url,) for url in urls])
        self._only = "AND url IN (SELECT url FROM temp.wanted)"

    def pending(self, limit: int, *, host: str, not_in_run: int) -> list[KnownUrl]:
        """Return the next `limit` pending URLs of a host that this run has not requested, by descending priority.

        Among equal priorities the newest article comes first, by the date in its URL. The order in which URLs were
        found does not matter, because it depends on the pace of hosts.
        """
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM urls WHERE state = 'pending' AND host = ? AND run IS NOT ? {self._only} "
            "ORDER BY priority DESC, url DESC LIMIT ?",
            (host, not_in_run, limit),
        )
        return [KnownUrl(*row) for row in rows]

    def handed_out(self, url: str, run: int) -> None:
        """Record that a run requests a URL now; it stays pending until the request has an outcome."""
        self._db.execute("UPDATE urls SET run = ? WHERE url = ?", (run, url))

    def count_pending(self) -> int:
        """Return the number of pending URLs."""
        query = f"SELECT count(*) FROM urls WHERE state = 'pending' {self._only}"
        return int(self._db.execute(query).fetchone()[0])

    def count_states(self) -> dict[str, int]:
        """Return the number of article URLs by state."""
        rows = self._db.execute("SELECT state, count(*) FROM urls WHERE kind = 'article' GROUP BY state")
        found = dict(rows.fetchall())
        return {state: found[state] for state in STATES if state in found}

    def is_complete(self) -> bool:
        """Return whether everything that was found is stored, gone, failed or excluded, and every list was read.

        That is: nothing is pending; the last request for the home page and for each section's first page succeeded;
        every page that a section's pager promised was read or is known to have nothing new; each other source that ever
        answered did so correctly the last time; and every article recorded as stored exists.
        """
        # Each condition has an index of its own; one statement with OR would read all URLs.
        return not any(self._db.execute(f"{query} LIMIT 1").fetchone() for query in (*_UNFINISHED, UNREAD))

    def search_is_whole(self, api: str = "", domain: str | None = None) -> bool:
        """Return whether a search for all articles of a channel was read to its last page, without incomplete pages.

        `api` is the URL of the channel's search; `domain` is the host in its queries if several hosts share it.
        """
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(state IN ('fetched', 'unchanged') AND code IS NULL), 0) FROM urls "
            "WHERE kind = 'search' AND url LIKE '%from=2000-01-01%' AND instr(url, :api) = 1 "
            "AND (:domain IS NULL OR url LIKE '%&domain=' || :domain)",
            {"api": api, "domain": domain},
        ).fetchone()
        return bool(row[0]) and row[0] == row[1]

    def exclude_unserved(self, hosts: Iterable[str]) -> int:
        """Exclude pending URLs on hosts that this channel does not request; return their number.

        A URL excluded in this way becomes pending again when its host is served again.
        """
        served = list(hosts)
        marks = ", ".join("?" * len(served))
        self._db.execute(
            "UPDATE urls SET state = 'pending', code = NULL, message = NULL "
            f"WHERE state = 'excluded' AND code = 'no_queue' AND host IN ({marks})",
            served,
        )
        return self._db.execute(
            "UPDATE urls SET state = 'excluded', code = 'no_queue', "
            "message = 'the channel file names no such host' "
            f"WHERE state = 'pending' AND host NOT IN ({marks})",
            served,
        ).rowcount

    def waiting(self, now: str) -> list[tuple[str, str]]:
        """Return (`pending` or `due`, URL) of everything that a run would request besides its sources, in its order."""
        return self._db.execute(
            "SELECT CASE WHEN state = 'pending' THEN 'pending' ELSE 'due' END, url FROM urls "
            "WHERE state = 'pending' OR due_at <= ? ORDER BY state <> 'pending', priority DESC, seq",
            (now,),
        ).fetchall()

    # --- what earlier runs left: the state of hosts, the runs themselves, the articles they brought ---

    def hosts(self) -> dict[str, HostRow]:
        """Return what is stored about each host, by its name."""
        return {row["host"]: HostRow(**row) for row in self._db.query("SELECT * FROM internal_hosts")}

    def keep_host(self, row: HostRow) -> None:
        """Store what is known about a host now."""
        self._db.table("internal_hosts").insert(asdict(row), replace=True)

    def count_requests(self, run: int, requests: int) -> None:
        """Store the number of requests that a run has made so far."""
        self._db.execute("UPDATE runs SET requests = ? WHERE id = ?", (requests, run))

    def requests_since(self, moment: str, *, before: int) -> int:
        """Return the number of requests of runs that began at `moment` or later, except run `before`."""
        row = self._db.execute(
            "SELECT coalesce(sum(requests), 0) FROM runs WHERE started_at >= ? AND id <> ?", (moment, before)
        ).fetchone()
        return int(row[0])

    def cycle(self, mode: str, before: int) -> int:
        """Return the first run of the present cycle: run `before`, or the first of the runs that it continues.

        A run that was killed, interrupted or out of budget did not complete: the next run of the same mode continues it
        and requests no list twice.
        """
        first = before
        rows = self._db.execute(
            "SELECT id, outcome, mode FROM runs WHERE id < ? AND spider = 'channel' ORDER BY id DESC",
            (before,),
        )
        for run, outcome, its_mode in rows:
            if outcome in WHOLE_CYCLE or its_mode != mode:
                break
            first = run
        return first

    def in_parts(self, urls: Iterable[str]) -> set[str]:
        """Return those of the URLs whose article is stored with further parts.

        Only a request for each part shows whether it changed, since the first part may be unchanged.
        """
        query = (
            "SELECT 1 FROM urls u JOIN articles a ON a.id = u.article "
            "WHERE u.url = ? AND json_array_length(a.parts) > 1"
        )
        return {url for url in urls if self._db.execute(query, (url,)).fetchone()}

    def has_finished_run(self) -> bool:
        """Return whether a crawl of this channel has ever completed."""
        marks = ", ".join("?" * len(WHOLE_CYCLE))
        query = f"SELECT 1 FROM runs WHERE spider = 'channel' AND outcome IN ({marks}) LIMIT 1"
        return self._db.execute(query, WHOLE_CYCLE).fetchone() is not None

    def published(self, since: date | None, until: date | None) -> list[str]:
        """Return the URLs of the articles published from `since` on and before `until`, in the order of storing.

        None sets no bound.
        """
        rows = self._db.execute(
            "SELECT u.url FROM articles a JOIN urls u ON u.article = a.id AND u.state <> 'excluded' "
            "WHERE a.date_published >= ? AND a.date_published < ? ORDER BY a.seq",
            (str(since or ""), str(until or "9999")),
        )
        return [url for (url,) in rows]

    def count_published(self, since: date, until: date) -> int:
        """Return the number of articles published from `since` on and before `until`."""
        dates = [str(since), str(until)]
        return self._db.table("articles").count_where("date_published >= ? AND date_published < ?", dates)

    def count_articles(self) -> int:
        """Return the number of articles in the archive."""
        return self._db.table("articles").count

    def newest_article(self) -> str | None:
        """Return the day on which the newest article was published (`2026-11-19`), or None if no article has a date."""
        row = self._db.execute("SELECT max(date_published) FROM articles").fetchone()
        return str(row[0]) if row[0] else None

    def lengths_before(self, run: int, limit: int = 500) -> list[int]:
        """Return the lengths, in characters, of the last articles stored before a run."""
        rows = self._db.execute(
            "SELECT char_count FROM articles WHERE json_extract(provenance, '$.run') < ? ORDER BY seq DESC LIMIT ?",
            (run, limit),
        )
        return [int(row[0] or 0) for row in rows]


_IS_LIST = "kind <> 'article'"
"""SQL condition of the index urls_lists, without which SQLite cannot use it."""

_UNFINISHED = (
    "SELECT 1 FROM urls WHERE state = 'pending'",
    f"""SELECT 1 FROM urls WHERE {_IS_LIST} AND kind IN ('home', 'section') AND state IN ('failed', 'refused')
      AND (kind = 'home' OR url IN (SELECT url FROM sections WHERE state IN ('pinned', 'known')))""",
    f"""SELECT 1 FROM urls WHERE {_IS_LIST} AND kind IN ('search', 'rolling', 'sitemap', 'sitemap_index')
      AND state = 'failed' AND (code IS NOT 'missing_page' OR kind = 'search' AND url NOT LIKE '%page=1')""",
    """SELECT 1 FROM urls u WHERE kind = 'article' AND state IN ('fetched', 'unchanged')
      AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = u.article)""",
)
"""What makes a crawl incomplete: see UrlState.is_complete."""

_VISITED = """
UPDATE urls SET
  state = :state, code = :code, message = :message, article = coalesce(:article, article), tries = :tries,
  status = :status, fetched_at = :at, due_at = :due_at, run = :run,
  etag = CASE :state WHEN 'fetched' THEN :etag WHEN 'unchanged' THEN coalesce(:etag, etag) END,
  last_modified = CASE :state
    WHEN 'fetched' THEN :last_modified WHEN 'unchanged' THEN coalesce(:last_modified, last_modified) END,
  payload_sha256 = CASE WHEN :state IN ('fetched', 'unchanged') THEN coalesce(:payload_sha256, payload_sha256) END
WHERE url = :url
"""
"""Validators are stored only from complete responses: a 304 for those of a truncated page would keep the loss for ever.
"""
