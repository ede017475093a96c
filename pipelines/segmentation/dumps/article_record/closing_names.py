"""Divide the names of the byline in a dump's text, where w3m deleted the spaces: `……。本报记者林禾安宁`."""

import re

from kepu.records import Article, Author
from pipelines.chrome.fields.bylines import authors_of, parse_byline, people_only
from pipelines.chrome.fields.closing_byline import closing_words
from pipelines.segmentation.dumps.article_header.time_line import NEAR
from pipelines.segmentation.dumps.names.dump_names import with_roles_apart
from pipelines.segmentation.dumps.names.glued_names import with_names_apart
from pipelines.segmentation.dumps.names.surnames import has_surname
from pipelines.segmentation.text.parts_of_speech import tagged
from pipelines.segmentation.text.traditional_characters import simplified
from pipelines.segmentation.text.words import words

_IN_BRACKETS = re.compile("[（(]((?:[\u4e00-\u9fff]{0,12}?)(?:记者|通讯员)[\u4e00-\u9fff]{4,24})[）)]$")
"""Matches a byline in brackets at the end of a paragraph."""
_ROLE_FIRST = re.compile("[\u4e00-\u9fff]{0,12}?(?:记者|通讯员|实习生)[\u4e00-\u9fff]{2}|[文图摄][/／：:]")
"""Matches a byline that begins with a role."""
_GLUED = re.compile("[\u4e00-\u9fff]+")
"""Matches letters without separators."""
_REPORTS_FROM = re.compile("(?P<people>.*记者[\u4e00-\u9fff]{2,}?)(?P<place>[\u4e00-\u9fff]{2,4})报道")
"""Matches a byline that may have a place before 报道."""


def part_names(article: Article) -> None:
    """Divide the names of the byline in the text, if they are glued; one of glued names alone may not be found yet."""
    closing = article.byline is None
    if closing:
        article.byline, article.author = _glued(article)
    printed = article.byline or ""
    placeless = _without_place(printed)
    apart, guessed = with_names_apart(with_roles_apart(placeless))
    if apart != printed:
        whole = len(parse_byline(apart)) >= len(parse_byline(printed))
        article.author = (authors_of(apart) if whole else []) or article.author
    # Four letters without a surname of two may be a name and the place from which it reports.
    unsure = _GLUED.fullmatch(printed) is not None and any(
        len(each.name) > LONGEST_NAME and not has_surname(each.name) for each in article.author
    )
    article.warnings += ["byline_guessed"] * (guessed or placeless != printed or unsure)
    if not article.author:
        article.byline = None


LONGEST_NAME = 3
"""The most letters of a name with a surname of one character."""


def _glued(article: Article) -> tuple[str | None, list[Author]]:
    """Return the byline behind the last sentence of the text if its names or roles are glued, and its authors."""
    for block in article.blocks[-NEAR:]:
        bracketed = _IN_BRACKETS.search(block.text)
        if bracketed:
            return bracketed[1], []
        for line in closing_words(block.text) if block.type == "paragraph" else ():
            apart, _ = with_names_apart(with_roles_apart(_without_place(line)))
            authors = authors_of(apart) if _ROLE_FIRST.match(line) and people_only(apart) else []
            if authors and all(has_surname(simplified(each.name)) for each in authors):
                return line, authors
    return None, []


def _without_place(line: str) -> str:
    """Return a byline without the place before 报道, if it is a known one: `本报记者林禾北京报道`."""
    found = _REPORTS_FROM.fullmatch(line)
    if not found:
        return line
    letters = found["people"] + found["place"]
    last = [letters[start:end] for start, end in words(letters)][-1]
    return letters[: -len(last)] if len(last) > 1 and tagged([last])[0] == "ns" else line
