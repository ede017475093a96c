"""Saved files as pages: what `kepu extract FILE` reads."""

from pathlib import Path

from crawler.items import Page


def page_from_file(
    source: str | Path | bytes, url: str | None = None, content_type: str | None = None
) -> Page:
    """Return the Page of a saved file, or of bytes that came from elsewhere (standard input), with no time of fetching.

    `url` and `content_type` are what the user knows of it; both may be None: `extract` then goes by the page's own
    evidence. Raises OSError where the file cannot be read.
    """
    if isinstance(source, bytes):
        return Page(body=source, url=url, url_requested=url, content_type=content_type)
    path = Path(source)
    return Page(body=path.read_bytes(), url=url, url_requested=url, path=str(path), content_type=content_type)
