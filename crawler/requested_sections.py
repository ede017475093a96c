"""Select the known sections that a run requests: all proved ones, and some others, the newest first."""

from collections.abc import Collection

from sqlite_utils import Database

from archive import section_lists
from archive.section_lists import CANDIDATE, DROPPED, PINNED, Section
from kepu import urls

TRIALS = 1
"""Number of unproved sections, and of sections that listed nothing new, that each run after the first requests."""


def chosen(db: Database, given: Collection[str], *, channels: int = 1) -> list[Section]:
    """Return the sections whose first page the next run requests; `given` are those of the channel file.

    Of the unproved ones only TRIALS per channel are included, the newest links first.
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
    """Return whether a section is proved: articles under its node are known, or an article was first found on it."""
    host = urls.host_of(section.url) or ""
    if section.node and section_lists.is_known(db, host, section.node):
        return True
    return section_lists.yield_of(db, section.url)[0] > 0
