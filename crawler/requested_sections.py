"""Which known sections a run requests: all that are certain, and of the others a few, the newest first."""

from collections.abc import Collection

from sqlite_utils import Database

from archive import section_lists
from archive.section_lists import CANDIDATE, DROPPED, PINNED, Section
from kepu import urls

TRIALS = 1
"""The same for later runs, and how many that gave nothing they request again."""


def chosen(db: Database, given: Collection[str], *, channels: int = 1) -> list[Section]:
    """Return the sections whose first page the next run requests; `given` are those of the channel file.

    Of those that have not proved real only TRIALS for each channel, the newest links first.
    """
    certain: list[Section] = []
    unproved: list[Section] = []
    for section in section_lists.sections(db):
        if section.state == DROPPED:
            continue
        if section.url in given or section.state == PINNED:
            certain.append(section)
        elif not section.rest:
            (certain if is_real(db, section) else unproved).append(section)
    unproved.sort(key=lambda one: (one.state == CANDIDATE, one.first_seen), reverse=True)
    return [*certain, *unproved[: channels * TRIALS]]


def is_real(db: Database, section: Section) -> bool:
    """Return whether a section has proved real: articles under its node are known, or it named one first."""
    host = urls.host_of(section.url) or ""
    if section.node and section_lists.count_known(db, host, section.node):
        return True
    return section_lists.yield_of(db, section.url)[0] > 0
