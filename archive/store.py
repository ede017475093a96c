"""The archive opened for writing: stores articles and outcomes in batches."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from archive import (
    free_space,
    import_place,
    lock,
    open_checks,
    pictures,
    row_hash,
    schema,
    store_letter_accounts,
    tombstone_file,
    tombstones,
    upsert,
)
from archive.after_run import UPDATES
from archive.captures import DEFAULT_LIMIT, CaptureStore, manifest_sha256
from archive.duplicates import decide_anew
from archive.duplicates.decide_in_second_process import DecidingProcess, deciding
from archive.import_place import ImportPlace
from archive.jsonl import Jsonl
from archive.jsonl_lines import path_for
from archive.lost_database import check_lost
from archive.readonly import DEFAULT_PATH, connect, home, reading, records, refuse_empty
from archive.search.update_index import update as search_index
from archive.sqlite_errors import explain, explained, readable_schema
from archive.update_schema import check_room, update_schema
from archive.url_state import UrlState, format_time, revisit_at
from kepu.errors import ArchiveError
from kepu.json_text import json_text
from kepu.records import Account, Appearance, Article, Capture, Discovery, Visit

__all__ = ["DEFAULT_PATH", "Store", "connect", "explain", "reading", "records", "utc_now"]

BATCH = 50
"""Articles per transaction. More than 50 gain little, and a kill loses one transaction, which must be fetched again."""


def utc_now() -> str:
    """Return the present time as the archive writes it: ISO 8601, UTC, to the second."""
    return format_time(datetime.now(UTC))


_WITH_ACCOUNT = frozenset({"new", "changed", "duplicate"})
"""Results of `put` after which the account of characters is stored; otherwise the stored account remains."""


class Store:
    """An archive open for writing: the only writer, which commits in batches and keeps the JSONL up to date.

    Use it as a context manager, or call `close`. If the `with` block raises, changes since the last batch are rolled
    back. `clock` returns the present time; tests pass their own. Methods that write raise an ArchiveError, such as
    DiskFull or Damaged, after which derived data is no longer updated.
    """

    def __init__(
        self,
        path: str | Path = DEFAULT_PATH,
        *,
        clock: Callable[[], str] = utc_now,
        warc_bytes: int = DEFAULT_LIMIT,
        about: Mapping[str, str] | None = None,
        new: bool = False,
        trusted: bool = False,
        derives: bool = True,
    ) -> None:
        """Open or create the archive at `path`.

        `about` is added to the warcinfo record of each capture file: who runs the crawl, and its user agent. `new`
        moves aside what remains of an archive whose database is lost or empty, and creates an empty archive. If
        `derives` is false, search index and near duplicates are not updated, which an archive that will be merged does
        not need. `trusted` skips the check for lost commits, as a restore does. Raises Locked, WrongSchema, Damaged,
        OutdatedDatabase, LostDatabase, NotWritable or DiskFull (all ArchiveError) before it changes anything.
        """
        self.path = home(path)
        self.now = clock
        self.kept: Counter[str] = Counter()
        """Number of articles by result since the archive was opened: new, changed, unchanged, duplicate, forgotten."""
        self._warc_bytes = warc_bytes
        self._about = dict(about or {})
        self._derives = derives
        """Whether search index, near duplicates and row hashes are updated when the archive closes."""
        self._waiting = 0
        self._run: int | None = None
        self._import: ImportPlace | None = None
        """Progress of the import if this run is one."""
        self._is_new = False
        """Whether this process created the database and has not stored anything yet."""
        self.turned: dict[str, bool] = {}
        """Articles decided differently than by an older version of the program: see archive.duplicates.decide_anew."""
        self._is_broken = False
        """Whether a write failed, so that derived data is not updated either."""
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            free_space.check(self.path, free_space.TO_WRITE)
        self._lock = lock.take(self.path)
        try:
            with explained(self.path):
                self._begin(new=new, trusted=trusted)
                self._open(trusted=trusted)
        except BaseException:
            self._abandon()
            raise

    def _begin(self, *, new: bool, trusted: bool) -> None:
        """Check that the archive may be opened, and create the database if there is none."""
        if new and not (self.path.exists() and self.path.stat().st_size):
            open_checks.set_aside(self.path)
        if self.path.exists():
            refuse_empty(self.path)
            if not trusted:
                open_checks.check_commits(self.path)
            return
        check_lost(self.path)
        open_checks.make(self.path)
        self._is_new = True

    def _open(self, *, trusted: bool) -> None:
        """Connect to the database, update its schema, and open the JSONL and the captures."""
        self.db = Database(connect(self.path))
        with readable_schema(self.path):
            schema.check(self.db, str(self.path))
        check_room(self.db, self.path)
        # Refuse a read-only database now rather than after the first page.
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("ROLLBACK")
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        update_schema(self.db, self.path)
        self.turned = decide_anew(self.db)
        if trusted and (mark := lock.read_mark(self.path)):
            # From now on, a copy of the earlier state has fewer commits than this one.
            self.db.execute("UPDATE internal_state SET commits = max(commits, ?)", (mark.commits,))
        self.memory = UrlState(self.db)
        tombstone_file.take_in(self.db, self.path)
        if tombstone_file.missing_in_file(self.db, self.path):
            tombstone_file.write(self.db, self.path)
        self.jsonl = Jsonl(self.db, self.path)
        self.captures = CaptureStore(
            self.db, self.path, tombstones.is_forgotten, limit=self._warc_bytes, about=self._about
        )
        self.jsonl.append()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.rollback()
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Open a transaction if there is none, and turn errors into ArchiveErrors that name the file."""
        try:
            with explained(self.path):
                if not self.db.conn.in_transaction:
                    self.db.execute("BEGIN IMMEDIATE")
                yield
        except ArchiveError:
            self._is_broken = True
            raise

    # --- what a run writes ---------------------------------------------------------------------------------

    def run(self, spider: str, mode: str | None = None) -> int:
        """Return the number of this run. Its row is stored with the first thing that the run stores."""
        if self._run is None:
            with self._writing():
                row = {"spider": spider, "mode": mode, "started_at": self.now()}
                self._run = self.db.table("runs").insert(row).last_rowid or 0
        return self._run

    def finish_run(self, outcome: str, status: int, report: dict[str, Any]) -> None:
        """Complete the row of this run, if it has one."""
        if self._run is None:
            return
        if self._import is not None and not self._import.is_read:
            report = report | {"import": asdict(self._import)}
        self._import = None
        with self._writing():
            row = {
                "finished_at": self.now(),
                "outcome": outcome,
                "status": status,
                "report": json_text(report),
            }
            self.db.table("runs").update(self._run, row)

    def begin_import(self, files: str) -> int:
        """Return the index of the file or page at which an import of `files` starts or resumes; 0 at its beginning.

        `files` identifies a set of files. The import resumes if the last import of this archive was of the same files
        and was killed or interrupted.
        """
        self._import = ImportPlace(files, import_place.last(self.db, files, before=self._run))
        return self._import.place

    def reached(self, place: int) -> None:
        """Record the index that this import has reached; it is committed together with what was imported before it."""
        if self._import is not None:
            self._import.place = place

    def end_import(self) -> None:
        """Record that all files of this import were read; the import is over once their contents are stored."""
        if self._import is not None:
            self._import.is_read = True

    def put(
        self, article: Article, captures: Sequence[Capture] = (), account: Account | None = None
    ) -> upsert.Kept:
        """Store an article, its captures, the account of its characters, and the outcome of its URL.

        Return "new", "changed", "unchanged", "duplicate" or "forgotten" (see `upsert.keep`).
        """
        now = article.provenance.fetched_at or self.now()
        with self._writing():
            if captures and not tombstones.covers(self.db, article):
                kind = "file" if article.provenance.path else "article"
                article.provenance.warc = self.captures.keep(
                    captures, kind, article=article.id, run=self._run
                )
            result = upsert.keep(self.db, article, run=self._run, now=now)
            if result.kept in _WITH_ACCOUNT or result.is_read_again:
                store_letter_accounts.write(self.db, article.id, account)
            if result.kept == "forgotten":
                for url in filter(None, {article.url_requested, article.url}):
                    tombstones.close(self.db, article.id, url, now)
            elif article.url_requested or article.url:
                visit = self._visit_of(article, now, result.kept)
                # An article that lacks parts is due like a failure, any other one by its age.
                due_at = (
                    None
                    if visit.code
                    else revisit_at(now, article.datetime_published or article.date_published)
                )
                self.memory.visited(visit, due_at=due_at)
        self.kept[result.kept] += 1
        self._waiting += 1
        if self._waiting >= BATCH:
            self.commit()
        return result.kept

    def _visit_of(self, article: Article, now: str, kept: str) -> Visit:
        """Return the outcome of the URL of an article that was stored."""
        provenance = article.provenance
        return Visit(
            url=article.url_requested or article.url or "",
            state="unchanged" if kept == "unchanged" else "fetched",
            at=now,
            article=article.id,
            code=upsert.damage(article),
            again=True,
            status=provenance.http_status,
            etag=provenance.etag,
            last_modified=provenance.last_modified,
            payload_sha256=provenance.payload_sha256,
            run=self._run,
        )

    def note(self, visit: Visit, captures: Sequence[Capture] = ()) -> None:
        """Store the outcome of a URL or file that gave no article, with its captures.

        A failure gets its own row as well.
        """
        visit.run = self._run
        with self._writing():
            if tombstones.is_forgotten(self.db, visit.article or "", [visit.url], None):
                tombstones.close(self.db, visit.article or "", visit.url, visit.at)
                return
            if captures:
                self.captures.keep(
                    captures, visit.kind, article=visit.article, code=visit.code, run=self._run
                )
            due_at = None
            if visit.state == "unchanged" and visit.article:
                published = self.db.execute(
                    "SELECT coalesce(datetime_published, date_published) FROM articles WHERE id = ?",
                    (visit.article,),
                ).fetchone()
                due_at = revisit_at(visit.at, published and published[0])
                upsert.mark(self.db, visit.article, "live", now=visit.at)
                self.kept["unchanged"] += 1
            if visit.path is None:
                self.memory.visited(visit, due_at=due_at)
            if visit.state == "gone" and visit.article:
                upsert.mark(self.db, visit.article, "gone", now=visit.at)
                self.memory.try_elsewhere(visit.article)
            if visit.state in {"failed", "refused"}:
                failure = {"code": visit.code or visit.state, "message": visit.message or "", "at": visit.at}
                self.db.table("failures").insert(
                    {"run": self._run, "url": visit.url, "path": visit.path} | failure
                )

    def keep_capture(self, capture: Capture, kind: str, run: int) -> None:
        """Store a response that belongs to no article, such as a robots.txt."""
        with self._writing():
            self.captures.keep([capture], kind, run=run)

    def keep_picture(self, picture: pictures.Picture, capture: Capture | None, run: int) -> None:
        """Store the outcome of a request for a picture, with its response if there is one."""
        with self._writing():
            place = self.captures.keep([capture], picture.kind, run=run) if capture else None
            picture.record_id = place.record_id if place else None
            pictures.write(self.db, picture)

    def found(
        self, url: str, kind: str, *, article: str | None = None, via: Discovery, priority: int = 0
    ) -> str:
        """Store a URL that a page links to, and add it to the appearances of its article.

        Return `new`, `known` or `elsewhere`: see UrlState.found.
        """
        with self._writing():
            now = self.now()
            answer, aside = self.memory.found(url, kind, article=article, via=via, now=now, priority=priority)
            if aside is not None and article:
                appearance = Appearance(aside, section=via.section if aside == url else None)
                upsert.add_appearance(self.db, article, appearance, run=self._run, now=now)
                self.kept["elsewhere"] += 1
        return answer

    def exclude(self, url: str, kind: str, code: str, via: Discovery) -> None:
        """Store a URL that must never be requested, with the reason code."""
        with self._writing():
            self.memory.exclude(url, kind, code, via=via, now=self.now())

    def handed_out(self, url: str) -> None:
        """Record that this run requests a URL now."""
        with self._writing():
            self.memory.handed_out(url, self._run or 0)

    def plan(self, url: str | None = None, *, priority: int | None = None) -> None:
        """Mark a known URL as pending again or, without one, all URLs that are due."""
        with self._writing():
            if url is None:
                self.memory.plan_due(self.now())
            else:
                self.memory.plan(url, priority)

    def plan_again(self) -> int:
        """Mark URLs as pending again that failed in this run and are worth another try; return their number."""
        with self._writing():
            return self.memory.plan_again(self._run or 0)

    @contextmanager
    def remembering(self) -> Iterator[UrlState]:
        """Yield the URL state for writing within the batch."""
        with self._writing():
            yield self.memory

    def clean_texts(self, limit: int) -> Iterator[str]:
        """Yield the texts of the newest articles from HTML pages, whose white space is reliable."""
        rows = self.db.execute(
            "SELECT text FROM articles WHERE provenance ->> '$.normalizer' IS NULL ORDER BY seq DESC LIMIT ?",
            (limit,),
        )
        return (text for (text,) in rows)

    # --- transactions --------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Commit the batch, then append the lines of its articles to the JSONL."""
        if not self.db.conn.in_transaction:
            return
        with self._writing():
            if self._import is not None:
                import_place.write(self.db, self._run, self._import)
            self.captures.flush()
            self.jsonl.record()
            self._end_batch()
            self._waiting = 0
            self.jsonl.append()

    def _end_batch(self) -> None:
        """Count the batch, commit it, and update the mark beside the database."""
        self.db.execute("UPDATE internal_state SET commits = commits + 1")
        state = self.db.execute("SELECT archive, commits FROM internal_state").fetchone()
        self.db.execute("COMMIT")
        self._is_new = False
        lock.write_mark(self._lock, lock.CommitMark(*state))

    @contextmanager
    def whole(self, *, writes_lines: bool = True) -> Iterator[Database]:
        """Yield the database for one change that is committed completely or not at all.

        If `writes_lines` is false, the lines of new articles are written by the next change, or when the archive is
        opened the next time.
        """
        self.commit()
        try:
            with self._writing():
                yield self.db
                self.captures.flush()
                self.jsonl.record()
                self._end_batch()
                if writes_lines:
                    self.jsonl.append()
        except BaseException:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Roll back everything since the last batch."""
        with suppress(sqlite3.Error):
            if self.db.conn.in_transaction:
                self.db.execute("ROLLBACK")
        self._waiting = 0
        with suppress(AttributeError, sqlite3.Error):
            self.captures.rollback()

    def close(self) -> None:
        """Commit, update derived data and then the JSONL, and release the archive.

        A database that this process created is deleted if nothing was stored in it.
        """
        try:
            self.commit()
            with explained(self.path):
                if self._derives and not (self._is_new or self._is_broken):
                    self.bring_up_to_date()
                    self.jsonl.amend()
                if not self._is_new:
                    self.jsonl.save()
                if not (self._is_new or self._is_broken):
                    manifest_sha256.update(self.db, self.captures.folder)
        finally:
            self._abandon()

    def bring_up_to_date(self, ahead: DecidingProcess | None = None) -> None:
        """Update the row hashes and everything that after_run.py lists, such as the search index.

        `ahead` is the process that decides near duplicates already, if there is one.
        """
        with deciding(self.db, self.path, ahead) as is_deciding:
            if is_deciding:
                search_index(self.db)
                row_hash.update(self.db)
        for update in UPDATES:
            update(self.db)
        row_hash.update(self.db)

    def _abandon(self) -> None:
        """Close without committing, and delete a database that this process created and did not fill."""
        with suppress(AttributeError):
            self.captures.close()
        with suppress(AttributeError):
            self.jsonl.close()
        with suppress(AttributeError, sqlite3.Error):
            self.db.conn.close()
        if self._is_new:
            for path in (self.path, path_for(self.path)):
                path.unlink(missing_ok=True)
        lock.release(self._lock)
