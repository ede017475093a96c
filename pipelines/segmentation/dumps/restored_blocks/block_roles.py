"""Assign roles to the paragraphs of a dump: captions and headings are told by their text and their neighbours."""

import re

from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

_CAPTION = re.compile("摄(?:（[^）]*）)?$|[发供]图?$|资料图片?$|^图为|^图[一二三四五六七八九十0-9]*[：:]")
_ENDS = frozenset("。！？…；：，、”’.!?;:,)）|*")
HEADING = 30
"""The most letters of a heading."""


def assign_roles(blocks: list[DumpBlock]) -> None:
    """Set the roles of the captions and headings among the paragraphs."""
    for i, block in enumerate(blocks):
        if block.role != "paragraph":
            continue
        before = blocks[i - 1].role if i else None
        after = blocks[i + 1] if i + 1 < len(blocks) else None
        if before in ("image", "caption") and len(block.text) <= 80 and _CAPTION.search(block.text):
            block.role = "caption"
        elif _could_head(block.text) and after and (after.role != "paragraph" or _is_prose(after.text)):
            block.role = "heading"


def _could_head(text: str) -> bool:
    if len(text) <= HEADING // 2 and text[-1] in "”？！）":
        return True
    return len(text) <= HEADING and text[-1] not in _ENDS


def _is_prose(text: str) -> bool:
    return len(text) > HEADING or text[-1] in "。！？”…"
