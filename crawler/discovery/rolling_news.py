"""The site's rolling news: a JSON file with the last days' articles of all its channels."""

import html
import json
from typing import Any

from crawler.discovery import SourceLinks
from kepu.messages import Text
from pipelines.chrome.charset import decode

MAX_ITEMS = 20_000
"""Maximum number of items that are read. The site lists 900 to 1,000 per day, for two days."""


def read(body: bytes) -> SourceLinks:
    """Return the articles of all channels in the rolling news; if the body has another form, say so in `problem`.

    The form, `{"items": [{"url", "title", …}]}` with HTML entities in the titles, is taken from other people's working
    crawlers; it was not checked against the live file.
    """
    try:
        answer: Any = json.loads(decode(body).text)
        items = list(answer["items"][:MAX_ITEMS])
    except (ValueError, KeyError, TypeError, RecursionError):
        return SourceLinks(problem=Text("it is not the JSON that was expected, {“items”: […]}"))
    if not items:
        return SourceLinks(problem=Text("it lists no articles"))
    links = SourceLinks()
    for item in items:
        if isinstance(item, dict) and isinstance(url := item.get("url"), str):
            title = item.get("title")
            links.articles.append(
                (url.strip(), html.unescape(title).strip() if isinstance(title, str) else None)
            )
    return links
