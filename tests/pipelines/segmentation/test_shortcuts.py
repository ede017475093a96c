"""What is left out to save time changes no result."""

import math
import random
import re

import pytest

from bench.segmentation.__main__ import own_sentences
from bench.segmentation.channels import CHANNELS, Channel, dump, pages
from pipelines.segmentation import normalize, paragraphs
from pipelines.segmentation.dumps.readings import best_reading
from pipelines.segmentation.dumps.readings.best_reading import Reading, decode, most_of, overflow
from pipelines.segmentation.dumps.readings.gap_cache import scorer
from pipelines.segmentation.dumps.readings.line_metrics import Measured, measure, score_gaps
from pipelines.segmentation.dumps.readings.page_style import SPACED, Style
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.style.wrap_likelihood import end_score
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap, wraps_as

PIECES = (
    "雪线",
    "浮标",
    "，",
    "。",
    "“",
    "”",
    "·",
    "AI",
    "Bog",
    "e\u0301",
    "12",
    "μm",
    "(",
    ")",
    ",",
    " ",
    " ",
)
STYLES = (Style(), Style(letters=SPACED, digits=SPACED), Style(solid=True, units=2.5))


def some_text(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, most)))


def some_blocks() -> list[tuple[Measured, dict[int, float], int, float, int]]:
    """Blocks with the scores of their gaps, a limit, a density of paragraph ends and an indent."""
    chance = random.Random(32)
    found = []
    for _ in range(400):
        ambiguous, limit = chance.choice(list(Ambiguous)), chance.randint(12, 30)
        text = some_text(chance, 40).strip() or "雪"
        lines = [line for line in wrap(text, Terminal(limit, ambiguous)) if line.strip()]
        lines = [" ".join(line.replace("线", "线 ").split()) for line in lines]
        block = measure(lines, ambiguous=ambiguous)
        scores = score_gaps(block, scorer(chance.choice(STYLES)))
        found.append(
            (
                block,
                scores,
                limit + chance.choice((0, 0, 2, -2)),
                chance.choice((0, 0.5)),
                chance.choice((0, 4)),
            )
        )
    return found


def test_a_line_that_needs_no_search_is_read_as_the_search_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = some_blocks()
    quick = [decode(b, scores, limit, end_score(density=d), indent) for b, scores, limit, d, indent in blocks]
    monkeypatch.setattr(best_reading, "_as_scored", lambda *_: None)
    monkeypatch.setattr(best_reading, "_plain_step", lambda *_: None)
    whole = [decode(b, scores, limit, end_score(density=d), indent) for b, scores, limit, d, indent in blocks]

    def shown(reading: Reading) -> tuple[list[int], list[int], list[int], float]:
        return sorted(reading.spaces), reading.ends, reading.firsts, round(reading.total, 6)

    assert [shown(reading) for reading in quick] == [shown(reading) for reading in whole]
    assert sum(len(reading.ends) > 1 for reading in whole) > 100


def test_no_reading_reaches_more_than_the_bound_by_which_shapes_are_left_out() -> None:
    for block, scores, limit, density, indent in some_blocks():
        ends = end_score(density=density)
        bound = most_of(block, scores, ends) + overflow(block, limit, indent)
        assert decode(block, scores, limit, ends, indent).total <= bound + 1e-9


def test_lines_are_compared_with_a_paragraph_as_by_wrapping_it() -> None:
    chance = random.Random(33)
    alike = 0
    for _ in range(1500):
        terminal = Terminal(chance.randint(4, 30), chance.choice(list(Ambiguous)))
        text = "\u3000\u3000" * chance.choice((0, 0, 1)) + some_text(chance, 25) + "雪"
        other = Terminal(terminal.limit + chance.choice((0, 0, 1, -1)), terminal.ambiguous)
        lines = [line for line in wrap(text.replace(" ", "", chance.choice((0, 1))), other) if line.strip()]
        wrapped = ["".join(line.split()) for line in wrap(text, terminal)]
        expected = wrapped == ["".join(line.split()) for line in lines]
        alike += expected
        assert wraps_as(text, lines, terminal) is expected
    assert 300 < alike < 1400


@pytest.mark.parametrize("channel", CHANNELS[-6:], ids=lambda channel: channel.name)
def test_paragraphs_are_the_same_with_certificates_and_without(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them, widths and styles that cannot be the best are given up sooner."""
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)
    for number, page in enumerate(list(pages(own_sentences()))[::4]):
        text, _ = dump(page, channel, number)
        assert paragraphs(text) == [f"{each.mark} {each.text}".strip() for each in normalize(text)]


_BESIDE_HAN = "(?<=[\u4e00-\u9fff])(?={0})|(?<={0})(?=[\u4e00-\u9fff])(?![年月日])"


@pytest.mark.parametrize("kind", ["[0-9]", "[A-Za-z]"])
def test_rarer_habits_are_tried_with_every_width_that_may_be_right(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author puts spaces beside numbers only, or beside Latin letters only, on pages of six sentences."""
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)
    channel = Channel("crf", 62, ambiguous=Ambiguous.WIDE, segmenter="crf")
    sentences = [re.sub(_BESIDE_HAN.format(kind), " ", text) for text in own_sentences()]
    sixes = [sentences[at : at + 6] for at in range(0, len(sentences), 6)]
    made = [dump(page, channel, n)[0] for n, page in enumerate(sixes)]
    quick = [paragraphs(text) for text in made]
    monkeypatch.setattr(estimate_style, "NEAR_WIDTH", math.inf)
    assert quick == [paragraphs(text) for text in made]
