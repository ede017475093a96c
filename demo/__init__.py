"""A replica of the channel on this machine: its articles, its pages, the truth about them, and its server."""

from collections.abc import Iterable, Iterator

from demo.render import page
from demo.replica import RunningReplica, running_replica
from demo.stages import state
from demo.stories import Story
from demo.truth import truth

__all__ = ["RunningReplica", "Story", "articles", "page", "pages", "running_replica", "truth"]


def articles(size: int = 0, seed: int = 0, stage: int = 0) -> tuple[Story, ...]:
    """The articles that stand in the replica after `stage` days: those written by hand, or `size` in all."""
    stories, gone = state(stage, size, seed)
    return tuple(story for story in stories if story.id not in gone)


def pages(stories: Iterable[Story] | None = None) -> Iterator[tuple[str, dict[str, str], bytes, str]]:
    """Every page of every article, without a server: (URL, headers, body, id of the truth it belongs to).

    Parts come in order, right after their first, and every appearance has its pages.
    """
    for story in articles() if stories is None else stories:
        for url in story.urls:
            for n in range(1, len(story.parts) + 1):
                yield story.part_url(n, url), {"Content-Type": "text/html"}, page(story, n, url), story.id
