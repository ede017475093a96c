"""What earlier runs left behind: what hosts asked of us, what runs did, what the articles they brought are like."""

from datetime import date

from sqlite_utils import Database

from archive.url_state.state_rows import HostRow

WHOLE_CYCLE = ("finished", "nothing_new", "degraded")
"""Outcomes of runs that came to their own end; after any other, the next run goes on with the same cycle."""


class History:
    """The tables `hosts`, `runs` and `articles`, as the next run asks them."""

    def __init__(self, db: Database) -> None:
        self._db = db

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

    def published(self, since: date | None, until: date | None) -> list[str]:
        """Return the URLs of the articles published from one day on, before another, in order of their ids."""
        rows = self._db.conn.execute(
            "SELECT u.url FROM articles a JOIN urls u ON u.article = a.id AND u.state <> 'excluded' "
            "WHERE a.date_published >= ? AND a.date_published < ? ORDER BY a.seq",
            (str(since or ""), str(until or "9999")),
        )
        return [url for (url,) in rows]

    def count_published(self, since: date, until: date) -> int:
        """Return how many articles the archive has that were published from one day on, before another."""
        query = "SELECT count(*) FROM articles WHERE date_published >= ? AND date_published < ?"
        return int(self._db.conn.execute(query, (str(since), str(until))).fetchone()[0])

    def newest_article(self) -> str | None:
        """Return when the newest article was published, or None where none has a date."""
        row = self._db.conn.execute("SELECT max(date_published) FROM articles").fetchone()
        return str(row[0]) if row[0] else None

    def lengths_before(self, run: int, limit: int = 500) -> list[int]:
        """Return how many characters the articles have that came last before a run."""
        rows = self._db.conn.execute(
            "SELECT char_count FROM articles WHERE json_extract(provenance, '$.run') < ? ORDER BY seq DESC LIMIT ?",
            (run, limit),
        )
        return [int(row[0] or 0) for row in rows]
