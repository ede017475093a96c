"""Extract the article of a page, without navigation, ads and the like, by the page's layout.

The extractor is imported when it is first used, because readers of text use single modules of this package.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.chrome.extract_article import EXTRACTOR_VERSION, extract

__all__ = ["EXTRACTOR_VERSION", "extract"]


def __getattr__(name: str) -> Any:
    """Import the extractor when it is first used."""
    if name not in __all__:
        raise AttributeError(name)
    from pipelines.chrome import extract_article

    return getattr(extract_article, name)
