"""Pairs of texts that are hard to classify, each generated many times."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from archive.duplicates.compare_texts import compare, kind, profiles
from bench import duplicates as bench

Pair = Callable[[random.Random], tuple[str, str]]
STORIES = [text for text in bench.composed(400, 3) if len(text) > 300]
NOTICE = (
    "关于云岭科技馆闭馆的通知。\n因设备检修，本馆定于{}月{}日闭馆一天，次日照常开放。\n"
    "请广大读者相互转告，如有疑问请致电本馆。"
)


def edited(rng: random.Random) -> tuple[str, str]:
    text = rng.choice(STORIES)
    return text, bench.edited(text, rng, rng.choice(STORIES))


def reposted(rng: random.Random) -> tuple[str, str]:
    text = rng.choice(STORIES)
    return text, bench.repost(text, rng)


def strangers(rng: random.Random) -> tuple[str, str]:
    one, other = rng.sample(STORIES, 2)
    return one, other


def gaps(rng: random.Random) -> tuple[str, str]:
    template = bench.gapped(rng)
    return bench.fill(template, rng), bench.fill(template, rng)


def frames(rng: random.Random) -> tuple[str, str]:
    frame = bench.sentences(bench.invented(rng, rng.randint(8, 16)))
    return bench.framed(frame, rng), bench.framed(frame, rng)


def notices(rng: random.Random) -> tuple[str, str]:
    one, other = rng.sample(range(1, 29), 2)
    month = rng.randint(1, 12)
    return NOTICE.format(month, one), NOTICE.format(month % 12 + 1, other)


@pytest.mark.parametrize(
    ("make", "called", "least"),
    [
        (edited, {"edited", "repost"}, 0.97),
        (reposted, {"repost"}, 0.99),
        (strangers, {"template", "None"}, 0.99),
        (gaps, {"template", "None"}, 0.99),
        (frames, {"template", "None"}, 0.98),
        (notices, {"template"}, 0.99),
    ],
)
def test_hard_pairs_get_the_right_kind(make: Pair, called: set[str], least: float) -> None:
    rng, answers = random.Random(8), Counter[str]()
    for _ in range(150):
        a, b = profiles(make(rng))
        answers[str(kind(a, b, compare(a, b)))] += 1
    assert sum(answers[name] for name in called) >= least * 150, answers
