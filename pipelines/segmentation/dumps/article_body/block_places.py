"""What the position and the indent of a line in a dump show: captions, boxes, and titles of other articles."""

import re
from itertools import pairwise

from pipelines.chrome.body.captions import LONGEST_CAPTION as LONGEST_WITH_INDENTS
from pipelines.chrome.body.captions import split_caption
from pipelines.chrome.fields.bylines import is_credit_line
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS

PROSE = 14
"""The fewest letters of a sentence that counts as text."""
FEWEST_INDENTED = 2
"""The fewest sentences with full-width spaces in front from which on a page counts as one with indented paragraphs."""
LONGEST_CAPTION, LONGEST_LABEL = 60, 12
"""The most letters of a caption that is found by its position alone, and of the label above a box."""
STOPS = "。！？；…”，、："
"""Characters with which no label and no title ends."""


def is_sentence(block: DumpBlock) -> bool:
    """Return whether a block is a sentence of the text, and no title and no chrome."""
    return not block.mark and len(block.text) > PROSE and block.text[-1] in "。！？”"


def has_indents(found: list[DumpBlock]) -> bool:
    """Return whether the page's paragraphs begin with full-width spaces, all but few of them."""
    return _are_indented([block for block in found if is_sentence(block)], FEWEST_INDENTED)


def _are_indented(prose: list[DumpBlock], fewest: int) -> bool:
    count = sum(block.indented for block in prose)
    return count >= fewest and count >= 0.7 * len(prose)


def is_right_below(block: DumpBlock, above: DumpBlock) -> bool:
    """Return whether a block begins in the line below the one in which the other ends."""
    if not (block.runs and above.runs):
        return False
    return block.position(0)[0] == above.position(len(above.text) - 1)[0] + 1


def captions_by_place(found: list[DumpBlock]) -> set[int]:
    """Return the blocks (by `id`) that are captions by their position: in the line below a picture, or further below.

    If the page's paragraphs are indented, a line below a picture without an indent is a caption. If one line below a
    picture begins with a date and ends with a credit, others that begin with a date are captions too.
    """
    below = [block for above, block in pairwise(found) if above.role == "image" and _may_be_caption(block)]
    own = set(map(id, below))
    indents = _are_indented([block for block in found if is_sentence(block) and id(block) not in own], 1)
    dated = any(_DATED.match(block.text) and split_caption(block.text)[1] for block in below)
    captions = set[int]()
    for above, block in pairwise(found):
        if id(block) not in own or block.indented:
            continue
        is_short = len(block.text) <= LONGEST_CAPTION
        alike = dated and _DATED.match(block.text) is not None
        if indents or alike or (is_short and is_right_below(block, above)):
            captions.add(id(block))
    return captions


_DATED = re.compile("[0-9]{1,2} ?月 ?[0-9]{1,2} ?日")
"""The day with which agencies begin their captions."""


def _may_be_caption(block: DumpBlock) -> bool:
    return not (block.role == "image" or block.mark or block.text[:1] in BORDERS) and (
        len(block.text) <= LONGEST_WITH_INDENTS
    )


def box_above(found: list[DumpBlock]) -> int:
    """Return how many blocks at the start are a box with a label above an indented text: 编者按, and what it says."""
    if not has_indents(found):
        return 0
    first = next((i for i, block in enumerate(found) if block.indented), 0)
    box = found[:first]
    labelled = first > 1 and len(box[0].text) <= LONGEST_LABEL and box[0].text[-1:] not in STOPS
    plain = not any(block.mark or block.role == "image" for block in box)
    return first if labelled and plain and any(map(is_sentence, box[1:])) else 0


def titles_below(found: list[DumpBlock]) -> int:
    """Return how many blocks at the end are titles of other articles: no sentences, no credits, not indented."""
    if not has_indents(found):
        return 0
    count = _titles_below_credit(found)
    if count:
        return count
    for block in reversed(found):
        is_marked = block.mark or block.role in ("image", "caption") or block.text[0] in BORDERS
        if is_marked or block.indented or block.text[-1] in STOPS:
            break
        if (
            not SHORTEST_TITLE <= len(block.text) <= LONGEST_TITLE
            or _is_aside(block)
            or _ITEM.match(block.text)
            or is_no_title(block.text)
            or is_credit_line(block.text)
        ):
            break
        count += 1
    return count


def _titles_below_credit(found: list[DumpBlock]) -> int:
    """Return how many blocks at the end are titles below the line that names the authors, even if they are indented."""
    names = next((i for i in range(len(found) - 1, -1, -1) if is_credit_line(found[i].text)), len(found))
    below = found[names + 1 :]
    titles = [block for block in below if block.role != "image" and block.text.strip("[]")]
    plain = all(
        not (block.mark or is_no_title(block.text))
        and len(block.text) <= LONGEST_TITLE
        and block.text[-1] not in STOPS
        for block in titles
    )
    return len(below) if plain and len(titles) >= FEWEST_TITLES else 0


def is_no_title(text: str) -> bool:
    """Return whether a line cannot be a title: a sentence ends within it, or it is a caption that names its picture."""
    return _NO_TITLE.search(text.strip()) is not None


_NO_TITLE = re.compile(
    "。.|[^拍]摄[）)]?(?:[（(][^（）()]*[）)])?$|(?:记者|通讯员|新华社|中新社|本报|本网).{0,12}(?:[发供]图?|提供|图)[）)]?$"
    "|(?:资料图片?|制图|供图)[）)]?$"
    "|^(?:上|下|左|右|本|题)?图(?:为|[一二三四五六七八九十0-9①-⑳]*[：:])"
)
SHORTEST_TITLE, LONGEST_TITLE, FEWEST_TITLES = 6, 36, 3
"""The fewest and the most letters of the title of another article, and the fewest titles below a credit line."""


_ITEM = re.compile("[0-9]{1,2} ?[.．、]")


def _is_aside(block: DumpBlock) -> bool:
    return bool(block.runs) and block.position(0)[1] >= ASIDE


ASIDE = 12
"""The column from which on a line counts as centred or right-aligned, such as a signature."""
