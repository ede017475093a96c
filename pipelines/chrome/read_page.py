"""Read one page: decode it, refuse it if it is not an article, parse it, choose its layout, find fields and blocks."""

import hashlib
from dataclasses import dataclass, replace

from lxml import etree

from kepu import urls
from kepu.messages import Text
from kepu.records import Page
from pipelines.chrome import error_pages, explain_page_lines, fallback, page_checks
from pipelines.chrome.body import blocks, multipage
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.body_lines import lines_of
from pipelines.chrome.body.boilerplate import rules_of
from pipelines.chrome.body.promotion import is_no_title
from pipelines.chrome.body.walker import refuse_lines
from pipelines.chrome.charset import Decoded, decode
from pipelines.chrome.containers import containers_of, has_content, letters_of
from pipelines.chrome.fallback_body import find_body
from pipelines.chrome.fallback_fields import loose_editors, loose_headline, loose_source, plausible_source
from pipelines.chrome.fallback_lines import furniture_of
from pipelines.chrome.fields import article_ids, meta_tags
from pipelines.chrome.fields.dates import is_paper_line
from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.chrome.fields.header_fields import Fields, read_fields
from pipelines.chrome.layouts.layout_base import Layout
from pipelines.chrome.layouts.layout_registry import choose
from pipelines.chrome.make_letter_account import (
    PageRead,
    PartAccount,
    account_of,
    between,
    letters_of_source,
    rule_of_part,
)
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.trim_source import trimmed
from pipelines.refusals import NotAnArticle, name_of

THIN = 20
"""Minimum number of characters of a layout's containers together if none has a picture or a video.

With fewer, the template may have left them empty, and the text is looked for elsewhere on the page.
"""

FEW = 100
"""Minimum number of characters of an article on a page whose body the fallback found but is not sure of, and that has
no other marks of an article.
"""

HOME = "http://www.people.com.cn/"
"""Base of relative URLs on a page whose URL is unknown."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read from one page of an article."""

    decoded: Decoded
    """The text of the page's source, and how it was decoded."""
    payload_sha256: str
    """SHA-256 of the payload, in hexadecimal."""
    metas: meta_tags.Metas
    """The meta tags."""
    own: urls.ArticleUrl | None
    """The article's URL, from the page or its request; None if neither has one."""
    layout: Layout
    """The layout by which it was read."""
    fields: Fields
    """The fields around the body."""
    pieces: list[blocks.Piece]
    """The blocks of the body, with what they were made from."""
    videos: set[str]
    """URLs of the figures that are videos."""
    editors: list[str]
    """Lines of the body that name the editors."""
    papers: list[str]
    """Lines of the body that name a printed edition."""
    warnings: list[str]
    """Names of warnings about the layout."""
    account: PartAccount
    """How many letters of the page are in the article, in its fields and outside it, and which ones rules left out."""


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """The parsed tree of a page, and its layout."""

    page: PageTree
    """The tree."""
    layout: Layout | None
    """The layout, or None if none is known."""
    parser: etree.HTMLParser
    """The parser of the tree, which has the errors of the HTML."""

    @property
    def too_deep(self) -> bool:
        """Whether the parser gave up because of the nesting, as libxml2 does at 2,048 levels."""
        return any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in self.parser.error_log)


def read(page: Page) -> PageReading:
    """Read one page of an article by its known layout or, if it has none, by the fallback; other pages are not read.

    Raises NotAnArticle, MissingPage, Blocked, ForeignPage, CutShort, TooLarge or NotText (pipelines/refusals.py).
    """
    page_checks.refuse_bytes(page)
    decoded = decode(page.body, page.content_type)
    page_checks.refuse_text(page, decoded.text)
    shorter, aside = (decoded.text, ()) if explain_page_lines.are_wanted() else trimmed(decoded.text)
    parsed = _parse(page, shorter)
    if parsed.layout is None and shorter is not decoded.text:
        parsed, aside = _parse(page, decoded.text), ()
    head = meta_tags.read_metas(parsed.page)
    page_checks.refuse_list(page, head)
    own = article_ids.own_url(page, head, decoded.text)
    layout, containers, beside, warnings = _layout(page, parsed, decoded.text, head, own)
    base = page.url or (own.canonical if own else HOME)
    fields = read_fields(parsed.page, containers[0], layout, head, base, is_no_title)
    seen = _lines_in(parsed.page, containers, layout, own.key if own else None, beside)
    if layout is fallback.LAYOUT:
        fields = _loose_fields(parsed.page.root, fields, head, base)
        _leave_out_furniture(seen.lines, [fields.headline or "", head.title])
    found = _with_pictures_elsewhere(parsed.page, seen, layout)
    editors = [
        line.text for line in found if line.kind == "text" and "责" in line.text and is_editor_line(line.text)
    ]
    _refuse_answer(page, decoded.text, head, fields, found, bool(editors), warnings)
    number = multipage.number_of(page)
    pieces, owners = blocks.build_with_owners(found, number, base)
    account = _account(parsed.page.root, layout, fields, seen, owners, number)
    account.account.letters += (behind := sum(map(letters_of_source, aside)))
    account.account.outside += behind
    return PageReading(
        decoded=decoded,
        payload_sha256=page.payload_sha256 or hashlib.sha256(page.body).hexdigest(),
        metas=head,
        own=own,
        layout=layout,
        fields=fields,
        pieces=pieces,
        videos={urls.resolve(base, line.url) or "" for line in found if line.video and line.url},
        editors=editors,
        papers=[line.text for line in found if line.kind == "text" and is_paper_line(line.text)],
        warnings=warnings,
        account=account,
    )


@dataclass(slots=True)
class BodyContents:
    """The lines and elements of the body."""

    containers: list[Element]
    """The elements of the body, in page order."""
    lines: list[BodyLine]
    """All lines; those that do not belong to the article have a rule."""
    skips: dict[Element, str]
    """Map each element in the containers that was not read to the name of the rule that left it out."""

    @property
    def kept(self) -> list[BodyLine]:
        """The lines of the article."""
        return [line for line in self.lines if line.rule is None]


def _loose_fields(root: Element, fields: Fields, head: meta_tags.Metas, base: str) -> Fields:
    """Return the fields with those that are missing searched anywhere on a page without a known layout."""
    return replace(
        fields,
        headline=loose_headline(root, head.title, fields.headline),
        source=loose_source(root, base) or plausible_source(fields.source),
        editors=fields.editors or loose_editors(root),
    )


def _leave_out_furniture(lines: list[BodyLine], titles: list[str]) -> None:
    """Set the rule of lines that belong to the template (fallback_lines.py), on a page without a known layout."""
    kept = [line for line in lines if line.rule is None]
    for at, rule in furniture_of(kept, titles).items():
        kept[at].rule = rule


def _with_pictures_elsewhere(page: PageTree, seen: BodyContents, layout: Layout) -> list[BodyLine]:
    """Return the lines of the article, and look for pictures elsewhere on the page if it has none.

    The picture in the layout's link `enlarged` is put first. If there is still no line at all, the lines in the
    layout's elements `pictures` are returned and added to `seen`.
    """
    found = seen.kept
    if layout.enlarged and not any(line.kind == "figure" for line in found):
        found = _enlarged(page.root, layout.enlarged) + found
    if found or not layout.pictures:
        return found
    others = page.find_all(", ".join(layout.pictures))
    more = _lines_in(page, others, layout, None, {}, unskipped=True)
    seen.containers, seen.lines = [*seen.containers, *others], seen.lines + more.lines
    seen.skips = {each: rule for each, rule in seen.skips.items() if each not in others} | more.skips
    return more.kept


def _account(
    root: Element, layout: Layout, fields: Fields, seen: BodyContents, owners: dict[int, int], number: int
) -> PartAccount:
    """Return the account of the parsed part of a page."""
    body = root.find("body")
    ahead = [] if layout is fallback.LAYOUT else between(fields.first, seen.containers[0], body)
    return account_of(
        PageRead(body, seen.containers, fields.elements, ahead, seen.lines, owners, seen.skips), number
    )


def _refuse_answer(
    page: Page,
    source: str,
    head: meta_tags.Metas,
    fields: Fields,
    found: list[BodyLine],
    edited: bool,
    warnings: list[str],
) -> None:
    """Refuse an error page, and a page with hardly any text and no other marks of an article."""
    marks = error_pages.marks_of_article(
        head, fields.published is not None, fields.source is not None, edited or bool(fields.editors)
    )
    text = "\n".join(line.text for line in found)
    if not (
        text.strip() or fields.headline or fields.published or any(line.kind == "figure" for line in found)
    ):
        raise NotAnArticle(name_of(page), Text("a template without an article"))
    error_pages.refuse_answer(page, source, f"{head.title}\n{fields.headline or ''}", text, marks)
    if not marks and "layout_fallback_unsure" in warnings and len(text) < FEW:
        error_pages.refuse_nothing(page, head.title, source)


def _parse(page: Page, source: str) -> ParsedPage:
    """Parse a page and choose its layout. Raises NotAnArticle if there is nothing to parse."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(source.encode("utf-8", errors="replace"), parser)
    except etree.LxmlError as error:
        raise NotAnArticle(name_of(page), Text("no page in it ({error})", error=str(error))) from error
    if root is None:
        raise NotAnArticle(name_of(page), Text("no page in it"))
    tree = PageTree(root)
    return ParsedPage(tree, choose(tree), parser)


def _layout(
    page: Page, parsed: ParsedPage, text: str, head: meta_tags.Metas, own: urls.ArticleUrl | None
) -> tuple[Layout, list[Element], dict[Element, str], list[str]]:
    """Return the layout, the containers of the body, the elements in them to skip (with rules), and warnings."""
    root = parsed.page.root
    if parsed.layout is not None:
        containers, doubts = containers_of(parsed.layout, parsed.page)
        if containers and not _is_elsewhere(root, containers):
            page_checks.refuse_cut(page, text, containers[-1], parsed.too_deep)
            return parsed.layout, containers, {}, doubts
    page_checks.refuse_redirect(page, text)
    body = find_body(root) if fallback.is_candidate(head, own, text) else None
    if body is None:
        error_pages.refuse_nothing(page, head.title, text)
    page_checks.refuse_cut(page, text, body.container, parsed.too_deep)
    return (
        fallback.LAYOUT,
        [body.container],
        body.skipped,
        ["layout_fallback"] if body.sure else ["layout_fallback", "layout_fallback_unsure"],
    )


def _is_elsewhere(root: Element, containers: list[Element]) -> bool:
    """Return whether a layout's containers are empty, or nearly empty, while the page has text elsewhere."""
    if not any(has_content(each) for each in containers):
        return find_body(root) is not None
    if any(
        next(each.iter("img", "video", "embed", "object", "iframe"), None) is not None for each in containers
    ):
        return False
    if sum(map(letters_of, containers)) >= THIN:
        return False
    body = find_body(root)
    return body is not None and body.sure


def _enlarged(root: Element, name: str) -> list[BodyLine]:
    """Return the picture in the link with the id `name`, anywhere on the page, as lines."""
    anchor = next((each for each in root.iter("a") if each.get("id") == name), None)
    return [] if anchor is None else [line for line in lines_of(anchor) if line.kind == "figure"]


def _lines_in(
    page: PageTree,
    containers: list[Element],
    layout: Layout,
    key: str | None,
    beside: dict[Element, str],
    unskipped: bool = False,
) -> BodyContents:
    """Return all lines of the containers, and the elements in them that were not read."""
    not_body = ", ".join(layout.not_body)
    seen = BodyContents(containers, [], {})
    for container in containers:
        chosen = [] if unskipped or not not_body else page.find_all(not_body, container)
        rules = {each: rule_of_part(each) for each in chosen} | beside
        seen.lines += lines_of(container, rules, layout.boxes, seen.skips)
        refuse_lines(len(seen.lines))
    for line, rule in zip(seen.lines, rules_of(seen.lines, key), strict=True):
        line.rule, line.in_gallery = rule, layout.gallery
    return seen
