"""What became of a page, line by line: its blocks and fields, and what was left out by which rule."""

from collections.abc import Iterator
from typing import Any

from kepu.messages import Text
from kepu.records import Account, Article

LONGEST = 100
"""Letters of a line that are shown."""


def as_json(article: Article, account: Account) -> dict[str, Any]:
    """Return the account of a page for scripts: numbers, what was left out and added, and each block and field."""
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
        "blocks": [{"type": block.type, "part": block.part, "text": block.text} for block in article.blocks],
        "warnings": article.warnings,
    }


def lines(article: Article, account: Account) -> Iterator[str]:
    """Yield a line for each field and block, and for each run that was left out, and the sums at the end."""
    for name, value in _fields(article):
        if value:
            yield f"{name:14}  {_short(value)}"
    for block in article.blocks:
        yield f"{block.type:14}  {_short(block.text or block.content_url or '')}"
    yield ""
    for each in account.excluded:
        where = f" [{each.part}]" if len(article.parts) > 1 else ""
        shown = _short(each.text) if each.text else "…"
        yield f"− {each.rule:12}{where}  {shown}  ({each.letters})"
    for added in account.added:
        yield f"+ {added.kind:12}  {_short(added.text)}"
    for run in account.outside_runs:
        yield f"? {'outside':12}  {_short(run)}"
    yield ""
    yield str(
        Text(
            "{letters} letters: {blocks} in blocks, {fields} in fields, {excluded} left out, {outside} outside it",
            letters=account.letters,
            blocks=account.blocks,
            fields=account.fields,
            excluded=account.excluded_letters,
            outside=account.outside,
        )
    )


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
