"""Store what the item pipelines pass on: articles, the outcomes of other URLs, and the captures of both."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive.url_state import host_in
from crawler import stop_reasons
from crawler.missing_articles import MissingArticles
from kepu.errors import ArchiveError
from kepu.messages import Text
from kepu.records import Account, Article, Capture, Visit

if TYPE_CHECKING:
    from crawler.crawl_run import CrawlRun

REFUSALS = {"blocked": "refused", "empty_list": "broken"}
"""Map the code of a visit with status 200 that is in fact a refusal to its kind: see crawler/backoff.py."""


class KeptItems:
    """Stores and counts what one run fetched."""

    def __init__(self, crawl_run: "CrawlRun") -> None:
        self._run = crawl_run
        self.is_used = False
        """Whether this run stores articles or visits; otherwise it gets no row in the table `runs`."""
        self._before_use: list[tuple[Capture, str]] = []
        """Captures from before the first use, each with its kind."""
        self._held: dict[str, tuple[list[Capture], Account | None]] = {}
        """Map the requested URL or file of each article in the pipelines to its captures and its account of letters."""
        self._leads: set[str] = set()
        """URLs of lists that linked to something new and whose visit is not stored yet."""
        self._missing = MissingArticles()

    def use(self) -> None:
        """Mark this run as one that stores articles; a run whose spider yields only other items is not recorded."""
        if not self.is_used:
            self.is_used = True
            for capture, kind in self._before_use:
                self.keep_capture(capture, kind)
            self._before_use.clear()

    def hold(self, article: Article, captures: list[Capture], account: Account | None) -> None:
        """Keep the captures of an article and the account of its letters until the article is stored."""
        self._held[_key_of(article)] = (captures, account)

    def led_on(self, url: str | None) -> None:
        """Record that the list at `url` linked to something new, so that its capture is stored; ignore None."""
        if url is not None:
            self._leads.add(url)

    def keep(self, item: Article | Visit) -> str | None:
        """Store an article, or the outcome of a URL.

        Return the result for an article: new, changed, unchanged, duplicate or forgotten. Return None for the outcome
        of a URL, for an article that came after the limit of the run was reached, and if the archive cannot be written
        to, which ends the run.
        """
        if self._run.is_broken:
            return None
        try:
            self._run.open()
            self.use()
            self._run.run()
            if isinstance(item, Article):
                return self._keep_article(item)
            self._keep_visit(item)
        except ArchiveError as error:
            self._run.stop(error.code, str(error))
        return None

    def _keep_article(self, item: Article) -> str | None:
        archive, tally = self._run.open(), self._run.tally
        captures_and_account = self._held.pop(_key_of(item), ((), None))
        if stop_reasons.is_full(self._run.plan, archive.kept):
            return None  # it was in progress when the limit was reached: its URL stays due for the next run
        tally.article(item)
        self._run.hosts.answered(item.url_requested or "")
        self._leads.discard(item.url_requested or "")
        kept = archive.put(item, *captures_and_account)
        tally.sample_length(item, kept)
        return kept

    def _keep_visit(self, visit: Visit) -> None:
        self._count_visit(visit)
        self._run.open().note(visit, self._captures_of(visit))
        if visit.state == "gone" and visit.kind == "article":
            self._note_missing(visit)

    def keep_capture(self, capture: Capture, kind: str) -> None:
        """Store a response that belongs to neither an article nor a list, if this run has an archive open."""
        archive = self._run.archive
        if archive.store is None or self._run.is_broken:
            return
        if not self.is_used:
            self._before_use.append((capture, kind))
            return
        try:
            archive.store.keep_capture(capture, kind, self._run.run())
        except ArchiveError as error:
            self._run.stop(error.code, str(error))

    def _captures_of(self, visit: Visit) -> Sequence[Capture]:
        """Return the captures of a visit to store: none for a list that led to nothing new."""
        if visit.path is not None:
            self._held.pop(visit.path, None)  # an imported file needs no capture: its owner has it
            return ()
        led = visit.url in self._leads
        self._leads.discard(visit.url)
        return visit.captures if led or visit.kind == "article" else ()

    def _count_visit(self, visit: Visit) -> None:
        run = self._run
        if not run.tally.visit(visit, run.looked_at):
            run.hosts.answered(visit.url)
            return
        kind = REFUSALS.get(visit.code or "") if visit.path is None else None
        if kind and not self._failed_before(visit):
            what = f"answered with {visit.message or visit.code}"
            run.host_refused(host_in(visit.url), kind, what)
        run.tally.fail(visit.path or visit.url, visit.code or visit.state, visit.message or visit.state)

    def _failed_before(self, visit: Visit) -> bool:
        """Return whether this URL failed before, so that the URL rather than its host is broken."""
        known = self._run.memory.known(visit.url)
        return visit.kind == "article" and known is not None and known.tries > 0

    def _note_missing(self, visit: Visit) -> None:
        """Drop the section that linked to a missing article if it has linked only to missing ones so far."""
        known = self._run.memory.known(visit.url)
        if known is None or known.found_kind != "section" or known.found_at is None:
            return
        with self._run.open().remembering() as memory:
            excluded = self._missing.note(memory.db, known.found_at)
        if excluded is None:
            return
        self._run.alarms.append(
            Text(
                "{url} links to articles that do not exist; {n} more of them will not be requested",
                url=known.found_at,
                n=excluded,
            )
            if excluded
            else Text("{url} links to articles that do not exist; it is dropped", url=known.found_at)
        )
        self._run.is_stale = True


def _key_of(article: Article) -> str:
    return article.provenance.path or article.url_requested or article.url or ""
