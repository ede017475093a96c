"""Recognise the line of a dump that has the time of its article."""

import re

from pipelines.chrome.fields.dates import Published, parse_time
from pipelines.segmentation.dumps.article_body.block_places import is_sentence
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

NEAR = 5
"""The most blocks between the text and the editors' line."""


def time_of(block: DumpBlock) -> Published | None:
    """Return the time of a line that has a time and a source, or None."""
    letters = "".join(block.text.split())
    if block.mark or len(block.text) > 120 or letters.count("|||") > 1 or _is_row(block):
        return None
    if "来源" not in letters and "|" not in block.text and not _OLD_TIME.fullmatch(block.text.strip()):
        return None
    found = parse_time(block.text)
    if found is None or found.moment is None:
        # A segmenter may cut a number of the date, as in `0 9月`.
        whole = parse_time(_CUT_DATE.sub("", block.text))
        found = whole if whole and (found is None or whole.moment) else found
    return found


def is_bare_time(found: list[DumpBlock], at: int) -> bool:
    """Return whether a line has a time to the minute and at most a newspaper beside it, between a title and a text."""
    text = found[at].text.strip()
    published = parse_time(text) if not found[at].mark and len(text) <= LONGEST_TIME else None
    if published is None or published.moment is None or found[at - 1].mark:
        return False
    rest = _TIME_LABEL.sub("", text.replace(published.raw, ""))
    is_alone = re.fullmatch("[\\s|]*[\u4e00-\u9fff“”《》]{0,12}[\\s|]*", rest) is not None
    return is_alone and any(map(is_sentence, found[at + 1 : at + 1 + NEAR]))


LONGEST_TIME = 50
"""The most letters of a line that has a time and a newspaper."""
_TIME_LABEL = re.compile("(?:发布|更新|发表)?(?:时间|日期)\\s*[：:]")


def _is_row(block: DumpBlock) -> bool:
    """Return whether a line is a row of a table that html2text draws, which may begin with a date."""
    return block.text.startswith("|") and block.text.count("|") > 2


_CUT_DATE = re.compile("(?<=[0-9年月日:：])\\s+(?=[0-9年月日:：])")
"""White space within a date of digits, 年, 月 and 日, and its time."""

_OLD_TIME = re.compile("人民网\\s*[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日\\s*[0-9]{1,2}[:：][0-9]{2}")
"""The line with the site's name and the time on pages up to 2003."""
