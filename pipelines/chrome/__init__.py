"""Extract the article of a page, without navigation, ads and the like, by the page's layout."""

from pipelines.chrome.extract_article import EXTRACTOR_VERSION, extract

__all__ = ["EXTRACTOR_VERSION", "extract"]
