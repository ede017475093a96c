"""The site's rolling news: a JSON file with the last days' articles of all its channels."""

import html
import json
from typing import Any

from crawler.discovery import SourceLinks
from kepu.messages import Text
from pipelines.chrome.charset import decode

MAX_ITEMS = 20_000
"""The site has 900 to 1,000 a day, for two days; more is a mistake."""


def read(body: bytes) -> SourceLinks:
    """Return the articles that the rolling news names, of all channels; a body that is no such JSON is a problem.

    Its form, `{"items": [{"url", "title", …}]}` with entities in the titles, is that of working crawlers; none of
    us has seen the file itself.
    """
    try:
        answer: Any = json.loads(decode(body).text)
        items = list(answer["items"][:MAX_ITEMS])
    except (ValueError, KeyError, TypeError, RecursionError):
        return SourceLinks(problem=Text("it is not the JSON that was expected, {“items”: […]}"))
    if not items:
        return SourceLinks(problem=Text("it names no article"))
    named = SourceLinks()
    for item in items:
        if isinstance(item, dict) and isinstance(url := item.get("url"), str):
            title = item.get("title")
            named.articles.append(
                (url.strip(), html.unescape(title).strip() if isinstance(title, str) else None)
            )
    return named
