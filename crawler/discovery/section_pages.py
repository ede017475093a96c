"""Articles, sections and further pages from the channel's lists: its home and the pages of its sections.

To survive redesigns, no container is looked for: every link counts whose URL has the form of an article, of a section
or of a section's further page.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from scrapy.http import TextResponse
from scrapy.utils.response import get_meta_refresh

from kepu import urls
from pipelines.chrome.page_checks import is_closed

_LIST = re.compile(r"/GB/((?:[0-9]+/)+)(?:index([0-9]*)\.html?)?", re.IGNORECASE)
"""Matches the path of a list: its nodes (group 1) and the number in the name of the page (group 2)."""
_HOME = re.compile(r"/(?:index([0-9]*)\.html?)?")
"""Matches the path of the home and of its further pages, with their number (group 1)."""
_MAY_LEAD_ON = re.compile(
    r"[0-9](?:/\s*|\.html?\b.*|[?#;].*)?$|index[0-9]*\.html?", re.IGNORECASE | re.DOTALL
)
"""Matches the href of every article and list: it ends in a number or in `index.html`. Most other links do not match."""

MAX_PAGES = 2000
"""Maximum number of pages of one section, a hundred times the most that was ever observed; more are a crawler trap."""

_NUMBER = re.compile(r"[0-9]+")
"""Matches a node in the meta tag `catalogs`."""
_PAGER_TEXT = re.compile(r"[0-9]{1,4}|上一?页|下一?页|首页|第一页|尾页|末页|最后一?页")
"""Matches the text of a pager's links."""

REFRESH_BODY = 4096
"""Maximum number of bytes of a page that is searched for a meta refresh."""


@dataclass(frozen=True, slots=True)
class ListUrl:
    """A parsed URL of a list."""

    url: str
    """Canonical: `…/GB/404214/index2.html`; the first page is `index.html`, and the home `/`."""
    node: str | None
    """Number of the section in the site's content system, such as `404214`; None for the home page."""
    page: int
    """Number of the page, from 1."""
    first: str
    """URL of the list's first page."""


@dataclass(slots=True)
class ListPage:
    """The links and properties of a list page."""

    title: str | None = None
    """Title of the page up to `--`, or None."""
    articles: dict[str, tuple[urls.ArticleUrl, str | None]] = field(default_factory=dict)
    """Map the canonical URL of each article to its parsed URL and its title: the longest text of its links, or None."""
    lists: dict[str, tuple[ListUrl, str | None]] = field(default_factory=dict)
    """Map the canonical URL of each list to its parsed URL and the link's text."""
    refresh: str | None = None
    """Target URL of a meta refresh, if there is one."""
    is_closed: bool = True
    """False if the page begins as HTML but has no `</body>` or `</html>`, because it was cut short."""
    nodes: tuple[str, ...] = ()
    """The nodes that the page states as its own: in the meta tag `catalogs`, else in the last link of the
    breadcrumb.
    """
    pager: list[tuple[str, ListUrl]] = field(default_factory=list)
    """The links of the pager as (text, list page): the text is a number or, for example, `下一页`."""


def parse_list(url: str) -> ListUrl | None:
    """Parse the URL of a list; return None if it does not have the form of one."""
    host = urls.host_of(url)
    path = urlsplit(url).path
    if host is None:
        return None
    if match := _LIST.fullmatch(path):
        nodes, number = match.groups()
        page = int(number) if number else 1
        if not 1 <= page <= MAX_PAGES:
            return None
        first = f"http://{host}/GB/{nodes}index.html"
        return ListUrl(_page(first, page), nodes.rstrip("/").rsplit("/", 1)[-1], page, first)
    if (match := _HOME.fullmatch(path or "/")) and (page := int(match[1] or 1)) <= MAX_PAGES:
        first = f"http://{host}/"
        return ListUrl(_page(first, page), None, max(page, 1), first)
    return None


def page_url(listed: ListUrl, page: int) -> str:
    """Return the URL of page number `page`, from 1, of the same list."""
    return _page(listed.first, page)


def _page(first: str, page: int) -> str:
    """Return the URL of page number `page` of the list with the first page `first`."""
    if page <= 1:
        return first
    return (
        f"{first}index{page}.html"
        if first.endswith("/")
        else first.replace("index.html", f"index{page}.html")
    )


def read(response: TextResponse) -> ListPage:
    """Return the links of a list page, as absolute URLs without repeats, in page order."""
    found = ListPage()
    if len(response.body) <= REFRESH_BODY:
        _, found.refresh = get_meta_refresh(response)
    title = response.css("title").xpath("normalize-space(.)").get() or ""
    found.title = title.split("--")[0].strip() or None
    found.is_closed = is_closed(response.text)
    found.nodes = _nodes(response)
    base = response.css("base::attr(href)").get()
    base = urls.resolve(response.url, base) if base else None
    for link in response.css("a[href]"):
        href = link.root.get("href")
        if not _MAY_LEAD_ON.search(href):
            continue
        url = urls.resolve(base or response.url, href)
        if url is None:
            continue
        if article := urls.parse(url):
            text, before = _text(link.root), found.articles.get(article.canonical, (article, None))[1]
            found.articles[article.canonical] = (article, max(before or "", text or "", key=len) or None)
        elif listed := parse_list(url):
            text = _text(link.root)
            found.lists.setdefault(listed.url, (listed, text))
            if text and _PAGER_TEXT.fullmatch(text) and not {"?", ";"} & set(url):
                found.pager.append((text, listed))
    return found


def _nodes(response: TextResponse) -> tuple[str, ...]:
    """Return the nodes that a list page states as its own, or an empty tuple."""
    if catalogs := response.css("meta[name=catalogs]::attr(content)").get():
        return tuple(_NUMBER.findall(catalogs))
    links = response.css("#rwb_navpath a, #p_navigator a, [class*=path] a").css("::attr(href)")
    listed = [parse_list(urls.resolve(response.url, href) or "") for href in links.getall()]
    nodes = [one.node for one in listed if one is not None and one.node]
    return tuple(nodes[-1:])


def _text(link: HtmlElement) -> str | None:
    """Return the text of a link with white space collapsed, or None if it has none."""
    return " ".join("".join(link.itertext()).split()) or None
