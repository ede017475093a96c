"""Restore pages saved from the Wayback Machine: remove its toolbar, restore the URLs, read the time of the capture."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from kepu.utc_text import utc_text
from pipelines.saved_pages.saved import SavedPage

# https://web.archive.org/web/20260305010203im_/http://… : 1 to 14 digits, then a flag for the kind of resource.
_URL = re.compile(
    r"^(?:https?:)?//(?:web|wwwb-\w+|liveweb)\.archive\.org/(?:web|save/_embed)/(\d{1,14})(?:[a-z]{2}_)?/(.+)$",
    re.IGNORECASE,
)
_MARKS = re.compile(
    rb"BEGIN WAYBACK TOOLBAR INSERT|End Wayback Rewrite JS Include|FILE ARCHIVED ON \d\d:\d\d:\d\d",
    re.IGNORECASE,
)
_ANY_LINE = re.IGNORECASE | re.DOTALL
_TOOLBAR = re.compile(
    rb"<!--\s*BEGIN WAYBACK TOOLBAR INSERT\s*-->.*?<!--\s*END WAYBACK TOOLBAR INSERT\s*-->", _ANY_LINE
)
_INCLUDE = re.compile(
    rb"(<head[^>]*>)(?:(?!<title|<meta).)*?<!--\s*End Wayback Rewrite JS Include\s*-->", _ANY_LINE
)
_FOOTER = re.compile(rb"<!--\s*(?:FILE ARCHIVED ON|playback timings)\b.*?-->", _ANY_LINE)
_ADDRESS = re.compile(
    rb"(?<=[\"'=(])\s*(?:(?:https?:)?//web\.archive\.org)?/web/\d{1,14}(?:[a-z]{2}_)?/"
    rb"((?:https?:)?//|mailto:|javascript:)",
    re.IGNORECASE,
)
_ARCHIVED = re.compile(rb"FILE ARCHIVED ON (\d\d:\d\d:\d\d \w{3} \d\d, \d{4})")


def original(url: str) -> tuple[str, str] | None:
    """Return the original URL and the time in a Wayback URL, or None for any other URL.

    The time is ISO 8601 in UTC. If the URL has fewer digits, it is the beginning of the year, month or day.
    """
    match = _URL.match(url.strip())
    if match is None:
        return None
    digits = match[1] + "00000101000000"[len(match[1]) :] if len(match[1]) >= 4 else ""
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    where = match[2] if "://" in match[2] else f"http://{match[2]}"
    return where, utc_text(moment)


def without_wayback(saved: SavedPage) -> SavedPage:
    """Return a Wayback copy as the site sent it; return any other page unchanged.

    URLs are restored only in attributes; the text is not changed.
    """
    found = original(saved.url) if saved.url else None
    if found is None and not _MARKS.search(saved.body):
        return saved
    body = _INCLUDE.sub(rb"\1", saved.body)
    body = _FOOTER.sub(b"", _TOOLBAR.sub(b"", body))
    body = _ADDRESS.sub(rb"\1", body)
    url, at = found or (saved.url, _archived(saved.body) or saved.at)
    return replace(saved, body=body, form="Wayback copy", url=url, at=at)


def _archived(body: bytes) -> str | None:
    match = _ARCHIVED.search(body)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[1].decode(), "%H:%M:%S %b %d, %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
    return utc_text(moment)
