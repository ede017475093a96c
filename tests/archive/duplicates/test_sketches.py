"""The parts of the engine against the plain definitions that they stand for."""

import sqlite3
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="near duplicates are an extra of the package: install numpy")

from archive.duplicates import key_index
from archive.duplicates.compare_texts import compare, profiles
from archive.duplicates.numpy_extra import np
from archive.duplicates.shingles import shingle
from archive.duplicates.signatures import KEY_BITS, sketch
from archive.schema.duplicate_tables import NEAR

LETTERS = st.text(st.sampled_from("湖面结冰岸边0aé。！ \n\u3000\ud800😀"), max_size=60)


def grams(text: str) -> set[str]:
    letters = "".join(text.split())
    return {letters[place : place + 4] for place in range(len(letters) - 3)}


@given(LETTERS, LETTERS)
def test_similarity_is_that_of_the_sets_of_4_grams(one: str, other: str) -> None:
    a, b = profiles([one, other])
    either, both = grams(one) | grams(other), grams(one) & grams(other)
    evidence = compare(a, b)
    assert evidence.jaccard == pytest.approx(len(both) / max(len(either), 1))
    assert evidence.contained == pytest.approx(len(both) / max(min(len(grams(one)), len(grams(other))), 1))
    assert compare(b, a) == evidence


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_a_text_is_sketched_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = sketch(shingle(texts))
    for place, text in enumerate(texts):
        alone = sketch(shingle([text]))
        assert (together.signatures[place] == alone.signatures[0]).all()
        assert sorted(together.keys[together.texts == place]) == sorted(alone.keys)
        assert (alone.keys < 2**KEY_BITS).all()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 99)), min_size=1), max_size=20))
def test_the_index_finds_what_was_put_into_it(
    monkeypatch: pytest.MonkeyPatch, batches: list[list[tuple[int, int]]]
) -> None:
    monkeypatch.setattr(key_index, "FANOUT", 2)
    monkeypatch.setattr(key_index, "PART_ENTRIES", 4)
    monkeypatch.setattr(key_index, "GROUP", 3)
    conn = sqlite3.connect(":memory:")
    for statement in NEAR:
        if "near_runs" in statement or "near_parts" in statement or "near_stock" in statement:
            conn.execute(statement)
    spread = (1 << KEY_BITS) // 61
    wanted: dict[int, list[int]] = defaultdict(list)
    for batch in batches:
        keys = np.array([key * spread for key, _ in batch], dtype=np.uint64)
        texts = np.array([text for _, text in batch], dtype=np.int64)
        key_index.add(conn, key_index.entries(keys, texts))
        for key, text in batch:
            wanted[key * spread].append(text)
    for asked in (range(61), range(0, 61, 7), [5]):
        keys = np.array([key * spread for key in asked], dtype=np.uint64)
        found = key_index.find(conn, keys)
        answers = list(
            zip(key_index.keys_of(found).tolist(), key_index.texts_of(found).tolist(), strict=True)
        )
        assert answers == sorted((key, text) for key in keys.tolist() for text in wanted[key])
