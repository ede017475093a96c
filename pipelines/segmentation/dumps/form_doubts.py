"""Lower the certificates of blocks from dumps of other programs, whose line ends were joined by rules.

w3m's line ends are explained by its model. Those of lynx, links, elinks, html2text and pandoc are not: there, a line
end within a word or number, and a paragraph that ends in the middle of a sentence, are doubts.
"""

import re
from itertools import pairwise

from pipelines.segmentation.dumps.certificates import sentence_ends
from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock

REACH = 6
"""The letters on either side of a line end by which a block is recognised that contains it."""
LONG = 30
"""The fewest letters of two blocks on adjacent lines that may be parts of one paragraph."""
_SPACED = re.compile("[\u4e00-\u9fff] [A-Za-z0-9]|[A-Za-z0-9] [\u4e00-\u9fff]")
_TIGHT = re.compile("[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
_CERTIFIED = ("trivial", "unique", "likely")


def lower(blocks: list[DumpBlock], text: str, *, lossy: bool) -> None:
    """Lower the certificates of blocks that were made from the text of such a dump, where there are doubts.

    With `lossy`, the dump does not show the ends of paragraphs.
    """
    seams, parted = _seams(text)
    for block in blocks:
        letters = "".join(block.text.split())
        in_doubt = any(seam in letters for seam in seams) or any(seam in block.text for seam in parted)
        if block.certificate in _CERTIFIED and in_doubt:
            block.certificate = "consistent"
    for block, after in pairwise(blocks):
        if _may_go_on(block, after, lines=1 + lossy):
            block.certificate = after.certificate = "unresolved"


def _seams(text: str) -> tuple[set[str], set[str]]:
    """Return the letters around each line end where nothing tells whether there was a space.

    That is between two narrow characters, and beside any narrow character if the typist put spaces beside Han. The
    second set has the letters around the other line ends, with the space that the rules may have put there.
    """
    lines = text.split("\n")
    inside = [line.strip() for line in lines]
    spaced = sum(len(_SPACED.findall(line)) for line in inside)
    both = spaced * 4 < sum(len(_TIGHT.findall(line)) for line in inside)
    found: set[str] = set()
    parted: set[str] = set()
    for above, below in pairwise(inside):
        if not above or not below:
            continue
        narrow = (above[-1] < "\u2e80") + (below[0] < "\u2e80")
        if narrow > both:
            found.add("".join(above.split())[-REACH:] + "".join(below.split())[:REACH])
        else:
            parted.add(f"{above[-REACH // 2 :]} {below[: REACH // 2]}")
    return found, parted


def _may_go_on(block: DumpBlock, after: DumpBlock, *, lines: int) -> bool:
    """Return whether the second block is at most so many lines below the first and may be the rest of its sentence."""
    if not block.text or not after.text or block.mark or after.mark or "image" in (block.role, after.role):
        return False
    apart = after.position(0)[0] - block.position(max(0, len(block.text) - 1))[0]
    return apart <= lines and len(block.text) + len(after.text) >= LONG and not sentence_ends(block.text)
