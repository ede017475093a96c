"""The lexicon learns from clean texts, and our own hard sentences are restored as exactly as documented."""

import pytest

from bench.segmentation.__main__ import Record, own_sentences
from bench.segmentation.channels import CHANNELS, Channel, dump, pages
from pipelines.segmentation import paragraphs
from pipelines.segmentation.dumps.lexicon import builtin, learn
from pipelines.segmentation.text.canonical_text import canonical_text

CLEAN = ["观测网名叫Xilo Tern 7，设备是QX 40。", "Xilo Tern 7已经开通，QX 40换成了ZB40。", "ZB40比QX 40轻。"]
CUT = "观测网 Xi lo Te rn 7 又 添 了 一 台 QX 40 和 一 台 ZB 40 。"


def test_words_and_pairs_are_learned_from_clean_texts() -> None:
    learned = learn(CLEAN)
    # One line cannot tell whether its typist parted Han from Latin: the canonical text does not care.
    assert canonical_text(*paragraphs(CUT, learned)) == "观测网Xilo Tern 7又添了一台QX 40和一台ZB40。"
    assert canonical_text(*paragraphs(CUT)) != canonical_text(*paragraphs(CUT, learned))


def test_nothing_is_learned_from_a_single_occurrence() -> None:
    assert learn(CLEAN[:1]) == builtin()


FLOORS = {
    "crf-80-gb": 0.96,
    "crf-72-utf8": 0.96,
    "oversplit-80-utf8": 0.90,
    "neural-100-gb": 0.97,
    "dictionary-120-utf8": 0.96,
    "crf-80-gb-spaced": 0.9,
    "crf-80-gb-dense": 0.83,
}
"""The least share of exact paragraphs: the figures of docs/segmentation.md minus one or two paragraphs."""


@pytest.mark.parametrize(
    "channel", [channel for channel in CHANNELS if channel.name in FLOORS], ids=lambda channel: channel.name
)
def test_hard_sentences_are_restored_through_each_channel(channel: Channel) -> None:
    records = [Record(*dump(page, channel, n)) for n, page in enumerate(pages(own_sentences()))]
    exact = total = 0
    for record in records:
        found = paragraphs(record.dump)
        assert "".join("".join(found).split()) == "".join(record.dump.split())
        exact += sum(text in found for text in record.originals)
        total += len(record.originals)
    assert exact / total >= FLOORS[channel.name]
