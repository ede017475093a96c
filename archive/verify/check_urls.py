"""Check whether the row of each URL is possible: its host, article, state and times."""

import re
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.url_state import STATES
from archive.verify.findings import Collector
from kepu import urls
from kepu.messages import Text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}|")
"""A time in UTC as the archive writes it, a year, or nothing if it was never known."""

_TIMES = ("first_seen", "last_seen", "fetched_at", "due_at")


def check_urls(db: Database, found: Collector) -> None:
    """Report each row of `urls` with values that a crawl cannot have written."""
    rows = db.execute(f"SELECT url, host, kind, article, state, {', '.join(_TIMES)} FROM urls")
    for url, host, kind, article, state, *times in rows:
        if what := _wrong(str(url), host, (kind, article, state), times):
            found.add(Text("URLs whose rows are damaged"), Text("{url} ({what})", url=url, what=what))


def _wrong(url: str, host: str, row: tuple[str, str | None, str], times: list[str | None]) -> str:
    kind, article, state = row
    if state not in STATES:
        return f"state {state!r}"
    try:
        there = urlsplit(url).hostname or ""
    except ValueError:
        return "url"
    if host != there and urls.on_site(url):
        return f"host {host!r}"
    parsed = urls.parse(url)
    if kind == "article" and parsed and article and "/" in article and state in {"fetched", "unchanged"}:
        known = {parsed.key}
        if article not in known and not article.startswith(("url/", "file/")):
            return f"article {article!r}"
    wrong = [
        name
        for name, time in zip(_TIMES, times, strict=True)
        if time is not None and not _TIME.fullmatch(time)
    ]
    return wrong[0] if wrong else ""
