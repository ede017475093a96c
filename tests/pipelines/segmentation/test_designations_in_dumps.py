"""Designations, decimals and references that THULAC cut keep the spaces that such texts have."""

import pytest

from pipelines.segmentation.dumps.readings.designation_gaps import belongs_to_number, goes_on_behind_number
from pipelines.segmentation.dumps.readings.gap_scores import score
from pipelines.segmentation.dumps.readings.page_style import Gap, Style

SPACED = Style(letters=4.5, digits=4.5, dates=4.5, units=3.0)


def odds(before: str, after: str, style: Style = SPACED) -> float:
    """Return the log-odds of a space between two parts of a line."""
    return score(Gap(before.rsplit(" ", 1)[-1], after.split(" ", 1)[0], before, after, wrapped=False), style)


@pytest.mark.parametrize(
    ("word", "after", "whole"),
    [
        ("DDR", "5 - 6400", True),
        ("Qwen", "2 . 5 - 72 B", True),
        ("GPT", "4 - turbo", True),
        ("Windows", "7 - 10", False),
        ("GB", "2762 - 2017", False),
        ("CN", "11 - 0066", False),
        ("ISBN", "7 - 302 - 1", False),
    ],
)
def test_a_name_with_a_number_and_a_hyphen_is_whole(word: str, after: str, *, whole: bool) -> None:
    assert goes_on_behind_number(word, after) is whole


@pytest.mark.parametrize(
    ("before", "after", "own"),
    [
        ("3", "I / ATLAS", True),
        ("67", "P / 丘留莫夫", True),
        ("iPhone 6", "s", True),
        ("iPhone 6", "s / min", False),
        ("iPhone 6", "so", False),
        ("跑了 6", "s", False),
    ],
)
def test_a_letter_behind_a_number_may_belong_to_it(before: str, after: str, *, own: bool) -> None:
    assert belongs_to_number(before, after, {"iPhone"}) is own


@pytest.mark.parametrize(
    ("before", "after", "space"),
    [
        ("0 . 13", "6", False),
        ("3 . 12", "2 . 8", True),
        ("3 . 12", "2 . 81 4 . 5", True),
        ("192 . 16", "8 . 1 . 20", False),
        ("10 . 0 . 19", "8 . 7", False),
        ("172 . 16 . 0 . 25", "4", False),
        ("10 . 0 . 0 . 12", "10 . 0 . 0 . 13", True),
        ("Steinstraeter M ,", "et al .", True),
        ("[ 2 ] Benz A. O .", "Flare", True),
        ("J .", "Rowling", False),
        ("1000 ℃", "汉", True),
        ("℃", "汉", False),
    ],
)
def test_the_likelier_reading(before: str, after: str, *, space: bool) -> None:
    assert (odds(before, after) > 0) is space


def test_fewer_put_a_space_before_degrees_than_before_letters() -> None:
    assert odds("5", "V") > odds("5", "℃")
