"""Leave out the titles of other articles below the text of a dump."""

import re

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.related_lists import is_label
from pipelines.segmentation.dumps.article_body.block_places import FEWEST_TITLES, PROSE, is_no_title


def drop_related(lines: list[BodyLine]) -> list[BodyLine]:
    """Return the lines without titles of other articles: those below a label, with the label, and those at the end."""
    kept: list[BodyLine] = []
    below = False
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        # Above prose, a label is a subheading of the text.
        heads = after is None or after.kind != "text" or _is_title(after.text)
        below = line.kind == "text" and ((is_label(line.text) and heads) or (below and _is_title(line.text)))
        if not below:
            kept.append(line)
    lines = _without_dotted(kept)
    end = len(lines)
    while end and lines[end - 1].kind == "text" and _is_title(lines[end - 1].text):
        if _CREDIT.match(lines[end - 1].text):
            # Author and place of publication are named below a text: what is below them is another article's.
            if len(lines) - end < FEWEST_TITLES or not any(map(_is_prose, lines[: end - 1])):
                return lines
            break
        end -= 1
    if len(lines) - end < FEWEST_TITLES:
        return lines
    return lines[: end - 1] if end and lines[end - 1].kind == "figure" else lines[:end]


def drop_list_below_promotion(lines: list[BodyLine]) -> None:
    """Drop a list at the end that follows promotion, with the picture above: both belong to other articles."""
    end = len(lines)
    while end and (lines[end - 1].rule is not None or lines[end - 1].kind in ("list", "figure")):
        end -= 1
    tail = lines[end:]
    promoted = next((i for i, line in enumerate(tail) if line.rule is not None), len(tail))
    listed = [
        i for i, line in enumerate(tail) if line.kind == "list" and all(map(_is_title, line.items or []))
    ]
    if listed and listed[0] > promoted:
        for line in tail[promoted:]:
            line.rule = line.rule or "related_list"


def _is_prose(line: BodyLine) -> bool:
    return line.kind == "text" and len(line.text) > PROSE and line.text[-1] in "。！？”"


_CREDIT = re.compile("[（(]|《[^《》]+》\\s*[（(]|(?:来源|作者|记者|原标题|供稿|摄影)\\s*[：:]")
_LABEL = re.compile("【.{2,20}】")


def _without_dotted(lines: list[BodyLine]) -> list[BodyLine]:
    """Return the lines without the dotted titles of other articles at the end, and without the label above them."""
    end = len(lines)
    while end and lines[end - 1].kind == "text" and lines[end - 1].text.startswith("·"):
        end -= 1
    if end < len(lines) and end and _LABEL.fullmatch(lines[end - 1].text):
        end -= 1
    return lines[:end]


def _is_title(text: str) -> bool:
    return len(text) <= 36 and text.rstrip("”’」）")[-1:] not in "。！…；，：" and not is_no_title(text)
