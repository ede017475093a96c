"""The rough comparison rules out no related pair, and profiles come back from the file as they were."""

import random
from dataclasses import fields

import numpy as np
import pytest

from archive.duplicates import kept_profiles, rough_comparison
from archive.duplicates.compare_texts import compare, may_be_related, profiles
from archive.duplicates.kept_profiles import KeptProfiles
from archive.duplicates.rough_comparison import RoughComparer
from bench.duplicates import edited, excerpt, fill, gapped, invented, repost


def _texts() -> list[str]:
    rng = random.Random(3)
    stories = [invented(rng, size) for size in (1, 2, 5, 24, 24, 40, 200, 4000)]
    template = gapped(rng)
    copies = [
        make(text, rng)
        for text in stories[2:]
        for make in (repost, excerpt, lambda t, r: edited(t, r, stories[4]))
    ]
    return ["", "。", "湖。", *stories, *copies, *(fill(template, rng) for _ in range(6))]


def test_related_pairs_pass() -> None:
    texts = profiles(_texts())
    rough = RoughComparer()
    for n, profile in enumerate(texts):
        rough.add(n, profile)
    ruled_out = 0
    for n, profile in enumerate(texts):
        by_sentences, by_grams = rough.may_be_related(n, range(len(texts)))
        passed = {*by_sentences, *by_grams}
        for other in range(len(texts)):
            if may_be_related(compare(profile, texts[other])):
                assert other in passed
            ruled_out += other not in passed
    assert ruled_out > len(texts) ** 2 / 2


def test_unknown_texts_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rough_comparison, "MOST", 2)
    texts = profiles([invented(random.Random(n), 9) for n in range(3)])
    rough = RoughComparer()
    for n, profile in enumerate(texts):
        rough.add(n, profile)
    assert rough.may_be_related(2, [0, 1]) == ([0], []), (
        "the arrays of text 0 were replaced by those of text 2"
    )
    rough.forget(1)
    assert rough.may_be_related(2, [0, 1]) == ([0, 1], [])
    assert rough.may_be_related(0, [1, 2]) == ([1, 2], [])


@pytest.mark.parametrize("room", [2**30, 1500], ids=["all", "some"])
def test_profiles_come_back(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_profiles, "IN_MEMORY", 1)
    monkeypatch.setattr(kept_profiles, "IN_FILE", room)
    texts = ["", *(invented(random.Random(n), 9) for n in range(4))]
    kept = KeptProfiles()
    for n, profile in enumerate(profiles(texts)):
        kept[n] = profile
        kept.make_room(1)
    there = [n for n in range(len(texts)) if kept.load(n, texts.__getitem__)]
    assert (len(there) == len(texts)) == (room > 1500)
    assert there[0] == 0
    assert [n for n in range(len(texts)) if kept.grams(n) is not None] == there
    for n in there:
        grams = kept.grams(n)
        assert grams is not None
        assert np.array_equal(grams, profiles(texts)[n].grams)
        expected = profiles(texts)[n]
        assert kept[n].text == expected.text  # read from now on
        for each in fields(expected):
            assert np.array_equal(getattr(kept[n], each.name), getattr(expected, each.name)), each.name
    kept.forget(there[-1])
    assert not kept.load(there[-1], texts.__getitem__)
