"""Explain how a page was read, line by line: as a block, a field, excluded by a rule, or outside the article."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kepu.messages import Text, left, say
from kepu.records import Account, Article, Page
from kepu.records.letter_account import PageLine
from pipelines.build_article import article_from_page
from pipelines.chrome import explain_page_lines

LONGEST = 100
"""Maximum number of characters shown per line."""

SIGNS = {"block": " ", "field": "=", "excluded": "−", "outside": "·"}
"""The sign printed before a line of the page, by how the line was classified."""


LABELS = {
    "headline": Text("headline"),
    "kicker": Text("kicker"),
    "subtitle": Text("subtitle"),
    "published": Text("published"),
    "modified": Text("modified"),
    "byline": Text("byline"),
    "author": Text("author"),
    "editor": Text("editor"),
    "contributor": Text("contributor"),
    "source": Text("source"),
    "breadcrumb": Text("breadcrumb"),
    "paper": Text("paper"),
}
"""Map each field to its label."""


def as_json(article: Article, account: Account) -> dict[str, Any]:
    """Return the account of a page as plain data, which `kepu extract --explain --json` prints.

    It has the id, the layout, the numbers of letters, the excluded and the added texts, the fields, the lines of the
    page, the blocks and the warnings.
    """
    return {
        "id": article.id,
        "layout": article.provenance.layout,
        "letters": account.letters,
        "in_blocks": account.blocks,
        "in_fields": account.fields,
        "excluded_letters": account.excluded_letters,
        "outside": account.outside,
        "excluded": [
            {"part": each.part, "rule": each.rule, "text": each.text, "letters": each.letters}
            for each in account.excluded
        ],
        "added": [{"part": each.part, "kind": each.kind, "text": each.text} for each in account.added],
        "outside_runs": account.outside_runs,
        "fields": {name: value for name, value in _fields(article) if value},
        "lines": [
            {
                "part": each.part,
                "fate": each.fate,
                "name": each.name,
                "text": each.text,
                "letters": each.letters,
            }
            for each in account.lines
        ],
        "blocks": [{"type": block.type, "part": block.part, "text": block.text} for block in article.blocks],
        "warnings": article.warnings,
    }


def page_lines(page: Page) -> list[PageLine]:
    """Return the lines of a page or dump in order, with those of its further parts, each with its classification.

    Raises Refused if the page has no article.
    """
    with explain_page_lines.wanted():
        article_from_page(page)
    return page.account.lines if page.account is not None else []


def lines(article: Article, account: Account) -> Iterator[str]:
    """Yield lines for people: the fields, the page line by line, the program's additions, and the totals."""
    for name, value in _fields(article):
        if value:
            yield f"{left(say(LABELS[name]), 14)}  {_short(value)}"
    yield ""
    for line in _outside_joined(account.lines):
        where = f" [{line.part}]" if len(article.parts) > 1 else ""
        shown = _short(line.text) if line.text else "…"
        count = f"  ({line.letters})" if line.fate in {"excluded", "outside"} else ""
        yield f"{SIGNS[line.fate]} {line.name:14}{where}  {shown}{count}"
    for added in account.added:
        yield f"+ {added.kind:12}  {_short(added.text)}"
    for run in account.outside_runs:
        yield f"? {'outside':12}  {_short(run)}"
    yield ""
    yield say(
        "{letters} letters: {blocks} in blocks, {fields} in fields, {excluded} left out, {outside} outside it",
        letters=account.letters,
        blocks=account.blocks,
        fields=account.fields,
        excluded=account.excluded_letters,
        outside=account.outside,
    )


def _outside_joined(page: list[PageLine]) -> Iterator[PageLine]:
    """Yield the lines of a page, with consecutive lines outside the article joined into one."""
    for (fate, part), run in groupby(page, key=lambda each: (each.fate, each.part)):
        if fate != "outside":
            yield from run
            continue
        members = list(run)
        text = " ".join(each.text for each in members if each.text)
        yield PageLine(part, fate, fate, text, sum(each.letters for each in members))


def _short(text: str) -> str:
    line = " ⏎ ".join(text.split("\n"))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "headline", article.headline or ""
    yield "kicker", article.kicker or ""
    yield "subtitle", article.alternative_headline or ""
    yield "published", article.datetime_published or article.date_published or ""
    yield "modified", article.date_modified or ""
    yield "byline", article.byline or ""
    yield (
        "author",
        "、".join(f"{each.name}（{each.role}）" if each.role else each.name for each in article.author),
    )
    yield "editor", "、".join(each.name for each in article.editor)
    yield "contributor", "、".join(f"{each.name}（{each.role}）" for each in article.contributor)
    yield "source", article.source.name if article.source else ""
    yield "breadcrumb", " > ".join(article.breadcrumb)
    yield "paper", " ".join(filter(None, (article.paper.name, article.paper.page))) if article.paper else ""
