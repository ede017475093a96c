"""The record of an article, as it is archived and exported.

The order of its fields is the order of the columns, of the JSON keys and of the documentation.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from kepu.records.field_metadata import about
from kepu.records.page import Discovery, Warc

SCHEMA_VERSION = 2
"""Version of the record. It changes when the meaning, the type or the place of a field changes.

Version 1 had the time of day in `date_published`, and no `datetime_published`, `contributor`, `marks` and `alt`.
"""


@dataclass(slots=True)
class Appearance:
    """One URL under which the site has the article; the same content id may appear under several nodes and hosts."""

    url: str = field(metadata=about("The canonical URL."))
    node: str | None = field(
        default=None,
        metadata=about("The node in the URL: the number of a section in the site's content system."),
    )
    section: str | None = field(
        default=None, metadata=about("Title of the section on whose list the URL was found.")
    )
    first_seen: str | None = field(
        default=None, metadata=about("When the URL was first seen, ISO 8601 in UTC.", format="date-time")
    )
    last_seen: str | None = field(
        default=None, metadata=about("When the URL was last seen, ISO 8601 in UTC.", format="date-time")
    )


@dataclass(slots=True)
class Author:
    """A person named in the byline."""

    name: str = field(
        metadata=about("The name, without the padding of two-character names: 方敏 for `方 敏`.")
    )
    role: str | None = field(
        default=None,
        metadata=about(
            "The role: 记者, 通讯员, 作者 … 本报记者 and 文/ are converted (`byline` has them as "
            "printed); None if none is given."
        ),
    )


@dataclass(slots=True)
class Editor:
    """A person named in 责编 or 责任编辑."""

    name: str = field(metadata=about("The name, without the padding of two-character names."))


@dataclass(slots=True)
class Contributor:
    """A person or an organisation with another role than author, in the order of the page."""

    name: str = field(metadata=about("The name as printed, without the padding of two-character names."))
    role: str = field(metadata=about("The role as printed: 编辑, 审校, 监制, 策划, 译, 摄影 …"))


@dataclass(slots=True)
class Source:
    """The source that the page names (来源)."""

    name: str = field(metadata=about("The name as printed, without 来源：."))
    url: str | None = field(default=None, metadata=about("Absolute URL of its link, if it is a link."))


@dataclass(slots=True)
class Paper:
    """The printed edition that the page names: `《人民日报》（2023年12月28日 第 09 版）`."""

    name: str = field(metadata=about("Name of the newspaper, without 《》: 人民日报."))
    date: str | None = field(default=None, metadata=about("Day of the edition, ISO 8601.", format="date"))
    page: str | None = field(
        default=None, metadata=about("Page number as printed, without 第 and 版 (`09`).")
    )


BlockType = Literal["paragraph", "heading", "figure", "list", "table", "quote", "verse", "credit"]
"""Type of a block."""


MarkKind = Literal["sup", "sub", "tex", "alt", "del", "ruby"]
"""Kind of a mark: see `Mark.kind`."""


@dataclass(slots=True)
class Mark:
    """A run of a block's text that plain characters cannot show: raised, lowered, struck through, a formula."""

    start: int = field(
        metadata=about("Offset of its first character in the block's `text`.", unit="characters")
    )
    end: int = field(metadata=about("Offset after its last character.", unit="characters"))
    kind: MarkKind = field(
        metadata=about(
            "sup (raised), sub (lowered), tex (a formula in TeX), alt (the alternative text of a "
            "formula's picture), del (struck through), ruby (a reading).",
            values=get_args(MarkKind),
        )
    )
    source: str = field(
        metadata=about("The characters of this run on the page: `14` where the text has `¹⁴`.")
    )


@dataclass(slots=True)
class Block:
    """One block of the body, in reading order.

    `text` is exact: the characters of the page, without the white space of its layout (indents, line ends in the
    source, padding). Verse has one line per line (`\\n`), a list one item per line, a table one row per line with its
    cells separated by tabs, and a figure has its caption and credit as printed, or nothing.
    """

    type: BlockType = field(
        metadata=about(
            "Type of the block; `credit` is a line that only names people.", values=get_args(BlockType)
        )
    )
    text: str = field(metadata=about("Exact text, as described above."))
    part: int = field(default=1, metadata=about("Number of the page of a multi-page article, from 1."))
    marks: list[Mark] = field(
        default_factory=list,
        metadata=about(
            "Runs of `text` that are raised, lowered, formulas, struck through, or have a reading "
            "beside them."
        ),
    )
    level: int | None = field(
        default=None, metadata=about("For a heading, its level; 2 is the first one below the headline.")
    )
    items: list[str] | None = field(default=None, metadata=about("For a list, its items."))
    ordered: bool | None = field(default=None, metadata=about("For a list, whether it is numbered."))
    rows: list[list[str]] | None = field(
        default=None, metadata=about("For a table, its rows, each a list of cells.")
    )
    content_url: str | None = field(
        default=None, metadata=about("For a figure, the absolute URL of the picture or video.")
    )
    caption: str | None = field(
        default=None,
        metadata=about(
            "For a figure, the caption without the credit; for a table, the title above its rows."
        ),
    )
    credit_text: str | None = field(
        default=None, metadata=about("For a figure, the credit: `新华社发`, `张三摄`.")
    )
    alt: str | None = field(default=None, metadata=about("For a figure, the page's alternative text."))


@dataclass(slots=True)
class Link:
    """A link in the body."""

    start: int = field(metadata=about("Offset of its first character in `text`.", unit="characters"))
    end: int = field(metadata=about("Offset after its last character.", unit="characters"))
    url: str = field(metadata=about("Absolute URL of the target."))


@dataclass(slots=True)
class Image:
    """A picture of the article."""

    content_url: str | None = field(
        metadata=about(
            "Absolute URL; None in a text dump, which has only the file name's stem or the alternative text."
        )
    )
    caption: str | None = field(default=None, metadata=about("The caption of its figure."))
    credit_text: str | None = field(default=None, metadata=about("The credit of its figure."))
    alt: str | None = field(default=None, metadata=about("The alternative text of its figure."))
    position: int | None = field(default=None, metadata=about("Index of its block in `blocks`."))


@dataclass(slots=True)
class Part:
    """One page of the article."""

    n: int = field(metadata=about("Number of the page, from 1."))
    url: str | None = field(metadata=about("URL of the page; from the second one on, `…-2.html`."))
    payload_sha256: str = field(metadata=about("SHA-256 of the page's bytes, in hexadecimal."))


@dataclass(slots=True)
class Revision:
    """The version of the article in this record, and when the site had it."""

    n: int = field(default=1, metadata=about("Number of the version, from 1."))
    previous_sha256: str | None = field(
        default=None,
        metadata=about("`record_sha256` of the previous version, which is in the table `revisions`."),
    )
    first_seen: str | None = field(
        default=None,
        metadata=about("When the article was first fetched, ISO 8601 in UTC.", format="date-time"),
    )
    last_changed: str | None = field(
        default=None,
        metadata=about("When this version was first fetched, ISO 8601 in UTC.", format="date-time"),
    )
    last_checked: str | None = field(
        default=None,
        metadata=about(
            "When the article was last requested from the site, ISO 8601 in UTC.", format="date-time"
        ),
    )
    status: Literal["live", "gone", "taken_down"] = field(
        default="live",
        metadata=about(
            "Whether the site still has the article: `gone` if not, `taken_down` if this archive removed it.",
            values=(
                "live",
                "gone",
                "taken_down",
            ),
        ),
    )
    last_seen: str | None = field(
        default=None,
        metadata=about(
            "For an article that is gone, when the site last had it; for a live one see `last_checked`.",
            format="date-time",
        ),
    )


@dataclass(slots=True)
class LostLetter:
    """A place in the byline of a dump where a decoder for GB2312 may have lost a character. It is not repaired."""

    start: int = field(metadata=about("Offset of the place in `byline`."))
    end: int = field(metadata=about("Offset after the place."))
    left: str = field(metadata=about("The characters that are left: `i` for 峣."))
    candidates: str = field(
        metadata=about(
            "The characters that it may have been; empty if the damage extends to the following ones."
        )
    )


@dataclass(slots=True)
class Normalizer:
    """The normaliser that made the text, and how certain it is (`pipelines/segmentation`)."""

    version: str = field(metadata=about("Version of the normaliser."))
    certificate: Literal["trivial", "unique", "likely", "consistent", "unresolved"] | None = field(
        default=None,
        metadata=about(
            "Certificate of the least certain paragraph; None for an HTML page, whose white space is known.",
            values=(
                "trivial",
                "unique",
                "likely",
                "consistent",
                "unresolved",
                None,
            ),
        ),
    )
    lost_letters: list[LostLetter] = field(
        default_factory=list, metadata=about("Places in the byline with possibly lost characters.")
    )
    certified: dict[str, float] = field(
        default_factory=dict,
        metadata=about("Map each certificate that occurs to the share of characters with it, from 0 to 1."),
    )
    thulac: bool = field(
        default=False,
        metadata=about(
            "Whether THULAC, which is not installed by default, chose between readings that wrap alike."
        ),
    )


@dataclass(slots=True)
class Provenance:
    """Where the record came from, and which program made it."""

    run: int | None = field(default=None, metadata=about("Number of the run, a row of `runs`."))
    fetched_at: str | None = field(
        default=None, metadata=about("When the page was fetched, ISO 8601 in UTC.", format="date-time")
    )
    http_status: int | None = field(default=None, metadata=about("HTTP status of part 1."))
    etag: str | None = field(default=None, metadata=about("ETag of part 1."))
    last_modified: str | None = field(
        default=None, metadata=about("Last-Modified of part 1, as the server sent it.")
    )
    charset_declared: str | None = field(
        default=None, metadata=about("Charset in the Content-Type header or, if it has none, in the page.")
    )
    charset_used: str | None = field(
        default=None,
        metadata=about("Charset by which the bytes were decoded; GB2312 and GBK are decoded as GB18030."),
    )
    decode_replacements: int = field(
        default=0, metadata=about("Number of U+FFFD that replace bytes which are invalid in the charset.")
    )
    payload_sha256: str | None = field(
        default=None,
        metadata=about("SHA-256 of the bytes of part 1, without content coding (gzip), in hexadecimal."),
    )
    warc: Warc | None = field(default=None, metadata=about("The capture of part 1."))
    path: str | None = field(default=None, metadata=about("Path of the file that it was imported from."))
    discovered_via: Discovery | None = field(default=None, metadata=about("How its URL was found."))
    layout: str | None = field(
        default=None,
        metadata=about(
            "Layout of the page (docs/extraction.md); `generic` if it has no known one, `dump` for a "
            "text dump."
        ),
    )
    extractor_version: str | None = field(default=None, metadata=about("Version of the extractor."))
    normalizer: Normalizer | None = field(default=None, metadata=about("The normaliser that made the text."))


@dataclass(slots=True)
class Rights:
    """Who owns the text. The articles belong to their publisher; this archive grants no rights."""

    copyright_holder: str | None = field(
        default=None,
        metadata=about("Rights holder of the site's own texts; a source may hold the rights instead."),
    )
    license: str | None = field(
        default=None, metadata=about("Licence of the text; None, because none is known.")
    )
    takedown: str | None = field(
        default=None, metadata=about("Reason of the takedown, if the article was taken down.")
    )


@dataclass(slots=True)
class Article:
    """An article, as it is archived and exported: see docs/record.md, which is generated from these fields."""

    schema_version: int = field(default=SCHEMA_VERSION, metadata=about("Version of this record's schema."))
    id: str = field(
        default="",
        metadata=about(
            "Prefix and content id of the site, `n1/40148467`; if the URL has none, `url/` or `file/` "
            "and a hash."
        ),
    )
    url: str | None = field(
        default=None,
        metadata=about(
            "Canonical URL: http, host and path of its first appearance, part 1, without query.",
            source="https://schema.org/url",
        ),
    )
    url_requested: str | None = field(
        default=None, metadata=about("URL that was requested; None for a file.")
    )
    appearances: list[Appearance] = field(
        default_factory=list, metadata=about("Every URL under which it was seen, the first one first.")
    )

    headline: str | None = field(
        default=None,
        metadata=about(
            "Headline as printed in the page, not in `<title>`.", source="https://schema.org/headline"
        ),
    )
    kicker: str | None = field(default=None, metadata=about("Line above the headline (引题)."))
    alternative_headline: str | None = field(
        default=None,
        metadata=about("Line below the headline (副题).", source="https://schema.org/alternativeHeadline"),
    )

    date_published: str | None = field(
        default=None,
        metadata=about(
            "Day of publication in Beijing time: `2023-12-28`.",
            source="https://schema.org/datePublished",
            format="date",
        ),
    )
    datetime_published: str | None = field(
        default=None,
        metadata=about(
            "Time of publication, RFC 3339 with seconds: `2023-12-28T07:56:00+08:00`. None if only the "
            "day is known.",
            format="date-time",
        ),
    )
    date_published_raw: str | None = field(
        default=None, metadata=about("Date and time as printed: `2023年12月28日07:56`.")
    )
    date_precision: Literal["minute", "day"] | None = field(
        default=None,
        metadata=about(
            "`day` if only the day is known, which 00:00 means on pages up to 2011.",
            values=(
                "minute",
                "day",
                None,
            ),
        ),
    )
    date_source: Literal["page", "meta", "url"] | None = field(
        default=None,
        metadata=about(
            "Where the date was found: printed on the page, in a meta tag, or only in the URL.",
            values=(
                "page",
                "meta",
                "url",
                None,
            ),
        ),
    )
    date_modified: str | None = field(
        default=None,
        metadata=about(
            "When the page says it was changed: RFC 3339 with seconds, or only the day.",
            source="https://schema.org/dateModified",
        ),
    )

    byline: str | None = field(default=None, metadata=about("Byline as printed."))
    author: list[Author] = field(
        default_factory=list,
        metadata=about("People in the byline, in its order.", source="https://schema.org/author"),
    )
    editor: list[Editor] = field(
        default_factory=list, metadata=about("Editors (责编).", source="https://schema.org/editor")
    )
    contributor: list[Contributor] = field(
        default_factory=list,
        metadata=about(
            "All other people with a role, in the order of the page.",
            source="https://schema.org/contributor",
        ),
    )
    source: Source | None = field(default=None, metadata=about("Source (来源)."))
    publisher: str | None = field(
        default=None, metadata=about("Operator of the channel.", source="https://schema.org/publisher")
    )

    article_section: str | None = field(
        default=None,
        metadata=about("Last entry of the breadcrumb.", source="https://schema.org/articleSection"),
    )
    breadcrumb: list[str] = field(
        default_factory=list, metadata=about("Entries of the breadcrumb, from the site down to the section.")
    )
    node: str | None = field(
        default=None,
        metadata=about("Node in the URL: `404214`, the number of a section in the site's content system."),
    )
    keywords: list[str] = field(
        default_factory=list,
        metadata=about(
            "Keywords in the page's meta tag, which the site generates.", source="https://schema.org/keywords"
        ),
    )
    dateline: str | None = field(
        default=None,
        metadata=about(
            "Dateline, `新华社北京4月24日电`; it is part of the text too.",
            source="https://schema.org/dateline",
        ),
    )
    paper: Paper | None = field(default=None, metadata=about("Printed edition, if the page names one."))
    in_language: str | None = field(
        default="zh-Hans", metadata=about("Language, BCP 47.", source="https://schema.org/inLanguage")
    )

    blocks: list[Block] = field(default_factory=list, metadata=about("Blocks of the body, in reading order."))
    text: str = field(
        default="",
        metadata=about(
            "Exact texts of all blocks except figures and credits, separated by one newline.",
            source="https://schema.org/articleBody",
        ),
    )
    text_canonical: str = field(
        default="", metadata=about("The same text in the canonical form of docs/text.md.")
    )
    text_canonical_offsets: list[list[int]] = field(
        default_factory=list,
        metadata=about(
            "Pairs [i, j] that map `text_canonical` to `text`: from character i on, up to the next "
            "pair, character k of `text_canonical` is character j + (k - i) of `text`. Empty if the "
            "two are equal.",
            unit="characters",
        ),
    )
    char_count: int = field(
        default=0, metadata=about("Number of characters of `text`, without white space.", unit="characters")
    )
    links: list[Link] = field(default_factory=list, metadata=about("Links in the body."))
    image: list[Image] = field(
        default_factory=list,
        metadata=about("Pictures, in reading order.", source="https://schema.org/image"),
    )
    parts: list[Part] = field(default_factory=list, metadata=about("Pages of the article."))

    content_sha256: str | None = field(
        default=None,
        metadata=about(
            "SHA-256 of `text_canonical` without white space, in hexadecimal; None if the text is too "
            "short to compare."
        ),
    )
    duplicate_of: str | None = field(
        default=None,
        metadata=about(
            "Id of the article with the same text that is kept in its place; None if there is none."
        ),
    )
    cluster: str | None = field(
        default=None, metadata=about("Cluster of near duplicates that it belongs to.")
    )
    similarity: float | None = field(
        default=None,
        metadata=about("Similarity to the canonical article of its cluster, from 0 to 1."),
    )

    revision: Revision = field(
        default_factory=Revision, metadata=about("Version of the article in this record.")
    )
    provenance: Provenance = field(default_factory=Provenance, metadata=about("Where the record came from."))
    warnings: list[str] = field(
        default_factory=list, metadata=about("Names of warnings about missing or doubtful parts.")
    )
    rights: Rights = field(default_factory=Rights, metadata=about("Who owns the text."))
