"""Parse and build URLs of the site: recognise articles, derive their keys, and name their parts."""

import posixpath
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

SITE_DOMAINS = ("people.com.cn", "people.cn", "peopledaily.com.cn")
"""The registered domains of the site; every host below one of them counts as the site's own."""

GENERIC_LABELS = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})
"""Second-level labels under which a country registers sites: `example.com.cn`, `example.org.uk`."""

MAX_URL_LENGTH = 2048
"""Longer URLs are not parsed as articles; the longest real one has less than 120 characters."""

MAX_PART = 999
"""Highest part number that is accepted; a higher one is a crawler trap or a mistake."""

DEFAULT_PORTS = {None, 80, 443}
"""Ports of http and https; a URL with another one is not on the site."""

# /n1/YYYY/MMDD/c<node>-<id>[-<part>].html: 2016 to now; /n2/ for local channels; /n/ from 2012 to 2015.
_DATED = re.compile(
    r"/(n|n1|n2)/([0-9]{4})/([0-9]{2})([0-9]{2})/c([0-9]{1,9})-([1-9][0-9]{3,11})(?:-([0-9]{1,4}))?\.html"
)
# /GB/[<word>/][<node>/…]<id>[-<part>].html: until 2012. A page of 2009 has links without any node; in the first years
# there is a word before the nodes.
_GB = re.compile(
    r"/gb/((?:[a-z]+/(?=[0-9]+/))?(?:[0-9]{1,9}/){0,6})([1-9][0-9]{3,11})(?:-([0-9]{1,4}))?\.html"
)
# /GB/<word>/<node>/…/YYYYMMDD/<id>.html: before 2004.
_GB_DATED = re.compile(
    r"/gb/[a-z]+/((?:[0-9]{1,6}/){1,4})([0-9]{4})([0-9]{2})([0-9]{2})/([1-9][0-9]{3,11})\.html"
)

_BLANKS = re.compile(r"[\t\r\n]")
_ENDS = " \f\v\u00a0\u3000\ufeff\u200b"
_SESSION = re.compile(r";[^/]*$")


@dataclass(frozen=True, slots=True)
class ArticleUrl:
    """The components of the URL of an article."""

    host: str
    """Name of the host, in lower case."""
    prefix: str
    """First part of the path: `n1`, `n2`, `n` or `GB`. Content ids are unique per prefix and site."""
    id: str
    """The content id, a number without leading zeros."""
    node: str | None
    """Number of the last section in the path, or None if it has none."""
    date: date | None
    """Day of publication; None for most `/GB/` URLs, and for a day that does not exist."""
    part: int
    """Number of the page of the article, from 1."""
    path: str
    """Path of part 1, as the site writes it."""

    @property
    def key(self) -> str:
        """The article's key, which is the same for every node, host, scheme and part.

        It is `n1/40148467` on the site itself; for another site it contains that site: `n1@example.cn/40148467`.
        """
        site = site_of(self.host)
        return f"{self.prefix}@{site}/{self.id}" if site else f"{self.prefix}/{self.id}"

    @property
    def canonical(self) -> str:
        """The http URL of part 1, without query and fragment."""
        return f"http://{self.host}{self.path}"


@lru_cache(maxsize=1024)
def host_of(url: str) -> str | None:
    """Return the lower-case host of an http(s) URL, or None for one with a user or another port than 80 and 443."""
    try:
        parts = urlsplit(_tidy(url))
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    fine = parts.scheme in ("http", "https") and port in DEFAULT_PORTS and "@" not in parts.netloc
    return host if fine and host else None


def on_site(url: str) -> bool:
    """Return whether a URL is http(s) and its host is below one of SITE_DOMAINS."""
    host = host_of(url)
    return host is not None and not site_of(host)


@lru_cache(maxsize=1024)
def site_of(host: str) -> str:
    """Return the site that a host belongs to, as it occurs in keys; empty for 人民网 itself.

    The site is the last two labels of the host name, or the last three if the second last is one of GENERIC_LABELS
    below a country (`example.com.cn`); for an IP address, all of it. The rule is fixed, unlike the public suffix list,
    so that keys never change.
    """
    if any(host == d or host.endswith("." + d) for d in SITE_DOMAINS):
        return ""
    labels = host.split(".")
    if labels[-1].isdecimal() or ":" in host:
        return host.replace(":", "-").strip("[]")
    is_generic = len(labels) > 2 and labels[-2] in GENERIC_LABELS and len(labels[-1]) == 2
    return ".".join(labels[-3:] if is_generic else labels[-2:])


@lru_cache(maxsize=1024)
def parse(url: str) -> ArticleUrl | None:
    """Parse the absolute URL of an article; return None for any other URL.

    The forms were taken from pages of 2009 to 2024 and from other people's crawlers. Other sites with the same content
    system have them too; the key contains the site. White space, https, upper case, percent-encoding, double slashes,
    `..`, session ids, query and fragment are tolerated.
    """
    host = host_of(url) if len(url) <= MAX_URL_LENGTH else None
    if host is None:
        return None
    path = _path(url)
    low = path.lower()
    if match := _DATED.fullmatch(low):
        return _dated(host, match)
    if match := _GB_DATED.fullmatch(low):
        nodes, year, month, day, content_id = match.groups()
        node = nodes.rstrip("/").rsplit("/", 1)[-1]
        return ArticleUrl(host, "GB", content_id, node, _day(year, month, day), 1, "/GB/" + low[4:])
    match = _GB.fullmatch(low)
    return _gb(host, match) if match else None


def is_article(url: str) -> bool:
    """Return whether a URL has the form of an article (any part), on this site or another one."""
    return parse(url) is not None


def canonical(url: str) -> str:
    """Return the canonical URL: http, lower-case host, no query, no fragment; for an article, that of part 1.

    From a URL that is not http(s), only white space is removed.
    """
    article = parse(url)
    if article:
        return article.canonical
    host = host_of(url)
    if host is None:
        return _tidy(url)
    return f"http://{host}{_path(url, decode=False)}"


def part_url(url: str, n: int) -> str:
    """Return the URL of part `n` of the article at `url`.

    Raises ValueError if `url` is not an article's, or if `n` is not from 1 to MAX_PART.
    """
    article = parse(url)
    if article is None or not 1 <= n <= MAX_PART:
        raise ValueError(f"no part {n} of {url!r}")
    if n == 1:
        return article.canonical
    return f"{article.canonical.removesuffix('.html')}-{n}.html"


def resolve(base: str, href: str) -> str | None:
    """Resolve `href` on the page at `base`: return the absolute http(s) URL without fragment, or None if it has none.

    As browsers do, line ends within the href and white space around it are removed; some hrefs in the site's lists end
    in a newline.
    """
    if len(href) > MAX_URL_LENGTH:
        return None
    try:
        url = urljoin(_tidy(base), _tidy(href))
    except ValueError:
        return None
    return url.split("#", 1)[0] if host_of(url) else None


def _tidy(url: str) -> str:
    return _BLANKS.sub("", url.replace("\\", "/")).strip(_ENDS)


def _path(url: str, decode: bool = True) -> str:
    path = urlsplit(_tidy(url)).path
    if decode:
        path = _SESSION.sub("", unquote(path, errors="replace"))
    path = path.strip(_ENDS + "\t\r\n")
    tidy = posixpath.normpath("/" + path.lstrip("/"))
    return tidy + "/" if path.endswith("/") and tidy != "/" else tidy


def _dated(host: str, match: re.Match[str]) -> ArticleUrl | None:
    prefix, year, month, day, node, content_id, suffix = match.groups()
    part = _part(suffix)
    path = f"/{prefix}/{year}/{month}{day}/c{node}-{content_id}.html"
    return ArticleUrl(host, prefix, content_id, node, _day(year, month, day), part, path) if part else None


def _gb(host: str, match: re.Match[str]) -> ArticleUrl | None:
    nodes, content_id, suffix = match.groups()
    part = _part(suffix)
    node = nodes.rstrip("/").rsplit("/", 1)[-1] or None
    path = f"/GB/{nodes}{content_id}.html"
    return ArticleUrl(host, "GB", content_id, node, None, part, path) if part else None


def _part(suffix: str | None) -> int:
    """Return the number of the part, from 1, given by the suffix of a file name (`-2`); 0 for an invalid suffix."""
    if suffix is None:
        return 1
    n = int(suffix)
    return n if n <= MAX_PART else 0


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
