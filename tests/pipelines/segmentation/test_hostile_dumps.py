"""Lines that are made to be slow to read take time in proportion to their length."""

import contextlib
import time
from collections.abc import Callable

import pytest

from kepu.records import Page
from pipelines.refusals import Refused
from pipelines.segmentation.dumps.article_body.page_tools import TOOLS
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.readings.line_metrics import measure
from pipelines.segmentation.dumps.style.dump_width import likely_limits
from pipelines.segmentation.dumps.w3m import Ambiguous

PIECES = (
    *"0aAH甲 （([“·|_^*│┌•。¹💧▁",
    *(
        "甲广告位",
        "打印|",
        "字号",
        "C_1",
        "(_",
        "a^2",
        "CO[2]",
        "[DEL:",
        "\\[",
        "[a](",
        "![a](",
        "<a ",
        "**",
        "a/n ",
        "/_",
        "##",
    ),
    *(
        "人民网>>",
        "责编：",
        "记者",
        "作者：",
        "来源：",
        "2024年",
        "1. ",
        "图为",
        "摄（",
        "├─",
        "[ a ]",
        "二  ",
        "km/h ",
    ),
)
"""Pieces that the readers of a dump search for; each is repeated to make a long line."""

READERS: dict[str, Callable[[str], object]] = {
    "tools": TOOLS.fullmatch,
    "marks": undo,
    "form": plain_form,
    "lines": lambda line: measure([line], ambiguous=Ambiguous.NARROW),
}
SHORT = 2_000


def seconds(read: Callable[[str], object], line: str) -> float:
    """The lesser of two times on the processor: others may work meanwhile."""
    times = []
    for _ in range(2):
        began = time.process_time()
        read(line)
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize("reader", READERS)
def test_a_line_that_repeats_one_piece_is_read_in_linear_time(reader: str) -> None:
    read = READERS[reader]
    slow = []
    for piece in PIECES:
        line = (piece * SHORT)[:SHORT] + "x"
        short = seconds(read, line)
        long = seconds(read, line * 6)
        # A time too short to be compared is short enough: 12,000² steps take seconds.
        if long > max(15 * short, 0.03):
            slow.append((piece, short, long))
    assert not slow


@pytest.mark.campaign
@pytest.mark.parametrize("piece", PIECES)
def test_a_page_with_a_line_that_repeats_one_piece_is_read_in_linear_time(piece: str) -> None:
    def read(line: str) -> None:
        body = "　　盐场的早晨从一阵风开始，风把卤水吹出细细的皱纹。\n\n" * 3
        text = f"人民网>>科普\n\n走进盐场\n\n2024年05月10日06:58 | 来源：科技日报\n\n{line}\n\n{body}(责编：林禾)\n"
        with contextlib.suppress(Refused):
            article_from_dump(Page(body=text.encode(), path="dump.txt"))

    line = (piece * SHORT)[:SHORT]
    assert seconds(read, line * 4) < 12 * max(seconds(read, line), 0.05)


def test_a_page_may_be_wider_than_all_lines_whose_width_counts() -> None:
    assert likely_limits([], [250])
    assert likely_limits([], sorted([40] * 60 + [250]))
