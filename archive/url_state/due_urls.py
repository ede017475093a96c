"""What is to be asked for: the URLs that are pending, in their order, and those whose time has come again."""

from collections.abc import Iterable

from sqlite_utils import Database

from archive.url_state.state_rows import Known
from archive.url_state.url_outcomes import COLUMNS

REVISIT_PRIORITY = -10
AGAIN_PRIORITY = -20
"""What is new comes before what was had already, and that before what failed a moment ago."""


class Frontier:
    """The table `urls`, as a crawl asks it for work."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._only = ""
        """A further condition on what is pending."""

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
            f"SELECT {COLUMNS} FROM urls WHERE state = 'pending' AND host = ? AND run IS NOT ? {self._only} "
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

    def waiting(self, now: str) -> list[tuple[str, str]]:
        """Return (`pending` or `due`, URL) of all that a run would ask for beside its sources, in its order."""
        return self._db.conn.execute(
            "SELECT CASE WHEN state = 'pending' THEN 'pending' ELSE 'due' END, url FROM urls "
            "WHERE state = 'pending' OR due_at <= ? ORDER BY state <> 'pending', priority DESC, seq",
            (now,),
        ).fetchall()
