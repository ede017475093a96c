"""Generated articles: equal seeds give equal articles, with forms of their time, and unlike each other."""

from hypothesis import given, settings
from hypothesis import strategies as st

import demo
from demo.grammar import compose
from demo.stages import edited, taken_away


@settings(max_examples=15, deadline=None)
@given(count=st.integers(0, 60), seed=st.integers(0, 1000))
def test_generated_articles_are_reproducible_and_valid(count: int, seed: int) -> None:
    stories = compose(count, seed)
    assert stories == compose(count, seed)
    assert len({story.id for story in stories}) == len({story.slug for story in stories}) == count
    assert [story.published for story in stories] == sorted((s.published for s in stories), reverse=True)
    numbers = [int(story.content_id) for story in stories]
    assert numbers == sorted(numbers, reverse=True)


def test_size_counts_all_articles() -> None:
    stories = demo.articles(size=300, seed=5)
    assert len({story.id for story in stories}) == 300
    assert {story.layout for story in stories} >= {"rwb", "rm_txt", "rm_txt_zw", "artDet", "picture"}
    assert any(len(story.parts) > 1 for story in stories if story.slug.startswith("generated"))
    assert any(len(story.urls) > 1 for story in stories if story.slug.startswith("generated"))


def test_no_two_articles_count_as_near_duplicates() -> None:
    texts = ["".join(demo.truth(story)["text"].split()) for story in compose(250, seed=1)]
    all_grams = [{text[n : n + 4] for n in range(len(text) - 3)} for text in texts]
    closest = max(len(one & two) / len(one | two) for n, one in enumerate(all_grams) for two in all_grams[:n])
    assert closest < 0.5


def test_each_day_has_twenty_new_five_edited_and_one_removed_article() -> None:
    today = {story.id: story for story in demo.articles(size=100)}
    tomorrow = {story.id: story for story in demo.articles(size=100, stage=1)}
    after = {story.id: story for story in demo.articles(size=100, stage=2)}
    assert len(tomorrow.keys() - today.keys()) == len(after.keys() - tomorrow.keys()) == 20
    assert today.keys() - tomorrow.keys() == set(taken_away(1, 100))
    changed = {
        key for key in today.keys() & tomorrow.keys() if demo.page(today[key]) != demo.page(tomorrow[key])
    }
    assert changed == set(edited(1, 100))
    assert len(changed) == 5
    assert not changed & set(edited(2, 100))
    assert all(tomorrow[key].updated > today[key].published for key in changed)
