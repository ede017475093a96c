"""Find headline, kicker, subtitle, byline and source among the lines above a dump's text."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from itertools import pairwise

from kepu.records import Author
from pipelines.chrome.fields.byline_roles import is_helping
from pipelines.chrome.fields.bylines import authors_of, people_only
from pipelines.chrome.fields.person_names import is_job
from pipelines.chrome.whitespace import without_spaces
from pipelines.segmentation.dumps.article_body.block_places import is_right_below
from pipelines.segmentation.dumps.article_header.header_tools import tools_above_text
from pipelines.segmentation.dumps.article_header.headline_evidence import UNSURE, has_halves, odds_of_upper
from pipelines.segmentation.dumps.article_header.source_line import AUTHOR, source_of
from pipelines.segmentation.dumps.article_header.title_halves import whole_titles
from pipelines.segmentation.dumps.names.bare_names import (
    CERTAIN_NAME,
    LEAST,
    is_office,
    likely_names,
    name_score,
    score_of,
)
from pipelines.segmentation.dumps.names.dump_names import (
    ROLE_BEHIND,
    is_byline,
    may_name_people,
    names_of_people,
    parted_names,
    signs_with_role,
    with_opening_role_apart,
    with_roles_apart,
)
from pipelines.segmentation.dumps.names.glued_names import with_names_apart
from pipelines.segmentation.dumps.names.lost_letters import find_damage
from pipelines.segmentation.dumps.names.name_and_employer import with_post_apart
from pipelines.segmentation.dumps.names.surnames import SURNAMES, has_surname
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.text.traditional_characters import simplified


@dataclass(slots=True)
class DumpHeader:
    """The fields that the lines above the text give."""

    headline: str | None = None
    kicker: str | None = None
    alternative_headline: str | None = None
    byline: str | None = None
    authors: list[Author] = field(default_factory=list)
    source: str | None = None
    guessed: bool = False
    """Whether the byline has names without separators, which were divided by a guess."""
    title_guessed: bool = False
    """Whether only its words show which of two titles is the headline."""
    left_out: dict[int, str] = field(default_factory=dict)
    """The lines (by `id`) that are tools or calls to readers, each with its rule."""


def read_header(
    before: list[DumpBlock],
    time: DumpBlock,
    others: list[DumpBlock],
    text: str,
    crumb: int = -1,
    *,
    halves: bool = True,
    levels: dict[str, int] | None = None,
    bars: Set[str] = frozenset(),
) -> DumpHeader:
    """Return the fields of the blocks above the line with the time, and of that line.

    `before` are the blocks above the line, and `time` is the line. The last of `before` is the byline if it reads like
    one or names people that the text names, and the others are titles. The headline is the title with the highest of
    `levels` (from the letters of a line to its level as a heading), otherwise the one that the page repeats in `others`
    (forms, names of tools), otherwise the middle one of three; of two, the words and `text`, the body, decide. A title
    that begins with a dash is the subtitle. `crumb` is the number of the group of lines with the breadcrumb, or -1.
    With `halves`, two adjacent lines may be one title, as in w3m's dumps. `bars` are the lines, without white space,
    that consist of several links.
    """
    header = DumpHeader(source=source_of(time.text))
    header.left_out = tools_above_text([block for block in before if block.text.strip()], bars)
    own = [block for block in before if block.text.strip() and id(block) not in header.left_out]
    # Where the time follows without a blank line, each line above it is one of its own: the old pages are tables.
    close = {own[-1].group} if own and is_right_below(time, own[-1]) else set()
    titles = whole_titles(own, {time.group, crumb} | close, halves=halves)[-4:]
    _take_byline(header, titles, time, text, levels or {})
    if header.byline is not None:
        read_people(header, header.byline)
    elsewhere = ["".join(block.text.split()) for block in others]
    _titles(header, titles, elsewhere, text, levels or {})
    if header.byline is None:
        header.title_guessed |= _may_hide_byline(header, titles, close)
    # Nobody types three spaces in a title: words of a cell beside it may follow them.
    header.title_guessed |= bool(likely_names(header.headline or "")) or "   " in (header.headline or "")
    return header


def _take_byline(
    header: DumpHeader, titles: list[DumpBlock], time: DumpBlock, text: str, levels: dict[str, int]
) -> None:
    """Fill in the byline: the lowest of several titles that names people, which is removed, or what the time line has.

    `text` is the body, and `levels` are those of headings.
    """
    if len(titles) > 1 and _names_authors(titles[-1], text):
        header.byline = _signed(titles.pop())
    elif _may_be_signed(titles, text, levels):
        header.title_guessed = score_of(likely_names(titles[-1].text)) < CERTAIN_NAME
        header.byline, header.guessed = _signed(titles.pop()), True
    while header.byline and len(titles) > 1 and signs_with_role(titles[-1].text):
        # The people of each role may have a line of their own.
        header.byline = f"{_signed(titles.pop())} {header.byline}"
    named = AUTHOR.search(time.text)
    if header.byline is None and named:
        header.byline = named[0].strip()


def _may_hide_byline(header: DumpHeader, titles: list[DumpBlock], close: set[int]) -> bool:
    """Return whether a title may be tools or the byline, which the header does not have.

    `close` are the groups of lines that touch the time.
    """
    lowest = titles[-1].text.strip() if len(titles) > 1 else ""
    if lowest and lowest == header.alternative_headline:
        # A line directly above the time, but not below the other titles, may be a row of tools.
        apart = len({title.group for title in titles}) > 1
        if titles[-1].group in close and apart:
            return True
    # A title of three lines looks like a menu; then only the line with the names is left of the header.
    return may_name_people(lowest) or signs_with_role(header.headline or "")


def _names_authors(block: DumpBlock, text: str) -> bool:
    """Return whether the last line above the time is the byline."""
    signed = _signed(block)
    return is_byline(signed) or names_of_people(signed, text)


def _may_be_signed(titles: list[DumpBlock], text: str, levels: dict[str, int]) -> bool:
    """Return whether the lowest of several lines has only names, or an office, and one above it may be the headline.

    `text` is the body. A line of Han whose letters it repeats is rather a topic than a name.
    """
    if len(titles) < 2 or (len(set(levels.values())) > 1 and _letters(titles[-1]) in levels):
        return False
    if max(len(_letters(title)) for title in titles[:-1]) < SHORTEST_HEADLINE:
        return False
    lowest = titles[-1].text.strip()
    names = likely_names(lowest)
    if not names and len(titles) > 2 and has_surname(simplified(lowest)) and name_score(lowest) > LEAST:
        # Below a headline and another title, a name is more frequent than a title of two or three characters.
        names = [lowest]
    if names:
        repeated = max(text.count(name) for name in names)
        return score_of(names) >= CERTAIN_NAME or repeated < FEWEST_OF_TOPIC
    return is_office(lowest)


FEWEST_OF_TOPIC = 2
"""How often the text has letters that are rather a topic than a name."""
SHORTEST_HEADLINE = 5
"""The fewest letters of the longest title above a line that is taken for names."""


def _letters(block: DumpBlock) -> str:
    return without_spaces(block.text)


def _signed(block: DumpBlock) -> str:
    """Return the line with its list mark, because newspapers put a square before the names that sign a text."""
    return f"{block.mark} {block.text}".strip()


def read_people(header: DumpHeader, byline: str) -> None:
    """Fill in the people of a byline; names without separators are divided by surnames and lengths."""
    bare = ROLE_BEHIND.sub("", byline)
    apart = with_post_apart(byline)
    header.guessed |= apart != byline or with_opening_role_apart(byline) != byline
    parted, glued = with_names_apart(with_roles_apart(apart))
    header.guessed |= glued and not find_damage(byline)
    header.authors = [each for each in people_only(parted) if not is_helping(each.role)]
    header.authors = header.authors or authors_of(parted) or authors_of(byline) or authors_of(bare)
    names = parted_names(bare, rare=True) or likely_names(byline)
    if any(map(is_job, re.split(r"[\s、，]+", parted))):
        header.guessed |= parted != apart and any(each.name[0] not in SURNAMES for each in header.authors)
    elif len(names) > 1 and len(header.authors) <= 1 and not find_damage(byline):
        said = next((role for role in ("记者", "通讯员", "作者") if role in byline), None)
        role = header.authors[0].role if header.authors else said
        header.authors, header.guessed = [Author(name, role) for name in names], True


def _titles(
    header: DumpHeader, titles: list[DumpBlock], elsewhere: list[str], body: str, levels: dict[str, int]
) -> None:
    """Fill in headline, kicker and subtitle, and whether they are a guess (see `read_header`).

    `elsewhere` has the letters of the lines in which the page may repeat its headline.
    """
    texts = [title.text.strip() for title in titles]
    if not texts:
        return
    # The site's menus have words as short as the name of a column.
    repeated = [
        i
        for i, text in enumerate(texts)
        if len(text) >= SHORTEST_REPEATED and any("".join(text.split()) in line for line in elsewhere)
    ]
    ranks = [levels.get(_letters(title), LOWEST) for title in titles]
    marked = None if _are_cells(titles, levels) else _most_important(ranks)
    if marked is not None:
        at = marked
    elif len(repeated) == 1:
        at = repeated[0]
    elif len(texts) == 2:
        at = 0 if _stands_below(header, titles[0], titles[1], body) else 1
    else:
        at = _above_subtitle(texts)
        header.title_guessed |= len(texts) > MOST_TITLES or _looks_wrong(texts, at, body)
    # Lines that are in no field are kept in the account only, and the record must say so.
    header.title_guessed |= at > 1 or at + 2 < len(texts)
    below = titles[at + 1] if at + 1 < len(titles) else None
    if below is not None and is_right_below(below, titles[at]):
        # The two lines may be one title with a line break.
        header.title_guessed |= has_halves(f"{texts[at]} {texts[at + 1]}")
    header.headline = texts[at]
    header.kicker = texts[at - 1] if at else None
    header.alternative_headline = texts[at + 1] if at + 1 < len(texts) else None


def _are_cells(titles: list[DumpBlock], levels: dict[str, int]) -> bool:
    """Return whether a heading and another line are adjacent: blank lines are around headings, but not around cells."""
    return any(
        (_letters(one) in levels) != (_letters(two) in levels) and is_right_below(two, one)
        for one, two in pairwise(titles)
    )


def _above_subtitle(texts: list[str]) -> int:
    """Return the index of the headline unless there are two titles: above a line with a dash, or the last but one."""
    dashed = next((i for i, text in enumerate(texts) if i and text.startswith("—")), 0)
    return dashed - 1 if dashed else max(0, len(texts) - 2)


def _looks_wrong(texts: list[str], at: int, body: str) -> bool:
    """Return whether the words of three titles suggest another headline than the one at index `at`."""
    kicker, headline, below = texts[max(0, at - 1)], texts[at], texts[min(at + 1, len(texts) - 1)]
    if len(texts) == 1 or below.startswith("—"):
        return False
    return odds_of_upper(kicker, headline, body) > 0 or odds_of_upper(headline, below, body) < 0


MOST_TITLES = 3
"""The lines of a complete title: kicker, headline and subtitle."""
SHORTEST_REPEATED = 7
"""The fewest letters of a title whose repetition elsewhere on the page shows that it is the headline."""
LOWEST = 9
"""The level given to lines that are not headings: it is below that of every heading."""


def _most_important(levels: list[int]) -> int | None:
    """Return the index of the only heading of the highest level (the lowest number), or None.

    On old pages, only the subtitle is a heading; so all lines must be headings unless one is of the first level.
    """
    best = min(levels)
    known = best == 1 or LOWEST not in levels
    return levels.index(best) if known and levels.count(best) == 1 else None


def _stands_below(header: DumpHeader, above: DumpBlock, below: DumpBlock, body: str) -> bool:
    """Return whether the lower of two titles is the subtitle (副题) and not the headline."""
    one, two = above.text.strip(), below.text.strip()
    if two.startswith(("—", "（")):
        return True
    if one.startswith("—"):
        return False
    if above.padded and not below.padded:
        # The old template ends the line above the headline, and no other, with no-break spaces.
        return False
    odds = odds_of_upper(one, two, body)
    header.title_guessed |= abs(odds) < UNSURE
    return odds > 0
