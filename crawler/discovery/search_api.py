"""The site's search API: the newest articles of a host, or all of a month, up to a hundred per response.

The frontier stores URLs, so a query is written as one: `…/search?from=2024-01-01&until=2024-02-01&page=2`. `question`
converts it to the JSON of the POST request that is sent. A query without `until` is for the newest articles.
"""

import html
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.discovery import SourceLinks
from kepu.messages import Text
from pipelines.chrome.charset import decode

BEIJING = timezone(timedelta(hours=8))
"""The time zone of the site."""

LIMIT = 100
"""Records per response; the API rejects requests for more."""

MAX_PAGES = 200
"""Maximum number of pages read per query. A month of this channel fills less than one; many more are a crawler trap."""

RECENT_DAYS = 7
"""Number of days that a query without dates covers."""

OLDEST = date(2000, 1, 1)
"""First day of a query for all articles: the channel is younger."""

OLDEST_ANSWER = date(2021, 1, 1)
"""Day at which a backfill without `since` starts: the API reportedly has no older articles."""

_TAG = re.compile(r"</?em>")
"""Matches the tags that mark the search word in titles."""


def recent(api: str) -> str:
    """Return the query for the articles of the last RECENT_DAYS days; `api` is the URL of the search."""
    return f"{api}?{urlencode({'page': 1})}"


def everything(api: str, today: date) -> str:
    """Return the query for all articles: from OLDEST to `today`."""
    return between(api, OLDEST, today + timedelta(days=1))


def between(api: str, since: date, until: date) -> str:
    """Return the query for articles published from `since` on and before `until`."""
    return f"{api}?{urlencode({'from': since, 'until': until, 'page': 1})}"


def months(api: str, since: date, until: date) -> Iterator[str]:
    """Yield the queries for each month from `since` on and before `until`, the newest first."""
    end = until
    while end > since:
        start = max((end - timedelta(days=1)).replace(day=1), since)
        yield between(api, start, end)
        end = start


def for_host(question: str, domain: str | None) -> str:
    """Return the query `question` restricted to the host `domain`; unchanged if `domain` is None."""
    return f"{question}&{urlencode({'domain': domain})}" if domain else question


def domain_of(question: str) -> str | None:
    """Return the host to which a query is restricted, or None."""
    return parse_qs(urlsplit(question).query).get("domain", [""])[0] or None


def question(url: str, *, host: str, key: str, today: date) -> dict[str, Any]:
    """Return the JSON to post for the query `url`.

    `host` is the host to search, `key` the search word, `today` the last day of a query without `until`. Times are
    epoch milliseconds, as integers; the API rejects strings.
    """
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    until = date.fromisoformat(parameters["until"]) if "until" in parameters else today + timedelta(days=1)
    since = (
        date.fromisoformat(parameters["from"])
        if "from" in parameters
        else today - timedelta(days=RECENT_DAYS)
    )
    return {
        "key": key,
        "page": int(parameters["page"]),
        "limit": LIMIT,
        "hasTitle": True,
        "hasContent": True,
        "isFuzzy": True,
        "type": 0,
        "sortType": 2,
        "startTime": _milliseconds(since),
        "endTime": _milliseconds(until) - 1,
        "domain": parameters.get("domain", host),
    }


def read(body: bytes, url: str) -> SourceLinks:
    """Return the articles in the response to the query `url`, and the query for its next page if there is one."""
    try:
        answer: Any = json.loads(decode(body).text)
        data = answer["data"]
        records, pages = list(data["records"][:LIMIT]), int(data["pages"])
        total = int(data.get("total") or 0)
    except (ValueError, KeyError, TypeError, RecursionError):
        return SourceLinks(
            problem=Text("it is not the JSON that was expected, {“data”: {“records”, “pages”}}")
        )
    links = SourceLinks()
    for record in records:
        if isinstance(record, dict) and isinstance(found := record.get("url"), str):
            title = record.get("title")
            text = html.unescape(_TAG.sub("", title)).strip() if isinstance(title, str) else None
            links.articles.append((found.strip(), text or None))
    parts = urlsplit(url)
    parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
    page = int(parameters["page"])
    pages = max(pages, -(-total // LIMIT))
    if page > 1 and not records:
        links.problem = Text("it lists no articles, though the page before it announced more")
    elif len(records) < min(LIMIT, total - (page - 1) * LIMIT):
        links.problem = Text(
            "it has {n} of {total} records, fewer than this page should have", n=len(records), total=total
        )
    if page < min(pages, MAX_PAGES):
        query = urlencode(parameters | {"page": page + 1})
        links.further.append(("search", parts._replace(query=query).geturl()))
    elif page == MAX_PAGES < pages:
        links.problem = Text("it has {n} pages; those after page {most} are ignored", n=pages, most=MAX_PAGES)
    return links


def _milliseconds(day: date) -> int:
    """Return the beginning of a day in Beijing, in milliseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp() * 1000)
