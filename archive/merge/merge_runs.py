"""Merge runs, failures, sections and hosts of another archive; its runs get unused numbers."""

from sqlite_utils import Database

Numbers = dict[int | None, int | None]
"""Maps the number of a run in the other archive to its number here."""


def runs(db: Database, other: Database) -> Numbers:
    """Merge the runs within the caller's transaction; return their new numbers.

    A run that both archives know (because one was a copy of the other) is one run: it has the same spider, mode and
    start, and the later of the two reports is kept.
    """
    numbers: Numbers = {None: None}
    taken: set[int] = set()
    for run, *values in other.execute(f"SELECT id, {', '.join(_RUN)} FROM runs ORDER BY id"):
        same = db.execute(_SAME_RUN, values[:3]).fetchall()
        known, is_unfinished = next((row for row in same if row[0] not in taken), (None, False))
        if known is None:
            known = db.table("runs").insert(dict(zip(_RUN, values, strict=True))).last_rowid
        elif is_unfinished:
            db.table("runs").update(known, dict(zip(_RUN[3:], values[3:], strict=True)))
        assert known is not None
        taken.add(known)
        numbers[run] = known
    return numbers


_RUN = ("spider", "mode", "started_at", "finished_at", "outcome", "status", "report", "requests")
"""Columns of a run; the first three identify it, and the others are written when it ends."""
_SAME_RUN = (
    "SELECT id, finished_at IS NULL FROM runs WHERE spider IS ? AND mode IS ? AND started_at = ? ORDER BY id"
)
"""Runs here with the same spider, mode and start, and whether each is unfinished."""


def failures(db: Database, other: Database, numbers: Numbers) -> None:
    """Merge the failures, each once, within the caller's transaction; `numbers` is the result of `runs`."""
    known = {tuple(row.values()) for row in db.table("failures").rows}
    for theirs in other.table("failures").rows:
        row = theirs | {"run": numbers.get(theirs["run"])}
        if tuple(row.values()) not in known:
            db.table("failures").insert(row)
            known.add(tuple(row.values()))


def sections(db: Database, other: Database) -> None:
    """Merge the sections: for each list, the progress of the archive that read up to the higher page number is kept."""
    for row in other.execute(
        "SELECT url, node, title, first_seen, page, step, stale, digest, ended_at, promised, first_page, state, "
        "reason, found_at, idle, rest, heading, habits FROM sections"
    ):
        db.execute(
            "INSERT INTO sections (url, node, title, first_seen, page, step, stale, digest, ended_at, "
            "promised, first_page, state, reason, found_at, idle, rest, heading, habits) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET "
            "node = coalesce(node, excluded.node), title = coalesce(title, excluded.title), "
            "first_seen = min(first_seen, excluded.first_seen), "
            "step = CASE WHEN excluded.page > page THEN excluded.step ELSE step END, "
            "stale = CASE WHEN excluded.page > page THEN excluded.stale ELSE stale END, "
            "digest = CASE WHEN excluded.page > page THEN excluded.digest ELSE digest END, "
            "page = max(page, excluded.page), promised = max(promised, excluded.promised), "
            "first_page = max(first_page, excluded.first_page), heading = coalesce(heading, excluded.heading), "
            "idle = min(idle, excluded.idle), rest = min(rest, excluded.rest), "
            "ended_at = max(coalesce(ended_at, excluded.ended_at), coalesce(excluded.ended_at, ended_at))",
            row,
        )


def list_pages(db: Database, other: Database) -> None:
    """Merge the pages of sections that were read, with the time of the last read, within the caller's transaction."""
    for row in other.execute("SELECT list, page, read_at FROM internal_list_pages"):
        db.execute(
            "INSERT INTO internal_list_pages VALUES (?, ?, ?) ON CONFLICT (list, page) DO UPDATE SET "
            "read_at = max(coalesce(read_at, excluded.read_at), coalesce(excluded.read_at, read_at))",
            row,
        )


def hosts(db: Database, other: Database) -> None:
    """Merge the state of each host, within the caller's transaction.

    Refusals are those of the archive that requested the host last, robots.txt that of the archive that read it last. Of
    two rests, the one that ends later remains.
    """
    for row in other.execute(
        "SELECT host, asked_at, rest_until, refusals, robots_at, robots_status, robots, answered_at, scheme "
        "FROM internal_hosts"
    ):
        db.execute(
            "INSERT INTO internal_hosts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host) DO UPDATE SET "
            f"refusals = CASE WHEN {_LATER.format('asked_at')} THEN excluded.refusals ELSE refusals END, "
            "asked_at = max(coalesce(asked_at, 0), coalesce(excluded.asked_at, 0)), "
            "answered_at = max(coalesce(answered_at, 0), coalesce(excluded.answered_at, 0)), "
            "scheme = coalesce(scheme, excluded.scheme), "
            "rest_until = max(coalesce(rest_until, 0), coalesce(excluded.rest_until, 0)), "
            f"robots = CASE WHEN {_LATER.format('robots_at')} THEN excluded.robots ELSE robots END, "
            f"robots_status = CASE WHEN {_LATER.format('robots_at')} THEN excluded.robots_status "
            "ELSE robots_status END, "
            "robots_at = max(coalesce(robots_at, 0), coalesce(excluded.robots_at, 0))",
            row,
        )


_LATER = "coalesce(excluded.{0}, 0) > coalesce({0}, 0)"
"""SQL condition on a column of times: the other archive has the later one."""
