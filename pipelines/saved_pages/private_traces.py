"""Find private traces in saved pages: that the person was logged in, and paths on their machine.

The bytes are searched without parsing, so that checking all pages of an archive is fast.
"""

import re

_LOG_OUT_WORDS = (
    "退出登录",
    "退出登陆",
    "退出",
    "注销登录",
    "注销",
    "安全退出",
    "Log out",
    "Sign out",
    "Logout",
)
_LOG_OUT_ADDRESS = rb"href\s*=\s*[\"']?[^\"'\s>]*(?:log-?out|sign-?out|login-?out)\b"
_ENCODED = {word.encode(charset) for word in _LOG_OUT_WORDS for charset in ("utf-8", "gb18030")}
_LOGGED_IN = re.compile(
    _LOG_OUT_ADDRESS + rb"|<a\b[^>]*>\s*(?:" + b"|".join(sorted(map(re.escape, _ENCODED))) + rb")\s*</a",
    re.IGNORECASE,
)

# A file: URL within an attribute or a style, and paths that Windows programs write without `file:`.
_LOCAL = re.compile(
    rb"(?<=[\"'(=])\s*(?:file:/[^\"')<>\s]*|[A-Za-z]:[\\/](?:[^\"')<>\r\n]*)|/(?:home|Users)/[^/\"')<>\r\n]+/[^\"')<>\r\n]*)",
    re.IGNORECASE,
)
_NOWHERE = b"about:blank"


def is_logged_in(body: bytes) -> bool:
    """Return whether a page has a link to log out, which only logged-in users see."""
    return _LOGGED_IN.search(body) is not None


def without_local_paths(body: bytes) -> tuple[bytes, int]:
    """Replace local paths in the attributes of a page by `about:blank`; return the page and the number of paths."""
    return _LOCAL.subn(_NOWHERE, body)
