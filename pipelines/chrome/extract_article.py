"""Convert a Page to an Article: read and join its parts, and fill the record."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from kepu import urls
from kepu.records import Account, Article, Editor, Image, Page, Part, Provenance
from kepu.records.letter_account import Excluded, PageLine
from pipelines.chrome import drift_warnings
from pipelines.chrome.body import blocks, multipage
from pipelines.chrome.fields import article_ids, dateline_byline, meta_tags
from pipelines.chrome.fields.bylines import contributors_of
from pipelines.chrome.fields.dates import Published, parse_paper, parse_time
from pipelines.chrome.fields.editor_lines import parse_editors
from pipelines.chrome.make_letter_account import LONGEST_TEXT, letters_in
from pipelines.chrome.read_page import HOME, PageReading, read
from pipelines.refusals import Refused

EXTRACTOR_VERSION = "9"
"""Version of the extractor; it changes whenever the record of some page may change."""


def extract(page: Page) -> Article:
    """Return the article of a page, with its further parts joined.

    Fields that are not on the page are None. Later steps set `text_canonical`, `content_sha256`, and the fields that
    compare articles. `warnings` names what is doubtful. Raises a subclass of `pipelines.refusals.Refused` if the page
    is not an article, and no other error, whatever the bytes are.
    """
    first = read(page)
    article_id = article_ids.article_id(page, first.own, first.metas, first.decoded.text)
    parts = [(multipage.number_of(page), page, first)]
    foreign = False
    for n, part in multipage.in_order(page):
        if part is not page:
            further = _read_part(part, first)
            foreign = foreign or further is None
            parts += [(n, part, further)] if further else []
    parts.sort(key=lambda each: each[0])
    article = _article(page, first, article_id)
    _fill_body(article, first, parts)
    page.account = _account(article, parts)
    _fill_people(article, first, parts)
    _fill_parts(article, page, first, parts, foreign)
    article.warnings += drift_warnings.warnings_of(article, _day(page.fetched_at))
    article.warnings += drift_warnings.of_account(page.account, first.layout.name)
    article.warnings = list(dict.fromkeys(article.warnings))
    return article


def _read_part(page: Page, first: PageReading) -> PageReading | None:
    """Return a further part, or None if it is refused or belongs to another article."""
    try:
        part = read(page)
    except Refused:
        return None
    if part.own and first.own and part.own.key != first.own.key:
        return None
    ids = (first.metas.get("contentid"), part.metas.get("contentid"))
    return None if None not in ids and ids[0] != ids[1] else part


def _article(page: Page, first: PageReading, article_id: str) -> Article:
    fields, head = first.fields, first.metas
    section = fields.breadcrumb[-1] if len(fields.breadcrumb) > 1 else None
    section = (
        section or meta_tags.section_of(head.title) or (fields.breadcrumb[-1] if fields.breadcrumb else None)
    )
    published, date_source, warnings = _published(first)
    own = first.own
    return Article(
        id=article_id,
        url=own.canonical if own else urls.canonical(page.url) if page.url else None,
        url_requested=page.url_requested,
        appearances=article_ids.appearances(page, own, section),
        headline=fields.headline,
        kicker=fields.kicker,
        alternative_headline=fields.alternative_headline,
        date_published=published.day.isoformat() if published else None,
        datetime_published=published.moment if published else None,
        date_published_raw=published.raw if published else None,
        date_precision=published.precision if published else None,
        date_source=date_source,
        date_modified=_modified(first),
        source=fields.source,
        publisher=meta_tags.publisher_of(head),
        article_section=section,
        breadcrumb=fields.breadcrumb,
        node=own.node if own else head.get("catalogs"),
        keywords=meta_tags.keywords_of(head),
        paper=fields.paper,
        provenance=_provenance(page, first),
        warnings=[*first.warnings, *warnings, *_doubts(first)],
    )


def _published(
    first: PageReading,
) -> tuple[Published | None, Literal["page", "meta", "url"] | None, list[str]]:
    """Return the time of publication, where it was found (page, meta tag, URL), and warnings about it."""
    meta = parse_time(first.metas.get("publishdate") or "")
    day = first.own.date if first.own else None
    in_url = Published(day, None, "") if day else None
    warnings = ["date_invalid"] if first.fields.bad_date else []
    printed = first.fields.published
    others = [other.day for other in (meta, in_url) if other]
    if printed:
        apart = any(abs(printed.day - other) > timedelta(days=1) for other in others)
        return printed, "page", warnings + ["date_mismatch"] * apart
    if meta:
        return meta, "meta", warnings
    if in_url and day:
        return replace(in_url, raw=day.strftime("%Y/%m%d")), "url", warnings
    return None, None, warnings


def _modified(first: PageReading) -> str | None:
    """Return when the page says it was changed, or None."""
    metas = (
        first.metas.get(name)
        for name in ("article:modified_time", "modifydate", "lastmodified", "og:updated_time")
    )
    changed = first.fields.changed or next(
        (found for each in metas if each and (found := parse_time(each))), None
    )
    return changed.iso if changed else None


def _doubts(first: PageReading) -> list[str]:
    """Return warnings about the page itself: its charset, its id."""
    found = []
    if first.decoded.replacements:
        found.append("lossy_decode")
    content_id = first.metas.get("contentid")
    if first.own and content_id and content_id != first.own.id:
        found.append("id_mismatch")
    return found


def _provenance(page: Page, first: PageReading) -> Provenance:
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


PartsRead = list[tuple[int, Page, PageReading]]
"""The parts that were read: (number, page, its reading), in order."""


def _fill_body(article: Article, first: PageReading, parts: PartsRead) -> None:
    base = first.own.canonical if first.own else article.url or HOME
    pieces = multipage.join([each.pieces for _, _, each in parts])
    article.blocks = [block for block, _ in pieces]
    article.text, article.links = blocks.join_text(pieces, base)
    article.char_count = letters_in(article.text)
    videos = set().union(*(each.videos for _, _, each in parts))
    article.image = [
        Image(block.content_url, block.caption, block.credit_text, block.alt, position)
        for position, block in enumerate(article.blocks)
        if block.type == "figure" and block.content_url not in videos
    ]


def _account(article: Article, parts: PartsRead) -> Account:
    """Return the account of all parts; blocks that one part repeats from another count under the rule repeated_head."""
    whole = Account()
    kept = {id(block) for block in article.blocks}
    for n, _, each in parts:
        account = each.account.account
        for name in ("letters", "blocks", "fields", "outside"):
            setattr(whole, name, getattr(whole, name) + getattr(account, name))
        whole.excluded += account.excluded
        for at, (block, _links) in enumerate(each.pieces):
            letters = each.account.pieces.get(at, 0)
            if id(block) not in kept and letters:
                whole.blocks -= letters
                whole.excluded.append(Excluded(n, "repeated_head", block.text[:LONGEST_TEXT], letters))
        _name_blocks(account.lines, each, kept)
        whole.lines += account.lines
        whole.added += account.added
        whole.outside_runs += account.outside_runs
    return whole


def _name_blocks(lines: list[PageLine], part: PageReading, kept: set[int]) -> None:
    """Set the `name` of the lines of blocks to the type of their block.

    A block of a single line is shown with its raised and lowered characters if the program added nothing else.
    """
    times = Counter(line.piece for line in lines if line.fate == "block")
    for line in lines:
        if line.fate != "block":
            continue
        block = part.pieces[line.piece][0]
        if id(block) not in kept:
            line.fate = "excluded"
        line.name = block.type if id(block) in kept else "repeated_head"
        if times[line.piece] == 1 and letters_in(block.text) == line.letters:
            line.text = block.text


def _fill_people(article: Article, first: PageReading, parts: PartsRead) -> None:
    article.dateline = dateline_byline.find_dateline(article.blocks)
    article.byline, article.author = first.fields.byline, first.fields.authors
    article.contributor = list(first.fields.contributors)
    if not article.author:
        byline, article.author, damaged = dateline_byline.find_byline(article.blocks)
        article.byline = article.byline or byline
        article.warnings += ["byline_damaged"] * damaged
    for block in article.blocks:
        if block.type == "credit":
            article.contributor += [
                each for each in contributors_of(block.text) if each not in article.contributor
            ]
    for _, _, each in parts:
        named = each.fields.editors or [editor for line in each.editors for editor in parse_editors(line)]
        known = {editor.name for editor in article.editor}
        article.editor += [Editor(editor.name) for editor in named if editor.name not in known]
        article.paper = article.paper or each.fields.paper
    papers = [line for _, _, each in parts for line in each.papers]
    for text in [*papers, *(block.text for block in article.blocks[-3:])]:
        article.paper = article.paper or parse_paper(text)


def _fill_parts(article: Article, page: Page, first: PageReading, parts: PartsRead, foreign: bool) -> None:
    article.provenance.decode_replacements = sum(each.decoded.replacements for _, _, each in parts)
    if article.provenance.decode_replacements:
        article.warnings.append("lossy_decode")
    for n, each, part in parts:
        parsed_url = urls.parse(each.url) if each.url else None
        url = urls.part_url(each.url, n) if parsed_url and each.url else article.url if n == 1 else None
        article.parts.append(Part(n, url, part.payload_sha256))
    numbers = [n for n, _, _ in parts]
    linked = set().union(*(multipage.linked_parts(each.decoded.text, _id_of(first)) for _, _, each in parts))
    whole = numbers == list(range(1, len(numbers) + 1)) and linked <= set(numbers)
    if not whole or foreign or page.parts_missing:
        article.warnings.append("incomplete")


def _id_of(first: PageReading) -> str | None:
    return first.own.id if first.own else article_ids.content_id_of(first.metas, first.decoded.text)


def _day(moment: str | None) -> date | None:
    return date.fromisoformat(moment[:10]) if moment else None
