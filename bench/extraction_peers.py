"""Run the other extractors of `bench/extraction.py`, in their own environment.

It reads a JSON line for each page, {"path": file of the page in UTF-8, "url"}, and writes one for each page and tool,
{"tool", "path", "ms", "title", "time", "authors", "text"}, without the fields that a tool does not have. All tools get
correctly decoded pages, so that only extraction is compared.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Result = dict[str, Any]
Tool = Callable[[str, str], Result]

ROUNDS = 3
"""Number of times that each tool extracts each page; the fastest one counts."""


def _trafilatura(html: str, url: str) -> Result:
    import trafilatura  # type: ignore[import-not-found,unused-ignore]

    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {"text": ""}
    told = found.as_dict() if hasattr(found, "as_dict") else dict(found)
    authors = [name.strip() for name in (told.get("author") or "").split(";") if name.strip()]
    return {
        "title": told.get("title"),
        "time": told.get("date"),
        "source": told.get("sitename"),
        "authors": authors,
        "text": told.get("text") or "",
    }


def _readability(html: str, url: str) -> Result:
    from lxml import html as tree
    from readability import Document  # type: ignore[import-not-found,unused-ignore]

    document = Document(html)
    body = tree.fromstring(document.summary(html_partial=True) or "<p/>")
    lines = [" ".join(each.itertext()) for each in body.iter("p", "li", "h2", "h3")] or [body.text_content()]
    return {"title": document.short_title(), "text": "\n".join(lines)}


def _gne(html: str, url: str) -> Result:
    from gne import GeneralNewsExtractor  # type: ignore[import-not-found,unused-ignore]

    found = GeneralNewsExtractor().extract(html)
    author = found.get("author") or ""
    return {
        "title": found.get("title"),
        "time": found.get("publish_time"),
        "authors": [author] if author else [],
        "text": found.get("content") or "",
    }


def _newspaper4k(html: str, url: str) -> Result:
    import newspaper  # type: ignore[import-not-found,unused-ignore]

    article = newspaper.Article(url, language="zh")
    article.download(input_html=html)
    article.parse()
    when = article.publish_date
    return {
        "title": article.title,
        "time": when.isoformat(timespec="minutes") if when else None,
        "authors": article.authors,
        "text": article.text,
    }


def _resiliparse(html: str, url: str) -> Result:
    from resiliparse.extract.html2text import extract_plain_text  # type: ignore[import-not-found,unused-ignore]

    return {"text": extract_plain_text(html, main_content=True, list_bullets=False)}


TOOLS: dict[str, Tool] = {
    "trafilatura": _trafilatura,
    "readability-lxml": _readability,
    "GNE": _gne,
    "newspaper4k": _newspaper4k,
    "resiliparse": _resiliparse,
}


def measured(tool: Tool, html: str, url: str) -> Result:
    """Return a tool's result with the milliseconds of its fastest round; after an error, with an empty text."""
    best = float("inf")
    result: Result = {"text": ""}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        try:
            result = tool(html, url)
        except Exception as error:  # noqa: BLE001 (after any error, the tool has found nothing)
            result = {"text": "", "error": repr(error)[:200]}
        best = min(best, time.perf_counter() - start)
    return {**result, "ms": 1000 * best}


def main() -> None:
    """Read pages from standard input, write results to standard output."""
    logging.disable(logging.CRITICAL)
    pages = [json.loads(line) for line in sys.stdin]
    for name, tool in TOOLS.items():
        for page in pages:
            html = Path(page["path"]).read_text(encoding="utf-8")
            print(
                json.dumps({"tool": name, "path": page["path"], **measured(tool, html, page["url"])}),
                flush=True,
            )


if __name__ == "__main__":
    main()
