"""Check that a response is the list page that was requested, and complete, as strictly as articles are checked.

If a wrong page were accepted, the articles that the right one lists would never be found. So a page must not be
redirected, must not say that it is missing, must link to something, must be complete, and its pager and its node must
be those of the requested page. The links of a wrong page are used anyway, but it does not count as read, and its
validators (ETag, Last-Modified) and its pager are ignored.
"""

from collections.abc import Collection
from typing import NamedTuple

from crawler.discovery.section_pages import ListPage, ListUrl, parse_list
from kepu import urls
from kepu.messages import Text
from pipelines.chrome.error_pages import MISSING

PREVIOUS = frozenset({"上一页", "上页"})
"""Texts of links to the previous page of a list."""

NEXT = frozenset({"下一页", "下页"})
"""Texts of links to the next page of a list."""

ENOUGH_ARTICLES = 3
"""Minimum number of articles under one node to conclude that the page belongs to that node's section."""


class ListProblem(NamedTuple):
    """Why a response is not the list page that was requested."""

    code: str
    """`redirected`, `missing_page`, `empty_list`, `cut_short`, `another_list` or `another_page`."""
    message: str
    """The problem as a sentence for people."""


def landed_elsewhere(requested: str, landed: str) -> ListProblem | None:
    """Return the problem if a request for the URL `requested` was redirected to another one, `landed`; None if not."""
    wanted, there = parse_list(requested), parse_list(landed)
    same = (wanted is not None and there is not None and wanted.url == there.url) or (
        urls.canonical(requested) == urls.canonical(landed)
    )
    return None if same else ListProblem("redirected", Text("it redirects to {url}", url=landed[:200]))


def problem_of_home(found: ListPage) -> ListProblem | None:
    """Return what is wrong with the channel's home page, or None if nothing is."""
    if found.title and not found.articles and MISSING.search(found.title):
        return ListProblem("missing_page", Text("titled {title}", title=found.title[:40]))
    if not found.articles and not found.lists:
        return ListProblem("empty_list", Text("it links to no articles or lists"))
    return None if found.is_closed else ListProblem("cut_short", Text("it is cut short"))


def problem_of(
    requested: ListUrl,
    found: ListPage,
    *,
    other_nodes: Collection[str],
    other_titles: Collection[str | None] = (),
    usual_nodes: Collection[str] = (),
    had_articles: bool = False,
) -> ListProblem | None:
    """Return what is wrong with a page of a section, or None if nothing is.

    `other_nodes` and `other_titles` belong to the other known sections. `usual_nodes` are the nodes that several
    earlier pages of this list had, since a section may use another node than its own. `had_articles` is whether this
    list has ever linked to articles.
    """
    if found.title and not found.articles and MISSING.search(found.title):
        return ListProblem("missing_page", Text("titled {title}", title=found.title[:40]))
    if not found.articles and (had_articles or requested.page > 1 or not found.lists):
        return ListProblem("empty_list", Text("it links to no articles or lists"))
    if not found.is_closed:
        return ListProblem("cut_short", Text("it is cut short"))
    return _of_another_list(requested, found, other_nodes, other_titles, usual_nodes) or _of_another_page(
        requested, found
    )


def _of_another_list(
    requested: ListUrl,
    found: ListPage,
    other_nodes: Collection[str],
    other_titles: Collection[str | None],
    usual_nodes: Collection[str],
) -> ListProblem | None:
    """Return the problem if the page has the node of another known section or, if it has no node, the title of one."""
    own = {requested.node, *usual_nodes}
    if found.nodes:
        is_other = not own & set(found.nodes) and any(node in other_nodes for node in found.nodes)
    else:
        is_other = found.title in other_titles
    if not is_other or _names_its_own(requested, found):
        return None
    name = found.title or " ".join(found.nodes)
    return ListProblem("another_list", Text("it is the page of another section: {name}", name=name))


def _names_its_own(requested: ListUrl, found: ListPage) -> bool:
    """Return whether all articles of a page have the requested node.

    Such a page is right even if it states another section's node, because two sections may have swapped nodes.
    """
    nodes = [article.node for article, _ in found.articles.values()]
    return len(nodes) >= ENOUGH_ARTICLES and set(nodes) == {requested.node}


def _of_another_page(requested: ListUrl, found: ListPage) -> ListProblem | None:
    """Return the problem if the pager belongs to another page of the list; a page without a pager passes.

    On the last page, 下一页 may link to that page itself; on the first page, 上一页 may link to the first.
    """
    own = [(text, listed.page) for text, listed in found.pager if listed.first == requested.first]
    if not own:
        return None
    pages = {page for _, page in own}
    ahead = {page for text, page in own if text in NEXT}
    behind = {page for text, page in own if text in PREVIOUS}
    n = requested.page
    wrong_next = bool(ahead) and n + 1 not in ahead and not (n in ahead and max(pages) <= n)
    wrong_previous = bool(behind) and n - 1 not in behind and not (n == 1 and 1 in behind)
    if wrong_next or wrong_previous or (n > 1 and min(pages) >= n):
        return ListProblem("another_page", Text("its pager belongs to another page"))
    return None
