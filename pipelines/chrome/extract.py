"""A Page to an Article: decode, refuse what is none, choose the layout, read fields and blocks, join the parts."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lxml import etree

from crawler import urls
from crawler.items import Article, Editor, Image, Page, Part, Provenance
from pipelines.outcomes import NotAnArticle, Refused

from . import blocks, generic, identity, metas, opening, parts, refuse, shape
from .cut import without_menu
from .dates import Published, parse_paper, parse_time
from .decode import Decoded, decode
from .fields import Fields, read_fields
from .layout import Layout, bodies
from .lines import Line, lines_of
from .people import is_editor_line, parse_editors
from .promo import strip_chrome
from .registry import choose
from .select import Element, Index, find_all, index

EXTRACTOR_VERSION = "1"
"""Changes whenever a page may give another record than before."""

HOME = "http://www.people.com.cn/"
"""What relative addresses go by on a page that does not tell its URL."""


@dataclass(frozen=True, slots=True)
class Read:
    """One part, read: what `extract` needs of its page."""

    decoded: Decoded
    payload_sha256: str
    metas: metas.Metas
    own: urls.ArticleUrl | None
    layout: Layout
    fields: Fields
    pieces: list[blocks.Piece]
    videos: set[str]
    """Addresses of the figures that are videos."""
    editors: list[str]
    """Lines of the body that name the editors."""
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree, walked once, and the layout it shows."""

    page: Index
    layout: Layout | None
    parser: etree.HTMLParser

    @property
    def too_deep(self) -> bool:
        """Whether the parser gave up on the nesting: libxml2 does so at 2,048 levels."""
        return any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in self.parser.error_log)


def extract(page: Page) -> Article:
    """Return the article that a page holds, its further parts joined.

    All fields that the page tells are set; what it does not tell is None. `text_canonical`, `content_sha256`, and all
    that compares articles is left to later steps. Warnings name what is doubtful. Raises a subclass of
    `pipelines.outcomes.Refused` where the page is no article, and nothing else, whatever the bytes.
    """
    first = read(page)
    article_id = identity.article_id(page, first.own, first.metas, first.decoded.text)
    told = [(parts.number_of(page), page, first)]
    foreign = False
    for n, part in parts.in_order(page):
        if part is not page:
            further = _read_part(part, first)
            foreign = foreign or further is None
            told += [(n, part, further)] if further else []
    told.sort(key=lambda each: each[0])
    article = _article(page, first, article_id)
    _fill_body(article, first, told)
    _fill_people(article, first, told)
    _fill_parts(article, page, first, told, foreign)
    article.warnings += shape.warnings_of(article, _day(page.fetched_at))
    article.warnings = list(dict.fromkeys(article.warnings))
    return article


def read(page: Page) -> Read:
    """Return one page read by its layout, its further parts left alone. Raises as `extract` does."""
    refuse.refuse_bytes(page)
    decoded = decode(page.body, page.content_type)
    refuse.refuse_text(page, decoded.text)
    whole = decoded.text.encode("utf-8", errors="replace")
    shorter = without_menu(whole)
    parsed = _parse(page, shorter)
    if parsed.layout is None and shorter is not whole:
        parsed = _parse(page, whole)
    head = metas.read_metas(parsed.page.root)
    refuse.refuse_list(page, head)
    own = identity.own_url(page, head, decoded.text)
    layout, containers, warnings = _layout(page, parsed, decoded.text, head, own)
    base = page.url or (own.canonical if own else HOME)
    fields = read_fields(parsed.page, containers[0], layout, head, base)
    found = _lines(parsed.page, containers, layout, own.key if own else None)
    if not found and layout.pictures:
        aside = find_all(parsed.page, parsed.page.root, ", ".join(layout.pictures))
        found = _lines(parsed.page, aside, layout, None, unskipped=True)
    part = own.part if own else page.part
    return Read(
        decoded=decoded,
        payload_sha256=hashlib.sha256(page.body).hexdigest(),
        metas=head,
        own=own,
        layout=layout,
        fields=fields,
        pieces=blocks.build(found, part if page.part == 1 else page.part, base),
        videos={urls.resolve(base, line.url) or "" for line in found if line.video and line.url},
        editors=[line.text for line in found if line.kind == "text" and is_editor_line(line.text)],
        warnings=warnings,
    )


def _parse(page: Page, source: bytes) -> Parsed:
    """Return a page's tree and the layout it shows. Raises NotAnArticle where there is no tree in it at all."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(source, parser)
    except etree.LxmlError as error:
        raise NotAnArticle(f"{page.url or page.path or 'page'}: no page in it ({error})") from error
    if root is None:
        raise NotAnArticle(f"{page.url or page.path or 'page'}: no page in it")
    indexed = index(root)
    return Parsed(indexed, choose(indexed), parser)


def _layout(
    page: Page, parsed: Parsed, text: str, head: metas.Metas, own: urls.ArticleUrl | None
) -> tuple[Layout, list[Element], list[str]]:
    """Return the layout, the containers of its body, and what is doubtful about them."""
    root = parsed.page.root
    if parsed.layout is not None:
        containers, doubled = _containers(parsed.layout, parsed.page)
        if containers and (_has_content(containers) or generic.best_block(root) is None):
            refuse.refuse_cut(page, text, containers[-1], parsed.too_deep)
            return parsed.layout, containers, ["body_doubled"] if doubled else []
    refuse.refuse_without_layout(page, text, head)
    block = generic.best_block(root) if generic.is_candidate(head, own, text) else None
    if block is None:
        raise NotAnArticle(f"{page.url or page.path or 'page'}: nothing in it reads like an article")
    refuse.refuse_cut(page, text, block, parsed.too_deep)
    return generic.LAYOUT, [block], ["layout_fallback"]


def _containers(layout: Layout, tree: Index) -> tuple[list[Element], bool]:
    """Return the containers to read, and whether the page has the body twice over."""
    found = bodies(layout, tree)
    known = set(found)
    outer = [each for each in found if not any(above in known for above in each.iterancestors())]
    if any("," in selector for selector in layout.body):
        return outer, False
    filled = [each for each in outer if _has_content([each])]
    if len(filled) < 2:
        return (filled or outer)[:1], False
    return [max(filled, key=lambda each: len("".join(each.itertext())))], True


def _has_content(containers: list[Element]) -> bool:
    return any(
        next(each.iter("img", "script", "video", "embed"), None) is not None
        or "".join(each.itertext()).strip()
        for each in containers
    )


def _lines(
    page: Index, containers: list[Element], layout: Layout, key: str | None, unskipped: bool = False
) -> list[Line]:
    not_body = ", ".join(layout.not_body)
    found: list[Line] = []
    for container in containers:
        skipped = set() if unskipped or not not_body else set(find_all(page, container, not_body))
        found += lines_of(container, skipped)
    return strip_chrome(found, key)


def _read_part(page: Page, first: Read) -> Read | None:
    """Return a further part, or None where it is refused or is of another article."""
    try:
        part = read(page)
    except Refused:
        return None
    if part.own and first.own and part.own.key != first.own.key:
        return None
    ids = (first.metas.get("contentid"), part.metas.get("contentid"))
    return None if None not in ids and ids[0] != ids[1] else part


def _article(page: Page, first: Read, article_id: str) -> Article:
    fields, head = first.fields, first.metas
    section = fields.breadcrumb[-1] if len(fields.breadcrumb) > 1 else None
    section = (
        section or metas.section_of(head.title) or (fields.breadcrumb[-1] if fields.breadcrumb else None)
    )
    published, date_source, warnings = _published(first)
    own = first.own
    return Article(
        id=article_id,
        url=own.canonical if own else urls.canonical(page.url) if page.url else None,
        url_requested=page.url_requested,
        appearances=identity.appearances(page, own, section),
        headline=fields.headline,
        kicker=fields.kicker,
        alternative_headline=fields.alternative_headline,
        date_published=published.iso if published else None,
        date_published_raw=published.raw if published else None,
        date_precision=published.precision if published else None,
        date_source=date_source,
        source=fields.source,
        publisher=metas.publisher_of(head),
        article_section=section,
        breadcrumb=fields.breadcrumb,
        node=own.node if own else head.get("catalogs"),
        keywords=metas.keywords_of(head),
        paper=fields.paper,
        provenance=_provenance(page, first),
        warnings=[*first.warnings, *warnings, *_doubts(first)],
    )


def _published(first: Read) -> tuple[Published | None, Literal["page", "meta", "url"] | None, list[str]]:
    """Return the time of publication, where it was found (the page, its meta, its URL), and what is doubtful of it."""
    meta = parse_time(first.metas.get("publishdate") or "")
    day = first.own.date if first.own else None
    in_url = Published(day.isoformat(), "", "day") if day else None
    warnings = ["date_invalid"] if first.fields.bad_date else []
    printed = first.fields.published
    others = [other.day for other in (meta, in_url) if other]
    if printed:
        apart = any(abs(printed.day - other) > timedelta(days=1) for other in others)
        return printed, "page", warnings + ["date_mismatch"] * apart
    if meta:
        return meta, "meta", warnings
    if in_url and day:
        return Published(in_url.iso, day.strftime("%Y/%m%d"), "day"), "url", warnings
    return None, None, warnings


def _doubts(first: Read) -> list[str]:
    """Return warnings about the page itself: its charset, its id."""
    found = []
    if first.decoded.replacements:
        found.append("lossy_decode")
    content_id = first.metas.get("contentid")
    if first.own and content_id and content_id != first.own.id:
        found.append("id_mismatch")
    return found


def _provenance(page: Page, first: Read) -> Provenance:
    return Provenance(
        run=page.run,
        fetched_at=page.fetched_at,
        http_status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
        charset_declared=first.decoded.declared,
        charset_used=first.decoded.used,
        payload_sha256=first.payload_sha256,
        path=page.path,
        discovered_via=page.discovered_via,
        layout=first.layout.name,
        extractor_version=EXTRACTOR_VERSION,
    )


Told = list[tuple[int, Page, Read]]
"""The parts that were read: (number, page, what was read of it), in order."""


def _fill_body(article: Article, first: Read, told: Told) -> None:
    base = first.own.canonical if first.own else article.url or HOME
    pieces = parts.join([each.pieces for _, _, each in told])
    article.blocks = [block for block, _ in pieces]
    article.text, article.links = blocks.join_text(pieces, base)
    article.char_count = len("".join(article.text.split()))
    videos = set().union(*(each.videos for _, _, each in told))
    article.image = [
        Image(block.content_url, block.caption, block.credit_text, position)
        for position, block in enumerate(article.blocks)
        if block.type == "figure" and block.content_url not in videos
    ]


def _fill_people(article: Article, first: Read, told: Told) -> None:
    article.dateline = opening.find_dateline(article.blocks)
    article.byline, article.author = first.fields.byline, first.fields.authors
    if article.byline is None:
        article.byline, article.author, damaged = opening.find_byline(article.blocks)
        article.warnings += ["byline_damaged"] * damaged
    for _, _, each in told:
        named = each.fields.editors or [editor for line in each.editors for editor in parse_editors(line)]
        known = {editor.name for editor in article.editor}
        article.editor += [Editor(editor.name) for editor in named if editor.name not in known]
    for block in article.blocks[-3:]:
        article.paper = article.paper or parse_paper(block.text)


def _fill_parts(article: Article, page: Page, first: Read, told: Told, foreign: bool) -> None:
    article.provenance.decode_replacements = sum(each.decoded.replacements for _, _, each in told)
    if article.provenance.decode_replacements:
        article.warnings.append("lossy_decode")
    for n, each, part in told:
        told_url = urls.parse(each.url) if each.url else None
        url = urls.part_url(each.url, n) if told_url and each.url else article.url if n == 1 else None
        article.parts.append(Part(n, url, part.payload_sha256))
    numbers = [n for n, _, _ in told]
    linked = set().union(*(parts.linked_parts(each.decoded.text, _id_of(first)) for _, _, each in told))
    whole = numbers == list(range(1, len(numbers) + 1)) and linked <= set(numbers)
    if not whole or foreign or page.parts_missing:
        article.warnings.append("incomplete")


def _id_of(first: Read) -> str | None:
    return first.own.id if first.own else identity.content_id_of(first.metas, first.decoded.text)


def _day(moment: str | None) -> date | None:
    return date.fromisoformat(moment[:10]) if moment else None
