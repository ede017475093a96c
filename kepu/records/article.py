"""The record of an article, as it is archived and exported.

The order of its fields is the order of the columns, of the JSON keys and of the documentation.
"""

from dataclasses import dataclass, field
from typing import Literal

from kepu.records.page import Discovery, Warc

SCHEMA_VERSION = 2
"""Version of the record. It changes when a field changes its meaning, its type or its place.

Version 1 had the time of day in `date_published`, and no `datetime_published`, `contributor`, `marks` and `alt`.
"""


@dataclass(slots=True)
class Appearance:
    """One URL under which the article stands; the same content id may stand under several nodes and hosts."""

    url: str
    """Canonical."""
    node: str | None = None
    """The node in the URL."""
    section: str | None = None
    """The section on whose list it was seen."""
    first_seen: str | None = None
    """ISO 8601 in UTC."""
    last_seen: str | None = None
    """ISO 8601 in UTC."""


@dataclass(slots=True)
class Author:
    """A person named in the byline."""

    name: str
    """With the padding of two-character names gone: 方敏 for `方　敏`."""
    role: str | None = None
    """记者, 通讯员, 作者 …: what 本报记者 or 文/ stands for (`byline` has it as printed); None where none is."""


@dataclass(slots=True)
class Editor:
    """A person named in 责编 or 责任编辑: never an author."""

    name: str
    """The same as of an author."""


@dataclass(slots=True)
class Contributor:
    """A person or an organisation that had another part in the article than writing it: never an author."""

    name: str
    """As printed, with the padding of two-character names gone."""
    role: str
    """As printed: 编辑, 审校, 监制, 策划, 译, 摄影 …"""


@dataclass(slots=True)
class Source:
    """Whom the page names as its source (来源)."""

    name: str
    """As printed, without 来源：."""
    url: str | None = None
    """Where its link leads, absolute."""


@dataclass(slots=True)
class Paper:
    """The printed edition that the page names: `《人民日报》（2023年12月28日 第 09 版）`."""

    name: str
    """Without the marks: 人民日报."""
    date: str | None = None
    """ISO 8601 day."""
    page: str | None = None
    """The page's number as printed, without 第 and 版 (`09`)."""


BlockType = Literal["paragraph", "heading", "figure", "list", "table", "quote", "verse", "credit"]


MarkKind = Literal["sup", "sub", "tex", "alt", "del", "ruby"]


@dataclass(slots=True)
class Mark:
    """A run of a block's text that the page shows in another way than plain letters can."""

    start: int
    """Of its first character, as an offset into the block's `text`."""
    end: int
    """Of the character behind its last."""
    kind: MarkKind
    """sup (raised), sub (lowered), tex (a formula in TeX), alt (the words of a formula's picture), del (struck
    through), ruby (its reading)."""
    source: str
    """The page's own letters of this run: `14` where the text has `¹⁴`."""


@dataclass(slots=True)
class Block:
    """One block of the body, in reading order.

    `text` is exact: letters as the page has them, with the layout's own white space (indents, line ends in the
    source, padding) gone. Verse keeps a line a line (`\\n`); a list has one item a line; a table one row a line,
    its cells parted by tabs; a figure's text is its caption and credit as printed, or empty.
    """

    type: BlockType
    """What it is; a credit is a line that only names people."""
    text: str
    """Exact: see above."""
    part: int = 1
    """The part of a multi-page article in which it stands."""
    marks: list[Mark] = field(default_factory=list)
    """Runs of `text` that are raised, lowered, formulas, struck through, or have a reading beside them."""
    level: int | None = None
    """Of a heading: 2 for the first level below the headline."""
    items: list[str] | None = None
    """Of a list."""
    ordered: bool | None = None
    """Of a list."""
    rows: list[list[str]] | None = None
    """Of a table: its rows, each a list of cells."""
    content_url: str | None = None
    """Of a figure: the picture's or the video's absolute URL."""
    caption: str | None = None
    """Of a figure, without the credit; of a table, what stands above its rows as its title."""
    credit_text: str | None = None
    """Of a figure: `新华社发`, `张三摄`."""
    alt: str | None = None
    """Of a figure: the page's words for who cannot see the picture."""


@dataclass(slots=True)
class Link:
    """A link in the body, as offsets into `text` (in characters, end exclusive)."""

    start: int
    """Of its first character."""
    end: int
    """Of the character behind its last."""
    url: str
    """Absolute."""


@dataclass(slots=True)
class Image:
    """A picture of the article."""

    content_url: str | None
    """Absolute URL; None in a text dump, which has only the file's stem or its alt text."""
    caption: str | None = None
    """As its figure has it."""
    credit_text: str | None = None
    """As its figure has it."""
    alt: str | None = None
    """As its figure has it."""
    position: int | None = None
    """The index of its block in `blocks`."""


@dataclass(slots=True)
class Part:
    """One page of the article, from 1."""

    n: int
    """Its number."""
    url: str | None
    """Its URL, `…-2.html` from the second on."""
    payload_sha256: str
    """Of its bytes, hex."""


@dataclass(slots=True)
class Revision:
    """Which version of the article this is, and between which times it was seen to stand."""

    n: int = 1
    """Counted from 1."""
    previous_sha256: str | None = None
    """`record_sha256` of the version before, which the table `revisions` holds."""
    first_seen: str | None = None
    """When the article was first fetched, ISO 8601 in UTC, as the other two."""
    last_changed: str | None = None
    """When it was first fetched as it is now."""
    last_checked: str | None = None
    """When the site was last asked for it."""
    status: Literal["live", "gone", "taken_down"] = "live"
    """Whether the site still has it, as far as is known."""
    last_seen: str | None = None
    """When the site last had it, of an article that is gone; of one that is live, `last_checked` says that."""


@dataclass(slots=True)
class LostLetter:
    """A place in the byline of a dump where a decoder for GB2312 may have lost a letter: flagged, never repaired."""

    start: int
    """Offset into `byline`."""
    end: int
    """The same, exclusive."""
    left: str
    """What stands there: `i` for 峣."""
    candidates: str
    """The letters that it may have been; empty where the damage ran on into the letters behind."""


@dataclass(slots=True)
class Normalizer:
    """Which normaliser made the text of it, and how sure it is (`pipelines/segmentation`)."""

    version: str
    """Of the normaliser."""
    certificate: Literal["trivial", "unique", "likely", "consistent", "unresolved"] | None = None
    """Of its weakest paragraph; None for a page in HTML, whose white space was never in doubt."""
    lost_letters: list[LostLetter] = field(default_factory=list)
    """In the byline, with what they may have been."""
    certified: dict[str, float] = field(default_factory=dict)
    """For each certificate met, the share of the letters that have it, from 0 to 1."""
    thulac: bool = False
    """Whether THULAC, which is not installed by default, decided between readings that wrap alike."""


@dataclass(slots=True)
class Provenance:
    """Where the record came from and what made it."""

    run: int | None = None
    """The number of the run, a row of `runs`."""
    fetched_at: str | None = None
    """ISO 8601 in UTC."""
    http_status: int | None = None
    """Of part 1."""
    etag: str | None = None
    """Of part 1."""
    last_modified: str | None = None
    """Of part 1, as the server wrote it."""
    charset_declared: str | None = None
    """In the header or, failing that, in the page."""
    charset_used: str | None = None
    """With which the bytes were decoded: GB2312 and GBK are widened to GB18030."""
    decode_replacements: int = 0
    """How many U+FFFD stand for bytes that did not decode."""
    payload_sha256: str | None = None
    """Of part 1, hex."""
    warc: Warc | None = None
    """The capture of part 1."""
    path: str | None = None
    """The file it was imported from."""
    discovered_via: Discovery | None = None
    """How its URL was found."""
    layout: str | None = None
    """Which of the site's layouts it has (docs/extraction.md); `generic` where none fits, `dump` for a text dump."""
    extractor_version: str | None = None
    """Which code read it."""
    normalizer: Normalizer | None = None
    """Which code made its text."""


@dataclass(slots=True)
class Rights:
    """Whose the text is. The articles are the publisher's; this archive grants nothing."""

    copyright_holder: str | None = None
    """Who holds the rights in the site's own texts; a source may hold them instead."""
    license: str | None = None
    """None is known."""
    takedown: str | None = None
    """Why it was taken down, if it was."""


@dataclass(slots=True)
class Article:
    """An article, as it is archived and exported: see docs/record.md, which is made from these lines."""

    schema_version: int = SCHEMA_VERSION
    """Of this record."""
    id: str = ""
    """`n1/40148467`: prefix and the site's content id; `url/` or `file/` and a hash where there is none."""
    url: str | None = None
    """Canonical: http, the host and path of its first appearance, part 1, no query."""
    url_requested: str | None = None
    """The URL that was asked for; None for a file."""
    appearances: list[Appearance] = field(default_factory=list)
    """Every URL under which it was seen, the first one first."""

    headline: str | None = None
    """As the page prints it, not as `<title>` has it."""
    kicker: str | None = None
    """引题, the line above the headline."""
    alternative_headline: str | None = None
    """副题, the line below the headline."""

    date_published: str | None = None
    """The day, in Beijing's time: `2023-12-28`."""
    datetime_published: str | None = None
    """The moment, RFC 3339 with seconds: `2023-12-28T07:56:00+08:00`. None where only the day is known."""
    date_published_raw: str | None = None
    """As printed: `2023年12月28日07:56`."""
    date_precision: Literal["minute", "day"] | None = None
    """A printed 00:00 means, on pages up to 2011, that only the day is known."""
    date_source: Literal["page", "meta", "url"] | None = None
    """Where the date stands: printed on the page, in a meta, or only in the URL."""
    date_modified: str | None = None
    """When the page says it was changed: RFC 3339 with seconds, or the day alone where only it is known."""

    byline: str | None = None
    """As printed."""
    author: list[Author] = field(default_factory=list)
    """The people of the byline, in its order."""
    editor: list[Editor] = field(default_factory=list)
    """责编."""
    contributor: list[Contributor] = field(default_factory=list)
    """All others whom the page names with what they did, in its order."""
    source: Source | None = None
    """来源."""
    publisher: str | None = None
    """Who runs the channel."""

    article_section: str | None = None
    """The last entry of the breadcrumb."""
    breadcrumb: list[str] = field(default_factory=list)
    """From the site down to the section."""
    node: str | None = None
    """`404214`, the site's node of the URL."""
    keywords: list[str] = field(default_factory=list)
    """Of the page's meta, which the site makes by machine."""
    dateline: str | None = None
    """`新华社北京4月24日电`; it stays in the text too."""
    paper: Paper | None = None
    """The printed edition, if the page names one."""
    in_language: str | None = "zh-Hans"
    """BCP 47."""

    blocks: list[Block] = field(default_factory=list)
    """The body, in reading order."""
    text: str = ""
    """The texts of all blocks but figures and credits, exact, parted by one newline each."""
    text_canonical: str = ""
    """The same by the table of docs/text.md."""
    text_canonical_offsets: list[list[int]] = field(default_factory=list)
    """The way back to `text`: pairs [i, j]; from character i of `text_canonical` on, up to the next pair, its
    character k is `text`'s j + (k - i). Empty where the two are the same."""
    char_count: int = 0
    """Of `text`, without white space."""
    links: list[Link] = field(default_factory=list)
    """In the body."""
    image: list[Image] = field(default_factory=list)
    """Its pictures, in reading order."""
    parts: list[Part] = field(default_factory=list)
    """The pages that it is printed on."""

    content_sha256: str | None = None
    """Of `text_canonical` without white space, hex; None where there is too little text to compare."""
    duplicate_of: str | None = None
    """The id of the article with the same text that counts; None for the one that counts."""
    cluster: str | None = None
    """The cluster of near duplicates that it belongs to."""
    similarity: float | None = None
    """To the canonical article of its cluster, from 0 to 1."""

    revision: Revision = field(default_factory=Revision)
    """Which version this is."""
    provenance: Provenance = field(default_factory=Provenance)
    """Where it came from."""
    warnings: list[str] = field(default_factory=list)
    """What is wanting or in doubt, as names that can be counted."""
    rights: Rights = field(default_factory=Rights)
    """Whose it is."""
