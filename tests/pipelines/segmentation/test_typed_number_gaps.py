"""One item of a list proves how all its numbers were typed."""

import re

import pytest

from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

TERMINAL = Terminal(79, Ambiguous.WIDE)
PROSE = (
    "评审的人来自各地的气象台站，他们从去年收到的报告里选出了下面这些，理由写在每一条的后面，"
    "没有选上的报告也都寄回了原来的台站，由他们自己保存起来，明年可以再交。"
)
LONG = "山谷里的风在日落以后改变方向，这件事早就有人写过，但是把它一夜一夜量下来的台站，去年只有这一个。"


@pytest.fixture(autouse=True)
def _without_thulac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)


def _tokens(line: str) -> str:
    """Return a line as a segmenter prints it that parts every mark and every second letter."""
    return " ".join(part for word in line.split() for part in _parts(word))


def _parts(word: str) -> list[str]:
    return re.findall("[0-9]+|[\u4e00-\u9fff]{1,2}|.", word)


@pytest.mark.parametrize("gap", ["", " "])
@pytest.mark.parametrize("closing", [".", ")"])
def test_the_numbers_of_a_list_are_read_alike(gap: str, closing: str) -> None:
    rests = ["“雪线”上升的快慢", "四百米以下的雾", LONG, "井水的冷暖"]
    items = [f"{n}{closing}{gap}{rest}" for n, rest in enumerate(rests, 9)]
    found = normalize(
        "\n\n".join(
            "\n".join(map(_tokens, wrap(text, TERMINAL))) for text in (PROSE, PROSE[:48], *items, PROSE)
        )
    )
    assert [block.text for block in found[2:6]] == items
    # Only the lines of the long item exclude the other reading.
    assert all(block.certificate == "consistent" for block in found[2:6] if LONG not in block.text)
