"""Write the results of a rebuild in place: a version that a better extractor read differently is no new revision."""

import orjson
from sqlite_utils import Database

from archive import store_letter_accounts
from archive.rebuild.rebuild_report import RebuildReport
from archive.rebuild.worker import RebuiltVersion
from archive.store import Store
from archive.upsert import text_changed
from kepu.records import Account
from pipelines.chrome.extract_article import EXTRACTOR_VERSION

REGROUPS = {"content_sha256", "date_published", "datetime_published"}
"""Fields by which the original of several articles with the same text is chosen."""


class RebuildWriter:
    """Writes the results of a rebuild to the archive."""

    def __init__(self, archive: Store) -> None:
        self._archive = archive
        self._row: int | None = None

    def write(self, changes: list[RebuiltVersion]) -> None:
        """Write the changed versions of one job in one transaction, and regroup exact copies where needed."""
        if not changes:
            return
        with self._archive.remembering():
            db = self._archive.db
            self._begin(db)
            for change in changes:
                self._write(db, change)
        self._archive.commit()

    def write_accounts(self, accounts: list[tuple[str, Account]]) -> None:
        """Write (article id, account of its characters) in one transaction."""
        if not accounts:
            return
        with self._archive.remembering():
            for article, account in accounts:
                store_letter_accounts.write(self._archive.db, article, account)
        self._archive.commit()

    def _begin(self, db: Database) -> None:
        if self._row is None:
            row = {"started_at": self._archive.now(), "extractor_version": EXTRACTOR_VERSION}
            self._row = db.table("rebuilds").insert(row).last_pk

    def _write(self, db: Database, change: RebuiltVersion) -> None:
        if change.seq is None:
            db.table("revisions").update((change.id, change.n), change.values)
            return
        db.table("articles").update(change.seq, change.values)
        if REGROUPS & change.values.keys():
            new = change.values.get("content_sha256", change.content)
            text_changed(db, change.id, change.content, new, run=None, now=self._archive.now())

    def finish(self, report: RebuildReport) -> None:
        """Store the report of the rebuild, if it changed anything."""
        if self._row is None:
            return
        with self._archive.remembering():
            row = {"finished_at": self._archive.now(), "report": orjson.dumps(report.as_dict()).decode()}
            self._archive.db.table("rebuilds").update(self._row, row)
        self._archive.commit()
