"""The record of an article, as it is archived and exported.

The order of its fields is the order of the columns, of the JSON keys and of the documentation.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from kepu.records.field_metadata import about
from kepu.records.page import Discovery, Warc

SCHEMA_VERSION = 2
"""Version of the record. It changes when a field changes its meaning, its type or its place.

Version 1 had the time of day in `date_published`, and no `datetime_published`, `contributor`, `marks` and `alt`.
"""


@dataclass(slots=True)
class Appearance:
    """One URL under which the article stands; the same content id may stand under several nodes and hosts."""

    url: str = field(metadata=about("Canonical."))
    node: str | None = field(default=None, metadata=about("The node in the URL."))
    section: str | None = field(default=None, metadata=about("The section on whose list it was seen."))
    first_seen: str | None = field(default=None, metadata=about("ISO 8601 in UTC.", format="date-time"))
    last_seen: str | None = field(default=None, metadata=about("ISO 8601 in UTC.", format="date-time"))


@dataclass(slots=True)
class Author:
    """A person named in the byline."""

    name: str = field(metadata=about("With the padding of two-character names gone: 方敏 for `方 敏`."))
    role: str | None = field(
        default=None,
        metadata=about(
            "记者, 通讯员, 作者 …: what 本报记者 or 文/ stands for (`byline` has it as printed); None "
            "where none is."
        ),
    )


@dataclass(slots=True)
class Editor:
    """A person named in 责编 or 责任编辑: never an author."""

    name: str = field(metadata=about("The same as of an author."))


@dataclass(slots=True)
class Contributor:
    """A person or an organisation that had another part in the article than writing it: never an author."""

    name: str = field(metadata=about("As printed, with the padding of two-character names gone."))
    role: str = field(metadata=about("As printed: 编辑, 审校, 监制, 策划, 译, 摄影 …"))


@dataclass(slots=True)
class Source:
    """Whom the page names as its source (来源)."""

    name: str = field(metadata=about("As printed, without 来源：."))
    url: str | None = field(default=None, metadata=about("Where its link leads, absolute."))


@dataclass(slots=True)
class Paper:
    """The printed edition that the page names: `《人民日报》（2023年12月28日 第 09 版）`."""

    name: str = field(metadata=about("Without the marks: 人民日报."))
    date: str | None = field(default=None, metadata=about("ISO 8601 day.", format="date"))
    page: str | None = field(
        default=None, metadata=about("The page's number as printed, without 第 and 版 (`09`).")
    )


BlockType = Literal["paragraph", "heading", "figure", "list", "table", "quote", "verse", "credit"]


MarkKind = Literal["sup", "sub", "tex", "alt", "del", "ruby"]


@dataclass(slots=True)
class Mark:
    """A run of a block's text that the page shows in another way than plain letters can."""

    start: int = field(
        metadata=about("Of its first character, as an offset into the block's `text`.", unit="characters")
    )
    end: int = field(metadata=about("Of the character behind its last.", unit="characters"))
    kind: MarkKind = field(
        metadata=about(
            "sup (raised), sub (lowered), tex (a formula in TeX), alt (the words of a "
            "formula's picture), del (struck through), ruby (its reading).",
            values=get_args(MarkKind),
        )
    )
    source: str = field(metadata=about("The page's own letters of this run: `14` where the text has `¹⁴`."))


@dataclass(slots=True)
class Block:
    """One block of the body, in reading order.

    `text` is exact: letters as the page has them, with the layout's own white space (indents, line ends in the
    source, padding) gone. Verse keeps a line a line (`\\n`); a list has one item a line; a table one row a line,
    its cells parted by tabs; a figure's text is its caption and credit as printed, or empty.
    """

    type: BlockType = field(
        metadata=about("What it is; a credit is a line that only names people.", values=get_args(BlockType))
    )
    text: str = field(metadata=about("Exact: see above."))
    part: int = field(default=1, metadata=about("The part of a multi-page article in which it stands."))
    marks: list[Mark] = field(
        default_factory=list,
        metadata=about(
            "Runs of `text` that are raised, lowered, formulas, struck through, or have a "
            "reading beside them."
        ),
    )
    level: int | None = field(
        default=None, metadata=about("Of a heading: 2 for the first level below the headline.")
    )
    items: list[str] | None = field(default=None, metadata=about("Of a list."))
    ordered: bool | None = field(default=None, metadata=about("Of a list."))
    rows: list[list[str]] | None = field(
        default=None, metadata=about("Of a table: its rows, each a list of cells.")
    )
    content_url: str | None = field(
        default=None, metadata=about("Of a figure: the picture's or the video's absolute URL.")
    )
    caption: str | None = field(
        default=None,
        metadata=about(
            "Of a figure, without the credit; of a table, what stands above its rows as its title."
        ),
    )
    credit_text: str | None = field(default=None, metadata=about("Of a figure: `新华社发`, `张三摄`."))
    alt: str | None = field(
        default=None, metadata=about("Of a figure: the page's words for who cannot see the picture.")
    )


@dataclass(slots=True)
class Link:
    """A link in the body, as offsets into `text` (in characters, end exclusive)."""

    start: int = field(metadata=about("Of its first character.", unit="characters"))
    end: int = field(metadata=about("Of the character behind its last.", unit="characters"))
    url: str = field(metadata=about("Absolute."))


@dataclass(slots=True)
class Image:
    """A picture of the article."""

    content_url: str | None = field(
        metadata=about("Absolute URL; None in a text dump, which has only the file's stem or its alt text.")
    )
    caption: str | None = field(default=None, metadata=about("As its figure has it."))
    credit_text: str | None = field(default=None, metadata=about("As its figure has it."))
    alt: str | None = field(default=None, metadata=about("As its figure has it."))
    position: int | None = field(default=None, metadata=about("The index of its block in `blocks`."))


@dataclass(slots=True)
class Part:
    """One page of the article, from 1."""

    n: int = field(metadata=about("Its number."))
    url: str | None = field(metadata=about("Its URL, `…-2.html` from the second on."))
    payload_sha256: str = field(metadata=about("Of its bytes, hex."))


@dataclass(slots=True)
class Revision:
    """Which version of the article this is, and between which times it was seen to stand."""

    n: int = field(default=1, metadata=about("Counted from 1."))
    previous_sha256: str | None = field(
        default=None,
        metadata=about("`record_sha256` of the version before, which the table `revisions` holds."),
    )
    first_seen: str | None = field(
        default=None,
        metadata=about(
            "When the article was first fetched, ISO 8601 in UTC, as the other two.", format="date-time"
        ),
    )
    last_changed: str | None = field(
        default=None, metadata=about("When it was first fetched as it is now.", format="date-time")
    )
    last_checked: str | None = field(
        default=None, metadata=about("When the site was last asked for it.", format="date-time")
    )
    status: Literal["live", "gone", "taken_down"] = field(
        default="live",
        metadata=about(
            "Whether the site still has it, as far as is known.",
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
            "When the site last had it, of an article that is gone; of one that is live, "
            "`last_checked` says that.",
            format="date-time",
        ),
    )


@dataclass(slots=True)
class LostLetter:
    """A place in the byline of a dump where a decoder for GB2312 may have lost a letter: flagged, never repaired."""

    start: int = field(metadata=about("Offset into `byline`."))
    end: int = field(metadata=about("The same, exclusive."))
    left: str = field(metadata=about("What stands there: `i` for 峣."))
    candidates: str = field(
        metadata=about(
            "The letters that it may have been; empty where the damage ran on into the letters behind."
        )
    )


@dataclass(slots=True)
class Normalizer:
    """Which normaliser made the text of it, and how sure it is (`pipelines/segmentation`)."""

    version: str = field(metadata=about("Of the normaliser."))
    certificate: Literal["trivial", "unique", "likely", "consistent", "unresolved"] | None = field(
        default=None,
        metadata=about(
            "Of its weakest paragraph; None for a page in HTML, whose white space was never in doubt.",
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
        default_factory=list, metadata=about("In the byline, with what they may have been.")
    )
    certified: dict[str, float] = field(
        default_factory=dict,
        metadata=about("For each certificate met, the share of the letters that have it, from 0 to 1."),
    )
    thulac: bool = field(
        default=False,
        metadata=about(
            "Whether THULAC, which is not installed by default, decided between readings that wrap alike."
        ),
    )


@dataclass(slots=True)
class Provenance:
    """Where the record came from and what made it."""

    run: int | None = field(default=None, metadata=about("The number of the run, a row of `runs`."))
    fetched_at: str | None = field(default=None, metadata=about("ISO 8601 in UTC.", format="date-time"))
    http_status: int | None = field(default=None, metadata=about("Of part 1."))
    etag: str | None = field(default=None, metadata=about("Of part 1."))
    last_modified: str | None = field(default=None, metadata=about("Of part 1, as the server wrote it."))
    charset_declared: str | None = field(
        default=None, metadata=about("In the header or, failing that, in the page.")
    )
    charset_used: str | None = field(
        default=None,
        metadata=about("With which the bytes were decoded: GB2312 and GBK are widened to GB18030."),
    )
    decode_replacements: int = field(
        default=0, metadata=about("How many U+FFFD stand for bytes that did not decode.")
    )
    payload_sha256: str | None = field(default=None, metadata=about("Of part 1, hex."))
    warc: Warc | None = field(default=None, metadata=about("The capture of part 1."))
    path: str | None = field(default=None, metadata=about("The file it was imported from."))
    discovered_via: Discovery | None = field(default=None, metadata=about("How its URL was found."))
    layout: str | None = field(
        default=None,
        metadata=about(
            "Which of the site's layouts it has (docs/extraction.md); `generic` where none "
            "fits, `dump` for a text dump."
        ),
    )
    extractor_version: str | None = field(default=None, metadata=about("Which code read it."))
    normalizer: Normalizer | None = field(default=None, metadata=about("Which code made its text."))


@dataclass(slots=True)
class Rights:
    """Whose the text is. The articles are the publisher's; this archive grants nothing."""

    copyright_holder: str | None = field(
        default=None,
        metadata=about("Who holds the rights in the site's own texts; a source may hold them instead."),
    )
    license: str | None = field(default=None, metadata=about("None is known."))
    takedown: str | None = field(default=None, metadata=about("Why it was taken down, if it was."))


@dataclass(slots=True)
class Article:
    """An article, as it is archived and exported: see docs/record.md, which is made from these lines."""

    schema_version: int = field(default=SCHEMA_VERSION, metadata=about("Of this record."))
    id: str = field(
        default="",
        metadata=about(
            "`n1/40148467`: prefix and the site's content id; `url/` or `file/` and a hash "
            "where there is none."
        ),
    )
    url: str | None = field(
        default=None,
        metadata=about(
            "Canonical: http, the host and path of its first appearance, part 1, no query.",
            source="https://schema.org/url",
        ),
    )
    url_requested: str | None = field(
        default=None, metadata=about("The URL that was asked for; None for a file.")
    )
    appearances: list[Appearance] = field(
        default_factory=list, metadata=about("Every URL under which it was seen, the first one first.")
    )

    headline: str | None = field(
        default=None,
        metadata=about(
            "As the page prints it, not as `<title>` has it.", source="https://schema.org/headline"
        ),
    )
    kicker: str | None = field(default=None, metadata=about("引题, the line above the headline."))
    alternative_headline: str | None = field(
        default=None,
        metadata=about("副题, the line below the headline.", source="https://schema.org/alternativeHeadline"),
    )

    date_published: str | None = field(
        default=None,
        metadata=about(
            "The day, in Beijing's time: `2023-12-28`.",
            source="https://schema.org/datePublished",
            format="date",
        ),
    )
    datetime_published: str | None = field(
        default=None,
        metadata=about(
            "The moment, RFC 3339 with seconds: `2023-12-28T07:56:00+08:00`. None where only "
            "the day is known.",
            format="date-time",
        ),
    )
    date_published_raw: str | None = field(default=None, metadata=about("As printed: `2023年12月28日07:56`."))
    date_precision: Literal["minute", "day"] | None = field(
        default=None,
        metadata=about(
            "A printed 00:00 means, on pages up to 2011, that only the day is known.",
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
            "Where the date stands: printed on the page, in a meta, or only in the URL.",
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
            "When the page says it was changed: RFC 3339 with seconds, or the day alone where "
            "only it is known.",
            source="https://schema.org/dateModified",
        ),
    )

    byline: str | None = field(default=None, metadata=about("As printed."))
    author: list[Author] = field(
        default_factory=list,
        metadata=about("The people of the byline, in its order.", source="https://schema.org/author"),
    )
    editor: list[Editor] = field(
        default_factory=list, metadata=about("责编.", source="https://schema.org/editor")
    )
    contributor: list[Contributor] = field(
        default_factory=list,
        metadata=about(
            "All others whom the page names with what they did, in its order.",
            source="https://schema.org/contributor",
        ),
    )
    source: Source | None = field(default=None, metadata=about("来源."))
    publisher: str | None = field(
        default=None, metadata=about("Who runs the channel.", source="https://schema.org/publisher")
    )

    article_section: str | None = field(
        default=None,
        metadata=about("The last entry of the breadcrumb.", source="https://schema.org/articleSection"),
    )
    breadcrumb: list[str] = field(default_factory=list, metadata=about("From the site down to the section."))
    node: str | None = field(default=None, metadata=about("`404214`, the site's node of the URL."))
    keywords: list[str] = field(
        default_factory=list,
        metadata=about(
            "Of the page's meta, which the site makes by machine.", source="https://schema.org/keywords"
        ),
    )
    dateline: str | None = field(
        default=None,
        metadata=about(
            "`新华社北京4月24日电`; it stays in the text too.", source="https://schema.org/dateline"
        ),
    )
    paper: Paper | None = field(default=None, metadata=about("The printed edition, if the page names one."))
    in_language: str | None = field(
        default="zh-Hans", metadata=about("BCP 47.", source="https://schema.org/inLanguage")
    )

    blocks: list[Block] = field(default_factory=list, metadata=about("The body, in reading order."))
    text: str = field(
        default="",
        metadata=about(
            "The texts of all blocks but figures and credits, exact, parted by one newline each.",
            source="https://schema.org/articleBody",
        ),
    )
    text_canonical: str = field(default="", metadata=about("The same by the table of docs/text.md."))
    text_canonical_offsets: list[list[int]] = field(
        default_factory=list,
        metadata=about(
            "The way back to `text`: pairs [i, j]; from character i of `text_canonical` on, "
            "up to the next pair, its character k is `text`'s j + (k - i). Empty where the "
            "two are the same.",
            unit="characters",
        ),
    )
    char_count: int = field(default=0, metadata=about("Of `text`, without white space.", unit="characters"))
    links: list[Link] = field(default_factory=list, metadata=about("In the body."))
    image: list[Image] = field(
        default_factory=list,
        metadata=about("Its pictures, in reading order.", source="https://schema.org/image"),
    )
    parts: list[Part] = field(default_factory=list, metadata=about("The pages that it is printed on."))

    content_sha256: str | None = field(
        default=None,
        metadata=about(
            "Of `text_canonical` without white space, hex; None where there is too little text to compare."
        ),
    )
    duplicate_of: str | None = field(
        default=None,
        metadata=about("The id of the article with the same text that counts; None for the one that counts."),
    )
    cluster: str | None = field(
        default=None, metadata=about("The cluster of near duplicates that it belongs to.")
    )
    similarity: float | None = field(
        default=None,
        metadata=about("To the canonical article of its cluster, from 0 to 1."),
    )

    revision: Revision = field(default_factory=Revision, metadata=about("Which version this is."))
    provenance: Provenance = field(default_factory=Provenance, metadata=about("Where it came from."))
    warnings: list[str] = field(
        default_factory=list, metadata=about("What is wanting or in doubt, as names that can be counted.")
    )
    rights: Rights = field(default_factory=Rights, metadata=about("Whose it is."))
