"""Stories: what an article of the replica says, read from the text files in `articles/`.

A story knows nothing of HTML pages or of records: `render.py` makes the one of it and `truth.py` the other.

A file is a TOML head between two `+++` lines, then the body, one block a line:

    plain text                    a paragraph
    ## text                       a subhead
    - text      1. text           a list, one item a line
    | cell | cell |               a table, one row a line
    > text                        a quotation
    ~ text                        a line of verse
    ^ text                        a credit that stands alone: （作者：程禾）
    !URL | caption | credit       a picture; both may be left out; the caption ends in a full stop
    !video URL | poster           a video
    %name                         chrome inside the body: templates/inserts/name.html
    ===                           the next part of a long article begins

A reprint has `body_of = "folder/name"` in its head, with `edits = [["old", "new"]]`, and no body of its own.

Inside a line, `[text](url)` is a link and `{html}` is markup: `CO{<sub>2</sub>=>₂}`, `25{&deg;C}`. Where its letters
are not simply those between the tags, `{html=>letters}` says which they are: `{&shy;=>}`.
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
    """One block of a story's body, its texts still in the inline notation of this module."""

    kind: str
    """paragraph, heading, list, table, quote, verse, credit, figure, video, chrome."""
    source: str = ""
    """The text of it; of a chrome piece, the name of the insert."""
    items: tuple[str, ...] = ()
    """List items, or lines of verse."""
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False
    url: str = ""
    """Of a picture or a video, as the page writes it: from the root of the host, or whole."""
    caption: str = ""
    credit: str = ""
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An article as its newsroom would describe it."""

    slug: str
    """The name of its file, or of the generator's making; unique."""
    layout: str
    urls: tuple[str, ...]
    """Every URL under which part 1 stands; the first is the canonical one."""
    headline: str
    published: str
    """`2024-05-10T06:58`, or `2009-11-09` where the page gives the day alone (prints 00:00)."""
    parts: tuple[tuple[Piece, ...], ...]
    kicker: str = ""
    alternative_headline: str = ""
    byline: str = ""
    """As printed, white space and all; without the brackets round it where it stands in the text."""
    byline_in_text: bool = False
    """Whether the byline is part of a paragraph or a credit, and so not printed above the body."""
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
    """Which of a layout's templates: `rm_txt_zw` + `theory` is templates/rm_txt_zw_theory.html."""
    paragraphs: str = "p"
    """How paragraphs are marked: p, br, unclosed, nested."""
    indent: str = "u3000"
    """How they are indented: u3000, nbsp, css, newline."""
    listed: bool = True
    """Whether any list page names it; if not, only links in other articles lead to it."""
    updated: str = ""
    """When it was last edited, if it was: the Last-Modified of its page."""
    features: frozenset[str] = field(default_factory=frozenset)
    """What it is there for, in words that tests ask for."""

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
        """The site's number of it: `40233001`."""
        return re.split(r"[-/]", self.url)[-1].removesuffix(".html")

    @property
    def id(self) -> str:
        """The key of the record: `n1/40233001`."""
        return f"{self.url.split('/')[3]}/{self.content_id}"

    @property
    def charset(self) -> str:
        """How its pages are encoded: the site changed over between May 2024 and April 2025."""
        return "GB2312" if self.published < "2024-09" else "UTF-8"

    def part_url(self, n: int, url: str | None = None) -> str:
        """The URL of part n (from 1) of the appearance `url`."""
        first = url or self.url
        return first if n == 1 else f"{first.removesuffix('.html')}-{n}.html"


def read(text: str, slug: str) -> Story:
    """A story from the text of its file. Raises ValueError naming the slug when the file is not well formed."""
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
    """All the stories written by hand, newest first."""
    stories = [
        read(path.read_text(encoding="utf-8"), path.relative_to(ARTICLES).with_suffix("").as_posix())
        for path in sorted(ARTICLES.glob("*/*.txt"))
    ]
    return tuple(sorted(stories, key=lambda story: (story.published, story.id), reverse=True))


def _reprint(original: Path, edits: list[list[str]]) -> str:
    """The body of another story with each [old, new] of `edits` put into it. Raises ValueError if one does not fit."""
    body = original.read_text(encoding="utf-8").split("+++\n", 2)[2]
    for old, new in edits:
        if old not in body:
            raise ValueError(f"{original.name} has no {old!r} to edit")
        body = body.replace(old, new)
    return body


def _typed(facts: dict[str, Any]) -> dict[str, Any]:
    """The head's values in the types of a Story."""
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
    """`记者 林禾` → (林禾, 记者); `林禾` → (林禾, None)."""
    role, _, name = person.rpartition(" ")
    return name, role or None


_LINE = re.compile(
    r"(?P<heading>## )|(?P<item>- )|(?P<number>\d+\. )|(?P<row>\| )|(?P<quote>> )|(?P<verse>~ )"
    r"|(?P<credit>\^ )|(?P<video>!video )|(?P<figure>!)|(?P<chrome>%)|(?P<paragraph>)"
)
_RUNS = {"item", "number", "row", "verse"}
"""Kinds of line of which several in a row make one block."""


def _pieces(body: str) -> list[Piece]:
    """The blocks of one part."""
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
