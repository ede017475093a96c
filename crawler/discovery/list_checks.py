"""Check that a response is the list page that was requested, and complete, as strictly as articles are checked.

A list page that is wrong and taken for right loses the articles behind it for good. So each is checked: it was not
redirected, it does not say that the page is missing, it names something, it was not cut, and its pager and its node
are those of the page that was asked for. What a wrong page names is used all the same; its validators (ETag,
Last-Modified), its pager, and the claim that it was read are not.
"""

from collections.abc import Collection
from typing import NamedTuple

from crawler.discovery.section_pages import ListPage, ListUrl, parse_list
from kepu import urls
from kepu.messages import Text
from pipelines.chrome.error_pages import MISSING

PREVIOUS = frozenset({"上一页", "上页"})
NEXT = frozenset({"下一页", "下页"})


ENOUGH_ARTICLES = 3
"""Articles of one node, from which on they say of which section a page is."""


class ListProblem(NamedTuple):
    """Why a response is not the list page that was requested."""

    code: str
    message: str


def landed_elsewhere(asked: str, landed: str) -> ListProblem | None:
    """Return the problem if a request for one list or source was led to another URL."""
    wanted, there = parse_list(asked), parse_list(landed)
    same = (wanted is not None and there is not None and wanted.url == there.url) or (
        urls.canonical(asked) == urls.canonical(landed)
    )
    return None if same else ListProblem("redirected", Text("it leads to {url}", url=landed[:200]))


def problem_of_home(found: ListPage) -> ListProblem | None:
    """Return what is wrong with the channel's home, or None where nothing is."""
    if found.title and not found.articles and MISSING.search(found.title):
        return ListProblem("missing_page", Text("titled {title}", title=found.title[:40]))
    if not found.articles and not found.lists:
        return ListProblem("empty_list", Text("a list that names nothing"))
    return None if found.is_closed else ListProblem("cut_short", Text("it ends in the middle"))


def problem_of(
    asked: ListUrl,
    found: ListPage,
    *,
    other_nodes: Collection[str],
    other_titles: Collection[str | None] = (),
    usual_nodes: Collection[str] = (),
    had_articles: bool = False,
) -> ListProblem | None:
    """Return what is wrong with a page of a section, or None where nothing is.

    `other_nodes` and `other_titles` are those of the other sections that are known, `usual_nodes` what several pages
    of this list gave as theirs before (a section may have a habit of its own), and `had_articles` says whether this
    list has ever named any.
    """
    if found.title and not found.articles and MISSING.search(found.title):
        return ListProblem("missing_page", Text("titled {title}", title=found.title[:40]))
    if not found.articles and (had_articles or asked.page > 1 or not found.lists):
        return ListProblem("empty_list", Text("a list that names nothing"))
    if not found.is_closed:
        return ListProblem("cut_short", Text("it ends in the middle"))
    return _of_another_list(asked, found, other_nodes, other_titles, usual_nodes) or _of_another_page(
        asked, found
    )


def _of_another_list(
    asked: ListUrl,
    found: ListPage,
    other_nodes: Collection[str],
    other_titles: Collection[str | None],
    usual_nodes: Collection[str],
) -> ListProblem | None:
    """Return the problem if the page gives the node, or without one the title, of another section that is known."""
    own = {asked.node, *usual_nodes}
    if found.nodes:
        is_other = not own & set(found.nodes) and any(node in other_nodes for node in found.nodes)
    else:
        is_other = found.title in other_titles
    if not is_other or _names_its_own(asked, found):
        return None
    name = found.title or " ".join(found.nodes)
    return ListProblem("another_list", Text("it is the page of another section: {name}", name=name))


def _names_its_own(asked: ListUrl, found: ListPage) -> bool:
    """Return whether all articles of a page are of the node that was asked for: two sections may bear swapped nodes."""
    nodes = [article.node for article, _ in found.articles.values()]
    return len(nodes) >= ENOUGH_ARTICLES and set(nodes) == {asked.node}


def _of_another_page(asked: ListUrl, found: ListPage) -> ListProblem | None:
    """Return the problem if the pager is that of another page of the list; a page without a known pager passes.

    On its last page a pager's 下一页 may lead to that page itself, and 上一页 of the first page to the first.
    """
    own = [(text, listed.page) for text, listed in found.pager if listed.first == asked.first]
    if not own:
        return None
    pages = {page for _, page in own}
    ahead = {page for text, page in own if text in NEXT}
    behind = {page for text, page in own if text in PREVIOUS}
    n = asked.page
    wrong_next = bool(ahead) and n + 1 not in ahead and not (n in ahead and max(pages) <= n)
    wrong_previous = bool(behind) and n - 1 not in behind and not (n == 1 and 1 in behind)
    if wrong_next or wrong_previous or (n > 1 and min(pages) >= n):
        return ListProblem("another_page", Text("its pager is that of another page"))
    return None
