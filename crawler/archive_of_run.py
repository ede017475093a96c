"""The archive of one run: opened on demand, at the path of the settings or, outside a crawl, in a temporary folder."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.store import Store


class ArchiveOfRun:
    """Opens the archive of one run, and closes that of a run that stored nothing."""

    def __init__(self, settings: BaseSettings, now: Callable[[], str]) -> None:
        self.store: Store | None = None
        """The open archive; None until `open` is called."""
        self.is_crawl = settings.getbool("KEPU_KEEPS")
        """Whether what is fetched goes into the archive of KEPU_DB."""
        self._settings, self._now = settings, now
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def open(self) -> Store:
        """Open the archive and return it. Raises ArchiveError if it cannot be opened.

        Outside a crawl (`scrapy parse`, `shell`, `fetch`) it is an empty one in a temporary folder.
        """
        settings = self._settings
        about = {"operator": settings["KEPU_CONTACT"], "http-header-user-agent": settings["USER_AGENT"]}
        self.store = Store(
            settings["KEPU_DB"] if self.is_crawl else self._scratch_path(),
            clock=self._now,
            warc_bytes=settings.getint("KEPU_WARC_BYTES"),
            about={name: value for name, value in about.items() if value},
            new=settings.getbool("KEPU_NEW"),
            derives=settings.getbool("KEPU_DERIVES"),
        )
        return self.store

    def _scratch_path(self) -> Path:
        self._scratch = tempfile.TemporaryDirectory(prefix="kepu-")
        return Path(self._scratch.name) / "kepu.db"

    def leave(self) -> None:
        """Discard what was not committed, and close the archive; delete the one in a temporary folder."""
        if self.store is not None:
            if self._scratch is None:
                self.store.rollback()
            self.store.close()
        if self._scratch is not None:
            self.store = None
            self._scratch.cleanup()
