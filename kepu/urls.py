"""The URL forms of the site: which URL is an article's, what its one key is, and how its parts are named."""

import posixpath
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

SITE_DOMAINS = ("people.com.cn", "people.cn", "peopledaily.com.cn")
"""The registered domains of the site; every host below one of them counts as the site's own."""

GENERIC_LABELS = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})
"""Labels that stand before a country's domain and are no site themselves: `example.com.cn`, `example.org.uk`."""

MAX_URL_LENGTH = 2048
"""Longer URLs are no article's: the longest real one has under 120 characters."""

MAX_PART = 999
"""No article has more parts; a higher number is a trap or a mistake."""

DEFAULT_PORTS = {None, 80, 443}

# /n1/YYYY/MMDD/c<node>-<id>[-<part>].html: 2016 to now; /n2/ for local channels; /n/ from 2012 to 2015.
_DATED = re.compile(
    r"/(n|n1|n2)/([0-9]{4})/([0-9]{2})([0-9]{2})/c([0-9]{1,9})-([1-9][0-9]{3,11})(?:-([0-9]{1,4}))?\.html"
)
# /GB/[<word>/][<node>/…]<id>[-<part>].html: to 2012. Links without any node stand on the real page of 2009; a word
# stands before the nodes in the first years.
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
    """The facts that the URL of an article tells."""

    host: str
    prefix: str
    """`n1`, `n2`, `n` or `GB`: content ids are unique within one, on one site."""
    id: str
    node: str | None
    date: date | None
    """None for `/GB/`, and where the URL names a day that does not exist."""
    part: int
    path: str
    """The path of part 1, in the site's own spelling."""

    @property
    def key(self) -> str:
        """The article's one key, the same under every node, host, scheme and part.

        `n1/40148467` on the site itself; elsewhere it carries the site: `n1@example.cn/40148467`.
        """
        site = site_of(self.host)
        return f"{self.prefix}@{site}/{self.id}" if site else f"{self.prefix}/{self.id}"

    @property
    def canonical(self) -> str:
        """The http URL of part 1, without query and fragment."""
        return f"http://{self.host}{self.path}"


@lru_cache(maxsize=1024)
def host_of(url: str) -> str | None:
    """Return the lower-case host of an http(s) URL on a standard port and without a user; else None."""
    try:
        parts = urlsplit(_tidy(url))
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    fine = parts.scheme in ("http", "https") and port in DEFAULT_PORTS and "@" not in parts.netloc
    return host if fine and host else None


def on_site(url: str) -> bool:
    """Tell whether the URL is http(s) and its host belongs to the site."""
    host = host_of(url)
    return host is not None and not site_of(host)


@lru_cache(maxsize=1024)
def site_of(host: str) -> str:
    """Return the site of another host than the site's own, as ids carry it; empty for the site itself.

    The site is the last two labels of a name, or three where the second last is generic below a country
    (`example.com.cn`); all of an address. The rule is fixed, unlike the public suffix list, so that ids stay as they
    are.
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
    """Return what an absolute URL tells of its article, or None where it is not an article's.

    The forms are those of the real pages of 2009 to 2024, and of crawlers for the rest; other sites that are run by
    the same system have them too, and the key tells which site it is. Forgiven: white space around and within, https,
    letters' case, percent forms, doubled slashes, `..`, session ids, query, fragment.
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
    """Tell whether the URL has the form of an article, on the site or another one, whatever its part."""
    return parse(url) is not None


def canonical(url: str) -> str:
    """Return the canonical URL: http, lower-case host, no query, no fragment; for an article, its part 1.

    A URL that is not http(s) is returned with the white space gone and nothing else changed.
    """
    article = parse(url)
    if article:
        return article.canonical
    host = host_of(url)
    if host is None:
        return _tidy(url)
    return f"http://{host}{_path(url, decode=False)}"


def part_url(url: str, n: int) -> str:
    """Return the URL of part `n` (from 1) of the article at `url`; ValueError where there can be none."""
    article = parse(url)
    if article is None or not 1 <= n <= MAX_PART:
        raise ValueError(f"no part {n} of {url!r}")
    if n == 1:
        return article.canonical
    return f"{article.canonical.removesuffix('.html')}-{n}.html"


def resolve(base: str, href: str) -> str | None:
    """Return the absolute http(s) URL that `href` names on the page at `base`, without its fragment, or None.

    Line ends within the href are dropped and blanks around it stripped, as browsers do: hrefs of the site's
    lists end in a newline at times.
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
    """Return the part's number from 1, or 0 where the suffix is none."""
    if suffix is None:
        return 1
    n = int(suffix)
    return n if n <= MAX_PART else 0


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
