"""Times at which list pages, further parts and removed articles were last re-checked, so that the oldest come first."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlite_utils import Database

from archive.recheck_times import format_time, parse_time

PAUSE = timedelta(days=1)
"""Minimum time between two checks of the same page."""

REFRESHES_A_DAY = 4.0
"""Refreshes per day of deploy/systemd. If the archive has a week of refreshes, their actual number is used instead."""

_ALL = """
SELECT 'list' AS kind, l.list AS url, l.page AS number,
       coalesce(l.read_at, u.looked_at, s.first_seen) AS at
FROM internal_list_pages l JOIN sections s ON s.url = l.list AND s.state IN ('pinned', 'known')
LEFT JOIN urls u ON u.kind = 'section' AND u.url = replace(l.list, 'index.html', 'index' || l.page || '.html')
WHERE l.page > 1
UNION ALL
SELECT 'part', u.url, part.value ->> '$.n', coalesce(p.fetched_at, p.looked_at, u.first_seen)
FROM (SELECT id FROM articles WHERE instr(parts, '},{') > 0) several CROSS JOIN articles a ON a.id = several.id
CROSS JOIN urls u ON u.article = a.id AND u.kind = 'article' AND u.state IN ('fetched', 'unchanged')
JOIN json_each(a.parts) part ON part.value ->> '$.n' > 1
LEFT JOIN urls p ON p.kind = 'part' AND p.url = part.value ->> '$.url'
UNION ALL
SELECT 'gone', url, 0, coalesce(looked_at, fetched_at, first_seen) FROM urls
WHERE kind = 'article' AND state = 'gone'
"""


@dataclass(frozen=True, slots=True)
class SecondLookCost:
    """The requests and days that a second look at everything takes."""

    requests: int
    """Number of list pages, further parts and removed articles to check."""
    days: float
    """Number of days after which each has been checked once."""


def oldest(db: Database, now: str, *, limit: int) -> list[tuple[str, str, int]]:
    """Return (kind, URL, number) of the pages checked longest ago, at least PAUSE before `now`.

    A kind is `list` (with the URL of the list's first page and the number of the page), `part` (with the URL of the
    article and the number of the part) or `gone`.
    """
    before = format_time(parse_time(now) - PAUSE)
    query = f"SELECT kind, url, number FROM ({_ALL}) WHERE at < ? ORDER BY at, url, number LIMIT ?"
    return db.execute(query, (before, limit)).fetchall()


def note(db: Database, url: str, now: str) -> None:
    """Record that a URL is checked again at `now`. Does nothing if the URL is unknown."""
    db.execute("UPDATE urls SET looked_at = ? WHERE url = ?", (now, url))


def digest_of_part(db: Database, article_url: str, part_url: str) -> str | None:
    """Return the SHA-256 of the body that a part of a stored article had, or None if it is not known."""
    row = db.execute(
        "SELECT part.value ->> '$.payload_sha256' FROM urls u JOIN articles a ON a.id = u.article "
        "JOIN json_each(a.parts) part ON part.value ->> '$.url' = ? WHERE u.url = ?",
        (part_url, article_url),
    ).fetchone()
    return row[0] if row else None


def blocks_of_part(db: Database, article_url: str, part_url: str) -> list[tuple[str, str]]:
    """Return (type, text) of the blocks that a stored article has from one of its parts, in order."""
    rows = db.execute(
        "SELECT block.value ->> '$.type', block.value ->> '$.text' FROM urls u JOIN articles a ON a.id = u.article "
        "JOIN json_each(a.parts) part ON part.value ->> '$.url' = ? "
        "JOIN json_each(kepu_blocks(a.blocks, a.text)) block "
        "ON block.value ->> '$.part' = part.value ->> '$.n' WHERE u.url = ? ORDER BY block.key",
        (part_url, article_url),
    )
    return [(kind, text or "") for kind, text in rows]


def full_look(db: Database, share: float) -> SecondLookCost:
    """Return the requests that a second look at everything takes, and the days at this share of each refresh."""
    requests = int(db.execute(f"SELECT count(*) FROM ({_ALL})").fetchone()[0])
    runs = db.execute(
        "SELECT requests, started_at FROM runs WHERE spider = 'channel' AND mode = 'refresh' AND requests > 0 "
        "ORDER BY id DESC LIMIT 30"
    ).fetchall()
    usual = median([count for count, _ in runs]) if runs else 1
    a_day = REFRESHES_A_DAY
    if len(runs) > 1:
        spent = parse_time(runs[0][1]) - parse_time(runs[-1][1])
        if spent >= timedelta(days=7):
            a_day = (len(runs) - 1) / (spent / timedelta(days=1))
    looks = max(1.0, share * usual)
    return SecondLookCost(requests, requests / (looks * a_day))
