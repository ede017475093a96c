"""Make the letter account of a dump: for each block, whether it is in the article, in a field, or left out.

It has the form of the account of a page (pipelines/chrome/make_letter_account.py): text between the title and the
editors' line is in a block, in a field, or left out by a named rule; text above and below is outside.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kepu.records import Account, Article
from kepu.records.letter_account import Excluded, PageLine
from pipelines.chrome import explain_page_lines
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.fields.dates import is_paper_line, parse_paper
from pipelines.chrome.fields.editor_lines import is_editor_line, may_name_editors
from pipelines.chrome.make_letter_account import LONG_RUN, LONGEST_TEXT, MOST_RUNS, letters_in
from pipelines.chrome.whitespace import without_spaces
from pipelines.segmentation.dumps.article_body.page_tools import is_tool
from pipelines.segmentation.dumps.article_header.dump_region import Region
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS

FRAME = str.maketrans("", "", "┌├└┏┣┗│┃─━┬┴┼┐┤┘┓┫┛┳┻╋ \t\n\u3000")
"""Deletes the borders of drawn tables and white space."""


def account_of(
    article: Article,
    total: str,
    region: Region,
    dropped: Sequence[BodyLine],
    column: Mapping[int, str],
    left_out: Mapping[int, str],
) -> Account:
    """Return the account of a dump.

    `total` is the whole text of the dump, and `region` has its blocks. `dropped` are the lines of the body that were
    left out, with their rules. `column` is what was removed right of the text, by the number of the line. `left_out`
    are the lines above the time (by `id`) that are no titles, with their rules.
    """
    own = [*region.before, region.time, *region.body, *region.editors]
    accounted = [
        *_of_header(article, region.before, left_out),
        _line(region.time, "field", "field"),
        *_of_body(article, region.body, dropped),
        *_of_end(region.editors),
        *_of_column(column, own),
    ]
    account = Account(letters=letters_in(total))
    account.blocks = sum(each.letters for each in accounted if each.fate == "block")
    account.fields = sum(each.letters for each in accounted if each.fate == "field")
    account.excluded = [
        Excluded(1, each.name, each.text[:LONGEST_TEXT], each.letters)
        for each in accounted
        if each.fate == "excluded" and each.letters
    ]
    account.outside = account.letters - account.blocks - account.fields - account.excluded_letters
    below = [_line(block, "outside", "outside") for block in region.after]
    account.outside_runs = _long_runs(region.after, below)
    if explain_page_lines.are_wanted():
        above = [_line(block, "outside", "outside") for block in region.above]
        account.lines = [each for each in [*above, *accounted, *below] if each.letters]
    return account


def _long_runs(after: Sequence[DumpBlock], lines: Sequence[PageLine]) -> list[str]:
    """Return the long sentences below the article, which may be text; `lines` are the lines of these blocks."""
    return [
        each.text
        for block, each in zip(after, lines, strict=True)
        if each.letters >= LONG_RUN and not block.mark and each.text[-1:] in "。！？”"
    ][:MOST_RUNS]


def _line(block: DumpBlock, fate: str, name: str) -> PageLine:
    text = " ".join(f"{block.mark} {block.text}".split())
    return PageLine(1, fate, name, text, letters_in(text))


def _of_header(
    article: Article, header: Sequence[DumpBlock], left_out: Mapping[int, str]
) -> Iterator[PageLine]:
    """Yield the lines of the header: fields, and lines that were left out."""
    named = [article.headline, article.kicker, article.alternative_headline, article.byline]
    fields = {without_spaces(each) for each in named if each}
    for block in header:
        own = _bare(block)
        is_field = any(own and own in each for each in fields)
        rule = left_out.get(id(block), "beside_text")
        yield _line(block, "field", "field") if is_field else _line(block, "excluded", rule)


def _of_end(behind: Sequence[DumpBlock]) -> Iterator[PageLine]:
    """Yield the lines between the text and the end of the article: the editors, the printed edition, and others."""
    for block in behind:
        line = block.text.strip()
        is_field = is_editor_line(line) or may_name_editors(line) or parse_paper(line) is not None
        name = "tools" if is_tool(block) else "behind_text"
        yield _line(block, "field", "field") if is_field else _line(block, "excluded", name)


def _of_column(column: Mapping[int, str], article: Sequence[DumpBlock]) -> Iterator[PageLine]:
    """Yield what was removed right of the article's lines."""
    numbers = [line for block in article for _, line, _ in block.runs]
    for number, text in column.items():
        if numbers and min(numbers) <= number <= max(numbers):
            yield PageLine(1, "excluded", "right_column", text, letters_in(text))


def is_left_out_by_guess(account: Account) -> bool:
    """Return whether a line was left out because only its words suggest that it is a call to readers or a notice."""
    return any(each.rule.endswith("_by_words") for each in account.excluded)


def unread(account: Account) -> int:
    """Return the number of letters of the article that are in no block or field and that no rule left out."""
    return sum(each.letters for each in account.excluded if each.rule == UNREAD)


UNREAD = "unread"
"""The rule under which the account has text that was lost without a rule."""


def _of_body(article: Article, body: Sequence[DumpBlock], dropped: Sequence[BodyLine]) -> Iterator[PageLine]:
    """Yield a line for each block of the body; it is in the article if its letters are found there in order.

    The search continues after the last match, so that a line that occurs twice is found twice.
    """
    kinds: list[tuple[str, str]] = [
        (_shown(block.alt, block.text, block.content_url, block.caption, block.credit_text), block.type)
        for block in article.blocks
    ]
    numbered = {n for n, block in enumerate(article.blocks) if block.type == "list" and block.ordered}
    at, offset = 0, 0
    for block in body:
        own = _bare(block)
        found = _find(own, kinds, at, offset) if own else None
        if own and found is None and (number := _NUMBER.match(own)):
            found = _find(own[number.end() :], kinds, at, offset, numbered)
        if own and found is None and block.text[:1] in BORDERS:
            found = _find_in_table(own, kinds, at)
        if found is not None:
            at, offset = found
            yield _line(block, "block", kinds[at][1])
        elif not own and block.text.strip():
            yield _line(block, "block", kinds[at][1] if kinds else "table")
        elif block.role == "image":
            yield _line(block, "block", "figure")
        elif is_paper_line(block.text):
            yield _line(block, "field", "field")
        else:
            yield _line(block, "excluded", _rule(block, own, dropped))


_NUMBER = re.compile(r"\d{1,2}[.．](?=.)")
"""The number of an item of a list that the browser numbered, which the item of the article lacks."""


def _find(
    own: str, kinds: Sequence[tuple[str, str]], at: int, offset: int, only: set[int] | None = None
) -> tuple[int, int] | None:
    """Return the block in which the letters are found next and the offset after them, or None if they are not found.

    `only` are the numbers of the blocks that may have them; by default all.
    """
    for n in range(at, len(kinds)):
        place = kinds[n][0].find(own, offset if n == at else 0)
        if place >= 0 and (only is None or n in only):
            return n, place + len(own)
    return None


def _find_in_table(own: str, kinds: Sequence[tuple[str, str]], at: int) -> tuple[int, int] | None:
    """Return the table that contains the letters of a drawn line, where other lines of its cells may part them."""
    letters = Counter(own)
    return next(((n, 0) for n in range(at, len(kinds)) if letters <= Counter(kinds[n][0])), None)


def _shown(text: str | None, *others: str | None) -> str:
    return without_spaces("".join(filter(None, (text, *others)))).translate(FRAME)


def _bare(block: DumpBlock) -> str:
    """Return the letters of a block as the article's blocks have them."""
    return without_spaces(undo(block.text.strip())[0]).translate(FRAME)


def _rule(block: DumpBlock, own: str, dropped: Sequence[BodyLine]) -> str:
    if is_tool(block):
        return "tools"
    return next(
        (each.rule for each in dropped if each.rule and own in without_spaces(each.text).translate(FRAME)),
        UNREAD,
    )
