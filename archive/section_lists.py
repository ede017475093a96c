"""What the archive knows of the channel's sections: which there are, which pages each promised, and which were read.

Plain functions over the tables `sections` (a row per section) and `internal_list_pages` (a row per page that was read
or passed over). A walk has ended when every page that was ever promised has such a row.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import orjson
from sqlite_utils import Database

from kepu import urls

PINNED, KNOWN, CANDIDATE, DROPPED = "pinned", "known", "candidate", "dropped"
"""States of a section: asked in every run; asked as its yield deserves; linked to but never asked; never asked."""

HABIT = 2
"""Pages of a list that name the same other node as theirs, from which on that node counts as the list's own."""

HABIT_OF_ONE = 6
"""The same for one page alone: how often it was answered so, which takes two runs at least."""


@dataclass(frozen=True, slots=True)
class SectionWalk:
    """This record states which pages of a section's list were promised, read and skipped."""

    url: str
    """Of its first page."""
    promised: int = 1
    """The highest page that a page known to be right ever linked to."""
    read: frozenset[int] = frozenset()
    skipped: frozenset[int] = frozenset()
    """Pages passed over, since the archive knows what they name."""
    step: int = 1
    """How many pages on the next look goes."""
    failed: int = 0
    """Pages in a row that failed in this run."""
    digest: str | None = None
    """Of the articles that the page named which was read last."""
    repeats: int = 0
    """Pages in a row, of this run, that named the same articles."""
    ended_at: str | None = None
    """When all pages had been read for the first time; None: not yet."""

    def unread(self) -> list[int]:
        """Return the numbers of the pages that were promised and neither read nor passed over."""
        return [n for n in range(1, self.promised + 1) if n not in self.read and n not in self.skipped]


@dataclass(slots=True)
class Section:
    """One section of the channel."""

    url: str
    """Of its first page."""
    node: str | None
    title: str | None
    first_seen: str
    state: str = KNOWN
    reason: str | None = None
    """Why it was dropped."""
    found_at: str | None = None
    """The page on which it was linked to first; None where the channel file or a person named it."""
    idle: int = 0
    """Reads in a row that named nothing new."""
    rest: int = 0
    """Runs for which it is still left alone."""
    promised: int = 1
    first_page: int = 0
    """How many articles its first page named when it was last read."""
    heading: str | None = None
    """The title of its first page."""
    habits: dict[str, list[int]] = field(default_factory=dict)
    """By the node that pages of the list gave as theirs: the number of the page, for each time that it did."""

    @property
    def usual_nodes(self) -> tuple[str, ...]:
        """The nodes that several pages of the list gave as theirs, or one again and again."""
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
    """Return the section with this first page, or None where it is not known."""
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
    """Write down a section by the URL of its first page; return whether it is new."""
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


def has_habit(db: Database, url: str, node: str, page: int) -> None:
    """Write down that a page of a section gives another node as its own."""
    found = section(db, url)
    if found is not None and len(found.habits.setdefault(node, [])) < HABIT_OF_ONE:
        found.habits[node].append(page)
        change(db, url, habits=orjson.dumps(found.habits).decode())


def walk(db: Database, url: str) -> SectionWalk:
    """Return how far the section with this first page was read."""
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
    """Write down a walk after a page came, and which pages it passed over."""
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
    """Forget that a page of the section with this first page was read: it is then requested again."""
    db.table("internal_list_pages").delete_where("list = ? AND page = ?", [url, page])


UNREAD = """
WITH RECURSIVE promised (list, page, last) AS (
  SELECT url, 1, promised FROM sections WHERE state IN ('pinned', 'known')
  UNION ALL SELECT list, page + 1, last FROM promised WHERE page < last)
SELECT list, page FROM promised p
WHERE NOT EXISTS (SELECT 1 FROM internal_list_pages l WHERE l.list = p.list AND l.page = p.page)
"""
"""The pages of sections that are promised and were neither read nor passed over."""


def unread(db: Database) -> dict[str, list[int]]:
    """Return the pages that are promised and were neither read nor passed over, by the list's first page."""
    found: dict[str, list[int]] = {}
    for url, page in db.execute(f"{UNREAD} ORDER BY list, page"):
        found.setdefault(url, []).append(page)
    return found


def count_known(db: Database, host: str, node: str) -> int:
    """Return how many URLs of articles are known on a host under a node (`…/c<node>-…`, `/GB/<node>/…`)."""
    return db.table("urls").count_where(
        "kind = 'article' AND host = ? AND (instr(url, ?) OR (instr(url, '/GB/') AND url LIKE ?)) "
        "AND state NOT IN ('gone', 'failed', 'refused')",
        [host, f"/c{node}-", f"%/GB/%{node}/%"],
    )


def nodes_since(db: Database, seq: int) -> tuple[int, set[str]]:
    """Return the number of the newest URL, and the nodes of the articles whose URLs came after number `seq`.

    Articles that are missing, or that could not be fetched, do not count.
    """
    rows = db.execute(
        "SELECT seq, url FROM urls WHERE seq > ? AND kind = 'article' "
        "AND state NOT IN ('gone', 'failed', 'refused') ORDER BY seq",
        (seq,),
    ).fetchall()
    articles = (urls.parse(url) for _, url in rows)
    return (rows[-1][0] if rows else seq), {one.node for one in articles if one and one.node}


def yield_of(db: Database, url: str) -> tuple[int, int]:
    """Return how many articles that a section's pages named first are kept, and how many came to nothing."""
    pages = url.removesuffix("index.html") + "index%"
    row = db.execute(
        "SELECT coalesce(sum(state IN ('fetched', 'unchanged')), 0), coalesce(sum(state IN ('gone', 'failed')), 0) "
        "FROM urls WHERE kind = 'article' AND found_at LIKE ?",
        (pages,),
    ).fetchone()
    return int(row[0]), int(row[1])


def exclude_without_yield(db: Database, url: str) -> int:
    """Exclude the articles that only this section named and that were never asked for; return how many.

    Those that were missing are not requested again.
    """
    pages = url.removesuffix("index.html") + "index%"
    db.execute("UPDATE urls SET due_at = NULL WHERE state = 'gone' AND found_at LIKE ?", (pages,))
    return db.execute(
        "UPDATE urls SET state = 'excluded', code = 'no_yield' "
        "WHERE state = 'pending' AND kind IN ('article', 'section') AND fetched_at IS NULL AND found_at LIKE ?",
        (pages,),
    ).rowcount


def count_down_rests(db: Database) -> None:
    """Let one run pass for the sections that are left alone for some."""
    db.execute("UPDATE sections SET rest = rest - 1 WHERE rest > 0")
