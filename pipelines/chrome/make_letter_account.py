"""Make the account of a page's letters: a second walk over its text nodes looks up where each of them ended.

The extraction has recorded which text nodes each line came from, and which rule left out each element. Text in the
article that was neither read nor excluded by a rule is counted under the rule `unread`, so all letters are accounted
for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml import etree

from kepu.records.letter_account import Account, Added, Excluded
from pipelines.chrome import explain_page_lines
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.walker import RULES
from pipelines.chrome.element_style import is_hidden
from pipelines.chrome.inline_text import SILENT
from pipelines.chrome.page_selectors import Element

LONGEST_TEXT = 200
"""Maximum number of characters stored of a run."""

LONG_RUN = 30
"""Minimum number of letters of a run outside the article that may be a missed part of it."""

MOST_RUNS = 20
"""Maximum number of such runs that are stored."""

_SITE = re.compile(
    r"foot|copy|head|nav|menu|comment|side|rank|list|recommend|relat|hot|login|search|float|share|tool|topb|info|crumb|ad[s_-]"
    r"|banner|pop|dialog|tips",
    re.IGNORECASE,
)
"""Matches classes and ids of elements around an article."""

_NOTICE = re.compile(
    r"版权|版 权|copyright|©|许可证|备案|ICP|举报|电话|邮箱|地址|未经|授权|转载|声明|浏览器|JavaScript|仅代表|客户端"
    r"|二维码|登录|评论",
    re.IGNORECASE,
)
"""Matches words in notices of a site."""

BLOCK, FIELD = "block", "field"
"""Names of fates (explain_page_lines.py): the text is in a block, or in another field of the article."""
Fate = tuple[str, int]
"""Where text ended: (`block`, number of the piece), (`field`, 0) or (rule, number of the run)."""


@dataclass(slots=True)
class PageRead:
    """What the extraction of a page records for its account."""

    body: Element | None
    """The `<body>` of the page."""
    containers: list[Element]
    """Elements that contain the text of the article."""
    fields: list[Element]
    """Elements whose text is in fields of the record."""
    between: list[Element]
    """Elements between the titles and the text."""
    lines: list[BodyLine]
    """All lines that were read, including those that a rule excluded."""
    owners: dict[int, int]
    """Map the `id()` of a line to the number of its piece; a line that names editors is a field and not in the map."""
    skips: dict[Element, str]
    """Map each element that a rule excluded to the name of the rule."""


@dataclass(slots=True)
class PartAccount:
    """The account of one page, and the number of letters of each of its pieces."""

    account: Account = field(default_factory=Account)
    """The account of the page."""
    pieces: dict[int, int] = field(default_factory=dict)
    """Map the number of a piece to the number of its letters."""


def letters_in(text: str | None) -> int:
    """Return the number of letters in a text: code points that are not white space."""
    return len("".join(text.split())) if text else 0


def letters_below(element: Element) -> int:
    """Return the number of letters in an element and its descendants."""
    return letters_in(_TEXT_BELOW(element))


_TEXT_BELOW = etree.XPath("string()", smart_strings=False)


@lru_cache(maxsize=64)
def letters_of_source(source: str) -> int:
    """Return the number of letters in a piece of HTML after parsing, without comments.

    Menus and footers differ from page to page only in scripts and numbers. To parse each only once, the letters of
    scripts are counted without parsing, and digits are replaced by zeros if there are no references such as `&#160;`.
    """
    if not source:
        return 0
    source, scripts = _without_scripts(source)
    raw = source.encode("utf-8", errors="replace")
    return scripts + _letters_of_source(raw if b"&#" in raw else raw.translate(_DIGITS))


def _without_scripts(source: str) -> tuple[str, int]:
    """Return a piece of HTML with empty scripts, and the number of letters that were in them."""
    pieces, letters, at = [], 0, 0
    while (opened := source.find("<script", at)) >= 0:
        start = source.find(">", opened) + 1
        end = source.find("</script", start)
        if not start or end < 0:
            break
        pieces.append(source[at:start])
        letters += letters_in(source[start:end])
        at = end
    return "".join([*pieces, source[at:]]), letters


_DIGITS = bytes.maketrans(b"123456789", b"000000000")


@lru_cache(maxsize=128)
def _letters_of_source(source: bytes) -> int:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(b"<body><div>" + source, parser)
    except etree.LxmlError:
        return 0
    return letters_below(root) if root is not None else 0


_PARTS = (
    (re.compile(r"share|ewm|qr", re.IGNORECASE), "share_bar"),
    (re.compile(r"relev|relat|tjyd|bobao", re.IGNORECASE), "related_list"),
    (re.compile(r"edit", re.IGNORECASE), "editors_line"),
    (re.compile(r"paper", re.IGNORECASE), "paper_line"),
    (re.compile(r"zdfy|page", re.IGNORECASE), "page_numbers"),
    (re.compile(r"pic", re.IGNORECASE), "picture_box"),
)


def rule_of_part(element: Element) -> str:
    """Return the name of the rule for an element that a layout excludes from its body."""
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return next((rule for words, rule in _PARTS if words.search(name)), "layout")


def account_of(page: PageRead, part: int) -> PartAccount:
    """Return the account of a page, which is part number `part` of its article; empty if the page has no `<body>`."""
    made = PartAccount()
    account = made.account
    if page.body is None:
        return made
    walk = _LetterCount(page, part)
    walk.go()
    account.letters = letters_below(page.body)
    account.fields, account.excluded, made.pieces = walk.fields, walk.excluded, walk.pieces
    account.blocks = sum(walk.pieces.values())
    account.outside = account.letters - account.blocks - account.fields - account.excluded_letters
    account.added = [
        Added(part, kind, text) for line in page.lines if line.rule is None for kind, text in line.added
    ]
    if walk.fates is not None:
        account.lines = explain_page_lines.in_order(page.body, walk.fates, part)
    account.outside_runs = list(islice(_long_runs(page.body, walk.tops), MOST_RUNS))
    return made


class _LetterCount:
    """A walk over the text nodes of the article's elements."""

    def __init__(self, page: PageRead, part: int) -> None:
        self.page, self.part = page, part
        self.fields = 0
        self.excluded: list[Excluded] = []
        self.pieces: dict[int, int] = {}
        self.runs: dict[Fate, Excluded] = {}
        self.fates: dict[explain_page_lines.Place, Fate] | None = (
            {} if explain_page_lines.are_wanted() else None
        )
        self.claims: dict[tuple[Element, str], Fate] = {}
        self.wholes: dict[Element, Fate] = {}
        self.tops: set[Element] = set()
        for n, line in enumerate(page.lines):
            fate = self._fate_of(line, n)
            for element, kind in line.sources:
                if kind == "whole":
                    self.wholes.setdefault(element, fate)
                else:
                    self.claims.setdefault((element, kind), fate)
        self.named = set(page.fields)

    def _fate_of(self, line: BodyLine, n: int) -> Fate:
        if line.rule is not None:
            return line.rule, -1 - n
        owner = self.page.owners.get(id(line))
        return (FIELD, 0) if owner is None else (BLOCK, owner)

    def go(self) -> None:
        """Count every text node in the article's elements once."""
        page = self.page
        given = [*page.fields, *page.between, *page.containers]
        every = set(given)
        known: dict[Element, bool] = {}
        tops = [top for top in dict.fromkeys(given) if self._is_top(top, every, known)]
        if page.body is not None and page.body in every:
            tops = [page.body]
        defaults = dict.fromkeys(page.between, "beside_text") | dict.fromkeys(page.containers, "unread")
        self.tops = set(tops)
        for number, top in enumerate(tops):
            self._subtree(top, (defaults.get(top, "beside_text"), -100_000 - number), defaults)

    def _is_top(self, element: Element, every: set[Element], known: dict[Element, bool]) -> bool:
        """Return whether an element is below `<body>` but not within another one of `every`; `known` is a cache."""
        path: list[Element] = []
        parent = element.getparent()
        while (
            parent is not None
            and parent not in known
            and parent is not self.page.body
            and parent not in every
        ):
            path.append(parent)
            parent = parent.getparent()
        is_top = parent is not None and known.get(parent, parent is self.page.body)
        known.update(dict.fromkeys(path, is_top))
        return is_top

    def _subtree(self, top: Element, default: Fate, defaults: dict[Element, str]) -> None:
        context: dict[Element, Fate] = {}
        number = -1_000_000
        for element in top.iter():
            above = default if element is top else context[element.getparent()]  # type: ignore[index]
            number -= 1
            if element in defaults and element is not top and above[0] == "beside_text":
                above = (defaults[element], number)
            own = context[element] = self._own(element, above, number)
            if element.text:
                self._count(element, "text", element.text, self.claims.get((element, "text"), own))
            if element.tail and element is not top:
                fate = self.claims.get((element, "tail"), context[element.getparent()])  # type: ignore[index]
                self._count(element, "tail", element.tail, fate)

    def _own(self, element: Element, above: Fate, number: int) -> Fate:
        """Return where the text in an element ends by default, if nothing more specific is known."""
        if element in self.named:
            return FIELD, 0
        if element in self.wholes:
            return self.wholes[element]
        rule = self.page.skips.get(element)
        tag = element.tag
        if tag in explain_page_lines.NO_TEXT:
            return str(tag), number
        if rule is not None and above[0] != FIELD:
            return rule, number
        if above[0] in (BLOCK, FIELD) and tag != "math":
            if tag in SILENT:
                return RULES.get(str(tag), str(tag)), number
            if is_hidden(element):
                return "hidden", number
        return above

    def _count(self, element: Element, kind: Literal["text", "tail"], text: str, fate: Fate) -> None:
        letters = letters_in(text)
        if not letters:
            return
        if self.fates is not None:
            self.fates[element, kind] = fate
        name, number = fate
        if name == FIELD:
            self.fields += letters
        elif name == BLOCK:
            self.pieces[number] = self.pieces.get(number, 0) + letters
        else:
            self._exclude(text, letters, fate)

    def _exclude(self, text: str, letters: int, fate: Fate) -> None:
        run = self.runs.get(fate)
        shown = None if fate[0] in explain_page_lines.NO_TEXT else " ".join(text.split())
        if run is None:
            run = self.runs[fate] = Excluded(self.part, fate[0], shown and shown[:LONGEST_TEXT], letters)
            self.excluded.append(run)
            return
        run.letters += letters
        if run.text is not None and shown and len(run.text) < LONGEST_TEXT:
            run.text = f"{run.text} {shown}"[:LONGEST_TEXT]


def between(start: Element | None, container: Element, body: Element | None) -> list[Element]:
    """Return the outermost elements between the titles, which begin with `start`, and a container of the body."""
    if (
        start is None
        or body is None
        or container in start.iterancestors()
        or start in container.iterancestors()
    ):
        return []
    above = {each: n for n, each in enumerate(container.iterancestors())}
    common = next((each for each in start.iterancestors() if each in above), None)
    if common is None:
        return []
    path = {container, *(each for each in container.iterancestors() if above[each] < above[common])}
    found: list[Element] = [start]
    node = start
    while node is not None:
        parent = node.getparent()
        for sibling in node.itersiblings():
            if sibling in path:
                break
            found.append(sibling)
        if parent is None or parent is common:
            break
        node = parent
    node = container
    while node is not None and node.getparent() is not common:
        found += reversed(list(node.itersiblings(preceding=True)))
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return found


_LONG_TEXTS = etree.XPath(f".//text()[string-length() >= {LONG_RUN}]")


def _long_runs(body: Element, tops: set[Element]) -> Iterator[str]:
    """Yield long runs of text outside the article that are neither links nor notices of the site."""
    known: dict[Element, bool] = {}
    for text in _LONG_TEXTS(body):
        holder = text.getparent()
        if text.is_tail:
            holder = holder.getparent()
        if letters_in(text) < LONG_RUN or _is_of_site(holder, tops, body, known):
            continue
        if not _NOTICE.search(text):
            yield " ".join(text.split())[:LONGEST_TEXT]


def _is_of_site(holder: Element, tops: set[Element], body: Element, known: dict[Element, bool]) -> bool:
    """Return whether an element is, or is within, the article, a link, a hidden element or a part of the site.

    `known` caches the results for ancestors.
    """
    path: list[Element] = []
    element: Element | None = holder
    found = False
    while element is not None and element is not body:
        if element in known:
            found = known[element]
            break
        path.append(element)
        if _is_apart(element, tops):
            found = True
            break
        element = element.getparent()
    else:
        found = body in tops
    known.update(dict.fromkeys(path, found))
    return found


def _is_apart(element: Element, tops: set[Element]) -> bool:
    """Return whether an element itself is one of the article's, a link, hidden, or named like a part of the site."""
    tag = element.tag
    if (
        element in tops
        or tag in SILENT
        or tag in ("a", "header", "footer", "nav", "aside")
        or is_hidden(element)
    ):
        return True
    return _SITE.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
