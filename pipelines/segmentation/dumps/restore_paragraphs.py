"""Invert the channel: turn a dump into its paragraphs, each with a certificate and its positions in the dump."""

from collections import Counter
from collections.abc import Collection

from pipelines.segmentation.dumps.certificates.certify import Certificate
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.readings.page_style import House
from pipelines.segmentation.dumps.readings.reading_text import paragraphs_of, text_of
from pipelines.segmentation.dumps.readings.segmenter_detection import is_segmented
from pipelines.segmentation.dumps.restored_blocks.block_roles import assign_roles
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock, dump_block
from pipelines.segmentation.dumps.restored_blocks.lost_text_letters import mark_garbled, mark_lost_letters
from pipelines.segmentation.dumps.restored_blocks.read_groups import ANY, read_dump
from pipelines.segmentation.dumps.tables.segmented_tables import doubtful_lines

VERSION = "9"
"""The version of the normaliser, which rises when the result for a dump may change."""

CERTIFICATES: tuple[Certificate, ...] = ("trivial", "unique", "likely", "consistent", "unresolved")
"""The certificates, the most certain first."""

EARLY = 48
"""The columns up to which a line is short on every usual terminal."""


def paragraphs(dump: str, lexicon: Lexicon | None = None) -> list[str]:
    """Return the paragraphs of a dump, with their list marks. Only white space differs from the dump, never a letter.

    `lexicon` is the result of `lexicon.learn` on clean texts; by default the built-in one is used.
    """
    found: list[str] = []
    for read in read_dump(dump, lexicon, certify=False):
        texts = [""]
        if block := read.block:
            texts = [text_of(block, read.reading, *lines) for lines in paragraphs_of(block, read.reading)]
        if read.group.mark:
            texts[0] = f"{read.group.mark} {texts[0]}".rstrip()
        found += texts
    return found


def normalize(
    dump: str,
    lexicon: Lexicon | None = None,
    house: House = ANY,
    *,
    doubted: Collection[int] | None = None,
    certify: bool = True,
) -> list[DumpBlock]:
    """Return the blocks of a dump in order; the letters of their marks and texts are those of the dump.

    `house` is what is known of the dump's site. `doubted` are the indices of the lines that may be rows of a table, by
    default those that `segmented_tables` finds: their blocks are unresolved. Without `certify`, which takes two thirds
    of the time, the texts are the same and the certificates mean nothing.

    It raises no error for any string: lines that cannot be explained are returned unchanged, as unresolved.
    """
    found: list[DumpBlock] = []
    literal = False
    for number, read in enumerate(read_dump(dump, lexicon, house, certify=certify)):
        literal |= read.literal
        if read.block is None:
            found.append(DumpBlock("", "list_item", "trivial", read.group.mark, group=number))
            continue
        ragged = any(line.width <= EARLY for line in read.block.lines[:-1])
        for first, last in paragraphs_of(read.block, read.reading):
            found.append(dump_block(read, read.block, first, last, read.group.mark if first == 0 else ""))
            found[-1].group, found[-1].thulac, found[-1].ragged = number, bool(read.decided), ragged
    assign_roles(found)
    if literal:
        mark_lost_letters(found, dump)
    else:
        mark_garbled(found)
    if doubted is None:
        doubted = doubtful_lines(dump, segmented=is_segmented(dump))
    for block in found:
        if doubted and block.runs and block.role != "image" and block.position(0)[0] - 1 in doubted:
            block.certificate = "unresolved"
    return found


def worst_certificate(blocks: list[DumpBlock]) -> Certificate:
    """Return the least certain certificate of the blocks; trivial if there are none."""
    return max((block.certificate for block in blocks), key=CERTIFICATES.index, default="trivial")


def shares_of_certificates(blocks: list[DumpBlock]) -> dict[str, float]:
    """Return the share of the blocks' letters at each certificate that occurs, the most certain first."""
    letters = Counter[str]()
    for block in blocks:
        letters[block.certificate] += len("".join(block.text.split()))
    total = sum(letters.values())
    return {name: round(letters[name] / total, 3) for name in CERTIFICATES if letters[name]}
