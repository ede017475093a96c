"""Read the comments in which browsers and SingleFile write the URL of a saved page, and remove embedded files."""

import re
from dataclasses import replace
from datetime import datetime

from kepu.utc_text import utc_text
from pipelines.saved_pages.saved import SavedPage

HEAD = 8192
"""Number of bytes at the beginning of a file in which the comments are searched."""

# Chrome, Edge, Internet Explorer: <!-- saved from url=(0058)http://… --> ; the number is the length of the URL.
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
# SingleFile: a comment with the lines ` url: …` and ` saved date: Mon Mar 02 2026 09:00:00 GMT+0800 (…)`.
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile\s(.*?)-->", re.IGNORECASE | re.DOTALL)
# Save Page WE and others write their name and the URL in meta tags.
_SAVE_PAGE_WE = re.compile(rb'<meta\s+name="?savepage-url"?\s+content="([^"]*)"', re.IGNORECASE)
_SAVE_PAGE_DATE = re.compile(rb'<meta\s+name="?savepage-date"?\s+content="([^"]*)"', re.IGNORECASE)
_LINE = re.compile(r"^\s*(url|saved date):\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"\w{3} (\w{3} \d{2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})")
_BASE64 = rb"data:[\w/+.;=-]*;base64,[A-Za-z0-9+/=]{200,}"
_DATA_URL = re.compile(rb"(?<=[\"'(=])" + _BASE64)


def read_comments(saved: SavedPage) -> SavedPage:
    """Return a saved page with the URL and time that the saving program wrote into it, and without embedded files.

    SingleFile and Save Page WE embed pictures and fonts as `data:` URLs, often several megabytes; they are replaced by
    the empty `data:,`.
    """
    head = saved.body[:HEAD]
    if match := _SINGLE_FILE.search(head):
        entries = dict(_LINE.findall(match[1].decode("utf-8", errors="replace")))
        fields = {name.lower(): value for name, value in entries.items()}
        return replace(
            saved,
            body=_DATA_URL.sub(b"data:,", saved.body),
            form="SingleFile",
            url=fields.get("url", saved.url),
            at=_time(fields.get("saved date", "")) or saved.at,
        )
    if match := _SAVED_FROM.search(head):
        return replace(saved, form="browser save", url=match[1].decode("utf-8", errors="replace"))
    if match := _SAVE_PAGE_WE.search(saved.body[: 64 * 1024]):
        date = _SAVE_PAGE_DATE.search(saved.body[: 64 * 1024])
        return replace(
            saved,
            body=_DATA_URL.sub(b"data:,", saved.body),
            form="Save Page WE",
            url=match[1].decode("utf-8", errors="replace"),
            at=_time(date[1].decode("utf-8", errors="replace")) if date else saved.at,
        )
    return saved


def _time(text: str) -> str | None:
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        moment = datetime.strptime(f"{match[1]} {match[2]}", "%b %d %Y %H:%M:%S %z")
    except ValueError:
        return None
    return utc_text(moment)
