"""Stories: the contents of the replica's articles, read from the text files in `articles/`.

`render.py` converts a story to HTML pages, `truth.py` to the expected record.

A file has a TOML head between two `+++` lines, then the body, one block per line:

    plain text                    a paragraph
    ## text                       a subhead
    - text      1. text           a list, one item per line
    | cell | cell |               a table, one row per line
    > text                        a quotation
    ~ text                        a line of verse
    ^ text                        a credit in a paragraph of its own: （作者：程禾）
    !URL | caption | credit       a picture; both are optional; the caption ends in a full stop
    !video URL | poster           a video
    %name                         an insert that is not part of the article: templates/inserts/name.html
    ===                           the next part of a long article begins

A reprint has `body_of = "folder/name"` in its head, with `edits = [["old", "new"]]`, and no body of its own.

Inside a line, `[text](url)` is a link and `{html}` is markup: `25{&deg;C}`. If its text is not the characters between
the tags, it is written after `=>`: `CO{<sub>2</sub>=>₂}`, `{&shy;=>}`.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from demo.channel import Section, section_of

ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a story's body, with texts in the inline notation."""

    kind: str
    """One of paragraph, heading, list, table, quote, verse, credit, figure, video, chrome (an insert)."""
    source: str = ""
    """The text; for an insert, its name."""
    items: tuple[str, ...] = ()
    """List items, or lines of verse."""
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False
    url: str = ""
    """URL of a picture or video as the page writes it, relative to the root of the host, or absolute."""
    caption: str = ""
    credit: str = ""
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An article of the replica."""

    slug: str
    """Unique name: the name of its file, or one by the generator."""
    layout: str
    urls: tuple[str, ...]
    """All URLs of part 1; the first is the canonical one."""
    headline: str
    published: str
    """`2024-05-10T06:58`, or `2009-11-09` if the page has only the day (and prints 00:00)."""
    parts: tuple[tuple[Piece, ...], ...]
    kicker: str = ""
    alternative_headline: str = ""
    byline: str = ""
    """Byline as printed, with its white space; if it is in the text, without its brackets."""
    byline_in_text: bool = False
    """Whether the byline is part of a paragraph or a credit instead of being printed above the body."""
    authors: tuple[tuple[str, str | None], ...] = ()
    """(name, role)."""
    editors: tuple[str, ...] = ()
    source: tuple[str, str | None] | None = None
    """(name, URL)."""
    keywords: tuple[str, ...] = ()
    paper: tuple[str, str, str] | None = None
    """(name, ISO day, page)."""
    dateline: str = ""
    variant: str = ""
    """Variant of the layout's template: `theory` of `rm_txt_zw` is templates/rm_txt_zw_theory.html."""
    paragraphs: str = "p"
    """Markup of paragraphs: p, br, unclosed, nested."""
    indent: str = "u3000"
    """Indent of paragraphs: u3000, nbsp, css, newline."""
    listed: bool = True
    """Whether list pages link to it; otherwise only other articles do."""
    updated: str = ""
    """When it was last edited, or empty: the Last-Modified of its page."""
    features: frozenset[str] = field(default_factory=frozenset)
    """Names of the features that it exhibits, by which tests select it."""

    @property
    def url(self) -> str:
        """The canonical URL of part 1."""
        return self.urls[0]

    @property
    def section(self) -> Section:
        """The section of the canonical URL."""
        return section_of(self.url)

    @property
    def content_id(self) -> str:
        """Its content id on the site: `40233001`."""
        return re.split(r"[-/]", self.url)[-1].removesuffix(".html")

    @property
    def id(self) -> str:
        """The key of the record: `n1/40233001`."""
        return f"{self.url.split('/')[3]}/{self.content_id}"

    @property
    def charset(self) -> str:
        """Charset of its pages, which the site changed between May 2024 and April 2025."""
        return "GB2312" if self.published < "2024-09" else "UTF-8"

    def part_url(self, n: int, url: str | None = None) -> str:
        """Return the URL of part `n` (from 1), given the URL of part 1 (default: the canonical one)."""
        first = url or self.url
        return first if n == 1 else f"{first.removesuffix('.html')}-{n}.html"


def read(text: str, slug: str) -> Story:
    """Parse a story from the text of its file. Raises ValueError, with the slug, if the file is malformed."""
    try:
        _, head, body = text.split("+++\n", 2)
        facts = tomllib.loads(head)
        if "body_of" in facts:
            body = _reprint(ARTICLES / f"{facts.pop('body_of')}.txt", facts.pop("edits", []))
        parts = tuple(tuple(_pieces(part)) for part in re.split(r"^===\n", body, flags=re.MULTILINE))
        return Story(slug=slug, parts=parts, **_typed(facts))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"demo/articles/{slug}.txt: {error}") from error


@cache
def library() -> tuple[Story, ...]:
    """Return all hand-written stories, the newest first."""
    stories = [
        read(path.read_text(encoding="utf-8"), path.relative_to(ARTICLES).with_suffix("").as_posix())
        for path in sorted(ARTICLES.glob("*/*.txt"))
    ]
    return tuple(sorted(stories, key=lambda story: (story.published, story.id), reverse=True))


def _reprint(original: Path, edits: list[list[str]]) -> str:
    """Return the body of another story with each [old, new] of `edits` applied. Raises ValueError if one is missing."""
    body = original.read_text(encoding="utf-8").split("+++\n", 2)[2]
    for old, new in edits:
        if old not in body:
            raise ValueError(f"{original.name} has no {old!r} to edit")
        body = body.replace(old, new)
    return body


def _typed(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the head, converted to the types of a Story's fields."""
    typed: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()
    }
    if "authors" in facts:
        typed["authors"] = tuple(_person(person) for person in facts["authors"])
    if "source" in facts:
        typed["source"] = (*facts["source"], None)[:2]
    typed["features"] = frozenset(facts.get("features", ()))
    return typed


def _person(person: str) -> tuple[str, str | None]:
    """Return (name, role): (林禾, 记者) for `记者 林禾`, (林禾, None) for `林禾`."""
    role, _, name = person.rpartition(" ")
    return name, role or None


_LINE = re.compile(
    r"(?P<heading>## )|(?P<item>- )|(?P<number>\d+\. )|(?P<row>\| )|(?P<quote>> )|(?P<verse>~ )"
    r"|(?P<credit>\^ )|(?P<video>!video )|(?P<figure>!)|(?P<chrome>%)|(?P<paragraph>)"
)
_RUNS = {"item", "number", "row", "verse"}
"""Kinds of line of which consecutive ones form a single block."""


def _pieces(body: str) -> list[Piece]:
    """Return the blocks of one part."""
    pieces: list[Piece] = []
    run: list[str] = []
    run_kind = ""
    for line in [*body.splitlines(), ""]:
        match = _LINE.match(line)
        kind = match.lastgroup or "" if match else ""
        if run and kind != run_kind:
            pieces.append(_run(run_kind, run))
            run = []
        rest = line[match.end() :] if match else line
        if kind in _RUNS:
            run, run_kind = [*run, rest], kind
        elif line.strip():
            pieces.append(_single(kind, rest))
    return pieces


def _run(kind: str, lines: list[str]) -> Piece:
    if kind == "row":
        rows = tuple(tuple(cell.strip() for cell in line.rstrip(" |").split(" | ")) for line in lines)
        return Piece("table", rows=rows)
    if kind == "verse":
        return Piece("verse", items=tuple(lines))
    return Piece("list", items=tuple(lines), ordered=kind == "number")


def _single(kind: str, rest: str) -> Piece:
    if kind == "figure":
        url, caption, credit = (*(cell.strip() for cell in rest.split("|")), "", "")[:3]
        return Piece("figure", url=url, caption=caption, credit=credit)
    if kind == "video":
        url, poster = (*(cell.strip() for cell in rest.split("|")), "")[:2]
        return Piece("video", url=url, poster=poster)
    return Piece(kind, rest.strip())
