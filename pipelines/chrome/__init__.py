"""Chrome out, content in: `extract` makes the Article of a Page, exactly, by the layout that the page shows."""

from .extract import EXTRACTOR_VERSION, extract
from .files import page_from_file

__all__ = ["EXTRACTOR_VERSION", "extract", "page_from_file"]
