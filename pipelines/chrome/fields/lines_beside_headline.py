"""Find the kicker and the subtitle by their positions, where a page has them in other elements than its layout does."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree

from pipelines.chrome.fields.bylines import is_credit_line, people_only
from pipelines.chrome.fields.dates import names_a_time
from pipelines.chrome.fields.person_names import parse_names
from pipelines.chrome.inline_text import SILENT, plain_text
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import field, without_spaces

_NO_TITLE = frozenset(
    {"a", "img", "input", "select", "form", "script", "style", "li", "table", "iframe", "h1"}
)
"""Elements that no line of a title contains."""
_CHROME = re.compile(
    "[>＞»|｜]|来\\s*源|位置\\s*[：:]|(?:您|你|当前|现在|所在)的?位置|首页|返回|频道|导航|搜索|登录|字号|打印|分享|评论|纠错|责编"
)
"""Matches words and signs of navigation, tools and the line with the source."""
SHORTEST, LONGEST = 2, 60
"""The fewest and the most letters of a kicker or a subtitle."""


IsChrome = Callable[[str], bool]
"""Returns whether a line is a tool of the page, a call to readers or a notice."""


def is_beside(headline: Element, element: Element, is_chrome: IsChrome) -> bool:
    """Return whether an element can be a title by its place: little text, and no time, parts it from the headline.

    The headings of lists, tools and boxes around the text have the same tags as kickers and subtitles.
    """
    text = field(plain_text(element))
    around = set(headline.iterancestors())
    if element in around or headline in element.iterancestors() or is_chrome(text):
        return False
    common = next((each for each in element.iterancestors() if each in around), None)
    if common is None:
        return False
    letters, begun, ends = 0, False, (headline, element)
    for event, each in etree.iterwalk(common, events=("start", "end")):
        own = each in ends
        if event == "start" and own and begun:
            return True
        between = (each.text if event == "start" else each.tail) if begun and each.tag not in SILENT else None
        begun = begun or (own and event == "end")
        if begun and own:
            between = each.tail
        if between and names_a_time(between):
            return False
        letters += len(without_spaces(between or ""))
        if letters > MOST_BETWEEN:
            return False
    return False


MOST_BETWEEN = 60
"""The most letters, such as those of a byline, between a headline and another title."""


def line_above(headline: Element, is_chrome: IsChrome) -> Element | None:
    """Return the element directly above a headline if its text can only be the kicker, or None."""
    found = next(_shown(_box_of(headline).itersiblings(preceding=True)), None)
    return found if found is not None and _is_title(found, is_chrome) else None


def line_below(headline: Element, is_chrome: IsChrome) -> Element | None:
    """Return the element directly below a headline if its text can only be the subtitle, or None."""
    found = next(_shown(_box_of(headline).itersiblings()), None)
    if found is None or not _is_title(found, is_chrome):
        return None
    text = field(plain_text(found))
    only_names = "".join(parse_names(text)) == re.sub(r"[\s、，]", "", text)
    return None if only_names else found


def _box_of(headline: Element) -> Element:
    """Return the outermost box that contains the headline and no other text, such as the row of a table."""
    box, letters = headline, without_spaces(plain_text(headline))
    for above in islice(headline.iterancestors(), MOST_BOXES):
        if above.tag not in _BOXES or not _is_small(above) or without_spaces(plain_text(above)) != letters:
            break
        box = above
    return box


def _is_small(element: Element) -> bool:
    """Return whether an element has so few others within it that it may be a line."""
    return next(islice(element.iter(), MOST_ELEMENTS, None), None) is None


MOST_ELEMENTS = 20
"""The most elements within a line, with itself."""


_BOXES, MOST_BOXES = frozenset({"div", "td", "tr", "center", "header", "span", "p"}), 4
"""Elements around a headline, and the most of them."""


def _shown(siblings: Iterator[Element]) -> Iterator[Element]:
    """Yield the elements that contain text."""
    for each in siblings:
        if each.tag not in SILENT and any(text.strip() for text in each.itertext()):
            yield each


def _is_title(element: Element, is_chrome: IsChrome) -> bool:
    if not _is_small(element) or any(each.tag in _NO_TITLE for each in element.iter()):
        return False
    text = field(plain_text(element))
    if (
        not SHORTEST <= len(text) <= LONGEST
        or text[-1] in "。；"
        or not re.search("[\u4e00-\u9fff]{2}", text)
    ):
        return False
    people = is_credit_line(text) or people_only(text)
    return not (is_chrome(text) or people or names_a_time(text) or _CHROME.search(text))
