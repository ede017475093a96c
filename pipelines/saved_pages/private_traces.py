"""What a saved page tells of the person who saved it: that they were logged in, and paths on their machine.

Only bytes are looked at, so that it costs nothing to ask of every page of an archive.
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

# An address of a file within an attribute or a style, and the paths that Windows programs write without `file:`.
_LOCAL = re.compile(
    rb"(?<=[\"'(=])\s*(?:file:/[^\"')<>\s]*|[A-Za-z]:[\\/](?:[^\"')<>\r\n]*)|/(?:home|Users)/[^/\"')<>\r\n]+/[^\"')<>\r\n]*)",
    re.IGNORECASE,
)
_NOWHERE = b"about:blank"


def is_logged_in(body: bytes) -> bool:
    """Return whether a page holds a link to log out, which only those see who are logged in."""
    return _LOGGED_IN.search(body) is not None


def without_local_paths(body: bytes) -> tuple[bytes, int]:
    """Return a page whose attributes name no file of a machine, and how many did: each became `about:blank`."""
    return _LOCAL.subn(_NOWHERE, body)
