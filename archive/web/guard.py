"""Check every request, choose the language of the answer, and add security headers to every answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from archive.web.web_languages import COOKIE, LANGUAGES, preferred

Scope = MutableMapping[str, Any]
"""The ASGI scope of a connection: type, method, path, headers, query string."""

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
"""ASGI channel: a function that sends a message to the client."""
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""ASGI channel: a function that waits for a message from the client."""

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI 3 application."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content-Security-Policy of every answer that does not set its own, Datasette's pages included.

It allows scripts and styles only from our own files.
"""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
)
"""Headers added to every answer that does not set them itself: name and value."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Host names that are accepted while the server listens on loopback only.

With another name the request may come from a web page whose DNS name points here (DNS rebinding).
"""

LONGEST_QUERY = 100_000
"""Maximum number of bytes of a query string (a Han character is 9 bytes when percent-encoded)."""


def guard(application: Application, *, any_host: bool) -> Application:
    """Return an ASGI application that refuses bad HTTP requests and passes the others on with their language.

    It refuses a Host header that is not this machine's (403), methods other than GET and HEAD (405) and long queries
    (414). `any_host` switches off the check of the Host header, for servers that others can reach.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        refusal = _refusal(scope, any_host)
        if refusal is not None:
            await _refuse(send, *refusal)
            return
        scope, chosen = _with_language(scope)

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = dict(message, headers=_headers(message.get("headers", []), chosen))
            await send(message)

        await application(scope, receive, send_with_headers)

    return guarded


def _refusal(scope: Scope, any_host: bool) -> tuple[int, str] | None:
    """Return the status and message of a refusal, or None if the request is accepted."""
    if scope["method"] not in {"GET", "HEAD"}:
        return 405, "The reading room only reads: GET and HEAD."
    if len(scope.get("query_string", b"")) > LONGEST_QUERY:
        return 414, "The query is too long."
    if not any_host and _host(scope) not in LOOPBACK:
        return (
            403,
            "The reading room listens on this machine alone: open it as http://127.0.0.1 or localhost.",
        )
    return None


def _host(scope: Scope) -> str:
    """Return the requested host without its port."""
    host = _header(scope, b"host").lower()
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")


def _with_language(scope: Scope) -> tuple[Scope, str | None]:
    """Return the scope with `language` set and `lang` removed from the query, and the language if the query has one.

    `lang` is removed because Datasette's tables would treat `?lang=en` as a filter on a column.
    """
    query = scope.get("query_string", b"").decode("latin-1")
    chosen = None
    if "lang=" in query:
        # Decoding and encoding as latin-1 leaves the percent-encoding and all other bytes unchanged.
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        chosen = next((value for name, value in pairs if name == "lang" and value in LANGUAGES), None)
        kept = [(name, value) for name, value in pairs if name != "lang"]
        query = urlencode(kept, encoding="latin-1")
    cookies: SimpleCookie = SimpleCookie()
    cookies.load(_header(scope, b"cookie"))
    remembered = cookies[COOKIE].value if COOKIE in cookies else ""
    language = chosen or (remembered if remembered in LANGUAGES else "")
    language = language or preferred(_header(scope, b"accept-language"))
    return dict(scope, query_string=query.encode("latin-1"), language=language), chosen


def _headers(headers: list[Any], chosen: str | None) -> list[Any]:
    """Return an answer's headers with ours added; headers that a page has set itself remain."""
    present = {bytes(name).lower() for name, _ in headers}
    headers = [*headers, *(header for header in HEADERS if header[0] not in present)]
    headers.append((b"vary", b"Accept-Language"))
    if chosen:
        cookie = f"{COOKIE}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
        headers.append((b"set-cookie", cookie.encode()))
    return headers


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = sentence.encode() + b"\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
        *([(b"allow", b"GET, HEAD")] if status == 405 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
