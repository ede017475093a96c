"""Read the breadcrumb of a page: by ids and classes of the templates, otherwise by its links with arrows between."""

import re
from itertools import islice

from pipelines.chrome.fields.selected_elements import MOST_TRIED, text_of_field
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.whitespace import field

BREADCRUMBS = ("#rwb_navpath, #p_navigator", ".subNav, .path, .route")
"""Selectors of the breadcrumb, in all layouts."""
MOST_LINKS, LONGEST_NAME = 200, 16
"""The most links of a page among which a breadcrumb is searched, and the most letters of a name in it."""
_CRUMB = re.compile(r"\s*(?:>+|&gt;|›|»|→)\s*")
"""Matches the separator between two names of a breadcrumb."""
_ARROWS = re.compile(r"\s*(?:>{1,3}|＞{1,3}|›|»|→)\s*(?:正文|内容)?\s*")
"""Matches the whole text between two links of a breadcrumb, or behind the last one."""
_HOME = re.compile("首页|主页|[\u4e00-\u9fff]{2,8}(?:网|首页|频道|在线)")
_PLACE = re.compile("位置[\\s：:]*$|所在[\\s：:]*$")


def read_breadcrumb(page: PageTree) -> tuple[list[str], Element | None]:
    """Return the names of the breadcrumb, from the site down to the section, and its element."""
    for selector in BREADCRUMBS:
        for element in page.find_all(selector):
            anchors = [each for each in islice(element.iter("a"), MOST_TRIED) if _is_crumb(each, selector)]
            names = [text_of_field(anchor) for anchor in anchors]
            if not anchors and selector == BREADCRUMBS[0]:
                names = [field(name) for name in _CRUMB.split(text_of_field(element))]
            names = [name for name in names if name and name != "正文"]
            if names:
                return names, element
    return _by_arrows(page.root)


def _is_crumb(anchor: Element, selector: str) -> bool:
    """Return whether a link is an entry of the breadcrumb.

    Of the breadcrumbs of the second selector, only links with the class `clink` are.
    """
    return selector == BREADCRUMBS[0] or "clink" in (anchor.get("class") or "")


def _by_arrows(root: Element) -> tuple[list[str], Element | None]:
    """Return the first links that only arrows part and that begin with the site's name, or behind 您的位置."""
    for anchor in islice(root.iter("a"), MOST_LINKS):
        chain = _chain(anchor)
        names = [text_of_field(each) for each in chain]
        if (
            len(chain) > 1
            and all(0 < len(name) <= LONGEST_NAME for name in names)
            and _begins(anchor, names[0])
        ):
            return [name for name in names if name != "正文"], anchor.getparent()
    return [], None


def _chain(anchor: Element) -> list[Element]:
    """Return a link and the links behind it that only arrows part from the one before."""
    chain = [anchor]
    while len(chain) < MOST_TRIED and _ARROWS.fullmatch(chain[-1].tail or ""):
        after = chain[-1].getnext()
        if after is None or after.tag != "a":
            break
        chain.append(after)
    return chain


def _begins(anchor: Element, name: str) -> bool:
    """Return whether a breadcrumb begins with a link: its name is the site's, or it follows 您的位置."""
    before, parent = anchor.getprevious(), anchor.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else None
    return _HOME.fullmatch(name) is not None or _PLACE.search(field(text or "")) is not None
