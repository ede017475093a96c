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


def openings(rng: random.Random) -> tuple[str, str]:
    """One notice as two papers print it."""
    text = NOTICE.format(rng.randint(1, 12), rng.randint(1, 28)).partition("\n")[2]
    senders = ["", "云岭发布 ", "本报讯 ", "据云岭日报消息 ", f"新华社云岭{rng.randint(1, 12)}月7日电 "]
    one, other = rng.sample(senders, 2)
    return one + text, other + text


def opened_notices(rng: random.Random) -> tuple[str, str]:
    """Two notices, one of which has an opening."""
    one, other = (text.partition("\n")[2] for text in notices(rng))
    return rng.choice(("云岭发布 ", "据云岭日报消息 ")) + one, other


def reworded(rng: random.Random, numbers: tuple[int, int] = (0, 0)) -> tuple[str, str]:
    """A text with many numbers, and the same with other words in every sentence."""
    one, other = [], []
    for place in range(16):
        words, number = [bench._word(rng, 2, 4) for _ in range(6)], 100 + 37 * place
        one.append("".join((*words[:3], str(number + numbers[0]), *words[3:])) + "。")
        words[rng.randrange(6)] = bench._word(rng, 2, 4)
        other.append("".join((*words[:3], str(number + numbers[1]), *words[3:])) + "。")
    return "".join(one), "".join(other)


def reworded_templates(rng: random.Random) -> tuple[str, str]:
    """The same with other numbers too."""
    return reworded(rng, (0, rng.randint(1, 36)))


@pytest.mark.parametrize(
    ("make", "called", "least"),
    [
        (edited, {"edited", "repost"}, 0.97),
        (reposted, {"repost"}, 0.99),
        (strangers, {"template", "None"}, 0.99),
        (gaps, {"template", "None"}, 0.99),
        (frames, {"template", "None"}, 0.98),
        (notices, {"template"}, 0.99),
        (openings, {"repost", "edited", "excerpt"}, 0.99),
        (opened_notices, {"template"}, 0.99),
        (reworded, {"repost"}, 0.97),
        (reworded_templates, {"template", "None"}, 0.99),
    ],
)
def test_hard_pairs_get_the_right_kind(make: Pair, called: set[str], least: float) -> None:
    rng, answers = random.Random(8), Counter[str]()
    for _ in range(150):
        a, b = profiles(make(rng))
        answers[str(kind(a, b, compare(a, b)))] += 1
    assert sum(answers[name] for name in called) >= least * 150, answers
