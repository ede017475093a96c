"""Decide which sections a run requests: those of the channel file, and linked ones that prove to list articles.

A link to a section may be a trap: a calendar links to a section for each month. So a section counts as proved if
articles under its node are known, or if it was the first to list an article. Other sections are on trial: few per run,
few below one path, and less often the longer they list nothing new; in the end they are dropped. People have the last
word: `kepu sections pin`, `drop` and `add`.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from archive import section_lists
from archive.section_lists import CANDIDATE, DROPPED, KNOWN, PINNED, Section
from crawler.crawl_run import CrawlRun
from crawler.discovery import list_checks
from crawler.discovery.list_checks import ListProblem
from crawler.discovery.section_pages import ListPage, ListUrl
from crawler.requested_sections import TRIALS, chosen, is_real
from kepu.messages import Text

MAX_SECTIONS = 300
"""Maximum number of sections of a channel; the site's largest has some dozens."""

SIBLINGS = 12
"""Maximum number of unproved sections below one path; more are not stored."""

FIRST_TRIALS = 20
"""Number of unproved sections that the first run requests; the site's menus link to some dozens."""

IDLE_TO_DROP = 8
"""Consecutive reads without anything new after which an unproved section is dropped."""

UNPROVED = 75
"""Maximum number of unproved sections that are stored."""

IDLE_TO_MAKE_ROOM = 2
"""Consecutive reads without anything new after which a section may be dropped to make room for another."""

MISSING_TO_DROP = 3
"""Number of times that the first page of a section must be missing until it is dropped, if it was never read."""

MISSING_TO_DROP_IDLE = 1
"""The same number for a section that was read before and listed nothing new."""

MISSING_TO_GIVE_UP = 24
"""The same number for a proved section: the requests of about eight runs. An alarm is raised meanwhile."""

LONGEST_REST = 64
"""Maximum number of consecutive runs that do not request a section."""


class Sections:
    """The sections of the channels of one run, and which of them may still be added or must be dropped."""

    def __init__(
        self, db: Database, given: Collection[str], crawl_run: CrawlRun, *, channels: int = 1
    ) -> None:
        self._db, self._given, self._crawl_run = db, frozenset(given), crawl_run
        self._channels = channels
        """Number of channels of the run, by which the maximum numbers are multiplied."""
        self._trials = channels * (TRIALS if crawl_run.memory.has_finished_run() else FIRST_TRIALS)
        self._asked: set[str] = set()
        self._refused: set[str] = set()
        """URLs of linked sections for which there is no room in this run."""
        self._proved: dict[str, bool] | None = None
        self._nodes: set[str] = set()
        self._last_seen = 0

    def add_configured(self, url: str, node: str | None, title: str | None) -> None:
        """Store a section of the channel file, unless it is stored already."""
        with self._crawl_run.open().remembering():
            section_lists.add(self._db, url, node=node, title=title, now=self._crawl_run.now())

    def to_request(self, *, is_new_cycle: bool) -> list[Section]:
        """Return the sections whose first page this run requests.

        `is_new_cycle`: the run does not continue another one.
        """
        with self._crawl_run.open().remembering():
            if is_new_cycle:
                section_lists.count_down_rests(self._db)
        sections = chosen(self._db, self._given, channels=self._channels)
        self._asked |= {section.url for section in sections}
        return sections

    def found(self, url: str, node: str, title: str | None, *, on: str, kind: str) -> bool:
        """Record a link to a section; return whether it is new and this run should request it.

        `on` is the page with the link, of the kind `kind`; links on an unproved list are ignored.
        """
        if url in self._asked or url in self._known():
            return False
        if kind == "section" and not self._may_lead(on):
            return False
        is_real = node in self._nodes_known()
        if not is_real and (url in self._refused or not self._has_room(url)):
            self._refused.add(url)
            return False
        is_tried = is_real or self._trials > 0
        self._trials -= not is_real
        state, now = (KNOWN if is_real else CANDIDATE), self._crawl_run.now()
        with self._crawl_run.open().remembering():
            section_lists.add(self._db, url, node=node, title=title, now=now, state=state, found_at=on)
        self._known()[url] = is_real
        if is_tried:
            self._asked.add(url)
            self._crawl_run.report.new_sections.append(f"{title or node} {url}")
        return is_tried

    def _known(self) -> dict[str, bool]:
        """Map the URLs of all stored sections to whether they are proved or need no proof."""
        if self._proved is None:
            self._proved = {
                one.url: not self._is_unproved(one) or one.state == DROPPED
                for one in section_lists.sections(self._db)
            }
        return self._proved

    def _nodes_known(self) -> set[str]:
        """Return the nodes of all articles whose URL is known."""
        last, found = section_lists.nodes_since(self._db, self._last_seen)
        self._last_seen = last
        self._nodes |= found
        return self._nodes

    def _may_lead(self, page: str) -> bool:
        """Return whether links on a list page are followed to further sections."""
        first = page.rsplit("/", 1)[0] + "/index.html"
        if self._known().get(first, True) or first in self._given:
            return True
        section = section_lists.section(self._db, first)
        is_proved = section is None or not self._is_unproved(section)
        self._known()[first] = is_proved
        return is_proved

    def _has_room(self, url: str) -> bool:
        """Return whether another unproved section may be stored; a reached limit is an alarm."""
        unproved = [one for one, is_proved in self._known().items() if not is_proved]
        above = _above(url)
        below = sum(_above(one) == above for one in unproved)
        if above.count("/") > 4 and below >= SIBLINGS:
            self._ring(
                above, Text("more than {n} sections that list nothing new below {url}", n=SIBLINGS, url=above)
            )
            return False
        most = self._channels * MAX_SECTIONS
        if len(unproved) < self._channels * UNPROVED and len(self._known()) < most:
            return True
        self._ring("*", Text("more than {n} sections, most of which list nothing new", n=len(unproved)))
        return len(self._known()) < most and self._drop_idlest()

    def _drop_idlest(self) -> bool:
        """Drop the section that has listed nothing new for longest; return whether there is one."""
        idle = [
            one
            for one in section_lists.sections(self._db)
            if one.state == KNOWN and one.idle >= IDLE_TO_MAKE_ROOM and self._is_unproved(one)
        ]
        if not idle:
            return False
        idlest = max(idle, key=lambda one: one.idle)
        with self._crawl_run.open().remembering():
            reason = "it listed nothing new, and others needed its place"
            section_lists.change(self._db, idlest.url, state=DROPPED, reason=reason)
        self._known()[idlest.url] = True
        return True

    def _is_unproved(self, section: Section) -> bool:
        return section.url not in self._given and section.state != PINNED and not is_real(self._db, section)

    def _ring(self, key: str, alarm: str) -> None:
        """Raise an alarm once per limit (`key`); a dropped section in the archive records that it was raised."""
        with self._crawl_run.open().remembering():
            is_first = section_lists.add(
                self._db, f"{key}*", node=None, title=None, now=self._crawl_run.now(), state=DROPPED
            )
            if is_first:
                section_lists.change(self._db, f"{key}*", reason=str(alarm))
        if is_first:
            self._crawl_run.alarms.append(alarm)

    def was_read(self, here: ListUrl, *, fresh: bool) -> None:
        """Record that a page of a section was read; `fresh` tells whether it listed anything new.

        A section that lists nothing new is requested less often, and later dropped.
        """
        section = section_lists.section(self._db, here.first)
        if section is None or (here.page > 1 and not fresh):
            return
        idle = 0 if fresh else section.idle + 1
        changes: dict[str, object] = {"idle": idle, "rest": 0}
        if not fresh and section.url not in self._given and section.state != PINNED:
            if is_real(self._db, section):
                changes["rest"] = 0 if idle < 10 else 1
            elif idle >= IDLE_TO_DROP:
                changes |= {"state": DROPPED, "reason": "it named nothing new"}
            else:
                changes["rest"] = min(2**idle, LONGEST_REST) - 1
        with self._crawl_run.open().remembering():
            section_lists.change(self._db, here.first, **changes)

    def was_lost(self, here: ListUrl, code: str | None, tries: int) -> bool:
        """Drop a section that the site has removed or moved; return whether it is dropped.

        Its first page was missing, or led elsewhere, `tries` times before and now again. A section of the channel file
        or a pinned one is never dropped: an alarm says that it cannot be read.
        """
        section = section_lists.section(self._db, here.first)
        if code not in {"missing_page", "redirected"} or here.page > 1 or section is None:
            return False
        if section.url in self._given or section.state == PINNED:
            if tries >= MISSING_TO_GIVE_UP:
                self._crawl_run.alarms.append(
                    Text(
                        "{url}: the section could not be read {n} times in a row; it has moved or is gone",
                        url=section.url,
                        n=tries + 1,
                    )
                )
            return False
        is_unproved = self._is_unproved(section)
        least = MISSING_TO_DROP_IDLE if section.idle else MISSING_TO_DROP
        if tries < (least if is_unproved else MISSING_TO_GIVE_UP):
            return False
        with self._crawl_run.open().remembering():
            reason = (
                "its first page is missing" if code == "missing_page" else "its first page leads elsewhere"
            )
            section_lists.change(self._db, section.url, state=DROPPED, reason=reason)
        if not is_unproved:
            self._crawl_run.alarms.append(
                Text(
                    "{url}: the section is missing or has moved, and will not be requested again",
                    url=section.url,
                )
            )
        return True

    def problem_of(self, here: ListUrl, listing: ListPage) -> ListProblem | None:
        """Return why a page is not the requested page of a section, or None if it is."""
        known = section_lists.sections(self._db)
        own = next((one for one in known if one.url == here.first), None)
        others = [one for one in known if one.url != here.first and one.state != DROPPED]
        problem = list_checks.problem_of(
            here,
            listing,
            other_nodes={one.node for one in others if one.node},
            other_titles=self._titles_of(others) - {own.heading if own else None},
            usual_nodes=own.usual_nodes if own else (),
            had_articles=own is not None and own.first_page > 0,
        )
        if problem is not None and problem.code == "another_list":
            with self._crawl_run.open().remembering():
                for node in listing.nodes:
                    section_lists.record_habit(self._db, here.first, node, here.page)
        return problem

    def _titles_of(self, sections: Iterable[Section]) -> set[str | None]:
        """Return the titles that only one section has: a title that a crawler trap repeats identifies no section."""
        count = Counter(one.heading for one in sections if one.heading and not self._is_unproved(one))
        return {title for title, n in count.items() if n == 1}


def _above(url: str) -> str:
    """Return the path above a section: `http://host/GB/404214/` of `http://host/GB/404214/202401/index.html`."""
    return url.rsplit("/", 2)[0] + "/"
