"""What is known of each URL: how it was found, what came of it, or why it is never asked for."""

from typing import Literal

from sqlite_utils import Database

from archive.takedown.tombstones import close, is_forgotten
from archive.url_state.recheck_times import retry_at
from archive.url_state.state_rows import Known, host_in
from kepu.records import Discovery, Visit

COLUMNS = (
    "url, host, kind, article, state, code, priority, found_kind, found_at, title, section, tries, "
    "etag, last_modified, payload_sha256, fetched_at, run"
)
"""Of a Known, in its order."""


class Urls:
    """The table `urls`, as a crawl fills it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known(self, url: str) -> Known | None:
        """Return what is known of a canonical URL, or None where it was never seen."""
        row = self._db.conn.execute(f"SELECT {COLUMNS} FROM urls WHERE url = ?", (url,)).fetchone()
        return Known(*row) if row else None

    def of_kind(self, *kinds: str) -> list[Known]:
        """Return what is known of the URLs of some kinds of list, in the order in which they were found."""
        marks = ", ".join("?" * len(kinds))
        rows = self._db.conn.execute(
            f"SELECT {COLUMNS} FROM urls WHERE kind IN ({marks}) ORDER BY seq", kinds
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

    def visited(self, visit: Visit, *, due_at: str | None = None) -> None:
        """Write down what came of asking for a URL, and when it is due again (`due_at`, or by its state)."""
        tries = 0
        if visit.state in {"failed", "refused"} or visit.code in {"incomplete", "lossy_decode"}:
            known = self.known(visit.url)
            tries = (known.tries if known else 0) + 1
            if due_at is None and (visit.again or visit.state == "refused"):
                due_at = retry_at(visit.at, tries)
        came = (
            visit.state,
            visit.code,
            visit.message,
            visit.article,
            tries,
            visit.status,
            visit.at,
            due_at,
            visit.run,
            visit.etag,
            visit.last_modified,
            visit.payload_sha256,
            visit.url,
        )
        # Nearly always the URL was found before.
        if not self._db.conn.execute(_VISITED, came).rowcount:
            self._db.conn.execute(
                "INSERT INTO urls (url, host, kind, state, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)",
                (visit.url, host_in(visit.url), visit.kind, visit.state, visit.at, visit.at),
            )
            self._db.conn.execute(_VISITED, came)


_VISITED = """
UPDATE urls SET
  state = ?, code = ?, message = ?, article = coalesce(?, article), tries = ?, status = ?, fetched_at = ?,
  due_at = ?, run = ?, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified),
  payload_sha256 = coalesce(?, payload_sha256)
WHERE url = ?
"""
