"""A replica of the channel for tests and demos: its articles, its pages, the expected records, and its server."""

from collections.abc import Iterable, Iterator

from demo.render import page
from demo.replica import RunningReplica, running_replica
from demo.stages import state
from demo.stories import Story
from demo.truth import truth

__all__ = ["RunningReplica", "Story", "articles", "page", "pages", "running_replica", "truth"]


def articles(size: int = 0, seed: int = 0, stage: int = 0) -> tuple[Story, ...]:
    """Return the articles of the replica after `stage` days: the hand-written ones, or `size` in all."""
    stories, gone = state(stage, size, seed)
    return tuple(story for story in stories if story.id not in gone)


def pages(stories: Iterable[Story] | None = None) -> Iterator[tuple[str, dict[str, str], bytes, str]]:
    """Yield every page of every article, without a server: (URL, headers, body, id of the article).

    The parts of an article follow each other in order, once for each URL under which it appears.
    """
    for story in articles() if stories is None else stories:
        for url in story.urls:
            for n in range(1, len(story.parts) + 1):
                yield story.part_url(n, url), {"Content-Type": "text/html"}, page(story, n, url), story.id
