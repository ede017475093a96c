"""Detect sections that list only missing articles: after some of them, the rest are not requested."""

from collections import Counter

from sqlite_utils import Database

from archive import section_lists

ENOUGH = 20
"""Number of missing articles of a section, none of whose articles exists, after which the rest are not requested."""


class MissingArticles:
    """Counts the missing articles of each section in one run."""

    def __init__(self) -> None:
        self._missing: Counter[str] = Counter()

    def note(self, db: Database, list_page: str) -> int | None:
        """Count a missing article that was first found on a list page.

        If the articles of that section are all missing, and at least ENOUGH of them, drop the section and exclude its
        other URLs; return their number. Otherwise return None.
        """
        first = list_page.rsplit("/", 1)[0] + "/index.html"
        self._missing[first] += 1
        if self._missing[first] % ENOUGH:
            return None
        there, missing = section_lists.yield_of(db, first)
        if there or missing < ENOUGH:
            return None
        section_lists.change(db, first, state=section_lists.DROPPED, reason="its articles do not exist")
        return section_lists.exclude_without_yield(db, first)
