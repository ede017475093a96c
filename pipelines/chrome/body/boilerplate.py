"""Find boilerplate lines inside a body: promotion, page tools, banners, and lists of other articles.

A line is never left out for single words. As a whole it must have a known form (promotion.py), or consist mostly of
words of calls and notices (chrome_vocabulary.py); and it must come before the first or after the last sentence, be a
link, or be next to a picture.
"""

import re

from kepu import urls
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.promotion import (
    LABELS_OF_NOTHING,
    may_be_chrome,
    notice_rule,
    pages_in,
    promotion_rule,
    tools_in,
)
from pipelines.chrome.body.related_lists import is_all_links, labelled_lists, lists_at_the_end

PROSE = 20
"""Minimum number of characters of a line with a full stop to count as a sentence of the text."""

ENDS = 3
"""Number of lines at either end within which a single word of a toolbar is boilerplate."""

DECORATION = re.compile(
    r"/img/|/c\.gif|kplogo|page_turn|next_page|(?:^|/)(?:logo|share|qr|ewm|icon)[\w-]*\.\w+$", re.IGNORECASE
)
"""Matches the URLs of pictures of the template: `/img/` has decoration, `kplogo` is at the end of articles in dumps."""

LOGOS = ("kplogo", "logo")
"""Alternative texts of pictures that do not belong to the article."""

_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)$", re.IGNORECASE)
"""Matches the end of the URL of a picture."""


def rules_of(lines: list[BodyLine], key: str | None) -> list[str | None]:
    """Return for each line the name of the rule that excludes it from the article, or None.

    `key` is the article's key: links to its own parts do not lead out of it.

    The rules `promotion`, `share_bar`, `page_numbers`, `empty_label` and `notice` apply to text by its form,
    `promotion_by_words` and `notice_by_words` to text by its vocabulary, `decoration` and `banner` to pictures, and
    `related_list` to lists of other articles with their labels.
    """
    first, last = _sentences(lines)
    rules: list[str | None] = []
    for at in range(len(lines)):
        rules.append(_rule(lines, at, key, first <= at <= last and not (rules and rules[-1])))
    left = [at for at in range(len(lines)) if rules[at] is None]
    for at in labelled_lists(lines, left):
        rules[at] = "related_list"
    left = [at for at in left if rules[at] is None]
    for at in lists_at_the_end(lines, left):
        rules[at] = "related_list"
    return rules


def _sentences(lines: list[BodyLine]) -> tuple[int, int]:
    """Return the indices of the first and the last sentence; without sentences, `len(lines)` and -1."""
    first = next((at for at, line in enumerate(lines) if _is_sentence(line)), None)
    if first is None:
        return len(lines), -1
    return first, next(at for at in range(len(lines) - 1, -1, -1) if _is_sentence(lines[at]))


def _is_sentence(line: BodyLine) -> bool:
    """Return whether a line is a sentence of the article: of at least PROSE characters, and no promotion or notice."""
    if line.kind != "text" or len(line.text) < PROSE or not any(stop in line.text for stop in "。！？；"):
        return False
    return not (may_be_chrome(line.text) and (promotion_rule(line.text) or notice_rule(line.text)))


def _rule(lines: list[BodyLine], at: int, key: str | None, within: bool) -> str | None:
    """Return the rule for a single line, or None; `within`: whether there are sentences before and after it.

    A line directly below an excluded one does not count as within.
    """
    line = lines[at]
    if line.kind == "figure":
        return _rule_of_picture(lines, at, key, within)
    if line.kind == "table" and LABELS_OF_NOTHING.fullmatch("".join(line.text.split())):
        return "empty_label"
    if line.kind != "text" or not may_be_chrome(line.text):
        return None
    linked = is_all_links(line)
    may_be_promotion = not within or linked or _beside_picture(lines, at)
    if may_be_promotion and (rule := promotion_rule(line.text)):
        return rule
    if pages_in(line.text) > 1:
        return "page_numbers"
    if not within or linked:
        return _rule_of_tools(line, linked or min(at, len(lines) - 1 - at) < ENDS)
    return "empty_label" if _is_empty_label(line, _beside_picture(lines, at)) else None


def _rule_of_tools(line: BodyLine, alone: bool) -> str | None:
    """Return the rule for a line that may be a toolbar, or None; `alone`: whether a single tool suffices."""
    titled = line.bold or line.level is not None
    least = 1 if alone and not titled else 2
    if tools_in(line.text) >= least:
        return "share_bar"
    if pages_in(line.text) >= least:
        return "page_numbers"
    return notice_rule(line.text) or ("empty_label" if _is_empty_label(line, True) else None)


def _is_empty_label(line: BodyLine, may_be_advert: bool) -> bool:
    """Return whether a line is a label without a value: 责编：, or 广告 if `may_be_advert`."""
    text = "".join(line.text.split())
    if not LABELS_OF_NOTHING.fullmatch(text):
        return False
    return text.startswith("责") or (may_be_advert and not line.bold and line.level is None)


def _beside_picture(lines: list[BodyLine], at: int) -> bool:
    """Return whether a line is directly above or below a picture."""
    return any(0 <= other < len(lines) and lines[other].kind == "figure" for other in (at - 1, at + 1))


def _rule_of_picture(lines: list[BodyLine], at: int, key: str | None, within: bool) -> str | None:
    """Return the rule for a picture, or None. A picture between sentences may link to a page that shows it larger."""
    line = lines[at]
    if DECORATION.search(line.url or "") or line.alt in LOGOS:
        return "decoration"
    if within and _OWN_HOST.match((line.href or "").strip()):
        return None
    return "banner" if _leads_out(line, key) and not _has_caption(lines, at) else None


_OWN_HOST = re.compile(r"(?:https?:)?//(?:[\w-]+\.)*people\.(?:com\.)?cn(?:[/:?#]|$)|/(?!/)", re.IGNORECASE)
"""Matches URLs on the site's own hosts, and relative ones."""


def _leads_out(line: BodyLine, key: str | None) -> bool:
    """Return whether a picture is a link to something other than itself or this article."""
    href = (line.href or "").strip()
    if not href or href.startswith(("#", "javascript:")) or _PICTURE_FILE.search(href):
        return False
    if key is not None and key.rpartition("/")[2] in href:
        return False
    own = urls.parse(urls.resolve("http://www.people.com.cn/", href) or "")
    return own is None or (key is not None and own.key != key)


def _has_caption(lines: list[BodyLine], at: int) -> bool:
    """Return whether the line below a picture can be its caption: centred, without links, and no promotion."""
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is None or following.kind != "text" or following.links or promotion_rule(following.text):
        return False
    return following.align == "center"
