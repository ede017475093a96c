"""Read MHTML files (`.mht`, `.mhtml`): MIME messages with a page, as Chrome, Edge and Internet Explorer save them."""

import email
import re
from email.errors import CloseBoundaryNotFoundDefect
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime

from kepu.messages import Text
from kepu.utc_text import utc_text
from pipelines.refusals import NotAnArticle
from pipelines.saved_pages.saved import SavedPage

_HEAD = re.compile(rb"(?im)^content-type:\s*multipart/related|^snapshot-content-location:")
_FIELD = re.compile(rb"[\w-]+:")

MAX_PARTS = 5_000
"""Maximum number of parts of a message."""

MAX_LEVELS = 50
"""Maximum number of multiparts, nested or not, because Python's parser recurses for each."""

_PART = re.compile(rb"(?m)^--")
_BOUNDARY = re.compile(rb"(?i)boundary\*?\d*\*?=")


def is_mhtml(body: bytes) -> bool:
    """Return whether a file begins as a MIME message of type multipart/related (RFC 2557)."""
    head = body[:4096].lstrip(b"\xef\xbb\xbf\r\n")
    return _FIELD.match(head) is not None and _HEAD.search(head) is not None


def page_in(body: bytes) -> SavedPage:
    """Return the HTML page of an MHTML file, with its URL and the time at which it was saved.

    Of several pages, it is the one whose URL the message states, or else the first. Raises NotAnArticle if the message
    has no page, is cut short within it, or cannot be parsed.
    """
    _check(body)
    try:
        return _page_in(body)
    except NotAnArticle:
        raise
    except Exception as error:  # Python's MIME parser raises various errors: RecursionError, LookupError …
        raise NotAnArticle(f"this is MHTML that cannot be read ({type(error).__name__})") from error


def _page_in(body: bytes) -> SavedPage:
    message = email.message_from_bytes(body, policy=default)
    where = str(message.get("Snapshot-Content-Location") or "").strip()
    pages = [part for part in _parts(message) if part.get_content_type() in _HTML]
    if not pages:
        raise NotAnArticle(Text("this is MHTML without an HTML page in it"))
    page = next((part for part in pages if where and _location(part) == where), pages[0])
    is_last = page is list(_parts(message))[-1]
    if is_last and any(isinstance(each, CloseBoundaryNotFoundDefect) for each in message.defects):
        raise NotAnArticle(Text("this is MHTML cut short: its page does not end"))
    content = page.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise NotAnArticle(Text("this is MHTML whose page cannot be decoded"))
    charset = page.get_content_charset()
    return SavedPage(
        body=content,
        form="MHTML",
        url=where or _location(page) or None,
        at=_time(message),
        content_type=f"text/html; charset={charset}" if charset else None,
    )


_HTML = {"text/html", "application/xhtml+xml"}


def _parts(message: Message) -> list[EmailMessage]:
    found = []
    for n, part in enumerate(message.walk()):
        if n > MAX_PARTS:
            raise NotAnArticle(f"this is MHTML of more than {MAX_PARTS:,} parts")
        if isinstance(part, EmailMessage) and not part.is_multipart():
            found.append(part)
    return found


def _check(body: bytes) -> None:
    """Raise NotAnArticle for a message on which the parser would spend minutes or exceed the recursion limit."""
    for pattern, most, what in ((_BOUNDARY, MAX_LEVELS, "levels"), (_PART, 2 * MAX_PARTS, "parts")):
        if sum(1 for _ in pattern.finditer(body)) > most:
            raise NotAnArticle(f"this is MHTML of too many {what}")


def _location(part: Message) -> str:
    return str(part.get("Content-Location") or "").strip()


def _time(message: Message) -> str | None:
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return utc_text(moment)
