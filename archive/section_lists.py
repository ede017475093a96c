"""The sections of the channel and the pages of their lists: which exist, which were promised, and which were read.

Functions over the tables `sections` (a row per section) and `internal_list_pages` (a row per page that was read or
skipped). A walk through a list has ended when every page that was ever promised has such a row.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import orjson
from sqlite_utils import Database

from kepu import urls

PINNED, KNOWN, CANDIDATE, DROPPED = "pinned", "known", "candidate", "dropped"
"""States of a section: requested in every run; requested depending on its yield; linked to but not requested; never
requested.
"""

HABIT = 2
"""Number of pages of a list that show the same other node as their own, from which that node counts as the list's own.
"""

HABIT_OF_ONE = 6
"""The same for a single page: how often it must have shown that node, which takes at least two runs."""


@dataclass(frozen=True, slots=True)
class SectionWalk:
    """The progress of reading a section's list: which pages were promised, read and skipped."""

    url: str
    """URL of its first page."""
    promised: int = 1
    """The highest page number that a valid page ever linked to."""
    read: frozenset[int] = frozenset()
    """Numbers of the pages that were read."""
    skipped: frozenset[int] = frozenset()
    """Pages skipped because the archive already knows their articles."""
    step: int = 1
    """Number of pages from this page to the next one that is read."""
    failed: int = 0
    """Number of consecutive pages that failed in this run."""
    digest: str | None = None
    """Digest of the articles on the page that was read last."""
    repeats: int = 0
    """Number of consecutive pages of this run with the same articles."""
    ended_at: str | None = None
    """When all pages had been read for the first time, or None."""

    def unread(self) -> list[int]:
        """Return the numbers of the promised pages that were neither read nor skipped."""
        return [n for n in range(1, self.promised + 1) if n not in self.read and n not in self.skipped]


@dataclass(slots=True)
class Section:
    """A section of the channel."""

    url: str
    """URL of its first page."""
    node: str | None
    """Number of the section in the site's content system."""
    title: str | None
    """Title in the channel file or in the first link to it."""
    first_seen: str
    """When it was added, ISO 8601 in UTC."""
    state: str = KNOWN
    """PINNED, KNOWN, CANDIDATE or DROPPED."""
    reason: str | None = None
    """Reason why it was dropped."""
    found_at: str | None = None
    """URL of the page that linked to it first, or None if the channel file or a person named it."""
    idle: int = 0
    """Number of consecutive reads without new articles."""
    rest: int = 0
    """Number of further runs in which it is not requested."""
    promised: int = 1
    """The highest page number that a valid page of its list ever linked to."""
    first_page: int = 0
    """Number of articles on its first page when that was last read."""
    heading: str | None = None
    """Title of its first page."""
    habits: dict[str, list[int]] = field(default_factory=dict)
    """Other node → the numbers of pages that showed it as their own, one for each time."""

    @property
    def usual_nodes(self) -> tuple[str, ...]:
        """The nodes that several pages of the list showed as their own, or one page repeatedly."""
        return tuple(
            node
            for node, pages in self.habits.items()
            if len(set(pages)) >= HABIT or len(pages) >= HABIT_OF_ONE
        )


_COLUMNS = ", ".join(each.name for each in fields(Section))


def sections(db: Database) -> list[Section]:
    """Return all sections, in the order in which they were found."""
    rows = db.table("sections").rows_where(select=_COLUMNS, order_by="first_seen, url")
    return [_section(row) for row in rows]


def section(db: Database, url: str) -> Section | None:
    """Return the section with this first page, or None if it is unknown."""
    row = next(db.table("sections").rows_where("url = ?", [url], select=_COLUMNS), None)
    return _section(row) if row else None


def _section(row: dict[str, Any]) -> Section:
    return Section(**row | {"habits": orjson.loads(row["habits"] or "{}")})


def add(
    db: Database,
    url: str,
    *,
    node: str | None,
    title: str | None,
    now: str,
    state: str = KNOWN,
    found_at: str | None = None,
) -> bool:
    """Store a section by the URL of its first page, unless it is known; return whether it is new."""
    added = db.execute(
        "INSERT OR IGNORE INTO sections (url, node, title, first_seen, state, found_at) VALUES (?, ?, ?, ?, ?, ?)",
        (url, node, title, now, state, found_at),
    )
    return added.rowcount > 0


def change(db: Database, url: str, **columns: Any) -> bool:
    """Set columns of a section; return whether it is known."""
    names = ", ".join(f"{name} = ?" for name in columns)
    done = db.execute(f"UPDATE sections SET {names} WHERE url = ?", (*columns.values(), url))
    return done.rowcount > 0


def record_habit(db: Database, url: str, node: str, page: int) -> None:
    """Record that a page of a section shows another node as its own."""
    found = section(db, url)
    if found is not None and len(found.habits.setdefault(node, [])) < HABIT_OF_ONE:
        found.habits[node].append(page)
        change(db, url, habits=orjson.dumps(found.habits).decode())


def walk(db: Database, url: str) -> SectionWalk:
    """Return the progress of reading the section with this first page."""
    row = db.execute("SELECT promised, step, digest, ended_at FROM sections WHERE url = ?", (url,)).fetchone()
    if row is None:
        return SectionWalk(url)
    pages = db.execute(
        "SELECT page, read_at IS NOT NULL FROM internal_list_pages WHERE list = ?", (url,)
    ).fetchall()
    read = frozenset(page for page, is_read in pages if is_read)
    skipped = frozenset(page for page, is_read in pages if not is_read)
    return SectionWalk(url, row[0], read, skipped, step=row[1], digest=row[2], ended_at=row[3])


def save_walk(db: Database, after: SectionWalk, *, page: int, now: str) -> None:
    """Store the progress after page `page` was read, with the pages that were skipped.

    Records of pages after the last promised one are deleted.
    """
    deepest = max(after.read, default=0)
    pages = db.table("internal_list_pages")
    change(
        db,
        after.url,
        promised=after.promised,
        step=after.step,
        digest=after.digest,
        ended_at=after.ended_at,
        page=deepest,
    )
    if page in after.read:
        pages.insert({"list": after.url, "page": page, "read_at": now}, replace=True)
    elif page not in after.skipped:
        forget_page(db, after.url, page)
    db.conn.executemany(
        "INSERT OR IGNORE INTO internal_list_pages VALUES (?, ?, NULL)",
        [(after.url, n) for n in sorted(after.skipped)],
    )
    pages.delete_where("list = ? AND page > ?", [after.url, after.promised])


def forget_page(db: Database, url: str, page: int) -> None:
    """Delete the record that a page of the section with this first page was read, so that it is requested again."""
    db.table("internal_list_pages").delete_where("list = ? AND page = ?", [url, page])


UNREAD = """
WITH RECURSIVE promised (list, page, last) AS (
  SELECT url, 1, promised FROM sections WHERE state IN ('pinned', 'known')
  UNION ALL SELECT list, page + 1, last FROM promised WHERE page < last)
SELECT list, page FROM promised p
WHERE NOT EXISTS (SELECT 1 FROM internal_list_pages l WHERE l.list = p.list AND l.page = p.page)
"""
"""SQL: (list, page) of each promised page that was neither read nor skipped."""


def unread(db: Database) -> dict[str, list[int]]:
    """Return first page of a list → numbers of its promised pages that were neither read nor skipped."""
    found: dict[str, list[int]] = {}
    for url, page in db.execute(f"{UNREAD} ORDER BY list, page"):
        found.setdefault(url, []).append(page)
    return found


def count_known(db: Database, host: str, node: str) -> int:
    """Return the number of known article URLs on a host under a node (`…/c<node>-…`, `/GB/<node>/…`).

    URLs that are gone, failed or refused are not counted.
    """
    return int(db.execute(f"SELECT count(*) FROM ({_OF_NODE})", _node_values(host, node)).fetchone()[0])


def is_known(db: Database, host: str, node: str) -> bool:
    """Return whether an article URL is known on a host under a node; see `count_known`."""
    return bool(db.execute(f"SELECT EXISTS ({_OF_NODE})", _node_values(host, node)).fetchone()[0])


def _node_values(host: str, node: str) -> dict[str, str]:
    return {"host": host, "name": f"c{node}-", "place": f"%/GB/%{node}/%"}


_NAME = "rtrim(rtrim(url, '.shtml'), '0123456789')"
_OF_NODE = f"""
  SELECT 1 FROM urls WHERE kind = 'article' AND host = :host AND state NOT IN ('gone', 'failed', 'refused')
    AND replace({_NAME}, rtrim({_NAME}, replace({_NAME}, '/', '')), '') = :name
  UNION ALL SELECT 1 FROM urls WHERE kind = 'article' AND host = :host AND state NOT IN ('gone', 'failed', 'refused')
    AND instr(url, '/GB/') > 0 AND url LIKE :place
"""
"""The URLs of articles under a node, read from the indexes urls_node and urls_gb."""


def nodes_since(db: Database, seq: int) -> tuple[int, set[str]]:
    """Return the number of the newest URL, and the nodes of the articles whose URLs have a number above `seq`.

    Articles that are gone or could not be fetched are ignored.
    """
    rows = db.execute(
        "SELECT seq, url FROM urls WHERE seq > ? AND kind = 'article' "
        "AND state NOT IN ('gone', 'failed', 'refused') ORDER BY seq",
        (seq,),
    ).fetchall()
    articles = (urls.parse(url) for _, url in rows)
    return (rows[-1][0] if rows else seq), {one.node for one in articles if one and one.node}


def yield_of(db: Database, url: str) -> tuple[int, int]:
    """Return how many articles that the section's pages linked to first are stored, and how many are gone or failed."""
    pages = url.removesuffix("index.html") + "index"
    row = db.execute(
        "SELECT coalesce(sum(state IN ('fetched', 'unchanged')), 0), coalesce(sum(state IN ('gone', 'failed')), 0) "
        "FROM urls WHERE kind = 'article' AND found_at BETWEEN ? AND ?",
        (pages, pages + "\U0010ffff"),
    ).fetchone()
    return int(row[0]), int(row[1])


def exclude_without_yield(db: Database, url: str) -> int:
    """Exclude the pending URLs that only this section linked to and that were never requested; return their number.

    URLs that are gone are not requested again.
    """
    pages = url.removesuffix("index.html") + "index%"
    db.execute("UPDATE urls SET due_at = NULL WHERE state = 'gone' AND found_at LIKE ?", (pages,))
    return db.execute(
        "UPDATE urls SET state = 'excluded', code = 'no_yield' "
        "WHERE state = 'pending' AND kind IN ('article', 'section') AND fetched_at IS NULL AND found_at LIKE ?",
        (pages,),
    ).rowcount


def count_down_rests(db: Database) -> None:
    """Decrease `rest` of each section that is not requested for some runs."""
    db.execute("UPDATE sections SET rest = rest - 1 WHERE rest > 0")
