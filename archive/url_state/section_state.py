"""How far each section of the channel was walked."""

from sqlite_utils import Database

from archive.url_state.state_rows import Walk


class Lists:
    """The table `sections`."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
