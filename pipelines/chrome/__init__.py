"""Chrome out, content in: `extract` makes the Article of a Page, exactly, by the layout that the page shows."""

from pipelines.chrome.extract_article import EXTRACTOR_VERSION, extract

__all__ = ["EXTRACTOR_VERSION", "extract"]
