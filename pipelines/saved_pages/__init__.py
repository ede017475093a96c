"""Pages that people saved with other programs: MHTML, SingleFile, browser saves, Wayback copies, gzip.

`open_saved` converts the bytes of such a file to the page that the site sent, with its URL and time if the file has
them. The archive stores the file unchanged; only the copy for extraction is converted.
"""

from pipelines.saved_pages.open_saved import open_saved
from pipelines.saved_pages.saved import SavedPage

__all__ = ["SavedPage", "open_saved"]
