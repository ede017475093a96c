"""The changes of the replica from day to day: new articles, edited articles, and an article that is removed.

Stage n is the state after n days, with the changes of all of them.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from demo import grammar
from demo.channel import TODAY
from demo.site import Site
from demo.stories import Piece, Story, library

SMALL_PAGE = 8
"""Items per list page of the hand-written replica, so that its few articles fill several pages."""
FULL_PAGE = 20
NEW, EDITED, GONE = 20, 5, 1
"""Numbers of articles that are new, edited and removed each day."""


def site_at(
    stage: int = 0, size: int = 0, seed: int = 0, crawl_delay: float = 120, per_page: int | None = None
) -> Site:
    """Return the site after `stage` days, with `size` articles on the first day (0: the hand-written ones).

    `per_page` is the number of items per list page; None: FULL_PAGE, or SMALL_PAGE for the hand-written articles.
    """
    stories, gone = state(stage, size, seed)
    return Site(stories, stage, crawl_delay, per_page or (FULL_PAGE if size else SMALL_PAGE), gone)


@cache
def first_day(size: int, seed: int) -> tuple[Story, ...]:
    """Return the articles of stage 0: the hand-written ones, and generated ones up to `size` in all."""
    return (*library(), *grammar.compose(max(0, size - len(library())), seed))


def state(stage: int, size: int = 0, seed: int = 0) -> tuple[tuple[Story, ...], frozenset[str]]:
    """Return (all articles, ids of those that are removed) after `stage` days."""
    stories = {story.id: story for story in first_day(size, seed)}
    gone: set[str] = set()
    for n in range(1, stage + 1):
        day = date.fromisoformat(TODAY) + timedelta(days=n)
        for story_id in edited(n, size, seed):
            stories[story_id] = _edit(stories[story_id], day)
        gone.update(taken_away(n, size, seed))
        stories |= {story.id: story for story in grammar.fresh(NEW, day, seed)}
    return tuple(stories.values()), frozenset(gone)


def edited(n: int, size: int = 0, seed: int = 0) -> tuple[str, ...]:
    """Return the ids of the articles that are edited on day `n`: recent ones, and different ones each day."""
    return _recent(size, seed)[(n - 1) * EDITED : n * EDITED]


def taken_away(n: int, size: int = 0, seed: int = 0) -> tuple[str, ...]:
    """Return the ids of the articles that are removed on day `n`."""
    return _recent(size, seed)[-n * GONE : -(n - 1) * GONE or None]


def _recent(size: int, seed: int) -> tuple[str, ...]:
    """Return the ids of the 40 newest listed articles of the first day with a text and a single part."""
    candidates = [
        story
        for story in first_day(size, seed)
        if story.listed
        and len(story.parts) == 1
        and any(piece.kind == "paragraph" for piece in story.parts[0])
    ]
    candidates.sort(key=lambda story: (story.published, story.id), reverse=True)
    return tuple(story.id for story in candidates[:40])


def _edit(story: Story, day: date) -> Story:
    """Return the story with a paragraph added before its last block, and with the time of this change."""
    note = Piece("paragraph", f"本文于{day.month}月{day.day}日补充：有关数据已按最新一次观测更新。")
    pieces = story.parts[0]
    at = max(n for n, piece in enumerate(pieces) if piece.kind == "paragraph")
    return replace(story, parts=((*pieces[:at], note, *pieces[at:]),), updated=f"{day}T09:30")
