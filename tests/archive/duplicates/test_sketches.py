"""The optimised functions of near-duplicate detection equal their plain definitions."""

import sqlite3
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.duplicates import key_table
from archive.duplicates.compare_many import TextComparer
from archive.duplicates.compare_texts import compare, kind, may_be_related, profiles
from archive.duplicates.equal_letters import folded
from archive.duplicates.filled_gaps import gaps
from archive.duplicates.shingles import shingle
from archive.duplicates.signatures import KEY_BITS, sketch
from archive.numpy_arrays import np
from archive.schema.strict_internal_tables import INTERNAL_TABLES

LETTERS = st.text(st.sampled_from("湖面结冰岸边0aé。！ \n\u3000\ud800😀"), max_size=60)


def grams(text: str) -> set[str]:
    letters = folded(text)
    return {letters[place : place + 4] for place in range(len(letters) - 3)}


@given(LETTERS, LETTERS)
def test_similarity_is_that_of_the_sets_of_4_grams(one: str, other: str) -> None:
    a, b = profiles([one, other])
    either, both = grams(one) | grams(other), grams(one) & grams(other)
    evidence = compare(a, b)
    assert evidence.jaccard == pytest.approx(len(both) / max(len(either), 1))
    assert evidence.contained == pytest.approx(len(both) / max(min(len(grams(one)), len(grams(other))), 1))
    assert compare(b, a) == evidence


@given(st.lists(LETTERS, min_size=2, max_size=9))
def test_comparing_with_many_texts_equals_comparing_with_each(texts: list[str]) -> None:
    comparer = TextComparer()
    one, *others = profiles([*texts, "湖面结冰。岸边" * 30])
    for _ in range(2):  # the table is reused
        found = comparer.compare(one, others)
        each = [compare(one, other) for other in others]
        assert found == [evidence if may_be_related(evidence) else None for evidence in each]
    for other, evidence in zip(others, each, strict=True):
        assert may_be_related(evidence) or kind(one, other, evidence) is None


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_a_text_is_sketched_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = sketch(shingle(texts))
    for place, text in enumerate(texts):
        alone = sketch(shingle([text]))
        assert sorted(together.keys[together.texts == place]) == sorted(alone.keys)
        assert (alone.keys < 2**KEY_BITS).all()


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 99)), min_size=1), max_size=20))
def test_the_key_table_returns_what_was_stored(batches: list[list[tuple[int, int]]]) -> None:
    conn = sqlite3.connect(":memory:")
    for statement in INTERNAL_TABLES:
        if "CREATE TABLE internal_near_keys" in statement:
            conn.execute(statement)
    wanted: dict[int, set[int]] = defaultdict(set)
    for batch in batches:
        keys, texts = (np.array(column) for column in zip(*batch, strict=True))
        key_table.add(conn, keys.astype(np.uint64), texts)
        for key, text in batch:
            wanted[key].add(text)
    for asked in (range(200), range(0, 200, 7), [5]):  # all at once, and one by one
        found = sorted(key_table.holders(conn, np.array(asked, dtype=np.uint64)))
        assert found == sorted((key, text) for key in asked for text in wanted[key])


@pytest.mark.parametrize(
    ("printed", "other"),
    [
        (
            "这里说：“国产发动机，已经试验成功。”它用了32.5秒！",
            "這裡說：「國產發動機，已經試驗成功。」它用了32.5秒！",
        ),
        (
            "这里说：“国产发动机，已经试验成功。”它用了32.5秒！",
            '这里说: "国产发动机, 已经试验成功." 它用了32.5秒!',
        ),
        ("３月１４日（周五）闭馆；次日照常开放。", "3月14日(周五)闭馆; 次日照常开放."),
    ],
)
def test_width_case_and_script_make_no_difference(printed: str, other: str) -> None:
    evidence = compare(*profiles([printed, other]))
    assert (evidence.jaccard, evidence.kept) == (1, 1)


def test_filled_gaps_are_recognised_and_credits_are_not() -> None:
    form = "云岭科技馆将于{}闭馆一天，请相互转告。\n（责编：{}）"
    one, other = form.format("三月十四日", "顾禾"), form.format("九月二日", "沈一苇")
    found = gaps(one, other)
    assert found is not None
    assert "".join(gap[0] for gap in found) == "三十四"
    assert gaps(one, one.replace("顾禾", "沈一苇")) is None  # the two differ in nothing else
    assert gaps(one, "湖面结冰的时候，冰总是先从岸边长起。") is None
