"""Find the article in the blocks of a dump, by the line that has the time and the source."""

from dataclasses import dataclass, field, replace

from pipelines.chrome.fields.bylines import is_labelled_line
from pipelines.chrome.fields.dates import Published, parse_time
from pipelines.chrome.fields.editor_lines import is_editor_line, may_name_editors
from pipelines.segmentation.dumps.article_body.block_places import is_sentence
from pipelines.segmentation.dumps.article_body.page_tools import is_tool
from pipelines.segmentation.dumps.article_body.typed_marks import with_typed_bullets
from pipelines.segmentation.dumps.article_header.header_extent import (
    CRUMB,
    bare,
    below_crumb,
    ends_like_sentence,
    has_label,
    header_start,
    is_rule,
    signs_text,
)
from pipelines.segmentation.dumps.article_header.time_line import NEAR, is_bare_time, time_of
from pipelines.segmentation.dumps.article_header.whole_lines import (
    BODY_ENDS,
    with_editors_apart,
    with_whole_titles,
    with_whole_tools,
)
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock


@dataclass(slots=True)
class Region:
    """The blocks of a dump, divided into the parts of the article and the page around it."""

    above: list[DumpBlock]
    """The menus and other chrome above the article."""
    before: list[DumpBlock]
    """The blocks between that chrome and the line with the time."""
    time: DumpBlock
    """The line with the time and the source."""
    published: Published
    """The time in that line."""
    body: list[DumpBlock]
    """The blocks of the text, between that line and the editors' line."""
    editors: list[DumpBlock] = field(default_factory=list)
    """The blocks from the end of the text to the editors' line; empty if there is none."""
    after: list[DumpBlock] = field(default_factory=list)
    """The blocks below the article."""
    label_guessed: bool = False
    """Whether the last block of `above` is the label of the box around the article or, less likely, a kicker."""
    sentence_above: bool = False
    """Whether the last block of `above` is a sentence, which may belong to the titles."""


def find_region(found: list[DumpBlock]) -> Region | None:
    """Return the article around the first line with a time and a source, or None if a dump has no such line."""
    found = [
        part for block in with_whole_titles(with_whole_tools(found)) for part in with_editors_apart(block)
    ]
    at, published = _first_time(found)
    if published is None:
        return None
    first = below_crumb(found, header_start(found, at), at)
    labelled = has_label(found, first, at)
    # Between the label and the titles there is a blank line, and none above it, in the forms that show blank lines.
    groups = [block.group for block in found[max(0, first - 1) : first + 2]]
    guessed = labelled and not groups[0] == groups[1] != groups[2]
    first += labelled
    start = at + 1
    end = next((header_start(found, i) for i in range(start, len(found)) if time_of(found[i])), len(found))
    end = max(start, end)
    last = body_end(found, start, end)
    behind = _below_editors(found, last, end)
    return Region(
        found[:first],
        [block for block in found[first:at] if block.role == "image" or not is_rule(block.text)],
        found[at],
        published,
        with_typed_bullets(_with_signers(found[start:last]), is_tool),
        found[last:behind],
        found[behind:],
        guessed,
        first > 0 and ends_like_sentence(found, first - 1),
    )


def _first_time(found: list[DumpBlock]) -> tuple[int, Published | None]:
    """Return the index of the first line with a time and a source, or else with a lone time, and its time.

    If there is none, the time is None.
    """
    for at, block in enumerate(found):
        if published := time_of(block):
            return at, published
    at = next((i for i in range(1, len(found)) if is_bare_time(found, i)), 0)
    return at, parse_time(found[at].text) if at else None


def body_end(found: list[DumpBlock], start: int, end: int) -> int:
    """Return the index where the body ends: at the editors' line, or at the first chrome line not followed by prose."""
    behind = [i for i in range(start, end) if _is_behind(found[i])]
    editors = next((i for i in behind if is_editor_line(bare(found[i]))), None)
    if editors is None:
        behind = sorted({*behind, *_loose_editors(found, start, end, behind)})
    for i in behind:
        upto = editors if editors is not None else min(end, i + 1 + NEAR)
        if not any(map(is_sentence, found[i + 1 : upto])):
            return i
    return end


def _below_editors(found: list[DumpBlock], last: int, end: int) -> int:
    """Return the index below the editors' line near the end of the body, `last`, or else `last`."""
    nearby = found[last : min(last + NEAR, end)]
    behind = last + max((i + 1 for i, each in enumerate(nearby) if is_editor_line(bare(each))), default=0)
    if behind == last < end and may_name_editors(bare(found[last])):
        return last + 1
    return behind


def _loose_editors(found: list[DumpBlock], start: int, end: int, behind: list[int]) -> list[int]:
    """Return the line of a page without 责任编辑 that names its editor directly above the chrome, as in `编辑：孟遥`.

    A line below others that name people with their roles is one of the text.
    """
    edge = behind[0] if behind else end
    at = next((i for i in range(edge - 1, max(start, edge - 2) - 1, -1) if not is_tool(found[i])), start)
    if at == start or not may_name_editors(bare(found[at])) or is_labelled_line(bare(found[at - 1])):
        return []
    return [at]


def _with_signers(body: list[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks of a text in which the lines at its ends that name the authors are no items of a list."""
    done = list(body)
    for at in {*range(min(NEAR, len(body))), *range(max(0, len(body) - NEAR), len(body))}:
        block = body[at]
        alone = not any(body[i].mark for i in (at - 1, at + 1) if 0 <= i < len(body))
        if block.mark and alone and signs_text(block):
            done[at] = replace(block, text=f"{block.mark} {block.text}", mark="", role="paragraph")
    return done


def _is_behind(block: DumpBlock) -> bool:
    """Return whether a line is below the text: the line of the editors, or chrome that follows a text."""
    letters = "".join(block.text.split())
    return is_editor_line(bare(block)) or BODY_ENDS.fullmatch(letters) is not None


def elsewhere(region: Region) -> list[DumpBlock]:
    """Return the blocks in which a page may repeat its headline, without the breadcrumb, which may name a column."""
    return [block for block in [*region.above, *region.after] if not CRUMB.search(block.text)]
