"""Pages that people saved with other programs: MHTML, SingleFile, browser saves, Wayback copies, gzip.

`open_saved` turns the bytes of such a file into the page that the site sent, with its URL and time as far as the file
tells them. The file itself is archived as it is; only the copy that is extracted is changed.
"""

from pipelines.saved_pages.open_saved import open_saved
from pipelines.saved_pages.saved import SavedPage

__all__ = ["SavedPage", "open_saved"]
