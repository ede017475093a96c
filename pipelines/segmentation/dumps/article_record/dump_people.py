"""Read the people of a dump: authors, contributors and editors, and the letters that their names lost."""

import re
from dataclasses import astuple

from kepu.records import Article, Editor, LostLetter
from pipelines.chrome.fields import dateline_byline
from pipelines.chrome.fields.bylines import authors_of, contributors_of
from pipelines.chrome.fields.dates import parse_paper
from pipelines.chrome.fields.editor_lines import is_editor_line, may_name_editors, names_of_editors
from pipelines.chrome.fields.person_names import parse_names
from pipelines.segmentation.dumps.article_header.dump_header import DumpHeader
from pipelines.segmentation.dumps.article_header.dump_region import Region
from pipelines.segmentation.dumps.article_header.header_extent import bare
from pipelines.segmentation.dumps.article_header.time_line import NEAR
from pipelines.segmentation.dumps.article_record.closing_names import part_names
from pipelines.segmentation.dumps.names.bare_names import divided, is_likely_name
from pipelines.segmentation.dumps.names.incomplete_names import incomplete_names, may_lack_letter
from pipelines.segmentation.dumps.names.lost_letters import find_damage
from pipelines.segmentation.dumps.names.name_and_employer import with_post_apart


def lost_letters(byline: str) -> list[LostLetter]:
    """Return the places of a byline where a letter may have been lost, each with the candidates for it."""
    return [LostLetter(*astuple(place)) for place in find_damage(byline)]


_MAY_BE_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
"""A subtitle as short as a name, which may be the author's: nothing in the dump tells them apart."""


def fill_people(article: Article, region: Region, header: DumpHeader) -> None:
    """Fill in byline, authors, contributors, editors and dateline of an article, whose blocks are known, and warn."""
    article.dateline = dateline_byline.find_dateline(article.blocks)
    article.byline, article.author = header.byline, header.authors
    glued = any(with_post_apart(bare(block)) != bare(block) for block in region.body)
    article.warnings += ["byline_guessed"] * (header.guessed or glued)
    may_be_name = (
        not header.authors and _MAY_BE_NAME.fullmatch(article.alternative_headline or "") is not None
    )
    article.warnings += ["headline_guessed"] * (header.title_guessed or may_be_name)
    if not article.author:
        byline, article.author, damaged = dateline_byline.find_byline(article.blocks)
        article.byline = article.byline or byline
        article.warnings += ["byline_damaged"] * damaged
        if not header.byline and not damaged:
            part_names(article)
    if article.byline is None:
        article.byline = _damaged_tail(article)
        article.author = authors_of(article.byline or "")
    closing = [block.text for block in article.blocks if block.type == "credit"]
    for text in [header.byline or "", *closing]:
        article.contributor += [each for each in contributors_of(text) if each not in article.contributor]
    damage = find_damage(article.byline or "")
    surname_left = _SURNAMES_LEFT.search(article.byline or "") is not None
    if article.byline and (damage or surname_left):
        article.warnings += ["byline_damaged"] * ("byline_damaged" not in article.warnings)
        article.author = [person for person in article.author if _is_whole(person.name, article.byline)]
    for block in region.editors:
        if is_editor_line(bare(block)) or may_name_editors(bare(block)):
            _add_editors(article, block.text)
    for block in [*region.body[-3:], *region.editors, *region.after[:8]]:
        article.paper = article.paper or parse_paper(block.text)


def _add_editors(article: Article, line: str) -> None:
    """Add the editors of a line whose names are whole, and the warnings that the line gives."""
    names, spaced = _named_in(line), _named_in(line, spaced=True)
    lacking = incomplete_names(spaced)
    article.warnings += ["byline_damaged"] * (bool(find_damage(names)) or may_lack_letter(spaced))
    editors, guessed = _editors_of(line)
    article.warnings += ["byline_guessed"] * guessed
    article.editor += [each for each in editors if _is_whole(each.name, names) and each.name not in lacking]


def _editors_of(line: str) -> tuple[list[Editor], bool]:
    """Return the editors of a line, and whether names without separators were divided by a guess."""
    names = names_of_editors(line)
    is_parted = re.search("[、，,\\s]", names.strip("、")) is not None
    apart = _GLUED_NAMES.sub(lambda run: " ".join(_divided_editors(run[0], is_parted=is_parted)), names)
    return [Editor(name) for name in parse_names(apart)], apart != names


_GLUED_NAMES = re.compile("(?<![\u4e00-\u9fff·•‧・])[\u4e00-\u9fff]{4,16}(?![\u4e00-\u9fff·•‧・])")
"""Matches letters that are too many for a name."""


def _divided_editors(letters: str, *, is_parted: bool) -> list[str]:
    """Return the names of editors that follow each other without separators; a single name is not divided.

    `is_parted` is whether other names of the line are parted. Then four letters are one name, with the
    surnames of both parents; otherwise they are two names.
    """
    if is_likely_name(letters) or (is_parted and len(letters) == TWO_NAMES):
        return [letters]
    return divided(letters) or ([letters[:2], letters[2:]] if len(letters) == TWO_NAMES else [letters])


TWO_NAMES = 4
"""The letters of the two shortest names."""


def _named_in(line: str, *, spaced: bool = False) -> str:
    """Return what follows the label of an editors' line, without the brackets around the line.

    With `spaced`, the spaces around the names and further labels are kept.
    """
    if spaced:
        return re.split("[：:]", line.strip(), maxsplit=1)[-1].strip("（）()[]【】")
    return re.split("[：:]", line)[-1].strip("（）()[]【】 \u3000\u00a0")


_SURNAMES_LEFT = re.compile(
    "(?:记者|通讯员|实习生|作者)[：: \u00a0\u3000]*(?:[\u4e00-\u9fff]{2,4}[、，])*"
    "(?![站团网部组])[\u4e00-\u9fff] *(?:[、，]|$)"
)
"""A role with a name of one letter, the others of which were lost."""

OPEN_TAIL = re.compile("[（(]((?:[\u4e00-\u9fff]{0,8}?)(?:记者|通讯员|作者)[^（）()]{2,40})$")
"""Matches a byline at the end of a paragraph in a bracket that is not closed."""


def _damaged_tail(article: Article) -> str | None:
    """Return a byline at the end of the text that lost its closing bracket together with a letter, or None."""
    tails = (OPEN_TAIL.search(block.text) for block in article.blocks[-NEAR:])
    return next((tail[1] for tail in tails if tail and find_damage(tail[1])), None)


def _is_whole(name: str, line: str) -> bool:
    """Return whether no letter of a line was lost in a name or directly after it."""
    at = line.find(name)
    return not find_damage(line[at : at + len(name) + 2] if at >= 0 else name)
