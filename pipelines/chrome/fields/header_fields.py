"""Read the fields around the body by a layout's selectors: titles, time, source, people, breadcrumb, edition."""

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice

from kepu import urls
from kepu.records import Author, Contributor, Editor, Paper, Source
from pipelines.chrome.fields.breadcrumbs import read_breadcrumb
from pipelines.chrome.fields.bylines import authors_of, contributors_of, parse_byline
from pipelines.chrome.fields.dates import (
    Published,
    is_paper_line,
    names_a_time,
    parse_change,
    parse_paper,
    parse_time,
    without_time,
)
from pipelines.chrome.fields.editor_lines import parse_editors
from pipelines.chrome.fields.lines_beside_headline import IsChrome, is_beside, line_above, line_below
from pipelines.chrome.fields.meta_tags import Metas, headline_of
from pipelines.chrome.fields.selected_elements import (
    MOST_TRIED,
    FieldText,
    Scopes,
    scopes_of,
    text_of_field,
    words_beside,
    words_in,
)
from pipelines.chrome.inline_text import SILENT, plain_text
from pipelines.chrome.layouts.layout_base import Layout
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.whitespace import field

LONGEST_BYLINE = 200
"""Maximum number of characters of a line that counts as a byline."""

_SOURCE = re.compile(r"来\s*源\s*[：:]\s*")
"""Matches the label of the source."""
_SOURCE_END = re.compile(
    r"[|｜\n\r\t]|[ \u00a0\u3000]{2,}|分享(?:到|至)?\s*(?:[：:]|$)|222$"
    r"|\s+(?:作者|记者|编辑|责编|手机看新闻|打印|分享|字号|原创稿)"
)
"""Matches what ends the name of the source: a separator, or the label of what follows."""

_UNLABELLED = re.compile(
    r"[ \u00a0\u3000]*(《[^《》]{2,20}》|[\u4e00-\u9fff《》\-－—]{1,18}(?:[网报社刊台》]|在线|频道|杂志))"
    r"[ \u00a0\u3000]*"
)
"""Matches a source without label next to the time, as on the oldest pages."""

_WRITER = re.compile(r"作\s*者\s*[：:]\s*([^|｜：:]{2,40}?)(?=[ \u00a0\u3000]{2,}|[|｜\n]|$)")
"""Matches the author in the line of time and source."""

_ORIGINAL = re.compile(r"\s*原创稿?$")
"""Matches the label 原创 after the name of a source."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields around the body of a page; see `kepu.records.Article` for each."""

    headline: str | None
    """The headline; that of the page title if the layout finds none."""
    kicker: str | None
    """The line above the headline, or None."""
    alternative_headline: str | None
    """The line below the headline, or None."""
    published: Published | None
    """Time of publication, or None."""
    changed: Published | None
    """When the page says it was changed (更新时间)."""
    bad_date: bool
    """Whether the page has a date or time that does not exist."""
    source: Source | None
    """The source; that of the meta tags if the page prints none."""
    byline: str | None
    """The byline as printed, or None."""
    authors: list[Author]
    """People of the byline, in order."""
    contributors: list[Contributor]
    """People with other roles, in order."""
    editors: list[Editor]
    """The editors, in order; empty if there are none."""
    paper: Paper | None
    """The printed edition, or None."""
    breadcrumb: list[str]
    """Names in the breadcrumb, from home to section; empty if there is none."""
    elements: list[Element] = dataclass_field(default_factory=list)
    """The elements from which these fields were read."""
    first: Element | None = None
    """The first of the elements of the titles, time and source, with which the article begins."""


def read_fields(
    page: PageTree, body: Element, layout: Layout, metas: Metas, base: str, is_chrome: IsChrome
) -> Fields:
    """Return the fields of a page by its layout.

    `base` is the URL that relative URLs are resolved against. `is_chrome` tells tools and calls to readers from titles.
    """
    scopes = scopes_of(page, body, layout)
    headline = words_in(page, scopes.all, layout.headline)
    titled = headline_of(metas.title)
    time = words_in(page, scopes.all, layout.time, names_a_time)
    byline = words_beside(scopes, layout.byline, body, _is_byline)
    writers = byline.text if byline else _writers(time.text) if time else None
    editors = words_in(page, scopes.all, layout.editors)
    paper = words_in(page, scopes.all, layout.paper)
    kicker, below = _titles_beside(headline, scopes, body, layout, is_chrome)
    if below and byline and below.element is byline.element and authors_of(byline.text):
        below = None
    printed = time.text if time else loose_time(page.root) if layout.loose else None
    published = parse_time(printed) if printed else None
    source, source_element = _source(scopes, layout, base)
    breadcrumb, crumbs = read_breadcrumb(page)
    named = parse_editors(editors.text) if editors else []
    edition = parse_paper(paper.text) if paper else None
    used = [kicker, headline, below, time if published else None, byline, editors if named else None]
    used += [paper if edition else None]
    elements = [each.element for each in used if each]
    elements += [each for each in (source_element, crumbs) if each is not None]
    return Fields(
        headline=_one_line(headline, titled) if headline else titled,
        kicker=kicker.text if kicker else None,
        alternative_headline=below.text if below else None,
        published=published,
        changed=parse_change(printed) if printed else None,
        bad_date=printed is not None and published is None,
        source=source or _meta_source(metas),
        byline=writers,
        authors=authors_of(writers) if writers else [],
        contributors=contributors_of(writers) if writers else [],
        editors=named,
        paper=edition,
        breadcrumb=breadcrumb,
        elements=list(dict.fromkeys(elements)),
        first=next((each.element for each in (kicker, headline, time) if each), None),
    )


def _titles_beside(
    headline: FieldText | None, scopes: Scopes, body: Element, layout: Layout, is_chrome: IsChrome
) -> tuple[FieldText | None, FieldText | None]:
    """Return kicker and subtitle by the layout's selectors, or else the lines directly above and below the headline."""

    def may_be_title(element: Element) -> bool:
        return headline is None or is_beside(headline.element, element, is_chrome)

    kicker = words_beside(scopes, layout.kicker, body, _is_title, may_be_title)
    below = words_beside(scopes, layout.alternative_headline, body, _is_title, may_be_title)
    kicker, below = _in_place(scopes.page.root, headline, kicker, below)
    if headline and not kicker:
        kicker = _field_at(line_above(headline.element, is_chrome))
    if headline and not below:
        below = _field_at(line_below(headline.element, is_chrome))
    return kicker, below


def _field_at(element: Element | None) -> FieldText | None:
    """Return the field that an element contains, or None."""
    return FieldText(text_of_field(element), element) if element is not None else None


def _in_place(
    root: Element, headline: FieldText | None, kicker: FieldText | None, below: FieldText | None
) -> tuple[FieldText | None, FieldText | None]:
    """Return the lines above and below the headline, by their positions: some templates confuse their names."""
    if headline is None or (kicker is None) == (below is None):
        return kicker, below
    one = kicker or below
    assert one is not None
    both = (one.element, headline.element)
    first = next((each for each in root.iter(*{str(each.tag) for each in both}) if each in both), None)
    return (one, None) if first is one.element else (None, one)


def _one_line(headline: FieldText, titled: str | None) -> str:
    """Return the headline in one line; if it has line breaks, as the page title has it, if the words are the same."""
    same = titled is not None and "".join(titled.split()) == "".join(headline.text.split())
    broken = headline.element.find(".//br") is not None
    return titled if broken and same and titled else headline.text


def loose_time(root: Element) -> str | None:
    """Return the first short run of text with a time, for a page without a known layout; None if there is none."""
    for element in root.iter():
        if element.tag not in SILENT:
            for text in (element.text, element.tail):
                if text and len(text) <= 200 and names_a_time(text):
                    return field(text)
    return None


def _writers(line: str) -> str | None:
    """Return the part `作者：…` of the line of time and source, or None."""
    match = _WRITER.search(line)
    return match[0].strip() if match and parse_byline(match[0]) else None


def _is_title(text: str) -> bool:
    """Return whether a line can be a title: it names neither a time nor a source."""
    return not names_a_time(text) and not _SOURCE.search(text)


def _is_byline(text: str) -> bool:
    """Return whether a line can be a byline: it is short, and names neither a source nor a printed edition."""
    return len(text) <= LONGEST_BYLINE and not _SOURCE.search(text) and not is_paper_line(text)


def _source(scopes: Scopes, layout: Layout, base: str) -> tuple[Source | None, Element | None]:
    """Return the source and its element, each None if there is none."""
    found = words_in(scopes.page, scopes.all, layout.source, _SOURCE.search) or words_in(
        scopes.page, scopes.near, layout.source
    )
    if found is None:
        return None, None
    text = plain_text(found.element)
    label = _SOURCE.search(text)
    rest = text[label.end() :].lstrip() if label else text.lstrip()
    written = field(_SOURCE_END.split(rest, maxsplit=1)[0]) if label else ""
    for anchor in islice(found.element.iter("a"), MOST_TRIED):
        linked = plain_text(anchor).strip()
        if linked and (rest.startswith(linked) or linked in written):
            whole = rest.startswith(linked) and rest[len(linked) :].lstrip()[:1] not in ("-", "－", "—")
            name = field(linked) if whole else written
            href = (anchor.get("href") or "").strip()
            return Source(_ORIGINAL.sub("", name), urls.resolve(base, href) if href else None), found.element
    beside = without_time(text)
    unlabelled = None if label or beside == text else _UNLABELLED.fullmatch(beside)
    name = unlabelled[1] if unlabelled else _ORIGINAL.sub("", written)
    return (Source(name), found.element) if name else (None, None)


def _meta_source(metas: Metas) -> Source | None:
    """Return the source in the meta tags, or None."""
    name = _ORIGINAL.sub("", field(_SOURCE.sub("", metas.get("source") or "")))
    return Source(name) if name else None
